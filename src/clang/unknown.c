/* What headers have that the spec is to replace as a whole, and does not speak of. */
#include "clang/subjects.h"

/* A verbatim block without blanks, and the views that it exists in. */
struct code {
    struct str text;
    view_set views;
};

struct unknowns {
    const struct subjects *subjects;
    struct arena *arena;
    struct differences *differences;
    /* Of the verbatim blocks of the spec, each word to the view_set that it is in: what they declare is not listed
     * anywhere else. */
    struct map words;
    VEC(struct code) codes;
    struct map tags; /* of inline records */
    unsigned view;   /* the one that is looked at */
};

static char yes; /* what a map holds under a name that is in it */

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\';
}

static void add_squeezed(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_blank(text.ptr[i])) {
            buf_char(out, text.ptr[i]);
        }
    }
}

static void note_code(struct unknowns *u, struct str text, view_set views)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = 0;
        while (i + len < text.len && is_word(text.ptr[i + len])) {
            len++;
        }
        if (len) {
            view_set *known = map_get(&u->words, (struct str){text.ptr + i, len});
            if (!known) {
                known = ARENA_NEW(u->arena, view_set);
                map_add(&u->words, (struct str){text.ptr + i, len}, known);
            }
            *known |= views;
        }
        i += len ? len : 1;
    }
    struct buf code = buf_new(u->arena);
    add_squeezed(&code, text);
    VEC_PUSH(u->arena, &u->codes, (struct code){buf_view(&code), views});
}

static void note_tags(struct unknowns *u, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type;
        while (type->kind == TYPE_ARRAY) {
            type = type->more->of;
        }
        if (type->kind == TYPE_RECORD) {
            if (type->more->record->name.s.len) {
                map_add(&u->tags, type->more->record->name.s, &yes);
            }
            note_tags(u, type->more->record);
        }
    }
}

/* Whether a block of the spec holds the use of a macro that made something. */
static bool has_use(const struct unknowns *u, const struct fact *fact)
{
    struct str text = fact->header->source.text;
    size_t end = fact->off + fact->len, depth = 0;
    while (end < text.len && is_blank(text.ptr[end])) {
        end++;
    }
    for (; end < text.len && (depth || text.ptr[end] == '('); end++) {
        depth += text.ptr[end] == '(';
        if (text.ptr[end] == ')' && --depth == 0) {
            end++;
            break;
        }
    }
    struct buf use = buf_new(u->arena);
    add_squeezed(&use, (struct str){text.ptr + fact->off, end - fact->off});
    struct str needle = buf_view(&use);
    for (size_t k = 0; k < u->codes.len; k++) {
        struct str code = u->codes.at[k].text;
        for (size_t i = 0; (u->codes.at[k].views & VIEW_BIT(u->view)) && i + needle.len <= code.len; i++) {
            if (str_eq((struct str){code.ptr + i, needle.len}, needle)) {
                return true;
            }
        }
    }
    return false;
}

static struct str after(struct str name, const char *prefix)
{
    size_t len = str_from(prefix).len;
    return str_starts(name, prefix) ? (struct str){name.ptr + len, name.len - len} : name;
}

static bool is_known_handle(const struct unknowns *u, struct str name)
{
    struct str target = after(after(name, FACT_HANDLE_PREFIX), "64_");
    return subjects_have(u->subjects, SUBJECT_HANDLE, target) ||
           subjects_have(u->subjects, SUBJECT_HANDLE, after(target, "const_"));
}

static bool is_in_code(const struct unknowns *u, const struct fact *fact)
{
    const view_set *views = map_get(&u->words, fact->name);
    /* Where what a block is named after should be is looked at with the block. */
    return subjects_have(u->subjects, SUBJECT_MACRO, fact->name) ||
           subjects_have(u->subjects, SUBJECT_CODE, fact->name) || (views && (*views & VIEW_BIT(u->view))) ||
           (fact->from_macro && has_use(u, fact));
}

static bool is_known_type(const struct unknowns *u, const struct fact *fact, bool is_record)
{
    return (is_record && map_get(&u->tags, fact->name)) || subjects_have(u->subjects, SUBJECT_RECORD, fact->name) ||
           (!is_record && subjects_have(u->subjects, SUBJECT_TYPEDEF, fact->name)) || is_in_code(u, fact);
}

static void report(const struct unknowns *u, const struct facts *facts, const struct fact *fact, const char *what)
{
    struct str name = after(after(fact->name, FACT_HANDLE_PREFIX), "64_");
    struct str target = after(name, "const_");
    const struct fact *plain =
        map_get(&facts->typedef_names, str_printf(u->arena, FACT_HANDLE_PREFIX "%.*s", STR_ARG(target)));
    if (name.len < fact->name.len && target.len < name.len && plain && plain->off == fact->off) {
        return; /* made together with the handle to what may be written */
    }
    differences_add(u->differences, RULE_VERIFY_UNDESCRIBED, fact_span(fact), facts->config, &u->subjects->v->views,
                    NULL, "", "the spec does not describe the %s `%.*s`", what, STR_ARG(name));
}

static void look_at_macros(const struct unknowns *u, const struct facts *facts, const struct header *header,
                           struct str guard)
{
    for (size_t i = 0; i < facts->macros.len; i++) {
        const struct fact_macro *macro = facts->macros.at[i];
        if (macro->fact.header != header) {
            continue;
        }
        bool is_constant = map_get(&facts->constant_names, macro->fact.name) != NULL;
        bool is_known = str_eq(macro->fact.name, guard) || is_in_code(u, &macro->fact) ||
                        subjects_have(u->subjects, macro->is_call ? SUBJECT_CALL : SUBJECT_CONSTANT, macro->fact.name);
        if (!is_known) {
            report(u, facts, &macro->fact, is_constant ? "constant" : "macro");
        }
    }
}

static void look_at(const struct unknowns *u, const struct facts *facts, const struct header *header, struct str guard)
{
    for (size_t i = 0; i < facts->records.len; i++) {
        const struct fact *fact = &facts->records.at[i]->fact;
        if (fact->header != header) {
            continue;
        }
        bool is_compared = false; /* with the member that it is the type of */
        for (const struct fact_record *at = facts->records.at[i]->outer; at; at = at->outer) {
            is_compared = is_compared || subjects_have(u->subjects, SUBJECT_RECORD, at->fact.name);
        }
        if (fact->name.len && !is_compared && !is_known_type(u, fact, true) &&
            !str_starts(fact->name, FACT_HANDLE_PREFIX)) {
            report(u, facts, fact, "record");
        }
    }
    for (size_t i = 0; i < facts->typedefs.len; i++) {
        const struct fact *fact = &facts->typedefs.at[i]->fact;
        if (fact->header != header) {
            continue;
        }
        bool is_handle = str_starts(fact->name, FACT_HANDLE_PREFIX);
        bool is_known =
            is_handle ? is_known_handle(u, fact->name) || is_in_code(u, fact) : is_known_type(u, fact, false);
        /* What has no tag is known, or reported, under the name of the typedef already. */
        const struct fact_record *record = map_get(&facts->record_names, fact->name);
        const struct fact_type *type = facts->typedefs.at[i]->type;
        bool names_enum = type->kind == FACT_ENUM && (!type->name.len || str_eq(type->name, fact->name));
        if (!is_known && !names_enum && (is_handle || !record || record->has_tag)) {
            report(u, facts, fact, is_handle ? "handle" : "typedef");
        }
    }
    for (size_t i = 0; i < facts->constants.len; i++) {
        const struct fact_constant *constant = facts->constants.at[i];
        const struct fact *fact = &constant->fact;
        if (constant->form == CONSTANT_ENUMERATOR && fact->header == header && !is_in_code(u, fact) &&
            !subjects_have(u->subjects, SUBJECT_CONSTANT, fact->name)) {
            report(u, facts, fact, "constant");
        }
    }
    look_at_macros(u, facts, header, guard);
}

void subjects_report_unknown(const struct subjects *subjects, struct differences *differences)
{
    const struct verification *v = subjects->v;
    struct unknowns u = {.subjects = subjects,
                         .arena = subjects->arena,
                         .differences = differences,
                         .words = map_new(subjects->arena),
                         .tags = map_new(subjects->arena)};
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        for (size_t d = 0; d < v->spec->folders.at[f]->defs.len; d++) {
            const struct def *def = v->spec->folders.at[f]->defs.at[d];
            note_tags(&u, def);
            if (def->kind != DEF_VERBATIM && !def->more->c_value.s.len) {
                continue;
            }
            view_set views = 0;
            for (unsigned view = 0; view < VIEW_COUNT; view++) {
                views |= def_exists(def, v->configs[view]) ? VIEW_BIT(view) : 0;
            }
            note_code(&u, def->kind == DEF_VERBATIM ? def->name.s : def->more->c_value.s, views);
            note_code(&u, def->more->text.s, views);
        }
    }
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        const struct folder *folder = v->spec->folders.at[f];
        const struct header *header = folder_header(v, folder);
        for (unsigned view = 0; view < VIEW_COUNT && header; view++) {
            if (v->views & VIEW_BIT(view)) {
                u.view = view;
                look_at(&u, v->survey->on[view], header, folder->header.guard.s);
            }
        }
    }
}
