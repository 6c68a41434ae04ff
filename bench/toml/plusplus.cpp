/* toml-plusplus FILE: reads a TOML file with toml++ and prints how many `structs` it has. */
#include <cstdio>
#include <toml++/toml.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: toml-plusplus FILE\n");
        return 2;
    }
    try {
        const toml::table table = toml::parse_file(argv[1]);
        std::printf("%zu\n", table["structs"].as_array()->size());
    } catch (const toml::parse_error &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
