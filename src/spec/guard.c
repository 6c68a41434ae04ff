#include "spec/guard.h"

#include "spec/resolve.h"
#include "spec/words.h"

#include <string.h>

static struct span guard_span(const struct header_form *header)
{
    return (struct span){header->source, header->guard.off, header->guard.len};
}

/* `guards`: name to the folder whose header has that guard. */
static void check_name(const struct map *guards, const struct def *def, const struct text *name, struct diags *diags)
{
    const struct folder *folder = name->s.len ? map_get(guards, name->s) : NULL;
    if (folder) {
        struct diag *diag = diag_add(diags, RULE_NAME_CLASH, def_span(def, name->off, name->len),
                                     "`%.*s` is a header's guard in C as well", STR_ARG(name->s));
        diag_note(diags, diag, guard_span(&folder->header), "the guard is here");
    }
}

static void check_names(const struct map *guards, const struct def *def, struct diags *diags)
{
    check_name(guards, def, &def->name, diags);
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct def *record = field_record(field);
        check_name(guards, def, &field->name, diags);
        if (record) {
            check_names(guards, record, diags);
        }
    }
}

/* The name that a line of C defines or undefines as a macro; empty if it does neither. */
static struct str macro_of(struct str line)
{
    static const char *const words[] = {"#", "define", "undef"};
    bool is_directive = false, is_macro = false;
    for (size_t at = 0; at < line.len;) {
        if (line.ptr[at] == ' ' || line.ptr[at] == '\t') {
            at++;
            continue;
        }
        struct str rest = {line.ptr + at, line.len - at};
        if (is_macro) {
            return type_word(rest);
        }
        size_t w = is_directive;
        while (w < (is_directive ? 3 : 1) && !str_starts(rest, words[w])) {
            w++;
        }
        if (w == (is_directive ? 3 : 1)) {
            break;
        }
        is_macro = is_directive;
        is_directive = true;
        at += strlen(words[w]);
    }
    return (struct str){line.ptr, 0};
}

/* Code that defines a guard again, or takes it away, has the header read twice or not at all. */
static void check_code(const struct map *guards, const struct def *def, struct diags *diags)
{
    struct str text = def->more->text.s;
    for (size_t at = 0, end; at < text.len; at = end + 1) {
        for (end = at; end < text.len && text.ptr[end] != '\n';) {
            end++;
        }
        struct str name = macro_of((struct str){text.ptr + at, end - at});
        const struct folder *folder = name.len ? map_get(guards, name) : NULL;
        if (folder) {
            struct diag *diag =
                diag_add(diags, RULE_NAME_CLASH, def_span(def, def->more->text.off, def->more->text.len),
                         "this code redefines `%.*s`, a header's guard", STR_ARG(name));
            diag_note(diags, diag, guard_span(&folder->header), "the guard is here");
            return;
        }
    }
}

void spec_guards(const struct spec *spec, struct diags *diags)
{
    struct map guards = map_new(spec->arena);
    for (size_t f = 0; f < spec->folders.len; f++) {
        struct folder *folder = spec->folders.at[f];
        struct str guard = folder->header.guard.s;
        if (!folder->header.given || !guard.len) {
            continue;
        }
        struct span span = guard_span(&folder->header);
        const struct constant_ref *constant = map_get(&spec->constants, guard);
        const struct folder *first = map_add(&guards, guard, folder);
        struct diag *diag = NULL;
        if (word_is_c_keyword(guard)) {
            diag_add(diags, RULE_NAME_KEYWORD, span, "C or C++ already has a meaning for `%.*s`", STR_ARG(guard));
        } else if (first) {
            diag = diag_add(diags, RULE_NAME_CLASH, span, "two headers have the guard `%.*s`", STR_ARG(guard));
            diag_note(diags, diag, guard_span(&first->header), "the other one is here");
        } else if (constant) {
            diag = diag_add(diags, RULE_NAME_CLASH, span, "`%.*s` is a constant in C as well", STR_ARG(guard));
            diag_note(diags, diag, constant->span, "the constant comes from here");
        }
    }
    for (size_t f = 0; f < spec->folders.len && guards.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            if (def->kind == DEF_VERBATIM) {
                check_code(&guards, def, diags);
            } else if (def->kind != DEF_CONSTANT) {
                check_names(&guards, def, diags);
            }
        }
    }
}
