#include "abi/condition.h"

const struct context_info contexts[CONTEXT_COUNT] = {
    [CONTEXT_TOOLS] = {"tools", "defined(__XEN_TOOLS__)"},
    [CONTEXT_GUEST] = {"guest", "(!defined(__XEN__) && !defined(__XEN_TOOLS__))"},
    [CONTEXT_XEN] = {"xen", "defined(__XEN__)"},
};

enum context context_find(struct str name)
{
    enum context context = 0;
    while (context < CONTEXT_COUNT && !str_is(name, contexts[context].name)) {
        context++;
    }
    return context;
}

/* Takes a decimal number below 1 << 16, without leading zeros, off the front of `s`. */
static bool take_number(struct str *s, uint32_t *value)
{
    size_t len = 0;
    *value = 0;
    while (len < s->len && ascii_is_digit(s->ptr[len])) {
        *value = *value * 10 + (uint32_t)(s->ptr[len++] - '0');
        if (*value > UINT16_MAX) {
            return false;
        }
    }
    const bool leading_zero = len > 1 && s->ptr[0] == '0';
    *s = (struct str){s->ptr + len, s->len - len};
    return len && !leading_zero;
}

bool release_parse(struct str s, xen_release *release)
{
    uint32_t major, minor;
    if (!take_number(&s, &major) || !s.len || s.ptr[0] != '.') {
        return false;
    }
    s = (struct str){s.ptr + 1, s.len - 1};
    if (!take_number(&s, &minor) || s.len || (!major && !minor)) {
        return false;
    }
    *release = major << 16 | minor;
    return true;
}

/* The ABIs on which a condition holds for a sample. */
static abi_set condition_abis(const struct condition *condition, const struct sample *sample)
{
    const bool holds = condition->contexts & CONTEXT_BIT(sample->context) &&
                       sample->interface >= condition->interface_from &&
                       (condition->interface_end == INTERFACE_NEWEST || sample->interface < condition->interface_end) &&
                       (!condition->macro.len || sample->opted_in != condition->macro_not);
    return holds ? condition->abis : 0;
}

static abi_set conditions_abis(const struct conditions *conditions, const struct sample *sample)
{
    abi_set on = conditions->any.len ? 0 : ABI_ALL;
    for (size_t i = 0; i < conditions->any.len; i++) {
        on |= condition_abis(&conditions->any.at[i], sample);
    }
    return on;
}

bool conditions_hold(const struct conditions *conditions, const struct sample *sample, enum abi abi)
{
    return (conditions_abis(conditions, sample) & ABI_BIT(abi)) != 0;
}

struct config_set conditions_configs(const struct conditions *conditions, const struct sample *samples,
                                     size_t samples_len)
{
    struct config_set set = {{0}};
    for (unsigned i = 0; i < samples_len; i++) {
        config_set_add_abis(&set, i, conditions_abis(conditions, &samples[i]));
    }
    return set;
}

/* More choices than that are not tried: only conditions of a hundred tables each have so many. */
static const unsigned meeting_steps = 10000;

/* One condition of each chain so far, all of which can hold at once; `what` they ask for together, macros apart. */
struct meeting {
    struct condition what;
    const struct condition *last;
    const struct meeting *before;
};

static bool can_hold(const struct meeting *meeting)
{
    const struct condition *what = &meeting->what, *last = meeting->last;
    for (const struct meeting *at = meeting->before; last->macro.len && at; at = at->before) {
        if (at->last && str_eq(at->last->macro, last->macro) && at->last->macro_not != last->macro_not) {
            return false;
        }
    }
    bool is_guest = what->contexts & CONTEXT_BIT(CONTEXT_GUEST) && what->interface_from < what->interface_end;
    return what->abis && what->contexts && (is_guest || what->interface_end == INTERFACE_NEWEST);
}

static bool meet(const struct meeting *before, const struct condition_chain *a, const struct condition_chain *b,
                 unsigned *steps)
{
    if (!a) {
        a = b;
        b = NULL;
    }
    if (!a) {
        return true;
    }
    for (size_t i = 0; i < a->own->any.len && *steps; i++) {
        const struct condition *next = &a->own->any.at[i];
        struct meeting meeting = {.what = before->what, .last = next, .before = before};
        struct condition *what = &meeting.what;
        --*steps;
        what->abis &= next->abis;
        what->contexts &= next->contexts;
        what->interface_from =
            next->interface_from > what->interface_from ? next->interface_from : what->interface_from;
        what->interface_end = next->interface_end < what->interface_end ? next->interface_end : what->interface_end;
        if (can_hold(&meeting) && meet(&meeting, a->outer, b, steps)) {
            return true;
        }
    }
    return !a->own->any.len && meet(before, a->outer, b, steps);
}

bool conditions_meet(const struct condition_chain *a, const struct condition_chain *b, abi_set among)
{
    unsigned steps = meeting_steps;
    struct meeting none = {.what = CONDITION_ALWAYS};
    none.what.abis = among;
    return among && meet(&none, a, b, &steps);
}

bool conditions_in_release(const struct conditions *conditions, xen_release release)
{
    for (size_t i = 0; i < conditions->any.len; i++) {
        const struct condition *condition = &conditions->any.at[i];
        const bool begun = !release || condition->since <= release;
        const bool ended = condition->until && (!release || condition->until <= release);
        if (begun && !ended) {
            return true;
        }
    }
    return conditions->any.len == 0;
}

static void put_release(struct buf *out, xen_release release)
{
    buf_printf(out, "%u.%u", (unsigned)(release >> 16), (unsigned)(release & UINT16_MAX));
}

static bool names_interface(const struct condition *condition)
{
    return condition->interface_from || condition->interface_end != INTERFACE_NEWEST;
}

/* ">= 0x00030205 < 0x00040600". */
static void put_interface(struct buf *out, const struct condition *condition)
{
    if (condition->interface_from) {
        buf_printf(out, ">= 0x%08x", (unsigned)condition->interface_from);
    }
    if (condition->interface_end != INTERFACE_NEWEST) {
        buf_printf(out, "%s< 0x%08x", condition->interface_from ? " " : "", (unsigned)condition->interface_end);
    }
}

/* The next key of an inline table that has had `*keys` so far. */
static void toml_key(struct buf *out, unsigned *keys, const char *name)
{
    buf_printf(out, "%s%s = ", (*keys)++ ? ", " : " ", name);
}

static void toml_string(struct buf *out, unsigned *items, const char *text)
{
    buf_printf(out, "%s\"%s\"", (*items)++ ? ", " : "", text);
}

/* An architecture goes by its name where all of several ABIs are meant. */
static void toml_abis(struct buf *out, abi_set set)
{
    unsigned items = 0;
    buf_char(out, '[');
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct arch_info *arch = &archs[abis[abi].arch];
        const bool several = (arch->abis & (arch->abis - 1)) != 0;
        const bool whole = several && (arch->abis & ~set) == 0;
        if (whole && arch->abis & (ABI_BIT(abi) - 1)) {
            continue;
        }
        if (set & ABI_BIT(abi)) {
            toml_string(out, &items, whole ? arch->name : abis[abi].name);
        }
    }
    buf_char(out, ']');
}

static void toml_contexts(struct buf *out, context_set set)
{
    unsigned items = 0;
    buf_char(out, '[');
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        if (set & CONTEXT_BIT(context)) {
            toml_string(out, &items, contexts[context].name);
        }
    }
    buf_char(out, ']');
}

static void toml_release(struct buf *out, xen_release release)
{
    buf_char(out, '"');
    put_release(out, release);
    buf_char(out, '"');
}

static void toml_condition(struct buf *out, const struct condition *condition)
{
    unsigned keys = 0;
    buf_char(out, '{');
    if (condition->abis != ABI_ALL) {
        toml_key(out, &keys, "abi");
        toml_abis(out, condition->abis);
    }
    if (condition->contexts != CONTEXT_ALL) {
        toml_key(out, &keys, "context");
        toml_contexts(out, condition->contexts);
    }
    if (names_interface(condition)) {
        toml_key(out, &keys, "interface");
        buf_char(out, '"');
        put_interface(out, condition);
        buf_char(out, '"');
    }
    if (condition->since) {
        toml_key(out, &keys, "since");
        toml_release(out, condition->since);
    }
    if (condition->until) {
        toml_key(out, &keys, "until");
        toml_release(out, condition->until);
    }
    if (condition->macro.len) {
        toml_key(out, &keys, "macro");
        buf_printf(out, "\"%s%.*s\"", condition->macro_not ? "!" : "", STR_ARG(condition->macro));
    }
    buf_text(out, keys ? " }" : "}");
}

void conditions_toml(struct buf *out, const struct conditions *conditions)
{
    if (conditions->any.len == 0) {
        buf_text(out, "{}");
    } else if (conditions->any.len == 1) {
        toml_condition(out, &conditions->any.at[0]);
    } else {
        buf_char(out, '[');
        for (size_t i = 0; i < conditions->any.len; i++) {
            buf_text(out, i ? ", " : "");
            toml_condition(out, &conditions->any.at[i]);
        }
        buf_char(out, ']');
    }
}

/* Between the parts of a condition in words. */
static void next_part(struct buf *out, unsigned *parts)
{
    buf_text(out, (*parts)++ ? "; " : "");
}

/* The parts of one condition; how many there are. */
static unsigned put_words(struct buf *out, const struct condition *condition)
{
    unsigned parts = 0;
    if (condition->abis != ABI_ALL) {
        next_part(out, &parts);
        buf_str(out, condition->abis ? abi_set_names(out->arena, condition->abis) : STR("no ABI"));
    }
    if (condition->contexts != CONTEXT_ALL) {
        next_part(out, &parts);
        const char *between = "";
        for (enum context context = 0; context < CONTEXT_COUNT; context++) {
            if (condition->contexts & CONTEXT_BIT(context)) {
                buf_printf(out, "%s%s", between, contexts[context].name);
                between = ", ";
            }
        }
        buf_text(out, condition->contexts ? "" : "no context");
    }
    if (names_interface(condition)) {
        next_part(out, &parts);
        buf_text(out, "interface ");
        put_interface(out, condition);
    }
    if (condition->since) {
        next_part(out, &parts);
        buf_text(out, "since ");
        put_release(out, condition->since);
    }
    if (condition->until) {
        next_part(out, &parts);
        buf_text(out, "until ");
        put_release(out, condition->until);
    }
    if (condition->macro.len) {
        next_part(out, &parts);
        buf_printf(out, "%s %.*s", condition->macro_not ? "without" : "with", STR_ARG(condition->macro));
    }
    return parts;
}

struct str conditions_words(struct arena *arena, const struct conditions *conditions)
{
    struct buf out = buf_new(arena);
    struct buf one = buf_new(arena);
    for (size_t i = 0; i < conditions->any.len; i++) {
        buf_clear(&one);
        const unsigned parts = put_words(&one, &conditions->any.at[i]);
        if (parts == 0) {
            return STR("");
        }
        buf_text(&out, i ? " or " : "");
        buf_printf(&out, parts > 1 && conditions->any.len > 1 ? "(%.*s)" : "%.*s", STR_ARG(buf_view(&one)));
    }
    return buf_view(&out);
}
