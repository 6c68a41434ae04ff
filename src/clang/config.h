/*
 * Configurations: what decides how a header reads. An ABI, and the context in which it is
 * included: by a guest, by the tools, by Xen itself.
 */
#ifndef XB_CLANG_CONFIG_H
#define XB_CLANG_CONFIG_H

#include "abi/abi.h"

enum context { CONTEXT_GUEST, CONTEXT_LEGACY, CONTEXT_TOOLS, CONTEXT_XEN, CONTEXT_COUNT };

/* A set of contexts: bit `1 << context`. */
typedef uint32_t context_set;
#define CONTEXT_ALL ((context_set)((1u << CONTEXT_COUNT) - 1))

struct context_info {
    const char *name;
    const char *define;     /* the macro that makes it, or NULL */
    bool wants_version;     /* the macro's value is the interface version that guests ask for */
    bool of_the_hypervisor; /* exists only where Xen itself runs */
};

extern const struct context_info contexts[CONTEXT_COUNT];

#define CONFIG_COUNT ((unsigned)ABI_COUNT * (unsigned)CONTEXT_COUNT)

/* A set of configurations: bit `1 << config`, where config = abi * CONTEXT_COUNT + context. */
typedef uint32_t config_set;
#define CONFIG_BIT(config) ((config_set)1 << (config))

static inline enum abi config_abi(unsigned config)
{
    return (enum abi)(config / CONTEXT_COUNT);
}

static inline enum context config_context(unsigned config)
{
    return (enum context)(config % CONTEXT_COUNT);
}

/* The context of that name, or CONTEXT_COUNT. */
enum context context_find(struct str name);

/* Every configuration of these ABIs and contexts in which headers are C at all. */
config_set config_sets(abi_set of_abis, context_set of_contexts);

/* Those of one ABI. */
config_set config_of_abi(enum abi abi);

/*
 * `set` in words, "x86_64, arm32" or "tools" or "x86_32/guest, arm32/xen", for people who know that
 * it is about `all`; empty where the two are the same. A comma separates the words.
 */
struct str config_words(struct arena *arena, config_set set, config_set all);

#endif
