/* Macros, and the values and C types of those that are constants. */
#include "clang/scan.h"

#include <string.h>

/* A macro that may be a constant, on its way to a value. */
struct candidate {
    struct fact_macro *macro;
    unsigned line;  /* of the unit that asks for its value */
    bool is_string; /* libclang tells the text of a pointer to it, not of the array that it is */
    enum { CANDIDATE_OPEN, CANDIDATE_NONE, CANDIDATE_DONE } state;
};

struct gathering {
    struct scan *scan;
    struct header *header;
    CXFile file;
    struct map last; /* name to the last definition of it, which counts */
    VEC(struct fact_macro *) found;
    VEC(struct candidate) candidates;
    CXFile asking; /* the file with a line for each open candidate */
    bool progress; /* a candidate has been decided on in this round */
};

static struct str trim(struct str s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == '\n' || s.ptr[0] == '\\' || s.ptr[0] == '\r')) {
        s = (struct str){s.ptr + 1, s.len - 1};
    }
    return s;
}

/* A line that includes something. */
static void gather_include(struct gathering *g, CXCursor cursor)
{
    const struct libclang *clang = g->scan->clang;
    struct fact_include *include = ARENA_NEW(g->scan->arena, struct fact_include);
    struct fact *fact = &include->fact;
    if (unit_place(g->scan, clang->getCursorExtent(cursor), g->file, &fact->from, &fact->to)) {
        fact->name = libclang_str(clang, g->scan->arena, clang->getCursorSpelling(cursor));
        fact->header = g->header;
        fact->off = fact->from;
        fact->len = fact->to - fact->from;
        include->target = unit_header(g->scan, clang->getIncludedFile(cursor));
        VEC_PUSH(g->scan->arena, &g->scan->facts->includes, include);
    }
}

static enum CXChildVisitResult gather(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct gathering *g = data;
    const struct libclang *clang = g->scan->clang;
    uint32_t from, to;
    if (clang->getCursorKind(cursor) == CXCursor_InclusionDirective) {
        gather_include(g, cursor);
        return CXChildVisit_Continue;
    }
    if (clang->getCursorKind(cursor) != CXCursor_MacroDefinition || clang->Cursor_isMacroBuiltin(cursor) ||
        !unit_place(g->scan, clang->getCursorExtent(cursor), g->file, &from, &to)) {
        return CXChildVisit_Continue;
    }
    struct arena *arena = g->scan->arena;
    struct str name = libclang_str(clang, arena, clang->getCursorSpelling(cursor));
    struct str text = g->header->source.text;
    if (to > text.len || from + name.len > to) {
        return CXChildVisit_Continue; /* the file changed since it was read */
    }
    struct fact_macro *macro = map_get(&g->last, name);
    if (!macro) {
        macro = ARENA_NEW(arena, struct fact_macro);
        map_add(&g->last, name, macro);
        VEC_PUSH(arena, &g->found, macro);
    }
    macro->fact = (struct fact){
        .name = name, .header = g->header, .off = from, .len = (uint32_t)name.len, .from = from, .to = to};
    macro->is_call = from + name.len < to && text.ptr[from + name.len] == '(';
    macro->body = trim((struct str){text.ptr + from + name.len, to - from - name.len});
    return CXChildVisit_Continue;
}

/* One line for each candidate that is still open: an object with its type and its value. Empty if there is none. */
static struct str questions(struct gathering *g, unsigned first_line, const char *before)
{
    struct buf out = buf_new(g->scan->arena);
    size_t open = 0;
    buf_text(&out, before);
    for (size_t i = 0; i < g->candidates.len; i++) {
        struct candidate *candidate = &g->candidates.at[i];
        if (candidate->state == CANDIDATE_OPEN) {
            struct str name = candidate->macro->fact.name;
            candidate->line = ++first_line;
            open++;
            if (candidate->is_string) {
                buf_printf(&out, "static const char *const xenbindgen_%zu = %.*s;\n", i, STR_ARG(name));
            } else {
                buf_printf(&out, "static const __typeof__(%.*s) xenbindgen_%zu = %.*s;\n", STR_ARG(name), i,
                           STR_ARG(name));
            }
        }
    }
    return open ? buf_view(&out) : (struct str){"", 0};
}

/* The candidate that a line of the unit asks about, or NULL. */
static struct candidate *candidate_at(const struct gathering *g, CXFile file, unsigned line)
{
    if (!file || !g->scan->clang->File_isEqual(file, g->asking)) {
        return NULL;
    }
    for (size_t i = 0; i < g->candidates.len; i++) {
        if (g->candidates.at[i].state == CANDIDATE_OPEN && g->candidates.at[i].line == line) {
            return &g->candidates.at[i];
        }
    }
    return NULL;
}

/* Drops the candidates whose lines the compiler complains about. */
static void drop_bad(struct gathering *g, const struct unit *unit)
{
    const struct libclang *clang = g->scan->clang;
    for (unsigned i = 0; i < clang->getNumDiagnostics(unit->tu); i++) {
        CXDiagnostic diagnostic = clang->getDiagnostic(unit->tu, i);
        CXFile file;
        unsigned line;
        clang->getExpansionLocation(clang->getDiagnosticLocation(diagnostic), &file, &line, NULL, NULL);
        struct candidate *candidate = candidate_at(g, file, line);
        if (candidate && clang->getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
            candidate->state = CANDIDATE_NONE;
            g->progress = true;
        }
        clang->disposeDiagnostic(diagnostic);
    }
}

enum c_int scan_integer(const struct libclang *clang, CXType type)
{
    static const struct {
        enum CXTypeKind kind;
        enum c_int integer;
    } kinds[] = {{CXType_Bool, C_INT_BOOL},       {CXType_Char_S, C_INT_CHAR}, {CXType_Char_U, C_INT_CHAR},
                 {CXType_SChar, C_INT_SCHAR},     {CXType_UChar, C_INT_UCHAR}, {CXType_Short, C_INT_SHORT},
                 {CXType_UShort, C_INT_USHORT},   {CXType_Int, C_INT_INT},     {CXType_UInt, C_INT_UINT},
                 {CXType_Long, C_INT_LONG},       {CXType_ULong, C_INT_ULONG}, {CXType_LongLong, C_INT_LLONG},
                 {CXType_ULongLong, C_INT_ULLONG}};
    type = clang->getCanonicalType(type);
    if (type.kind == CXType_Enum) {
        type = clang->getCanonicalType(clang->getEnumDeclIntegerType(clang->getTypeDeclaration(type)));
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].kind == type.kind) {
            return kinds[i].integer;
        }
    }
    return C_INT_COUNT;
}

bool scan_is_signed(const struct libclang *clang, CXType type)
{
    type = clang->getCanonicalType(type);
    if (type.kind == CXType_Enum) {
        type = clang->getCanonicalType(clang->getEnumDeclIntegerType(clang->getTypeDeclaration(type)));
    }
    return type.kind == CXType_Char_S || (type.kind >= CXType_SChar && type.kind <= CXType_Int128);
}

/* Whether libclang knows the value of an object. */
static bool constant_value(struct scan *scan, CXCursor cursor, struct fact_constant *constant)
{
    const struct libclang *clang = scan->clang;
    CXType type = clang->getCursorType(cursor);
    CXEvalResult result = clang->Cursor_Evaluate(cursor);
    if (!result) {
        return false;
    }
    CXEvalResultKind kind = clang->EvalResult_getKind(result);
    constant->type = scan_integer(clang, type);
    constant->is_signed = scan_is_signed(clang, type);
    if (kind == CXEval_Int) {
        constant->kind = FACT_VALUE_INTEGER;
        constant->value = clang->EvalResult_isUnsignedInt(result) ? clang->EvalResult_getAsUnsigned(result)
                                                                  : (uint64_t)clang->EvalResult_getAsLongLong(result);
    } else if (kind == CXEval_StrLiteral) {
        constant->kind = FACT_VALUE_STRING;
        constant->text = str_copy(scan->arena, str_from(clang->EvalResult_getAsStr(result)));
    }
    clang->EvalResult_dispose(result);
    return (kind == CXEval_Int && constant->type != C_INT_COUNT) || kind == CXEval_StrLiteral;
}

/* An object that a line of questions() made. */
static enum CXChildVisitResult answer(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct gathering *g = data;
    const struct libclang *clang = g->scan->clang;
    if (clang->getCursorKind(cursor) != CXCursor_VarDecl) {
        return CXChildVisit_Continue;
    }
    CXFile file;
    unsigned line;
    clang->getExpansionLocation(clang->getCursorLocation(cursor), &file, &line, NULL, NULL);
    struct candidate *candidate = candidate_at(g, file, line);
    if (!candidate) {
        return CXChildVisit_Continue;
    }
    g->progress = true;
    if (clang->getCanonicalType(clang->getCursorType(cursor)).kind == CXType_ConstantArray) {
        candidate->is_string = true;
        return CXChildVisit_Continue;
    }
    struct fact_constant *constant = ARENA_NEW(g->scan->arena, struct fact_constant);
    constant->fact = candidate->macro->fact;
    constant->form = CONSTANT_MACRO;
    candidate->state = CANDIDATE_NONE;
    if (constant_value(g->scan, cursor, constant)) {
        candidate->state = CANDIDATE_DONE;
        VEC_PUSH(g->scan->arena, &g->scan->facts->constants, constant);
    }
    return CXChildVisit_Continue;
}

/* Whether every bracket of a macro has its other half: one that has not would swallow the lines after it. */
static bool is_balanced(struct str body)
{
    static const char open[] = "([{", close[] = ")]}";
    int depth[3] = {0};
    char quote = 0;
    for (size_t i = 0; i < body.len; i++) {
        char c = body.ptr[i];
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
            continue;
        }
        quote = c == '"' || c == '\'' ? c : 0;
        for (int kind = 0; kind < 3; kind++) {
            depth[kind] += (c == open[kind]) - (c == close[kind]);
            if (depth[kind] < 0) {
                return false;
            }
        }
    }
    return !depth[0] && !depth[1] && !depth[2];
}

/* Has the compiler say the types and values of the candidates, with lines before their own. */
static void ask(struct gathering *g, const struct unit *unit, const char *before)
{
    const struct libclang *clang = g->scan->clang;
    unsigned lines_before = unit->lines;
    for (const char *at = before; *at; at++) {
        lines_before += *at == '\n';
    }
    /* A line that is no declaration can spoil the next ones, which are then asked again without it. */
    for (g->progress = true; g->progress;) {
        struct unit asking;
        struct str lines = questions(g, lines_before, before);
        if (!lines.len || !unit_parse(g->scan, unit->header, unit->after_xen, lines, &asking)) {
            return;
        }
        g->asking = unit_main(g->scan, &asking);
        g->progress = false;
        drop_bad(g, &asking);
        clang->visitChildren(clang->getTranslationUnitCursor(asking.tu), answer, g);
        clang->disposeTranslationUnit(asking.tu);
    }
}

/* Whether a macro is undefined again further down. */
static bool is_gone(const struct fact_reading *reading, const struct fact *fact)
{
    const struct lines *lines = fact->header->lines;
    for (size_t i = 0; i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        if (line->kind == LINE_UNDEF && line->off > fact->off && str_eq(line->name, fact->name) &&
            !reading_skips(reading, line->off, line->end)) {
            return true;
        }
    }
    return false;
}

/*
 * What was passed over when the header was read a second time says nothing: parts that hold what was taken, and macros
 * are what tells.
 */
static void drop_second_reading(struct fact_reading *reading, const struct gathering *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->skips.len; i++) {
        struct fact_skip skip = reading->skips.at[i];
        bool is_second = false;
        for (size_t k = 0; k < g->found.len; k++) {
            const struct fact *fact = &g->found.at[k]->fact;
            is_second = is_second || (fact->off > skip.from && fact->off < skip.to);
        }
        if (!is_second) {
            reading->skips.at[kept++] = skip;
        }
    }
    reading->skips.len = kept;
}

void scan_macros(struct scan *scan, const struct unit *unit, struct header *header)
{
    const struct libclang *clang = scan->clang;
    struct gathering g = {.scan = scan,
                          .header = header,
                          .file = clang->getFile(unit->tu, header->source.path.ptr),
                          .last = map_new(scan->arena)};
    if (!g.file) {
        return;
    }
    clang->visitChildren(clang->getTranslationUnitCursor(unit->tu), gather, &g);
    struct fact_reading *reading = scan->facts->readings.at[scan->facts->readings.len - 1];
    drop_second_reading(reading, &g);
    for (size_t i = 0; i < g.found.len; i++) {
        struct fact_macro *macro = g.found.at[i];
        if (is_gone(reading, &macro->fact)) {
            VEC_PUSH(scan->arena, &scan->facts->gone, macro);
            continue;
        }
        VEC_PUSH(scan->arena, &scan->facts->macros, macro);
        if (!macro->is_call && macro->body.len && is_balanced(macro->body)) {
            VEC_PUSH(scan->arena, &g.candidates, (struct candidate){.macro = macro});
        }
    }
    ask(&g, unit, "");
    /* Some use offsetof() or what xen.h defines, and leave it to others to include that. */
    for (size_t i = 0; i < g.candidates.len; i++) {
        struct candidate *candidate = &g.candidates.at[i];
        candidate->state = candidate->state == CANDIDATE_NONE ? CANDIDATE_OPEN : candidate->state;
    }
    bool needs_xen = !unit->after_xen && map_get(&scan->headers->by_name, STR("xen.h"));
    ask(&g, unit, needs_xen ? "#include <stddef.h>\n#include \"xen.h\"\n" : "#include <stddef.h>\n");
}
