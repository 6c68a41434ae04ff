/* What the parts of the writer share: write.c (tables and keys), write_place.c (comments), write_text.c (values). */
#ifndef XB_SPEC_WRITER_H
#define XB_SPEC_WRITER_H

#include "base/buf.h"
#include "spec/keys.h"
#include "spec/reader.h"
#include "toml/toml.h"

/* What may get a line of its own in the output, by where it stood in the source; comments go to such a place. */
struct place {
    uint32_t off, end;
    VEC(const struct toml_comment *) leading; /* on lines before it */
    const struct toml_comment *trailing;      /* at the end of its line */
};

struct writer {
    struct buf *out;
    struct arena *arena;
    struct reader reader;
    struct str source;
    VEC(struct place) places; /* in the order of the source; the last one lies past the end */
};

/* An entry of a table of the file, or a table of a root's array. */
struct item {
    const struct key_info *key;
    const struct toml_value *value;
    uint32_t off; /* where it begins in the source */
};

/* Where a value ends; a table made by headers ends with its last key. */
uint32_t value_end(const struct toml_value *value);

/* Whether an array or table stands in brackets or braces, rather than under headers or dotted keys. */
bool value_is_bracketed(const struct writer *w, const struct toml_value *value);

/* The places of an entry and all in it. */
void places_add_entry(struct writer *w, const struct key_info *key, const struct toml_entry *entry);

/* The places of a table at the top level and all in it. */
void places_add_item(struct writer *w, const struct item *item);

/* Ends the collection: gives each comment to one place. */
void places_assign(struct writer *w, const struct toml_document *document);

/* The place that begins at an offset, which must be one. */
struct place *place_at(const struct writer *w, uint32_t off);

/* Whether no place that begins in a part of the source has a comment. */
bool places_bare(const struct writer *w, uint32_t from, uint32_t end);

/* The comments of a place, those at the end of its line with the line's end; `place` may be NULL for none. */
void write_leading(struct writer *w, const struct place *place, unsigned indent);
void write_trailing(struct writer *w, const struct place *place);

/* The comments of what stands first in the source that are about the file: a blank line sets them off. */
void write_opening(struct writer *w);

/* "text", with escapes; and the same for code, in single quotes where those save escapes. */
void write_string(struct buf *out, struct str s);
void write_code(struct buf *out, struct str s);

/* Prose of several lines, each `indent` columns in, which reading takes off again. */
void write_prose(struct buf *out, struct str s, unsigned indent);

/* Text that is kept byte for byte, of one line or several. */
void write_raw(struct buf *out, struct str s);

/* Columns of a line of UTF-8. */
size_t text_columns(struct str s);

#endif
