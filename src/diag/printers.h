/* What the printers share; nobody else needs it. */
#ifndef XB_DIAG_PRINTERS_H
#define XB_DIAG_PRINTERS_H

#include "diag/print.h"

void print_text(struct buf *out, struct diags *diags, bool colour);
void print_json(struct buf *out, struct diags *diags, bool colour);
void print_sarif(struct buf *out, struct diags *diags, bool colour);
void print_github(struct buf *out, struct diags *diags, bool colour);

/* The finding's own help, else its rule's. */
struct str print_help(const struct diag *diag);

/* The ABIs of a finding as a JSON array of strings; empty when it holds for all. */
void json_abis(struct buf *out, struct str where);

/*
 * A span in lines and columns; `end` is the position after its last character, so that it is
 * `start` when the span is empty. The span has a source.
 */
struct range {
    struct position start, end;
};
struct range print_range(struct arena *arena, struct span span);

/*
 * Appends the character `code`, whose bytes are `bytes`, as text_visible does and returns how
 * many columns of a terminal it takes.
 */
uint32_t visible_char(struct buf *out, struct str bytes, uint32_t code);

#endif
