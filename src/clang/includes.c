/* Which headers a header includes in each view, and where it refuses to be included, by the spec and in truth. */
#include "emit/c.h"
#include "clang/subjects.h"

#include <string.h>

/* A line of a block of text that includes something, or is an #error. */
struct text_line {
    const struct def *def;
    struct str name; /* what it includes, less quotes and brackets; empty for an #error */
    bool is_sure;    /* it stands under no #if of the text's own */
};

/* A folder that replaces a header, in one view of it. */
struct including {
    const struct verification *v;
    struct differences *differences;
    const struct c_file *file;
    const struct header *header;
    VEC(struct text_line) texts;
    const struct facts *facts;
    unsigned view;
};

/* Whether the header has a line that includes `target` or, where that is NULL, what it calls `name`. */
static bool is_included(const struct including *in, struct str name, const struct header *target)
{
    for (size_t i = 0; i < in->facts->includes.len; i++) {
        const struct fact_include *include = in->facts->includes.at[i];
        if (include->fact.header == in->header &&
            (target ? include->target == target : str_eq(include->fact.name, name))) {
            return true;
        }
    }
    return false;
}

/* Whether the spec has a folder included; those of `arch` are on their own architecture. */
static bool spec_includes(const struct including *in, const struct include *include, const struct folder *folder)
{
    bool is_here = !str_is(include->from.s, "arch") || folder->arch == ARCH_COUNT ||
                   (archs[folder->arch].abis & ABI_BIT(view_abi(in->view)));
    return is_here && when_exists(&include->when, in->v->configs[in->view]) && c_includes(in->file, include, folder);
}

/* What the rest of a line that includes something says, less quotes and brackets. */
static struct str included_name(struct str rest)
{
    size_t from = 0, len = 0;
    while (from < rest.len && rest.ptr[from] != '"' && rest.ptr[from] != '<') {
        from++;
    }
    while (from + 1 + len < rest.len && rest.ptr[from + 1 + len] != '"' && rest.ptr[from + 1 + len] != '>') {
        len++;
    }
    return (struct str){len ? rest.ptr + from + 1 : "", len};
}

static void find_texts(struct including *in)
{
    const struct folder *folder = in->file->folder;
    for (size_t d = 0; d < folder->defs.len; d++) {
        const struct def *def = folder->defs.at[d];
        if (def->kind != DEF_VERBATIM) {
            continue;
        }
        const struct lines *lines = lines_of(in->file->arena, def->more->text.s);
        for (size_t i = 0; i < lines->list.len; i++) {
            const struct line *line = &lines->list.at[i];
            struct text_line found = {.def = def, .is_sure = line->group == SIZE_MAX};
            if (line->kind == LINE_INCLUDE) {
                found.name = included_name(text_plain(in->file->arena, line->rest, true));
            }
            if (found.name.len || line_is_error(line)) {
                VEC_PUSH(in->file->arena, &in->texts, found);
            }
        }
    }
}

static bool is_there(const struct including *in, const struct text_line *text)
{
    return def_exists(text->def, in->v->configs[in->view]);
}

static void report_absent(const struct including *in, struct span span, struct str name)
{
    differences_add(in->differences, RULE_VERIFY_MISSING, span, in->view, &in->v->views, NULL, "",
                    "in the headers `%.*s` does not include `%.*s`", STR_ARG(in->header->name), STR_ARG(name));
}

static void compare_ours(const struct including *in)
{
    const struct spec *spec = in->v->spec;
    const struct folder *folder = in->file->folder;
    for (size_t i = 0; i < folder->includes.len; i++) {
        const struct include *include = &folder->includes.at[i];
        for (size_t f = 0; f < spec->folders.len; f++) {
            const struct folder *other = spec->folders.at[f];
            const struct header *target = spec_includes(in, include, other) ? folder_header(in->v, other) : NULL;
            if (target && !is_included(in, target->name, target)) {
                struct span span = {include->source, include->from.off, include->from.len};
                report_absent(in, span, target->name);
            }
        }
    }
    for (size_t i = 0; i < in->texts.len; i++) {
        const struct text_line *text = &in->texts.at[i];
        if (text->name.len && text->is_sure && is_there(in, text) && !is_included(in, text->name, NULL)) {
            report_absent(in, def_span(text->def, text->def->name.off, text->def->name.len), text->name);
        }
    }
}

/* Whether the spec has what a line of the header includes. */
static bool is_known(const struct including *in, const struct fact_include *theirs)
{
    const struct spec *spec = in->v->spec;
    const struct folder *folder = in->file->folder, *other = NULL;
    for (size_t i = 0; i < in->texts.len; i++) {
        if (is_there(in, &in->texts.at[i]) && str_eq(in->texts.at[i].name, theirs->fact.name)) {
            return true;
        }
    }
    for (size_t f = 0; f < spec->folders.len && theirs->target && !other; f++) {
        other = folder_header(in->v, spec->folders.at[f]) == theirs->target ? spec->folders.at[f] : NULL;
    }
    for (size_t i = 0; i < folder->includes.len && other; i++) {
        if (spec_includes(in, &folder->includes.at[i], other)) {
            return true;
        }
    }
    /* A header of theirs that the spec says nothing of is none that it can include. */
    return theirs->target && !other;
}

static void compare_theirs(const struct including *in)
{
    const struct header_form *form = &in->file->folder->header;
    for (size_t i = 0; i < in->facts->includes.len; i++) {
        const struct fact_include *theirs = in->facts->includes.at[i];
        if (theirs->fact.header == in->header && !is_known(in, theirs)) {
            differences_add(in->differences, RULE_VERIFY_MISSING, (struct span){form->source, form->off, form->len},
                            in->view, &in->v->views, &theirs->fact, "the headers have this",
                            "in the headers `%.*s` includes `%.*s` as well", STR_ARG(in->header->name),
                            STR_ARG(theirs->fact.name));
        }
    }
}

static void compare_refusals(const struct including *in)
{
    const struct folder *folder = in->file->folder;
    const struct header_form *form = &folder->header;
    const struct fact_failure *failure = header_failure(in->facts, in->header);
    const struct def *refusal = NULL;
    bool may_refuse = false;
    for (size_t d = 0; d < folder->defs.len; d++) {
        const struct def *def = folder->defs.at[d];
        refusal = def->kind == DEF_REFUSAL && def_exists(def, in->v->configs[in->view]) ? def : refusal;
    }
    for (size_t i = 0; i < in->texts.len; i++) {
        may_refuse = may_refuse || (!in->texts.at[i].name.len && is_there(in, &in->texts.at[i]));
    }
    if (refusal && !failure && fact_reading_find(in->facts, in->header)) {
        differences_add(in->differences, RULE_VERIFY_HEADER, def_span(refusal, refusal->off, refusal->len), in->view,
                        &in->v->views, NULL, "", "the headers do not refuse `%.*s`", STR_ARG(in->header->name));
    } else if (!refusal && !may_refuse && failure_refusal(failure)) {
        struct fact at = {.header = failure->where, .off = failure->off, .len = 1};
        differences_add(in->differences, RULE_VERIFY_HEADER, (struct span){form->source, form->off, form->len},
                        in->view, &in->v->views, &at, "the headers have this",
                        "the headers refuse `%.*s`, and the spec does not", STR_ARG(in->header->name));
    }
}

void includes_report(const struct verification *v, const struct c_spec *c, struct arena *arena,
                     struct differences *differences)
{
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        const struct folder *folder = v->spec->folders.at[f];
        const struct c_file file = {.arena = arena, .kept = arena, .c = c, .spec = v->spec, .folder = folder};
        struct including in = {.v = v, .differences = differences, .file = &file, .header = folder_header(v, folder)};
        if (in.header) {
            find_texts(&in);
        }
        for (in.view = 0; in.view < VIEW_COUNT && in.header; in.view++) {
            in.facts = v->survey->on[in.view];
            if (v->views & VIEW_BIT(in.view)) {
                compare_refusals(&in);
            }
            if ((v->views & VIEW_BIT(in.view)) && fact_reading_find(in.facts, in.header)) {
                compare_ours(&in);
                compare_theirs(&in);
            }
        }
    }
}
