/* Conditions for a set of configurations: a small two-level minimiser. */
#include "abi/condition.h"

#include <string.h>

/* The contexts that always have the newest interface. */
#define HOSTS (CONTEXT_ALL & ~CONTEXT_BIT(CONTEXT_GUEST))

/*
 * Covers of up to so many terms are searched for all there are, in so many steps; beyond either the next best term is
 * taken again and again.
 */
#define TERMS_MAX 4
#define STEPS_MAX 20000

/*
 * What is wanted of the ABIs that one sample stands for, or several neighbours that want the same. What is in neither
 * set may come out either way.
 */
struct column {
    uint32_t version, last; /* of guests: the lowest and the highest */
    abi_set on, off;
};

/* Room for tools and Xen with each sample a guest. */
#define GRID_COLUMNS (CONTEXT_COUNT + SAMPLES_MAX)

/* One column for each context but guests, at its number; then guests by their versions. */
struct grid {
    struct column at[GRID_COLUMNS];
    unsigned len;
};
#define FIRST_GUEST CONTEXT_COUNT

/* A term that may be part of the answer: columns, and the most ABIs that it can hold for. */
struct term {
    context_set hosts;
    bool has_guests;
    unsigned begin, end; /* columns of guests */
    abi_set allowed;
    abi_set needed; /* ABIs that nothing else in an answer covers */
};

struct terms {
    VEC(struct term) list;
};

/* What is still to be covered of each column. */
struct cells {
    abi_set at[GRID_COLUMNS];
};

struct search {
    const struct grid *grid;
    const struct terms *terms;
    struct term chosen[TERMS_MAX], best[TERMS_MAX];
    uint64_t best_cost; /* UINT64_MAX: none found */
    unsigned steps;
};

static void add_cell(struct column *column, abi_set on, abi_set off)
{
    column->on |= on;
    column->off = (column->off | off) & ~column->on;
}

/* The column of a guest's version, made where it belongs. */
static struct column *guest_column(struct grid *grid, uint32_t version)
{
    unsigned i = grid->len;
    while (i > FIRST_GUEST && grid->at[i - 1].version >= version) {
        i--;
    }
    if (i < grid->len && grid->at[i].version == version) {
        return &grid->at[i];
    }
    memmove(&grid->at[i + 1], &grid->at[i], (grid->len - i) * sizeof *grid->at);
    grid->at[i] = (struct column){.version = version, .last = version};
    grid->len++;
    return &grid->at[i];
}

/* Leaves out versions of which nothing is known, and makes one of neighbours that are alike. */
static void narrow(struct grid *grid)
{
    unsigned len = FIRST_GUEST;
    for (unsigned i = FIRST_GUEST; i < grid->len; i++) {
        const struct column *column = &grid->at[i];
        const struct column *before = len > FIRST_GUEST ? &grid->at[len - 1] : NULL;
        if (before && before->on == column->on && before->off == column->off) {
            grid->at[len - 1].last = column->last;
        } else if (column->on || column->off) {
            grid->at[len++] = *column;
        }
    }
    grid->len = len;
}

static void make_grid(struct grid *grid, const struct sample *samples, size_t samples_len,
                      const struct config_set *wanted, const struct config_set *among)
{
    memset(grid, 0, sizeof *grid);
    grid->len = FIRST_GUEST;
    for (unsigned i = 0; i < samples_len; i++) {
        abi_set on = 0, off = 0;
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            const unsigned config = i * ABI_COUNT + abi;
            if (config_set_has(among, config)) {
                *(config_set_has(wanted, config) ? &on : &off) |= ABI_BIT(abi);
            }
        }
        const bool is_guest = samples[i].context == CONTEXT_GUEST;
        add_cell(is_guest ? guest_column(grid, samples[i].interface) : &grid->at[samples[i].context], on, off);
    }
    narrow(grid);
}

static bool term_has(const struct term *term, unsigned column)
{
    return column < FIRST_GUEST ? (term->hosts & CONTEXT_BIT(column)) != 0
                                : term->has_guests && term->begin <= column && column < term->end;
}

/* The fewest names for a set of ABIs that holds what is needed and nothing that is not allowed. */
static abi_set choose_abis(abi_set needed, abi_set allowed)
{
    abi_set set = 0;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        const abi_set here = needed & archs[arch].abis;
        if (here) {
            set |= (archs[arch].abis & ~allowed) ? here : archs[arch].abis;
        }
    }
    return allowed == ABI_ALL ? ABI_ALL : set;
}

static unsigned count_bits(uint32_t set)
{
    unsigned count = 0;
    for (; set; set &= set - 1) {
        count++;
    }
    return count;
}

/* How many tests C needs for a set of ABIs. */
static unsigned abi_tests(abi_set set)
{
    const unsigned with = count_bits(set);
    return with < ABI_COUNT - with ? with : ABI_COUNT - with;
}

static abi_set term_abis(const struct term *term)
{
    const abi_set few = choose_abis(term->needed, term->allowed);
    return abi_tests(term->allowed) < abi_tests(few) ? term->allowed : few;
}

/* The first version of a column of guests, of which it is not the first. No condition can name the newest one. */
static uint32_t boundary(const struct grid *grid, unsigned column)
{
    const uint32_t version = grid->at[column].version;
    return version == INTERFACE_NEWEST ? grid->at[column - 1].last + 1 : version;
}

static struct condition term_condition(const struct grid *grid, const struct term *term)
{
    struct condition condition = CONDITION_ALWAYS;
    condition.abis = term_abis(term);
    condition.contexts = term->hosts | (term->has_guests ? CONTEXT_BIT(CONTEXT_GUEST) : 0);
    if (!term->has_guests) {
        return condition;
    }
    if (term->begin > FIRST_GUEST) {
        condition.interface_from = boundary(grid, term->begin);
    }
    if (term->end < grid->len) {
        /* None but guests have an older interface. */
        condition.contexts = CONTEXT_ALL;
        condition.interface_end = boundary(grid, term->end);
    }
    return condition;
}

/* What a term costs its readers: factors first, then tests in C, then names in the spec. */
static uint64_t term_cost(const struct grid *grid, const struct term *term)
{
    static const unsigned char context_tests[CONTEXT_ALL + 1] = {
        [CONTEXT_BIT(CONTEXT_GUEST)] = 2,
        [CONTEXT_BIT(CONTEXT_TOOLS)] = 1,
        [CONTEXT_BIT(CONTEXT_XEN)] = 1,
        [CONTEXT_BIT(CONTEXT_TOOLS) | CONTEXT_BIT(CONTEXT_XEN)] = 2,
        [CONTEXT_BIT(CONTEXT_TOOLS) | CONTEXT_BIT(CONTEXT_GUEST)] = 1,
        [CONTEXT_BIT(CONTEXT_XEN) | CONTEXT_BIT(CONTEXT_GUEST)] = 1,
    };
    const struct condition condition = term_condition(grid, term);
    const bool from = condition.interface_from != 0;
    const bool end = condition.interface_end != INTERFACE_NEWEST;
    uint64_t factors = from || end;
    uint64_t tests = (uint64_t)from + end;
    uint64_t names = 0;
    if (condition.abis != ABI_ALL) {
        factors++;
        tests += abi_tests(condition.abis);
        for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
            const abi_set here = condition.abis & archs[arch].abis;
            names += here == archs[arch].abis ? 1 : here ? 2 : 0;
        }
    }
    if (condition.contexts != CONTEXT_ALL) {
        factors++;
        tests += context_tests[condition.contexts];
        names += count_bits(condition.contexts);
    }
    return factors << 32 | tests << 16 | names;
}

/* Adds a term, unless it covers nothing that is wanted. */
static void add_term(struct arena *arena, const struct grid *grid, struct terms *terms, struct term term)
{
    abi_set on = 0, off = 0;
    for (unsigned i = 0; i < grid->len; i++) {
        if (term_has(&term, i)) {
            on |= grid->at[i].on;
            off |= grid->at[i].off;
        }
    }
    term.allowed = ABI_ALL & ~off;
    term.needed = on & ~off;
    if (term.needed) {
        VEC_PUSH(arena, &terms->list, term);
    }
}

/* All sets of contexts and versions that one condition can say, each with all the ABIs that it can hold for. */
static void make_terms(struct arena *arena, const struct grid *grid, struct terms *terms)
{
    for (context_set hosts = CONTEXT_ALL + 1; hosts-- > 0;) {
        if (hosts & ~HOSTS) {
            continue;
        }
        add_term(arena, grid, terms,
                 (struct term){.hosts = hosts, .has_guests = true, .begin = FIRST_GUEST, .end = grid->len});
        for (unsigned begin = FIRST_GUEST + 1; begin < grid->len; begin++) {
            add_term(arena, grid, terms,
                     (struct term){.hosts = hosts, .has_guests = true, .begin = begin, .end = grid->len});
        }
        add_term(arena, grid, terms, (struct term){.hosts = hosts});
    }
    for (unsigned begin = FIRST_GUEST; begin < grid->len; begin++) {
        for (unsigned end = begin + 1; end < grid->len; end++) {
            add_term(arena, grid, terms, (struct term){.has_guests = true, .begin = begin, .end = end});
        }
    }
}

static void cover(struct cells *cells, const struct grid *grid, const struct term *term, abi_set set)
{
    for (unsigned i = 0; i < grid->len; i++) {
        if (term_has(term, i)) {
            cells->at[i] &= ~set;
        }
    }
}

/* The ABIs for which a term still covers something. */
static abi_set newly_covered(const struct cells *cells, const struct grid *grid, const struct term *term)
{
    abi_set set = 0;
    for (unsigned i = 0; i < grid->len; i++) {
        set |= term_has(term, i) ? cells->at[i] & term->allowed : 0;
    }
    return set;
}

static void all_cells(struct cells *cells, const struct grid *grid)
{
    memset(cells, 0, sizeof *cells);
    for (unsigned i = 0; i < grid->len; i++) {
        cells->at[i] = grid->at[i].on;
    }
}

/*
 * Finds out what each term of a cover is needed for: what no other one has. One that comes later counts for all that it
 * may have, one that came before for what it got. Those needed for nothing are left with nothing.
 */
static void settle(const struct grid *grid, struct term *cover_terms, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        struct cells cells;
        all_cells(&cells, grid);
        for (size_t j = 0; j < len; j++) {
            if (j < i && cover_terms[j].needed) {
                cover(&cells, grid, &cover_terms[j], term_abis(&cover_terms[j]));
            } else if (j > i) {
                cover(&cells, grid, &cover_terms[j], cover_terms[j].allowed);
            }
        }
        cover_terms[i].needed = newly_covered(&cells, grid, &cover_terms[i]);
    }
}

static void judge(struct search *search, size_t len)
{
    struct term settled[TERMS_MAX];
    memcpy(settled, search->chosen, len * sizeof *settled);
    settle(search->grid, settled, len);
    uint64_t cost = 0;
    for (size_t i = 0; i < len; i++) {
        cost += term_cost(search->grid, &settled[i]);
    }
    if (cost < search->best_cost) {
        search->best_cost = cost;
        memcpy(search->best, settled, len * sizeof *settled);
    }
}

/* Tries every way to cover what is left with just `left` more terms. */
static void try_terms(struct search *search, const struct cells *cells, size_t chosen, size_t left)
{
    unsigned column = 0;
    while (column < search->grid->len && !cells->at[column]) {
        column++;
    }
    if (column == search->grid->len) {
        judge(search, chosen);
        return;
    }
    if (left == 0) {
        return;
    }
    const abi_set first = cells->at[column] & (~cells->at[column] + 1);
    for (size_t i = 0; i < search->terms->list.len && search->steps; i++) {
        const struct term *term = &search->terms->list.at[i];
        if (!(term->allowed & first) || !term_has(term, column)) {
            continue;
        }
        search->steps--;
        struct cells rest = *cells;
        cover(&rest, search->grid, term, term->allowed);
        search->chosen[chosen] = *term;
        try_terms(search, &rest, chosen + 1, left - 1);
    }
}

static unsigned count_covered(const struct cells *cells, const struct grid *grid, const struct term *term)
{
    unsigned count = 0;
    for (unsigned i = 0; i < grid->len; i++) {
        count += term_has(term, i) ? count_bits(cells->at[i] & term->allowed) : 0;
    }
    return count;
}

/* Takes the term that covers most, the cheapest of equal ones, until all is covered. */
static void take_greedily(struct arena *arena, const struct grid *grid, const struct terms *terms, struct terms *taken)
{
    struct cells cells;
    all_cells(&cells, grid);
    for (;;) {
        const struct term *best = NULL;
        unsigned most = 0;
        for (size_t i = 0; i < terms->list.len; i++) {
            const struct term *term = &terms->list.at[i];
            const unsigned count = count_covered(&cells, grid, term);
            if (count > most || (best && count == most && term_cost(grid, term) < term_cost(grid, best))) {
                best = term;
                most = count;
            }
        }
        if (!best) {
            break;
        }
        cover(&cells, grid, best, best->allowed);
        VEC_PUSH(arena, &taken->list, *best);
    }
    settle(grid, taken->list.at, taken->list.len);
}

struct conditions conditions_from_set(struct arena *arena, const struct sample *samples, size_t samples_len,
                                      const struct config_set *wanted, const struct config_set *among)
{
    struct conditions conditions = {0};
    struct grid grid;
    make_grid(&grid, samples, samples_len, wanted, among);
    bool any_on = false, any_off = false;
    for (unsigned i = 0; i < grid.len; i++) {
        any_on = any_on || grid.at[i].on;
        any_off = any_off || grid.at[i].off;
    }
    if (!any_off) {
        return conditions;
    }
    if (!any_on) {
        /* Nothing holds on no ABI. */
        struct condition never = CONDITION_ALWAYS;
        never.abis = 0;
        VEC_PUSH(arena, &conditions.any, never);
        return conditions;
    }
    struct terms terms = {0};
    make_terms(arena, &grid, &terms);
    struct search search = {.grid = &grid, .terms = &terms, .best_cost = UINT64_MAX, .steps = STEPS_MAX};
    struct cells cells;
    all_cells(&cells, &grid);
    struct terms found = {0};
    for (size_t len = 1; len <= TERMS_MAX && search.steps && search.best_cost == UINT64_MAX; len++) {
        try_terms(&search, &cells, 0, len);
        for (size_t i = 0; search.best_cost != UINT64_MAX && i < len; i++) {
            VEC_PUSH(arena, &found.list, search.best[i]);
        }
    }
    if (!found.list.len) {
        take_greedily(arena, &grid, &terms, &found);
    }
    for (size_t i = 0; i < found.list.len; i++) {
        if (found.list.at[i].needed) {
            VEC_PUSH(arena, &conditions.any, term_condition(&grid, &found.list.at[i]));
        }
    }
    return conditions;
}
