#!/bin/bash
# Builds Xen with its own public headers and with ours, and compares what comes of it, byte for byte.
#
#   scripts/check-xen                        everything, for both releases
#   scripts/check-xen 4.20 [PART...]         some of it
#   scripts/check-xen --planted              that mistakes are noticed which are planted in our headers
#   scripts/check-xen --plant HEADER SED [4.20 [PART...]]
#                                            the same with one of your own: an expression of sed -E that changes a header; without a
#                                            part, the facts of that header are looked at
#
# A PART is one of
#
#   x86_64 arm64 arm32 riscv64 ppc64     the hypervisor in its default configuration, where the release has one
#   wide                                 the same for x86_64 with all that uses the compat layer
#   tools                                tools/include and the libraries
#   facts                                layouts by pahole; and for each ABI, context and condition of a header what it declares,
#                                        includes and defines: names, types, values and code
#   embed                                the compiler as a part of the tree: who is rebuilt after a change of a spec
#
# The two sides are built at once, each on one core, from copies of the source, without debugging, with every name and date of the
# build the same; all files that the build makes are compared, but for logs, dependencies and the headers themselves. The tools'
# build keeps line numbers, so that their objects are stripped first. What is built with Xen's own headers stays in build/check-xen
# for the next time. scripts/fetch-sources has the sources.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$root/build/check-xen
failed=0

needed='
flex            flex
bison           bison
bc              bc
python3         python3
dwarves         pahole
checkpolicy     checkpolicy
pkg-config      pkg-config
uuid-dev        /usr/include/uuid/uuid.h
zlib1g-dev      /usr/include/zlib.h
libncurses-dev  /usr/include/ncurses.h
libyajl-dev     /usr/include/yajl/yajl_gen.h
python3-dev     python3-config
acpica-tools    iasl
'

# Part, Xen's name of the architecture, prefix of the compiler, releases, further configuration.
hypervisors='
x86_64   x86_64   -                       4.17,4.20  -
arm64    arm64    aarch64-linux-gnu-      4.17,4.20  -
arm32    arm32    arm-linux-gnueabihf-    4.17,4.20  -
riscv64  riscv64  riscv64-linux-gnu-      4.20       -
ppc64    ppc64    powerpc64-linux-gnu-    4.20       -
wide     x86_64   -                       4.17,4.20  EXPERT,PV32,PV_SHIM,XSM,XSM_FLASK,ARGO,MEM_SHARING,MEM_PAGING,HYPFS,KEXEC,UNSUPPORTED,XEN_GUEST,PVH_GUEST
'

die() {
    echo "check-xen: $*" >&2
    exit 2
}

fail() {
    failed=1
    echo "FAILED $*"
}

# logged FILE COMMAND...: its output matters only when it fails.
logged() {
    "${@:2}" >"$1" 2>&1 </dev/null || {
        tail -n 30 "$1" >&2
        return 1
    }
}

install_needed() {
    local package sign missing=()
    while read -r package sign; do
        [ -z "$package" ] || command -v "$sign" >/dev/null || [ -e "$sign" ] || missing+=("$package")
    done <<<"$needed"
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    echo "check-xen: installing ${missing[*]}" >&2
    logged "$work/log" "${as_root[@]}" apt-get update || die "apt-get update failed"
    logged "$work/log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
        die "cannot install ${missing[*]}"
}

# export_tree RELEASE SIDE FOLDER: the source, as FOLDER.
export_tree() {
    rm -rf "$3" && cp -r "$sources/xen-$1" "$3" || return 1
    [ "$2" = real ] || { scripts/xen-tree swap "$3" --xen "$1" && plant "$3"; }
}

# A mistake for one of our headers: a sed expression, and the header.
planted_file='' planted_expression=''
plant() {
    [ -n "$planted_file" ] || return 0
    local file=$1/xen/include/public/$planted_file
    cp "$file" "$file.before"
    sed -i -E "$planted_expression" "$file"
    ! cmp -s "$file.before" "$file" || {
        echo "check-xen: this changes nothing in $planted_file: $planted_expression"
        return 1
    }
    rm "$file.before"
}

# What may differ from one build to another.
export SOURCE_DATE_EPOCH=1700000000 XEN_WHOAMI=builder XEN_DOMAIN=domain XEN_BUILD_HOST=host LC_ALL=C TZ=UTC
# Where a tree is, which assertions tell, and what a test of libxl draws by chance.
export LIBXL_TESTIDL_SEED=1 PYTHONHASHSEED=0
export XEN_BUILD_DATE='Tue Nov 14 22:13:20 UTC 2023' XEN_BUILD_TIME=22:13:20
unset MAKEFLAGS MAKELEVEL MFLAGS

# build_sides RELEASE PART COMPILER COMMAND...: runs COMMAND FOLDER JOBS for $work/RELEASE-PART/real and for .../ours.
build_sides() {
    local place=$work/$1-$2 sides=(ours) pids=() side i recipe status=0
    recipe=$({ cat "$sources/recipe" && "$3" --version && declare -f "$4" && echo "${@:4}"; } | cksum)
    if [ "$(cat "$place/recipe" 2>/dev/null)" != "$recipe" ]; then
        rm -rf "$place"
        sides=(real ours)
    fi
    mkdir -p "$place"
    for side in "${sides[@]}"; do
        { export_tree "$1" "$side" "$place/$side" && "${@:4}" "$place/$side" $((2 / ${#sides[@]})); } >"$place/$side.log" 2>&1 </dev/null &
        pids+=($!)
    done
    for i in "${!sides[@]}"; do
        if ! wait "${pids[i]}"; then
            tail -n 30 "$place/${sides[i]}.log" >&2
            fail "$1 $2: does not build with the headers that are ${sides[i]}"
            status=1
        elif [ "${sides[i]}" = real ]; then
            echo "$recipe" >"$place/recipe"
        fi
    done
    return "$status"
}

# build_hypervisor ARCH PREFIX OPTIONS FOLDER JOBS
build_hypervisor() {
    local make=(nice -n 5 make "-j$5" -C "$4/xen" "XEN_TARGET_ARCH=$1") config=$4/xen/.config option options
    [ "$2" = - ] || make+=("CROSS_COMPILE=$2")
    "${make[@]}" defconfig || return 1
    read -ra options <<<"$([ "$3" = - ] || echo "${3//,/ }")"
    [ ${#options[@]} -eq 0 ] || printf 'CONFIG_%s=y\n' "${options[@]}" >>"$config"
    printf '# CONFIG_%s is not set\n' DEBUG DEBUG_INFO >>"$config"
    "${make[@]}" olddefconfig || return 1
    for option in "${options[@]}"; do
        grep -qx "CONFIG_$option=y" "$config" || echo "note: this release has no $option"
    done
    ! grep -xE 'CONFIG_DEBUG(_INFO)?=y' "$config" || return 1
    "${make[@]}" build && [ -s "$4/xen/xen" ]
}

# files FOLDER: what a build of the hypervisor makes. check.efi only shows that the linker can; the time is in it.
files() {
    (cd "$1/xen" && find . \( -path ./include/public -o -path ./include/compat \) -prune -o -type f \
        ! -name '.*.cmd' ! -name '.*.d' ! -name '*.i' ! -name check.efi -print | sort)
}

# where REAL OURS PREFIX: the first lines of code or data that differ.
where() {
    diff -U0 -F '^[0-9a-f]* <\|^Contents of' <("${3#-}objdump" -drs "$1" | sed 1,3d) <("${3#-}objdump" -drs "$2" | sed 1,3d) | sed -n '3,8s/^/    /p' || true
}

# same PLACE FILE: some headers that the build generates say in which folder.
same() {
    cmp -s "$1/real/$2" "$1/ours/$2" && return
    case $2 in *.h) cmp -s <(sed "s|$1/real/||g" "$1/real/$2") <(sed "s|$1/ours/||g" "$1/ours/$2") ;; *) return 1 ;; esac
}

# compare RELEASE PART PREFIX: one side with the other; standard input: the files to compare.
compare() {
    local file objects=0 differing=0 place=$work/$1-$2
    while read -r file; do
        case $file in *.o | *.a) objects=$((objects + 1)) ;; esac
        ! same "$place" "$file" || continue
        differing=$((differing + 1))
        [ "$differing" -le 10 ] || continue
        echo "  differs: $file"
        case $file in *.o) where "$place/real/$file" "$place/ours/$file" "$3" ;; esac
    done
    if [ "$differing" -gt 0 ]; then
        fail "$1 $2: $differing files differ"
    elif [ "$objects" -eq 0 ]; then
        fail "$1 $2: there is nothing to compare"
    else
        echo "ok     $1 $2: $objects objects and archives are the same"
    fi
}

# check_hypervisor RELEASE PART
check_hypervisor() {
    local part arch prefix releases options place=$work/$1-$2
    read -r part arch prefix releases options <<<"$(grep "^$2 " <<<"$hypervisors")"
    if [[ ,$releases, != *,$1,* ]]; then
        echo "none   $1 $part: this release has no such hypervisor"
        return
    fi
    build_sides "$1" "$2" "${prefix#-}gcc" build_hypervisor "$arch" "$prefix" "$options" || return 0
    grep '^note: ' "$place/ours.log" || true
    diff <(files "$place/real") <(files "$place/ours") || fail "$1 $part: other files are made"
    files "$place/real" | sed 's|^\./|xen/|' | compare "$1" "$2" "$prefix"
}

# build_tools FOLDER JOBS
build_tools() {
    local part
    (cd "$1" && ./configure --disable-docs --disable-stubdom --disable-rombios --disable-seabios --disable-ovmf \
        --disable-pvshim --disable-golang --disable-ocamltools --disable-systemd --disable-monitors --disable-xsmpolicy \
        --with-system-qemu=/usr/bin/qemu --with-system-ipxe=/usr/lib/ipxe) || return 1
    for part in include libs; do
        nice -n 5 make "-j$2" -C "$1/tools/$part" debug=n EXTRA_CFLAGS_XEN_TOOLS="-fmacro-prefix-map=$1=xen" || return 1
    done
    for part in ctrl guest light; do
        compgen -G "$1/tools/libs/$part/libxen$part.a" || return 1
    done
    find "$1/tools" -name '*.o' -exec strip --strip-debug {} +
}

# check_tools RELEASE
check_tools() {
    build_sides "$1" tools gcc build_tools || return 0
    (cd "$work/$1-tools/real" && find tools -name '*.o' | sort) | compare "$1" tools -
}

# check_facts RELEASE
check_facts() {
    local real=$sources/xen-$1/xen/include/public place=$work/$1-facts
    mkdir -p "$place"
    logged "$place/log" export_tree "$1" ours "$place/ours"
    [ -n "$planted_file" ] || grep "^no header\|^stays" "$place/log" | sed 's/^/note: /'
    if scripts/compare-headers "$real" "$place/ours/xen/include/public" ${planted_file:+"$planted_file"} >"$place/said"; then
        sed 's/^/  /' "$place/said"
        echo "ok     $1 facts: declarations, layouts and macros are the same"
    else
        sed 's/^/  /' "$place/said"
        fail "$1 facts: what differs is above"
    fi
}

# check_embed RELEASE: a spec changes by one line, and what includes its header is compiled again, and nothing else. The
# architecture with the smallest hypervisor that both releases have is enough for that.
check_embed() {
    local place=$work/$1-embed tree=$work/$1-embed/tree header=sched.h
    mkdir -p "$place"
    local make=(nice -n 5 make -j2 -C "$tree/xen" XEN_TARGET_ARCH=arm32 CROSS_COMPILE=arm-linux-gnueabihf-)
    local tool=(make -C "$tree/xen/tools/xenbindgen")
    export_tree "$1" real "$tree"
    logged "$place/log" scripts/xen-tree embed "$tree" --xen "$1"
    logged "$place/log" "${tool[@]}" check || { fail "$1 embed: make check"; return; }
    logged "$place/log" build_hypervisor arm32 arm-linux-gnueabihf- - "$tree" 2 || { fail "$1 embed: does not build"; return; }
    logged "$place/log" "${make[@]}" build || { fail "$1 embed: does not build twice"; return; }
    ! grep -E '^  (CC|HOSTCC) ' "$place/log" || { fail "$1 embed: a second build compiles something"; return; }
    (cd "$tree/xen" && find . -name '.*.o.cmd' -exec grep -l "include/public/$header" {} +) |
        sed -E 's|^\./||; s|\.([^/]*)\.cmd$|\1|' | sort >"$place/users"
    touch "$place/before"
    sed -i '0,/^description = "/s//&(Changed.) /' "$tree/xen/abi/${header%.h}/${header%.h}.toml"
    ! "${tool[@]}" check >"$place/log" 2>&1 || fail "$1 embed: check does not see that a header is old"
    logged "$place/log" "${make[@]}" build || { fail "$1 embed: does not build after a change"; return; }
    find "$tree/xen/include/public" -newer "$place/before" -type f -printf '%P\n' | sort >"$place/newer"
    sed -nE 's/^  CC +(.*\.o)$/\1/p' "$place/log" | sort >"$place/compiled"
    if [ "$(cat "$place/newer")" != "$header" ]; then
        fail "$1 embed: these headers are newer, where only $header should be: $(paste -s -d' ' "$place/newer")"
    elif [ ! -s "$place/users" ] || ! diff "$place/users" "$place/compiled"; then
        fail "$1 embed: other objects are compiled again than those that include $header"
    else
        echo "ok     $1 embed: after one line of a spec, $header is new, and the $(wc -l <"$place/users") objects that include it," \
            "of $(find "$tree/xen" -name '*.o' | wc -l)"
    fi
}

# planted WHAT WHERE HEADER EXPRESSION: the facts of 4.20 differ in that header, and the line that says so names WHERE.
planted() {
    planted_file=$3 planted_expression=$4
    check_facts 4.20 >"$work/planted.said"
    planted_file=''
    if [ "$failed" -eq 1 ] && grep -qF -- "$2" "$work/planted.said"; then
        echo "ok     $1 is noticed: $(grep -m1 -F -- "$2" "$work/planted.said")"
    else
        planted_failed=1
        cat "$work/planted.said"
        echo "FAILED $1 is not noticed"
    fi
    failed=0
}

check_planted() {
    local planted_failed=0
    planted 'a swapped member' 'struct xen_domctl_scheduler_op' domctl.h \
        '/^struct xen_domctl_scheduler_op /,/^}/ { s/ sched_id;/ swapped;/; s/ cmd;/ sched_id;/; s/ swapped;/ cmd;/ }'
    planted 'a changed bit' 'macro XEN_DOMCTL_CDF_hap' domctl.h \
        's/(define _XEN_DOMCTL_CDF_hap +)[0-9]+/\111/; s/(define XEN_DOMCTL_CDF_hap +).*/\1(1U << 11)/'
    planted 'a changed sign of a macro' 'macro XEN_DOMCTL_pausedomain' domctl.h 's/(define XEN_DOMCTL_pausedomain +[0-9]+)/\1U/'
    planted 'a changed sign of a member' 'struct mmuext_op' xen.h '/^struct mmuext_op /,/^}/ s/unsigned int cmd;/int cmd;/'
    planted 'a dropped macro that nothing uses' 'macro MASK_XENCONS_IDX' io/console.h '/define MASK_XENCONS_IDX/d'
    planted 'another string' 'macro XEN_IO_PROTO_ABI_ARM' io/protocols.h 's/"arm-abi"/"arm-api"/'
    planted 'another body of a macro that is a function' 'macro RING_FREE_REQUESTS' io/ring.h '/define RING_FREE_REQUESTS/,/[^\\]$/ s/rsp_cons/req_cons/'
    planted 'a mask left out of a macro that is a function' 'macro RING_GET_RESPONSE' io/ring.h \
        '/define RING_GET_RESPONSE/,/[^\\]$/ s/ & \(RING_SIZE\(r\) - 1\)//'
    planted 'another sign of a typedef' XENCONS_RING_IDX io/console.h 's/^typedef uint32_t XENCONS_RING_IDX;/typedef int32_t XENCONS_RING_IDX;/'
    planted 'a dropped typedef' xen_kexec_range_t kexec.h '/^typedef .* xen_kexec_range_t;/d'
    planted 'a dropped handle' '__guest_handle_physdev_op_t' physdev.h '/DEFINE_XEN_GUEST_HANDLE\(physdev_op_t\)/d'
    planted 'a struct that nobody uses and that is longer' 'struct xen_flask_devicetree_label' xsm/flask_op.h \
        's/^struct xen_flask_devicetree_label \{/&\n    uint32_t more;/'
    planted 'another condition' 'is missing' xen.h 's/^(#if __XEN_INTERFACE_VERSION__ < )0x00030101/\10x00030100/'
    planted 'an include left out' 'grant_table.h' io/blkif.h '/^#include "..\/grant_table.h"/d'
    failed=$planted_failed
}

case ${1-} in
-h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"
    exit
    ;;
'' | --planted | 4.17 | 4.20) ;;
--plant)
    [ $# -ge 3 ] || die "--plant wants a header and an expression of sed"
    planted_file=$2 planted_expression=$3
    set -- "${4:-4.20}" "${@:5}"
    [ $# -gt 1 ] || set -- "$1" facts
    ;;
*) die "there is no \`$1\`; see scripts/check-xen --help" ;;
esac
mkdir -p "$work"
[ -x "${XENBINDGEN:-build/xenbindgen}" ] || die "there is no build/xenbindgen: run make"
install_needed
sources=$(scripts/fetch-sources)
parts="x86_64 arm64 arm32 riscv64 ppc64 wide tools facts embed"
if [ "${1-}" = --planted ]; then
    check_planted
    exit "$failed"
fi
for release in ${1:-4.17 4.20}; do
    for part in ${*:2}${2:+ } $([ $# -gt 1 ] || echo "$parts"); do
        case $part in
        tools | facts | embed) "check_$part" "$release" ;;
        *)
            grep -q "^$part " <<<"$hypervisors" || die "there is no part \`$part\`: $parts"
            check_hypervisor "$release" "$part"
            ;;
        esac
        rm -rf "$work/$release-$part"/{ours,tree}
    done
done
exit "$failed"
