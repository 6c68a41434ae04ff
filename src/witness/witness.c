#include "witness/witness.h"

#include "base/dir.h"
#include "layout/layout.h"
#include "spec/resolve.h"
#include "witness/claims.h"
#include "witness/compiler.h"
#include "witness/places.h"
#include "clang/differences.h"
#include "clang/shims.h"

#include <assert.h>
#include <setjmp.h>

/* A claim before a header: whether it holds if that is included. */
struct statement {
    size_t claim;
    bool failed;
};

/* A header in a view, with all that is claimed of it. */
struct paper {
    const struct header *header;
    VEC(struct statement) statements;
    unsigned attempt;           /* see task_of() */
    bool is_good;               /* the header compiles, and the claims are decided on */
    struct complaint complaint; /* where it does not */
};

/* A name that should exist, over all views of a compiler. */
struct named {
    struct str name;
    const struct claim *claim;
    bool strict;
    view_set exists, found, unknown;
    const struct header *unread; /* one that names it and does not compile */
    struct complaint complaint;
};

struct asking {
    const struct witness *w;
    struct arena *arena;
    struct compiler compiler;
    struct str shims;
    struct places places;
    struct differences differences;
    view_set *among;
    struct map names;
    VEC(struct named *) named;
    struct testimony *testimony;
};

/* One view. */
struct session {
    struct asking *a;
    unsigned view;
    struct claims claims;
    VEC(struct paper) papers;
    struct map failed; /* names of which something does not hold */
};

static char yes; /* what a map holds under a name that is in it */

/*
 * How a header is read: on its own; after xen.h, as Xen's own checks do; before it, as some want it; or where another
 * header includes it, for one that is part of that. The next way is tried where it does not compile, or some claim does
 * not hold.
 */
enum { ALONE, AFTER_XEN, BEFORE_XEN, BY_ANOTHER };

/* The header that includes this one, as the spec has it; empty if there is none. */
static struct str includer_of(const struct session *s, const struct header *header)
{
    struct arena *arena = s->a->arena;
    const struct spec *spec = s->a->w->spec;
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t i = 0; folder->header.given && i < folder->includes.len; i++) {
            struct str name = str_printf(arena, "%.*s.h", STR_ARG(folder->includes.at[i].from.s));
            struct str by = str_printf(arena, "%.*s.h", STR_ARG(folder->name));
            if (str_eq(name, header->name) && map_get(&s->a->w->headers->by_name, by)) {
                return by;
            }
        }
    }
    return STR("");
}

/* The interface version is known whether or not a header asks for it, as it is where libclang reads headers. */
static bool with_compat(const struct session *s, const struct paper *paper)
{
    return map_get(&s->a->w->headers->by_name, STR("xen-compat.h")) && !str_is(paper->header->name, "xen-compat.h");
}

static unsigned lines_before(const struct session *s, const struct paper *paper)
{
    return 3u + with_compat(s, paper) + (paper->attempt == AFTER_XEN) + (paper->attempt == BEFORE_XEN);
}

static struct task task_of(const struct session *s, const struct paper *paper)
{
    struct arena *arena = s->a->arena;
    const struct way_info *way = &ways[view_way(s->view)];
    struct str name = paper->attempt == BY_ANOTHER ? includer_of(s, paper->header) : paper->header->name;
    struct buf text = buf_new(arena);
    /* Headers may leave offsetof() to whoever includes them. */
    buf_printf(&text, "#include <stdint.h>\n%s%s#include \"%.*s\"\n%s#include <stddef.h>\n",
               with_compat(s, paper) ? "#include \"xen-compat.h\"\n" : "",
               paper->attempt == AFTER_XEN ? "#include \"xen.h\"\n" : "", STR_ARG(name),
               paper->attempt == BEFORE_XEN ? "#include \"xen.h\"\n" : "");
    bool has_functions = false;
    for (size_t i = 0; i < paper->statements.len; i++) {
        const struct claim *claim = &s->claims.list.at[paper->statements.at[i].claim];
        buf_str(&text, claim->code);
        has_functions = has_functions || claim->is_function;
    }
    struct task task = {.text = buf_view(&text)};
    static const char *const options[] = {"-ffreestanding", "-nostdinc", "-std=gnu99", "-w", "-O1", "-o", "/dev/null"};
    VEC_PUSH(arena, &task.options, has_functions ? STR("-S") : STR("-fsyntax-only"));
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        VEC_PUSH(arena, &task.options, str_from(options[i]));
    }
    /* All errors, each where the claim stands rather than where a macro of the header does. */
    VEC_PUSH(arena, &task.options, s->a->compiler.is_clang ? STR("-ferror-limit=0") : STR("-ftrack-macro-expansion=0"));
    VEC_PUSH(arena, &task.options, STR("-isystem"));
    VEC_PUSH(arena, &task.options, s->a->shims);
    VEC_PUSH(arena, &task.options, STR("-idirafter"));
    VEC_PUSH(arena, &task.options, str_copy(arena, s->a->w->headers->root));
    if (way->define) {
        VEC_PUSH(arena, &task.options,
                 way->wants_version ? str_printf(arena, "-D%s=%.*s", way->define, STR_ARG(s->a->w->version))
                                    : str_printf(arena, "-D%s", way->define));
    }
    return task;
}

/* The statement that a line of the text belongs to, or NULL. */
static struct statement *statement_at(const struct session *s, struct paper *paper, unsigned line)
{
    unsigned next = lines_before(s, paper) + 1;
    for (size_t i = 0; i < paper->statements.len; i++) {
        next += s->claims.list.at[paper->statements.at[i].claim].lines;
        if (line < next) {
            return line > lines_before(s, paper) ? &paper->statements.at[i] : NULL;
        }
    }
    return NULL;
}

/* Whether a compiler found fault with nothing but claims; else `*complaint` is the first other one. */
static bool is_about_claims(const struct session *s, struct paper *paper, const struct task *task,
                            struct complaint *complaint)
{
    for (size_t i = 0; i < task->complaints.len; i++) {
        const struct complaint *at = &task->complaints.at[i];
        if (!str_eq(at->path, task->path) || !statement_at(s, paper, at->line)) {
            *complaint = *at;
            return false;
        }
    }
    if (task->status != 0 && !task->complaints.len) {
        *complaint = (struct complaint){.path = paper->header->source.path, .line = 1, .column = 1};
        complaint->message = STR("the compiler fails without saying why");
        return false;
    }
    return true;
}

/* A claim that fails counts where it fails in each way to read the header. Returns whether some claim has failed. */
static bool note_failures(const struct session *s, struct paper *paper, const struct task *task, bool again)
{
    bool *now = ARENA_ARRAY(s->a->arena, paper->statements.len + 1, bool);
    bool any = false;
    for (size_t i = 0; i < task->complaints.len; i++) {
        now[statement_at(s, paper, task->complaints.at[i].line) - paper->statements.at] = true;
    }
    for (size_t i = 0; i < paper->statements.len; i++) {
        struct statement *statement = &paper->statements.at[i];
        statement->failed = now[i] && (!again || statement->failed);
        any = any || statement->failed;
    }
    return any;
}

/* Goes on to the next way to read a header that there is; false if that was the last one. */
static bool next_attempt(const struct session *s, struct paper *paper)
{
    bool has_xen = map_get(&s->a->w->headers->by_name, STR("xen.h")) && !str_is(paper->header->name, "xen.h");
    paper->attempt += has_xen || paper->attempt != ALONE ? 1 : BY_ANOTHER;
    return paper->attempt < BY_ANOTHER || (paper->attempt == BY_ANOTHER && includer_of(s, paper->header).len);
}

/* Takes in what the compiler said of a paper; returns whether to ask again, in another way. */
static bool take_answer(const struct session *s, struct paper *paper, const struct task *task)
{
    struct complaint complaint;
    if (is_about_claims(s, paper, task, &complaint)) {
        bool any = note_failures(s, paper, task, paper->is_good);
        paper->is_good = true;
        return any && next_attempt(s, paper);
    }
    paper->complaint = paper->attempt <= AFTER_XEN && !paper->is_good ? complaint : paper->complaint;
    return next_attempt(s, paper);
}

static bool ask_papers(struct session *s, struct str *error)
{
    struct arena *arena = s->a->arena;
    VEC(size_t) open = {0};
    for (size_t i = 0; i < s->papers.len; i++) {
        VEC_PUSH(arena, &open, i);
    }
    while (open.len) {
        struct task *tasks = ARENA_ARRAY(arena, open.len, struct task);
        for (size_t i = 0; i < open.len; i++) {
            tasks[i] = task_of(s, &s->papers.at[open.at[i]]);
        }
        if (!compiler_check(&s->a->compiler, tasks, open.len, error)) {
            return false;
        }
        size_t left = 0;
        for (size_t i = 0; i < open.len; i++) {
            if (take_answer(s, &s->papers.at[open.at[i]], &tasks[i])) {
                open.at[left++] = open.at[i];
            }
        }
        open.len = left;
    }
    return true;
}

static struct paper *paper_of(struct session *s, const struct header *header)
{
    for (size_t i = 0; i < s->papers.len; i++) {
        if (s->papers.at[i].header == header) {
            return &s->papers.at[i];
        }
    }
    return VEC_PUSH(s->a->arena, &s->papers, (struct paper){.header = header});
}

static struct named *named_of(struct asking *a, const struct claim *claim)
{
    struct str key = str_printf(a->arena, "%d %.*s", (int)claim->def->kind, STR_ARG(claim->subject));
    struct named *named = map_get(&a->names, key);
    if (!named) {
        named = ARENA_NEW(a->arena, struct named);
        *named = (struct named){.name = claim->subject, .claim = claim, .strict = folder_is_strict(claim->def->folder)};
        map_add(&a->names, key, named);
        VEC_PUSH(a->arena, &a->named, named);
    }
    return named;
}

/* Writes the claims about a view's definitions onto papers. */
static void write_papers(struct session *s)
{
    const struct spec *spec = s->a->w->spec;
    unsigned config = s->a->w->configs[s->view];
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            size_t first = s->claims.list.len;
            if (def_exists(folder->defs.at[d], config)) {
                claims_of(&s->claims, folder->defs.at[d], config);
            }
            struct place_list where = {0};
            for (size_t i = first; i < s->claims.list.len; i++) {
                const struct claim *claim = &s->claims.list.at[i];
                if (claim->kind == CLAIM_EXISTS) {
                    where = places_of(&s->a->places, folder, claim->subject, view_abi(s->view));
                    struct claim *kept = ARENA_NEW(s->a->arena, struct claim);
                    *kept = *claim;
                    named_of(s->a, kept)->exists |= VIEW_BIT(s->view);
                }
                for (size_t p = 0; p < where.list.len; p++) {
                    struct paper *paper = paper_of(s, where.list.at[p]);
                    VEC_PUSH(s->a->arena, &paper->statements, (struct statement){.claim = i});
                }
            }
        }
    }
}

/* Whether something of the definition that a name stands for does not hold. */
static bool has_failed(const struct session *s, struct str name)
{
    return name.len && map_get(&s->failed, name);
}

struct name_search {
    const struct session *s;
    bool found;
};

static void look_at_name(const struct expr *part, void *data)
{
    struct name_search *search = data;
    struct str name = part->kind == EXPR_NAME ? part->name : part->type;
    for (size_t i = 0; i + 1 < name.len; i++) {
        if (name.ptr[i] == ' ') {
            name = (struct str){name.ptr + i + 1, name.len - i - 1};
            i = 0;
        }
    }
    search->found = search->found || has_failed(search->s, name);
}

static bool formula_failed(const struct session *s, const struct formula *formula)
{
    struct name_search search = {s, false};
    if (formula->expr) {
        expr_visit(formula->expr, look_at_name, &search);
    }
    return search.found;
}

/* Whether a type holds something that is otherwise in the headers, which has findings of its own. */
static bool type_failed(const struct session *s, const struct type *type);

static bool fields_failed(const struct session *s, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        if (type_failed(s, def->fields.at[i].type)) {
            return true;
        }
    }
    return false;
}

static bool type_failed(const struct session *s, const struct type *type)
{
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        if (formula_failed(s, type->more->length)) {
            return true;
        }
    }
    return (type->kind == TYPE_NAMED && has_failed(s, type->more->name)) ||
           (type->kind == TYPE_RECORD && fields_failed(s, type->more->record));
}

/* Whether a claim that fails does so only because of another one. */
static bool is_entailed(const struct session *s, const struct claim *claim)
{
    const struct def *def = claim->def;
    if (claim->kind == CLAIM_LAYOUT) {
        return fields_failed(s, def);
    }
    if (claim->field) {
        return type_failed(s, claim->field->type);
    }
    if (def->kind == DEF_TYPEDEF) {
        return fields_failed(s, def);
    }
    if (def->kind == DEF_BITMAP) {
        return has_failed(s, str_printf(s->a->arena, "_%.*s", STR_ARG(claim->subject)));
    }
    for (size_t i = 0; i < def->more->variants.len; i++) {
        if (str_eq(def->more->variants.at[i].c_name, claim->subject)) {
            return formula_failed(s, &def->more->variants.at[i].formula);
        }
    }
    return formula_failed(s, &def->more->formula);
}

/* Goes over a paper subject by subject: notes what is found and what fails, or with `report` adds findings. */
static void read_paper(struct session *s, const struct paper *paper, bool report)
{
    bool exists = false, laid = false, valued = false;
    const struct field *field = NULL;
    for (size_t i = 0; i < paper->statements.len; i++) {
        const struct statement *statement = &paper->statements.at[i];
        const struct claim *claim = &s->claims.list.at[statement->claim];
        if (claim->kind == CLAIM_EXISTS) {
            struct named *named = named_of(s->a, claim);
            exists = paper->is_good && !statement->failed;
            laid = valued = false;
            field = NULL;
            named->found |= exists ? VIEW_BIT(s->view) : 0;
            if (!paper->is_good) {
                named->unknown |= VIEW_BIT(s->view);
                named->unread = paper->header;
                named->complaint = paper->complaint;
            }
            s->a->testimony->claims += paper->is_good && !report;
            continue;
        }
        s->a->testimony->claims += exists && !report;
        if (!exists || !statement->failed) {
            continue;
        }
        if (!report) {
            map_add(&s->failed, claim->subject, &yes);
            continue;
        }
        /* One finding for a constant, one for each member, and one for all that lies elsewhere in a record. */
        bool is_first = claim->kind == CLAIM_LAYOUT ? !laid : claim->field ? claim->field != field : !valued;
        laid = laid || claim->kind == CLAIM_LAYOUT;
        valued = true;
        field = claim->field;
        if (is_first && !is_entailed(s, claim)) {
            differences_add(&s->a->differences, claim->rule, claim->span, s->view, &named_of(s->a, claim)->found, NULL,
                            "", "%.*s, says `%.*s`", STR_ARG(claim->message), STR_ARG(s->a->compiler.command));
        }
    }
}

static bool ask_view(struct asking *a, unsigned view, struct str *error)
{
    struct session s = {.a = a,
                        .view = view,
                        .claims = {.arena = a->arena, .knows_functions = a->compiler.knows_functions},
                        .failed = map_new(a->arena)};
    write_papers(&s);
    if (!ask_papers(&s, error)) {
        return false;
    }
    for (int report = 0; report < 2; report++) {
        for (size_t i = 0; i < s.papers.len; i++) {
            read_paper(&s, &s.papers.at[i], report);
        }
    }
    a->testimony->bit_fields += s.claims.bit_fields;
    return true;
}

/* A span in a header for what a compiler says of it; that of the header's start where it is about another file. */
static struct span complaint_span(const struct asking *a, const struct header *header,
                                  const struct complaint *complaint)
{
    for (size_t i = 0; i < a->w->headers->list.len; i++) {
        header = str_eq(a->w->headers->list.at[i]->source.path, complaint->path) ? a->w->headers->list.at[i] : header;
    }
    struct str text = header->source.text;
    uint32_t off = 0;
    bool is_here = str_eq(header->source.path, complaint->path);
    for (unsigned line = 1; is_here && line < complaint->line && off < text.len; off++) {
        line += text.ptr[off] == '\n';
    }
    struct source *source = (struct source *)&header->source;
    return (struct span){.source = source, .off = off, .len = 1};
}

/* Where a name that has been asked for is missing, though the compiler could tell. */
static view_set missing_in(const struct named *named)
{
    if (named->strict) {
        return named->exists & ~named->found & ~named->unknown;
    }
    return named->found ? 0 : named->exists & ~named->unknown;
}

/* Reports a header that keeps a compiler from telling. */
static void report_unread(struct asking *a, const struct named *named)
{
    assert(named->unread);
    struct span span = complaint_span(a, named->unread, &named->complaint);
    struct fact at = {.header = (struct header *)named->unread, .off = span.off, .len = 1};
    at.header = span.source == &named->unread->source ? at.header : NULL;
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        if (named->exists & VIEW_BIT(view)) {
            differences_add(&a->differences, RULE_VERIFY_HEADER, span, view, a->among, at.header ? &at : NULL,
                            named->complaint.message.ptr,
                            "`%.*s` does not compile with `%.*s`, so that `%.*s` cannot be verified: %.*s",
                            STR_ARG(named->unread->name), STR_ARG(a->compiler.command), STR_ARG(named->name),
                            STR_ARG(named->complaint.message));
        }
    }
}

/* Reports what is missing, and the headers that keep a compiler from telling. */
static void report_named(struct asking *a)
{
    struct map unread = map_new(a->arena);
    for (size_t i = 0; i < a->named.len; i++) {
        const struct named *named = a->named.at[i];
        view_set *known = ARENA_NEW(a->arena, view_set);
        *known = named->exists & ~named->unknown;
        view_set missing = missing_in(named);
        for (unsigned view = 0; view < VIEW_COUNT; view++) {
            if (missing & VIEW_BIT(view)) {
                differences_add(&a->differences, RULE_VERIFY_MISSING, named->claim->span, view, known, NULL, "",
                                "%.*s, says `%.*s`", STR_ARG(named->claim->message), STR_ARG(a->compiler.command));
            }
        }
        if (named->found || named->unknown != named->exists || map_add(&unread, named->unread->name, &yes)) {
            continue;
        }
        /* On one ABI alone nobody knows whether a header is meant to compile. */
        if (named->strict) {
            struct str *names = &a->testimony->unread_names;
            *names = str_printf(a->arena, "%.*s%s%.*s", STR_ARG(*names), a->testimony->unread++ ? ", " : "",
                                STR_ARG(named->unread->name));
        } else {
            report_unread(a, named);
        }
    }
}

static bool add_shims(struct asking *a, struct str *error)
{
    for (size_t i = 0; i < SHIMS_LEN; i++) {
        struct str path = str_printf(a->arena, "shims/%s", shims[i].path);
        if (!compiler_add_file(&a->compiler, path.ptr, str_from(shims[i].text), error).len) {
            return false;
        }
    }
    a->shims = dir_join(a->arena, a->compiler.folder, STR("shims"));
    return true;
}

static bool ask_all(struct asking *a, struct str *error)
{
    enum abi abi = a->compiler.abi;
    a->testimony->abi = abi;
    if (!(a->w->abis & ABI_BIT(abi))) {
        *error = str_printf(a->arena, "`%.*s` compiles for %s, which --abi leaves out", STR_ARG(a->compiler.command),
                            abis[abi].name);
        return false;
    }
    *a->among = view_sets(ABI_BIT(abi), a->w->ways);
    if (!add_shims(a, error)) {
        return false;
    }
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        if ((*a->among & VIEW_BIT(view)) && !ask_view(a, view, error)) {
            return false;
        }
    }
    return true;
}

bool witness_ask(struct arena *arena, const struct witness *w, struct str command, struct testimony *testimony,
                 struct diags *diags, struct str *error)
{
    *testimony = (struct testimony){.unread_names = STR("")};
    struct asking *a = ARENA_NEW(arena, struct asking);
    *a = (struct asking){.w = w,
                         .arena = arena,
                         .places = places_find(arena, w->spec, w->headers),
                         .differences = differences_new(diags->arena),
                         .among = ARENA_NEW(arena, view_set),
                         .names = map_new(arena),
                         .testimony = testimony};
    /* The files go, also where memory runs out. */
    jmp_buf *outer = arena->oom, oom;
    arena->oom = &oom;
    if (setjmp(oom)) {
        compiler_close(&a->compiler);
        arena->oom = outer;
        longjmp(*outer, 1);
    }
    bool good = compiler_open(arena, command, &a->compiler, error) && ask_all(a, error);
    compiler_close(&a->compiler);
    arena->oom = outer;
    if (good) {
        report_named(a);
        differences_report(&a->differences, diags);
    }
    return good;
}
