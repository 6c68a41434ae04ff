/*
 * Configurations: what decides how a header reads. An ABI, and the context in which it is
 * included: by a guest, by the tools, by Xen itself.
 */
#ifndef XB_CLANG_VIEW_H
#define XB_CLANG_VIEW_H

#include "abi/abi.h"

enum way { WAY_GUEST, WAY_LEGACY, WAY_TOOLS, WAY_XEN, WAY_COUNT };

/* A set of ways: bit `1 << context`. */
typedef uint32_t way_set;
#define WAY_ALL ((way_set)((1u << WAY_COUNT) - 1))

struct way_info {
    const char *name;
    const char *define;     /* the macro that makes it, or NULL */
    bool wants_version;     /* the macro's value is the interface version that guests ask for */
    bool of_the_hypervisor; /* exists only where Xen itself runs */
};

extern const struct way_info ways[WAY_COUNT];

#define VIEW_COUNT ((unsigned)ABI_COUNT * (unsigned)WAY_COUNT)

/* A set of configurations: bit `1 << config`, where config = abi * WAY_COUNT + context. */
typedef uint32_t view_set;
#define VIEW_BIT(config) ((view_set)1 << (config))

static inline enum abi view_abi(unsigned config)
{
    return (enum abi)(config / WAY_COUNT);
}

static inline enum way view_way(unsigned config)
{
    return (enum way)(config % WAY_COUNT);
}

/* The context of that name, or WAY_COUNT. */
enum way way_find(struct str name);

/* Every configuration of these ABIs and ways in which headers are C at all. */
view_set view_sets(abi_set of_abis, way_set of_contexts);

/* Those of one ABI. */
view_set view_of_abi(enum abi abi);

/*
 * `set` in words, "x86_64, arm32" or "tools" or "x86_32/guest, arm32/xen", for people who know that
 * it is about `all`; empty where the two are the same. A comma separates the words.
 */
struct str view_words(struct arena *arena, view_set set, view_set all);

#endif
