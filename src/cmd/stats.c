#include "cmd/stats.h"

#include "diag/print.h"
#include "spec/resolve.h"

#include <stddef.h>

/*
 * What is counted, of a folder or of all. Records are inline ones too where it says so; conditions are those of all
 * that may have one. Nothing but counts: they are added up as an array.
 */
struct counts {
    size_t folders, headers, files;
    size_t structs, inline_structs;
    size_t unions, inline_unions;
    size_t read_by[READ_BY_VIEW + 1]; /* unions, inline or not */
    size_t fields, bit_fields, variants, bits;
    size_t kinds[DEF_KIND_COUNT]; /* definitions, but for those that are made of others */
    size_t ops;                   /* sub-operations of hypercalls */
    size_t made, includes, conditions;
};

#define COUNTS_LEN (sizeof(struct counts) / sizeof(size_t))

/* What is shown, in order: for people, and by which name for machines. */
struct stats_row {
    const char *words, *key;
    size_t offset;
};
#define AT(member) offsetof(struct counts, member)
static const struct stats_row rows[] = {
    {"folders", "folders", AT(folders)},
    {"  with a header", "headers", AT(headers)},
    {"files", "files", AT(files)},
    {"structs", "structs", AT(structs)},
    {"  inline", "inlineStructs", AT(inline_structs)},
    {"unions", "unions", AT(unions)},
    {"  inline", "inlineUnions", AT(inline_unions)},
    {"  read by: tag", "unionsByTag", AT(read_by[READ_BY_TAG])},
    {"  read by: first", "unionsByFirst", AT(read_by[READ_BY_FIRST])},
    {"  read by: direction", "unionsByDirection", AT(read_by[READ_BY_DIRECTION])},
    {"  read by: context", "unionsByContext", AT(read_by[READ_BY_CONTEXT])},
    {"  read by: view", "unionsByView", AT(read_by[READ_BY_VIEW])},
    {"  read by: unknown", "unionsByUnknown", AT(read_by[READ_BY_UNKNOWN])},
    {"members", "members", AT(fields)},
    {"  bit-fields", "bitFields", AT(bit_fields)},
    {"constants", "constants", AT(kinds[DEF_CONSTANT])},
    {"enums", "enums", AT(kinds[DEF_ENUM])},
    {"  values", "values", AT(variants)},
    {"bitmaps", "bitmaps", AT(kinds[DEF_BITMAP])},
    {"  bits", "bits", AT(bits)},
    {"typedefs", "typedefs", AT(kinds[DEF_TYPEDEF])},
    {"handles", "handles", AT(kinds[DEF_HANDLE])},
    {"hypercalls", "hypercalls", AT(kinds[DEF_HYPERCALL])},
    {"  sub-operations", "subOperations", AT(ops)},
    {"rings", "rings", AT(kinds[DEF_RING])},
    {"save records", "saves", AT(kinds[DEF_SAVE])},
    {"event rings", "eventRings", AT(kinds[DEF_EVENT_RING])},
    {"made of these", "made", AT(made)},
    {"includes", "includes", AT(includes)},
    {"conditions", "conditions", AT(conditions)},
    {"refusals", "refusals", AT(kinds[DEF_REFUSAL])},
    {"verbatim blocks", "verbatim", AT(kinds[DEF_VERBATIM])},
};

static size_t row_count(const struct counts *counts, const struct stats_row *row)
{
    return ((const size_t *)counts)[row->offset / sizeof(size_t)];
}

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
    if (def->made_by) {
        counts->made++; /* its row counts */
        return;
    }
    counts->kinds[def->kind]++;
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

static struct counts count_folder(const struct folder *folder)
{
    struct counts counts = {
        .folders = 1, .headers = folder->header.given, .files = folder->files.len, .includes = folder->includes.len};
    for (size_t i = 0; i < folder->includes.len; i++) {
        count_when(&counts, &folder->includes.at[i].when);
    }
    for (size_t d = 0; d < folder->defs.len; d++) {
        count_def(&counts, folder->defs.at[d]);
    }
    return counts;
}

static struct counts count_spec(const struct spec *spec)
{
    struct counts total = {0};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct counts counts = count_folder(spec->folders.at[f]);
        for (size_t i = 0; i < COUNTS_LEN; i++) {
            ((size_t *)&total)[i] += ((const size_t *)&counts)[i];
        }
    }
    return total;
}

/* The verbatim block after another one, or the first one; NULL after the last. */
static const struct def *next_verbatim(const struct spec *spec, size_t *folder, size_t *at)
{
    for (; *folder < spec->folders.len; (*folder)++, *at = 0) {
        while (*at < spec->folders.at[*folder]->defs.len) {
            const struct def *def = spec->folders.at[*folder]->defs.at[(*at)++];
            if (def->kind == DEF_VERBATIM) {
                return def;
            }
        }
    }
    return NULL;
}

void stats_write(struct buf *out, const struct spec *spec)
{
    const struct counts total = count_spec(spec);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_printf(out, "%-24s%8zu\n", rows[i].words, row_count(&total, &rows[i]));
    }
    size_t folder = 0, at = 0;
    for (const struct def *def; (def = next_verbatim(spec, &folder, &at));) {
        struct position position = source_position(out->arena, def->source, def->name.off);
        buf_printf(out, "  %.*s  (", STR_ARG(def->name.s));
        text_visible(out, def->source->path);
        buf_printf(out, ":%u)\n", position.line);
    }
}

/* The counts as members of an object that has been opened. */
static void json_counts(struct buf *out, const struct counts *counts)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_printf(out, "%s\"%s\":%zu", i ? "," : "", rows[i].key, row_count(counts, &rows[i]));
    }
}

void stats_json(struct buf *out, const struct spec *spec)
{
    const struct counts total = count_spec(spec);
    buf_text(out, "{\"total\":{");
    json_counts(out, &total);
    buf_text(out, "},\n\"folders\":[");
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct counts counts = count_folder(spec->folders.at[f]);
        buf_text(out, f ? ",\n{\"name\":" : "\n{\"name\":");
        json_string(out, spec->folders.at[f]->name);
        buf_char(out, ',');
        json_counts(out, &counts);
        buf_char(out, '}');
    }
    buf_text(out, "],\n\"verbatimBlocks\":[");
    size_t folder = 0, at = 0, written = 0;
    for (const struct def *def; (def = next_verbatim(spec, &folder, &at));) {
        struct position position = source_position(out->arena, def->source, def->name.off);
        buf_text(out, written++ ? ",\n{\"name\":" : "\n{\"name\":");
        json_string(out, def->name.s);
        buf_text(out, ",\"folder\":");
        json_string(out, def->folder->name);
        buf_text(out, ",\"file\":");
        json_string(out, def->source->path);
        buf_printf(out, ",\"line\":%u,\"description\":", position.line);
        json_string(out, def->description);
        buf_char(out, '}');
    }
    buf_text(out, "]}");
}
