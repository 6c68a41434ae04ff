/* The printers: the same findings for people and for machines. */
#ifndef XB_DIAG_PRINT_H
#define XB_DIAG_PRINT_H

#include "base/buf.h"
#include "diag/diag.h"

/* A printer appends all findings of `diags`, which is sorted, to `out`. */
struct diag_format {
    const char *name;
    void (*print)(struct buf *out, struct diags *diags, bool colour);
    const char *doc;
};

extern const struct diag_format diag_formats[];
extern const size_t diag_formats_len;

/* The format of that name, or NULL. */
const struct diag_format *diag_format_find(struct str name);

/* "0.1.0": the macro XENBINDGEN_VERSION, which the Makefile gives. */
extern const char xenbindgen_version[];

/*
 * Appends `s` as the inside of a JSON string; bytes that are not UTF-8 become U+FFFD, and what
 * text_visible would change is written as \u escapes.
 */
void json_escape(struct buf *out, struct str s);

/* A string as JSON, quotes included. */
void json_string(struct buf *out, struct str s);

/*
 * Opens the object that the format `json` has just appended once more, for a member of that name, whose value comes
 * next; "}\n" ends it.
 */
void json_reopen(struct buf *out, const char *member);

/*
 * Appends `s` with everything that could steer a terminal made visible: control
 * characters, bidirectional overrides and bytes that are not UTF-8 become \x or \u escapes. Line ends
 * and tabs are control characters too: the result is one line.
 */
void text_visible(struct buf *out, struct str s);

/* Whether text_visible leaves the character as it is. */
bool visible_is_plain(uint32_t code);

#endif
