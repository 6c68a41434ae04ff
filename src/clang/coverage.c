/* How much of the headers the spec describes. */
#include "clang/verify.h"

/* A record or a constant of a header, whatever number of configurations have it. */
struct item {
    const struct fact *fact;
    bool is_record, described;
};

struct tally {
    VEC(struct item *) items; /* in the order of the header */
    struct map known;         /* by "s" or "c" and the name */
    size_t records, records_described, constants, constants_described;
};

struct coverage {
    struct arena *arena;
    const struct verification *v;
    struct tally *tallies;         /* of each header */
    struct map records, constants; /* the names that the spec describes */
};

static char yes; /* what a map holds under a name that is in it */

static void mark_described(struct coverage *coverage)
{
    const struct spec *spec = coverage->v->spec;
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            struct constants constants = {0};
            constants_of(coverage->arena, def, SAMPLE_DEFAULT, &constants);
            for (size_t i = 0; i < constants.list.len; i++) {
                map_add(&coverage->constants, constants.list.at[i].name, &yes);
            }
            for (unsigned config = 0; def->kind == DEF_STRUCT && config < VIEW_COUNT; config++) {
                const struct facts *facts = coverage->v->survey->on[config];
                const struct fact_record *record = facts ? fact_record_find(facts, def->name.s) : NULL;
                if (record) {
                    map_add(&coverage->records, record->fact.name, &yes);
                }
            }
        }
    }
}

static void add_item(struct coverage *coverage, size_t header, const struct fact *fact, bool is_record)
{
    struct tally *tally = &coverage->tallies[header];
    struct str key = str_printf(coverage->arena, "%c%.*s", is_record ? 's' : 'c', STR_ARG(fact->name));
    if (map_get(&tally->known, key)) {
        return;
    }
    struct item *item = ARENA_NEW(coverage->arena, struct item);
    *item = (struct item){.fact = fact, .is_record = is_record};
    item->described = map_get(is_record ? &coverage->records : &coverage->constants, fact->name) != NULL;
    map_add(&tally->known, key, item);
    VEC_PUSH(coverage->arena, &tally->items, item);
    *(is_record ? &tally->records : &tally->constants) += 1;
    *(is_record ? &tally->records_described : &tally->constants_described) += item->described;
}

static size_t header_index(const struct headers *headers, const struct header *header)
{
    size_t low = 0, high = headers->list.len;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(headers->list.at[middle]->name, header->name) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct coverage coverage_of(struct arena *arena, const struct verification *v)
{
    struct coverage coverage = {.arena = arena,
                                .v = v,
                                .tallies = ARENA_ARRAY(arena, v->headers->list.len, struct tally),
                                .records = map_new(arena),
                                .constants = map_new(arena)};
    mark_described(&coverage);
    for (size_t i = 0; i < v->headers->list.len; i++) {
        coverage.tallies[i].known = map_new(arena);
    }
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        const struct facts *facts = v->survey->on[config];
        for (size_t i = 0; facts && i < facts->records.len; i++) {
            const struct fact_record *record = facts->records.at[i];
            /* Inline records count with what they are in, handles are a matter of their own. */
            if (!record->outer && record->fact.name.len && !str_starts(record->fact.name, FACT_HANDLE_PREFIX)) {
                add_item(&coverage, header_index(v->headers, record->fact.header), &record->fact, true);
            }
        }
        for (size_t i = 0; facts && i < facts->constants.len; i++) {
            const struct fact *fact = &facts->constants.at[i]->fact;
            add_item(&coverage, header_index(v->headers, fact->header), fact, false);
        }
    }
    return coverage;
}

/* Failures that differ in nothing but the configuration. */
struct complaint {
    const struct fact_failure *failure;
    view_set configs;
};

static bool same_failure(const struct fact_failure *a, const struct fact_failure *b)
{
    return a->header == b->header && a->where == b->where && a->off == b->off && str_eq(a->message, b->message);
}

static void write_failures(struct arena *arena, const struct verification *v, struct buf *out)
{
    VEC(struct complaint) complaints = {0};
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        const struct facts *facts = v->survey->on[config];
        for (size_t i = 0; facts && i < facts->failures.len; i++) {
            const struct fact_failure *failure = &facts->failures.at[i];
            size_t c = 0;
            while (c < complaints.len && !same_failure(complaints.at[c].failure, failure)) {
                c++;
            }
            if (c == complaints.len) {
                VEC_PUSH(arena, &complaints, (struct complaint){.failure = failure});
            }
            complaints.at[c].configs |= VIEW_BIT(config);
        }
    }
    buf_text(out, complaints.len ? "These headers do not compile:\n" : "");
    for (size_t h = 0; h < v->headers->list.len; h++) {
        for (size_t c = 0; c < complaints.len; c++) {
            const struct fact_failure *failure = complaints.at[c].failure;
            if (failure->header != v->headers->list.at[h]) {
                continue;
            }
            struct str words = view_words(arena, complaints.at[c].configs, v->configs);
            buf_printf(out, "  %.*s [%.*s]: ", STR_ARG(failure->header->name),
                       STR_ARG(words.len ? words : STR("everywhere")));
            struct position at = source_position(arena, &failure->where->source, failure->off);
            buf_printf(out, "%.*s:%u:%u: %.*s\n", STR_ARG(failure->where->name), at.line, at.column,
                       STR_ARG(failure->message));
        }
    }
    buf_text(out, complaints.len ? "\n" : "");
}

static void write_row(struct buf *out, struct str name, int width, const struct tally *tally)
{
    buf_printf(out, "  %-*.*s%7zu of %5zu%7zu of %5zu\n", width, STR_ARG(name), tally->records_described,
               tally->records, tally->constants_described, tally->constants);
}

static void write_table(const struct coverage *coverage, struct buf *out)
{
    const struct headers *headers = coverage->v->headers;
    struct tally total = {.records = 0};
    size_t width = sizeof "header";
    for (size_t i = 0; i < headers->list.len; i++) {
        width = headers->list.at[i]->name.len > width ? headers->list.at[i]->name.len : width;
    }
    buf_printf(out, "The spec describes:\n  %-*s%15s%15s\n", (int)width, "header", "records", "constants");
    for (size_t i = 0; i < headers->list.len; i++) {
        const struct tally *tally = &coverage->tallies[i];
        if (tally->items.len) {
            write_row(out, headers->list.at[i]->name, (int)width, tally);
        }
        total.records += tally->records;
        total.records_described += tally->records_described;
        total.constants += tally->constants;
        total.constants_described += tally->constants_described;
    }
    write_row(out, STR("total"), (int)width, &total);
}

/* What the names of the constants of a definition begin with: its prefix, else what they have in common up to a '_'. */
static struct str prefix_of(const struct def *def, const struct constants *constants)
{
    if (def->c_prefix.s.len || !constants->list.len) {
        return def->c_prefix.s;
    }
    struct str prefix = constants->list.at[0].name;
    for (size_t i = 1; i < constants->list.len; i++) {
        struct str name = constants->list.at[i].name;
        size_t len = 0;
        while (len < prefix.len && len < name.len && prefix.ptr[len] == name.ptr[len]) {
            len++;
        }
        prefix.len = len;
    }
    while (prefix.len && prefix.ptr[prefix.len - 1] != '_') {
        prefix.len--;
    }
    return prefix;
}

/* Lists the constants that have the prefix of a definition, stand in a header with some of its, and are in no spec. */
static void write_beside(const struct coverage *coverage, const struct def *def, struct map *listed, struct buf *out)
{
    struct constants constants = {0};
    constants_of(coverage->arena, def, SAMPLE_DEFAULT, &constants);
    /* What a constant of its own begins with says nothing about others. */
    struct str prefix = def->kind == DEF_CONSTANT ? STR("") : prefix_of(def, &constants);
    if (!prefix.len) {
        return;
    }
    const char *plain = str_copy(coverage->arena, prefix).ptr;
    const char *number = str_printf(coverage->arena, "_%.*s", STR_ARG(prefix)).ptr;
    for (size_t h = 0; h < coverage->v->headers->list.len; h++) {
        const struct tally *tally = &coverage->tallies[h];
        bool has_some = false;
        for (size_t i = 0; i < constants.list.len && !has_some; i++) {
            struct str name = constants.list.at[i].name;
            has_some = map_get(&tally->known, str_printf(coverage->arena, "c%.*s", STR_ARG(name))) != NULL;
        }
        for (size_t i = 0; i < tally->items.len && has_some; i++) {
            const struct item *item = tally->items.at[i];
            const struct fact *fact = item->fact;
            if (!item->is_record && !item->described &&
                (str_starts(fact->name, plain) || str_starts(fact->name, number)) &&
                !map_add(listed, str_printf(coverage->arena, "%zu %.*s", h, STR_ARG(fact->name)), &yes)) {
                struct position at = source_position(coverage->arena, &fact->header->source, fact->off);
                buf_printf(out, "  %.*s (%.*s:%u:%u)\n", STR_ARG(fact->name), STR_ARG(fact->header->name), at.line,
                           at.column);
            }
        }
    }
}

void coverage_write(struct arena *arena, const struct verification *v, struct buf *out)
{
    struct coverage coverage = coverage_of(arena, v);
    write_failures(arena, v, out);
    write_table(&coverage, out);
    struct map listed = map_new(arena);
    struct buf beside = buf_new(arena);
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        for (size_t d = 0; d < v->spec->folders.at[f]->defs.len; d++) {
            write_beside(&coverage, v->spec->folders.at[f]->defs.at[d], &listed, &beside);
        }
    }
    buf_text(out, beside.len ? "\nNot described, beside constants that are:\n" : "");
    buf_str(out, buf_view(&beside));
}

void coverage_report(struct arena *arena, const struct verification *v, struct diags *diags)
{
    struct coverage coverage = coverage_of(arena, v);
    for (size_t h = 0; h < v->headers->list.len; h++) {
        for (size_t i = 0; i < coverage.tallies[h].items.len; i++) {
            const struct item *item = coverage.tallies[h].items.at[i];
            if (!item->described) {
                diag_add(diags, RULE_VERIFY_UNDESCRIBED, fact_span(item->fact), "the spec does not describe %s `%.*s`",
                         item->is_record ? "the record" : "the constant", STR_ARG(item->fact->name));
            }
        }
    }
}
