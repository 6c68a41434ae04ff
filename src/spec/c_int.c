/* C's integers: their names, their sizes, and the types that are other names of theirs. */
#include "spec/expr.h"

const char *const c_int_names[C_INT_COUNT] = {
    [C_INT_BOOL] = "_Bool",        [C_INT_CHAR] = "char",
    [C_INT_SCHAR] = "signed char", [C_INT_UCHAR] = "unsigned char",
    [C_INT_SHORT] = "short",       [C_INT_USHORT] = "unsigned short",
    [C_INT_INT] = "int",           [C_INT_UINT] = "unsigned int",
    [C_INT_LONG] = "long",         [C_INT_ULONG] = "unsigned long",
    [C_INT_LLONG] = "long long",   [C_INT_ULLONG] = "unsigned long long",
};

/* What the headers of C call the integers where a long has 8 bytes, and where it has 4. */
static const struct alias {
    const char *name;
    enum c_int lp64, ilp32;
} aliases[] = {
    {"int8_t", C_INT_SCHAR, C_INT_SCHAR},
    {"uint8_t", C_INT_UCHAR, C_INT_UCHAR},
    {"int16_t", C_INT_SHORT, C_INT_SHORT},
    {"uint16_t", C_INT_USHORT, C_INT_USHORT},
    {"int32_t", C_INT_INT, C_INT_INT},
    {"uint32_t", C_INT_UINT, C_INT_UINT},
    {"int64_t", C_INT_LONG, C_INT_LLONG},
    {"uint64_t", C_INT_ULONG, C_INT_ULLONG},
    {"int64_aligned_t", C_INT_LONG, C_INT_LLONG},
    {"uint64_aligned_t", C_INT_ULONG, C_INT_ULLONG},
    {"intmax_t", C_INT_LONG, C_INT_LLONG},
    {"uintmax_t", C_INT_ULONG, C_INT_ULLONG},
    {"intptr_t", C_INT_LONG, C_INT_INT},
    {"uintptr_t", C_INT_ULONG, C_INT_UINT},
    {"ptrdiff_t", C_INT_LONG, C_INT_INT},
    {"ssize_t", C_INT_LONG, C_INT_INT},
    {"size_t", C_INT_ULONG, C_INT_UINT},
};

unsigned c_int_size(enum c_int type, enum abi abi)
{
    static const uint8_t sizes[C_INT_COUNT] = {
        [C_INT_BOOL] = 1,  [C_INT_CHAR] = 1,   [C_INT_SCHAR] = 1, [C_INT_UCHAR] = 1,
        [C_INT_SHORT] = 2, [C_INT_USHORT] = 2, [C_INT_INT] = 4,   [C_INT_UINT] = 4,
        [C_INT_LONG] = 0,  [C_INT_ULONG] = 0,  [C_INT_LLONG] = 8, [C_INT_ULLONG] = 8};
    return sizes[type] ? sizes[type] : abis[abi].long_size;
}

bool c_int_is_signed(enum c_int type, enum abi abi)
{
    switch (type) {
    case C_INT_CHAR:
        return abis[abi].char_is_signed;
    case C_INT_SCHAR:
    case C_INT_SHORT:
    case C_INT_INT:
    case C_INT_LONG:
    case C_INT_LLONG:
        return true;
    default:
        return false;
    }
}

uint64_t c_int_wrap(uint64_t value, enum c_int type, enum abi abi)
{
    if (type == C_INT_BOOL) {
        return value != 0;
    }
    unsigned unused = 64 - 8 * c_int_size(type, abi);
    uint64_t mask = UINT64_MAX >> unused;
    bool is_negative = c_int_is_signed(type, abi) && (value & mask) > mask >> 1;
    return is_negative ? value | ~mask : value & mask;
}

/* How often each word of C's own integers stands in the name of a type. */
enum { WORD_SIGNED, WORD_UNSIGNED, WORD_CHAR, WORD_SHORT, WORD_INT, WORD_LONG, WORD_BOOL, WORD_COUNT };

static bool count_words(struct str type, unsigned counts[WORD_COUNT])
{
    static const char *const words[WORD_COUNT] = {"signed", "unsigned", "char", "short", "int", "long", "_Bool"};
    for (size_t at = 0; at < type.len;) {
        size_t start = at;
        while (at < type.len && type.ptr[at] != ' ') {
            at++;
        }
        struct str word = {type.ptr + start, at - start};
        at += at < type.len;
        size_t i = 0;
        while (i < WORD_COUNT && !str_is(word, words[i]) && !(i == WORD_BOOL && str_is(word, "bool"))) {
            i++;
        }
        if (i == WORD_COUNT || ++counts[i] > (i == WORD_LONG ? 2 : 1)) {
            return false;
        }
    }
    return type.len > 0;
}

bool c_int_find(struct str type, enum abi abi, enum c_int *found)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (type.len && type.ptr[0] == aliases[i].name[0] && str_is(type, aliases[i].name)) {
            *found = abis[abi].long_size == 8 ? aliases[i].lp64 : aliases[i].ilp32;
            return true;
        }
    }
    unsigned counts[WORD_COUNT] = {0};
    if (!count_words(type, counts)) {
        return false;
    }
    bool is_signed = counts[WORD_SIGNED], is_unsigned = counts[WORD_UNSIGNED];
    unsigned kinds = counts[WORD_CHAR] + counts[WORD_SHORT] + (counts[WORD_LONG] != 0) + counts[WORD_BOOL];
    bool is_plain = counts[WORD_CHAR] || counts[WORD_BOOL];
    if ((is_signed && is_unsigned) || kinds > 1 || (is_plain && counts[WORD_INT]) ||
        (counts[WORD_BOOL] && (is_signed || is_unsigned))) {
        return false;
    }
    if (counts[WORD_BOOL]) {
        *found = C_INT_BOOL;
    } else if (counts[WORD_CHAR]) {
        *found = is_signed ? C_INT_SCHAR : is_unsigned ? C_INT_UCHAR : C_INT_CHAR;
    } else if (counts[WORD_SHORT]) {
        *found = is_unsigned ? C_INT_USHORT : C_INT_SHORT;
    } else if (counts[WORD_LONG] == 2) {
        *found = is_unsigned ? C_INT_ULLONG : C_INT_LLONG;
    } else if (counts[WORD_LONG] == 1) {
        *found = is_unsigned ? C_INT_ULONG : C_INT_LONG;
    } else {
        *found = is_unsigned ? C_INT_UINT : C_INT_INT;
    }
    return true;
}
