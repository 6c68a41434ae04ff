/*
 * Findings as data: every stage reports into one struct diags; the printers in
 * diag/print.h show them. Nothing here knows what a spec or an ABI is.
 */
#ifndef XB_DIAG_DIAG_H
#define XB_DIAG_DIAG_H

#include "base/str.h"
#include "base/vec.h"
#include "diag/rules.h"

#include <stdint.h>

/* How many characters of a source stand before the byte `off`, which starts one. */
struct source_mark {
    uint32_t off, chars;
};

/* One input text. Paths are shown as the user gave them. */
struct source {
    struct str path;
    struct str text;
    VEC(uint32_t) lines;           /* byte offset of each line's start; made when first asked for */
    VEC(struct source_mark) marks; /* so that a column is near at hand even in a very long line */
};

/* A piece of a source: byte offset and length. Without a source: the whole run. */
struct span {
    struct source *source;
    uint32_t off, len;
};

struct position {
    uint32_t line, column; /* from 1; columns count characters (code points) */
};

struct diag_note {
    struct span span;
    struct str text;
};

struct diag {
    enum rule rule;
    struct span span;
    struct str message;
    struct str where; /* the ABIs it holds for, "x86_32, arm32", or empty for all */
    struct str help;  /* how to mend it; the rule's own help where a stage gives none */
    VEC(struct diag_note) notes;
};

struct diags {
    struct arena *arena;
    VEC(struct diag) list;
};

struct diags diags_new(struct arena *arena);

/*
 * Adds a finding and returns it, for diag_note and diag_help; the pointer is valid
 * until the next diag_add. Messages name things in `back-ticks` and end without a stop.
 */
struct diag *diag_add(struct diags *diags, enum rule rule, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_note(struct diags *diags, struct diag *diag, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diags *diags, struct diag *diag, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Orders by path, offset, rule and message, and drops what is said twice (span, rule, message, ABIs). */
void diags_sort(struct diags *diags);

/*
 * Line and column of a byte offset. Offsets past the end count as the end, those inside a
 * character as its start. A byte order mark is no character, each byte that is not UTF-8 is one.
 */
struct position source_position(struct arena *arena, struct source *source, uint32_t off);
/* The bytes of line `line` (from 1) without its line end. */
struct str source_line(struct arena *arena, struct source *source, uint32_t line);

#endif
