/* Conditions as the preprocessor's tests. */
#include "abi/condition.h"

/* Columns of a line, and what the caller may have written before the test: "#elif ". */
#define LINE_COLUMNS 79
#define LINE_LEAD    6

/* More conditions than these are printed as they are. */
#define CUBES_MAX 32

/* Steps that finding out whether one cube lies within others may take; after them the answer is no. */
#define STEPS_MAX 2048

/* The end of a range of interface versions that includes INTERFACE_NEWEST. */
#define VERSIONS_END (UINT64_C(1) << 32)

/* The contexts that always have the newest interface. */
#define HOSTS (CONTEXT_ALL & ~CONTEXT_BIT(CONTEXT_GUEST))

/*
 * A condition as a set: on these ABIs these hosts, and guests with these interface versions. Tools and Xen have the
 * newest interface, so a set with hosts and without the newest guests is nothing that one condition can say; there is
 * no cube like that.
 */
struct cube {
    abi_set abis;
    context_set hosts;  /* tools and Xen */
    uint64_t from, end; /* guests: from <= version < end; both 0 where there are none */
    struct str macro;
    bool macro_not;
};

struct cubes {
    struct cube at[CUBES_MAX];
    size_t len;
};

static bool has_guests(const struct cube *cube)
{
    return cube->from < cube->end;
}

static bool is_empty(const struct cube *cube)
{
    return !cube->abis || (!cube->hosts && !has_guests(cube));
}

static struct cube make_cube(const struct condition *condition, abi_set among)
{
    struct cube cube = {.abis = condition->abis & among, .macro = condition->macro, .macro_not = condition->macro_not};
    const bool newest = condition->interface_end == INTERFACE_NEWEST;
    if (newest) {
        cube.hosts = condition->contexts & HOSTS;
    }
    if (condition->contexts & CONTEXT_BIT(CONTEXT_GUEST)) {
        cube.from = condition->interface_from;
        cube.end = newest ? VERSIONS_END : condition->interface_end;
    }
    if (!has_guests(&cube)) {
        cube.from = cube.end = 0;
    }
    return cube;
}

static bool is_everything(const struct cube *cube, abi_set among)
{
    return cube->abis == among && cube->hosts == HOSTS && !cube->from && cube->end == VERSIONS_END && !cube->macro.len;
}

static bool same_macro(const struct cube *a, const struct cube *b)
{
    return str_eq(a->macro, b->macro) && (!a->macro.len || a->macro_not == b->macro_not);
}

static bool same_contexts(const struct cube *a, const struct cube *b)
{
    return a->hosts == b->hosts && a->from == b->from && a->end == b->end;
}

/* Whether `a` lies within `b`. */
static bool is_within(const struct cube *a, const struct cube *b)
{
    return !(a->abis & ~b->abis) && !(a->hosts & ~b->hosts) &&
           (!has_guests(a) || (b->from <= a->from && a->end <= b->end)) && (!b->macro.len || same_macro(a, b));
}

static bool are_apart(const struct cube *a, const struct cube *b)
{
    const bool guests_meet = a->from < b->end && b->from < a->end;
    return !(a->abis & b->abis) || (!(a->hosts & b->hosts) && !guests_meet) ||
           (a->macro.len && str_eq(a->macro, b->macro) && a->macro_not != b->macro_not);
}

/*
 * Whether `piece` lies within the union of `cubes` from number `i` on, number `skip` left out. What the first cube
 * leaves of the piece is split into pieces that are looked for in the others. A piece that has a macro of its own is
 * not split by another macro: then the answer may be a no that is a yes.
 */
static bool is_covered(struct cube piece, const struct cubes *cubes, size_t i, size_t skip, unsigned *steps)
{
    while (i < cubes->len && (i == skip || are_apart(&piece, &cubes->at[i]))) {
        i++;
    }
    if (is_empty(&piece)) {
        return true;
    }
    if (i == cubes->len || *steps == 0) {
        return false;
    }
    --*steps;
    const struct cube *cube = &cubes->at[i];
    if (cube->macro.len && !same_macro(&piece, cube)) {
        if (piece.macro.len) {
            return is_covered(piece, cubes, i + 1, skip, steps);
        }
        struct cube rest = piece;
        rest.macro = cube->macro;
        rest.macro_not = !cube->macro_not;
        if (!is_covered(rest, cubes, i + 1, skip, steps)) {
            return false;
        }
        piece.macro = cube->macro;
        piece.macro_not = cube->macro_not;
    }
    struct cube rest = piece;
    rest.abis &= ~cube->abis;
    if (!is_covered(rest, cubes, i + 1, skip, steps)) {
        return false;
    }
    piece.abis &= cube->abis;
    rest = piece;
    rest.hosts &= ~cube->hosts;
    rest.from = rest.end = 0;
    if (!is_covered(rest, cubes, i + 1, skip, steps)) {
        return false;
    }
    rest = piece;
    rest.hosts = 0;
    if (has_guests(cube)) {
        rest.end = piece.end < cube->from ? piece.end : cube->from;
        if (!is_covered(rest, cubes, i + 1, skip, steps)) {
            return false;
        }
        rest.from = piece.from > cube->end ? piece.from : cube->end;
        rest.end = piece.end;
    }
    return is_covered(rest, cubes, i + 1, skip, steps);
}

/* Makes `a` the union of the two where that is one cube. */
static bool merge(struct cube *a, const struct cube *b)
{
    const bool abis_same = a->abis == b->abis;
    if (same_contexts(a, b) && same_macro(a, b)) {
        a->abis |= b->abis;
        return true;
    }
    if (abis_same && same_contexts(a, b) && str_eq(a->macro, b->macro)) {
        a->macro = (struct str){0};
        return true;
    }
    if (!abis_same || !same_macro(a, b)) {
        return false;
    }
    struct cube both = *a;
    both.hosts |= b->hosts;
    if (!has_guests(a)) {
        both.from = b->from;
        both.end = b->end;
    } else if (has_guests(b)) {
        if (a->end < b->from || b->end < a->from) {
            return false;
        }
        both.from = a->from < b->from ? a->from : b->from;
        both.end = a->end > b->end ? a->end : b->end;
    }
    if (both.hosts && has_guests(&both) && both.end != VERSIONS_END) {
        return false;
    }
    *a = both;
    return true;
}

static void remove_cube(struct cubes *cubes, size_t i)
{
    for (cubes->len--; i < cubes->len; i++) {
        cubes->at[i] = cubes->at[i + 1];
    }
}

static bool unite_pairs(struct cubes *cubes)
{
    for (size_t i = 0; i < cubes->len; i++) {
        for (size_t j = i + 1; j < cubes->len; j++) {
            if (is_within(&cubes->at[i], &cubes->at[j])) {
                cubes->at[i] = cubes->at[j];
                remove_cube(cubes, j);
                return true;
            }
            if (is_within(&cubes->at[j], &cubes->at[i]) || merge(&cubes->at[i], &cubes->at[j])) {
                remove_cube(cubes, j);
                return true;
            }
        }
    }
    return false;
}

static bool widen(struct cubes *cubes, size_t i, struct cube wider)
{
    unsigned steps = STEPS_MAX;
    if (is_within(&wider, &cubes->at[i]) || !is_covered(wider, cubes, 0, SIZE_MAX, &steps)) {
        return false;
    }
    cubes->at[i] = wider;
    return true;
}

/* Takes a test out of cube `i` that the other cubes make superfluous. */
static bool drop_test(struct cubes *cubes, size_t i, abi_set among)
{
    const struct cube cube = cubes->at[i];
    struct cube wider = cube;
    wider.abis = among;
    if (widen(cubes, i, wider)) {
        return true;
    }
    wider = cube;
    wider.macro = (struct str){0};
    if (widen(cubes, i, wider)) {
        return true;
    }
    wider = cube;
    wider.hosts = HOSTS;
    wider.from = 0;
    wider.end = VERSIONS_END;
    if (widen(cubes, i, wider)) {
        return true;
    }
    if (!has_guests(&cube)) {
        return false;
    }
    wider = cube;
    wider.hosts = HOSTS;
    wider.end = VERSIONS_END;
    if (widen(cubes, i, wider)) {
        return true;
    }
    wider = cube;
    wider.from = 0;
    if (widen(cubes, i, wider)) {
        return true;
    }
    /* Guests are what is neither; without one of the two tests it is them and the other. */
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        wider = cube;
        wider.hosts |= CONTEXT_BIT(context) & HOSTS;
        if (cube.end == VERSIONS_END && widen(cubes, i, wider)) {
            return true;
        }
    }
    return false;
}

static void simplify(struct cubes *cubes, abi_set among)
{
    bool again = true;
    while (again) {
        again = unite_pairs(cubes);
        for (size_t i = 0; !again && i < cubes->len; i++) {
            again = drop_test(cubes, i, among);
        }
    }
    for (size_t i = cubes->len; i-- > 0;) {
        unsigned steps = STEPS_MAX;
        if (is_covered(cubes->at[i], cubes, 0, i, &steps)) {
            remove_cube(cubes, i);
        }
    }
}

/* A test of the tables, which may be more than one word. */
static void put_test(struct buf *out, const char *test, bool negated)
{
    bool compound = false;
    for (const char *c = test; *c; c++) {
        compound = compound || *c == ' ';
    }
    buf_printf(out, compound && *test != '(' ? "%s(%s)" : "%s%s", negated ? "!" : "", test);
}

static unsigned count_abis(abi_set set)
{
    unsigned count = 0;
    for (; set; set &= set - 1) {
        count++;
    }
    return count;
}

/* Tests for a set of ABIs among others, or for none of it; the older ABI of an architecture comes first. */
static void put_abis(struct buf *out, abi_set set, bool negated)
{
    const char *between = "";
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        for (enum abi abi = ABI_COUNT; abi-- > 0;) {
            if (abis[abi].arch == arch && set & ABI_BIT(abi)) {
                buf_text(out, between);
                put_test(out, abis[abi].c_test, negated);
                between = negated ? " && " : " || ";
            }
        }
    }
}

/* A test under construction: parts that all must hold, each of which may itself be several, either of which must. */
struct parts {
    struct buf text;
    unsigned len;
    bool either; /* the only part is several */
};

/* The next part; `either` if it is several of which one must hold. They stand alone or in parentheses. */
static void put_part(struct parts *parts, struct str part, bool either)
{
    if (parts->len == 1 && parts->either) {
        const struct str first = str_copy(parts->text.arena, buf_view(&parts->text));
        buf_clear(&parts->text);
        buf_printf(&parts->text, "(%.*s)", STR_ARG(first));
        parts->either = false;
    }
    buf_text(&parts->text, parts->len ? " && " : "");
    buf_printf(&parts->text, parts->len && either ? "(%.*s)" : "%.*s", STR_ARG(part));
    parts->either = parts->len == 0 && either;
    parts->len++;
}

static void put_abi_part(struct parts *parts, abi_set set, abi_set among)
{
    struct buf text = buf_new(parts->text.arena);
    const abi_set others = among & ~set;
    if (others == 0) {
        return;
    }
    const bool negated = count_abis(others) < count_abis(set);
    put_abis(&text, negated ? others : set, negated);
    const unsigned several = count_abis(negated ? others : set);
    if (negated) {
        put_part(parts, buf_view(&text), false);
        parts->len += several - 1;
    } else {
        put_part(parts, buf_view(&text), several > 1);
    }
}

static void put_context_part(struct parts *parts, const struct cube *cube)
{
    const char *xen = contexts[CONTEXT_XEN].c_test;
    const char *tools = contexts[CONTEXT_TOOLS].c_test;
    struct arena *arena = parts->text.arena;
    if (!has_guests(cube)) {
        if (cube->hosts == HOSTS) {
            put_part(parts, str_printf(arena, "%s || %s", xen, tools), true);
        } else {
            put_part(parts, str_from(cube->hosts == CONTEXT_BIT(CONTEXT_XEN) ? xen : tools), false);
        }
        return;
    }
    /* Hosts have the newest interface: to ask for an older one keeps them out. */
    if (cube->end == VERSIONS_END) {
        if (!(cube->hosts & CONTEXT_BIT(CONTEXT_XEN))) {
            put_part(parts, str_printf(arena, "!%s", xen), false);
        }
        if (!(cube->hosts & CONTEXT_BIT(CONTEXT_TOOLS))) {
            put_part(parts, str_printf(arena, "!%s", tools), false);
        }
    }
    static const char version[] = "__XEN_INTERFACE_VERSION__";
    if (cube->from) {
        put_part(parts, str_printf(arena, "%s >= 0x%08x", version, (unsigned)cube->from), false);
    }
    if (cube->end != VERSIONS_END) {
        put_part(parts, str_printf(arena, "%s < 0x%08x", version, (unsigned)cube->end), false);
    }
}

static struct parts cube_parts(struct arena *arena, const struct cube *cube, abi_set among)
{
    struct parts parts = {.text = buf_new(arena)};
    put_abi_part(&parts, cube->abis, among);
    put_context_part(&parts, cube);
    if (cube->macro.len) {
        put_part(&parts, str_printf(arena, "%sdefined(%.*s)", cube->macro_not ? "!" : "", STR_ARG(cube->macro)), false);
    }
    return parts;
}

/* A test that is written line by line. */
struct lines {
    struct buf *out;
    size_t column;
    bool begun; /* something stands on the line */
};

/* Whether a piece of this length has room on the line, and with `more` what comes after it. */
static bool has_room(const struct lines *lines, size_t len, bool more)
{
    return lines->column + lines->begun + len + (more ? 2 : 0) <= LINE_COLUMNS;
}

static void next_line(struct lines *lines)
{
    buf_text(lines->out, " \\\n    ");
    lines->column = 4;
    lines->begun = false;
}

static void put_piece(struct lines *lines, struct str piece)
{
    buf_text(lines->out, lines->begun ? " " : "");
    buf_str(lines->out, piece);
    lines->column += lines->begun + piece.len;
    lines->begun = true;
}

/*
 * Takes the piece up to the next operator, and the blank after it, off `text`. Operators that stand inside of more than
 * `level` parentheses do not count; `*depth` is how many `text` begins in.
 */
static struct str take_piece(struct str *text, unsigned level, unsigned *depth)
{
    size_t len = 0;
    while (len < text->len) {
        const char c = text->ptr[len++];
        if (c == '(') {
            ++*depth;
        } else if (c == ')') {
            --*depth;
        } else if ((c == '&' || c == '|') && text->ptr[len] == c && *depth <= level) {
            len++;
            break;
        }
    }
    const struct str piece = {text->ptr, len};
    const size_t skip = len < text->len ? len + 1 : len;
    *text = (struct str){text->ptr + skip, text->len - skip};
    return piece;
}

/*
 * Breaks the line after operators where it would be too long: those at this level, and where that does not help those
 * further in. `text` begins in `depth` parentheses; `more` comes after it.
 */
static void put_wrapped(struct lines *lines, struct str text, unsigned level, unsigned depth, bool more)
{
    while (text.len) {
        const unsigned before = depth;
        const struct str piece = take_piece(&text, level, &depth);
        const bool more_here = more || text.len;
        if (lines->begun && !has_room(lines, piece.len, more_here)) {
            next_line(lines);
        }
        struct str rest = piece;
        unsigned inner = before;
        if (has_room(lines, piece.len, more_here) || take_piece(&rest, level + 1, &inner).len == piece.len) {
            put_piece(lines, piece);
        } else {
            put_wrapped(lines, piece, level + 1, before, more_here);
        }
    }
}

/* The conditions as cubes; those that cannot hold are left out. */
static struct cube *make_cubes(struct arena *arena, const struct conditions *conditions, abi_set among, size_t *len)
{
    struct cube *cubes = ARENA_ARRAY(arena, conditions->any.len, struct cube);
    *len = 0;
    for (size_t i = 0; i < conditions->any.len; i++) {
        const struct cube cube = make_cube(&conditions->any.at[i], among);
        if (!is_empty(&cube)) {
            cubes[(*len)++] = cube;
        }
    }
    if (*len <= CUBES_MAX) {
        struct cubes few = {.len = *len};
        for (size_t i = 0; i < few.len; i++) {
            few.at[i] = cubes[i];
        }
        simplify(&few, among);
        for (size_t i = 0; i < few.len; i++) {
            cubes[i] = few.at[i];
        }
        *len = few.len;
    }
    return cubes;
}

/* Takes what all cubes ask for alike out of them; it is what comes back. */
static struct cube take_common(struct cube *cubes, size_t len, abi_set among)
{
    struct cube common = {.abis = among, .hosts = HOSTS, .end = VERSIONS_END};
    bool abis_same = true, contexts_same = true, macro_same = true;
    for (size_t i = 1; i < len; i++) {
        abis_same = abis_same && cubes[i].abis == cubes[0].abis;
        contexts_same = contexts_same && same_contexts(&cubes[i], &cubes[0]);
        macro_same = macro_same && same_macro(&cubes[i], &cubes[0]);
    }
    for (size_t i = 0; i < len; i++) {
        if (abis_same) {
            common.abis = cubes[i].abis;
            cubes[i].abis = among;
        }
        if (contexts_same) {
            common.hosts = cubes[i].hosts;
            common.from = cubes[i].from;
            common.end = cubes[i].end;
            cubes[i].hosts = HOSTS;
            cubes[i].from = 0;
            cubes[i].end = VERSIONS_END;
        }
        if (macro_same) {
            common.macro = cubes[i].macro;
            common.macro_not = cubes[i].macro_not;
            cubes[i].macro = (struct str){0};
        }
    }
    return common;
}

bool conditions_c(struct buf *out, const struct conditions *conditions, abi_set among)
{
    if (conditions->any.len == 0) {
        return false;
    }
    size_t len;
    struct cube *cubes = make_cubes(out->arena, conditions, among, &len);
    if (len == 0) {
        buf_char(out, '0');
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        if (is_everything(&cubes[i], among)) {
            return false;
        }
    }
    const struct cube common = take_common(cubes, len, among);
    struct parts all = cube_parts(out->arena, &common, among);
    /* One cube is all in common. So are several that are the same, where there were too many to find that out. */
    if (!is_everything(&cubes[0], among)) {
        struct buf text = buf_new(out->arena);
        for (size_t i = 0; i < len; i++) {
            const struct parts parts = cube_parts(out->arena, &cubes[i], among);
            buf_text(&text, i ? " || " : "");
            buf_printf(&text, parts.len > 1 ? "(%.*s)" : "%.*s", STR_ARG(buf_view(&parts.text)));
        }
        put_part(&all, buf_view(&text), true);
    }
    struct lines lines = {.out = out, .column = LINE_LEAD};
    put_wrapped(&lines, buf_view(&all.text), 0, 0, false);
    return true;
}
