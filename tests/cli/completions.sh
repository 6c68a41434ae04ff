# Completions: those of bash are loaded and asked, the others name every verb and option.
# shellcheck shell=bash disable=SC2154,SC2034 # variables are those of tests/lib.sh

expect_message "completions without a shell" 2 'completions needs a shell: bash, zsh or fish' "$xenbindgen" completions
expect_message "completions for an unknown shell" 2 'they are for bash, zsh and fish' "$xenbindgen" completions tcsh
for shell in bash zsh fish; do
    expect_silent "completions $shell" 0 "$xenbindgen" completions $shell
    cp "$out" "$work/completions.$shell"
done
expect_ok "those of bash have no fault" shellcheck --shell=bash "$work/completions.bash"

# completes WANTED WORD...: what bash offers for the last of the words; commas stand for blanks in WANTED.
completes() {
    local wanted=$1 found
    shift
    found=$(
        # shellcheck source=/dev/null
        . "$work/completions.bash"
        COMP_WORDS=(xenbindgen "$@") COMP_CWORD=$# COMPREPLY=()
        _xenbindgen
        printf '%s\n' "${COMPREPLY[@]}" | paste -sd ' '
    )
    if [ "$found" = "$wanted" ]; then
        ok "bash completes: $*"
    else
        not_ok "bash completes: $*" "wanted '$wanted', got '$found'"
    fi
}
completes "check completions" c
completes "verify version" ve
completes "check completions" help c
completes "--lang" gen --l
completes "c rust" gen --lang ""
completes "rust" gen -l r
completes "json" check --format j
completes "auto always" layout --color = a
completes "arm64 arm32" layout --abi arm
completes "x86_64,arm64 x86_64,arm32" layout --abi x86_64,ar
completes "guest" layout --context g
completes "legacy" verify --context l
completes "padding-implicit padding-tail" explain padding
completes "bash zsh fish" completions ""
completes "specs" check spec
completes "specs" gen --indir spec
completes "README.md" fmt READ
completes "" layout xen_sysctl
completes "" nonsense ""

for verb in $("$xenbindgen" --help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
    expect_ok "zsh knows $verb" grep -q "^    $verb)\$" "$work/completions.zsh"
    expect_ok "fish knows $verb" grep -q " -a $verb -d " "$work/completions.fish"
    missing=
    for option in $("$xenbindgen" "$verb" --help | sed -nE 's/^  (-[a-zA-Z], |    )--([a-z-]+).*/\2/p'); do
        completes "--$option" "$verb" "--$option"
        sed -n "/^    $verb)\$/,/;;/p" "$work/completions.zsh" | grep -qE -e "'--$option=?\[" || missing+=" zsh:$option"
        grep -qE "from $verb' -l $option( |\$)" "$work/completions.fish" || missing+=" fish:$option"
    done
    expect_same "zsh and fish know the options of $verb" <(echo) <(echo "$missing")
done
