#include "clang/verify.h"

#include "layout/layout.h"
#include "spec/write.h"
#include "clang/differences.h"
#include "clang/match.h"

#include <assert.h>
#include <string.h>

/* One definition of the spec against one record of the headers, in one configuration. */
struct comparison {
    struct arena *arena;
    struct differences *differences;
    const struct facts *facts;
    const struct def *def;
    const struct fact_record *record;
    const view_set *among;
    const struct layout *layout;
    enum abi abi;
    VEC(struct fact_member) members; /* those of the record, those of anonymous ones among them */
    bool *taken;                     /* of each member: the spec has it */
    bool explained;                  /* a difference has been found that another size of the record may come from */
};

static struct span name_span(const struct def *def)
{
    return def_span(def, def->name.off, def->name.len);
}

/* The members of an anonymous record are those of the record that it stands in. */
static void flatten(struct comparison *c, const struct fact_record *record, uint64_t bit_offset)
{
    for (size_t i = 0; i < record->members.len; i++) {
        struct fact_member member = record->members.at[i];
        member.bit_offset += bit_offset;
        if (member.fact.name.len) {
            VEC_PUSH(c->arena, &c->members, member);
        } else if (member.type->record) {
            flatten(c, member.type->record, member.bit_offset);
        }
    }
}

/* The header's member of that name, or NULL. */
static const struct fact_member *member_named(const struct comparison *c, struct str name)
{
    for (size_t i = 0; i < c->members.len; i++) {
        if (str_eq(c->members.at[i].fact.name, name)) {
            return &c->members.at[i];
        }
    }
    return NULL;
}

static bool spec_has(const struct def *def, struct str name)
{
    bool has = false;
    for (size_t i = 0; i < def->fields.len; i++) {
        has = has || str_eq(def->fields.at[i].name.s, name);
    }
    return has;
}

/* A member that the spec lacks where it has one of its own that is the same but for the name. */
static const struct fact_member *member_renamed(const struct comparison *c, size_t field, int64_t shift)
{
    const struct type *type = c->def->fields.at[field].type;
    int64_t offset = (int64_t)c->layout->offsets[field] + shift;
    for (size_t i = 0; i < c->members.len; i++) {
        const struct fact_member *member = &c->members.at[i];
        if (!c->taken[i] && !spec_has(c->def, member->fact.name) && !member->is_bits &&
            (int64_t)(member->bit_offset / 8) == offset &&
            match_type(c->facts, type, member->type, c->abi) == MATCH_SAME) {
            return member;
        }
    }
    return NULL;
}

#define DIFFERS(c, rule, span, at, ...)                                                                              \
    differences_add((c)->differences, (rule), (span), (c)->facts->config, (c)->among, (at), "the headers have this", \
                    __VA_ARGS__)

/* Reports how the type of a member differs. */
static void report_type(struct comparison *c, const struct field *field, const struct fact_member *member,
                        enum match match)
{
    struct buf ours = buf_new(c->arena);
    type_write(&ours, field->type);
    struct str name = field->name.s;
    struct span span = def_span(c->def, field->type->off, field->type->len);
    if (member->is_bits) {
        DIFFERS(c, RULE_VERIFY_TYPE, span, &member->fact, "`%.*s` is %.*s, in the headers a bit-field of %llu bits",
                STR_ARG(name), STR_ARG(buf_view(&ours)), (unsigned long long)member->bits);
    } else if (match == MATCH_TYPE) {
        DIFFERS(c, RULE_VERIFY_TYPE, span, &member->fact, "`%.*s` is %.*s, in the headers `%.*s`", STR_ARG(name),
                STR_ARG(buf_view(&ours)), STR_ARG(member->type->spelling));
    } else if (match == MATCH_SIZE || match == MATCH_COUNT) {
        DIFFERS(c, RULE_VERIFY_LAYOUT, span, &member->fact,
                "`%.*s` takes %llu bytes (%.*s), in the headers %llu (`%.*s`)", STR_ARG(name),
                (unsigned long long)layout_type(field->type, c->abi).size, STR_ARG(buf_view(&ours)),
                (unsigned long long)member->type->size, STR_ARG(member->type->spelling));
    }
}

/* Reports a member that the headers lack or call otherwise; false if they lack it. */
static bool report_absent(struct comparison *c, size_t i, int64_t shift)
{
    const struct field *field = &c->def->fields.at[i];
    const struct fact_member *renamed = member_renamed(c, i, shift);
    renamed = renamed ? renamed : member_renamed(c, i, 0);
    struct span span = def_span(c->def, field->name.off, field->name.len);
    if (!renamed) {
        DIFFERS(c, RULE_VERIFY_MISSING, span, &c->record->fact, "in the headers `%.*s` has no member `%.*s`",
                STR_ARG(c->def->name.s), STR_ARG(field->name.s));
        return false;
    }
    c->taken[renamed - c->members.at] = true;
    DIFFERS(c, RULE_VERIFY_MISSING, span, &renamed->fact, "`%.*s` is called `%.*s` in the headers",
            STR_ARG(field->name.s), STR_ARG(renamed->fact.name));
    return true;
}

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return align ? (value + align - 1) / align * align : value;
}

/*
 * Members in the order of the spec. What a difference entails is none of its own: after one, the next member
 * may have moved, and those after it by as much and what it takes to be aligned.
 */
static void compare_members(struct comparison *c)
{
    const struct def *def = c->def;
    int64_t shift = 0;
    bool moved = false;
    const struct fact_member *looked_at = c->members.at;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct fact_member *member = member_named(c, field->name.s);
        if (!member) {
            moved = !report_absent(c, i, shift) || moved;
            c->explained = c->explained || moved;
            continue;
        }
        c->taken[member - c->members.at] = true;
        for (; looked_at < member; looked_at++) {
            assert(looked_at); /* there are members */
            moved = moved || (!c->taken[looked_at - c->members.at] && !spec_has(def, looked_at->fact.name));
        }
        enum match match = member->is_bits ? MATCH_SIZE : match_type(c->facts, field->type, member->type, c->abi);
        uint64_t ours = c->layout->offsets[i], theirs = member->bit_offset / 8;
        int64_t difference = (int64_t)theirs - (int64_t)ours;
        bool follows = theirs == align_up((uint64_t)((int64_t)ours + shift), member->type->align);
        if (difference == 0 || moved || ((shift || match != MATCH_SAME) && follows)) {
            shift = difference;
        } else {
            DIFFERS(c, RULE_VERIFY_LAYOUT, def_span(def, field->name.off, field->name.len), &member->fact,
                    "`%.*s` starts at byte %llu, in the headers at byte %llu", STR_ARG(field->name.s),
                    (unsigned long long)ours, (unsigned long long)theirs);
            c->explained = true;
        }
        report_type(c, field, member, match);
        moved = match != MATCH_SAME && match != MATCH_TYPE;
        c->explained = c->explained || moved;
    }
}

static void compare_record(struct comparison *c)
{
    if (c->record->is_union) {
        DIFFERS(c, RULE_VERIFY_TYPE, name_span(c->def), &c->record->fact, "`%.*s` is a struct, in the headers a union",
                STR_ARG(c->def->name.s));
        return;
    }
    flatten(c, c->record, 0);
    c->taken = ARENA_ARRAY(c->arena, c->members.len + 1, bool);
    compare_members(c);
    for (size_t i = 0; i < c->members.len; i++) {
        if (!c->taken[i]) {
            DIFFERS(c, RULE_VERIFY_MISSING, name_span(c->def), &c->members.at[i].fact,
                    "in the headers `%.*s` has a member `%.*s` as well", STR_ARG(c->def->name.s),
                    STR_ARG(c->members.at[i].fact.name));
            c->explained = true;
        }
    }
    if (c->record->size != c->layout->size && !c->explained) {
        DIFFERS(c, RULE_VERIFY_LAYOUT, name_span(c->def), &c->record->fact,
                "`%.*s` takes %llu bytes, in the headers %llu", STR_ARG(c->def->name.s),
                (unsigned long long)c->layout->size, (unsigned long long)c->record->size);
    } else if (c->record->align != c->layout->align && !c->explained) {
        DIFFERS(c, RULE_VERIFY_LAYOUT, name_span(c->def), &c->record->fact,
                "`%.*s` is aligned to %llu bytes, in the headers to %llu", STR_ARG(c->def->name.s),
                (unsigned long long)c->layout->align, (unsigned long long)c->record->align);
    }
}

/* Constants */

static struct str number_text(struct arena *arena, uint64_t value, bool is_signed)
{
    return is_signed ? str_printf(arena, "%lld", (long long)value)
                     : str_printf(arena, "%llu", (unsigned long long)value);
}

static struct str string_text(struct arena *arena, struct str text)
{
    return str_printf(arena, "\"%.*s\"", STR_ARG(text));
}

static bool same_value(const struct constant *ours, const struct fact_constant *theirs)
{
    if (ours->is_string || theirs->kind == FACT_VALUE_STRING) {
        return ours->is_string && theirs->kind == FACT_VALUE_STRING && str_eq(ours->text, theirs->text);
    }
    /* As many bits as the headers have, for a sign is a matter of the type alone. */
    bool same_bits =
        theirs->type != ours->type && (uint32_t)theirs->value == ours->value && theirs->value >> 31 == UINT64_MAX >> 31;
    return same_bits ||
           (theirs->value == ours->value && (ours->is_negative == (theirs->is_signed && theirs->value > INT64_MAX)));
}

/* A constant of the spec against one of the headers; `differences` and `among` are as for records. */
static void compare_constant(struct comparison *c, const struct constant *ours, const struct fact_constant *theirs)
{
    static const char *const forms[] = {[CONSTANT_MACRO] = "a macro", [CONSTANT_ENUMERATOR] = "an enumerator"};
    struct span span = def_span(c->def, ours->off, ours->len);
    bool are_integers = !ours->is_string && theirs->kind == FACT_VALUE_INTEGER;
    if (!same_value(ours, theirs)) {
        struct str our_text =
            ours->is_string ? string_text(c->arena, ours->text) : number_text(c->arena, ours->value, ours->is_negative);
        struct str their_text = theirs->kind == FACT_VALUE_STRING
                                    ? string_text(c->arena, theirs->text)
                                    : number_text(c->arena, theirs->value, theirs->is_signed);
        DIFFERS(c, RULE_VERIFY_VALUE, span, &theirs->fact, "`%.*s` is %.*s, in the headers %.*s", STR_ARG(ours->name),
                STR_ARG(our_text), STR_ARG(their_text));
    }
    if (are_integers && theirs->type != ours->type) {
        DIFFERS(c, RULE_VERIFY_TYPE, span, &theirs->fact, "`%.*s` is of C's type %s, in the headers of %s",
                STR_ARG(ours->name), c_int_names[ours->type], c_int_names[theirs->type]);
    }
    if (theirs->form != ours->form) {
        DIFFERS(c, RULE_VERIFY_TYPE, span, &theirs->fact, "`%.*s` is %s, in the headers %s", STR_ARG(ours->name),
                forms[ours->form], forms[theirs->form]);
    }
}

/* The constant to compare with: of the same form, where a macro stands for an enumerator of its own name. */
static const struct fact_constant *constant_find(const struct facts *facts, const struct constant *ours)
{
    const struct fact_constant *first = map_get(&facts->constant_names, ours->name);
    for (const struct fact_constant *at = first; at; at = (const struct fact_constant *)at->fact.another) {
        if (at->form == ours->form) {
            return at;
        }
    }
    return first;
}

/* Whether the headers have it; for one with parameters that is all that is compared. */
static bool find_constant(struct comparison *c, const struct constant *ours)
{
    if (ours->form == CONSTANT_CALL) {
        const struct fact_macro *macro = map_get(&c->facts->macro_names, ours->name);
        return macro && macro->is_call;
    }
    const struct fact_constant *theirs = constant_find(c->facts, ours);
    if (theirs) {
        compare_constant(c, ours, theirs);
    }
    return theirs != NULL;
}

/* What exists nowhere */

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool text_names(struct str text, struct str name)
{
    for (size_t i = 0; i + name.len <= text.len; i++) {
        if (memcmp(text.ptr + i, name.ptr, name.len) == 0 && (i == 0 || !is_word(text.ptr[i - 1])) &&
            (i + name.len == text.len || !is_word(text.ptr[i + name.len]))) {
            return true;
        }
    }
    return false;
}

/* A header that names what the spec has, but is of no use on some ABI: what it lacks cannot be told from what it has.
 */
struct unread {
    const struct header *header;
    struct str first; /* the first name of the spec that it names */
    size_t names;
    view_set configs;
};

struct verifier {
    const struct verification *v;
    struct arena *arena;
    struct differences differences;
    VEC(struct unread) unread;
};

static const struct fact_failure *failure_of(const struct facts *facts, const struct header *header)
{
    for (size_t i = 0; i < facts->failures.len; i++) {
        if (facts->failures.at[i].header == header) {
            return &facts->failures.at[i];
        }
    }
    return NULL;
}

/* The header that names something and compiles in none of the configurations of a set; NULL if there is none. */
static const struct header *unread_naming(const struct verification *v, struct str name, view_set set)
{
    for (size_t h = 0; h < v->headers->list.len; h++) {
        const struct header *header = v->headers->list.at[h];
        bool fails = true;
        for (unsigned config = 0; config < VIEW_COUNT && fails; config++) {
            fails = !(set & VIEW_BIT(config)) || failure_of(v->survey->on[config], header);
        }
        if (fails && text_names(header->source.text, name)) {
            return header;
        }
    }
    return NULL;
}

static struct unread *unread_of(struct verifier *verifier, const struct header *header)
{
    for (size_t i = 0; i < verifier->unread.len; i++) {
        if (verifier->unread.at[i].header == header) {
            return &verifier->unread.at[i];
        }
    }
    return VEC_PUSH(verifier->arena, &verifier->unread, (struct unread){.header = header});
}

/* Reports a name for each ABI of its definition on which no configuration of the headers has it. */
static void report_missing(struct verifier *verifier, const struct def *def, struct span span, struct str name,
                           view_set found, const char *what)
{
    const struct verification *v = verifier->v;
    view_set *among = ARENA_NEW(verifier->arena, view_set);
    const struct header *counted = NULL;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        *among |= (def->abis & ABI_BIT(abi)) ? v->configs & view_of_abi(abi) : 0;
    }
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        view_set set = *among & view_of_abi(abi);
        if (!set || (found & set)) {
            continue;
        }
        const struct header *header = unread_naming(v, name, set);
        if (header) {
            struct unread *unread = unread_of(verifier, header);
            unread->first = unread->names ? unread->first : name;
            unread->names += header != counted;
            unread->configs |= set;
            counted = header;
            continue;
        }
        for (unsigned config = 0; config < VIEW_COUNT; config++) {
            if (set & VIEW_BIT(config)) {
                differences_add(&verifier->differences, RULE_VERIFY_MISSING, span, config, among, NULL, "",
                                "the headers have no %s `%.*s`", what, STR_ARG(name));
            }
        }
    }
}

/*
 * One finding for each header that could not be read, with each of its reasons. It stands where the last context
 * fails: the first ones may not be meant to have the header at all.
 */
static void report_unread(struct verifier *verifier)
{
    const struct survey *survey = verifier->v->survey;
    for (size_t i = 0; i < verifier->unread.len; i++) {
        const struct unread *unread = &verifier->unread.at[i];
        struct str others =
            unread->names > 1 ? str_printf(verifier->arena, " and %zu more of the spec", unread->names - 1) : STR("");
        struct fact at = {.len = 1};
        for (unsigned config = 0; config < VIEW_COUNT; config++) {
            if (unread->configs & VIEW_BIT(config)) {
                const struct fact_failure *failure = failure_of(survey->on[config], unread->header);
                at.header = failure->where;
                at.off = failure->off;
            }
        }
        struct span span = fact_span(&at);
        for (unsigned config = 0; config < VIEW_COUNT; config++) {
            if (unread->configs & VIEW_BIT(config)) {
                const struct fact_failure *failure = failure_of(survey->on[config], unread->header);
                at.header = failure->where;
                at.off = failure->off;
                differences_add(&verifier->differences, RULE_VERIFY_HEADER, span, config, &verifier->v->configs, &at,
                                failure->message.ptr, "`%.*s` does not compile, so that `%.*s`%.*s cannot be verified",
                                STR_ARG(unread->header->name), STR_ARG(unread->first), STR_ARG(others));
            }
        }
    }
}

static struct comparison compare_in(struct verifier *verifier, const struct def *def, unsigned config,
                                    const view_set *among)
{
    enum abi abi = view_abi(config);
    return (struct comparison){.arena = verifier->arena,
                               .differences = &verifier->differences,
                               .facts = verifier->v->survey->on[config],
                               .def = def,
                               .among = among,
                               .layout = def->layout[abi],
                               .abi = abi};
}

static bool is_asked(const struct verification *v, const struct def *def, unsigned config)
{
    return (v->configs & VIEW_BIT(config)) && (def->abis & ABI_BIT(view_abi(config)));
}

static void verify_struct(struct verifier *verifier, const struct def *def)
{
    view_set *found = ARENA_NEW(verifier->arena, view_set);
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        if (!is_asked(verifier->v, def, config)) {
            continue;
        }
        const struct facts *facts = verifier->v->survey->on[config];
        for (const struct fact_record *record = fact_record_find(facts, def->name.s); record;
             record = (const struct fact_record *)record->fact.another) {
            *found |= VIEW_BIT(config);
            struct comparison c = compare_in(verifier, def, config, found);
            c.record = record;
            compare_record(&c);
        }
    }
    report_missing(verifier, def, name_span(def), def->name.s, *found, "struct");
}

static void verify_typedef(struct verifier *verifier, const struct def *def)
{
    view_set *found = ARENA_NEW(verifier->arena, view_set);
    const struct type *type = def->fields.at[0].type;
    struct buf ours = buf_new(verifier->arena);
    type_write(&ours, type);
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        if (!is_asked(verifier->v, def, config)) {
            continue;
        }
        struct comparison c = compare_in(verifier, def, config, found);
        for (const struct fact *fact = map_get(&c.facts->typedef_names, def->name.s); fact; fact = fact->another) {
            const struct fact_type *theirs = ((const struct fact_typedef *)fact)->type;
            enum match match = match_type(c.facts, type, theirs, c.abi);
            *found |= VIEW_BIT(config);
            /* An alignment of its own is a part of what it means. */
            bool same = match == MATCH_NESTED || (match == MATCH_SAME && theirs->align == c.layout->align);
            if (!same) {
                DIFFERS(&c, RULE_VERIFY_TYPE, def_span(def, type->off, type->len), fact,
                        "`%.*s` is %.*s, in the headers `%.*s` of %llu bytes", STR_ARG(def->name.s),
                        STR_ARG(buf_view(&ours)), STR_ARG(theirs->spelling), (unsigned long long)theirs->size);
            }
        }
    }
    report_missing(verifier, def, name_span(def), def->name.s, *found, "typedef");
}

static void verify_constants(struct verifier *verifier, const struct def *def)
{
    struct constants constants = {0};
    constants_of(verifier->arena, def, SAMPLE_DEFAULT, &constants);
    for (size_t i = 0; i < constants.list.len; i++) {
        const struct constant *constant = &constants.list.at[i];
        view_set *found = ARENA_NEW(verifier->arena, view_set);
        for (unsigned config = 0; config < VIEW_COUNT; config++) {
            if (is_asked(verifier->v, def, config)) {
                struct comparison c = compare_in(verifier, def, config, found);
                *found |= find_constant(&c, constant) ? VIEW_BIT(config) : 0;
            }
        }
        report_missing(verifier, def, def_span(def, constant->off, constant->len), constant->name, *found,
                       constant->form == CONSTANT_CALL ? "macro with a parameter" : "constant");
    }
}

void verify_spec(const struct verification *v, struct diags *diags)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct verifier *,
                                                 const struct def *) = {[DEF_STRUCT] = verify_struct,
                                                                        [DEF_ENUM] = verify_constants,
                                                                        [DEF_BITMAP] = verify_constants,
                                                                        [DEF_TYPEDEF] = verify_typedef,
                                                                        [DEF_CONSTANT] = verify_constants};
    struct verifier verifier = {.v = v, .arena = diags->arena, .differences = differences_new(diags->arena)};
    for (size_t f = 0; f < v->spec->folders.len; f++) {
        const struct folder *folder = v->spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            by_kind[folder->defs.at[d]->kind](&verifier, folder->defs.at[d]);
        }
    }
    report_unread(&verifier);
    differences_report(&verifier.differences, diags);
}
