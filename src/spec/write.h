/*
 * The house form: writes a document as people should meet it, whatever its dialect. Keys stand
 * in the order of their table, comments stay with what they were written at.
 */
#ifndef XB_SPEC_WRITE_H
#define XB_SPEC_WRITE_H

#include "base/buf.h"
#include "spec/model.h"
#include "toml/toml.h"

/* An element of an array goes on one line if it fits this many columns; what is in it is so much further in. */
#define HOUSE_COLUMNS 120
#define HOUSE_INDENT  4

/* Appends the house form of a document for which toml_parse and spec_read found nothing to say. */
void spec_write(struct buf *out, const struct toml_document *document);

/* Appends a type as the house form writes it: "handle64<const u8>", "u8[4][16]"; an inline record as "struct {...}". */
void type_write(struct buf *out, const struct type *type);

#endif
