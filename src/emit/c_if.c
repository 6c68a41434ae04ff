/* Conditions in the C backend: sets of configurations, the tests for them, and rows of items under tests. */
#include "emit/c.h"
#include "spec/resolve.h"
#include "spec/sample.h"

#include <assert.h>
#include <string.h>

struct config_set c_def_set(const struct c_file *file, const struct def *def)
{
    return config_set_both(def_configs(file->spec, def), &file->all);
}

/* The ABIs that occur in a set. */
static abi_set set_abis(const struct c_file *file, const struct config_set *set)
{
    abi_set found = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct config_set there = config_set_both(*set, &file->spec->of_abi[abi]);
        found |= config_set_is_empty(&there) ? 0 : ABI_BIT(abi);
    }
    return found;
}

struct config_set c_set_half(const struct c_file *file, const struct config_set *set, bool opted_in)
{
    return opted_in ? config_set_both(*set, &file->spec->opted_in) : config_set_less(*set, &file->spec->opted_in);
}

unsigned c_config_mirror(const struct c_file *file, unsigned config)
{
    const struct sample *sample = &file->spec->samples[config_sample(config)];
    for (unsigned s = 0; s < file->spec->samples_len; s++) {
        const struct sample *other = &file->spec->samples[s];
        if (other->context == sample->context && other->interface == sample->interface &&
            other->opted_in != sample->opted_in) {
            return s * ABI_COUNT + config_abi(config);
        }
    }
    return config;
}

/* Whether each configuration is in a set along with the one that differs in the macros alone. */
static bool is_symmetric(const struct c_file *file, const struct config_set *set)
{
    bool same = true;
    for (unsigned config = 0; config < spec_configs(file->spec) && same; config += ABI_COUNT) {
        const uint64_t other = config_set_bits(set, c_config_mirror(file, config));
        same = (config_set_bits(set, config) & ~other & ABI_ALL) == 0;
    }
    return same;
}

/* Macros */

static bool conditions_have_macro(const struct conditions *conditions)
{
    bool has = false;
    for (size_t i = 0; i < conditions->any.len; i++) {
        has = has || conditions->any.at[i].macro.len;
    }
    return has;
}

/* Gathers macros. `seen`: the definitions that need no second look; `held`: what a definition uses counts too. */
struct gathering {
    const struct spec *spec;
    struct arena *arena;
    struct c_macros *macros;
    struct map names; /* those in `macros` */
    struct map seen;
    bool held;
};

static struct gathering gathering_new(const struct spec *spec, struct arena *arena, struct c_macros *macros, bool held)
{
    return (struct gathering){spec, arena, macros, map_new(arena), map_new(arena), held};
}

static void macros_add(struct gathering *g, const struct conditions *conditions)
{
    for (size_t i = 0; i < conditions->any.len; i++) {
        struct str macro = conditions->any.at[i].macro;
        if (macro.len && !map_add(&g->names, macro, g)) {
            VEC_PUSH(g->arena, &g->macros->names, macro);
        }
    }
}

static void macros_of(struct gathering *g, const struct def *def);

static void macros_of_symbol(struct gathering *g, const struct symbol *symbol)
{
    for (size_t i = 0; symbol && i < symbol->defs.len; i++) {
        macros_of(g, symbol->defs.at[i]);
    }
}

/* What an expression names: constants, and types that it measures. */
static void macros_of_part(const struct expr *part, void *data)
{
    struct gathering *g = data;
    const struct constant_ref *ref = part->kind == EXPR_NAME ? map_get(&g->spec->constants, part->name) : NULL;
    for (; ref; ref = ref->next) {
        macros_of(g, ref->def);
    }
    struct str word = type_word(part->type);
    macros_of_symbol(g, word.len ? map_get(&g->spec->symbols, word) : NULL);
}

static void macros_of_formula(struct gathering *g, const struct formula *formula)
{
    if (g->held && formula->expr) {
        expr_visit(formula->expr, macros_of_part, g);
    }
}

static void macros_of(struct gathering *g, const struct def *def)
{
    const struct def **key = ARENA_NEW(g->arena, const struct def *);
    *key = def;
    if (map_add(&g->seen, (struct str){(const char *)key, sizeof(const struct def *)}, key)) {
        return;
    }
    macros_add(g, &def->when.conditions);
    macros_of_formula(g, &def->more->formula);
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        macros_add(g, &field->more->when.conditions);
        const struct type *type = field->type;
        for (; type->kind == TYPE_ARRAY; type = type->more->of) {
            macros_of_formula(g, type->more->length);
        }
        if (type->kind == TYPE_RECORD) {
            macros_of(g, type->more->record);
        } else if (g->held && type->kind == TYPE_NAMED) {
            macros_of_symbol(g, type->more->symbol);
        }
    }
    for (size_t i = 0; i < def->more->variants.len; i++) {
        macros_add(g, &def->more->variants.at[i].when.conditions);
        macros_of_formula(g, &def->more->variants.at[i].formula);
    }
    for (size_t i = 0; i < def->more->bits.len; i++) {
        macros_add(g, &def->more->bits.at[i].when.conditions);
    }
}

void c_macros_of(const struct c_file *file, struct c_macros *macros, const struct def *def)
{
    if (file->c->macros.names.len) {
        struct gathering g = gathering_new(file->spec, file->arena, macros, true);
        macros_of(&g, def);
    }
}

void c_conditions_find(struct arena *arena, struct c_spec *c)
{
    c->samples = ARENA_ARRAY(arena, c->spec->samples_len, struct sample);
    for (size_t i = 0; i < c->spec->samples_len; i++) {
        c->samples[i] = c->spec->samples[i];
        if (c->samples[i].context == CONTEXT_GUEST && c->samples[i].interface == INTERFACE_NEWEST) {
            c->samples[i].interface = c->spec->newest_from;
        }
    }
    c->tests = ARENA_NEW(arena, struct map);
    *c->tests = map_new(arena);
    struct gathering g = gathering_new(c->spec, arena, &c->macros, false);
    for (size_t f = 0; f < c->spec->folders.len; f++) {
        for (size_t d = 0; d < c->spec->folders.at[f]->defs.len; d++) {
            macros_of(&g, c->spec->folders.at[f]->defs.at[d]);
        }
    }
}

void c_test_macros(struct buf *out, const struct c_macros *macros, bool opted_in)
{
    for (size_t i = 0; i < macros->names.len; i++) {
        buf_printf(out, "%s%sdefined(%.*s)", i ? " && " : "", opted_in ? "" : "!", STR_ARG(macros->names.at[i]));
    }
}

/* Tests */

static void note_interface(const struct c_file *file, struct str text)
{
    static const struct str macro = {"__XEN_INTERFACE_VERSION__", 25};
    for (size_t i = 0; i + macro.len <= text.len; i++) {
        if (memcmp(text.ptr + i, macro.ptr, macro.len) == 0) {
            *file->asks_interface = true;
        }
    }
}

/* The test for a set that macros make no difference to; false if there is no need for one. */
static bool set_test(const struct c_file *file, struct buf *out, const struct config_set *set,
                     const struct config_set *around, bool *is_mixed)
{
    if (config_set_equal(set, around)) {
        return false;
    }
    abi_set held = set_abis(file, set);
    const struct config_set rest = config_set_less(*around, set);
    if (!(held & set_abis(file, &rest))) {
        c_test_abis(out, held);
        return true;
    }
    *is_mixed = true;
    assert(file->c);
    struct conditions conditions =
        conditions_from_set(file->arena, file->c->samples, file->spec->samples_len, set, around);
    return conditions_c(out, &conditions, set_abis(file, around));
}

static bool has_either(struct str test)
{
    for (size_t i = 0; i + 1 < test.len; i++) {
        if (test.ptr[i] == '|' && test.ptr[i + 1] == '|') {
            return true;
        }
    }
    return false;
}

/* A test as a part of another one. */
static void put_part(struct buf *out, struct str part, bool alone)
{
    buf_printf(out, !alone && has_either(part) ? "(%.*s)" : "%.*s", STR_ARG(part));
}

static struct c_test make_test(const struct c_file *file, const struct config_set *set, const struct config_set *around,
                               const struct c_macros *macros)
{
    struct buf out = buf_new(file->arena);
    struct c_test test = {.set = *set};
    test.has_macro = macros && macros->names.len && !(is_symmetric(file, set) && is_symmetric(file, around));
    bool opted_in = true;
    for (unsigned i = 0; i < 2; i++, opted_in = !opted_in) {
        struct config_set half = c_set_half(file, set, opted_in), half_around = c_set_half(file, around, opted_in);
        struct buf rest = buf_new(file->arena);
        if (config_set_is_empty(&half) || (!test.has_macro && out.len)) {
            continue;
        }
        bool tested = set_test(file, &rest, &half, &half_around, &test.is_mixed);
        if (test.has_macro) {
            buf_text(&out, out.len ? " || " : "");
            c_test_macros(&out, macros, opted_in);
            buf_text(&out, tested ? " && " : "");
        }
        put_part(&out, buf_view(&rest), !test.has_macro);
    }
    test.is_mixed = test.is_mixed || test.has_macro;
    test.text = buf_view(&out);
    return test;
}

struct c_test c_test_set(const struct c_file *file, const struct config_set *set, const struct config_set *around,
                         const struct c_macros *macros)
{
    assert(file->c);
    const struct config_set sets[2] = {*set, *around};
    const struct c_test *known = macros ? NULL : map_get(file->c->tests, (struct str){(const char *)sets, sizeof sets});
    struct c_test test = known ? *known : make_test(file, set, around, macros);
    note_interface(file, test.text);
    if (!macros && !known) {
        /* Few tests serve most definitions. */
        struct arena *arena = file->c->tests->arena;
        struct c_test *kept = ARENA_NEW(arena, struct c_test);
        struct config_set *key = ARENA_ARRAY(arena, 2, struct config_set);
        memcpy(key, sets, sizeof sets);
        *kept = test;
        kept->text = str_copy(arena, test.text);
        map_add(file->c->tests, (struct str){(const char *)key, sizeof sets}, kept);
    }
    return test;
}

struct c_test c_test_when(const struct c_file *file, const struct when *when, const struct config_set *exists,
                          const struct config_set *around)
{
    struct c_test test = {.set = exists ? config_set_both(*exists, around) : *around};
    if (config_set_equal(&test.set, around)) {
        return test;
    }
    struct config_set written = conditions_configs(&when->conditions, file->spec->samples, file->spec->samples_len);
    written = config_set_both(written, around);
    test.has_macro = conditions_have_macro(&when->conditions);
    struct buf out = buf_new(file->arena);
    if (!config_set_equal(&written, around)) {
        conditions_c(&out, &when->conditions, set_abis(file, around));
    }
    if (config_set_equal(&written, &test.set)) {
        test.written = &when->conditions;
    } else {
        /* It is absent elsewhere too, as what it needs is. */
        struct c_test rest = c_test_set(file, &test.set, &written, &file->c->macros);
        if (out.len && rest.text.len) {
            struct str before = str_copy(file->arena, buf_view(&out));
            buf_clear(&out);
            put_part(&out, before, false);
            buf_text(&out, " && ");
            put_part(&out, rest.text, false);
        } else {
            buf_str(&out, rest.text);
        }
    }
    note_interface(file, buf_view(&out));
    test.text = buf_view(&out);
    return test;
}

/* Rows of items */

static bool same_condition(const struct condition *a, const struct condition *b)
{
    return a->abis == b->abis && a->contexts == b->contexts && a->interface_from == b->interface_from &&
           a->interface_end == b->interface_end;
}

/* Whether one test asks that a macro be defined and the other that it be not, and neither anything else. */
static bool is_opposite(const struct c_test *a, const struct c_test *b)
{
    if (!a->written || !b->written || a->written->any.len != 1 || b->written->any.len != 1) {
        return false;
    }
    const struct condition *first = &a->written->any.at[0], *second = &b->written->any.at[0];
    return first->macro.len && str_eq(first->macro, second->macro) && first->macro_not != second->macro_not &&
           same_condition(first, &CONDITION_ALWAYS) && same_condition(second, &CONDITION_ALWAYS);
}

bool c_test_excludes(const struct c_test *a, const struct c_test *b)
{
    struct config_set both = config_set_both(a->set, &b->set);
    return is_opposite(a, b) || (!a->has_macro && !b->has_macro && config_set_is_empty(&both));
}

bool c_test_is_by_abi(const struct c_test *test)
{
    bool is_by_abi = test->text.len && test->written;
    for (size_t i = 0; is_by_abi && i < test->written->any.len; i++) {
        struct condition condition = test->written->any.at[i];
        condition.abis = CONDITION_ALWAYS.abis;
        is_by_abi = same_condition(&condition, &CONDITION_ALWAYS) && !condition.macro.len;
    }
    return is_by_abi;
}

/* How an item follows the one before within the same #if: "#else", "#elif", or NULL if it cannot. */
static const char *branch(const struct c_chain *chain, const struct c_test *test, struct str name)
{
    if (!chain->open.text.len || !test->text.len || chain->has_else) {
        return NULL;
    }
    if (chain->branches == 1 && is_opposite(&chain->open, test)) {
        return "#else";
    }
    struct config_set before = config_set_either(chain->before, &chain->open.set),
                      both = config_set_both(before, &test->set);
    if (chain->has_macro || test->has_macro || !config_set_is_empty(&both)) {
        return NULL;
    }
    struct config_set all = config_set_either(before, &test->set);
    if (config_set_equal(&all, chain->around) && !test->has_others) {
        return "#else";
    }
    return name.len && str_eq(name, chain->name) ? "#elif" : NULL;
}

void c_chain_next(struct c_chain *chain, const struct c_test *test, struct str name, bool blank)
{
    const char *how = chain->started ? branch(chain, test, name) : NULL;
    bool same = str_eq(chain->open.text, test->text);
    if (same) {
        buf_text(chain->out, blank ? "\n" : "");
    } else if (how) {
        buf_text(chain->out, how);
        chain->has_else = strcmp(how, "#else") == 0;
        if (!chain->has_else) {
            buf_printf(chain->out, " %.*s", STR_ARG(test->text));
        }
        buf_char(chain->out, '\n');
        chain->before = config_set_either(chain->before, &chain->open.set);
        chain->branches++;
    } else {
        buf_text(chain->out, chain->open.text.len ? "#endif\n" : "");
        buf_text(chain->out, blank ? "\n" : "");
        if (test->text.len) {
            buf_printf(chain->out, "#if %.*s\n", STR_ARG(test->text));
        }
        chain->before = (struct config_set){{0}};
        chain->branches = 1;
        chain->has_else = false;
        chain->has_macro = false;
    }
    chain->has_macro = chain->has_macro || test->has_macro;
    /* The test's text may go before the next item comes. */
    struct str text = same || !test->text.len ? chain->open.text : str_copy(chain->out->arena, test->text);
    chain->open = *test;
    chain->open.text = test->text.len ? text : test->text;
    chain->name = name;
    chain->started = true;
}

void c_chain_end(struct c_chain *chain)
{
    buf_text(chain->out, chain->open.text.len ? "#endif\n" : "");
    chain->open.text.len = 0;
}

void c_emit_varying(const struct c_file *file, struct buf *out, const struct config_set *set,
                    const struct config_split *split, const struct c_macros *macros, c_emit_on *emit, const void *data)
{
    struct way {
        struct str text;
        struct config_set set;
    };
    VEC(struct way) ways = {NULL, 0, 0};
    const struct config_set firsts = spec_firsts(file->spec, split, set);
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        struct buf text = buf_new(file->arena);
        emit(file, &text, data, config);
        size_t i = 0;
        while (i < ways.len && !str_eq(ways.at[i].text, buf_view(&text))) {
            i++;
        }
        if (i == ways.len) {
            VEC_PUSH(file->arena, &ways, (struct way){.text = buf_view(&text)});
        }
        const struct config_set class = spec_class(file->spec, split, config);
        ways.at[i].set = config_set_either(ways.at[i].set, &class);
    }
    if (ways.len == 1) {
        buf_str(out, ways.at[0].text);
        return;
    }
    for (size_t i = 0; i < ways.len; i++) {
        const struct config_set there = config_set_both(ways.at[i].set, set);
        struct c_test test = c_test_set(file, &there, set, macros);
        if (test.is_mixed && i && i + 1 == ways.len) {
            buf_text(out, "#else\n");
        } else if (test.text.len) {
            buf_printf(out, "%s %.*s\n", i ? "#elif" : "#if", STR_ARG(test.text));
        }
        buf_str(out, ways.at[i].text);
    }
    buf_text(out, ways.len ? "#endif\n" : "");
}
