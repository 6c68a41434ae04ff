/*
 * TOML 1.0 and 1.1, read into a tree that knows where everything stood.
 * Integers reach over all of i64 and u64. Nothing here knows what the keys mean.
 */
#ifndef XB_TOML_TOML_H
#define XB_TOML_TOML_H

#include "diag/diag.h"

enum toml_version { TOML_1_0, TOML_1_1 };

/* Tables and arrays may be nested this deep; deeper is a finding. */
#define TOML_NESTING_MAX 128

/* Offsets are 32 bits wide; a longer text is a finding. */
#define TOML_SIZE_MAX UINT32_MAX

enum toml_type {
    TOML_STRING,
    TOML_INTEGER,
    TOML_FLOAT,
    TOML_BOOLEAN,
    TOML_OFFSET_DATETIME,
    TOML_LOCAL_DATETIME,
    TOML_LOCAL_DATE,
    TOML_LOCAL_TIME,
    TOML_ARRAY,
    TOML_TABLE,
};

struct toml_table;
struct toml_array;

/*
 * A value. `off` and `len` are the value's bytes in the source: a string's with its
 * quotes; a table's that came from a [header] are those of the header.
 */
struct toml_value {
    enum toml_type type;
    bool negative; /* of an integer */
    uint32_t off, len;
    union {
        struct str string;  /* decoded; or, of a date or time, as it should be printed (RFC 3339) */
        uint64_t magnitude; /* of an integer: its absolute value */
        double number;      /* of a float */
        bool boolean;
        struct toml_array *array;
        struct toml_table *table;
    } as;
};

struct toml_entry {
    struct str key;            /* decoded */
    uint32_t key_off, key_len; /* the key's bytes in the source, quotes and all */
    struct toml_value value;
    struct toml_entry *next;
};

struct toml_table {
    struct toml_entry *first; /* in the order of the source */
    size_t len;
    bool broken; /* a syntax error stood inside: entries may be missing */
};

struct toml_array {
    struct toml_value *at;
    size_t len;
    bool broken;
};

struct toml_comment {
    uint32_t off, len; /* from '#' to the end of the line, line end excluded */
};

struct toml_document {
    struct source *source;
    struct toml_table *root;
    struct toml_comment *comments; /* in the order of the source */
    size_t comments_len;
};

/*
 * Reads the whole of `source`. Errors go to `diags` (RULE_TOML_*), and reading goes on
 * after each of them at the next line or element that makes sense, so one run reports
 * several. Always returns a document; what could not be read is left out of it and marked
 * `broken`. Everything lives in `arena`; strings without escapes point into the source.
 */
struct toml_document *toml_parse(struct arena *arena, struct source *source, enum toml_version version,
                                 struct diags *diags);

/* Takes the elements of top-level arrays of tables while the text is being read. */
struct toml_reader {
    /* Whether the elements of the array of that name go to `element`. */
    bool (*wants)(void *data, struct str key);
    /*
     * An element that nothing more can be added to; `root` is as far as it has been read. The element goes when this
     * returns, but for strings that point into the source.
     */
    void (*element)(void *data, const struct toml_table *root, struct str key, const struct toml_value *element);
    void *data;
};

/*
 * The same, but that elements of [[arrays]] of the root go to `reader` as soon as they are whole and are not in the
 * document: a large text takes little more memory than a small one.
 */
struct toml_document *toml_parse_through(struct arena *arena, struct source *source, enum toml_version version,
                                         struct diags *diags, const struct toml_reader *reader);

/* The entry of that name in a table, or NULL. */
const struct toml_entry *toml_get(const struct toml_table *table, struct str key);

/* "string", "integer", ... as a message says it, with its article: "a string", "an integer". */
const char *toml_type_name(enum toml_type type);

#endif
