# Packages of Debian that are unpacked and not installed. The mirror is the machine's own, the signature is Debian's, the
# package lists are kept apart from the machine's: no root is needed and nothing on the machine changes.
#
# Sourced, in the tree's root, by scripts that define `die MESSAGE`. archive_start makes
#
#   $scratch    a folder that is removed at the end
#
# shellcheck shell=bash

# archive_start NAME: finds the mirror, or dies.
archive_start() {
    # Debian's main archive among the machine's sources. What the release files say is known only once the machine has run
    # apt-get update; before that only the address can tell the main archive from that of security updates.
    # shellcheck disable=SC2016 # apt-get replaces $(...)
    archive_mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN)/$(LABEL)' 'Created-By: Packages' |
        awk '$2 == "Debian/Debian" { print $1; exit }')
    # shellcheck disable=SC2016
    [ -n "$archive_mirror" ] || archive_mirror=$(apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' |
        awk '/debian/ && !/security|backports/ { print; exit }')
    [ -n "$archive_mirror" ] || die "found no Debian archive among the machine's apt sources"

    archive_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$archive_keyring" ] || die "$archive_keyring is missing: install debian-archive-keyring"

    mkdir -p .cache
    scratch=$(mktemp -d "$PWD/.cache/$1.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
}

# archive_use SUITE ARCH: makes apt-get speak of a suite's packages for one of Debian's architectures, or of its source
# packages if ARCH is "source".
archive_use() {
    local apt=$scratch/$2 type=deb arch=$2
    [ "$2" != source ] || type=deb-src arch=$(dpkg --print-architecture)
    mkdir -p "$apt"/{lists/partial,archives/partial}
    echo "$type [signed-by=$archive_keyring] $archive_mirror $1 main" >"$apt/sources.list"
    : >"$apt/status"
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
APT::Update::Post-Invoke "";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    export APT_CONFIG=$apt/apt.conf
    apt-get -qq update >"$scratch/log" 2>&1 ||
        die "cannot read the package lists of $1 for $2: $(tail -n 3 "$scratch/log")"
}

# archive_fetch SUITE PACKAGE: the package, as the only file of $scratch/deb.
archive_fetch() {
    rm -rf "$scratch/deb"
    mkdir "$scratch/deb"
    (cd "$scratch/deb" && apt-get -qq download "$2") >"$scratch/log" 2>&1 ||
        die "cannot download $2 from $1: $(tail -n 3 "$scratch/log")"
}

# archive_fetch_source SUITE PACKAGE: what its authors published, without Debian's changes, as the only file of $scratch/deb.
archive_fetch_source() {
    rm -rf "$scratch/deb"
    mkdir "$scratch/deb"
    (cd "$scratch/deb" && apt-get -qq source --download-only --tar-only "$2") >"$scratch/log" 2>&1 ||
        die "cannot download the source of $2 from $1: $(tail -n 3 "$scratch/log")"
}
