/* Merging: what the headers declare, in all configurations. */
#include "clang/import_merge.h"

#include "clang/subjects.h"

#include <stdlib.h>
#include <string.h>

const struct facts *draft_facts(const struct draft *draft, unsigned config, const struct header *header)
{
    const struct draft_view *view = &draft->views[config_sample(config)];
    enum abi abi = config_abi(config);
    const struct facts *facts =
        view->version == SIZE_MAX
            ? draft->survey->on[abi * WAY_COUNT + view->way]
            : draft->survey->on_versions[survey_version_index(draft->headers, view->version, abi, header)];
    return facts && fact_reading_find(facts, header) ? facts : NULL;
}

struct draft_item *draft_item(struct draft *draft, struct draft_header *header, enum item_kind kind,
                              const struct fact *fact, struct str key, unsigned config)
{
    struct draft_item *item = map_get(&header->by_key, key);
    if (!item) {
        item = ARENA_NEW(draft->arena, struct draft_item);
        *item = (struct draft_item){.kind = kind,
                                    .name = fact->name,
                                    .header = fact->header,
                                    .off = fact->off,
                                    .len = fact->len,
                                    .from = fact->from,
                                    .to = fact->to,
                                    .at = fact->off,
                                    .from_macro = fact->from_macro,
                                    .ordinal = (uint32_t)header->items.len,
                                    .key = key};
        map_add(&header->by_key, key, item);
        VEC_PUSH(draft->arena, &header->items, item);
    }
    config_set_add(&item->set, config);
    return item;
}

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* Whether some member of the record around defines it where it stands. */
static bool is_inline(const struct fact_record *fact)
{
    for (size_t i = 0; fact->outer && i < fact->outer->members.len; i++) {
        if (inline_record(fact->outer, &fact->outer->members.at[i]) == fact) {
            return true;
        }
    }
    return false;
}

/* The typedef of that name, if it stands for just this record or enum. */
static bool has_typedef(const struct facts *facts, struct str name, enum fact_type_kind kind)
{
    for (const struct fact_typedef *at = map_get(&facts->typedef_names, name); at;
         at = (const struct fact_typedef *)at->fact.another) {
        if (at->type->kind == kind && str_eq(at->type->name, name)) {
            return true;
        }
    }
    return false;
}

/* How C gets what may have a tag, a typedef of its name, or both. */
static const char *form_of(const struct facts *facts, const struct fact *fact, bool has_tag, enum fact_type_kind kind)
{
    return !has_tag ? "typedef" : has_typedef(facts, fact->name, kind) ? "both" : NULL;
}

static void merge_records(struct merging *m)
{
    for (size_t i = 0; i < m->facts->records.len; i++) {
        const struct fact_record *fact = m->facts->records.at[i];
        if (fact->fact.header != m->header->header || !fact->fact.name.len || is_inline(fact) ||
            str_starts(fact->fact.name, FACT_HANDLE_PREFIX)) {
            continue;
        }
        const char *form = form_of(m->facts, &fact->fact, fact->has_tag, FACT_RECORD);
        struct str key = str_printf(m->draft->arena, "r%u %.*s %d %s", fact->fact.off, STR_ARG(fact->fact.name),
                                    fact->is_union, form ? form : "");
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_RECORD, &fact->fact, key, m->config);
        item->form = form;
        if (!item->record) {
            item->record = draft_record_new(m->draft, fact);
        }
        merge_record(m, item->record, fact);
    }
}

/* The expression that an enumerator is given in the header; empty for none. */
static struct str enumerator_text(const struct merging *m, const struct fact *fact)
{
    struct str text = m->header->header->source.text;
    uint32_t at = fact->off + fact->len;
    if (fact->from_macro || fact->to > text.len || at >= fact->to) {
        return (struct str){"", 0};
    }
    struct str rest = text_plain(m->draft->arena, (struct str){text.ptr + at, fact->to - at}, true);
    while (rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '=')) {
        rest = (struct str){rest.ptr + 1, rest.len - 1};
    }
    return rest;
}

static void merge_variant(struct merging *m, struct draft_item *item, const struct fact_constant *fact,
                          uint32_t ordinal)
{
    struct draft_variant variant = {.name = fact->fact.name,
                                    .off = fact->fact.off,
                                    .ordinal = ordinal,
                                    .value = fact->value,
                                    .is_negative = fact->is_signed && fact->value > INT64_MAX};
    size_t i = 0;
    for (; i < item->variants.len; i++) {
        struct draft_variant *at = item->variants.at[i];
        if (at->off == variant.off && str_eq(at->name, variant.name) && at->value == variant.value) {
            config_set_add(&at->set, m->config);
            return;
        }
        if (at->off > variant.off || (at->off == variant.off && at->ordinal > variant.ordinal)) {
            break;
        }
    }
    variant.expr = enumerator_text(m, &fact->fact);
    variant.to = fact->fact.from_macro ? 0 : fact->fact.to;
    struct draft_variant *kept = ARENA_NEW(m->draft->arena, struct draft_variant);
    *kept = variant;
    config_set_add(&kept->set, m->config);
    VEC_PUSH(m->draft->arena, &item->variants, kept);
    for (size_t k = item->variants.len - 1; k > i; k--) {
        item->variants.at[k] = item->variants.at[k - 1];
    }
    item->variants.at[i] = kept;
}

/* A name for an enum that has none. */
static struct str enum_name(const struct merging *m, const struct draft_item *item)
{
    struct str last = m->header->folder;
    for (size_t i = 0; i < m->header->folder.len; i++) {
        if (m->header->folder.ptr[i] == '/') {
            last = (struct str){m->header->folder.ptr + i + 1, m->header->folder.len - i - 1};
        }
    }
    struct buf out = buf_new(m->draft->arena);
    for (size_t i = 0; i < last.len; i++) {
        buf_char(&out, last.ptr[i] == '-' || last.ptr[i] == '.' ? '_' : last.ptr[i]);
    }
    unsigned before = 0;
    for (size_t i = 0; m->header->items.at[i] != item; i++) {
        const struct draft_item *other = m->header->items.at[i];
        before += other->kind == ITEM_ENUM && strcmp(other->form, "anonymous") == 0;
    }
    buf_text(&out, "_values");
    if (before) {
        buf_printf(&out, "_%u", before + 1);
    }
    return buf_view(&out);
}

static void merge_enums(struct merging *m)
{
    for (size_t i = 0; i < m->facts->enums.len; i++) {
        const struct fact_enum *fact = m->facts->enums.at[i];
        if (fact->fact.header != m->header->header) {
            continue;
        }
        const char *form =
            !fact->fact.name.len ? "anonymous" : form_of(m->facts, &fact->fact, fact->has_tag, FACT_ENUM);
        struct str key =
            str_printf(m->draft->arena, "e%u %.*s %s", fact->fact.off, STR_ARG(fact->fact.name), form ? form : "");
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_ENUM, &fact->fact, key, m->config);
        item->form = form ? form : "enum";
        if (!item->name.len) {
            item->name = enum_name(m, item);
        }
        item->type = STR("u32");
        uint32_t ordinal = 0;
        for (size_t c = 0; c < m->facts->constants.len; c++) {
            if (m->facts->constants.at[c]->enumeration == fact) {
                merge_variant(m, item, m->facts->constants.at[c], ordinal++);
            }
        }
        if (item->kind == ITEM_ENUM && fact->integer != C_INT_INT && fact->integer != C_INT_UINT) {
            item->text = draft_text(m->draft, item);
            item->kind = item->text.ptr ? ITEM_VERBATIM : ITEM_DROPPED;
            item->reason = "an enum of another size than C's";
        }
    }
}

/* The arguments of a macro call at a place, blanks removed; false if there is none with that name. */
static bool handle_call(const struct merging *m, const struct fact *fact, struct str *name, struct str *type)
{
    struct str text = m->header->header->source.text;
    static const char *const calls[] = {"DEFINE_XEN_GUEST_HANDLE", "__DEFINE_XEN_GUEST_HANDLE"};
    size_t i = fact->off, len = 0;
    while (i + len < text.len && is_word(text.ptr[i + len])) {
        len++;
    }
    struct str call = {text.ptr + i, len};
    i += len;
    while (i < text.len && text.ptr[i] == ' ') {
        i++;
    }
    if ((!str_is(call, calls[0]) && !str_is(call, calls[1])) || i == text.len || text.ptr[i] != '(') {
        return false;
    }
    const char *close = memchr(text.ptr + i, ')', text.len - i);
    struct str inside = {text.ptr + i + 1, close ? (size_t)(close - text.ptr) - i - 1 : 0};
    inside = text_plain(m->draft->arena, inside, true);
    const char *comma = inside.len ? memchr(inside.ptr, ',', inside.len) : NULL;
    *name = (struct str){inside.ptr, comma ? (size_t)(comma - inside.ptr) : inside.len};
    *type = (struct str){comma ? comma + 1 : inside.ptr, comma ? (size_t)(inside.ptr + inside.len - comma - 1) : 0};
    while (name->len && name->ptr[name->len - 1] == ' ') {
        name->len--;
    }
    while (type->len && type->ptr[0] == ' ') {
        *type = (struct str){type->ptr + 1, type->len - 1};
    }
    return name->len != 0;
}

static void merge_handle(struct merging *m, const struct fact_typedef *fact)
{
    struct str name, type;
    if (!handle_call(m, &fact->fact, &name, &type)) {
        return; /* it is one that another macro makes */
    }
    /* One call makes several types: one to what may be written, one to what is const, each maybe of two widths. */
    struct str word = {fact->fact.name.ptr + sizeof FACT_HANDLE_PREFIX - 1,
                       fact->fact.name.len - (sizeof FACT_HANDLE_PREFIX - 1)};
    struct str target = {"", 0};
    if (type.len && str_eq(word, name) && fact->type->of) {
        target = draft_type(m->draft, fact->type->of, false);
    } else if (type.len) {
        return;
    }
    struct str key = str_printf(m->draft->arena, "h%u %.*s", fact->fact.off, STR_ARG(name));
    struct draft_item *item = draft_item(m->draft, m->header, ITEM_HANDLE, &fact->fact, key, m->config);
    item->name = name;
    item->type = target;
}

/* Whether a typedef is the only name of what has no tag. */
static bool stands_for_itself(const struct fact_typedef *fact)
{
    struct str spelling = fact->type->spelling;
    const char *blank = spelling.len ? memchr(spelling.ptr, ' ', spelling.len) : NULL;
    if (blank && !memchr(spelling.ptr, '(', spelling.len)) {
        spelling = (struct str){blank + 1, (size_t)(spelling.ptr + spelling.len - blank - 1)}; /* without "struct" */
    }
    return !fact->type->name.len &&
           (str_eq(spelling, fact->fact.name) || (spelling.len && memchr(spelling.ptr, '(', spelling.len)));
}

static void merge_typedefs(struct merging *m)
{
    struct arena *arena = m->draft->arena;
    for (size_t i = 0; i < m->facts->typedefs.len; i++) {
        const struct fact_typedef *fact = m->facts->typedefs.at[i];
        if (fact->fact.header != m->header->header) {
            continue;
        }
        if (str_starts(fact->fact.name, FACT_HANDLE_PREFIX)) {
            merge_handle(m, fact);
            continue;
        }
        enum fact_type_kind kind = fact->type->kind;
        bool is_tagged = kind == FACT_RECORD || kind == FACT_ENUM;
        if (is_tagged && (str_eq(fact->type->name, fact->fact.name) || stands_for_itself(fact))) {
            continue; /* the record's or enum's own form says it */
        }
        struct str type = type_here(m, fact->type, fact->is_aligned, &fact->fact);
        struct str key = str_printf(arena, "t%u %.*s %.*s", fact->fact.off, STR_ARG(fact->fact.name),
                                    STR_ARG(type_blurred(arena, type)));
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_TYPEDEF, &fact->fact, key, m->config);
        if (!item->type.len || abi_tells(config_abi(m->config))) {
            item->type = type;
        }
        if (!type.len && item->kind == ITEM_TYPEDEF) {
            item->text = draft_text(m->draft, item);
            item->kind = item->text.ptr ? ITEM_VERBATIM : ITEM_DROPPED;
            item->reason = "the language has no words for this type";
        }
    }
}

/* Marks members that share a name with another one. What stands around them is marked, too. */
static bool mark_members(struct draft *draft, struct draft_record *record, struct map *names)
{
    bool any = false;
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        if (member->inner && !member->name.len) {
            member->exact = mark_members(draft, member->inner, names) || member->exact;
        } else if (member->name.len) {
            struct draft_member *other = map_add(names, member->name, member);
            if (other) {
                other->exact = member->exact = true;
            }
        }
        any = any || member->exact;
    }
    return any;
}

static void mark_record(struct draft *draft, struct draft_record *record)
{
    struct map names = map_new(draft->arena);
    mark_members(draft, record, &names);
    names = map_new(draft->arena);
    mark_members(draft, record, &names); /* those whose other one was found later */
    for (size_t i = 0; i < record->members.len; i++) {
        if (record->members.at[i]->inner && record->members.at[i]->name.len && !record->members.at[i]->joined) {
            mark_record(draft, record->members.at[i]->inner);
        }
    }
}

static int compare_items(const void *a, const void *b)
{
    const struct draft_item *x = *(struct draft_item *const *)a, *y = *(struct draft_item *const *)b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    bool x_outer = x->kind == ITEM_RECORD && x->at == x->from, y_outer = y->kind == ITEM_RECORD && y->at == y->from;
    if (x_outer != y_outer) {
        return x_outer - y_outer;
    }
    return x->off != y->off ? (x->off < y->off ? -1 : 1) : (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* Into the order of the header; what stands in a record comes before it, for the record may need it. */
static void sort_items(struct draft_header *header)
{
    for (size_t i = 0; i < header->items.len; i++) {
        struct draft_item *outer = header->items.at[i];
        if (outer->kind != ITEM_RECORD || outer->from_macro) {
            continue;
        }
        outer->at = outer->at == outer->off ? outer->from : outer->at;
        for (size_t k = 0; k < header->items.len; k++) {
            struct draft_item *item = header->items.at[k];
            bool is_inside = item->off > outer->from && item->off < outer->to && item != outer;
            if (is_inside && (item->kind != ITEM_RECORD || item->from > outer->from) && item->to <= outer->to) {
                item->at = outer->from < item->at ? outer->from : item->at;
            }
        }
    }
    if (header->items.len) {
        qsort(header->items.at, header->items.len, sizeof *header->items.at, compare_items);
    }
}

/* The configurations that a header could be there in, and those in which it says whether something is. */
static void find_configs(struct draft *draft, struct draft_header *header)
{
    enum arch arch = arch_of_folder(header->folder);
    abi_set of_folder = arch == ARCH_COUNT ? ABI_ALL : archs[arch].abis;
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        abi_set bit = ABI_BIT(config_abi(config));
        if (!(of_folder & bit)) {
            continue;
        }
        config_set_add(&header->every, config);
        bool is_possible =
            abis[config_abi(config)].runs_xen || draft->samples[config_sample(config)].context != CONTEXT_XEN;
        if (!is_possible) {
            continue;
        }
        config_set_add(&header->all, config);
        bool is_read = draft_facts(draft, config, header->header) != NULL;
        if (is_read) {
            config_set_add(&header->read, config);
        }
        if (is_read || !(header->header->abis & bit)) {
            config_set_add(&header->among, config);
        }
    }
}

/* Configurations whose ABI tells types apart come first, so that the others can follow them. */
static void merge_configs(struct draft *draft, struct draft_header *header, bool telling)
{
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(draft, config, header->header);
        if (facts && abi_tells(config_abi(config)) == telling) {
            struct merging m = {draft, header, facts, config};
            merge_records(&m);
            merge_enums(&m);
            merge_typedefs(&m);
        }
    }
}

static char yes; /* what a map holds under a name that is in it */

static void know_typedefs(struct draft *draft, const struct header *header)
{
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(draft, config, header);
        for (size_t i = 0; facts && i < facts->typedefs.len; i++) {
            map_add(&draft->typedefs, facts->typedefs.at[i]->fact.name, &yes);
        }
    }
}

/* Leaves out a header that no configuration can read. */
static void leave_out_unread(const struct draft *draft, struct draft_header *header)
{
    for (unsigned view = 0; view < VIEW_COUNT && !header->left_out.len; view++) {
        const struct facts *facts = draft->survey->on[view];
        const struct fact_failure *failure = facts ? header_failure(facts, header->header) : NULL;
        if (failure) {
            header->left_out =
                str_printf(draft->arena, "it compiles in no configuration: %.*s", STR_ARG(failure->message));
        }
    }
}

void draft_merge(struct draft *draft)
{
    for (size_t h = 0; h < draft->headers->list.len; h++) {
        know_typedefs(draft, draft->headers->list.at[h]);
    }
    for (size_t h = 0; h < draft->headers->list.len; h++) {
        struct draft_header *header = ARENA_NEW(draft->arena, struct draft_header);
        header->header = draft->headers->list.at[h];
        header->folder = header->header->name;
        header->folder.len -= 2; /* ".h" */
        header->by_key = map_new(draft->arena);
        header->lines = header->header->lines;
        header->guard = header->lines->guard;
        find_configs(draft, header);
        if (config_set_is_empty(&header->read)) {
            leave_out_unread(draft, header);
        }
        merge_configs(draft, header, true);
        merge_configs(draft, header, false);
        draft_merge_text(draft, header);
        for (size_t i = 0; i < header->items.len; i++) {
            if (header->items.at[i]->record) {
                mark_record(draft, header->items.at[i]->record);
            }
        }
        VEC_PUSH(draft->arena, &draft->list, header);
    }
    for (size_t h = 0; h < draft->list.len; h++) {
        draft_split_text(draft, draft->list.at[h]);
        sort_items(draft->list.at[h]);
    }
}
