#include "clang/view.h"

#include "base/buf.h"

const struct way_info ways[WAY_COUNT] = {
    [WAY_GUEST] = {.name = "guest", .define = "__XEN_INTERFACE_VERSION__", .wants_version = true},
    [WAY_LEGACY] = {.name = "legacy"},
    [WAY_TOOLS] = {.name = "tools", .define = "__XEN_TOOLS__"},
    [WAY_XEN] = {.name = "xen", .define = "__XEN__", .of_the_hypervisor = true},
};

enum way way_find(struct str name)
{
    enum way context = 0;
    while (context < WAY_COUNT && !str_is(name, ways[context].name)) {
        context++;
    }
    return context;
}

view_set view_sets(abi_set of_abis, way_set of_contexts)
{
    view_set set = 0;
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        enum abi abi = view_abi(config);
        enum way context = view_way(config);
        bool is_c = abis[abi].runs_xen || !ways[context].of_the_hypervisor;
        if (is_c && (of_abis & ABI_BIT(abi)) && (of_contexts & (1u << context))) {
            set |= VIEW_BIT(config);
        }
    }
    return set;
}

view_set view_of_abi(enum abi abi)
{
    return view_sets(ABI_BIT(abi), WAY_ALL);
}

/* The words for `set` if it is made of whole ABIs, else of whole ways; false if it is neither. */
static bool whole_words(struct buf *out, view_set set, view_set all, bool by_abi)
{
    view_set left = set;
    for (unsigned i = 0; i < (by_abi ? (unsigned)ABI_COUNT : (unsigned)WAY_COUNT); i++) {
        view_set part = all & (by_abi ? view_of_abi((enum abi)i) : view_sets(ABI_ALL, 1u << i));
        if (part && (set & part) == part) {
            buf_printf(out, "%s%s", out->len ? ", " : "", by_abi ? abis[i].name : ways[i].name);
            left &= ~part;
        }
    }
    return !left;
}

struct str view_words(struct arena *arena, view_set set, view_set all)
{
    struct buf out = buf_new(arena);
    if (set == all || whole_words(&out, set, all, true)) {
        return set == all ? (struct str){"", 0} : buf_view(&out);
    }
    struct buf by_context = buf_new(arena);
    if (whole_words(&by_context, set, all, false)) {
        return buf_view(&by_context);
    }
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        view_set abi = view_of_abi(view_abi(config)) & all;
        if ((set & VIEW_BIT(config)) && (set & abi) != abi) {
            buf_printf(&out, "%s%s/%s", out.len ? ", " : "", abis[view_abi(config)].name, ways[view_way(config)].name);
        }
    }
    return buf_view(&out);
}
