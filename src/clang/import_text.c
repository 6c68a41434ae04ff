/* Merging: macros, code, and what the preprocessor includes, passes over and forgets. */
#include "clang/import_draft.h"
#include "clang/subjects.h"

#include <string.h>

/* One header; the groups of lines whose text goes into the spec as a whole. */
struct texts {
    struct draft *draft;
    struct draft_header *header;
    bool *seen;  /* of each group: some configuration defines a macro in it */
    bool *whole; /* of each group: it is taken as text */
};

static struct str source_text(const struct texts *t, uint32_t from, uint32_t to)
{
    struct str text = t->header->header->source.text;
    return from <= to && to <= text.len ? (struct str){text.ptr + from, to - from} : (struct str){"", 0};
}

static struct str trimmed(struct str text)
{
    while (text.len && text.ptr[0] == ' ') {
        text = (struct str){text.ptr + 1, text.len - 1};
    }
    return text;
}

static void note_groups(struct texts *t, uint32_t off)
{
    for (size_t i = 0; i < t->header->lines->groups.len; i++) {
        const struct group *group = &t->header->lines->groups.at[i];
        t->seen[i] = t->seen[i] || (off > group->off && off < group->end);
    }
}

static struct str line_text(const struct texts *t, const char *before, uint32_t from, uint32_t to)
{
    return str_printf(t->draft->arena, "%s%.*s", before,
                      STR_ARG(text_without_comments(t->draft->arena, source_text(t, from, to))));
}

static void merge_macros(struct texts *t, const struct facts *facts, unsigned config)
{
    struct arena *arena = t->draft->arena;
    for (size_t i = 0; i < facts->gone.len; i++) {
        if (facts->gone.at[i]->fact.header == t->header->header) {
            note_groups(t, facts->gone.at[i]->fact.off);
        }
    }
    for (size_t i = 0; i < facts->macros.len; i++) {
        const struct fact_macro *macro = facts->macros.at[i];
        if (macro->fact.header != t->header->header || str_eq(macro->fact.name, t->header->lines->guard)) {
            continue;
        }
        note_groups(t, macro->fact.off);
        struct str key = str_printf(arena, "m%u %.*s", macro->fact.off, STR_ARG(macro->fact.name));
        struct draft_item *item =
            draft_item(t->draft, t->header, macro->is_call ? ITEM_VERBATIM : ITEM_CONSTANT, &macro->fact, key, config);
        if (!item->text.ptr) {
            item->is_call = macro->is_call;
            item->text = macro->is_call ? line_text(t, "#define ", macro->fact.from, macro->fact.to)
                                        : text_plain(arena, macro->body, true);
            item->reason = macro->is_call ? "a macro with parameters" : NULL;
        }
    }
}

static bool same_value(const struct fact_constant *a, const struct fact_constant *b)
{
    return a->kind == b->kind &&
           (a->kind == FACT_VALUE_STRING ? str_eq(a->text, b->text) : a->type == b->type && a->value == b->value);
}

static void merge_constants(struct texts *t, const struct facts *facts, unsigned config)
{
    for (size_t i = 0; i < facts->constants.len; i++) {
        const struct fact_constant *constant = facts->constants.at[i];
        if (constant->fact.header != t->header->header || constant->form != CONSTANT_MACRO) {
            continue;
        }
        struct str key = str_printf(t->draft->arena, "m%u %.*s", constant->fact.off, STR_ARG(constant->fact.name));
        struct draft_item *item = map_get(&t->header->by_key, key);
        if (!item || !config_set_has(&item->set, config)) {
            continue;
        }
        size_t v = 0;
        while (v < item->values.len && !same_value(item->values.at[v].fact, constant)) {
            v++;
        }
        if (v == item->values.len) {
            VEC_PUSH(t->draft->arena, &item->values, (struct draft_value){.fact = constant});
        }
        config_set_add(&item->values.at[v].set, config);
    }
}

/* Letters and digits of a text, for what must have a name. */
static struct str identifier(struct arena *arena, const char *before, struct str text)
{
    struct buf out = buf_new(arena);
    buf_text(&out, before);
    for (size_t i = 0; i < text.len && i < 40; i++) {
        bool good = ascii_is_alpha(text.ptr[i]) || ascii_is_digit(text.ptr[i]);
        buf_char(&out, good ? text.ptr[i] : '_');
    }
    return buf_view(&out);
}

static void merge_includes(struct texts *t, const struct facts *facts, unsigned config)
{
    for (size_t i = 0; i < facts->includes.len; i++) {
        const struct fact_include *include = facts->includes.at[i];
        if (include->fact.header != t->header->header || include->target == t->header->header) {
            continue;
        }
        struct str key = str_printf(t->draft->arena, "i%u", include->fact.off);
        struct draft_item *item = draft_item(t->draft, t->header, ITEM_INCLUDE, &include->fact, key, config);
        item->target = include->target;
        if (!item->target && item->kind == ITEM_INCLUDE) {
            item->text = text_plain(t->draft->arena, source_text(t, include->fact.from, include->fact.to), true);
            item->other_name = identifier(t->draft->arena, "include_", include->fact.name);
            item->kind = ITEM_VERBATIM;
            item->reason = "a header that is not of the folder";
        }
    }
}

static void merge_codes(struct texts *t, const struct facts *facts, unsigned config)
{
    struct str text = t->header->header->source.text;
    for (size_t i = 0; i < facts->others.len; i++) {
        const struct fact *fact = facts->others.at[i];
        if (fact->header != t->header->header) {
            continue;
        }
        struct str key = str_printf(t->draft->arena, "f%u %.*s", fact->off, STR_ARG(fact->name));
        struct draft_item *item = draft_item(t->draft, t->header, ITEM_VERBATIM, fact, key, config);
        item->reason = "code or data";
        if (fact->from_macro) {
            item->kind = ITEM_DROPPED;
            item->reason = "code that a macro makes";
            continue;
        }
        uint32_t end = fact->to;
        while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\n')) {
            end++;
        }
        bool has_end = end < text.len && text.ptr[end] == ';';
        item->text = line_text(t, "", fact->from, has_end ? end + 1 : fact->to);
    }
}

/* Whether a macro of this header comes before a line that undefines one of its name. */
static bool defines_before(const struct texts *t, const struct line *undef)
{
    const struct lines *lines = t->header->lines;
    for (size_t i = 0; i < lines->list.len && &lines->list.at[i] != undef; i++) {
        if (lines->list.at[i].kind == LINE_DEFINE && str_eq(lines->list.at[i].name, undef->name)) {
            return true;
        }
    }
    return false;
}

/* What undefines a macro of another header, or is for the compiler alone, is all that C can be told of it. */
static void merge_undefs(struct texts *t, const struct facts *facts, unsigned config)
{
    const struct lines *lines = t->header->lines;
    for (size_t i = 0; i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        bool is_undef = line->kind == LINE_UNDEF && !defines_before(t, line);
        if ((!is_undef && !str_is(line->word, "pragma")) ||
            reading_skips(fact_reading_find(facts, t->header->header), line->off, line->end)) {
            continue;
        }
        struct fact fact = {.name = line->name,
                            .header = t->header->header,
                            .off = line->off,
                            .len = line->end - line->off,
                            .from = line->off,
                            .to = line->end};
        struct str key = str_printf(t->draft->arena, "u%u", line->off);
        struct draft_item *item = draft_item(t->draft, t->header, ITEM_VERBATIM, &fact, key, config);
        item->text = text_plain(t->draft->arena, source_text(t, line->off, line->end), true);
        item->other_name = identifier(
            t->draft->arena, "", item->text.len ? (struct str){item->text.ptr + 1, item->text.len - 1} : item->text);
        item->reason = is_undef ? "it undefines what another header defines" : "a line for the compiler";
    }
}

/* An #error that keeps the header from being read. */
static void merge_refusal(struct texts *t, unsigned config)
{
    const struct draft_view *view = &t->draft->views[config_sample(config)];
    /* Why an older version is not read is not known; it is taken to be why the newest one is not. */
    enum way way = view->version == SIZE_MAX ? view->way : WAY_GUEST;
    const struct facts *facts = t->draft->survey->on[config_abi(config) * WAY_COUNT + way];
    const struct header *header = t->header->header;
    const struct line *line = facts ? failure_refusal(header_failure(facts, header)) : NULL;
    if (!line || !config_set_has(&t->header->all, config)) {
        return;
    }
    struct arena *arena = t->draft->arena;
    struct fact fact = {.header = t->header->header,
                        .off = line->off,
                        .len = line->end - line->off,
                        .from_macro = true,
                        .from = line->off,
                        .to = line->end};
    struct draft_item *item =
        draft_item(t->draft, t->header, ITEM_REFUSAL, &fact, str_printf(arena, "e%u", line->off), config);
    struct str text = trimmed(text_plain(arena, line->rest, true));
    bool is_quoted = text.len > 1 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"';
    item->text = is_quoted ? (struct str){text.ptr + 1, text.len - 2} : text;
}

/* The configurations in which the preprocessor comes by a group of lines. */
static struct config_set reached(const struct texts *t, const struct group *group)
{
    struct config_set set = {{0}};
    for (unsigned config = 0; config < t->draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(t->draft, config, t->header->header);
        if (facts && !reading_skips(fact_reading_find(facts, t->header->header), group->off, group->end)) {
            config_set_add(&set, config);
        }
    }
    return set;
}

static bool is_inside(const struct draft_item *item, const struct group *group)
{
    return item->off > group->off && item->off < group->end;
}

/* Whether a macro has a value wherever it is there. */
static bool is_constant(const struct draft_item *item)
{
    struct config_set with = {{0}};
    for (size_t i = 0; i < item->values.len; i++) {
        with = config_set_either(with, &item->values.at[i].set);
    }
    return memcmp(&with, &item->set, sizeof with) == 0;
}

/* Whether some configuration has a macro that a line defines. */
static bool is_alive(const struct texts *t, const struct line *line)
{
    for (size_t i = 0; i < t->header->items.len; i++) {
        const struct draft_item *item = t->header->items.at[i];
        if (item->off > line->off && item->off < line->end && str_eq(item->name, line->name)) {
            return true;
        }
    }
    return false;
}

/* The text of a group, and what undefines the macros in it that the header undefines. */
static struct str group_text(const struct texts *t, const struct group *group)
{
    struct arena *arena = t->draft->arena;
    struct str text = line_text(t, "", group->off, group->end);
    const struct lines *lines = t->header->lines;
    for (size_t u = group->last; u < lines->list.len; u++) {
        bool is_ours = false;
        for (size_t i = group->first; i < group->last; i++) {
            is_ours = is_ours ||
                      (lines->list.at[i].kind == LINE_DEFINE && str_eq(lines->list.at[i].name, lines->list.at[u].name));
        }
        if (is_ours && lines->list.at[u].kind == LINE_UNDEF) {
            text = str_printf(arena, "%.*s\n#undef %.*s", STR_ARG(text), STR_ARG(lines->list.at[u].name));
        }
    }
    return text;
}

/* Takes a group of lines as text, and what was read of it away. */
static void take_whole(struct texts *t, size_t g, const char *reason)
{
    const struct group *group = &t->header->lines->groups.at[g];
    struct config_set set = reached(t, group);
    if (config_set_is_empty(&set)) {
        return;
    }
    const struct line *first = &t->header->lines->list.at[group->first];
    struct str name = {"", 0};
    for (size_t i = group->first; i <= group->last && !name.len && t->seen[g]; i++) {
        const struct line *line = &t->header->lines->list.at[i];
        name = line->kind == LINE_DEFINE && is_alive(t, line) ? line->name : name;
    }
    if (!name.len) {
        name = str_printf(
            t->draft->arena, "%.*s_%.*s", STR_ARG(first->word),
            STR_ARG(identifier(t->draft->arena, "", trimmed(text_plain(t->draft->arena, first->rest, true)))));
    }
    struct fact fact = {.name = name,
                        .header = t->header->header,
                        .off = group->off,
                        .len = group->end - group->off,
                        .from = group->off,
                        .to = group->end};
    for (size_t i = 0; i < t->header->items.len; i++) {
        struct draft_item *item = t->header->items.at[i];
        if (is_inside(item, group)) {
            item->kind = ITEM_DROPPED;
            item->reason = NULL;
        }
    }
    struct str key = str_printf(t->draft->arena, "g%u", group->off);
    struct draft_item *item = draft_item(t->draft, t->header, ITEM_VERBATIM, &fact, key, 0);
    item->set = set;
    item->text = group_text(t, group);
    item->reason = reason;
    t->whole[g] = true;
}

static bool is_within_whole(const struct texts *t, size_t g)
{
    for (size_t at = t->header->lines->groups.at[g].parent; at != SIZE_MAX;
         at = t->header->lines->groups.at[at].parent) {
        if (t->whole[at]) {
            return true;
        }
    }
    return false;
}

/* What depends on more than conditions can say, and is no more than macros, or what no configuration gets to see. */
static void merge_groups(struct texts *t)
{
    const struct lines *lines = t->header->lines;
    for (size_t g = 0; g < lines->groups.len; g++) {
        const struct group *group = &lines->groups.at[g];
        if (g == lines->guard_group || !group->is_foreign || group->is_code || is_within_whole(t, g)) {
            continue;
        }
        bool has_items = false, has_text = false;
        for (size_t i = 0; i < t->header->items.len; i++) {
            const struct draft_item *item = t->header->items.at[i];
            bool inside = is_inside(item, group);
            has_items = has_items || inside;
            has_text = has_text || (inside && item->kind == ITEM_VERBATIM) ||
                       (inside && item->kind == ITEM_CONSTANT && !is_constant(item));
        }
        if (group->is_plain && has_text) {
            take_whole(t, g, "it depends on what else is defined");
        } else if (!has_items && !t->seen[g]) {
            take_whole(t, g, "it is there only for those who define a macro");
        }
    }
}

static bool record_uses(const struct draft_record *record, struct str name)
{
    bool uses = false;
    for (size_t i = 0; i < record->members.len && !uses; i++) {
        const struct draft_member *member = record->members.at[i];
        uses = str_eq(member->length, name) || str_eq(member->inner_length, name) ||
               (member->inner && !member->joined && record_uses(member->inner, name));
    }
    return uses;
}

/* Whether the length of some array is written as this name. */
static bool is_length(const struct draft *draft, struct str name)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        for (size_t i = 0; i < draft->list.at[h]->items.len; i++) {
            const struct draft_record *record = draft->list.at[h]->items.at[i]->record;
            if (record && record_uses(record, name)) {
                return true;
            }
        }
    }
    return false;
}

/* A constant for the length of flexible arrays, which has no value. */
static bool is_flexible(const struct draft *draft, const struct draft_header *header, const struct draft_item *item)
{
    if (!is_length(draft, item->name)) {
        return false;
    }
    for (size_t i = 0; i < header->items.len && item->text.len; i++) {
        const struct draft_item *at = header->items.at[i];
        if (at != item && str_eq(at->name, item->text) && at->is_flexible) {
            return true;
        }
    }
    return str_is(item->text, "XEN_FLEX_ARRAY_DIM");
}

/* A macro that is a constant in some configurations only is text in the others. */
static void split_constants(struct texts *t)
{
    size_t len = t->header->items.len;
    for (size_t i = 0; i < len; i++) {
        struct draft_item *item = t->header->items.at[i];
        if (item->kind != ITEM_CONSTANT || is_constant(item)) {
            continue;
        }
        if (!item->values.len && is_flexible(t->draft, t->header, item)) {
            item->is_flexible = true;
            continue;
        }
        struct config_set with = {{0}};
        for (size_t v = 0; v < item->values.len; v++) {
            with = config_set_either(with, &item->values.at[v].set);
        }
        struct draft_item *text = item;
        if (item->values.len) {
            text = ARENA_NEW(t->draft->arena, struct draft_item);
            *text = *item;
            text->values.len = 0;
            text->ordinal = (uint32_t)t->header->items.len;
            for (size_t w = 0; w < sizeof with.words / sizeof *with.words; w++) {
                text->set.words[w] &= ~with.words[w];
            }
            item->set = with;
            VEC_PUSH(t->draft->arena, &t->header->items, text);
        }
        text->kind = ITEM_VERBATIM;
        text->reason = "a macro without a value of its own";
        text->text = line_text(t, "#define ", item->from, item->to);
    }
}

void draft_merge_text(struct draft *draft, struct draft_header *header)
{
    size_t groups = header->lines->groups.len;
    struct texts t = {.draft = draft,
                      .header = header,
                      .seen = ARENA_ARRAY(draft->arena, groups + 1, bool),
                      .whole = ARENA_ARRAY(draft->arena, groups + 1, bool)};
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(draft, config, header->header);
        if (facts) {
            merge_macros(&t, facts, config);
            merge_constants(&t, facts, config);
            merge_includes(&t, facts, config);
            merge_codes(&t, facts, config);
            merge_undefs(&t, facts, config);
        } else {
            merge_refusal(&t, config);
        }
    }
    merge_groups(&t);
}

static bool uses_aligned(const struct draft_record *record)
{
    bool uses = false;
    for (size_t i = 0; i < record->members.len && !uses; i++) {
        const struct draft_member *member = record->members.at[i];
        uses = str_starts(member->type, "u64") || str_starts(member->type, "i64") ||
               (member->inner && !member->joined && uses_aligned(member->inner));
    }
    return uses;
}

static void add_text(struct draft *draft, struct draft_header *header, const char *name, uint32_t off, const char *text)
{
    struct draft_item *item = ARENA_NEW(draft->arena, struct draft_item);
    *item = (struct draft_item){.kind = ITEM_VERBATIM,
                                .name = str_from(name),
                                .header = header->header,
                                .off = off,
                                .from = off,
                                .to = off,
                                .at = off,
                                .ordinal = (uint32_t)header->items.len,
                                .set = header->read,
                                .text = str_from(text)};
    VEC_PUSH(draft->arena, &header->items, item);
}

/*
 * C's name for integers that are aligned whatever the ABI is a macro of Xen's headers. One that aligns integers by
 * other means gets that macro for itself, and leaves no trace of it.
 */
static void add_aligned(struct draft *draft, struct draft_header *header)
{
    struct str text = header->header->source.text;
    for (size_t i = 0; i + 16 <= text.len; i++) {
        if (memcmp(text.ptr + i, "uint64_aligned_t", 16) == 0) {
            return;
        }
    }
    for (size_t i = 0; i < header->items.len; i++) {
        const struct draft_item *item = header->items.at[i];
        if (item->kind == ITEM_RECORD && uses_aligned(item->record)) {
            add_text(draft, header, "aligned_begin", item->from,
                     "#ifndef uint64_aligned_t\n"
                     "#define xen_aligned_here\n"
                     "#define uint64_aligned_t uint64_t __attribute__((__aligned__(8)))\n"
                     "#define int64_aligned_t int64_t __attribute__((__aligned__(8)))\n"
                     "#endif");
            add_text(draft, header, "aligned_end", (uint32_t)text.len,
                     "#ifdef xen_aligned_here\n"
                     "#undef xen_aligned_here\n"
                     "#undef uint64_aligned_t\n"
                     "#undef int64_aligned_t\n"
                     "#endif");
            return;
        }
    }
}

/* A guard that does not stand around all that the header includes is text. */
static void place_guard(struct draft *draft, struct draft_header *header)
{
    const struct lines *lines = header->lines;
    const struct group *group = lines->guard.len ? &lines->groups.at[lines->guard_group] : NULL;
    bool is_late = false;
    for (size_t i = 0; group && i < group->first; i++) {
        is_late = is_late || lines->list.at[i].kind == LINE_INCLUDE;
    }
    if (is_late) {
        header->guard = (struct str){"", 0};
        struct str begin =
            str_printf(draft->arena, "#ifndef %.*s\n#define %.*s", STR_ARG(lines->guard), STR_ARG(lines->guard));
        add_text(draft, header, "guard_begin", group->off, begin.ptr);
        add_text(draft, header, "guard_end", group->end, "#endif");
    }
}

void draft_split_text(struct draft *draft, struct draft_header *header)
{
    place_guard(draft, header);
    struct texts t = {.draft = draft, .header = header};
    split_constants(&t);
    add_aligned(draft, header);
}
