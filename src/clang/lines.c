#include "clang/lines.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The length of a comment, a string or a character that starts at `i`; 0 if none does. */
static size_t opaque_len(struct str text, size_t i, bool *is_comment)
{
    size_t left = text.len - i;
    const char *at = text.ptr + i;
    *is_comment = left > 1 && at[0] == '/' && (at[1] == '*' || at[1] == '/');
    if (*is_comment && at[1] == '*') {
        for (size_t n = 2; n + 1 < left; n++) {
            if (at[n] == '*' && at[n + 1] == '/') {
                return n + 2;
            }
        }
        return left;
    }
    if (*is_comment) {
        size_t n = 2;
        while (n < left && at[n] != '\n') {
            n++;
        }
        return n;
    }
    if (at[0] != '"' && at[0] != '\'') {
        return 0;
    }
    size_t n = 1;
    while (n < left && at[n] != at[0] && at[n] != '\n') {
        n += at[n] == '\\' && n + 1 < left ? 2 : 1;
    }
    return n < left ? n + (at[n] == at[0]) : left;
}

static size_t continuation_len(struct str text, size_t i)
{
    size_t left = text.len - i;
    const char *at = text.ptr + i;
    if (left > 1 && at[0] == '\\' && at[1] == '\n') {
        return 2;
    }
    return left > 2 && at[0] == '\\' && at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

struct str text_plain(struct arena *arena, struct str text, bool joined)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len;) {
        bool is_comment;
        size_t opaque = opaque_len(text, i, &is_comment), continued = continuation_len(text, i);
        if (opaque && !is_comment) {
            buf_bytes(&out, text.ptr + i, opaque);
            i += opaque;
        } else if (opaque || (continued && joined) || is_blank(text.ptr[i]) || (joined && text.ptr[i] == '\n')) {
            bool at_start = out.len == 0 || out.ptr[out.len - 1] == '\n';
            bool doubled = out.len && out.ptr[out.len - 1] == ' ';
            if (!doubled && (!at_start || (!joined && !opaque))) {
                buf_char(&out, ' ');
            }
            i += opaque ? opaque : continued && joined ? continued : 1;
        } else if (text.ptr[i] == '\n') {
            while (out.len && out.ptr[out.len - 1] == ' ') {
                out.len--;
            }
            /* Lines that held nothing but a comment go with it. */
            if (out.len && out.ptr[out.len - 1] != '\n') {
                buf_char(&out, '\n');
            }
            i++;
        } else {
            buf_char(&out, text.ptr[i++]);
        }
    }
    struct str plain = buf_view(&out);
    while (plain.len && (plain.ptr[plain.len - 1] == ' ' || plain.ptr[plain.len - 1] == '\n')) {
        plain.len--;
    }
    return plain;
}

/* Ends a line: what is blank at its end goes, and so does a line that a comment alone has made blank. */
static void end_line(struct buf *out, size_t start, bool had_comment)
{
    while (out->len > start && is_blank(out->ptr[out->len - 1])) {
        out->len--;
    }
    if (out->len > start || !had_comment) {
        buf_char(out, '\n');
    }
}

struct str text_without_comments(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    size_t start = 0;
    bool had_comment = false;
    for (size_t i = 0; i < text.len;) {
        bool is_comment;
        size_t opaque = opaque_len(text, i, &is_comment);
        if (opaque && is_comment) {
            had_comment = true;
            buf_text(&out, out.len > start && out.ptr[out.len - 1] != ' ' ? " " : "");
        } else if (text.ptr[i] == '\n') {
            end_line(&out, start, had_comment);
            start = out.len;
            had_comment = false;
        } else {
            buf_bytes(&out, text.ptr + i, opaque ? opaque : 1);
        }
        i += opaque ? opaque : 1;
    }
    while (out.len && (is_blank(out.ptr[out.len - 1]) || out.ptr[out.len - 1] == '\n')) {
        out.len--;
    }
    return buf_view(&out);
}

static struct str word_at(struct str text, size_t i)
{
    size_t len = 0;
    while (i + len < text.len && is_word(text.ptr[i + len])) {
        len++;
    }
    return (struct str){text.ptr + i, len};
}

static size_t skip_blank(struct str text, size_t i)
{
    for (;;) {
        bool is_comment;
        size_t continued = i < text.len ? continuation_len(text, i) : 0;
        size_t opaque = i < text.len ? opaque_len(text, i, &is_comment) : 0;
        if (continued) {
            i += continued;
        } else if (opaque && is_comment) {
            i += opaque;
        } else if (i < text.len && is_blank(text.ptr[i])) {
            i++;
        } else {
            return i;
        }
    }
}

static enum line_kind kind_of(struct str word)
{
    static const struct {
        const char *word;
        enum line_kind kind;
    } words[] = {{"if", LINE_IF},           {"ifdef", LINE_IF},      {"ifndef", LINE_IF},     {"elif", LINE_ELIF},
                 {"else", LINE_ELSE},       {"endif", LINE_ENDIF},   {"define", LINE_DEFINE}, {"undef", LINE_UNDEF},
                 {"include", LINE_INCLUDE}, {"import", LINE_INCLUDE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(word, words[i].word)) {
            return words[i].kind;
        }
    }
    return LINE_OTHER;
}

/* The line that starts with the '#' at `i`. */
static struct line read_line(struct str text, size_t i)
{
    struct line line = {.off = (uint32_t)i, .group = SIZE_MAX};
    size_t at = skip_blank(text, i + 1);
    line.word = word_at(text, at);
    line.kind = kind_of(line.word);
    size_t end = at = at + line.word.len;
    while (end < text.len && text.ptr[end] != '\n') {
        bool is_comment;
        size_t continued = continuation_len(text, end), opaque = opaque_len(text, end, &is_comment);
        end += continued ? continued : opaque ? opaque : 1;
    }
    line.end = (uint32_t)end;
    line.rest = (struct str){text.ptr + at, end - at};
    if (line.kind == LINE_DEFINE || line.kind == LINE_UNDEF) {
        line.name = word_at(text, skip_blank(text, at));
    }
    return line;
}

/* What conditions can say, and what is the same for all who want C. */
static bool is_known(struct str word)
{
    static const char *const known[] = {"defined",       "__XEN__",
                                        "__XEN_TOOLS__", "__XEN_INTERFACE_VERSION__",
                                        "__ASSEMBLY__",  "__ASSEMBLER__",
                                        "__i386__",      "__x86_64__",
                                        "__arm__",       "__aarch64__",
                                        "__powerpc64__", "__riscv",
                                        "__riscv_xlen",  "__XEN_LATEST_INTERFACE_VERSION__",
                                        "__powerpc__",   "__ia64__",
                                        "__riscv__"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_is(word, known[i])) {
            return true;
        }
    }
    return false;
}

/* Whether a condition asks for anything else. */
static bool is_foreign(struct arena *arena, struct str rest)
{
    struct str text = text_plain(arena, rest, true);
    for (size_t i = 0; i < text.len;) {
        struct str word = word_at(text, i);
        if (word.len && !ascii_is_digit(word.ptr[0]) && !is_known(word)) {
            return true;
        }
        i += word.len ? word.len : 1;
    }
    return false;
}

struct reading {
    struct arena *arena;
    struct str text;
    struct lines *lines;
    VEC(size_t) open; /* groups */
    unsigned depth;   /* of braces and brackets */
};

static void mark_open(struct reading *r, bool plain, bool code)
{
    for (size_t i = 0; i < r->open.len; i++) {
        struct group *group = &r->lines->groups.at[r->open.at[i]];
        group->is_plain = group->is_plain && plain;
        group->is_code = group->is_code || code;
    }
}

static void add_line(struct reading *r, struct line line)
{
    size_t index = r->lines->list.len, parent = r->open.len ? r->open.at[r->open.len - 1] : SIZE_MAX;
    line.group = parent;
    if (line.kind == LINE_IF) {
        line.group = r->lines->groups.len;
        VEC_PUSH(r->arena, &r->lines->groups,
                 (struct group){.first = index,
                                .last = index,
                                .parent = parent,
                                .off = line.off,
                                .end = (uint32_t)r->text.len,
                                .is_foreign = is_foreign(r->arena, line.rest),
                                .is_plain = true,
                                .depth = r->depth,
                                .is_code = r->depth != 0});
        VEC_PUSH(r->arena, &r->open, line.group);
    } else if (line.kind == LINE_ELIF && parent != SIZE_MAX) {
        r->depth = r->lines->groups.at[parent].depth;
        r->lines->groups.at[parent].is_foreign =
            r->lines->groups.at[parent].is_foreign || is_foreign(r->arena, line.rest);
    } else if (line.kind == LINE_ELSE && parent != SIZE_MAX) {
        r->depth = r->lines->groups.at[parent].depth; /* each branch starts from the same */
    } else if (line.kind == LINE_ENDIF && parent != SIZE_MAX) {
        r->lines->groups.at[parent].last = index;
        r->lines->groups.at[parent].end = line.end;
        r->open.len--;
    } else if (line.kind == LINE_INCLUDE || line.kind == LINE_OTHER) {
        mark_open(r, false, false);
    }
    VEC_PUSH(r->arena, &r->lines->list, line);
}

/* Whether a name is one that headers give their guards. */
static bool is_guard_name(struct str name)
{
    while (name.len && name.ptr[name.len - 1] == '_') {
        name.len--;
    }
    return str_ends(name, "_H");
}

/* The guard of a header in which more stands around it than a guard should have. */
static void find_inner_guard(struct reading *r)
{
    struct lines *lines = r->lines;
    for (size_t i = 0; i < lines->list.len && !lines->guard.len; i++) {
        const struct line *line = &lines->list.at[i];
        if (line->kind != LINE_DEFINE || line->group == SIZE_MAX || !is_guard_name(line->name)) {
            continue;
        }
        const struct line *first = &lines->list.at[lines->groups.at[line->group].first];
        size_t tested = skip_blank(r->text, (size_t)(first->rest.ptr - r->text.ptr));
        if (str_is(first->word, "ifndef") && str_eq(word_at(r->text, tested), line->name)) {
            lines->guard = line->name;
            lines->guard_group = line->group;
        }
    }
}

/* The macro that keeps a header from being read twice: tested first of all and around all, and defined without a value.
 */
static void find_guard(struct reading *r)
{
    struct lines *lines = r->lines;
    lines->guard_group = SIZE_MAX;
    if (!lines->groups.len || lines->groups.at[0].first != 0 || lines->groups.at[0].last + 1 != lines->list.len ||
        !str_is(lines->list.at[0].word, "ifndef")) {
        find_inner_guard(r);
        return;
    }
    struct str name = word_at(r->text, skip_blank(r->text, (size_t)(lines->list.at[0].rest.ptr - r->text.ptr)));
    for (size_t i = 1; i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        if (line->kind == LINE_ELSE && line->group == 0) {
            return;
        }
        if (name.len && line->kind == LINE_DEFINE && line->group == 0 && str_eq(line->name, name)) {
            lines->guard = name;
            lines->guard_group = 0;
            return;
        }
    }
}

/* Whether a brace is that of extern "C" {, which nothing stands within. */
static bool opens_linkage(struct str text, size_t at)
{
    while (at && (is_blank(text.ptr[at - 1]) || text.ptr[at - 1] == '\n')) {
        at--;
    }
    return at && text.ptr[at - 1] == '"';
}

const struct lines *lines_of(struct arena *arena, struct str text)
{
    struct lines *lines = ARENA_NEW(arena, struct lines);
    struct reading r = {.arena = arena, .text = text, .lines = lines};
    bool at_start = true;
    for (size_t i = 0; i < text.len;) {
        bool is_comment;
        size_t opaque = opaque_len(text, i, &is_comment), continued = continuation_len(text, i);
        char c = text.ptr[i];
        if (opaque || continued || is_blank(c)) {
            at_start = at_start && (!opaque || is_comment);
            if (opaque && !is_comment) {
                mark_open(&r, false, r.depth != 0);
            }
            i += opaque ? opaque : continued ? continued : 1;
        } else if (c == '#' && at_start) {
            add_line(&r, read_line(text, i));
            i = lines->list.at[lines->list.len - 1].end;
        } else {
            at_start = c == '\n';
            r.depth += (c == '{' && !opens_linkage(text, i)) || c == '(';
            r.depth -= (c == '}' || c == ')') && r.depth;
            if (!at_start) {
                mark_open(&r, false, false);
            }
            i++;
        }
    }
    find_guard(&r);
    return lines;
}

static int compare_versions(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add_version(struct arena *arena, uint64_t version, struct line_versions *out)
{
    bool known = version == 0 || version >= INT32_MAX;
    for (size_t i = 0; i < out->list.len; i++) {
        known = known || out->list.at[i] == version;
    }
    if (!known) {
        VEC_PUSH(arena, &out->list, (uint32_t)version);
    }
}

/* A number of C at `*i`, and whether there is one. */
static bool number_at(struct str text, size_t *i, uint64_t *value)
{
    struct str word = word_at(text, *i);
    if (!word.len || !ascii_is_digit(word.ptr[0]) || word.len > 20) {
        return false;
    }
    char digits[24] = {0};
    memcpy(digits, word.ptr, word.len);
    *value = strtoull(digits, NULL, 0);
    *i += word.len;
    return true;
}

/* Where a comparison with a version starts to come out another way. */
static void add_comparison(struct arena *arena, struct str op, bool swapped, uint64_t version,
                           struct line_versions *out)
{
    char first = op.ptr[0];
    if (swapped && (first == '<' || first == '>')) {
        first = first == '<' ? '>' : '<';
    }
    bool or_equal = op.len == 2 && (first == '<' || first == '>');
    bool at = (first == '<' && !or_equal) || (first == '>' && or_equal) || first == '=' || first == '!';
    bool after = (first == '>' && !or_equal) || (first == '<' && or_equal) || first == '=' || first == '!';
    if (at) {
        add_version(arena, version, out);
    }
    if (after) {
        add_version(arena, version + 1, out);
    }
}

static struct str operator_at(struct str text, size_t i)
{
    static const char *const operators[] = {"<=", ">=", "==", "!=", "<", ">"};
    for (size_t k = 0; k < sizeof operators / sizeof *operators; k++) {
        size_t len = strlen(operators[k]);
        if (i + len <= text.len && memcmp(text.ptr + i, operators[k], len) == 0) {
            return (struct str){text.ptr + i, len};
        }
    }
    return (struct str){text.ptr, 0};
}

static size_t blanks_at(struct str text, size_t i)
{
    while (i < text.len && text.ptr[i] == ' ') {
        i++;
    }
    return i;
}

static void condition_versions(struct arena *arena, struct str text, struct line_versions *out)
{
    static const char macro[] = "__XEN_INTERFACE_VERSION__";
    for (size_t i = 0; i < text.len;) {
        struct str word = word_at(text, i);
        uint64_t version;
        size_t at = i;
        if (str_is(word, macro)) {
            at = blanks_at(text, i + word.len);
            struct str op = operator_at(text, at);
            at = blanks_at(text, at + op.len);
            if (op.len && number_at(text, &at, &version)) {
                add_comparison(arena, op, false, version, out);
            }
        } else if (number_at(text, &at, &version)) {
            at = blanks_at(text, at);
            struct str op = operator_at(text, at);
            at = blanks_at(text, at + op.len);
            if (op.len && str_is(word_at(text, at), macro)) {
                add_comparison(arena, op, true, version, out);
            }
        }
        i += word.len ? word.len : 1;
    }
}

void lines_versions(struct arena *arena, const struct lines *lines, struct line_versions *out)
{
    for (size_t i = 0; i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        if (line->kind == LINE_IF || line->kind == LINE_ELIF) {
            condition_versions(arena, text_plain(arena, line->rest, true), out);
        }
    }
    if (out->list.len) {
        qsort(out->list.at, out->list.len, sizeof *out->list.at, compare_versions);
    }
}
