#include "clang/libclang.h"

#include "base/arena.h"

#include <dlfcn.h>
#include <string.h>

/* The same functions as names, and where they go in the struct. */
static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define LIBCLANG_ROW(name) {"clang_" #name, offsetof(struct libclang, name)},
    LIBCLANG_FUNCTIONS(LIBCLANG_ROW)
#undef LIBCLANG_ROW
};

static const char *load_error(void)
{
    const char *error = dlerror(); /* NOLINT(concurrency-mt-unsafe) */
    return error ? error : "no reason given";
}

bool libclang_load(struct arena *arena, struct libclang *clang, struct str *error)
{
    /* The one that the build found: its headers are those that this program knows it by. */
    void *library = dlopen(XENBINDGEN_LIBCLANG, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *error = str_printf(arena, "cannot load libclang; install it again (Debian: libclang1-14): %s", load_error());
        return false;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *symbol = dlsym(library, functions[i].name);
        if (!symbol) {
            *error =
                str_printf(arena, "libclang is not whole; install it again (Debian: libclang1-14): %s", load_error());
            return false;
        }
        /* POSIX has functions and objects the same kind of pointer; C does not, so the bytes are copied. */
        memcpy((char *)clang + functions[i].offset, (const void *)&symbol, sizeof symbol);
    }
    return true;
}

struct str libclang_str(const struct libclang *clang, struct arena *arena, CXString string)
{
    const char *text = clang->getCString(string);
    struct str copy = text ? str_copy(arena, str_from(text)) : (struct str){"", 0};
    clang->disposeString(string);
    return copy;
}
