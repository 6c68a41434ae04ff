/* The constants that C gets of a definition: their values and their types, for whoever writes or compares them.
 */
#ifndef XB_SPEC_CONSTANTS_H
#define XB_SPEC_CONSTANTS_H

#include "spec/model.h"

/* How a constant is made: by #define, with parameters or without, or by a C enum. */
enum constant_form { CONSTANT_MACRO, CONSTANT_CALL, CONSTANT_ENUMERATOR };

struct constant {
    struct str name;
    enum constant_form form;
    enum c_int type; /* what C makes of it; of no meaning for CONSTANT_CALL */
    uint64_t value;  /* likewise; of a negative number its two's complement */
    bool is_negative;
    bool is_string; /* `text` then, and neither type nor value */
    struct str text;
    uint32_t off, len; /* of what gives it its value, in the file of its definition */
};

struct constants {
    VEC(struct constant) list;
};

/*
 * Appends every constant that C gets of a definition, which must be whole and laid out, in a configuration that has it;
 * none of a record or a typedef.
 */
void constants_of(struct arena *arena, const struct def *def, unsigned config, struct constants *out);

/* What C makes of a constant that is written as a number, of a value of an enum, or of what it gets of a bit, in a
 * configuration. */
struct expr_value constant_ref_value(const struct constant_ref *ref, unsigned config);

/* What C makes of an enumerator. */
struct expr_value constant_enumerator(uint64_t value, enum abi abi);

/* Whether a number fits an integer of so many bits; `value` of a negative one is its two's complement. */
bool number_fits(uint64_t value, bool negative, unsigned bits, bool is_signed);

/* What a value of an enum is in a configuration. */
struct number variant_number(const struct variant *variant, unsigned config);

/* Whether a bit is a run of bits, and the mask of either. */
bool bit_is_run(const struct bit *bit);
uint64_t bit_mask(const struct bit *bit);

/* Whether C gets any value of an enum, or anything of a bitmap; what it has no names for is for Rust alone. */
bool def_named_in_c(const struct def *def);

/* Whether an enum of the spec becomes an enum in C. */
bool enum_is_c_enum(const struct def *def);

/* The suffix of a constant, of a value of an enum, or of a bitmap's masks; never C_SUFFIX_AUTO, and wide enough for the
 * value. */
enum c_suffix constant_suffix(const struct def *def, uint64_t value);

/* The suffix as it is written: "", "U", "UL" or "ULL". */
const char *constant_suffix_text(enum c_suffix suffix);

#endif
