/* What the parts of the reader share: read.c (definitions and files), table.c (tables and keys), text.c (names and
 * texts), type.c (types). */
#ifndef XB_SPEC_READER_H
#define XB_SPEC_READER_H

#include "spec/keys.h"
#include "spec/model.h"
#include "toml/toml.h"

struct reader {
    struct arena *arena;
    struct arena *scratch; /* for drafts: cleared after each definition */
    struct diags *diags;
    struct source *source;
    struct folder *folder;
    enum level level;
    xen_release release; /* what is read: what is not in it is left out; 0: the newest */
    bool all_releases;   /* conditions are kept as they are written, whatever the release */
};

/* How VEC looks whatever it holds: the reader fills vectors whose types only the table of keys knows. */
struct reader_vec {
    void *at;
    size_t len, cap;
};

/* What a table is read into. */
struct reader_target {
    void *object;
    bool *broken;
    bool *has_more; /* of a draft, else NULL */
};

/* Reads a table, an array of tables of a kind, or the value of a key; false after a finding. */
bool reader_table(struct reader *reader, enum table_kind kind, const struct toml_table *table, struct span span,
                  struct reader_target target);
bool reader_tables(struct reader *reader, const struct key_info *key, const struct toml_array *array,
                   struct reader_vec *vec);
bool reader_value(struct reader *reader, const struct key_info *key, const struct toml_value *value, void *at);

/* Reports a key that there is not; returns the one that was most likely meant, or nothing. */
struct str reader_unknown_key(struct reader *reader, const struct table_info *info, const struct toml_entry *entry);

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

/* Findings about a name, or a part of one, which may begin with a digit; about prose that an output could not hold
 * safely, and about words that stand in a comment of C; about text for C, of one line or several. */
bool reader_name(struct reader *reader, const struct toml_value *value, bool is_part);
void reader_prose(struct reader *reader, const struct toml_value *value);
bool reader_comment(struct reader *reader, const struct text *text);
bool reader_raw(struct reader *reader, const struct toml_value *value, bool one_line);
/* A finding where such a text of one line, found good, leaves brackets open, or closes what is not. */
bool reader_brackets(struct reader *reader, const struct toml_value *value);

/* Findings about characters that stand in the file itself, comments included, and could deceive whoever reads it. */
void reader_source(struct reader *reader);

/* Reads a type in any dialect; NULL after a finding. */
struct type *reader_type(struct reader *reader, const struct toml_value *value);

/* An expression of C; `off` is where its text begins in the file, or UINT32_MAX. False after a finding. */
bool reader_formula(struct reader *reader, struct text text, uint32_t off, struct formula *formula);

/* Reads the value of a `when`; false after a finding. */
bool reader_when(struct reader *reader, const struct toml_value *value, struct when *when);

/* Adds the conditions of one table to `when`, less what the release decides; false after a finding. */
bool reader_condition(struct reader *reader, const struct when_draft *draft, struct when *when);

/* Whether something with these conditions is in the release that is read at all. */
bool reader_in_release(const struct when *when);

/* Makes the fields of a record of drafts; what is not in the release stays out. False after a finding. */
bool reader_fields(struct reader *reader, const struct field_drafts *drafts, struct def *record);

/* The same for a struct or union of the file, and its tag. */
bool reader_record(struct reader *reader, const struct field_drafts *drafts, struct def *def);

/* The same for a row of a table of Xen's own. */
bool reader_row(struct reader *reader, struct def *def);

/* Whether there is one of a number and an expression, and no more. */
bool reader_one_value(struct reader *reader, const struct formula *formula, bool given, struct text name,
                      const char *what);

/* A definition as its draft has it. */
struct def *reader_settle(struct reader *reader, const struct def_draft *draft);

/* Adds what one table of a top-level array of them defines to the folder. */
void reader_definition(struct reader *reader, enum table_kind kind, const struct toml_value *item);

/* Adds what the tables of a document define to the folder. */
void reader_definitions(struct reader *reader, const struct toml_table *root);

/* What no single key says of a definition: takes what is not in the release out of it. False after a finding. */
bool reader_finish(struct reader *reader, struct def *def);

/* Whether `s` is an identifier of at most NAME_LENGTH_MAX bytes; says why not in `why`. */
bool reader_identifier(struct str s, const char **why);

#endif
