#include "clang/verify.h"

#include <string.h>

#include "clang/compare.h"
#include "clang/subjects.h"

struct verifier {
    const struct verification *v;
    struct arena *arena;
    struct differences differences;
    struct subjects subjects;
    struct c_spec c;
};

static struct comparison comparison_of(struct verifier *verifier, const struct def *def, unsigned view,
                                       const struct subject *subject)
{
    return (struct comparison){
        .m = {.arena = verifier->arena, .facts = verifier->v->survey->on[view], .config = verifier->v->configs[view]},
        .differences = &verifier->differences,
        .among = &subject->last->compared,
        .def = def,
        .c = &verifier->c};
}

static struct span name_span(const struct def *def)
{
    return def_span(def, def->name.off, def->name.len);
}

/* Whether a fact is of no concern to a subject: another of its name stands in the header that the subject is of. */
static bool is_elsewhere(const struct subject *subject, const struct fact *first, const struct fact *fact)
{
    return subject->header && first->header == subject->header && fact->header != subject->header;
}

static void verify_record(struct verifier *verifier, const struct def *def, unsigned view)
{
    struct subject *subject =
        subjects_add(&verifier->subjects, def->folder, SUBJECT_RECORD, def->name.s, name_span(def), view);
    subject->what = def->kind == DEF_UNION ? "union" : "struct";
    struct comparison c = comparison_of(verifier, def, view, subject);
    const struct fact *first = subject_fact(c.m.facts, subject);
    const struct fact_record *record = fact_record_find(c.m.facts, def->name.s);
    for (const struct fact *fact = record ? &record->fact : NULL; fact; fact = fact->another) {
        if (!is_elsewhere(subject, first, fact)) {
            compare_record(&c, (const struct fact_record *)fact);
        }
    }
    for (const struct fact *fact = map_get(&c.m.facts->typedef_names, def->name.s); fact; fact = fact->another) {
        if (!is_elsewhere(subject, first ? first : fact, fact)) {
            compare_alias(&c, (const struct fact_typedef *)fact);
        }
    }
}

static void verify_typedef(struct verifier *verifier, const struct def *def, unsigned view)
{
    struct subject *subject =
        subjects_add(&verifier->subjects, def->folder, SUBJECT_TYPEDEF, def->name.s, name_span(def), view);
    struct comparison c = comparison_of(verifier, def, view, subject);
    const struct fact *first = subject_fact(c.m.facts, subject);
    for (const struct fact *fact = map_get(&c.m.facts->typedef_names, def->name.s); fact; fact = fact->another) {
        if (!is_elsewhere(subject, first, fact)) {
            compare_typedef(&c, (const struct fact_typedef *)fact);
        }
    }
}

/* The constant to compare with: of the same form, where a macro stands for an enumerator of its own name. */
static const struct fact_constant *constant_find(const struct facts *facts, const struct subject *subject,
                                                 enum constant_form form)
{
    const struct fact *first = subject_fact(facts, subject);
    for (const struct fact *at = map_get(&facts->constant_names, subject->name); at; at = at->another) {
        if (((const struct fact_constant *)at)->form == form && !is_elsewhere(subject, first, at)) {
            return (const struct fact_constant *)at;
        }
    }
    return (const struct fact_constant *)first;
}

static void verify_constants(struct verifier *verifier, const struct def *def, unsigned view)
{
    struct constants constants = {0};
    constants_of(verifier->arena, def, verifier->v->configs[view], &constants);
    for (size_t i = 0; i < constants.list.len; i++) {
        const struct constant *constant = &constants.list.at[i];
        enum subject_kind kind = constant->form == CONSTANT_CALL ? SUBJECT_CALL : SUBJECT_CONSTANT;
        struct span span = def_span(def, constant->off, constant->len);
        struct subject *subject = subjects_add(&verifier->subjects, def->folder, kind, constant->name, span, view);
        struct comparison c = comparison_of(verifier, def, view, subject);
        const struct fact_constant *theirs =
            kind == SUBJECT_CONSTANT ? constant_find(c.m.facts, subject, constant->form) : NULL;
        if (theirs) {
            compare_constant(&c, constant, theirs);
        }
    }
}

static void verify_handle(struct verifier *verifier, const struct def *def, unsigned view)
{
    struct subject *subject =
        subjects_add(&verifier->subjects, def->folder, SUBJECT_HANDLE, def->name.s, name_span(def), view);
    struct comparison c = comparison_of(verifier, def, view, subject);
    const struct fact *fact = subject_fact(c.m.facts, subject);
    if (fact) {
        compare_handle(&c, (const struct fact_typedef *)fact);
    }
}

/* What a block defines: a macro, or something else; false where its name is no more than that of the block. */
static bool code_kind(const struct def *def, enum subject_kind *kind)
{
    struct str text = def->more->text.s, name = def->name.s;
    bool found = false;
    *kind = SUBJECT_CODE;
    for (size_t i = 0; i + name.len <= text.len; i++) {
        if (memcmp(text.ptr + i, name.ptr, name.len) == 0) {
            size_t before = i;
            while (before && text.ptr[before - 1] == ' ') {
                before--;
            }
            found = true;
            *kind = before != i && str_ends((struct str){text.ptr, before}, "define") ? SUBJECT_MACRO : *kind;
        }
    }
    return found;
}

static void verify_code(struct verifier *verifier, const struct def *def, unsigned view)
{
    enum subject_kind kind;
    if (code_kind(def, &kind)) {
        subjects_add(&verifier->subjects, def->folder, kind, def->name.s, name_span(def), view);
    }
}

/* The macros of an event ring. What is made of rows is compared like what is written. */
static void verify_event_ring(struct verifier *verifier, const struct def *def, unsigned view)
{
    struct str ref = str_printf(verifier->arena, "%.*s_REF", STR_ARG(def->name.s));
    subjects_add(&verifier->subjects, def->folder, SUBJECT_CALL, def->name.s, name_span(def), view);
    subjects_add(&verifier->subjects, def->folder, SUBJECT_CALL, ref, name_span(def), view);
}

void verify_spec(const struct verification *v, struct diags *diags)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct verifier *, const struct def *, unsigned) = {
        [DEF_STRUCT] = verify_record,    [DEF_UNION] = verify_record,    [DEF_ENUM] = verify_constants,
        [DEF_BITMAP] = verify_constants, [DEF_TYPEDEF] = verify_typedef, [DEF_CONSTANT] = verify_constants,
        [DEF_HANDLE] = verify_handle,    [DEF_VERBATIM] = verify_code,   [DEF_EVENT_RING] = verify_event_ring};
    struct verifier verifier = {.v = v,
                                .arena = diags->arena,
                                .differences = differences_new(diags->arena),
                                .subjects = subjects_new(diags->arena, v),
                                .c = {.spec = v->spec}};
    c_handles_find(diags->arena, &verifier.c);
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        const struct folder *folder = v->spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            for (unsigned view = 0; view < VIEW_COUNT; view++) {
                const struct def *def = folder->defs.at[d];
                if ((v->views & VIEW_BIT(view)) && def_exists(def, v->configs[view]) && by_kind[def->kind]) {
                    by_kind[def->kind](&verifier, def, view);
                }
            }
        }
    }
    subjects_report(&verifier.subjects, &verifier.differences);
    subjects_report_unknown(&verifier.subjects, &verifier.differences);
    includes_report(v, &verifier.c, diags->arena, &verifier.differences);
    differences_report(&verifier.differences, diags);
}
