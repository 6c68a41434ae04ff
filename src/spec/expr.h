/*
 * Integer constant expressions as C has them: what a constant, the length of an array or the value of an enumerator is
 * written as. Parsed once, evaluated per configuration with C's own types and conversions.
 *
 * There are: decimal, hexadecimal, octal and character literals with their suffixes; names; ( ) + - ~ ! * / % << >> <
 * > <= >= == != & ^ | && || ?:; casts to and sizeof of a type; sizeof(((type *)0)->member), offsetof(type, member)
 * and __builtin_offsetof; xen_mk_uint(), xen_mk_ulong() and xen_mk_ullong(); XEN_FLEX_ARRAY_DIM, or nothing at all,
 * which is the length of a flexible array.
 */
#ifndef XB_SPEC_EXPR_H
#define XB_SPEC_EXPR_H

#include "abi/abi.h"
#include "base/arena.h"
#include "base/str.h"

/* C's integers, whatever their width. */
enum c_int {
    C_INT_BOOL,
    C_INT_CHAR,
    C_INT_SCHAR,
    C_INT_UCHAR,
    C_INT_SHORT,
    C_INT_USHORT,
    C_INT_INT,
    C_INT_UINT,
    C_INT_LONG,
    C_INT_ULONG,
    C_INT_LLONG,
    C_INT_ULLONG,
    C_INT_COUNT
};

/* "unsigned int". */
extern const char *const c_int_names[C_INT_COUNT];

/* Bytes of an integer of C on an ABI, and whether it is signed there (char is not, on Arm, RISC-V and PowerPC). */
unsigned c_int_size(enum c_int type, enum abi abi);
bool c_int_is_signed(enum c_int type, enum abi abi);

/* `value` as the type holds it: cut to its width, and extended with its sign to 64 bits; 0 or 1 of a _Bool. */
uint64_t c_int_wrap(uint64_t value, enum c_int type, enum abi abi);

/* The integer that a type is: C's own in all their spellings ("long unsigned int", "bool"), and those of <stdint.h> and
 * <stddef.h>, uint64_aligned_t and int64_aligned_t among them. False if it is none of these. */
bool c_int_find(struct str type, enum abi abi, enum c_int *found);

/* Expressions may be nested this deep (parentheses, operators with one operand, casts, branches of a conditional), and
 * have this many parts. */
#define EXPR_NESTING_MAX 64
#define EXPR_PARTS_MAX   2000

enum expr_kind {
    EXPR_NUMBER,
    EXPR_NAME,
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_CONDITIONAL,
    EXPR_CAST,
    EXPR_SIZEOF,
    EXPR_OFFSETOF,
    EXPR_MAKE, /* xen_mk_*: gives its operand the suffix U, UL or ULL */
    EXPR_FLEXIBLE
};

struct expr_value {
    bool is_flexible; /* the length of a flexible array, and nothing else of this holds */
    enum c_int type;
    uint64_t value; /* wrapped by c_int_wrap */
};

struct expr {
    enum expr_kind kind;
    uint32_t off, len; /* in the text */
    /* EXPR_UNARY: '-', '+', '~', '!'. EXPR_BINARY: the operator, with 'l' and 'r' for << and >>, 'L' and 'G' for <= and
     * >=, 'e' and 'n' for == and !=, 'a' and 'o' for && and ||. */
    char op;
    uint64_t number;          /* EXPR_NUMBER: its value; the type that C gives it follows from the next two */
    bool is_decimal, is_char; /* EXPR_NUMBER */
    char suffix; /* EXPR_NUMBER, EXPR_MAKE: 0, 'U', 'l' (long), 'L' (unsigned long), 'x' (long long), 'X' */
    /* EXPR_NAME; EXPR_SIZEOF and EXPR_OFFSETOF: the member's path, "a.b[2].c", or empty. Without blanks, and with its
     * indices in decimal. */
    struct str name;
    /* EXPR_CAST, EXPR_SIZEOF, EXPR_OFFSETOF: the type as it is written, blanks made one and without `const`: "struct
     * x", "unsigned int", "void *". Empty for the sizeof of an operand. Of sizeof(X) it is X, whatever X turns out to
     * be. */
    struct str type;
    const struct expr *a, *b, *c; /* operands: of EXPR_CONDITIONAL the condition first */
};

/* Where and why a text is no expression. */
struct expr_error {
    uint32_t off, len;
    struct str message; /* "expected an operand", "expected `)`, found `;`" */
};

/*
 * Parses the whole of `text`. NULL, with `error` filled in, if it is no expression. Points into `text`.
 *
 * Blanks are those of C, line ends with or without a backslash, and comments. (X) before an operand is a cast, and if X
 * is a type of c_int_find() or ends in "_t" so it is before + and -; otherwise that is a sum. A part's text, parsed by
 * itself, gives the same part, but for the operand of xen_mk_*().
 */
const struct expr *expr_parse(struct arena *arena, struct str text, struct expr_error *error);

/* Why an expression has no value. */
enum expr_fault {
    EXPR_OK,
    EXPR_UNKNOWN_NAME,   /* the lookup said so */
    EXPR_UNKNOWN_TYPE,   /* likewise */
    EXPR_DIVISION,       /* by zero */
    EXPR_SHIFT,          /* by as many bits as the operand has, or more, or by less than none */
    EXPR_OVERFLOW,       /* out of a signed type: C then has no constant, and compilers warn or refuse */
    EXPR_NOT_AN_INTEGER, /* a flexible length within an expression */
    EXPR_LOOKUP          /* the lookup has reported it itself */
};

/* What names and types stand for. A function that is NULL knows none. */
struct expr_lookup {
    enum abi abi;
    void *data;
    enum expr_fault (*name)(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value);
    /*
     * A type that c_int_find() does not know and that is no pointer, "struct xen_domctl" or "xen_ulong_t": for a cast
     * the integer that it is; for sizeof and offsetof, with the path of a member or without, bytes. `measure` is asked
     * for the X of sizeof(X) before `name` is: it says EXPR_UNKNOWN_TYPE where X may be a constant.
     */
    enum expr_fault (*cast)(const struct expr_lookup *lookup, const struct expr *expr, enum c_int *type);
    enum expr_fault (*measure)(const struct expr_lookup *lookup, const struct expr *expr, uint64_t *bytes);
};

/*
 * Evaluates; on a fault `*at` is the part that has none. sizeof and offsetof give an unsigned long (on x86_32 and arm32
 * an unsigned int), as size_t is. What C leaves open is as GCC and Clang have it: << of a signed number may reach its
 * sign, and >> of a negative one keeps it. What is not evaluated (the
 * other branch of ?:, the right of && and || where the left decides, the operand of sizeof) may divide by zero, shift
 * too far and overflow, but its names and types have to be known.
 */
enum expr_fault expr_evaluate(const struct expr *expr, const struct expr_lookup *lookup, struct expr_value *value,
                              const struct expr **at);

/* Calls `visit` for each part, operands before what they are operands of. The X of sizeof(X) is no part of its own. */
void expr_visit(const struct expr *expr, void (*visit)(const struct expr *part, void *data), void *data);

#endif
