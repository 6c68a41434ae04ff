/*
 * Conditions: where a definition, a member or a value exists. And what they are asked of: a sample is one way to
 * include the headers, a configuration is a sample on an ABI.
 */
#ifndef XB_ABI_CONDITION_H
#define XB_ABI_CONDITION_H

#include "abi/abi.h"
#include "base/buf.h"
#include "base/vec.h"

/* Who includes a header. Guests choose an interface version; tools and Xen itself have the newest. */
enum context { CONTEXT_TOOLS, CONTEXT_GUEST, CONTEXT_XEN, CONTEXT_COUNT };

/* A set of contexts: bit `1 << context`. */
typedef uint32_t context_set;
#define CONTEXT_ALL          ((context_set)((1u << CONTEXT_COUNT) - 1))
#define CONTEXT_BIT(context) ((context_set)1 << (context))

struct context_info {
    const char *name;   /* in the spec: "tools" */
    const char *c_test; /* preprocessor expression that holds in this context only */
};

extern const struct context_info contexts[CONTEXT_COUNT];

/* The context of that name, or CONTEXT_COUNT. */
enum context context_find(struct str name);

/* An interface version that is newer than any that a condition names. */
#define INTERFACE_NEWEST UINT32_MAX

/* A release of Xen as a number that compares as releases do: "4.17" is 4 << 16 | 17. 0: none given. */
typedef uint32_t xen_release;

/* Reads "4.17"; false if it is no release. */
bool release_parse(struct str s, xen_release *release);

/* One way for all of it to hold at once. */
struct condition {
    abi_set abis;                           /* ABI_ALL where none is named */
    context_set contexts;                   /* likewise */
    uint32_t interface_from, interface_end; /* from <= version < end; 0 and INTERFACE_NEWEST where not said */
    xen_release since, until;               /* since <= release < until; 0 where not said */
    struct str macro;                       /* that the includer must have defined (or not, with `macro_not`) */
    bool macro_not;
};

/* The condition that always holds. */
#define CONDITION_ALWAYS \
    ((struct condition){.abis = ABI_ALL, .contexts = CONTEXT_ALL, .interface_end = INTERFACE_NEWEST})

/* Any of several; empty: always. */
struct conditions {
    VEC(struct condition) any;
};

/* One way to include the headers. */
struct sample {
    enum context context;
    uint32_t interface; /* version; INTERFACE_NEWEST but for guests that ask for an older one */
    bool opted_in;      /* whether the includer has defined every macro that conditions ask for */
};

/* The first one is what Rust gets and what messages do not mention: tools, with the newest interface. */
#define SAMPLE_DEFAULT 0

/*
 * A configuration is `sample * ABI_COUNT + abi`, so that those of the default sample have the ABI's number. There are
 * at most CONFIGS_MAX: more interface versions than that has room for are a finding of the reader.
 */
#define SAMPLES_MAX 66
#define CONFIGS_MAX (SAMPLES_MAX * (unsigned)ABI_COUNT)

static inline enum abi config_abi(unsigned config)
{
    return (enum abi)(config % ABI_COUNT);
}

static inline unsigned config_sample(unsigned config)
{
    return config / ABI_COUNT;
}

struct config_set {
    uint64_t words[(CONFIGS_MAX + 63) / 64];
};

static inline bool config_set_has(const struct config_set *set, unsigned config)
{
    return set->words[config / 64] >> (config % 64) & 1;
}

/* 64 configurations of a set from `config` on, the first of them lowest. */
static inline uint64_t config_set_bits(const struct config_set *set, unsigned config)
{
    const unsigned word = config / 64, shift = config % 64;
    const bool split = shift && word + 1 < sizeof set->words / sizeof *set->words;
    return set->words[word] >> shift | (split ? set->words[word + 1] << (64 - shift) : 0);
}

static inline void config_set_add(struct config_set *set, unsigned config)
{
    set->words[config / 64] |= UINT64_C(1) << (config % 64);
}

/* Adds the configurations of a sample on some ABIs. */
static inline void config_set_add_abis(struct config_set *set, unsigned sample, abi_set on)
{
    const unsigned config = sample * ABI_COUNT, shift = config % 64;
    set->words[config / 64] |= (uint64_t)on << shift;
    if (shift > 64 - (unsigned)ABI_COUNT) {
        set->words[config / 64 + 1] |= (uint64_t)on >> (64 - shift);
    }
}

static inline bool config_set_equal(const struct config_set *a, const struct config_set *b)
{
    for (size_t i = 0; i < sizeof a->words / sizeof *a->words; i++) {
        if (a->words[i] != b->words[i]) {
            return false;
        }
    }
    return true;
}

static inline bool config_set_is_empty(const struct config_set *set)
{
    static const struct config_set none = {{0}};
    return config_set_equal(set, &none);
}

/* What is in `a` and not in `b`. */
static inline struct config_set config_set_less(struct config_set a, const struct config_set *b)
{
    for (size_t i = 0; i < sizeof a.words / sizeof *a.words; i++) {
        a.words[i] &= ~b->words[i];
    }
    return a;
}

static inline struct config_set config_set_both(struct config_set a, const struct config_set *b)
{
    for (size_t i = 0; i < sizeof a.words / sizeof *a.words; i++) {
        a.words[i] &= b->words[i];
    }
    return a;
}

static inline struct config_set config_set_either(struct config_set a, const struct config_set *b)
{
    for (size_t i = 0; i < sizeof a.words / sizeof *a.words; i++) {
        a.words[i] |= b->words[i];
    }
    return a;
}

/* The first configuration of a set from `config` on; CONFIGS_MAX where there is none. */
static inline unsigned config_set_next(const struct config_set *set, unsigned config)
{
    while (config < CONFIGS_MAX) {
        const uint64_t rest = set->words[config / 64] >> (config % 64);
        if (rest & 1) {
            return config;
        }
        config = rest ? config + 1 : (config | 63) + 1;
    }
    return CONFIGS_MAX;
}

/* The first configuration of a set that is not empty. */
static inline unsigned config_set_first(const struct config_set *set)
{
    return config_set_next(set, 0);
}

/* Whether one of the conditions holds for a sample on an ABI. Releases are not asked: the reader has decided them. */
bool conditions_hold(const struct conditions *conditions, const struct sample *sample, enum abi abi);

/* The configurations of some samples in which one of the conditions holds. */
struct config_set conditions_configs(const struct conditions *conditions, const struct sample *samples,
                                     size_t samples_len);

/* Conditions that must hold all at once: one's own, and those of what it stands in. */
struct condition_chain {
    const struct conditions *own;
    const struct condition_chain *outer;
};

/*
 * Whether two chains can hold at once for some includer, on an ABI of `among`. Configurations have all macros or none,
 * so they do not tell of an includer that defines one of two.
 */
bool conditions_meet(const struct condition_chain *a, const struct condition_chain *b, abi_set among);

/* Whether some condition may hold in a release; 0 for the newest. */
bool conditions_in_release(const struct conditions *conditions, xen_release release);

/*
 * The fewest conditions found that hold in just the configurations of `wanted`, among those of `among`: what is in
 * neither may come out either way. `samples` are the samples that both are about. How an importer makes conditions of
 * what it saw. No condition asks for a macro; where nothing is wanted there is one that holds on no ABI.
 */
struct conditions conditions_from_set(struct arena *arena, const struct sample *samples, size_t samples_len,
                                      const struct config_set *wanted, const struct config_set *among);

/*
 * The preprocessor's test, without `#if`: "defined(__x86_64__) && __XEN_INTERFACE_VERSION__ < 0x00040600". ABIs are
 * tested for among those of `among`. Long tests are broken into lines. False, and nothing written, where no test is
 * needed; "0" for what never holds.
 */
bool conditions_c(struct buf *out, const struct conditions *conditions, abi_set among);

/*
 * As the value of `when` in the house form: `{ abi = ["x86"], interface = "< 0x00040600" }`, or an array of such; `{}`
 * for always.
 */
void conditions_toml(struct buf *out, const struct conditions *conditions);

/* In words for people: "x86_64, x86_32; tools; interface < 0x00040600". Empty: always. */
struct str conditions_words(struct arena *arena, const struct conditions *conditions);

#endif
