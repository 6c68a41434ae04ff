#include "cmd/stats.h"

#include "diag/print.h"
#include "spec/resolve.h"

/* What is counted of records, inline ones too, and of all that may have a condition. */
struct counts {
    size_t structs, inline_structs;
    size_t unions, inline_unions;
    size_t read_by[READ_BY_VIEW + 1]; /* unions, inline or not */
    size_t fields, bit_fields, variants, bits;
    size_t conditions;
    size_t ops; /* sub-operations of hypercalls */
};

static void count_when(struct counts *counts, const struct when *when)
{
    counts->conditions += when->len > 0;
}

static void count_record(struct counts *counts, const struct def *def)
{
    if (def->kind == DEF_UNION) {
        *(def->outer ? &counts->inline_unions : &counts->unions) += 1;
        counts->read_by[def->more->tag.read_by]++;
    } else {
        *(def->outer ? &counts->inline_structs : &counts->structs) += 1;
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct type *type = field->type ? type_element(field->type) : NULL;
        counts->fields++;
        counts->bit_fields += field->more->bits.given;
        if (!field->joined) {
            count_when(counts, &field->more->when);
            if (type && type->kind == TYPE_RECORD) {
                count_record(counts, type->more->record);
            }
        }
    }
}

static void count_def(struct counts *counts, const struct def *def)
{
    count_when(counts, &def->when);
    counts->variants += def->more->variants.len;
    counts->bits += def->more->bits.len;
    for (size_t i = 0; i < def->more->variants.len; i++) {
        count_when(counts, &def->more->variants.at[i].when);
    }
    for (size_t i = 0; i < def->more->bits.len; i++) {
        count_when(counts, &def->more->bits.at[i].when);
    }
    for (size_t i = 0; def->row && i < def->row->args.len; i++) {
        count_when(counts, &def->row->args.at[i].when);
    }
    for (size_t i = 0; def->row && i < def->row->ops.len; i++) {
        count_when(counts, &def->row->ops.at[i].when);
        counts->ops++;
    }
    if (def_is_record(def)) {
        count_record(counts, def);
    }
}

static void write_row(struct buf *out, const char *what, size_t count)
{
    buf_printf(out, "%-24s%8zu\n", what, count);
}

void stats_write(struct buf *out, const struct spec *spec)
{
    static const char *const read_by_words[] = {
        [READ_BY_UNKNOWN] = "  read by: unknown", [READ_BY_TAG] = "  read by: tag",
        [READ_BY_FIRST] = "  read by: first",     [READ_BY_DIRECTION] = "  read by: direction",
        [READ_BY_CONTEXT] = "  read by: context", [READ_BY_VIEW] = "  read by: view"};
    struct counts counts = {0};
    size_t files = 0, headers = 0, includes = 0, made = 0, kinds[DEF_KIND_COUNT] = {0};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        files += folder->files.len;
        headers += folder->header.given;
        includes += folder->includes.len;
        for (size_t i = 0; i < folder->includes.len; i++) {
            count_when(&counts, &folder->includes.at[i].when);
        }
        for (size_t d = 0; d < folder->defs.len; d++) {
            if (folder->defs.at[d]->made_by) {
                made++; /* its row counts */
                continue;
            }
            kinds[folder->defs.at[d]->kind]++;
            count_def(&counts, folder->defs.at[d]);
        }
    }
    write_row(out, "folders", spec->folders.len);
    write_row(out, "  with a header", headers);
    write_row(out, "files", files);
    write_row(out, "structs", counts.structs);
    write_row(out, "  inline", counts.inline_structs);
    write_row(out, "unions", counts.unions);
    write_row(out, "  inline", counts.inline_unions);
    for (size_t i = READ_BY_UNKNOWN + 1; i <= READ_BY_VIEW; i++) {
        write_row(out, read_by_words[i], counts.read_by[i]);
    }
    write_row(out, read_by_words[READ_BY_UNKNOWN], counts.read_by[READ_BY_UNKNOWN]);
    write_row(out, "members", counts.fields);
    write_row(out, "  bit-fields", counts.bit_fields);
    write_row(out, "constants", kinds[DEF_CONSTANT]);
    write_row(out, "enums", kinds[DEF_ENUM]);
    write_row(out, "  values", counts.variants);
    write_row(out, "bitmaps", kinds[DEF_BITMAP]);
    write_row(out, "  bits", counts.bits);
    write_row(out, "typedefs", kinds[DEF_TYPEDEF]);
    write_row(out, "handles", kinds[DEF_HANDLE]);
    write_row(out, "hypercalls", kinds[DEF_HYPERCALL]);
    write_row(out, "  sub-operations", counts.ops);
    write_row(out, "rings", kinds[DEF_RING]);
    write_row(out, "save records", kinds[DEF_SAVE]);
    write_row(out, "event rings", kinds[DEF_EVENT_RING]);
    write_row(out, "made of these", made);
    write_row(out, "includes", includes);
    write_row(out, "conditions", counts.conditions);
    write_row(out, "verbatim blocks", kinds[DEF_VERBATIM]);
    for (size_t f = 0; f < spec->folders.len && kinds[DEF_VERBATIM]; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            if (def->kind == DEF_VERBATIM) {
                struct position at = source_position(out->arena, def->source, def->name.off);
                buf_printf(out, "  %.*s  (", STR_ARG(def->name.s));
                text_visible(out, def->source->path);
                buf_printf(out, ":%u)\n", at.line);
            }
        }
    }
}
