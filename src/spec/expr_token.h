/* What expressions are made of, for their parser alone. */
#ifndef XB_SPEC_EXPR_TOKEN_H
#define XB_SPEC_EXPR_TOKEN_H

#include "spec/expr.h"

enum expr_token_kind {
    EXPR_TOKEN_END,
    EXPR_TOKEN_WORD,
    EXPR_TOKEN_NUMBER,     /* all that C takes for one word: "10UL", "1.5e+3", "0xE+1" */
    EXPR_TOKEN_CHAR,       /* with both quotes; of ASCII */
    EXPR_TOKEN_PUNCTUATOR, /* the longest that C has, those that no expression here can contain among them */
    EXPR_TOKEN_BAD         /* nothing of these, and the error says why */
};

struct expr_token {
    enum expr_token_kind kind;
    uint32_t off, len;
};

/* The first token at or after `off`. */
struct expr_token expr_token_next(struct arena *arena, struct str text, uint32_t off, struct expr_error *error);

enum expr_word_kind {
    EXPR_WORD_NAME,      /* none of these: what may be the name of a constant or of a type */
    EXPR_WORD_QUALIFIER, /* const, volatile */
    EXPR_WORD_TAG,       /* struct, union, enum */
    EXPR_WORD_TYPE,      /* what C's own types are made up of */
    EXPR_WORD_RESERVED   /* any other that C has taken, sizeof among them */
};

enum expr_word_kind expr_word_kind(struct str word);

/* A piece of text of ASCII for a message: in quotes, and cut short if it is long. */
struct str expr_quote(struct arena *arena, struct str text);

/* Reads a number into `expr`; false, with `error` filled in, if it is no integer of C. */
bool expr_read_number(struct arena *arena, struct str text, struct expr_token token, struct expr *expr,
                      struct expr_error *error);

/* The same of a character literal. */
bool expr_read_char(struct str text, struct expr_token token, struct expr *expr, struct expr_error *error);

#endif
