/* How much of the headers the spec describes. */
#include "diag/print.h"
#include "clang/subjects.h"

enum item_kind { ITEM_RECORD, ITEM_INTEGER, ITEM_STRING, ITEM_ENUMERATOR, ITEM_CALL, ITEM_KIND_COUNT };

/* What the spec has of so many. */
struct share {
    size_t described, all;
};

/* A record, a constant or a macro with parameters of a header, whatever number of configurations have it. */
struct item {
    const struct fact *fact;
    enum item_kind kind;
    bool described;
};

struct tally {
    VEC(struct item *) items; /* in the order of the header */
    struct map known;         /* by "r", "c" or "m" and the name */
    struct share shares[ITEM_KIND_COUNT];
};

struct coverage {
    struct arena *arena;
    const struct verification *v;
    struct tally *tallies;         /* of each header */
    struct map records, constants; /* the names that the spec describes */
    size_t unions, unions_tagged;  /* of the spec */
};

static char yes; /* what a map holds under a name that is in it */

/* The constants of a definition in all views, some of them several times. */
static struct constants constants_anywhere(const struct coverage *coverage, const struct def *def)
{
    struct constants constants = {0};
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        if ((coverage->v->views & VIEW_BIT(view)) && def_exists(def, coverage->v->configs[view])) {
            constants_of(coverage->arena, def, coverage->v->configs[view], &constants);
        }
    }
    return constants;
}

/* Notes that a record, and those in it, are described, and counts unions. */
static void mark_record(struct coverage *coverage, const struct def *def)
{
    if (!def_is_record(def)) {
        return;
    }
    if (def->kind == DEF_UNION) {
        coverage->unions++;
        coverage->unions_tagged += def->more->tag.read_by != READ_BY_UNKNOWN;
    }
    for (unsigned view = 0; view < VIEW_COUNT && def->name.s.len; view++) {
        const struct facts *facts = coverage->v->survey->on[view];
        const struct fact_record *record = facts ? fact_record_find(facts, def->name.s) : NULL;
        if (record) {
            map_add(&coverage->records, record->fact.name, &yes);
        }
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type;
        while (type->kind == TYPE_ARRAY) {
            type = type->more->of;
        }
        if (type->kind == TYPE_RECORD && !def->fields.at[i].joined) {
            mark_record(coverage, type->more->record);
        }
    }
}

static void mark_described(struct coverage *coverage)
{
    const struct spec *spec = coverage->v->spec;
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            struct constants constants = constants_anywhere(coverage, def);
            for (size_t i = 0; i < constants.list.len; i++) {
                map_add(&coverage->constants, constants.list.at[i].name, &yes);
            }
            mark_record(coverage, def);
        }
    }
}

static bool is_constant(enum item_kind kind)
{
    return kind != ITEM_RECORD && kind != ITEM_CALL;
}

static struct str item_key(struct arena *arena, enum item_kind kind, struct str name)
{
    char letter = kind == ITEM_RECORD ? 'r' : is_constant(kind) ? 'c' : 'm';
    return str_printf(arena, "%c%.*s", letter, STR_ARG(name));
}

static void add_item(struct coverage *coverage, size_t header, const struct fact *fact, enum item_kind kind)
{
    struct tally *tally = &coverage->tallies[header];
    struct str key = item_key(coverage->arena, kind, fact->name);
    if (map_get(&tally->known, key)) {
        return;
    }
    struct item *item = ARENA_NEW(coverage->arena, struct item);
    *item = (struct item){.fact = fact, .kind = kind};
    item->described = map_get(kind == ITEM_RECORD ? &coverage->records : &coverage->constants, fact->name) != NULL;
    map_add(&tally->known, key, item);
    VEC_PUSH(coverage->arena, &tally->items, item);
    tally->shares[kind].all++;
    tally->shares[kind].described += item->described;
}

static enum item_kind kind_of(const struct fact_constant *constant)
{
    bool is_string = constant->kind == FACT_VALUE_STRING;
    return constant->form == CONSTANT_ENUMERATOR ? ITEM_ENUMERATOR : is_string ? ITEM_STRING : ITEM_INTEGER;
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
                add_item(&coverage, header_index(v->headers, record->fact.header), &record->fact, ITEM_RECORD);
            }
        }
        for (size_t i = 0; facts && i < facts->constants.len; i++) {
            const struct fact_constant *constant = facts->constants.at[i];
            const struct fact *fact = &constant->fact;
            add_item(&coverage, header_index(v->headers, fact->header), fact, kind_of(constant));
        }
        for (size_t i = 0; facts && i < facts->macros.len; i++) {
            const struct fact *fact = &facts->macros.at[i]->fact;
            if (facts->macros.at[i]->is_call) {
                add_item(&coverage, header_index(v->headers, fact->header), fact, ITEM_CALL);
            }
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
            struct str words = view_words(arena, complaints.at[c].configs, v->views);
            buf_printf(out, "  %.*s [%.*s]: ", STR_ARG(failure->header->name),
                       STR_ARG(words.len ? words : STR("everywhere")));
            struct position at = source_position(arena, &failure->where->source, failure->off);
            buf_printf(out, "%.*s:%u:%u: %.*s\n", STR_ARG(failure->where->name), at.line, at.column,
                       STR_ARG(failure->message));
        }
    }
    buf_text(out, complaints.len ? "\n" : "");
}

static struct share constants_share(const struct tally *tally)
{
    struct share sum = {0};
    for (enum item_kind kind = 0; kind < ITEM_KIND_COUNT; kind++) {
        sum.all += is_constant(kind) ? tally->shares[kind].all : 0;
        sum.described += is_constant(kind) ? tally->shares[kind].described : 0;
    }
    return sum;
}

static void write_row(struct buf *out, struct str name, int width, const struct tally *tally)
{
    struct share records = tally->shares[ITEM_RECORD], constants = constants_share(tally);
    buf_printf(out, "  %-*.*s%7zu of %5zu%7zu of %5zu\n", width, STR_ARG(name), records.described, records.all,
               constants.described, constants.all);
}

/* The parts of the total. */
static void write_kinds(const struct coverage *coverage, const struct tally *total, struct buf *out)
{
    static const char *const names[ITEM_KIND_COUNT] = {[ITEM_INTEGER] = "integers",
                                                       [ITEM_STRING] = "strings",
                                                       [ITEM_ENUMERATOR] = "enumerators",
                                                       [ITEM_CALL] = "macros with parameters"};
    buf_text(out, "That is, ");
    for (enum item_kind kind = ITEM_INTEGER; kind < ITEM_KIND_COUNT; kind++) {
        const struct share *share = &total->shares[kind];
        buf_printf(out, "%s%s %zu of %zu", kind == ITEM_INTEGER ? "" : ", ", names[kind], share->described, share->all);
    }
    buf_printf(out, ".\nIt says how to read %zu of its %zu unions.\n", coverage->unions_tagged, coverage->unions);
}

static void write_table(const struct coverage *coverage, struct buf *out)
{
    const struct headers *headers = coverage->v->headers;
    struct tally total = {.items = {0}};
    size_t width = sizeof "header";
    for (size_t i = 0; i < headers->list.len; i++) {
        width = headers->list.at[i]->name.len > width ? headers->list.at[i]->name.len : width;
    }
    buf_printf(out, "The spec describes:\n  %-*s%15s%15s\n", (int)width, "header", "records", "constants");
    for (size_t i = 0; i < headers->list.len; i++) {
        const struct tally *tally = &coverage->tallies[i];
        if (tally->shares[ITEM_RECORD].all || constants_share(tally).all) {
            write_row(out, headers->list.at[i]->name, (int)width, tally);
        }
        for (enum item_kind kind = 0; kind < ITEM_KIND_COUNT; kind++) {
            total.shares[kind].all += tally->shares[kind].all;
            total.shares[kind].described += tally->shares[kind].described;
        }
    }
    write_row(out, STR("total"), (int)width, &total);
    write_kinds(coverage, &total, out);
}

/* What the names of the constants of a definition begin with: its prefix, else what they have in common up to a '_'. */
static struct str prefix_of(const struct def *def, const struct constants *constants)
{
    if (def->more->c_prefix.s.len || !constants->list.len) {
        return def->more->c_prefix.s;
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
    struct constants constants = constants_anywhere(coverage, def);
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
            has_some = map_get(&tally->known, item_key(coverage->arena, ITEM_INTEGER, name)) != NULL;
        }
        for (size_t i = 0; i < tally->items.len && has_some; i++) {
            const struct item *item = tally->items.at[i];
            const struct fact *fact = item->fact;
            if (is_constant(item->kind) && !item->described &&
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

static void json_share(struct buf *out, const char *name, struct share share)
{
    buf_printf(out, ",\"%s\":{\"described\":%zu,\"all\":%zu}", name, share.described, share.all);
}

void coverage_json(struct arena *arena, const struct verification *v, struct buf *out)
{
    struct coverage coverage = coverage_of(arena, v);
    buf_char(out, '[');
    for (size_t h = 0; h < v->headers->list.len; h++) {
        const struct header *header = v->headers->list.at[h];
        unsigned all = 0, read = 0;
        for (unsigned view = 0; view < VIEW_COUNT; view++) {
            if (v->survey->on[view] && (header->abis & ABI_BIT(view_abi(view)))) {
                all++;
                read += !header_failure(v->survey->on[view], header);
            }
        }
        buf_text(out, h ? ",\n{\"name\":" : "\n{\"name\":");
        json_string(out, header->name);
        buf_printf(out, ",\"configurations\":{\"read\":%u,\"all\":%u}", read, all);
        json_share(out, "records", coverage.tallies[h].shares[ITEM_RECORD]);
        json_share(out, "constants", constants_share(&coverage.tallies[h]));
        json_share(out, "macros", coverage.tallies[h].shares[ITEM_CALL]);
        buf_char(out, '}');
    }
    buf_text(out, "]");
}

void coverage_report(struct arena *arena, const struct verification *v, struct diags *diags)
{
    struct coverage coverage = coverage_of(arena, v);
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        const struct header *whole = folder_header(v, v->spec->folders.at[f]);
        if (whole) {
            coverage.tallies[header_index(v->headers, whole)].items.len = 0; /* verify_spec has reported those */
        }
    }
    for (size_t h = 0; h < v->headers->list.len; h++) {
        for (size_t i = 0; i < coverage.tallies[h].items.len; i++) {
            const struct item *item = coverage.tallies[h].items.at[i];
            if (!item->described && item->kind != ITEM_CALL) {
                diag_add(diags, RULE_VERIFY_UNDESCRIBED, fact_span(item->fact), "the spec does not describe %s `%.*s`",
                         item->kind == ITEM_RECORD ? "the record" : "the constant", STR_ARG(item->fact->name));
            }
        }
    }
}
