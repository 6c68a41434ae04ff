#include "fuzz.h"

#include "base/utf8.h"
#include "diag/print.h"
#include "diag/printers.h"
#include "emit/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

void fuzz_span(struct str text, uint32_t off, uint32_t len)
{
    REQUIRE(off <= text.len && len <= text.len - off);
}

void fuzz_utf8(struct str s)
{
    uint32_t code;
    for (size_t off = 0; off < s.len;) {
        off += utf8_decode(s, off, &code);
        REQUIRE(code != UTF8_INVALID);
    }
}

void fuzz_plain(struct str s, bool tabs)
{
    uint32_t code;
    for (size_t off = 0; off < s.len;) {
        if (s.ptr[off] >= ' ' && s.ptr[off] <= '~') {
            off++; /* nearly all of it: the speed of most targets hangs on this */
            continue;
        }
        off += utf8_decode(s, off, &code);
        REQUIRE(code == '\n' || (tabs && code == '\t') || visible_is_plain(code));
    }
}

/* The JSON value at `at`, and what follows it. Strings are of plain text, so a quote or a backslash is all there is. */
static const char *json_value(const char *at, const char *end);

static const char *json_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \n", *at)) {
        at++;
    }
    return at;
}

static const char *json_text(const char *at, const char *end)
{
    REQUIRE(at < end && *at == '"');
    for (at++; at < end && *at != '"'; at++) {
        REQUIRE(*at != '\n');
        if (*at == '\\') {
            REQUIRE(end - at > 1 && strchr("\"\\/bfnrtu", at[1]));
            REQUIRE(at[1] != 'u' || (end - at > 5 && strspn(at + 2, "0123456789abcdefABCDEF") >= 4));
            at++;
        }
    }
    REQUIRE(at < end);
    return at + 1;
}

static const char *json_members(const char *at, const char *end, char close)
{
    at = json_blanks(at + 1, end);
    for (bool first = true; at < end && *at != close; first = false) {
        if (!first) {
            REQUIRE(*at == ',');
            at = json_blanks(at + 1, end);
        }
        if (close == '}') {
            at = json_blanks(json_text(at, end), end);
            REQUIRE(at < end && *at == ':');
            at = json_blanks(at + 1, end);
        }
        at = json_blanks(json_value(at, end), end);
    }
    REQUIRE(at < end);
    return at + 1;
}

static const char *json_value(const char *at, const char *end)
{
    REQUIRE(at < end);
    if (*at == '{' || *at == '[') {
        return json_members(at, end, *at == '{' ? '}' : ']');
    }
    if (*at == '"') {
        return json_text(at, end);
    }
    const char *start = at;
    while (at < end && strchr("-0123456789truefalsn", *at)) {
        at++;
    }
    REQUIRE(at > start);
    return at;
}

static void check_format(const char *name, struct str text)
{
    if (strcmp(name, "json") == 0 || strcmp(name, "sarif") == 0) {
        const char *end = text.ptr + text.len;
        REQUIRE(json_blanks(json_value(json_blanks(text.ptr, end), end), end) == end);
    } else if (strcmp(name, "github") == 0) {
        for (size_t at = 0; at < text.len; at++) {
            REQUIRE((at && text.ptr[at - 1] != '\n') || str_starts((struct str){text.ptr + at, text.len - at}, "::"));
        }
    }
}

void fuzz_findings(struct diags *diags)
{
    diags_sort(diags);
    for (size_t i = 0; i < diags->list.len; i++) {
        const struct diag *diag = &diags->list.at[i];
        REQUIRE(diag->rule < RULE_COUNT && diag->message.len > 0);
        if (diag->span.source) {
            fuzz_span(diag->span.source->text, diag->span.off, diag->span.len);
        }
        for (size_t k = 0; k < diag->notes.len; k++) {
            const struct diag_note *note = &diag->notes.at[k];
            REQUIRE(note->text.len > 0);
            if (note->span.source) {
                fuzz_span(note->span.source->text, note->span.off, note->span.len);
            }
        }
    }
    for (size_t i = 0; i < diag_formats_len; i++) {
        /* SARIF begins with all the rules, which takes longer than the rest of a run. */
        if (strcmp(diag_formats[i].name, "sarif") == 0 && (!diags->list.len || diags->list.at[0].span.off % 16)) {
            continue;
        }
        struct buf out = buf_new(diags->arena);
        diag_formats[i].print(&out, diags, false);
        fuzz_plain(buf_view(&out), false);
        check_format(diag_formats[i].name, buf_view(&out));
    }
}

void fuzz_quote(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_text(out, c == '"' || c == '\\' ? "\\" : "");
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

struct str fuzz_folder(struct str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    path.len -= path.len > 0;
    return path;
}

/* The path in a line that starts a file; empty in any other. */
static struct str file_line(struct str line)
{
    static const struct str none = {"", 0};
    if (!str_starts(line, "#@ ") || !str_ends(line, ".toml")) {
        return none;
    }
    struct str path = {line.ptr + 3, line.len - 3};
    size_t stem = path.len - strlen(".toml");
    for (size_t i = 0; i < stem; i++) {
        char c = path.ptr[i];
        bool is_end = i == 0 || i + 1 == stem || path.ptr[i - 1] == '/';
        if (!(ascii_is_lower(c) || ascii_is_digit(c) || c == '_' || c == '-' || (c == '/' && !is_end))) {
            return none;
        }
    }
    return stem && fuzz_folder(path).len ? path : none;
}

static int compare_files(const void *a, const void *b)
{
    const struct fuzz_file *first = a, *second = b;
    int order = str_cmp(fuzz_folder(first->path), fuzz_folder(second->path));
    return order ? order : str_cmp(first->path, second->path);
}

static bool has_file(const struct fuzz_files *files, struct str path)
{
    for (size_t i = 0; i < files->list.len; i++) {
        if (str_eq(files->list.at[i].path, path)) {
            return true;
        }
    }
    return false;
}

struct fuzz_files fuzz_split(struct arena *arena, struct str text)
{
    struct fuzz_files files = {0};
    struct fuzz_file *file =
        VEC_PUSH(arena, &files.list, (struct fuzz_file){.path = STR("fuzz/a.toml"), .text = {text.ptr, 0}});
    for (size_t at = 0; at < text.len;) {
        size_t len = 0;
        while (at + len < text.len && text.ptr[at + len] != '\n') {
            len++;
        }
        struct str path = file_line((struct str){text.ptr + at, len});
        at += len + (at + len < text.len);
        if (path.len && !has_file(&files, path)) {
            file = VEC_PUSH(arena, &files.list, (struct fuzz_file){.path = path, .text = {text.ptr + at, 0}});
        } else {
            file->text.len = (size_t)(text.ptr + at - file->text.ptr);
        }
    }
    if (files.list.len > 1 && files.list.at[0].text.len == 0) {
        files.list.at++;
        files.list.len--;
    }
    qsort(files.list.at, files.list.len, sizeof *files.list.at, compare_files);
    return files;
}

struct pipeline fuzz_stages(struct arena *arena, const struct fuzz_files *files, xen_release release)
{
    struct pipeline p = pipeline_new(arena);
    p.spec.release = release;
    for (size_t i = 0; i < files->list.len; i++) {
        struct fuzz_file *file = &files->list.at[i];
        if (!file->source) {
            file->source = ARENA_NEW(arena, struct source);
            *file->source = (struct source){.path = file->path, .text = file->text};
        }
        pipeline_source(&p, file->source);
    }
    pipeline_run(&p);
    return p;
}

/* One record in one configuration. */
static void check_record(const struct def *def, const struct layout *layout, unsigned config)
{
    uint64_t end = 0;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        uint64_t off = layout->offsets[i];
        REQUIRE((off != LAYOUT_ABSENT) == when_exists(&field->more->when, config));
        if (off == LAYOUT_ABSENT) {
            continue;
        }
        REQUIRE(off <= layout->size);
        if (field->more->bits.given) {
            end = def->kind == DEF_STRUCT ? off : end;
            continue;
        }
        struct extent type = layout_type(field->type, config);
        REQUIRE(type.align && off % type.align == 0 && layout->align % type.align == 0);
        REQUIRE(off + type.size <= layout->size && off + type.size <= layout->end);
        REQUIRE(def->kind == DEF_STRUCT ? off >= end : off == 0);
        end = off + type.size;
        if (field->type->kind == TYPE_RECORD && field->type->more->record && !field->type->more->record->broken) {
            REQUIRE(def_layout(field->type->more->record, config));
        }
    }
}

void fuzz_layout(const struct spec *spec)
{
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            for (unsigned config = 0; config < spec_configs(spec) && !def->broken; config++) {
                const struct layout *layout = def_layout(def, config);
                if (!layout || !layout->align || !def_exists(def, config)) {
                    continue;
                }
                REQUIRE((layout->align & (layout->align - 1)) == 0 && layout->align <= 16);
                REQUIRE(layout->size % layout->align == 0 && layout->size <= LAYOUT_SIZE_MAX);
                REQUIRE(layout->end <= layout->size);
                if (def_is_record(def)) {
                    check_record(def, layout, config);
                }
            }
        }
    }
}

/* Collects the files of a backend. */
struct collector {
    struct emit_sink base;
    struct buf all;
    bool is_raw; /* the spec holds text that C gets as it is, whose brackets are its own business */
};

/* Brackets of C and of Rust that are not in comments, strings or characters. */
static void check_brackets(struct str text, bool is_rust)
{
    char open[256];
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        if (c == '/' && next == '/') {
            while (i < text.len && text.ptr[i] != '\n') {
                i++;
            }
        } else if (c == '/' && next == '*') {
            for (i += 2; !(text.ptr[i] == '*' && i + 1 < text.len && text.ptr[i + 1] == '/'); i++) {
                REQUIRE(i + 1 < text.len && !(text.ptr[i] == '/' && text.ptr[i + 1] == '*'));
            }
            i++;
        } else if (c == '"' ||
                   (c == '\'' && (!is_rust || next == '\\' || (i + 2 < text.len && text.ptr[i + 2] == '\'')))) {
            for (i++; i < text.len && text.ptr[i] != c; i++) {
                REQUIRE(text.ptr[i] != '\n' || is_rust);
                i += text.ptr[i] == '\\';
            }
            REQUIRE(i < text.len);
        } else if (c && strchr("([{", c)) {
            REQUIRE(depth < sizeof open);
            open[depth++] = c;
        } else if (c && strchr(")]}", c)) {
            REQUIRE(depth > 0);
            depth--;
            REQUIRE(c == (open[depth] == '(' ? ')' : open[depth] == '[' ? ']' : '}'));
        }
    }
    REQUIRE(depth == 0);
}

/* Lines of the preprocessor: what is opened is closed. */
static void check_groups(struct str text)
{
    long depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '#' && (i == 0 || text.ptr[i - 1] == '\n')) {
            struct str rest = {text.ptr + i + 1, text.len - i - 1};
            while (rest.len && *rest.ptr == ' ') {
                rest = (struct str){rest.ptr + 1, rest.len - 1};
            }
            depth += str_starts(rest, "if") - str_starts(rest, "endif");
            REQUIRE(depth >= 0);
        }
    }
    REQUIRE(depth == 0);
}

static bool collect(struct emit_sink *base, struct str path, const struct rope *rope, const struct folder *folder)
{
    (void)folder;
    struct collector *collector = (struct collector *)base;
    struct str text;
    REQUIRE(rope_text(collector->all.arena, rope, &text) == 0);
    REQUIRE(path.len > 0 && path.ptr[0] != '/' && path.ptr[0] != '.');
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        REQUIRE(ascii_is_alpha(c) || ascii_is_digit(c) || strchr("_.-/", c));
        REQUIRE(c != '.' || (i && path.ptr[i - 1] != '.' && path.ptr[i - 1] != '/'));
    }
    fuzz_plain(text, true);
    REQUIRE(text.len > 0 && text.ptr[text.len - 1] == '\n');
    const char *banner = NULL;
    for (size_t i = 0; i < text.len && i < 512 && !banner; i++) {
        banner = str_starts((struct str){text.ptr + i, text.len - i}, EMIT_BANNER) ? text.ptr + i : NULL;
    }
    REQUIRE(banner);
    bool is_header = str_ends(path, ".h"), is_rust = str_ends(path, ".rs");
    if (!collector->is_raw && (is_header || is_rust)) {
        check_brackets(text, is_rust);
    }
    if (!collector->is_raw && is_header) {
        check_groups(text);
    }
    buf_printf(&collector->all, "== %.*s\n", STR_ARG(path));
    buf_str(&collector->all, text);
    return false;
}

static bool has_raw_text(const struct spec *spec)
{
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            if (folder->defs.at[d]->kind == DEF_VERBATIM) {
                return true;
            }
        }
    }
    return false;
}

struct str fuzz_outputs(struct arena *arena, const struct spec *spec)
{
    struct collector collector = {{collect, NULL, false}, buf_new(arena), has_raw_text(spec)};
    for (size_t i = 0; i < backends_len; i++) {
        buf_printf(&collector.all, "=== %s\n", backends[i]->name);
        backends[i]->emit(arena, spec, &collector.base);
    }
    return buf_view(&collector.all);
}

/* The releases that a spec names, the newest first, and the one before them all; only so many of them. */
static size_t releases_of(const struct spec *spec, xen_release *releases, size_t max)
{
    size_t len = 0;
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t i = 0; i < folder->releases.len; i++) {
            size_t at = 0;
            while (at < len && releases[at] > folder->releases.at[i].release) {
                at++;
            }
            if ((at == len || releases[at] != folder->releases.at[i].release) && len + 1 < max) {
                memmove(&releases[at + 1], &releases[at], (len++ - at) * sizeof *releases);
                releases[at] = folder->releases.at[i].release;
            }
        }
    }
    if (len && (releases[len - 1] & UINT16_MAX)) {
        releases[len] = releases[len - 1] - 1;
        len++;
    }
    return len;
}

struct str fuzz_spec(struct arena *arena, const struct fuzz_files *files, struct pipeline *found)
{
    xen_release releases[4];
    struct pipeline others[4];
    *found = fuzz_stages(arena, files, 0);
    fuzz_layout(&found->spec);
    bool is_clean = found->diags.list.len == 0;
    size_t len = releases_of(&found->spec, releases, sizeof releases / sizeof *releases);
    struct merge merge = check_merge_start(found->spec.arena);
    for (size_t i = 0; i < len; i++) {
        others[i] = fuzz_stages(arena, files, releases[i]);
        fuzz_layout(&others[i].spec);
        if (is_clean && others[i].diags.list.len == 0) {
            (void)fuzz_outputs(arena, &others[i].spec);
        }
        check_merge_add(&merge, &others[i].spec, &others[i].diags);
    }
    if (len) {
        check_merge(&merge, &found->spec, &found->diags);
    }
    fuzz_findings(&found->diags);
    return found->diags.list.len ? (struct str){"", 0} : fuzz_outputs(arena, &found->spec);
}
