/* Types of the headers in the words of the language. */
#include "clang/import_draft.h"

#include <string.h>

/* Names of types that no header of the folder defines. */
static const struct {
    const char *c, *word;
} words[] = {
    {"char", "char"},
    {"signed char", "schar"},
    {"unsigned char", "uchar"},
    {"short", "short"},
    {"unsigned short", "ushort"},
    {"int", "int"},
    {"unsigned int", "uint"},
    {"long", "long"},
    {"unsigned long", "ulong"},
    {"long long", "llong"},
    {"unsigned long long", "ullong"},
    {"uint8_t", "u8"},
    {"uint16_t", "u16"},
    {"uint32_t", "u32"},
    {"uint64_t", "uint64_t"},
    {"int8_t", "i8"},
    {"int16_t", "i16"},
    {"int32_t", "i32"},
    {"int64_t", "int64_t"},
    {"size_t", "ulong"},
    {"uintptr_t", "ulong"},
    {"ssize_t", "long"},
    {"intptr_t", "long"},
    {"void", "void"},
};

static struct str drop_word(struct str spelling, const char *word)
{
    size_t len = strlen(word);
    if (str_starts(spelling, word) && spelling.len > len && spelling.ptr[len] == ' ') {
        spelling = (struct str){spelling.ptr + len + 1, spelling.len - len - 1};
    }
    return spelling;
}

static struct str unqualified(struct str spelling)
{
    return drop_word(drop_word(drop_word(spelling, "const"), "volatile"), "const");
}

static bool is_name(struct str s)
{
    bool good = s.len && !ascii_is_digit(s.ptr[0]);
    for (size_t i = 0; i < s.len; i++) {
        good = good && (ascii_is_alpha(s.ptr[i]) || ascii_is_digit(s.ptr[i]) || s.ptr[i] == '_');
    }
    return good;
}

/* An integer by what it holds. */
static struct str integer_word(struct arena *arena, const struct fact_type *type, bool aligned)
{
    if (type->integer == C_INT_CHAR) {
        return STR("char");
    }
    if (type->size == 8 && !aligned) {
        return type->is_signed ? STR("int64_t") : STR("uint64_t");
    }
    return str_printf(arena, "%c%llu", type->is_signed ? 'i' : 'u', (unsigned long long)type->size * 8);
}

/* "struct x" of what has a tag. */
static struct str tagged_word(struct str spelling)
{
    static const char *const kinds[] = {"struct", "union", "enum"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str rest = drop_word(spelling, kinds[i]);
        if (rest.len != spelling.len && is_name(rest)) {
            return spelling;
        }
    }
    return (struct str){"", 0};
}

/* `name`: of a handle, the word by which XEN_GUEST_HANDLE knows it: `uint64` is the language's `u64`. */
static struct str target_type(const struct draft *draft, const char *word, const struct fact_type *of, struct str name)
{
    bool is_aligned = of && str_ends(unqualified(of->spelling), "int64_t") && str_ends(name, "int64");
    struct str target = of ? draft_type(draft, of, is_aligned) : STR("void");
    if (!target.len || (of && of->kind == FACT_OTHER)) {
        target = STR("void"); /* a function */
    }
    return str_printf(draft->arena, "%s<%s%.*s>", word, of && of->is_const ? "const " : "", STR_ARG(target));
}

/* Where the brackets at the end of a type begin; those within a handle or pointer are not meant. */
static size_t first_bracket(struct str type)
{
    size_t at = type.len;
    while (at && type.ptr[at - 1] != '>') {
        at--;
    }
    while (at < type.len && type.ptr[at] != '[') {
        at++;
    }
    return at;
}

struct str draft_type(const struct draft *draft, const struct fact_type *type, bool aligned)
{
    struct arena *arena = draft->arena;
    struct str spelling = unqualified(type->spelling), none = {"", 0};
    if (type->kind == FACT_HANDLE) {
        return target_type(draft, aligned ? "handle64" : "handle", type->of, type->name);
    }
    if (aligned && type->kind == FACT_INTEGER && type->size == 8) {
        return integer_word(arena, type, true);
    }
    if (is_name(spelling) && map_get(&draft->typedefs, spelling)) {
        return spelling;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(spelling, words[i].c)) {
            return str_from(words[i].word);
        }
    }
    struct str tagged = tagged_word(spelling);
    if (tagged.len) {
        return tagged;
    }
    switch (type->kind) {
    case FACT_VOID:
        return STR("void");
    case FACT_INTEGER:
        return integer_word(arena, type, aligned);
    case FACT_ENUM:
        return type->name.len ? str_printf(arena, "enum %.*s", STR_ARG(type->name)) : STR("uint");
    case FACT_RECORD:
        return type->name.len && is_name(type->name) ? type->name : none;
    case FACT_POINTER:
        return target_type(draft, "ptr", type->of, none);
    case FACT_ARRAY: {
        struct str of = draft_type(draft, type->of, aligned);
        if (!of.len) {
            return none;
        }
        /* The brackets are read as in C: those of the outer array come first. */
        size_t at = type->of->kind == FACT_ARRAY ? first_bracket(of) : of.len;
        struct buf out = buf_new(arena);
        buf_str(&out, (struct str){of.ptr, at});
        if (type->is_flexible) {
            buf_printf(&out, "[]");
        } else {
            buf_printf(&out, "[%llu]", (unsigned long long)type->count);
        }
        buf_str(&out, (struct str){of.ptr + at, of.len - at});
        return buf_view(&out);
    }
    default:
        return none;
    }
}
