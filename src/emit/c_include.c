/* Includes in the C backend: those that a spec writes, and those that follow from names. */
#include "emit/c.h"

bool c_brings_whole_header(const struct c_file *file, const struct folder *folder)
{
    return map_get(&file->c->whole, folder->name) != NULL;
}

/* Finds them all. `seen`: the folders that need no second look. */
static void find_whole_headers(struct c_spec *c, struct map *seen, struct folder *folder)
{
    if (map_add(seen, folder->name, folder)) {
        return;
    }
    bool brings = folder->header.given;
    for (size_t i = 0; i < folder->needs.len; i++) {
        struct folder *need = folder->needs.at[i].folder;
        find_whole_headers(c, seen, need);
        brings = brings || map_get(&c->whole, need->name);
    }
    if (brings) {
        map_add(&c->whole, folder->name, folder);
    }
}

const char c_unserved[] = "#error \"Xen does not serve this architecture\"\n";

void c_emit_needs(const struct c_file *file, struct buf *out, bool first)
{
    const struct folder *folder = file->folder;
    struct arena *arena = file->arena;
    for (size_t i = 0; i < folder->needs.len; i++) {
        const struct folder *need = folder->needs.at[i].folder;
        if ((need->arch == ARCH_COUNT || need->arch == folder->arch) && c_brings_whole_header(file, need) == first) {
            c_include(out, folder, c_path(arena, need, ""));
        }
    }
    abi_set tested = 0;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        for (size_t i = 0; i < folder->needs.len; i++) {
            const struct folder *need = folder->needs.at[i].folder;
            if (need->arch != arch || need->arch == folder->arch || c_brings_whole_header(file, need) != first) {
                continue;
            }
            if (!(tested & archs[arch].abis)) {
                buf_text(out, tested ? "#elif " : "#if ");
                c_test_abis(out, archs[arch].abis);
                buf_char(out, '\n');
                tested |= archs[arch].abis;
            }
            c_include(out, folder, c_path(arena, need, ""));
        }
    }
    if (tested == spec_abis(file->spec)) {
        buf_printf(out, "#else\n%s", c_unserved);
    }
    buf_text(out, tested ? "#endif\n" : "");
}

bool c_includes(const struct c_file *file, const struct include *include, const struct folder *folder)
{
    if (!str_is(include->from.s, "arch")) {
        return str_eq(include->from.s, folder->name);
    }
    if (folder->arch == ARCH_COUNT ||
        str_eq(folder->name, str_printf(file->arena, "arch-%s", archs[folder->arch].name))) {
        return folder->arch != ARCH_COUNT;
    }
    for (size_t i = 0; i < include->imports.len; i++) {
        const struct symbol *symbol = map_get(&file->spec->symbols, include->imports.at[i].s);
        for (size_t d = 0; symbol && d < symbol->defs.len; d++) {
            if (symbol->defs.at[d]->folder == folder) {
                return true;
            }
        }
    }
    return false;
}

void c_emit_include(const struct c_file *file, struct buf *out, const struct include *include)
{
    if (!str_is(include->from.s, "arch")) {
        c_include(out, file->folder, str_printf(file->arena, "%.*s.h", STR_ARG(include->from.s)));
        return;
    }
    abi_set served = 0;
    enum arch tested = ARCH_COUNT; /* folders of one architecture follow one another */
    for (size_t i = 0; i < file->spec->folders.len; i++) {
        const struct folder *folder = file->spec->folders.at[i];
        if (!c_includes(file, include, folder)) {
            continue;
        }
        if (folder->arch != tested) {
            buf_text(out, tested == ARCH_COUNT ? "#if " : "#elif ");
            c_test_abis(out, archs[folder->arch].abis);
            buf_char(out, '\n');
            tested = folder->arch;
            served |= archs[folder->arch].abis;
        }
        c_include(out, file->folder, c_path(file->arena, folder, ""));
    }
    if (served == spec_abis(file->spec)) {
        buf_printf(out, "#else\n%s", c_unserved);
    }
    buf_text(out, tested == ARCH_COUNT ? "" : "#endif\n");
}

void c_whole_find(struct arena *arena, struct c_spec *c)
{
    c->whole = map_new(arena);
    struct map seen = map_new(arena);
    for (size_t i = 0; i < c->spec->folders.len; i++) {
        find_whole_headers(c, &seen, c->spec->folders.at[i]);
    }
}
