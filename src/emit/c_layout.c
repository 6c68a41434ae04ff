/*
 * The second header of a folder: sizes, alignments and offsets, asserted by whatever compiler
 * includes it. The main header stays as Xen ships its own.
 */
#include "emit/c.h"
#include "layout/layout.h"

static void assert_on(struct buf *out, const struct def *def, enum abi abi)
{
    const struct layout *layout = def->layout[abi];
    struct str name = def->name.s, header = def->folder->rust_name;
    if (def->kind == DEF_TYPEDEF) {
        /* Not the alignment: gcc tells that of a scalar outside of structs. */
        buf_printf(out, "XEN_LAYOUT_ASSERT(%.*s, sizeof(%.*s) == %llu);\n", STR_ARG(header), STR_ARG(name),
                   (unsigned long long)layout->size);
        return;
    }
    buf_printf(out, "XEN_LAYOUT_ASSERT(%.*s, sizeof(struct %.*s) == %llu);\n", STR_ARG(header), STR_ARG(name),
               (unsigned long long)layout->size);
    buf_printf(out, "XEN_LAYOUT_ASSERT(%.*s, __alignof__(struct %.*s) == %llu);\n", STR_ARG(header), STR_ARG(name),
               (unsigned long long)layout->align);
    for (size_t i = 0; i < def->fields.len; i++) {
        struct str field = def->fields.at[i].name.s;
        buf_printf(out, "XEN_LAYOUT_ASSERT(%.*s, offsetof(struct %.*s, %.*s) == %llu);\n", STR_ARG(header),
                   STR_ARG(name), STR_ARG(field), (unsigned long long)layout->offsets[i]);
        buf_printf(out, "XEN_LAYOUT_ASSERT(%.*s, sizeof(((struct %.*s *)0)->%.*s) == %llu);\n", STR_ARG(header),
                   STR_ARG(name), STR_ARG(field), (unsigned long long)layout_type(def->fields.at[i].type, abi).size);
    }
}

/* Each layout that occurs, under the test for the ABIs that have it. */
static void assert_def(struct buf *out, const struct def *def)
{
    abi_set done = 0;
    bool tested = false;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!def->layout[abi] || (done & ABI_BIT(abi))) {
            continue;
        }
        abi_set same = layout_same(def, def->abis, abi);
        if (same != c_folder_abis(def->folder)) {
            buf_text(out, tested ? "#elif " : "#if ");
            c_test(out, same);
            buf_char(out, '\n');
            tested = true;
        }
        assert_on(out, def, abi);
        done |= same;
    }
    buf_text(out, tested ? "#endif\n" : "");
}

void c_emit_layout(struct buf *out, struct arena *arena, const struct folder *folder)
{
    struct str guard = c_guard(arena, folder, "-layout");
    c_banner(out, folder);
    buf_printf(out, "#ifndef %.*s\n#define %.*s\n\n#include <stddef.h>\n\n", STR_ARG(guard), STR_ARG(guard));
    c_include(out, folder, c_path(arena, folder, ""));
    for (size_t i = 0; i < folder->defs.len; i++) {
        if (folder->defs.at[i]->kind == DEF_STRUCT || folder->defs.at[i]->kind == DEF_TYPEDEF) {
            buf_char(out, '\n');
            assert_def(out, folder->defs.at[i]);
        }
    }
    buf_printf(out, "\n#endif /* %.*s */\n", STR_ARG(guard));
}
