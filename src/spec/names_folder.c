/* The names of a folder's outputs. */
#include "spec/namer.h"

#include "spec/read.h"
#include "spec/words.h"

#include <string.h>

/* "arch-x86" and whatever begins so, such as "arch-x86_32". */
static bool starts_with_arch(struct str folder)
{
    struct str rest = {folder.ptr + strlen("arch-"), folder.len - strlen("arch-")};
    bool found = false;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        found = found || str_starts(rest, archs[arch].name);
    }
    return found;
}

/* Why a folder's name cannot name its outputs, or NULL. */
static const char *folder_fault(struct str name)
{
    static const char *const taken[] = {"arch", "lib", "main", "support", "xen-support"};
    static const char *const system[] = {"stddef", "stdint"};
    if (word_in(name, taken, sizeof taken / sizeof *taken)) {
        return "a file of that name is made for every spec";
    }
    if (word_in(name, system, sizeof system / sizeof *system)) {
        return "its header would hide C's own";
    }
    if (str_starts(name, "arch-") && !starts_with_arch(name)) {
        return "Xen serves x86, arm, riscv and ppc";
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool first = i == 0 || name.ptr[i - 1] == '/';
        bool plain = ascii_is_alpha(c) || ascii_is_digit(c);
        if (!plain && (first || (c != '_' && c != '-' && c != '/'))) {
            return "letters, digits, `-` and `_` may stand in it, a letter or digit first";
        }
    }
    return name.len > NAME_LENGTH_MAX ? "it is longer than 63 characters" : NULL;
}

void name_folder(struct arena *arena, struct diags *diags, struct folder *folder, struct map *outputs)
{
    struct span span = {folder->files.len ? folder->files.at[0].source : NULL, 0, 0};
    const char *fault = folder_fault(folder->name);
    if (fault) {
        diag_add(diags, RULE_NAME_OUTPUT, span, "the folder `%.*s` cannot name a header and a module: %s",
                 STR_ARG(folder->name), fault);
        return;
    }
    struct str rust = name_lower(arena, folder->name);
    char *bytes = arena_alloc(arena, rust.len + 1);
    for (size_t i = 0; i < rust.len; i++) {
        bytes[i] = rust.ptr[i] == '-' || rust.ptr[i] == '/' ? '_' : rust.ptr[i];
    }
    rust.ptr = bytes;
    bool digit = ascii_is_digit(rust.ptr[0]);
    bool keyword = word_is_rust(rust) || str_is(rust, "self") || str_is(rust, "super") || str_is(rust, "crate");
    folder->rust_name = str_printf(arena, "%s%.*s%s", digit ? "_" : "", STR_ARG(rust), keyword ? "_" : "");
    struct str both[] = {folder->rust_name, str_printf(arena, "%.*s_layout", STR_ARG(folder->rust_name))};
    for (size_t i = 0; i < 2; i++) {
        const struct folder *first = map_add(outputs, both[i], folder);
        if (first) {
            diag_add(diags, RULE_NAME_OUTPUT, span, "the folders `%.*s` and `%.*s` would make the same file",
                     STR_ARG(first->name), STR_ARG(folder->name));
            return;
        }
    }
}
