/*
 * Inside the TOML reader. toml.c reads lines, value.c arrays and inline tables,
 * text.c strings, keys and comments, number.c the other scalars; table.c is the tree.
 *
 * How errors travel: a reading function reports its own error, returns false when it
 * has nothing to show for what it consumed, and sets `lost` when the reader does not
 * know where it stands. While `lost` is set, the enclosing reader skips to the next
 * place that makes sense and reports nothing, so that one mistake is one finding.
 */
#ifndef XB_TOML_PARSER_H
#define XB_TOML_PARSER_H

#include "base/buf.h"
#include "toml/toml.h"

/* A text with more mistakes than this is something else than TOML: reading stops. */
#define TOML_ERRORS_MAX 1000

enum table_kind {
    TABLE_IMPLIED, /* only named on the way to another header's table */
    TABLE_HEADER,
    TABLE_DOTTED, /* made by a dotted key */
    TABLE_INLINE,
};

/* What stands behind every struct toml_table; the public part comes first. */
struct table {
    struct toml_table open;
    struct toml_entry *last;
    struct map *index; /* of large tables only */
    enum table_kind kind;
    unsigned depth; /* how many tables and arrays are around it */
};

/* Likewise for arrays. */
struct array {
    struct toml_array open;
    size_t cap;
    bool of_tables; /* made by [[headers]], so more may be added */
};

/* One part of a dotted key. */
struct key {
    struct str name; /* decoded */
    uint32_t off, len;
};

/* A key as it was read: `count` parts at `first` of the parser's stack of keys. */
struct key_path {
    size_t first, count;
};

/* A top-level array of tables whose elements go to the reader one by one; what is in them has an arena of its own. */
struct lane {
    struct str key;
    struct arena *arena;
};

struct parser {
    struct arena *arena;
    struct arena *nodes;              /* for what goes into the tree below the root: `arena`, or that of a lane */
    const struct toml_reader *reader; /* or NULL */
    VEC(struct lane) lanes;
    struct source *source;
    struct diags *diags;
    enum toml_version version;
    const char *start, *at, *end;
    VEC(struct toml_comment) comments;
    VEC(struct key) keys;         /* a stack: the keys that are being read */
    VEC(struct toml_value) items; /* a stack: the elements of the arrays that are being read */
    struct buf scratch;           /* a string that is being decoded */
    struct table *root, *current; /* `current` is where the next line's key goes */
    VEC(bool *) section;          /* the `broken` of `current` and of all around it */
    unsigned depth;               /* of the innermost table or array that is being read */
    unsigned arrays_open, tables_open;
    size_t errors; /* findings so far, those that were kept back included */
    bool lost;
    bool unclosed; /* lost inside something that may go on for lines */
    bool adrift;   /* a statement of this section is broken: the next lines may be the rest of it */
    bool inside;   /* they may be the rest of an array or inline table in it */
    bool not_utf8; /* some bytes are not UTF-8, which has been reported */
};

/*
 * Adds a finding for the bytes from `from` to `to`, and returns it for notes; NULL when it is
 * kept back. `help` may be NULL. The message must stay short: clip what it quotes.
 */
struct diag *parser_report(struct parser *p, enum rule rule, const char *from, const char *to, const char *help,
                           const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same of the syntax, and the reader is lost. */
#define PARSER_LOST(p, from, to, help, ...) \
    ((p)->lost = true, parser_report((p), RULE_TOML_SYNTAX, (from), (to), (help), __VA_ARGS__))
/* "first defined here", at an entry's key. `diag` may be NULL. */
void parser_note_first(struct parser *p, struct diag *diag, uint32_t off, uint32_t len);
void parser_note(struct parser *p, struct diag *diag, const char *from, const char *to, const char *text);

/* The bytes from `from` to `to`, shortened to what fits into a message. */
struct str parser_clip(const char *from, const char *to);
/* What stands at `at`, for a message: "`x`", "the end of the line"; `*to` is where it ends. */
struct str parser_found(struct parser *p, const char *at, const char **to);

static inline uint32_t parser_off(const struct parser *p, const char *at)
{
    return (uint32_t)(at - p->start);
}

/* The length of the line end at `at`: 0 (there is none), 1 or 2. */
static inline size_t parser_newline(const struct parser *p, const char *at)
{
    if (at == p->end) {
        return 0;
    }
    if (*at == '\n') {
        return 1;
    }
    return *at == '\r' && p->end - at > 1 && at[1] == '\n' ? 2 : 0;
}

static inline void parser_skip_spaces(struct parser *p)
{
    const char *at = p->at;
    while (at != p->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    p->at = at;
}

/* A, z, 0, _ and -: what bare keys are made of. */
static inline bool is_bare(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_' || c == '-';
}

/*
 * text.c
 */

/* Reports every line's first byte that is not UTF-8; false when the text is no text at all. */
bool text_check_encoding(struct parser *p);
/* The first byte from `from` that does not start a UTF-8 character, or `to`. */
const char *text_find_bad(const char *from, const char *to);
/* Reads a comment up to its line end. */
void text_comment(struct parser *p);
/* Reads a string of any kind, at its first quote. */
bool text_string(struct parser *p, struct toml_value *value);
/* Reads a dotted key and the spaces after it; its parts are on top of the stack of keys. */
bool text_key(struct parser *p, struct key_path *path);

/* Moves over a string without looking at what is in it; over one byte when it does not end. */
const char *text_skip_string(const struct parser *p, const char *at);

/*
 * number.c
 */

/* Reads a value that is no string, array or table. */
bool number_scalar(struct parser *p, struct toml_value *value);

/*
 * value.c
 */

bool value_read(struct parser *p, struct toml_value *value);
/* Whether a new line starts at p->at and it looks like a header or, `with_keys`, like `key =`. */
bool value_at_statement(const struct parser *p, bool with_keys);

/*
 * table.c
 */

struct table *table_new(struct parser *p, enum table_kind kind, unsigned depth);
/* Puts `value` into `table` under the key. Findings are reported; false when it could not. */
bool table_insert(struct parser *p, struct table *table, struct key_path path, const struct toml_value *value);
/* A value for the key could not be read: marks the tables along it that there are. */
void table_miss(struct parser *p, struct table *table, struct key_path path);
/*
 * The table of a header, made if need be, whose brackets span `off` and `len`. Findings
 * are reported; what stands under a header that could not be goes to a table that nobody sees.
 */
void table_open(struct parser *p, struct key_path path, bool of_array, uint32_t off, uint32_t len);
/* Hands the last elements of all lanes to the reader: the text has ended. */
void table_finish(struct parser *p);

#endif
