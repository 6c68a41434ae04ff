#include "clang/subjects.h"

#include <string.h>

struct subjects subjects_new(struct arena *arena, const struct verification *v)
{
    return (struct subjects){.arena = arena, .v = v, .by_name = map_new(arena)};
}

static struct str subject_key(struct arena *arena, enum subject_kind kind, struct str name)
{
    return str_printf(arena, "%c%.*s", 'a' + (char)kind, STR_ARG(name));
}

const struct header *folder_header(const struct verification *v, const struct folder *folder)
{
    for (size_t i = 0; i < v->headers->list.len && folder->header.given; i++) {
        const struct header *header = v->headers->list.at[i];
        size_t len = folder->name.len;
        if (header->name.len == len + 2 && memcmp(header->name.ptr, folder->name.ptr, len) == 0) {
            return header;
        }
    }
    return NULL;
}

const struct fact_failure *header_failure(const struct facts *facts, const struct header *header)
{
    for (size_t i = 0; i < facts->failures.len; i++) {
        if (facts->failures.at[i].header == header) {
            return &facts->failures.at[i];
        }
    }
    return NULL;
}

const struct line *failure_refusal(const struct fact_failure *failure)
{
    const struct lines *lines = failure && failure->where == failure->header ? failure->header->lines : NULL;
    for (size_t i = 0; lines && i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        if (line_is_error(line) && failure->off >= line->off && failure->off < line->end) {
            return line;
        }
    }
    return NULL;
}

/* The fact of a list of one name that stands in a header, else the first. */
static const struct fact *fact_in(const struct fact *first, const struct header *header)
{
    const struct fact *at = first;
    while (at && at->header != header) {
        at = at->another;
    }
    return at ? at : first;
}

static const struct fact *find_handle(const struct facts *facts, struct arena *arena, const struct subject *subject)
{
    /* Where both are there, the one of 64 bits is what memory holds. */
    static const char *const prefixes[] = {FACT_HANDLE_PREFIX "64_", FACT_HANDLE_PREFIX};
    const struct fact *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++) {
        found = map_get(&facts->typedef_names, str_printf(arena, "%s%.*s", prefixes[i], STR_ARG(subject->name)));
    }
    return found;
}

static const struct fact *find_code(const struct facts *facts, struct str name)
{
    const struct map *const maps[] = {&facts->macro_names, &facts->other_names, &facts->typedef_names,
                                      &facts->record_names, &facts->constant_names};
    const struct fact *found = NULL;
    for (size_t i = 0; i < sizeof maps / sizeof *maps && !found; i++) {
        found = map_get(maps[i], name);
    }
    return found;
}

const struct fact *subject_fact(const struct facts *facts, const struct subject *subject)
{
    const struct fact *found = NULL;
    switch (subject->kind) {
    case SUBJECT_RECORD: {
        const struct fact_record *record = fact_record_find(facts, subject->name);
        found = record ? &record->fact : NULL;
        break;
    }
    case SUBJECT_TYPEDEF:
        found = map_get(&facts->typedef_names, subject->name);
        break;
    case SUBJECT_CONSTANT:
        found = map_get(&facts->constant_names, subject->name);
        break;
    case SUBJECT_CALL: {
        const struct fact_macro *macro = map_get(&facts->macro_names, subject->name);
        found = macro && macro->is_call ? &macro->fact : NULL;
        break;
    }
    case SUBJECT_HANDLE:
        found = find_handle(facts, facts->record_names.arena, subject);
        break;
    case SUBJECT_MACRO:
        found = map_get(&facts->macro_names, subject->name);
        break;
    case SUBJECT_CODE:
        found = find_code(facts, subject->name);
        break;
    }
    return fact_in(found, subject->header);
}

static const char *const kind_words[] = {
    [SUBJECT_RECORD] = "struct",
    [SUBJECT_TYPEDEF] = "typedef",
    [SUBJECT_CONSTANT] = "constant",
    [SUBJECT_HANDLE] = "handle",
    [SUBJECT_CALL] = "macro with a parameter",
    [SUBJECT_CODE] = "macro or function",
    [SUBJECT_MACRO] = "macro",
};

struct subject *subjects_add(struct subjects *subjects, const struct folder *folder, enum subject_kind kind,
                             struct str name, struct span span, unsigned view)
{
    struct str key = subject_key(subjects->arena, kind, name);
    struct subject *subject = map_get(&subjects->by_name, key);
    if (!subject) {
        subject = ARENA_NEW(subjects->arena, struct subject);
        *subject =
            (struct subject){.kind = kind, .name = name, .what = kind_words[kind], .strict = folder_is_strict(folder)};
        subject->header = folder_header(subjects->v, folder);
        for (unsigned i = 0; i < VIEW_COUNT; i++) {
            bool is_asked = subjects->v->views & VIEW_BIT(i);
            subject->found |= is_asked && subject_fact(subjects->v->survey->on[i], subject) ? VIEW_BIT(i) : 0;
        }
        map_add(&subjects->by_name, key, subject);
        VEC_PUSH(subjects->arena, &subjects->list, subject);
    }
    size_t i = 0;
    while (i < subject->places.len &&
           (subject->places.at[i]->span.off != span.off || subject->places.at[i]->span.source != span.source)) {
        i++;
    }
    if (i == subject->places.len) {
        struct subject_place *place = ARENA_NEW(subjects->arena, struct subject_place);
        place->span = span;
        VEC_PUSH(subjects->arena, &subject->places, place);
    }
    subject->last = subject->places.at[i];
    subject->last->exists |= VIEW_BIT(view);
    subject->last->compared = subject->last->exists & subject->found;
    subject->exists |= VIEW_BIT(view);
    return subject;
}

bool subjects_have(const struct subjects *subjects, enum subject_kind kind, struct str name)
{
    return map_get(&subjects->by_name, subject_key(subjects->arena, kind, name)) != NULL;
}

/* A header that names what the spec has, but is of no use somewhere: what it lacks cannot be told from what it has. */
struct unread {
    const struct header *header;
    struct str first; /* the first name of the spec that it names */
    size_t names;
    view_set views;
};

struct reporter {
    const struct subjects *subjects;
    struct differences *differences;
    VEC(struct unread) unread;
};

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool text_names(struct str text, struct str name)
{
    for (size_t i = 0; i + name.len <= text.len; i++) {
        if (memcmp(text.ptr + i, name.ptr, name.len) == 0 && (i == 0 || !is_word(text.ptr[i - 1])) &&
            (i + name.len == text.len || !is_word(text.ptr[i + name.len]))) {
            return true;
        }
    }
    return false;
}

/* Whether a header could be read in no view of a set. */
static bool fails_in_all(const struct verification *v, const struct header *header, view_set set)
{
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        if ((set & VIEW_BIT(view)) && !header_failure(v->survey->on[view], header)) {
            return false;
        }
    }
    return set != 0;
}

/* The header that names something and compiles in no view of a set; NULL if there is none. */
static const struct header *unread_naming(const struct verification *v, struct str name, view_set set)
{
    for (size_t h = 0; h < v->headers->list.len; h++) {
        const struct header *header = v->headers->list.at[h];
        if (fails_in_all(v, header, set) && text_names(header->source.text, name)) {
            return header;
        }
    }
    return NULL;
}

static void add_unread(struct reporter *r, const struct header *header, struct str name, view_set set, bool counts)
{
    struct unread *unread = NULL;
    for (size_t i = 0; i < r->unread.len && !unread; i++) {
        unread = r->unread.at[i].header == header ? &r->unread.at[i] : NULL;
    }
    if (!unread) {
        unread = VEC_PUSH(r->subjects->arena, &r->unread, (struct unread){.header = header});
    }
    unread->first = unread->names ? unread->first : name;
    unread->names += counts;
    unread->views |= set;
}

/* Whether a macro is no constant in the headers only because they lack one that it is made from. */
static bool lacks_operand(const struct reporter *r, const struct subject *subject, unsigned view)
{
    const struct fact_macro *macro = map_get(&r->subjects->v->survey->on[view]->macro_names, subject->name);
    struct str body = macro && subject->kind == SUBJECT_CONSTANT ? macro->body : STR("");
    for (size_t i = 0; i < body.len;) {
        size_t len = 0;
        while (i + len < body.len && is_word(body.ptr[i + len])) {
            len++;
        }
        struct str key = subject_key(r->subjects->arena, SUBJECT_CONSTANT, (struct str){body.ptr + i, len});
        const struct subject *operand = len ? map_get(&r->subjects->by_name, key) : NULL;
        if (operand && (operand->exists & ~operand->found & VIEW_BIT(view))) {
            return true;
        }
        i += len ? len : 1;
    }
    return false;
}

/* Reports that the headers lack a subject in the views of a set, `*among` those that it could have been missing in. */
static void add_missing(struct reporter *r, const struct subject *subject, view_set set, const view_set *among)
{
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        bool is_missing = (set & VIEW_BIT(view)) && !lacks_operand(r, subject, view);
        for (size_t i = 0; i < subject->places.len && is_missing; i++) {
            if (subject->places.at[i]->exists & VIEW_BIT(view)) {
                differences_add(r->differences, RULE_VERIFY_MISSING, subject->places.at[i]->span, view, among, NULL, "",
                                "the headers have no %s `%.*s`", subject->what, STR_ARG(subject->name));
            }
        }
    }
}

/* What some view of each ABI must have: a folder that says no more leaves it to the headers which. */
static void report_by_abi(struct reporter *r, const struct subject *subject)
{
    const struct header *counted = NULL;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        view_set set = subject->exists & view_of_abi(abi);
        if (!set || (subject->found & set)) {
            continue;
        }
        const struct header *header = unread_naming(r->subjects->v, subject->name, set);
        if (header) {
            add_unread(r, header, subject->name, set, header != counted);
            counted = header;
        } else {
            add_missing(r, subject, set, &subject->exists);
        }
    }
}

/* Whether nothing can be told of a subject in a view. */
static bool is_unknown(const struct verification *v, const struct subject *subject, unsigned view)
{
    const struct header *header = subject->header;
    if (header) {
        return header_failure(v->survey->on[view], header) || !(header->abis & ABI_BIT(view_abi(view)));
    }
    return unread_naming(v, subject->name, VIEW_BIT(view)) != NULL;
}

static void report_by_view(struct reporter *r, const struct subject *subject)
{
    const struct verification *v = r->subjects->v;
    view_set *known = ARENA_NEW(r->subjects->arena, view_set);
    view_set missing = 0;
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        bool found = subject->found & VIEW_BIT(view);
        if ((subject->exists & VIEW_BIT(view)) && (found || !is_unknown(v, subject, view))) {
            *known |= VIEW_BIT(view);
            missing |= found ? 0 : VIEW_BIT(view);
        }
    }
    add_missing(r, subject, missing, known);
    const struct header *header = subject->header;
    header = header || *known || !subject->exists ? header : unread_naming(v, subject->name, subject->exists);
    /* In some views alone, nobody knows whether a header is meant to compile. */
    bool is_all = v->views == view_sets(ABI_ALL, WAY_ALL);
    if (header && is_all && fails_in_all(v, header, subject->exists)) {
        add_unread(r, header, subject->name, subject->exists, true);
    }
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        const bool is_extra = subject->found & ~subject->exists & VIEW_BIT(view);
        const struct fact *fact = is_extra ? subject_fact(v->survey->on[view], subject) : NULL;
        if (fact && (!subject->header || fact->header == subject->header)) {
            differences_add(r->differences, RULE_VERIFY_MISSING, subject->places.at[0]->span, view, &v->views, fact,
                            "the headers have it", "the spec has no %s `%.*s` where the headers have one",
                            subject->what, STR_ARG(subject->name));
        }
    }
}

/*
 * One finding for each header that could not be read, with each of its reasons. It stands where the last context
 * fails: the first ones may not be meant to have the header at all.
 */
static void report_unread(struct reporter *r)
{
    const struct verification *v = r->subjects->v;
    for (size_t i = 0; i < r->unread.len; i++) {
        const struct unread *unread = &r->unread.at[i];
        struct str others = unread->names > 1
                                ? str_printf(r->subjects->arena, " and %zu more of the spec", unread->names - 1)
                                : STR("");
        struct fact at = {.len = 1};
        for (unsigned view = 0; view < VIEW_COUNT; view++) {
            if (unread->views & VIEW_BIT(view)) {
                const struct fact_failure *failure = header_failure(v->survey->on[view], unread->header);
                at.header = failure->where;
                at.off = failure->off;
            }
        }
        struct span span = fact_span(&at);
        for (unsigned view = 0; view < VIEW_COUNT; view++) {
            if (unread->views & VIEW_BIT(view)) {
                const struct fact_failure *failure = header_failure(v->survey->on[view], unread->header);
                at.header = failure->where;
                at.off = failure->off;
                differences_add(r->differences, RULE_VERIFY_HEADER, span, view, &v->views, &at, failure->message.ptr,
                                "`%.*s` does not compile, so that `%.*s`%.*s cannot be verified",
                                STR_ARG(unread->header->name), STR_ARG(unread->first), STR_ARG(others));
            }
        }
    }
}

void subjects_report(const struct subjects *subjects, struct differences *differences)
{
    struct reporter r = {.subjects = subjects, .differences = differences};
    for (size_t i = 0; i < subjects->list.len; i++) {
        const struct subject *subject = subjects->list.at[i];
        if (subject->strict) {
            report_by_view(&r, subject);
        } else {
            report_by_abi(&r, subject);
        }
    }
    report_unread(&r);
}
