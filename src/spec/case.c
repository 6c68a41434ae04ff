/* How a name of the spec is spelled elsewhere: in Rust, in capitals, in small letters. */
#include "spec/namer.h"

#include "spec/words.h"

/* A name as Rust's identifier: raw where it is a keyword, with a tail where not even that works. */
struct str name_rust(struct arena *arena, struct str name)
{
    /* `ALL` is bitflags' own inside its macro, where a type of that name would be taken for it. */
    static const char *const never_raw[] = {"ALL", "Self", "crate", "self", "super"};
    if (word_in(name, never_raw, sizeof never_raw / sizeof *never_raw)) {
        return str_printf(arena, "%.*s_", STR_ARG(name));
    }
    if (word_is_rust(name)) {
        return str_printf(arena, "r#%.*s", STR_ARG(name));
    }
    return str_is(name, "_") ? STR("__") : name;
}

/* xen_domctl_2l_x becomes XenDomctl2lX; a `_` stays at the front and between two digits. */
struct str name_pascal(struct arena *arena, struct str name)
{
    char *out = arena_alloc(arena, name.len);
    size_t len = 0;
    bool start = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_') {
            bool digits = len && ascii_is_digit(out[len - 1]) && i + 1 < name.len && ascii_is_digit(name.ptr[i + 1]);
            bool front = !len || out[len - 1] == '_';
            if (digits || front) {
                out[len++] = '_';
            }
            start = true;
        } else {
            out[len++] = start ? ascii_to_upper(c) : c;
            start = false;
        }
    }
    return name_rust(arena, (struct str){out, len});
}

struct str name_upper(struct arena *arena, struct str name)
{
    char *bytes = arena_alloc(arena, name.len);
    for (size_t i = 0; i < name.len; i++) {
        bytes[i] = ascii_to_upper(name.ptr[i]);
    }
    return (struct str){bytes, name.len};
}

/* A name that may begin with a digit, as an identifier. */
struct str name_begun(struct arena *arena, struct str name)
{
    return name.len && ascii_is_digit(name.ptr[0]) ? str_printf(arena, "_%.*s", STR_ARG(name)) : name;
}

/* The name of an associated constant. */
struct str name_rust_constant(struct arena *arena, struct str name)
{
    struct str upper = name_upper(arena, name_begun(arena, name));
    return str_is(upper, "_") ? STR("__") : upper;
}

struct str name_lower(struct arena *arena, struct str name)
{
    char *bytes = arena_alloc(arena, name.len);
    for (size_t i = 0; i < name.len; i++) {
        bytes[i] = ascii_to_lower(name.ptr[i]);
    }
    return (struct str){bytes, name.len};
}
