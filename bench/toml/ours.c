/* toml-ours FILE: reads a TOML file as the compiler does, and no further, and prints how many `structs` it has. */
#include "../../tests/toml/alone.h"
#include "base/input.h"
#include "diag/diag.h"
#include "toml/toml.h"

static int count(struct arena *arena, const void *path)
{
    struct source source = {.path = str_from(path)};
    struct str error;
    if (!input_read(arena, source.path, &source.text, &error)) {
        fprintf(stderr, "%.*s\n", STR_ARG(error));
        return 2;
    }
    struct diags diags = diags_new(arena);
    const struct toml_document *document = toml_parse(arena, &source, TOML_1_1, &diags);
    const struct toml_entry *structs = toml_get(document->root, STR("structs"));
    printf("%zu\n", structs && structs->value.type == TOML_ARRAY ? structs->value.as.array->len : 0);
    return diags.list.len ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: toml-ours FILE\n");
        return 2;
    }
    return run_alone(count, argv[1]);
}
