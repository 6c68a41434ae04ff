/* A spec of one file or several, through every stage, every check and every backend, in every release that it names. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct fuzz_files files = fuzz_split(&arena, (struct str){(const char *)data, size});
    struct pipeline found;
    (void)fuzz_spec(&arena, &files, &found);
    arena_free(&arena);
    return 0;
}
