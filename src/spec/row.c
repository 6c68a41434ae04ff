/* What the keys of a row of a table of Xen's own say together. */
#include "spec/keys.h"
#include "spec/reader.h"

#include "base/buf.h"

const char *const caller_names[CALLER_COUNT] = {"pv32", "pv64", "hvm32", "hvm64", "arm"};

static struct diag *fault(struct reader *reader, enum rule rule, const struct text *at, const char *message)
{
    return diag_add(reader->diags, rule, reader_span(reader, at->off, at->len), "%s", message);
}

static bool read_callers(struct reader *reader, struct row *row)
{
    if (!row->caller_words.at) {
        row->callers = CALLER_ALL;
        return true;
    }
    bool good = true;
    row->callers = 0;
    for (size_t i = 0; i < row->caller_words.len; i++) {
        const struct text *word = &row->caller_words.at[i];
        enum caller caller = 0;
        while (caller < CALLER_COUNT && !str_is(word->s, caller_names[caller])) {
            caller++;
        }
        if (caller < CALLER_COUNT) {
            row->callers |= CALLER_BIT(caller);
            continue;
        }
        struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, word->off, word->len),
                                     "there is no caller `%.*s`", STR_ARG(reader_shown(reader, word->s)));
        diag_help(reader->diags, diag, "they are pv32, pv64, hvm32, hvm64 and arm");
        good = false;
    }
    return good;
}

/* A value of a row that is an integer must not be negative. */
static bool unsigned_value(struct reader *reader, const struct value *value, const char *key)
{
    if (!value->number.negative) {
        return true;
    }
    diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, value->number.off, value->number.len),
             "`%s` must be an unsigned integer, found a negative one", key);
    return false;
}

static bool read_hypercall(struct reader *reader, struct def *def, struct row *row)
{
    const struct text *number = &row->number.string;
    bool good = read_callers(reader, row);
    if (row->number.is_string) {
        bool exact = number->len == number->s.len + 2;
        good = reader_formula(reader, *number, exact ? number->off + 1 : UINT32_MAX,
                              &def_more(reader->arena, def)->formula) &&
               good;
    } else {
        good = unsigned_value(reader, &row->number, "number") && good;
        def_more(reader->arena, def)->value = row->number;
    }
    size_t kept = 0;
    for (size_t i = 0; i < row->args.len; i++) {
        if (reader_in_release(&row->args.at[i].when)) {
            row->args.at[kept++] = row->args.at[i];
        }
    }
    row->args.len = kept;
    if (row->ops.len && !row->op.s.ptr) {
        struct diag *diag = fault(reader, RULE_KEY_MISSING, &def->name, "a hypercall with `ops` lacks its `op`");
        diag_help(reader->diags, diag, "add `op = ...`: the argument that selects among them");
        good = false;
    }
    kept = 0;
    for (size_t i = 0; i < row->ops.len; i++) {
        struct call_op *op = &row->ops.at[i];
        good = reader_one_value(reader, &op->formula, op->value.given, op->name, "a sub-operation") && good;
        if (reader_in_release(&op->when)) {
            row->ops.at[kept++] = *op;
        }
    }
    row->ops.len = kept;
    return good;
}

static bool read_ring(struct reader *reader, const struct def *def, const struct row *row)
{
    const struct type *surplus = row->request ? row->request : row->response;
    if (row->flex && surplus) {
        diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, surplus->off, surplus->len),
                 "a ring of bytes has no requests and responses");
        return false;
    }
    if (row->flex && row->length.text.s.ptr && !row->intf) {
        fault(reader, RULE_KEY_VALUE, &row->length.text, "`length` is for a ring with a page of indexes");
        return false;
    }
    if (!row->flex && row->intf) {
        fault(reader, RULE_KEY_VALUE, &def->name, "`intf` is for a ring that is `flex`");
        return false;
    }
    if (!row->flex && (!row->request || !row->response)) {
        struct diag *diag = fault(reader, RULE_KEY_MISSING, &def->name,
                                  row->request ? "a ring lacks its `response`" : "a ring lacks its `request`");
        diag_help(reader->diags, diag, "add `%s = ...`, or `flex = true` for a ring of bytes",
                  row->request ? "response" : "request");
        return false;
    }
    return true;
}

static bool read_save(struct reader *reader, const struct def *def, const struct row *row)
{
    if (row->code.value > UINT16_MAX) {
        diag_add(reader->diags, RULE_VALUE_RANGE, reader_span(reader, row->code.off, row->code.len),
                 "the type code of `%.*s` does not fit a u16", STR_ARG(def->name.s));
        return false;
    }
    if ((row->compat != NULL) != (row->fix.s.ptr != NULL)) {
        struct diag *diag =
            fault(reader, RULE_KEY_MISSING, &def->name, "`compat` and `fix` of a save record belong together");
        diag_help(reader->diags, diag, "add `%s = ...`", row->compat ? "fix" : "compat");
        return false;
    }
    return true;
}

static bool read_event_ring(struct reader *reader, const struct row *row)
{
    bool good = unsigned_value(reader, &row->offset, "offset");
    good = unsigned_value(reader, &row->size, "size") && good;
    good = unsigned_value(reader, &row->len, "length") && good;
    bool named = !row->type || row->type->kind == TYPE_NAMED || row->type->kind == TYPE_SCALAR;
    if (!named) {
        struct diag *diag = diag_add(reader->diags, RULE_TYPE_KIND, reader_span(reader, row->type->off, row->type->len),
                                     "an event has a type with a name");
        diag_help(reader->diags, diag, "name a struct or a union");
    }
    return good && named;
}

bool reader_row(struct reader *reader, struct def *def)
{
    struct row *row = def->row;
    struct type *types[] = {row->request, row->response, row->type};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i]) {
            VEC_PUSH(reader->arena, &def->fields, (struct field){.type = types[i], .more = &field_more_none});
        }
    }
    if (def->broken) {
        return false; /* what a key lacks is said */
    }
    switch (def->kind) {
    case DEF_HYPERCALL:
        return read_hypercall(reader, def, row);
    case DEF_RING:
        return read_ring(reader, def, row);
    case DEF_SAVE:
        return read_save(reader, def, row);
    default:
        return read_event_ring(reader, row);
    }
}
