#include "clang/headers.h"

#include "base/buf.h"
#include "base/dir.h"
#include "base/input.h"
#include "emit/emit.h"

#include <stdlib.h>
#include <string.h>

static int compare_headers(const void *a, const void *b)
{
    return str_cmp((*(struct header *const *)a)->name, (*(struct header *const *)b)->name);
}

static bool text_holds(struct str text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

/* "arch-x86/xen.h" is for x86 alone, "arch-x86/xen-x86_32.h" and "arch-x86_32.h" for one of its ABIs. */
static abi_set abis_of_header(struct str name)
{
    size_t len = 0;
    while (len < name.len && name.ptr[len] != '/' && name.ptr[len] != '_' && name.ptr[len] != '.') {
        len++;
    }
    enum arch arch = arch_of_folder((struct str){name.ptr, len});
    abi_set set = arch == ARCH_COUNT ? ABI_ALL : archs[arch].abis;
    for (enum abi abi = 0; arch != ARCH_COUNT && abi < ABI_COUNT; abi++) {
        set = (set & ABI_BIT(abi)) && text_holds(name, abis[abi].name) ? ABI_BIT(abi) : set;
    }
    return set;
}

/* The value of __XEN_LATEST_INTERFACE_VERSION__ as the header spells it; empty if it is not there. */
static struct str find_latest(struct str text)
{
    static const char define[] = "define __XEN_LATEST_INTERFACE_VERSION__ ";
    size_t len = sizeof define - 1;
    for (size_t i = 0; i + len < text.len; i++) {
        if (memcmp(text.ptr + i, define, len) == 0) {
            struct str value = {text.ptr + i + len, 0};
            const char *end = text.ptr + text.len;
            while (value.ptr != end && *value.ptr == ' ') {
                value.ptr++;
            }
            while (value.ptr + value.len != end &&
                   (ascii_is_alpha(value.ptr[value.len]) || ascii_is_digit(value.ptr[value.len]))) {
                value.len++;
            }
            return value;
        }
    }
    return (struct str){"", 0};
}

/* A header that `gen` makes beside another to assert its layout: it tells nothing that the other does not. */
static bool is_layout_header(const struct header *header)
{
    struct str text = header->source.text;
    return str_ends(header->name, "-layout.h") && text_holds(text, EMIT_BANNER);
}

bool headers_find(struct arena *arena, struct str root, struct headers *headers, struct str *error)
{
    *headers = (struct headers){.root = root, .latest = {"", 0}, .by_name = map_new(arena)};
    struct input_tree tree;
    if (!input_list(arena, root, ".h", &tree, error)) {
        return false;
    }
    for (size_t f = 0; f < tree.folders.len; f++) {
        const struct input_folder *folder = &tree.folders.at[f];
        for (size_t i = 0; i < folder->files.len; i++) {
            struct header *header = ARENA_NEW(arena, struct header);
            header->name = dir_join(arena, folder->path, folder->files.at[i]);
            header->abis = abis_of_header(header->name);
            header->source.path = dir_join(arena, root, header->name);
            if (!input_read(arena, header->source.path, &header->source.text, error)) {
                return false;
            }
            if (is_layout_header(header)) {
                continue;
            }
            header->lines = lines_of(arena, header->source.text);
            VEC_PUSH(arena, &headers->list, header);
        }
    }
    if (!headers->list.len) {
        *error = str_printf(arena, "`%.*s` holds no headers", STR_ARG(root));
        return false;
    }
    qsort(headers->list.at, headers->list.len, sizeof *headers->list.at, compare_headers);
    for (size_t i = 0; i < headers->list.len; i++) {
        map_add(&headers->by_name, headers->list.at[i]->name, headers->list.at[i]);
    }
    const struct header *compat = map_get(&headers->by_name, STR("xen-compat.h"));
    headers->latest = compat ? find_latest(compat->source.text) : headers->latest;
    return true;
}
