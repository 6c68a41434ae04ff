/*
 * The keys of the language, as a table: the reader, the hints for mistyped keys and the
 * language reference (docs/language.md) all come from it.
 */
#ifndef XB_SPEC_KEYS_H
#define XB_SPEC_KEYS_H

#include "base/buf.h"
#include "spec/model.h"

#include <stddef.h>

/* The kinds of table that a spec is made of. */
enum table_kind {
    TABLE_ROOT,
    TABLE_STRUCT,
    TABLE_UNION,
    TABLE_FIELD,
    TABLE_ENUM,
    TABLE_VARIANT,
    TABLE_BITMAP,
    TABLE_BIT,
    TABLE_TYPEDEF,
    TABLE_CONSTANT,
    TABLE_INCLUDE,
    TABLE_HANDLE,
    TABLE_VERBATIM,
    TABLE_REFUSAL,
    TABLE_HYPERCALL,
    TABLE_CALL_ARG,
    TABLE_CALL_OP,
    TABLE_RING,
    TABLE_SAVE,
    TABLE_EVENT_RING,
    TABLE_WHEN,
    TABLE_HEADER,
    TABLE_WAIVER,
    TABLE_KIND_COUNT
};

/* What a key's value must be, and so what lies at its offset in the target. */
enum key_kind {
    KEY_NAME,    /* an identifier: struct text */
    KEY_PREFIX,  /* an identifier or nothing: struct text */
    KEY_PART,    /* a part of an identifier, which may begin with a digit: struct text */
    KEY_TEXT,    /* prose: struct str; struct text if `placed` */
    KEY_RAW,     /* text that an output gets as it is: struct text */
    KEY_LINE,    /* such text, of one line */
    KEY_WORD,    /* a string that a later stage looks up: struct text */
    KEY_WORDS,   /* such a string, or an array of them: VEC(struct text); integers count as their spelling */
    KEY_TYPE,    /* a type in any dialect: struct type * */
    KEY_VALUE,   /* an integer or a string: struct value */
    KEY_NUMBER,  /* an unsigned integer: struct number */
    KEY_INTEGER, /* an integer, negative ones too: struct number */
    KEY_EXPR,    /* an expression of C as a string: struct formula */
    KEY_WHEN,    /* conditions: a table of kind TABLE_WHEN or an array of them: struct when */
    KEY_FLAG,    /* true or false: bool */
    KEY_CHOICE,  /* one of `choices`: an int, 1 for the first; KEY_FLAG's values too if `choices` is NULL */
    KEY_TABLES,  /* an array of tables of kind `table`: VEC of their targets */
    KEY_TABLE,   /* a table of kind `table`: its target */
};

struct key_info {
    const char *name;
    const char *alias; /* an older spelling, or NULL */
    enum key_kind kind;
    bool required;
    bool placed;                /* KEY_TEXT: findings need its place */
    bool either;                /* it or another one of these must be given, which the reader sees to */
    size_t offset;              /* of the value in the table's target; SIZE_MAX: the reader deals with it itself */
    const char *const *choices; /* KEY_CHOICE, ends in NULL */
    enum table_kind table;      /* KEY_TABLES */
    const char *doc;
};

struct field_drafts {
    struct field_draft *at;
    size_t len, cap;
};

/* What is read of a definition: the model's own, and what the reader makes the rest of it from. */
struct def_draft {
    bool has_more; /* something in `more` was given */
    struct def def;
    struct field_drafts fields; /* of a struct or union */
    struct text alias;          /* a typedef right after it */
    struct type *values;        /* of a typedef */
    bool handle;                /* and its guest handle */
    struct row row;             /* of a row of a table of Xen's own */
    struct def_more more;       /* last: see table_info */
};

/* The same of a field. */
struct field_draft {
    bool has_more;
    uint32_t off, len; /* of the table in the file */
    struct field field;
    struct field_drafts as_struct, as_union; /* the members of an inline record */
    struct formula array;                    /* how many of these */
    VEC(struct text) also;                   /* further members of the same type */
    struct text c_tag;
    struct tag tag;
    VEC(struct def_draft) constants;
    struct field_more more;
};

/* What is read of a condition. */
struct when_draft {
    VEC(struct text) abi, context;
    struct text interface, since, until, macro;
};

struct table_info {
    const char *name;   /* as a message says it, with its article: "a struct" */
    const char *schema; /* its name in the JSON Schema: "struct" */
    const char *path;   /* how it is written: "[[structs]]" */
    const char *doc;
    const struct key_info *keys;
    size_t keys_len;
    const char *const *one_of; /* keys of which just one must be there, ends in NULL; or NULL */
    const char *clauses;       /* what else the JSON Schema asks, as members of `allOf`; or NULL */
    size_t size;               /* bytes of the target */
    size_t more;               /* of a draft: the offset of `more`, with which it ends; else 0 */
};

extern const struct table_info spec_tables[TABLE_KIND_COUNT];

/* The key of that name, or of that older name, in a table; NULL if there is none. */
const struct key_info *spec_key_find(const struct table_info *info, struct str name);

/* Appends the tables of keys as Markdown, for docs/language.md. */
void spec_keys_markdown(struct buf *out);

/* Appends a JSON Schema (draft 7) of a spec file, for editors. */
void spec_keys_schema(struct buf *out);

#endif
