#include "clang/config.h"

#include "base/buf.h"

const struct context_info contexts[CONTEXT_COUNT] = {
    [CONTEXT_GUEST] = {.name = "guest", .define = "__XEN_INTERFACE_VERSION__", .wants_version = true},
    [CONTEXT_LEGACY] = {.name = "legacy"},
    [CONTEXT_TOOLS] = {.name = "tools", .define = "__XEN_TOOLS__"},
    [CONTEXT_XEN] = {.name = "xen", .define = "__XEN__", .of_the_hypervisor = true},
};

enum context context_find(struct str name)
{
    enum context context = 0;
    while (context < CONTEXT_COUNT && !str_is(name, contexts[context].name)) {
        context++;
    }
    return context;
}

config_set config_sets(abi_set of_abis, context_set of_contexts)
{
    config_set set = 0;
    for (unsigned config = 0; config < CONFIG_COUNT; config++) {
        enum abi abi = config_abi(config);
        enum context context = config_context(config);
        bool is_c = abis[abi].runs_xen || !contexts[context].of_the_hypervisor;
        if (is_c && (of_abis & ABI_BIT(abi)) && (of_contexts & (1u << context))) {
            set |= CONFIG_BIT(config);
        }
    }
    return set;
}

config_set config_of_abi(enum abi abi)
{
    return config_sets(ABI_BIT(abi), CONTEXT_ALL);
}

/* The words for `set` if it is made of whole ABIs, else of whole contexts; false if it is neither. */
static bool whole_words(struct buf *out, config_set set, config_set all, bool by_abi)
{
    config_set left = set;
    for (unsigned i = 0; i < (by_abi ? (unsigned)ABI_COUNT : (unsigned)CONTEXT_COUNT); i++) {
        config_set part = all & (by_abi ? config_of_abi((enum abi)i) : config_sets(ABI_ALL, 1u << i));
        if (part && (set & part) == part) {
            buf_printf(out, "%s%s", out->len ? ", " : "", by_abi ? abis[i].name : contexts[i].name);
            left &= ~part;
        }
    }
    return !left;
}

struct str config_words(struct arena *arena, config_set set, config_set all)
{
    struct buf out = buf_new(arena);
    if (set == all || whole_words(&out, set, all, true)) {
        return set == all ? (struct str){"", 0} : buf_view(&out);
    }
    struct buf by_context = buf_new(arena);
    if (whole_words(&by_context, set, all, false)) {
        return buf_view(&by_context);
    }
    for (unsigned config = 0; config < CONFIG_COUNT; config++) {
        config_set abi = config_of_abi(config_abi(config)) & all;
        if ((set & CONFIG_BIT(config)) && (set & abi) != abi) {
            buf_printf(&out, "%s%s/%s", out.len ? ", " : "", abis[config_abi(config)].name,
                       contexts[config_context(config)].name);
        }
    }
    return buf_view(&out);
}
