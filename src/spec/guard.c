#include "spec/guard.h"

#include "spec/resolve.h"
#include "spec/words.h"

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
            if (def->kind != DEF_CONSTANT && def->kind != DEF_VERBATIM) {
                check_names(&guards, def, diags);
            }
        }
    }
}
