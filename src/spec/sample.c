#include "spec/sample.h"

#include "base/buf.h"

#include "spec/resolve.h"

#include <stdlib.h>

/* The newest interface in each context, a range of versions below each that is named, and all of them with macros. */
_Static_assert(2 * (CONTEXT_COUNT + INTERFACE_VERSIONS_MAX) <= SAMPLES_MAX, "room for every sample");

struct sampler {
    struct spec *spec;
    struct diags *diags;
    context_set contexts; /* that conditions tell apart */
    bool has_macro;
    VEC(uint32_t) versions;
    struct span last; /* the condition that was looked at last */
};

typedef void when_visitor(struct sampler *s, struct def *def, struct when *when);

static void visit_fields(struct sampler *s, struct def *def, when_visitor *visit)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        struct field *field = &def->fields.at[i];
        if (field->more != &field_more_none) {
            visit(s, def, &field_more(s->spec->arena, field)->when);
        }
        struct def *record = field_record(field);
        if (record) {
            visit_fields(s, record, visit);
        }
    }
}

static void visit_all(struct sampler *s, when_visitor *visit)
{
    for (size_t f = 0; f < s->spec->folders.len; f++) {
        struct folder *folder = s->spec->folders.at[f];
        for (size_t i = 0; i < folder->includes.len; i++) {
            struct def holder = {.source = folder->includes.at[i].source};
            visit(s, &holder, &folder->includes.at[i].when);
        }
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            visit(s, def, &def->when);
            visit_fields(s, def, visit);
            for (size_t i = 0; i < def->more->variants.len; i++) {
                visit(s, def, &def->more->variants.at[i].when);
            }
            for (size_t i = 0; i < def->more->bits.len; i++) {
                visit(s, def, &def->more->bits.at[i].when);
            }
            for (size_t i = 0; def->row && i < def->row->args.len; i++) {
                visit(s, def, &def->row->args.at[i].when);
            }
            for (size_t i = 0; def->row && i < def->row->ops.len; i++) {
                visit(s, def, &def->row->ops.at[i].when);
            }
        }
    }
}

static void add_version(struct sampler *s, uint32_t version)
{
    for (size_t i = 0; i < s->versions.len; i++) {
        if (s->versions.at[i] == version) {
            return;
        }
    }
    if (s->versions.len == INTERFACE_VERSIONS_MAX) {
        diag_add(s->diags, RULE_CONDITION_LIMIT, s->last, "conditions name more than %d interface versions",
                 INTERFACE_VERSIONS_MAX);
    }
    if (s->versions.len <= INTERFACE_VERSIONS_MAX) {
        VEC_PUSH(s->spec->arena, &s->versions, version);
    }
}

static void collect(struct sampler *s, struct def *def, struct when *when)
{
    s->last = def_span(def, when->off, when->len);
    for (size_t i = 0; i < when->conditions.any.len; i++) {
        const struct condition *condition = &when->conditions.any.at[i];
        if (condition->contexts != CONTEXT_ALL) {
            s->contexts = CONTEXT_ALL;
        }
        s->has_macro = s->has_macro || condition->macro.ptr;
        if (condition->interface_from) {
            add_version(s, condition->interface_from);
        }
        if (condition->interface_end != INTERFACE_NEWEST) {
            add_version(s, condition->interface_end);
        }
    }
}

static int compare_versions(const void *pa, const void *pb)
{
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    return (a > b) - (a < b);
}

static void make_samples(struct sampler *s)
{
    VEC(struct sample) samples = {0};
    struct arena *arena = s->spec->arena;
    if (s->versions.len > INTERFACE_VERSIONS_MAX) {
        s->versions.len = INTERFACE_VERSIONS_MAX;
    }
    VEC_PUSH(arena, &samples, ((struct sample){.context = CONTEXT_TOOLS, .interface = INTERFACE_NEWEST}));
    if (s->contexts || s->versions.len) {
        VEC_PUSH(arena, &samples, ((struct sample){.context = CONTEXT_GUEST, .interface = INTERFACE_NEWEST}));
    }
    if (s->contexts) {
        VEC_PUSH(arena, &samples, ((struct sample){.context = CONTEXT_XEN, .interface = INTERFACE_NEWEST}));
    }
    if (s->versions.len) {
        qsort(s->versions.at, s->versions.len, sizeof *s->versions.at, compare_versions);
    }
    /* Each range of versions below the newest, by its first one. */
    for (size_t i = 0; i < s->versions.len; i++) {
        uint32_t first = i ? s->versions.at[i - 1] : 0;
        VEC_PUSH(arena, &samples, ((struct sample){.context = CONTEXT_GUEST, .interface = first}));
    }
    for (size_t i = 0, plain = samples.len; i < plain && s->has_macro; i++) {
        struct sample opted_in = samples.at[i];
        opted_in.opted_in = true;
        VEC_PUSH(arena, &samples, opted_in);
    }
    s->spec->samples = samples.at;
    s->spec->samples_len = samples.len;
    s->spec->newest_from = s->versions.len ? s->versions.at[s->versions.len - 1] : 0;
    for (unsigned config = 0; config < spec_configs(s->spec); config++) {
        if (!(spec_abis(s->spec) & ABI_BIT(config_abi(config)))) {
            continue;
        }
        config_set_add(&s->spec->of_abi[config_abi(config)], config);
        config_set_add(&s->spec->all, config);
        if (s->spec->samples[config_sample(config)].opted_in) {
            config_set_add(&s->spec->opted_in, config);
        }
    }
}

static void settle(struct sampler *s, struct def *def, struct when *when)
{
    (void)def;
    if (!when->conditions.any.len) {
        return;
    }
    struct config_set *set = ARENA_NEW(s->spec->arena, struct config_set);
    *set = conditions_configs(&when->conditions, s->spec->samples, s->spec->samples_len);
    *set = config_set_both(*set, &s->spec->all);
    when->exists = set;
}

static struct config_set abi_configs(const struct spec *spec, abi_set on)
{
    struct config_set set = {{0}};
    if (on == ABI_ALL) {
        return spec->all;
    }
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (on & ABI_BIT(abi)) {
            set = config_set_either(set, &spec->of_abi[abi]);
        }
    }
    return set;
}

struct config_set when_configs(const struct spec *spec, const struct when *when)
{
    return when->exists ? *when->exists : abi_configs(spec, ABI_ALL);
}

struct config_set def_configs(const struct spec *spec, const struct def *def)
{
    while (def->outer) {
        def = def->outer;
    }
    return def->exists ? *def->exists : abi_configs(spec, def->abis);
}

struct config_set spec_firsts(const struct spec *spec, const struct config_split *split, const struct config_set *set)
{
    struct config_set firsts = {{0}}, seen = {{0}};
    const bool all = (set->words[0] & ABI_ALL) == ABI_ALL;
    if (!split && all) {
        firsts.words[0] = ABI_ALL; /* all ABIs of the first sample */
        return firsts;
    }
    for (enum abi abi = 0; abi < ABI_COUNT && !split; abi++) {
        const struct config_set here = config_set_both(*set, &spec->of_abi[abi]);
        const unsigned first = config_set_next(&here, 0);
        if (first < CONFIGS_MAX) {
            config_set_add(&firsts, first);
        }
    }
    unsigned left = split ? split->classes : 0;
    for (unsigned config = 0; left && (config = config_set_next(set, config)) < CONFIGS_MAX; config++) {
        if (!config_set_has(&seen, split->of[config])) {
            config_set_add(&seen, split->of[config]);
            config_set_add(&firsts, config);
            left--;
        }
    }
    return firsts;
}

struct config_set spec_class(const struct spec *spec, const struct config_split *split, unsigned config)
{
    if (!split) {
        return spec->of_abi[config_abi(config)];
    }
    struct config_set class = {{0}};
    for (unsigned other = 0; other < split->configs; other++) {
        if (split->of[other] == split->of[config]) {
            config_set_add(&class, other);
        }
    }
    return class;
}

bool defs_meet(const struct def *a, const struct when *a_when, const struct def *b, const struct when *b_when)
{
    static const struct conditions always = {0};
    const struct def *tops[2] = {a, b};
    abi_set among = ABI_ALL;
    for (size_t i = 0; i < 2; i++) {
        while (tops[i]->outer) {
            tops[i] = tops[i]->outer;
        }
        enum arch arch = tops[i]->folder->arch;
        among &= arch == ARCH_COUNT ? ABI_ALL : archs[arch].abis;
    }
    struct condition_chain of_a = {.own = &tops[0]->when.conditions}, of_b = {.own = &tops[1]->when.conditions};
    return conditions_meet(&(struct condition_chain){a_when ? &a_when->conditions : &always, &of_a},
                           &(struct condition_chain){b_when ? &b_when->conditions : &always, &of_b}, among);
}

/* The ABIs of a set in one sample. */
static abi_set set_abis(const struct config_set *set, unsigned sample)
{
    return (abi_set)config_set_bits(set, sample * ABI_COUNT) & ABI_ALL;
}

struct str configs_words(const struct spec *spec, const struct config_set *set)
{
    unsigned i = 0;
    while (i + 1 < spec->samples_len && !set_abis(set, i)) {
        i++;
    }
    const struct sample *sample = &spec->samples[i];
    struct buf words = buf_new(spec->arena);
    if (i == SAMPLE_DEFAULT || set_abis(set, i) != spec_abis(spec)) {
        buf_str(&words, abi_set_names(spec->arena, set_abis(set, i)));
    }
    if (i != SAMPLE_DEFAULT) {
        buf_printf(&words, "%s%s", words.len ? ", " : "", contexts[sample->context].name);
    }
    if (sample->interface != INTERFACE_NEWEST) {
        buf_printf(&words, " with interface 0x%08x", (unsigned)sample->interface);
    }
    if (sample->opted_in) {
        buf_text(&words, sample->interface != INTERFACE_NEWEST ? " and its macros" : " with its macros");
    }
    return buf_view(&words);
}

/* Inline records are where what they stand in is. */
static void confine_inline(struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        struct def *record = field_record(&def->fields.at[i]);
        if (record) {
            record->abis = def->abis;
            record->exists = def->exists;
            confine_inline(record);
        }
    }
}

void def_confine(struct spec *spec, struct def *def, const struct config_set *set)
{
    def->abis = set_abis(set, SAMPLE_DEFAULT);
    struct config_set by_abi = abi_configs(spec, def->abis);
    if (config_set_equal(set, &by_abi) && !def->when.conditions.any.len) {
        def->exists = NULL;
    } else {
        struct config_set *copy = ARENA_NEW(spec->arena, struct config_set);
        *copy = *set;
        def->exists = copy;
    }
    confine_inline(def);
}

void spec_samples(struct spec *spec, struct diags *diags)
{
    struct sampler s = {.spec = spec, .diags = diags};
    visit_all(&s, collect);
    make_samples(&s);
    visit_all(&s, settle);
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        abi_set on = folder->arch == ARCH_COUNT ? ABI_ALL : archs[folder->arch].abis;
        struct config_set there = abi_configs(spec, on);
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            struct config_set set = there;
            if (def->when.exists) {
                set = config_set_both(set, def->when.exists);
            }
            def_confine(spec, def, &set);
        }
    }
}
