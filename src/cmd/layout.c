/* The layout verb: where every member lies, with ABIs that differ side by side. */
#include "layout/layout.h"

#include "cmd/load.h"
#include "diag/print.h"
#include "spec/resolve.h"
#include "spec/write.h"

#include <stdlib.h>

static const struct option options[] = {
    OPTION_INDIR,
    OPTION_ABI,
    OPTION_CONTEXT,
    {"interface-version", 0, "V", "the interface version that the guest asks for, such as 0x00030205 (the newest)"},
    OPTION_XEN,
    OPTION_COLOR,
};

/* What is shown: which ABIs, and which ways to include the headers. */
struct view {
    struct run *run;
    const struct spec *spec;
    abi_set abis;
    bool one_sample; /* `sample` alone; else all that differ */
    unsigned sample;
};

/* The ABIs that share one column: those of a group have the same layout. */
struct columns {
    unsigned first[ABI_COUNT]; /* a configuration of each */
    abi_set set[ABI_COUNT];
    size_t len;
};

static bool has_layout(const struct def *def)
{
    return def_is_record(def) || def->kind == DEF_ENUM || def->kind == DEF_BITMAP || def->kind == DEF_TYPEDEF;
}

static bool present(const struct def *def, unsigned config)
{
    return !def->broken && def_exists(def, config) && (!has_layout(def) || def_layout(def, config));
}

static bool same_value(const struct formula *formula, unsigned a, unsigned b)
{
    const struct expr_value *of_a = formula_value(formula, a), *of_b = formula_value(formula, b);
    if (!of_a || !of_b) {
        return of_a == of_b;
    }
    return of_a->is_flexible == of_b->is_flexible && (of_a->is_flexible || of_a->value == of_b->value);
}

/* Whether a definition that two configurations have looks the same in both, down to the records within it. */
static bool same(const struct def *def, unsigned a, unsigned b)
{
    if (!has_layout(def)) {
        return same_value(&def->more->formula, a, b);
    }
    bool equal = def_layout(def, a) == def_layout(def, b);
    for (size_t i = 0; i < def->fields.len && equal; i++) {
        const struct field *field = &def->fields.at[i];
        if (!when_exists(&field->more->when, a)) {
            continue;
        }
        const struct type *type = field->type;
        for (; type->kind == TYPE_ARRAY; type = type->more->of) {
            equal = equal && same_value(type->more->length, a, b);
        }
        equal = equal && (type->kind != TYPE_RECORD || same(type->more->record, a, b));
    }
    return equal;
}

static struct columns columns_of(const struct view *view, const struct def *def, unsigned sample)
{
    struct columns columns = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        unsigned config = sample * ABI_COUNT + abi;
        if (!(view->abis & ABI_BIT(abi)) || !present(def, config)) {
            continue;
        }
        size_t c = 0;
        while (c < columns.len && !same(def, columns.first[c], config)) {
            c++;
        }
        if (c == columns.len) {
            columns.first[c] = config;
            columns.set[c] = 0;
            columns.len++;
        }
        columns.set[c] |= ABI_BIT(abi);
    }
    return columns;
}

/* Whether a definition is and looks the same in two samples. */
static bool same_in_samples(const struct view *view, const struct def *def, unsigned a, unsigned b)
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        unsigned of_a = a * ABI_COUNT + abi, of_b = b * ABI_COUNT + abi;
        bool is_there = present(def, of_a);
        if ((view->abis & ABI_BIT(abi)) && (is_there != present(def, of_b) || (is_there && !same(def, of_a, of_b)))) {
            return false;
        }
    }
    return true;
}

/* Members */

/* Whether an expression is no more than a number, in decimal. */
static bool spells_number(struct str text)
{
    bool digits = true;
    for (size_t i = 0; i < text.len; i++) {
        digits = digits && ascii_is_digit(text.ptr[i]);
    }
    return digits;
}

/* How many an array of expressions has: "16", or "4 x 16" of one of arrays. */
static struct str count_words(struct arena *arena, const struct type *type, unsigned config)
{
    struct buf out = buf_new(arena);
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        if (!type->more->length->text.s.len || spells_number(type->more->length->text.s)) {
            continue;
        }
        buf_text(&out, out.len ? " x " : "");
        if (type_is_flexible(type, config)) {
            buf_text(&out, "flexible");
        } else {
            buf_u64(&out, type_count(type, config));
        }
    }
    return buf_view(&out);
}

static struct str bit_words(struct arena *arena, uint8_t bit)
{
    return str_printf(arena, "%u", (unsigned)bit);
}

/* What is said of each column: once, where it is the same of all. */
struct by_column {
    struct str words[ABI_COUNT];
    size_t len;
};

static void by_column_write(struct buf *out, const struct by_column *all, const char *before, const char *after)
{
    bool differ = false, any = false;
    for (size_t i = 0; i < all->len; i++) {
        differ = differ || !str_eq(all->words[i], all->words[0]);
        any = any || all->words[i].len;
    }
    if (!any) {
        return;
    }
    buf_text(out, before);
    for (size_t i = 0; i < (differ ? all->len : 1); i++) {
        buf_text(out, i ? ", " : "");
        buf_str(out, all->words[i].len ? all->words[i] : STR("-"));
    }
    buf_text(out, after);
}

/* A record on the way down: where it begins in each column, LAYOUT_ABSENT where it is not there. */
struct part {
    const struct def *def;
    uint64_t base[ABI_COUNT];
    unsigned depth;
};

static uint64_t offset_of(const struct part *part, const struct columns *columns, size_t c, size_t i)
{
    const struct layout *layout = part->base[c] == LAYOUT_ABSENT ? NULL : def_layout(part->def, columns->first[c]);
    uint64_t offset = !layout ? LAYOUT_ABSENT : i < part->def->fields.len ? layout->offsets[i] : layout->size;
    return offset == LAYOUT_ABSENT ? offset : part->base[c] + offset;
}

static bool is_anywhere(const struct part *part, const struct columns *columns, size_t i)
{
    bool anywhere = false;
    for (size_t c = 0; c < columns->len; c++) {
        anywhere = anywhere || offset_of(part, columns, c, i) != LAYOUT_ABSENT;
    }
    return anywhere;
}

static uint64_t hole_of(const struct part *part, const struct columns *columns, size_t c, size_t i)
{
    bool there = offset_of(part, columns, c, i) != LAYOUT_ABSENT;
    return there ? layout_hole(part->def, columns->first[c], i) : 0;
}

static void hole_row(struct buf *out, const struct part *part, const struct columns *columns, size_t i)
{
    bool any = false;
    for (size_t c = 0; c < columns->len; c++) {
        any = any || hole_of(part, columns, c, i);
    }
    if (!any) {
        return;
    }
    for (size_t c = 0; c < columns->len; c++) {
        uint64_t bytes = hole_of(part, columns, c, i);
        if (bytes) {
            buf_printf(out, " %7llu %7llu", (unsigned long long)(offset_of(part, columns, c, i) - bytes),
                       (unsigned long long)bytes);
        } else {
            buf_text(out, "       .       .");
        }
    }
    buf_fill(out, ' ', 2 + 2 * (size_t)part->depth);
    buf_text(out, "(padding)\n");
}

static void member_row(struct buf *out, const struct part *part, const struct columns *columns, size_t i)
{
    const struct field *field = &part->def->fields.at[i];
    struct by_column counts = {.len = columns->len}, bits = {.len = columns->len};
    for (size_t c = 0; c < columns->len; c++) {
        uint64_t offset = offset_of(part, columns, c, i);
        if (offset == LAYOUT_ABSENT) {
            buf_text(out, "       -       -");
            continue;
        }
        unsigned config = columns->first[c];
        const struct layout *layout = def_layout(part->def, config);
        buf_printf(out, " %7llu", (unsigned long long)offset);
        if (field->more->bits.given) {
            buf_printf(out, " %3llu bit", (unsigned long long)field->more->bits.value);
            bits.words[c] = bit_words(out->arena, layout->bits[i]);
        } else {
            buf_printf(out, " %7llu", (unsigned long long)layout_type(field->type, config).size);
        }
        counts.words[c] = count_words(out->arena, field->type, config);
    }
    buf_fill(out, ' ', 2 + 2 * (size_t)part->depth);
    buf_str(out, field->name.s.len ? field->name.s : field->more->bits.given ? STR("(unnamed)") : STR("(anonymous)"));
    buf_text(out, ": ");
    type_write(out, field->type);
    if (field->more->bits.given) {
        buf_printf(out, ":%llu", (unsigned long long)field->more->bits.value);
        by_column_write(out, &bits, " at bit ", "");
    }
    by_column_write(out, &counts, " (", ")");
    buf_char(out, '\n');
}

static void members(struct buf *out, const struct part *part, const struct columns *columns)
{
    const struct def *def = part->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        if (!is_anywhere(part, columns, i)) {
            continue;
        }
        hole_row(out, part, columns, i);
        member_row(out, part, columns, i);
        const struct type *type = type_element(def->fields.at[i].type);
        if (type->kind == TYPE_RECORD) {
            /* Of several, the first. */
            struct part inner = {.def = type->more->record, .depth = part->depth + 1};
            for (size_t c = 0; c < columns->len; c++) {
                inner.base[c] = offset_of(part, columns, c, i);
            }
            members(out, &inner, columns);
        }
    }
    hole_row(out, part, columns, def->fields.len);
}

/* Definitions */

/* "x86_64, arm32", or "all ABIs". */
static struct str abi_words(struct arena *arena, abi_set set)
{
    return set == ABI_ALL ? STR("all ABIs") : abi_set_names(arena, set);
}

static void show_constant(const struct view *view, const struct def *def, const struct columns *columns)
{
    struct buf *out = &view->run->out;
    const struct formula *formula = &def->more->formula;
    for (size_t c = 0; c < columns->len; c++) {
        buf_text(out, "  ");
        if (columns->len > 1) {
            buf_printf(out, "%.*s: ", STR_ARG(abi_words(out->arena, columns->set[c])));
        }
        buf_text(out, "value ");
        if (!formula->text.s.ptr) {
            const struct value *value = &def->more->value;
            uint32_t off = value->is_string ? value->string.off : value->number.off;
            uint32_t len = value->is_string ? value->string.len : value->number.len;
            buf_bytes(out, def->source->text.ptr + off, len); /* as it is spelled */
        } else {
            const struct expr_value *value = formula_value(formula, columns->first[c]);
            buf_str(out, formula->text.s);
            if (spells_number(formula->text.s)) {
                /* That says it. */
            } else if (value && value->is_flexible) {
                buf_text(out, " (flexible)");
            } else if (value && c_int_is_signed(value->type, config_abi(columns->first[c]))) {
                buf_printf(out, " = %lld", (long long)value->value);
            } else if (value) {
                buf_printf(out, " = %llu", (unsigned long long)value->value);
            }
        }
        buf_char(out, '\n');
    }
}

/* A definition as it is in one sample. */
static void show_in(const struct view *view, const struct def *def, const struct columns *columns)
{
    struct buf *out = &view->run->out;
    for (size_t c = 0; c < columns->len && has_layout(def); c++) {
        const struct layout *layout = def_layout(def, columns->first[c]);
        buf_printf(out, "  %.*s: size %llu, alignment %llu\n", STR_ARG(abi_words(out->arena, columns->set[c])),
                   (unsigned long long)layout->size, (unsigned long long)layout->align);
    }
    if (def->kind == DEF_TYPEDEF || (def->kind == DEF_HANDLE && def->type)) {
        const struct type *type = def->kind == DEF_HANDLE ? def->type : def->fields.at[0].type;
        struct by_column counts = {.len = columns->len};
        for (size_t c = 0; c < columns->len; c++) {
            counts.words[c] = count_words(out->arena, type, columns->first[c]);
        }
        buf_text(out, def->kind == DEF_HANDLE ? "  points at " : "  stands for ");
        type_write(out, type);
        by_column_write(out, &counts, " (", ")");
        buf_char(out, '\n');
    } else if (def->kind == DEF_CONSTANT) {
        show_constant(view, def, columns);
    }
    if (!def_is_record(def)) {
        return;
    }
    for (size_t c = 0; c < columns->len && columns->len > 1; c++) {
        buf_printf(out, "%16s", abis[config_abi(columns->first[c])].name);
    }
    buf_text(out, columns->len > 1 ? "\n" : "");
    for (size_t c = 0; c < columns->len; c++) {
        buf_text(out, "  offset    size");
    }
    buf_text(out, "  member\n");
    members(out, &(struct part){.def = def}, columns);
}

/* "guest with interface >= 0x00030205 < 0x00040600"; `last` is the last of consecutive samples that are alike. */
static void sample_write(struct buf *out, const struct spec *spec, unsigned first, unsigned last)
{
    const struct sample *sample = &spec->samples[first];
    buf_text(out, contexts[sample->context].name);
    if (sample->interface != INTERFACE_NEWEST) {
        bool is_newest = last + 1 == spec->samples_len || spec->samples[last + 1].interface == INTERFACE_NEWEST;
        uint32_t end = is_newest ? spec->newest_from : spec->samples[last + 1].interface;
        buf_text(out, " with interface ");
        if (sample->interface) {
            buf_printf(out, ">= 0x%08x ", (unsigned)sample->interface);
        }
        buf_printf(out, "< 0x%08x", (unsigned)end);
    }
    buf_text(out, sample->opted_in ? " that defines the macros of conditions" : "");
}

/* A definition in the samples that look like `first`, under a heading that names them. */
static void show_samples(const struct view *view, const struct def *def, unsigned first, bool done[SAMPLES_MAX])
{
    const struct spec *spec = view->spec;
    struct columns columns = columns_of(view, def, first);
    struct buf *out = &view->run->out;
    const char *between = "  ";
    for (unsigned s = first; s < spec->samples_len; s++) {
        if (done[s] || !same_in_samples(view, def, first, s)) {
            continue;
        }
        unsigned last = s;
        while (last + 1 < spec->samples_len && spec->samples[s].interface != INTERFACE_NEWEST &&
               spec->samples[last + 1].interface != INTERFACE_NEWEST &&
               spec->samples[last + 1].opted_in == spec->samples[s].opted_in &&
               same_in_samples(view, def, first, last + 1)) {
            last++;
        }
        buf_text(out, between);
        sample_write(out, spec, s, last);
        for (unsigned i = s; i <= last; i++) {
            done[i] = true;
        }
        between = "; ";
    }
    buf_text(out, columns.len ? ":\n" : ": there is none\n");
    if (columns.len) {
        show_in(view, def, &columns);
    }
}

static void show(const struct view *view, const struct def *def)
{
    static const char *const words[DEF_KIND_COUNT] = {
        [DEF_STRUCT] = "struct",   [DEF_UNION] = "union",       [DEF_ENUM] = "enum",     [DEF_BITMAP] = "bitmap",
        [DEF_TYPEDEF] = "typedef", [DEF_CONSTANT] = "constant", [DEF_HANDLE] = "handle", [DEF_VERBATIM] = "verbatim"};
    if (def_is_row(def) || def->kind == DEF_REFUSAL) {
        return; /* what is made of a row has layouts */
    }
    struct buf *out = &view->run->out;
    struct columns columns = columns_of(view, def, view->sample);
    bool anywhere = columns.len > 0;
    for (unsigned s = 0; s < view->spec->samples_len && !view->one_sample; s++) {
        anywhere = anywhere || !same_in_samples(view, def, view->sample, s);
    }
    if (!anywhere) {
        return;
    }
    struct position at = source_position(view->run->arena, def->source, def->name.off);
    buf_printf(out, "%s%s %.*s  (", out->len ? "\n" : "", words[def->kind], STR_ARG(def->name.s));
    text_visible(out, def->source->path);
    buf_printf(out, ":%u)\n", at.line);
    if (columns.len) {
        show_in(view, def, &columns);
    }
    bool done[SAMPLES_MAX] = {false};
    for (unsigned s = 0; s < view->spec->samples_len && !view->one_sample; s++) {
        if (!done[s] && !same_in_samples(view, def, view->sample, s)) {
            show_samples(view, def, s, done);
        }
    }
}

/* Shows what has the name, inline records by their tags too; whether there was any. */
static bool show_named(const struct view *view, const struct def *def, struct str name)
{
    bool found = str_eq(def->name.s, name);
    if (found) {
        show(view, def);
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type ? type_element(def->fields.at[i].type) : NULL;
        if (type && type->kind == TYPE_RECORD && !def->fields.at[i].joined) {
            found = show_named(view, type->more->record, name) || found;
        }
    }
    return found;
}

static int unknown_name(struct run *run, const struct spec *spec, struct str name)
{
    struct nearest near = nearest_start(name);
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            nearest_try(&near, spec->folders.at[f]->defs.at[d]->name.s);
        }
    }
    return near.best.len ? run_fail(run, "the spec does not define `%.*s`; did you mean `%.*s`?", STR_ARG(name),
                                    STR_ARG(near.best))
                         : run_fail(run, "the spec does not define `%.*s`", STR_ARG(name));
}

/* The sample that --context and --interface-version ask for. */
static int read_sample(struct view *view)
{
    const struct run *run = view->run;
    struct str name = run_option(run, "context", ""), version = run_option(run, "interface-version", "");
    view->one_sample = name.len || version.len;
    if (!view->one_sample) {
        return EXIT_NOTHING_FOUND;
    }
    enum context context = name.len ? context_find(name) : CONTEXT_GUEST;
    if (context == CONTEXT_COUNT) {
        return run_fail(run, "there is no context `%.*s`: they are tools, guest, xen", STR_ARG(name));
    }
    uint32_t interface = INTERFACE_NEWEST;
    if (version.len) {
        const char *text = str_copy(run->arena, version).ptr;
        char *end = NULL;
        unsigned long value = strtoul(text, &end, 0);
        if (!ascii_is_digit(*text) || *end || value >= INTERFACE_NEWEST) {
            return run_fail(run, "--interface-version is a number such as 0x00030205, not `%.*s`", STR_ARG(version));
        }
        if (context != CONTEXT_GUEST) {
            return run_fail(run, "only guests ask for an interface version: %s always has the newest",
                            contexts[context].name);
        }
        interface = (uint32_t)value;
    }
    view->sample = config_sample(spec_config(view->spec, 0, context, interface));
    return EXIT_NOTHING_FOUND;
}

static int run_layout(struct run *run)
{
    struct load load;
    struct view view = {.run = run, .spec = &load.spec, .sample = SAMPLE_DEFAULT};
    int status = read_abis(run, &view.abis);
    if (status || !load_spec(run, &load, (struct str){NULL, 0}, false) || read_sample(&view)) {
        return EXIT_CANNOT_RUN;
    }
    status = load_report(run, &load);
    struct str name = run->arguments.len ? run->arguments.at[0] : (struct str){NULL, 0};
    bool found = false;
    for (size_t f = 0; f < load.spec.folders.len; f++) {
        for (size_t d = 0; d < load.spec.folders.at[f]->defs.len; d++) {
            const struct def *def = load.spec.folders.at[f]->defs.at[d];
            if (name.len) {
                found = show_named(&view, def, name) || found;
            } else if (def_is_record(def)) {
                show(&view, def);
            }
        }
    }
    return name.len && !found && !status ? unknown_name(run, &load.spec, name) : status;
}

const struct verb verb_layout = {.name = "layout",
                                 .arguments = "[NAME]",
                                 .arguments_max = 1,
                                 .doc = "Shows offsets, sizes and holes of a definition, or of every struct and union.",
                                 .example = "xenbindgen layout --indir specs xen_sysctl_readconsole",
                                 .options = options,
                                 .options_len = sizeof options / sizeof *options,
                                 .run = run_layout};
