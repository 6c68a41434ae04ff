#include "spec/words.h"

/* str_cmp; most words differ in their first letters. */
static int compare(struct str word, const char *other)
{
    size_t i = 0;
    while (i < word.len && other[i] && word.ptr[i] == other[i]) {
        i++;
    }
    if (i == word.len || !other[i]) {
        return (i < word.len) - (other[i] != 0);
    }
    return (unsigned char)word.ptr[i] < (unsigned char)other[i] ? -1 : 1;
}

bool word_in(struct str word, const char *const *words, size_t len)
{
    const int first = word.len ? (unsigned char)word.ptr[0] : 0;
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = first - (unsigned char)words[middle][0];
        if (order == 0) {
            order = compare(word, words[middle]);
        }
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

/* Takes `prefix` off the front of `s` if it stands there. */
static bool take(struct str *s, const char *prefix)
{
    if (!str_starts(*s, prefix)) {
        return false;
    }
    size_t len = str_from(prefix).len;
    *s = (struct str){s->ptr + len, s->len - len};
    return true;
}

static bool is_one_of(struct str s, const char *const *words)
{
    while (*words && !str_is(s, *words)) {
        words++;
    }
    return *words != NULL;
}

/* A type or macro of <stdint.h>: uint_least8_t, INT64_MAX, UINTPTR_WIDTH and their like. */
static bool is_stdint_name(struct str s)
{
    static const char *const tails[] = {"_MAX", "_MIN", "_C", "_WIDTH", NULL};
    static const char *const type_tails[] = {"_t", NULL};
    static const char *const kinds[] = {"8", "16", "32", "64", "PTR", "MAX", "ptr", "max", NULL};
    char first = s.len ? s.ptr[0] : '\0';
    bool upper = ascii_is_upper(first);
    if (first != 'u' && first != 'i' && first != 'U' && first != 'I') {
        return false;
    }
    take(&s, upper ? "U" : "u");
    if (!take(&s, upper ? "INT" : "int")) {
        return false;
    }
    if (!take(&s, upper ? "_LEAST" : "_least")) {
        take(&s, upper ? "_FAST" : "_fast");
    }
    for (const char *const *kind = kinds; *kind; kind++) {
        if (take(&s, *kind)) {
            return is_one_of(s, upper ? tails : type_tails);
        }
    }
    return false;
}

/*
 * Names that C reserves to compilers and their libraries are allowed here, since Xen has members like `__pad` and
 * constants like `_XEN_DOMCTL_CDF_hvm` and `__HYPERVISOR_domctl`; but not what one of them, or our own support
 * header, has made use of, as far as that follows a pattern.
 */
static bool is_implementation_name(struct str s)
{
    static const char *const prefixes[] = {"_ARCH_",   "_BITS_",          "__attr_",    "__builtin_",      "__cpp_",
                                           "__glibc_", "__guest_handle_", "__handle64", "__handle_native", "__has_",
                                           "__int",    "__is_",           "__riscv",    "__stub_",         "__sync_",
                                           "__uint",   "__opencl_",       NULL};
    if (!str_starts(s, "_")) {
        return false;
    }
    for (const char *const *prefix = prefixes; *prefix; prefix++) {
        if (str_starts(s, *prefix)) {
            return true;
        }
    }
    if (!str_starts(s, "__") || s.len < 3) {
        return false;
    }
    bool closed = s.len > 4 && str_ends(s, "__");
    return closed || (ascii_is_upper(s.ptr[2]) && !str_starts(s, "__HYPERVISOR_"));
}

bool word_is_c_keyword(struct str name)
{
    /* Of C90 to C23, C++98 to C++23, and what GNU modes define; in bytewise order, as the others. */
    static const char *const words[] = {"_Alignas",
                                        "_Alignof",
                                        "_Atomic",
                                        "_BitInt",
                                        "_Bool",
                                        "_Complex",
                                        "_Decimal128",
                                        "_Decimal32",
                                        "_Decimal64",
                                        "_Generic",
                                        "_Imaginary",
                                        "_Noreturn",
                                        "_Static_assert",
                                        "_Thread_local",
                                        "alignas",
                                        "alignof",
                                        "and",
                                        "and_eq",
                                        "asm",
                                        "auto",
                                        "bitand",
                                        "bitor",
                                        "bool",
                                        "break",
                                        "case",
                                        "catch",
                                        "char",
                                        "char16_t",
                                        "char32_t",
                                        "char8_t",
                                        "class",
                                        "co_await",
                                        "co_return",
                                        "co_yield",
                                        "compl",
                                        "concept",
                                        "const",
                                        "const_cast",
                                        "consteval",
                                        "constexpr",
                                        "constinit",
                                        "continue",
                                        "decltype",
                                        "default",
                                        "defined",
                                        "delete",
                                        "do",
                                        "double",
                                        "dynamic_cast",
                                        "else",
                                        "enum",
                                        "explicit",
                                        "export",
                                        "extern",
                                        "false",
                                        "float",
                                        "for",
                                        "friend",
                                        "goto",
                                        "i386",
                                        "if",
                                        "inline",
                                        "int",
                                        "linux",
                                        "long",
                                        "mutable",
                                        "namespace",
                                        "new",
                                        "noexcept",
                                        "not",
                                        "not_eq",
                                        "nullptr",
                                        "operator",
                                        "or",
                                        "or_eq",
                                        "private",
                                        "protected",
                                        "public",
                                        "register",
                                        "reinterpret_cast",
                                        "requires",
                                        "restrict",
                                        "return",
                                        "short",
                                        "signed",
                                        "sizeof",
                                        "static",
                                        "static_assert",
                                        "static_cast",
                                        "struct",
                                        "switch",
                                        "template",
                                        "this",
                                        "thread_local",
                                        "throw",
                                        "true",
                                        "try",
                                        "typedef",
                                        "typeid",
                                        "typename",
                                        "typeof",
                                        "typeof_unqual",
                                        "union",
                                        "unix",
                                        "unsigned",
                                        "using",
                                        "virtual",
                                        "void",
                                        "volatile",
                                        "wchar_t",
                                        "while",
                                        "xor",
                                        "xor_eq"};
    /* Of compilers in their GNU modes and of their headers. All begin with `_`. */
    static const char *const compilers[] = {"_ANSI_STDDEF_H",
                                            "_ATFILE_SOURCE",
                                            "_Accum",
                                            "_BIG_ENDIAN",
                                            "_BSD_PTRDIFF_T_",
                                            "_BSD_SIZE_T_",
                                            "_BSD_SIZE_T_DEFINED_",
                                            "_CALL_ELF",
                                            "_CALL_LINUX",
                                            "_DEFAULT_SOURCE",
                                            "_DYNAMIC_STACK_SIZE_SOURCE",
                                            "_ExtInt",
                                            "_FEATURES_H",
                                            "_FORTIFY_SOURCE",
                                            "_Float128",
                                            "_Float128x",
                                            "_Float16",
                                            "_Float32",
                                            "_Float32x",
                                            "_Float64",
                                            "_Float64x",
                                            "_Fract",
                                            "_GCC_MAX_ALIGN_T",
                                            "_GCC_PTRDIFF_T",
                                            "_GCC_SIZE_T",
                                            "_GCC_WCHAR_T",
                                            "_GCC_WRAP_STDINT_H",
                                            "_GNU_SOURCE",
                                            "_GXX_NULLPTR_T",
                                            "_ILP32",
                                            "_INTPTR_T",
                                            "_ISOC11_SOURCE",
                                            "_ISOC2X_SOURCE",
                                            "_ISOC95_SOURCE",
                                            "_ISOC99_SOURCE",
                                            "_LARGEFILE64_SOURCE",
                                            "_LARGEFILE_SOURCE",
                                            "_LITTLE_ENDIAN",
                                            "_LP64",
                                            "_Nonnull",
                                            "_Null_unspecified",
                                            "_Nullable",
                                            "_Nullable_result",
                                            "_POSIX_C_SOURCE",
                                            "_POSIX_SOURCE",
                                            "_PTRDIFF_T",
                                            "_PTRDIFF_T_",
                                            "_PTRDIFF_T_DECLARED",
                                            "_REENTRANT",
                                            "_SIZET_",
                                            "_SIZE_T",
                                            "_SIZE_T_",
                                            "_SIZE_T_DECLARED",
                                            "_SIZE_T_DEFINED",
                                            "_SIZE_T_DEFINED_",
                                            "_STDC_PREDEF_H",
                                            "_STDDEF_H",
                                            "_STDDEF_H_",
                                            "_STDINT_H",
                                            "_SYS_CDEFS_H",
                                            "_SYS_SIZE_T_H",
                                            "_Sat",
                                            "_T_PTRDIFF",
                                            "_T_PTRDIFF_",
                                            "_T_SIZE",
                                            "_T_SIZE_",
                                            "_T_WCHAR",
                                            "_T_WCHAR_",
                                            "_UINTPTR_T",
                                            "_WCHAR_T",
                                            "_WCHAR_T_",
                                            "_WCHAR_T_DECLARED",
                                            "_WCHAR_T_DEFINED",
                                            "_WCHAR_T_DEFINED_",
                                            "_WCHAR_T_H",
                                            "_XOPEN_SOURCE",
                                            "_XOPEN_SOURCE_EXTENDED",
                                            "___DEFINE_XEN_GUEST_HANDLE",
                                            "___int_ptrdiff_t_h",
                                            "___int_size_t_h",
                                            "___int_wchar_t_h",
                                            "__alignof",
                                            "__alloca",
                                            "__always_inline",
                                            "__amd64",
                                            "__arm",
                                            "__array_extent",
                                            "__array_rank",
                                            "__asm",
                                            "__attribute",
                                            "__auto_type",
                                            "__autoreleasing",
                                            "__bases",
                                            "__bf16",
                                            "__block",
                                            "__bool",
                                            "__bos",
                                            "__bos0",
                                            "__bridge",
                                            "__char16_t",
                                            "__char32_t",
                                            "__cmplx",
                                            "__cmplxf",
                                            "__cmplxl",
                                            "__complex",
                                            "__const",
                                            "__constant",
                                            "__contravariant",
                                            "__covariant",
                                            "__cplusplus",
                                            "__decltype",
                                            "__direct_bases",
                                            "__errordecl",
                                            "__extern_always_inline",
                                            "__extern_inline",
                                            "__flexarr",
                                            "__float128",
                                            "__float80",
                                            "__fortified_attr_access",
                                            "__fortify_function",
                                            "__fp16",
                                            "__generic",
                                            "__global",
                                            "__i386",
                                            "__i486",
                                            "__i586",
                                            "__i686",
                                            "__ibm128",
                                            "__imag",
                                            "__inline",
                                            "__k8",
                                            "__kernel",
                                            "__kindof",
                                            "__linux",
                                            "__local",
                                            "__nonnull",
                                            "__null",
                                            "__nullptr",
                                            "__objc_no",
                                            "__objc_yes",
                                            "__pentiumpro",
                                            "__pixel",
                                            "__private",
                                            "__ptr_t",
                                            "__read_only",
                                            "__read_write",
                                            "__real",
                                            "__reference_binds_to_temporary",
                                            "__restrict",
                                            "__restrict_arr",
                                            "__returns_nonnull",
                                            "__seg_fs",
                                            "__seg_gs",
                                            "__signed",
                                            "__size_t",
                                            "__stdint_join3",
                                            "__strong",
                                            "__super",
                                            "__thread",
                                            "__try",
                                            "__typeof",
                                            "__typeof_unqual",
                                            "__underlying_type",
                                            "__unix",
                                            "__unsafe_unretained",
                                            "__va_arg_pack",
                                            "__va_arg_pack_len",
                                            "__vector",
                                            "__volatile",
                                            "__warnattr",
                                            "__wchar_t",
                                            "__weak",
                                            "__write_only",
                                            "__wur",
                                            "__x86_64"};
    /* What the generated headers rest on. */
    static const char *const headers[] = {"DEFINE_XEN_GUEST_HANDLE",
                                          "NULL",
                                          "PTRDIFF_MAX",
                                          "PTRDIFF_MIN",
                                          "PTRDIFF_WIDTH",
                                          "SIG_ATOMIC_MAX",
                                          "SIG_ATOMIC_MIN",
                                          "SIG_ATOMIC_WIDTH",
                                          "SIZE_MAX",
                                          "SIZE_WIDTH",
                                          "WCHAR_MAX",
                                          "WCHAR_MIN",
                                          "WCHAR_WIDTH",
                                          "WINT_MAX",
                                          "WINT_MIN",
                                          "WINT_WIDTH",
                                          "XEN_GUEST_HANDLE",
                                          "XEN_GUEST_HANDLE_64",
                                          "XEN_LAYOUT_ASSERT",
                                          "int64_aligned_t",
                                          "max_align_t",
                                          "nullptr_t",
                                          "offsetof",
                                          "ptrdiff_t",
                                          "set_xen_guest_handle",
                                          "set_xen_guest_handle_raw",
                                          "size_t",
                                          "std",
                                          "uint64_aligned_t",
                                          "xen_layout_assert"};
    return word_in(name, words, sizeof words / sizeof *words) ||
           (str_starts(name, "_") && word_in(name, compilers, sizeof compilers / sizeof *compilers)) ||
           word_in(name, headers, sizeof headers / sizeof *headers) || is_stdint_name(name);
}

bool word_is_c(struct str name)
{
    return word_is_c_keyword(name) || is_implementation_name(name);
}

bool word_is_rust(struct str name)
{
    static const char *const words[] = {
        "abstract", "as",     "async",   "await",  "become",  "box",    "break", "const", "continue", "do",
        "dyn",      "else",   "enum",    "extern", "false",   "final",  "fn",    "for",   "gen",      "if",
        "impl",     "in",     "let",     "loop",   "macro",   "match",  "mod",   "move",  "mut",      "override",
        "priv",     "pub",    "ref",     "return", "static",  "struct", "trait", "true",  "try",      "type",
        "typeof",   "unsafe", "unsized", "use",    "virtual", "where",  "while", "yield"};
    return word_in(name, words, sizeof words / sizeof *words);
}
