/* From what the tables of the language hold to what the model says: inline records, conditions, expressions. */
#include "spec/keys.h"
#include "spec/reader.h"

#include "base/buf.h"

bool reader_formula(struct reader *reader, struct text text, uint32_t off, struct formula *formula)
{
    struct expr_error error;
    *formula = (struct formula){.text = text, .shift = off};
    formula->expr = expr_parse(reader->arena, text.s, &error);
    if (formula->expr) {
        return true;
    }
    struct span span = off == UINT32_MAX ? reader_span(reader, text.off, text.len)
                                         : reader_span(reader, off + error.off, error.len ? error.len : 1);
    diag_add(reader->diags, RULE_VALUE_SYNTAX, span, "%.*s", STR_ARG(error.message));
    return false;
}

/* Conditions */

/* Whether a list of a condition is there and empty, which could be taken for nothing as well as for everything. */
static bool names_nothing(struct reader *reader, const struct when *when, const char *key, const void *words,
                          size_t len)
{
    if (!words || len) {
        return false;
    }
    struct diag *diag =
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, when->off, when->len), "`%s` names nothing", key);
    diag_help(reader->diags, diag, "leave it out where it makes no difference");
    return true;
}

/* A word that `what` has not; `all` are those that it has. */
static void word_unknown(struct reader *reader, const struct text *word, const char *what, struct str all)
{
    struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, word->off, word->len),
                                 "there is no %s `%.*s`", what, STR_ARG(reader_shown(reader, word->s)));
    diag_help(reader->diags, diag, "they are %.*s", STR_ARG(all));
}

static bool condition_abis(struct reader *reader, const struct when_draft *draft, struct condition *condition)
{
    bool good = true;
    condition->abis = draft->abi.len ? 0 : ABI_ALL;
    for (size_t i = 0; i < draft->abi.len; i++) {
        const struct text *word = &draft->abi.at[i];
        enum abi abi = abi_find(word->s);
        enum arch arch = 0;
        while (arch < ARCH_COUNT && !str_is(word->s, archs[arch].name)) {
            arch++;
        }
        if (abi < ABI_COUNT) {
            condition->abis |= ABI_BIT(abi);
        } else if (arch < ARCH_COUNT) {
            condition->abis |= archs[arch].abis;
        } else {
            struct buf all = buf_new(reader->arena);
            for (abi = 0; abi < ABI_COUNT; abi++) {
                buf_printf(&all, "%s, ", abis[abi].name);
            }
            for (arch = 0; arch < ARCH_COUNT; arch++) {
                buf_printf(&all, "%s%s", arch ? ", " : "and the architectures ", archs[arch].name);
            }
            word_unknown(reader, word, "ABI", buf_view(&all));
            good = false;
        }
    }
    return good;
}

static bool condition_contexts(struct reader *reader, const struct when_draft *draft, struct condition *condition)
{
    bool good = true;
    condition->contexts = draft->context.len ? 0 : CONTEXT_ALL;
    for (size_t i = 0; i < draft->context.len; i++) {
        const struct text *word = &draft->context.at[i];
        enum context context = context_find(word->s);
        if (context < CONTEXT_COUNT) {
            condition->contexts |= CONTEXT_BIT(context);
            continue;
        }
        struct buf all = buf_new(reader->arena);
        for (context = 0; context < CONTEXT_COUNT; context++) {
            buf_printf(&all, "%s%s", context ? ", " : "", contexts[context].name);
        }
        word_unknown(reader, word, "context", buf_view(&all));
        good = false;
    }
    return good;
}

static struct str take_word(struct str *rest)
{
    while (rest->len && *rest->ptr == ' ') {
        *rest = (struct str){rest->ptr + 1, rest->len - 1};
    }
    struct str word = {rest->ptr, 0};
    while (word.len < rest->len && rest->ptr[word.len] != ' ') {
        word.len++;
    }
    *rest = (struct str){rest->ptr + word.len, rest->len - word.len};
    return word;
}

/* "0x00040600"; false if it is no such number. */
static bool version_parse(struct str s, uint32_t *version)
{
    uint32_t value = 0;
    if (s.len < 3 || s.len > 10 || s.ptr[0] != '0' || s.ptr[1] != 'x') {
        return false;
    }
    for (size_t i = 2; i < s.len; i++) {
        char c = ascii_to_lower(s.ptr[i]);
        if (!ascii_is_digit(c) && (c < 'a' || c > 'f')) {
            return false;
        }
        value = value << 4 | (uint32_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    *version = value;
    return value > 0 && value < INTERFACE_NEWEST;
}

static bool condition_interface(struct reader *reader, const struct text *text, struct condition *condition)
{
    struct str rest = text->s;
    bool good = text->s.len > 0, from = false, end = false;
    while (good && rest.len) {
        struct str test = take_word(&rest);
        bool is_from = str_is(test, ">="), is_end = str_is(test, "<");
        good = ((is_from && !from) || (is_end && !end)) &&
               version_parse(take_word(&rest), is_from ? &condition->interface_from : &condition->interface_end);
        from = from || is_from;
        end = end || is_end;
        while (rest.len && *rest.ptr == ' ') {
            rest = (struct str){rest.ptr + 1, rest.len - 1};
        }
    }
    if (good && condition->interface_from < condition->interface_end) {
        return true;
    }
    struct diag *diag =
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, text->off, text->len),
                 good ? "no version is in the range `%.*s`" : "`%.*s` is no range of interface versions",
                 STR_ARG(reader_shown(reader, text->s)));
    diag_help(reader->diags, diag, "write \">= 0x00030205\", \"< 0x00040600\" or \">= 0x00030205 < 0x00040600\"");
    return false;
}

static bool condition_release(struct reader *reader, const struct text *text, xen_release *release)
{
    if (!text->s.ptr || release_parse(text->s, release)) {
        return true;
    }
    struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, text->off, text->len),
                                 "`%.*s` is no release of Xen", STR_ARG(reader_shown(reader, text->s)));
    diag_help(reader->diags, diag, "write it like \"4.18\"");
    return false;
}

static void name_release(struct reader *reader, const struct text *text, xen_release release)
{
    if (release) {
        struct named_release named = {release, reader_span(reader, text->off, text->len)};
        VEC_PUSH(reader->arena, &reader->folder->releases, named);
    }
}

/* A macro that stands for what another key says: which key that is, and how it says so. */
static const char *key_for(struct str macro)
{
    static const struct {
        const char *macro, *key;
    } known[] = {{"__XEN__", "context = \"xen\""},
                 {"__XEN_TOOLS__", "context = \"tools\""},
                 {"__XEN_INTERFACE_VERSION__", "interface = \">= 0x00040600\""},
                 {"__XEN_LATEST_INTERFACE_VERSION__", "interface = \">= 0x00040600\""},
                 {"__x86_64__", "abi = \"x86_64\""},
                 {"__x86_64", "abi = \"x86_64\""},
                 {"__amd64__", "abi = \"x86_64\""},
                 {"__amd64", "abi = \"x86_64\""},
                 {"__i386__", "abi = \"x86_32\""},
                 {"__i386", "abi = \"x86_32\""},
                 {"i386", "abi = \"x86_32\""},
                 {"__aarch64__", "abi = \"arm64\""},
                 {"__arm__", "abi = \"arm32\""},
                 {"__arm", "abi = \"arm32\""},
                 {"__riscv", "abi = \"riscv64\""},
                 {"__powerpc64__", "abi = \"ppc64\""},
                 {"__powerpc__", "abi = \"ppc64\""},
                 {"__PPC64__", "abi = \"ppc64\""},
                 {"__PPC__", "abi = \"ppc64\""},
                 {"_ARCH_PPC64", "abi = \"ppc64\""},
                 {"__LP64__", "abi = [\"x86_64\", \"arm64\", \"riscv64\", \"ppc64\"]"},
                 {"_LP64", "abi = [\"x86_64\", \"arm64\", \"riscv64\", \"ppc64\"]"}};
    size_t i = 0;
    while (i < sizeof known / sizeof *known && !str_is(macro, known[i].macro)) {
        i++;
    }
    return i < sizeof known / sizeof *known ? known[i].key : NULL;
}

static bool condition_macro(struct reader *reader, const struct text *macro, struct condition *condition)
{
    const char *why;
    condition->macro_not = macro->s.len && macro->s.ptr[0] == '!';
    condition->macro = (struct str){macro->s.ptr + condition->macro_not, macro->s.len - condition->macro_not};
    if (!reader_identifier(condition->macro, &why)) {
        diag_add(reader->diags, RULE_NAME_SYNTAX, reader_span(reader, macro->off, macro->len),
                 "`%.*s` cannot be a name: %s", STR_ARG(reader_shown(reader, condition->macro)), why);
        return false;
    }
    const char *key = key_for(condition->macro);
    if (key) {
        struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, macro->off, macro->len),
                                     "`%.*s` stands for what another key says, with which this would not be compared",
                                     STR_ARG(condition->macro));
        diag_help(reader->diags, diag, condition->macro_not ? "name what is not `%s`" : "write `%s`", key);
    }
    return !key;
}

bool reader_condition(struct reader *reader, const struct when_draft *draft, struct when *when)
{
    struct condition condition = CONDITION_ALWAYS;
    bool good = !names_nothing(reader, when, "abi", draft->abi.at, draft->abi.len);
    good = !names_nothing(reader, when, "context", draft->context.at, draft->context.len) && good;
    good = condition_abis(reader, draft, &condition) && good;
    good = condition_contexts(reader, draft, &condition) && good;
    good = (!draft->interface.s.ptr || condition_interface(reader, &draft->interface, &condition)) && good;
    good = condition_release(reader, &draft->since, &condition.since) && good;
    good = condition_release(reader, &draft->until, &condition.until) && good;
    good = (!draft->macro.s.ptr || condition_macro(reader, &draft->macro, &condition)) && good;
    if (!good) {
        return false;
    }
    name_release(reader, &draft->since, condition.since);
    name_release(reader, &draft->until, condition.until);
    struct conditions one = {0};
    VEC_PUSH(reader->arena, &one.any, condition);
    when->release_decided = when->release_decided || condition.since || condition.until;
    if (reader->all_releases) {
        VEC_PUSH(reader->arena, &when->conditions.any, condition);
    } else if (conditions_in_release(&one, reader->release)) {
        condition.since = condition.until = 0;
        VEC_PUSH(reader->arena, &when->conditions.any, condition);
    }
    return true;
}

bool reader_in_release(const struct when *when)
{
    return !when->release_decided || when->conditions.any.len > 0;
}

/* Fields */

static bool lacks(struct reader *reader, const struct field_draft *draft, const char *what, const char *help)
{
    struct diag *diag = diag_add(reader->diags, RULE_KEY_MISSING, reader_span(reader, draft->off, draft->len),
                                 "a field lacks its %s", what);
    diag_help(reader->diags, diag, "%s", help);
    return false;
}

/* What a draft says that its kind of field cannot have. */
static bool misplaced(struct reader *reader, uint32_t off, uint32_t len, const char *key, const char *of)
{
    diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, off, len), "`%s` is for %s", key, of);
    return false;
}

/* The record that stands in a field, as a type; NULL after a finding. */
static struct type *inline_type(struct reader *reader, struct field_draft *draft, struct def *outer)
{
    const struct field_drafts *inner = draft->as_struct.at ? &draft->as_struct : &draft->as_union;
    struct def *record = ARENA_NEW(reader->arena, struct def);
    record->more = &def_more_none;
    record->kind = draft->as_struct.at ? DEF_STRUCT : DEF_UNION;
    record->source = reader->source;
    record->folder = reader->folder;
    record->level = reader->level;
    record->off = draft->off;
    record->len = draft->len;
    record->name = draft->c_tag;
    if (draft->tag.read_by || draft->tag.by.len || draft->tag.mask.s.ptr) {
        def_more(reader->arena, record)->tag = draft->tag;
    }
    record->outer = outer;
    bool good = reader_fields(reader, inner, record);
    struct type *type = type_new(reader->arena, TYPE_RECORD, draft->off, draft->len);
    type_more(reader->arena, type)->record = record;
    if (draft->array.text.s.ptr) {
        struct type *array = type_new(reader->arena, TYPE_ARRAY, draft->array.text.off, draft->array.text.len);
        struct formula *length = ARENA_NEW(reader->arena, struct formula);
        *length = draft->array;
        type_more(reader->arena, array)->length = length;
        type_more(reader->arena, array)->of = type;
        type = array;
    }
    return good ? type : NULL;
}

static bool finish_tag(struct reader *reader, struct tag *tag)
{
    if (tag->by.len && tag->read_by == READ_BY_UNKNOWN) {
        tag->read_by = READ_BY_TAG;
    }
    bool wants = tag->read_by == READ_BY_TAG || tag->read_by == READ_BY_FIRST;
    if (tag->by.len && !wants) {
        return misplaced(reader, tag->by.at[0].off, tag->by.at[0].len, "tag", "a union that is read by one");
    }
    return true;
}

static bool finish_inline(struct reader *reader, struct field_draft *draft, struct def *outer)
{
    struct field *field = &draft->field;
    if (draft->as_struct.at && draft->as_union.at) {
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, draft->off, draft->len),
                 "a field is a struct or a union, not both");
        return false;
    }
    if (field->type) {
        return misplaced(reader, field->type->off, field->type->len, "type", "a field that is no inline record");
    }
    if (draft->more.bits.given) {
        return misplaced(reader, draft->more.bits.off, draft->more.bits.len, "bits", "a field with a `type`");
    }
    if (draft->as_struct.at && (draft->tag.by.len || draft->tag.read_by)) {
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, draft->off, draft->len),
                 "`tag` and `read_by` are for unions");
        return false;
    }
    if (!field->name.s.len && (draft->array.text.s.ptr || draft->also.len)) {
        return lacks(reader, draft, "`name`", "only an inline record that is one member may be anonymous");
    }
    if (!field->name.s.len && draft->c_tag.s.ptr) {
        return misplaced(reader, draft->c_tag.off, draft->c_tag.len, "c_tag", "an inline record with a `name`");
    }
    field->type = finish_tag(reader, &draft->tag) ? inline_type(reader, draft, outer) : NULL;
    field->is_inline = field->type != NULL;
    return field->type != NULL;
}

static bool finish_plain(struct reader *reader, struct field_draft *draft)
{
    struct field *field = &draft->field;
    if (!field->type) {
        return lacks(reader, draft, "`type`", "add `type = ...`, or `struct` or `union` with members");
    }
    if (draft->also.len) {
        return misplaced(reader, draft->also.at[0].off, draft->also.at[0].len, "also", "an inline struct or union");
    }
    if (draft->c_tag.s.ptr) {
        return misplaced(reader, draft->c_tag.off, draft->c_tag.len, "c_tag", "an inline struct or union");
    }
    if (draft->array.text.s.ptr) {
        return misplaced(reader, draft->array.text.off, draft->array.text.len, "array", "an inline struct or union");
    }
    if (draft->tag.by.len || draft->tag.read_by) {
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, draft->off, draft->len),
                 "`tag` and `read_by` are for unions");
        return false;
    }
    bool no_bits = draft->more.bits.given && draft->more.bits.value == 0;
    if (no_bits && field->name.s.len) {
        diag_add(reader->diags, RULE_BIT_RANGE, reader_span(reader, draft->more.bits.off, draft->more.bits.len),
                 "`%.*s` has no bit", STR_ARG(field->name.s));
        return false;
    }
    if (!field->name.s.len && !draft->more.bits.given) {
        return lacks(reader, draft, "`name`", "add `name = ...`");
    }
    return true;
}

struct def *reader_settle(struct reader *reader, const struct def_draft *draft)
{
    struct def *def = ARENA_NEW(reader->arena, struct def);
    *def = draft->def;
    def->more = &def_more_none;
    if (draft->has_more) {
        *def_more(reader->arena, def) = draft->more;
    }
    return def;
}

/* The constants that stand in a field, as definitions of the folder. */
static void finish_constants(struct reader *reader, struct field_draft *draft, struct def *record)
{
    for (size_t i = 0; i < draft->constants.len; i++) {
        struct def *constant = reader_settle(reader, &draft->constants.at[i]);
        constant->kind = DEF_CONSTANT;
        constant->source = reader->source;
        constant->broken = !reader_finish(reader, constant);
        if (!reader_in_release(&constant->when)) {
            continue;
        }
        constant->folder = reader->folder;
        constant->level = reader->level;
        constant->place = draft->off;
        struct def_more *more = def_more(reader->arena, constant);
        more->for_def = record;
        more->for_field = draft->field.name;
        VEC_PUSH(reader->arena, &draft->more.constants, constant);
        VEC_PUSH(reader->arena, &reader->folder->defs, constant);
    }
}

/* Whether the cases of members that are declared together, one for each in turn, are as many as they. */
static bool check_joined_cases(struct reader *reader, const struct field_draft *draft)
{
    size_t cases = draft->more.cases.len, members = 1 + draft->also.len;
    if (members == 1 || cases == 0 || cases == members) {
        return true;
    }
    struct diag *diag = diag_add(reader->diags, RULE_UNION_TAG,
                                 reader_span(reader, draft->more.cases.at[0].off, draft->more.cases.at[0].len),
                                 "`%.*s` and what is with it in `also` have %zu cases, and are %zu members",
                                 STR_ARG(draft->field.name.s), cases, members);
    diag_help(reader->diags, diag, "give each its case, in turn");
    return false;
}

/* The members that are declared together with one that is an inline record. */
static bool finish_joined(struct reader *reader, const struct field_draft *draft, struct def *record)
{
    bool good = check_joined_cases(reader, draft);
    for (size_t j = 0; j < draft->also.len; j++) {
        struct field joined = {
            .name = draft->also.at[j], .type = draft->field.type, .more = &field_more_none, .joined = true};
        const char *why;
        if (!reader_identifier(joined.name.s, &why)) {
            diag_add(reader->diags, RULE_NAME_SYNTAX, reader_span(reader, joined.name.off, joined.name.len),
                     "`%.*s` cannot be a name: %s", STR_ARG(reader_shown(reader, joined.name.s)), why);
            good = false;
            continue;
        }
        if (draft->more.when.len) {
            field_more(reader->arena, &joined)->when = draft->more.when;
        }
        if (good && draft->more.cases.len) {
            VEC_PUSH(reader->arena, &field_more(reader->arena, &joined)->cases, draft->more.cases.at[j + 1]);
        }
        VEC_PUSH(reader->arena, &record->fields, joined);
    }
    return good;
}

bool reader_fields(struct reader *reader, const struct field_drafts *drafts, struct def *record)
{
    bool good = true;
    record->fields.at =
        vec_reserve_exactly(reader->arena, NULL, 0, &record->fields.cap, drafts->len, sizeof *record->fields.at);
    for (size_t i = 0; i < drafts->len; i++) {
        struct field_draft *draft = &drafts->at[i];
        struct field *field = &draft->field;
        bool is_inline = draft->as_struct.at || draft->as_union.at;
        finish_constants(reader, draft, record);
        if (!(is_inline ? finish_inline(reader, draft, record) : finish_plain(reader, draft))) {
            good = false;
            continue;
        }
        if (!reader_in_release(&draft->more.when)) {
            continue;
        }
        if (!field->name.s.len) {
            field->name.off = draft->off;
            field->name.len = draft->len;
        }
        field->more = &field_more_none;
        if (draft->has_more || draft->more.constants.len) {
            *field_more(reader->arena, field) = draft->more;
        }
        if (draft->also.len && draft->more.cases.len) {
            field_more(reader->arena, field)->cases.len = 1;
        }
        VEC_PUSH(reader->arena, &record->fields, *field);
        good = finish_joined(reader, draft, record) && good;
    }
    return good;
}

bool reader_record(struct reader *reader, const struct field_drafts *drafts, struct def *def)
{
    bool good = reader_fields(reader, drafts, def);
    if (def->more != &def_more_none) {
        good = finish_tag(reader, &def_more(reader->arena, def)->tag) && good;
    }
    return good;
}

bool reader_one_value(struct reader *reader, const struct formula *formula, bool given, struct text name,
                      const char *what)
{
    bool is_formula = formula->text.s.ptr != NULL;
    if (given != is_formula) {
        return true;
    }
    struct diag *diag =
        diag_add(reader->diags, given ? RULE_KEY_VALUE : RULE_KEY_MISSING, reader_span(reader, name.off, name.len),
                 given ? "%s has both a `value` and an `expr`" : "%s lacks its `value`", what);
    diag_help(reader->diags, diag, "%s", given ? "keep one of them" : "add `value = ...` or `expr = ...`");
    return false;
}

/* What a generator reads in a comment of C has no line of its own. */
static bool finish_call_text(struct reader *reader, const struct def *def, const char *key, const struct text *text)
{
    for (size_t i = 0; i < text->s.len; i++) {
        if (text->s.ptr[i] == '\n') {
            diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, text->off, text->len),
                     "`%s` has more than one line", key);
            return false;
        }
    }
    return !text->s.len || def->c_form == C_FORM_CALL ||
           misplaced(reader, text->off, text->len, key, "an enum with `c_form = \"call\"`");
}

/* In C the macro that is called makes the whole name, of the prefix and what it is called with. */
static bool finish_call_name(struct reader *reader, const struct def *def, const struct variant *variant)
{
    const struct text *name = &variant->c_spelled;
    const struct str prefix = def->more->c_prefix.s;
    if (!name->s.ptr || def->c_form != C_FORM_CALL ||
        (prefix.len && name->s.len > prefix.len && str_eq((struct str){name->s.ptr, prefix.len}, prefix))) {
        return true;
    }
    struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, name->off, name->len),
                                 "with `c_form = \"call\"` a `c_name` begins with the `c_prefix`");
    diag_help(reader->diags, diag, "the macro puts the prefix before what it is called with");
    return false;
}

/* The form of an enum that is made of macro calls. */
static bool finish_call(struct reader *reader, const struct def *def)
{
    const struct text *macro = &def->more->c_macro;
    if (def->kind != DEF_ENUM || (def->c_form == C_FORM_CALL) == (macro->s.ptr != NULL)) {
        return true;
    }
    if (macro->s.ptr) {
        return misplaced(reader, macro->off, macro->len, "c_macro", "an enum with `c_form = \"call\"`");
    }
    struct diag *diag = diag_add(reader->diags, RULE_KEY_MISSING, reader_span(reader, def->name.off, def->name.len),
                                 "an enum with `c_form = \"call\"` lacks its `c_macro`");
    diag_help(reader->diags, diag, "add `c_macro = ...`");
    return false;
}

bool reader_finish(struct reader *reader, struct def *def)
{
    bool good = finish_call(reader, def);
    if (def->kind == DEF_CONSTANT && !def->broken) {
        bool given = def->more->value.is_string || def->more->value.number.given;
        good = reader_one_value(reader, &def->more->formula, given, def->name, "a constant") && good;
    }
    if (def->more == &def_more_none) {
        return good;
    }
    struct def_more *more = def_more(reader->arena, def);
    for (size_t i = 0; i < more->c_words.len; i++) {
        good = finish_call_text(reader, def, "c_words", &more->c_words.at[i]) &&
               reader_comment(reader, &more->c_words.at[i]) && good;
    }
    size_t kept = 0;
    for (size_t i = 0; i < more->variants.len; i++) {
        const struct variant *variant = &more->variants.at[i];
        good = reader_one_value(reader, &variant->formula, variant->value.given, variant->name, "a variant") && good;
        good = finish_call_text(reader, def, "attributes", &variant->attributes) && good;
        good = finish_call_name(reader, def, variant) && good;
        if (reader_in_release(&variant->when)) {
            more->variants.at[kept++] = *variant;
        }
    }
    more->variants.len = kept;
    kept = 0;
    for (size_t i = 0; i < more->bits.len; i++) {
        if (reader_in_release(&more->bits.at[i].when)) {
            more->bits.at[kept++] = more->bits.at[i];
        }
    }
    more->bits.len = kept;
    return good;
}
