/* The layout verb: where every member lies, with ABIs that differ side by side. */
#include "layout/layout.h"

#include "cmd/load.h"
#include "spec/write.h"

static const struct option options[] = {OPTION_INDIR, OPTION_ABI, OPTION_COLOR};

/* The ABIs that share one column: those of a group have the same layout. */
struct columns {
    enum abi first[ABI_COUNT];
    abi_set set[ABI_COUNT];
    size_t len;
};

static struct columns columns_of(const struct def *def, abi_set wanted)
{
    struct columns columns = {.len = 0};
    abi_set done = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!(wanted & ABI_BIT(abi)) || (done & ABI_BIT(abi)) || !def->layout[abi]) {
            continue;
        }
        columns.first[columns.len] = abi;
        columns.set[columns.len] = layout_same(def, def->abis & wanted, abi);
        done |= columns.set[columns.len++];
    }
    return columns;
}

static bool any_hole(const struct def *def, const struct columns *columns, size_t i)
{
    bool hole = false;
    for (size_t c = 0; c < columns->len; c++) {
        hole = hole || layout_hole(def, columns->first[c], i);
    }
    return hole;
}

static void row(struct buf *out, const struct def *def, const struct columns *columns, size_t i, bool hole)
{
    for (size_t c = 0; c < columns->len; c++) {
        enum abi abi = columns->first[c];
        const struct layout *layout = def->layout[abi];
        uint64_t bytes = hole ? layout_hole(def, abi, i) : layout_type(def->fields.at[i].type, abi).size;
        uint64_t offset = i < def->fields.len ? layout->offsets[i] : layout->size;
        if (hole && !bytes) {
            buf_text(out, "       .       .");
        } else {
            buf_printf(out, "%8llu%8llu", (unsigned long long)(hole ? offset - bytes : offset),
                       (unsigned long long)bytes);
        }
    }
    if (hole) {
        buf_text(out, "  (padding)\n");
        return;
    }
    const struct field *field = &def->fields.at[i];
    buf_printf(out, "  %.*s: ", STR_ARG(field->name.s));
    type_write(out, field->type);
    buf_char(out, '\n');
}

static void show(struct run *run, struct def *def, abi_set wanted)
{
    static const char *const words[] = {[DEF_STRUCT] = "struct",
                                        [DEF_ENUM] = "enum",
                                        [DEF_BITMAP] = "bitmap",
                                        [DEF_TYPEDEF] = "typedef",
                                        [DEF_CONSTANT] = "constant"};
    struct buf *out = &run->out;
    struct columns columns = columns_of(def, wanted);
    if (!columns.len && def->kind != DEF_CONSTANT) {
        return;
    }
    struct position at = source_position(run->arena, def->source, def->name.off);
    buf_printf(out, "%s%s %.*s  (%.*s:%u)\n", out->len ? "\n" : "", words[def->kind], STR_ARG(def->name.s),
               STR_ARG(def->source->path), at.line);
    for (size_t c = 0; c < columns.len; c++) {
        const struct layout *layout = def->layout[columns.first[c]];
        bool all = columns.set[c] == ABI_ALL;
        buf_printf(out, "  %.*s: size %llu, alignment %llu\n",
                   STR_ARG(all ? STR("all ABIs") : abi_set_names(run->arena, columns.set[c])),
                   (unsigned long long)layout->size, (unsigned long long)layout->align);
    }
    if (def->kind == DEF_TYPEDEF) {
        buf_text(out, "  stands for ");
        type_write(out, def->fields.at[0].type);
        buf_char(out, '\n');
    } else if (def->kind == DEF_CONSTANT) {
        const struct value *value = &def->value;
        uint32_t off = value->is_string ? value->string.off : value->number.off;
        uint32_t len = value->is_string ? value->string.len : value->number.len;
        buf_text(out, "  value ");
        buf_bytes(out, def->source->text.ptr + off, len); /* as it is spelled */
        buf_char(out, '\n');
    }
    if (def->kind != DEF_STRUCT) {
        return;
    }
    for (size_t c = 0; c < columns.len && columns.len > 1; c++) {
        buf_printf(out, "%16s", abis[columns.first[c]].name);
    }
    buf_text(out, columns.len > 1 ? "\n" : "");
    for (size_t c = 0; c < columns.len; c++) {
        buf_text(out, "  offset    size");
    }
    buf_text(out, "  member\n");
    for (size_t i = 0; i <= def->fields.len; i++) {
        if (any_hole(def, &columns, i)) {
            row(out, def, &columns, i, true);
        }
        if (i < def->fields.len) {
            row(out, def, &columns, i, false);
        }
    }
}

static int unknown_name(struct run *run, const struct spec *spec, struct str name)
{
    struct nearest near = nearest_start(name);
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            nearest_try(&near, spec->folders.at[f]->defs.at[d]->name.s);
        }
    }
    return near.best.len ? run_fail(run, "the spec does not define `%.*s`; did you mean `%.*s`?", STR_ARG(name),
                                    STR_ARG(near.best))
                         : run_fail(run, "the spec does not define `%.*s`", STR_ARG(name));
}

static int run_layout(struct run *run)
{
    abi_set wanted;
    int status = read_abis(run, &wanted);
    struct load load;
    if (status || !load_spec(run, &load, (struct str){NULL, 0}, false)) {
        return EXIT_CANNOT_RUN;
    }
    status = load_report(run, &load);
    struct str name = run->arguments.len ? run->arguments.at[0] : (struct str){NULL, 0};
    bool found = false;
    for (size_t f = 0; f < load.spec.folders.len; f++) {
        for (size_t d = 0; d < load.spec.folders.at[f]->defs.len; d++) {
            struct def *def = load.spec.folders.at[f]->defs.at[d];
            if (name.len ? str_eq(def->name.s, name) : def->kind == DEF_STRUCT) {
                show(run, def, wanted);
                found = true;
            }
        }
    }
    return name.len && !found && !status ? unknown_name(run, &load.spec, name) : status;
}

const struct verb verb_layout = {.name = "layout",
                                 .arguments = "[NAME]",
                                 .arguments_max = 1,
                                 .doc = "Shows offsets, sizes and holes of a definition, or of every struct.",
                                 .example = "xenbindgen layout --indir specs xen_sysctl_readconsole",
                                 .options = options,
                                 .options_len = sizeof options / sizeof *options,
                                 .run = run_layout};
