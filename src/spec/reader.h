/* What the parts of the reader share: read.c (tables and keys), type.c (types). */
#ifndef XB_SPEC_READER_H
#define XB_SPEC_READER_H

#include "spec/model.h"
#include "toml/toml.h"

struct reader {
    struct arena *arena;
    struct diags *diags;
    struct source *source;
};

struct span reader_span(const struct reader *reader, uint32_t off, uint32_t len);

/* A string of the document's tree that outlives the tree: in the source, or copied. */
struct str reader_keep(struct reader *reader, struct str s);

/* What a message shows of a bad name: not too much of it, and nothing that could not be seen. */
struct str reader_shown(struct reader *reader, struct str s);

/*
 * A name that stands as a string or, as the RFC's dialect may have it, as the type of that name:
 * { tag = "struct", args = "name" }. Without a pointer if it is neither.
 */
struct str reader_word(struct reader *reader, const struct toml_value *value);

/*
 * A string as prose for outputs: line ends are \n; blanks at the ends of the text and of its
 * lines go, and so does the indentation that the lines of a multi-line string have in common.
 */
struct str reader_text(struct reader *reader, const struct toml_value *value);

/* Reads a type in any dialect; NULL after a finding. */
struct type *reader_type(struct reader *reader, const struct toml_value *value);

/* Whether `s` is an identifier of at most NAME_LENGTH_MAX bytes; says why not in `why`. */
bool reader_identifier(struct str s, const char **why);

#endif
