/* Values as the house form spells them: strings of all kinds, and types. */
#include "spec/write.h"

#include "base/utf8.h"
#include "spec/resolve.h"
#include "spec/writer.h"

#include <string.h>

/* Types */

static const char *elaboration_word(enum elaboration elaboration)
{
    static const char *const words[] = {[ELABORATED_NOT] = "",
                                        [ELABORATED_STRUCT] = "struct ",
                                        [ELABORATED_UNION] = "union ",
                                        [ELABORATED_ENUM] = "enum "};
    return words[elaboration];
}

static void type_suffix(struct buf *out, const struct type *type)
{
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        if (type->more->length->text.s.ptr) {
            buf_char(out, '[');
            buf_str(out, type->more->length->text.s);
            buf_char(out, ']');
        } else {
            buf_printf(out, "[%llu]", (unsigned long long)type->more->count);
        }
    }
}

void type_write(struct buf *out, const struct type *type)
{
    const struct type *element = type_element(type);
    switch (element->kind) {
    case TYPE_SCALAR:
        buf_text(out, scalars[element->scalar].name);
        break;
    case TYPE_VOID:
        buf_text(out, "void");
        break;
    case TYPE_NAMED:
    case TYPE_OPAQUE:
        buf_text(out, elaboration_word(element->elaboration));
        buf_str(out, element->more->name);
        break;
    case TYPE_HANDLE:
    case TYPE_POINTER:
        buf_printf(out, "%s<%s",
                   element->kind == TYPE_POINTER ? "ptr"
                   : element->is_native          ? "handle"
                                                 : "handle64",
                   element->is_const ? "const " : "");
        type_write(out, element->more->of);
        buf_char(out, '>');
        break;
    case TYPE_RECORD:
        buf_printf(out, "%s %.*s%s{...}", element->more->record->kind == DEF_UNION ? "union" : "struct",
                   STR_ARG(element->more->record->name.s), element->more->record->name.s.len ? " " : "");
        break;
    case TYPE_ARRAY:
        break;
    }
    type_suffix(out, type);
}

/* Strings */

static void escape(struct buf *out, struct str s, bool lines)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t len = utf8_decode(s, i, &code);
        bool quotes = lines && code == '"' && i + 2 < s.len && memcmp(s.ptr + i, "\"\"\"", 3) == 0;
        bool last_quote = lines && code == '"' && i + 1 == s.len;
        if (code == '\\' || (code == '"' && !lines) || quotes || last_quote) {
            buf_char(out, '\\');
            buf_char(out, (char)code);
        } else if (code == '\t' && !lines) {
            buf_text(out, "\\t");
        } else if (code == '\n' && !lines) {
            buf_text(out, "\\n");
        } else if ((code < 0x20 && code != '\n' && code != '\t') || code == 0x7f) {
            buf_printf(out, "\\u%04X", (unsigned)code);
        } else {
            buf_bytes(out, s.ptr + i, len);
        }
        i += len;
    }
}

void write_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    escape(out, s, false);
    buf_char(out, '"');
}

static bool holds(struct str s, char c)
{
    return s.len && memchr(s.ptr, c, s.len);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f) {
            return true;
        }
    }
    return false;
}

void write_code(struct buf *out, struct str s)
{
    bool escapes = holds(s, '\\') || holds(s, '"') || holds(s, '\t');
    if (escapes && !holds(s, '\'') && !holds(s, '\n') && !has_control(s)) {
        buf_char(out, '\'');
        buf_str(out, s);
        buf_char(out, '\'');
    } else {
        write_string(out, s);
    }
}

void write_prose(struct buf *out, struct str s, unsigned indent)
{
    buf_text(out, "\"\"\"");
    for (size_t start = 0; start <= s.len;) {
        const char *newline = memchr(s.ptr + start, '\n', s.len - start);
        size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        buf_char(out, '\n');
        buf_fill(out, ' ', end > start ? indent : 0);
        escape(out, (struct str){s.ptr + start, end - start}, true);
        start = end + 1;
    }
    buf_text(out, "\"\"\"");
}

/* Whether ''' can hold it: nothing in it ends it early. */
static bool fits_literal(struct str s)
{
    bool fits = !has_control(s) && s.ptr[s.len - 1] != '\'';
    for (size_t i = 0; i + 2 < s.len && fits; i++) {
        fits = memcmp(s.ptr + i, "'''", 3) != 0;
    }
    return fits;
}

void write_raw(struct buf *out, struct str s)
{
    if (!holds(s, '\n')) {
        write_code(out, s);
    } else if (fits_literal(s)) {
        buf_text(out, "'''\n");
        buf_str(out, s);
        buf_text(out, "'''");
    } else {
        buf_text(out, "\"\"\"\n");
        escape(out, s, true);
        buf_text(out, "\"\"\"");
    }
}

size_t text_columns(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    }
    return count;
}
