/*
 * Tables of Xen's own in Rust. A hypercall is a module with a type for the call, one for each sub-operation and one for
 * their numbers; traits tie a sub-operation to its call and to what it works on, so that no other pair compiles.
 */
#include "emit/rust.h"

#include "spec/write.h"

/* src/support/table.rs of the crate, if there is a table in the spec. */
const char *const rust_support_table[] = {
    /* clang-format off */
    "// What ties the types of Xen's tables together.",
    "#![allow(dead_code, unused_imports, unused_macros)]",
    "",
    "/// Who makes a hypercall: a domain by its kind and its width.",
    "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]",
    "pub enum Caller {",
    "    /// A paravirtualised domain of 32 bits.",
    "    Pv32,",
    "    /// A paravirtualised domain of 64 bits.",
    "    Pv64,",
    "    /// A domain of 32 bits with hardware support, on x86.",
    "    Hvm32,",
    "    /// A domain of 64 bits with hardware support, on x86.",
    "    Hvm64,",
    "    /// A domain on Arm.",
    "    Arm,",
    "}",
    "",
    "/// Who writes what a sub-operation works on.",
    "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]",
    "pub enum Direction {",
    "    /// The caller.",
    "    In,",
    "    /// Xen.",
    "    Out,",
    "    /// Both.",
    "    InOut,",
    "}",
    "",
    "/// A hypercall.",
    "pub trait Hypercall {",
    "    /// Its number.",
    "    const NUMBER: u32;",
    "    /// Its name.",
    "    const NAME: &'static str;",
    "    /// Who may make it.",
    "    const CALLERS: &'static [Caller];",
    "}",
    "",
    "/// A sub-operation of a hypercall.",
    "///",
    "/// A function that takes the argument of the operation that it is for takes no other one:",
    "/// `fn domctl<O: Operation<Call = domctl::Call>>(argument: &mut O::Argument)`.",
    "pub trait Operation {",
    "    /// The hypercall.",
    "    type Call: Hypercall;",
    "    /// What it works on; `()` for nothing.",
    "    type Argument;",
    "    /// What a second handle of the call points at; `()` for nothing.",
    "    type Argument2;",
    "    /// The number that selects it.",
    "    const OP: u32;",
    "    /// Its name.",
    "    const NAME: &'static str;",
    "    /// Who writes the argument.",
    "    const DIRECTION: Direction;",
    "}",
    "",
    "/// A record of a saved HVM domain.",
    "pub trait HvmSave {",
    "    /// The type code in the descriptor that stands before it.",
    "    const TYPECODE: u16;",
    "    /// Its name.",
    "    const NAME: &'static str;",
    "}",
    "",
    "macro_rules! call {",
    "    ($name:ident = $number:literal, $text:literal, by $($caller:ident)*) => {",
    "        impl crate::Hypercall for $name {",
    "            const NUMBER: u32 = $number;",
    "            const NAME: &'static str = $text;",
    "            const CALLERS: &'static [crate::Caller] = &[$(crate::Caller::$caller),*];",
    "        }",
    "    };",
    "}",
    "pub(crate) use call;",
    "",
    "macro_rules! operation {",
    "    ($name:ident = $number:literal, $text:literal, $direction:ident $argument:ty, $argument2:ty) => {",
    "        impl crate::Operation for $name {",
    "            type Call = Call;",
    "            type Argument = $argument;",
    "            type Argument2 = $argument2;",
    "            const OP: u32 = $number;",
    "            const NAME: &'static str = $text;",
    "            const DIRECTION: crate::Direction = crate::Direction::$direction;",
    "        }",
    "    };",
    "}",
    "pub(crate) use operation;",
    "",
    "macro_rules! save {",
    "    ($type:ty = $code:literal, $text:literal) => {",
    "        impl crate::HvmSave for $type {",
    "            const TYPECODE: u16 = $code;",
    "            const NAME: &'static str = $text;",
    "        }",
    "    };",
    "}",
    "pub(crate) use save;",
    "",
    "macro_rules! ring {",
    "    ($name:ident of $entry:ty: $request:ty, $response:ty) => {",
    "        impl crate::Ring for $name {",
    "            type Request = $request;",
    "            type Response = $response;",
    "        }",
    "",
    "        // What `FrontRing` and `BackRing` rely on.",
    "        const _: () = {",
    "            use ::core::mem::{offset_of, size_of};",
    "            ::core::assert!(offset_of!($name, req_prod) == 0);",
    "            ::core::assert!(offset_of!($name, req_event) == 4);",
    "            ::core::assert!(offset_of!($name, rsp_prod) == 8);",
    "            ::core::assert!(offset_of!($name, rsp_event) == 12);",
    "            ::core::assert!(offset_of!($name, ring) == 64);",
    "            ::core::assert!(",
    "                size_of::<$entry>() == crate::support::ring::slot_size::<$request, $response>(),",
    "                concat!(\"places of \", stringify!($name))",
    "            );",
    "        };",
    "    };",
    "}",
    "pub(crate) use ring;",
    "",
    "macro_rules! event_ring {",
    "    ($name:ident: $event:ty, at $offset:literal, $size:literal bytes, $len:literal) => {",
    "        impl crate::EventRing for $name {",
    "            type Event = $event;",
    "            const OFFSET: usize = $offset;",
    "            const SIZE: usize = $size;",
    "            const LEN: usize = $len;",
    "        }",
    "    };",
    "}",
    "pub(crate) use event_ring;",
    /* clang-format on */
};

const size_t rust_support_table_len = sizeof rust_support_table / sizeof *rust_support_table;

/* What stands for a hypercall in its module. */
#define CALL_TYPE "Call"
#define OP_TYPE   "Op"

abi_set rust_op_abis(const struct rust_facts *facts, const struct call_op *op)
{
    return rust_existing(&op->when, facts->abis);
}

static uint64_t value_on(const struct number *number, const struct formula *formula, enum abi abi)
{
    const struct expr_value *value = formula_value(formula, abi);
    return value ? value->value : number->value;
}

static void blank_line(struct rust *r, bool *first)
{
    buf_text(&r->out, *first ? "" : "\n");
    *first = false;
}

/* `crate::support::table::MACRO! { TEXT }` for each group; rustfmt leaves it as it is. */
static void invoke(struct rust *r, size_t indent, const struct rust_facts *facts, const struct rust_groups *groups,
                   const char *macro)
{
    for (size_t i = 0; i < groups->len; i++) {
        buf_char(&r->out, '\n');
        rust_cfg(r, indent, rust_within(facts, groups->at[i].abis));
        buf_fill(&r->out, ' ', indent);
        buf_printf(&r->out, "crate::support::table::%s! {\n", macro);
        buf_fill(&r->out, ' ', indent + 4);
        buf_printf(&r->out, "%.*s\n", STR_ARG(groups->at[i].text));
        buf_fill(&r->out, ' ', indent);
        buf_text(&r->out, "}\n");
    }
}

static void marker(struct rust *r, size_t indent, struct str name)
{
    buf_fill(&r->out, ' ', indent);
    buf_text(&r->out, "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]\n");
    buf_fill(&r->out, ' ', indent);
    buf_printf(&r->out, "pub struct %.*s;\n", STR_ARG(name));
}

/* Lets a search for the name in C find a type of a hypercall's module. */
static void doc_alias(struct rust *r, struct str c_name, struct str name)
{
    if (rust_needs_alias(c_name, name)) {
        buf_printf(&r->out, "        #[doc(alias = \"%.*s\")]\n", STR_ARG(c_name));
    }
}

/* --- hypercalls --- */

/* The arguments that there are on one of the ABIs, for the documentation. */
static struct str arguments(struct rust *r, const struct rust_facts *facts)
{
    static const char *const dirs[] = {"", ", written by the caller", ", written by Xen", ", written by both"};
    const struct row *row = facts->def->row;
    struct buf out = buf_new(r->arena);
    for (size_t i = 0; i < row->args.len; i++) {
        const struct call_arg *arg = &row->args.at[i];
        abi_set set = rust_existing(&arg->when, facts->abis);
        if (!set) {
            continue;
        }
        buf_printf(&out, "%s`%.*s: ", out.len ? "; " : "Arguments: ", STR_ARG(arg->name.s));
        type_write(&out, arg->type);
        buf_printf(&out, "`%s", dirs[arg->dir]);
        struct str values = rust_values_link(r, NULL, facts, arg->values, rust_first_abi(set));
        buf_printf(&out, "%s%.*s", values.len ? ", of " : "", STR_ARG(values));
        if (set != facts->abis) {
            buf_printf(&out, ", on `%.*s`", STR_ARG(abi_set_names(r->arena, set)));
        }
    }
    buf_text(&out, out.len ? "." : "It has no arguments.");
    return buf_view(&out);
}

static void call_type(struct rust *r, const struct rust_facts *facts)
{
    const struct def *def = facts->def;
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!abi_in(abi, facts->abis)) {
            continue;
        }
        struct buf text = buf_new(r->arena);
        buf_text(&text, CALL_TYPE " = ");
        rust_number(&text, value_on(&def->more->value.number, &def->more->formula, abi), false);
        buf_printf(&text, ", \"%.*s\", by", STR_ARG(def->name.s));
        static const char *const words[CALLER_COUNT] = {"Pv32", "Pv64", "Hvm32", "Hvm64", "Arm"};
        for (enum caller caller = 0; caller < CALLER_COUNT; caller++) {
            if (def->row->callers & CALLER_BIT(caller)) {
                buf_printf(&text, " %s", words[caller]);
            }
        }
        rust_group_add(&groups, abi, buf_view(&text));
    }
    rust_doc(r, 8, (struct str){NULL, 0}, STR("The hypercall."), arguments(r, facts));
    doc_alias(r, str_printf(r->arena, "__HYPERVISOR_%.*s", STR_ARG(def->name.s)), STR(CALL_TYPE));
    marker(r, 8, STR(CALL_TYPE));
    invoke(r, 8, facts, &groups, "call");
}

/* The numbers of the sub-operations. */
static void op_type(struct rust *r, const struct rust_facts *facts)
{
    const struct row *row = facts->def->row;
    struct map taken = map_new(r->arena);
    buf_text(&r->out, "\n        crate::support::values! {\n"
                      "            /// The number of a sub-operation, named or not.\n"
                      "            #[repr(transparent)]\n"
                      "            pub struct " OP_TYPE ": u32 {\n");
    for (size_t i = 0; i < row->ops.len; i++) {
        const struct call_op *op = &row->ops.at[i];
        struct rust_groups groups = {.len = 0};
        abi_set set = rust_op_abis(facts, op);
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (abi_in(abi, set)) {
                struct buf text = buf_new(r->arena);
                rust_number(&text, value_on(&op->value, &op->formula, abi), false);
                rust_group_add(&groups, abi, buf_view(&text));
            }
        }
        struct str name = groups.len ? rust_claim(r, &taken, op->rust_value, set) : op->rust_value;
        for (size_t g = 0; g < groups.len; g++) {
            rust_doc(r, 16, op->description, str_printf(r->arena, "`%.*s`.", STR_ARG(op->name.s)),
                     (struct str){NULL, 0});
            rust_cfg(r, 16, rust_within(facts, groups.at[g].abis));
            bool alias = rust_needs_alias(op->c_name, name);
            buf_printf(&r->out, "                const %.*s%s%.*s%s = %.*s;\n", STR_ARG(name), alias ? ": \"" : "",
                       alias ? (int)op->c_name.len : 0, op->c_name.ptr, alias ? "\"" : "", STR_ARG(groups.at[g].text));
        }
    }
    buf_text(&r->out, "            }\n        }\n");
}

static struct str op_text(struct rust *r, const struct rust_facts *facts, const struct call_op *op, struct str name,
                          enum abi abi)
{
    static const char *const dirs[] = {"InOut", "In", "Out", "InOut"};
    struct buf text = buf_new(r->arena);
    buf_printf(&text, "%.*s = ", STR_ARG(name));
    rust_number(&text, value_on(&op->value, &op->formula, abi), false);
    struct str argument = op->arg ? rust_type_from(r, NULL, facts, op->arg, abi) : STR("()");
    struct str argument2 = op->arg2 ? rust_type_from(r, NULL, facts, op->arg2, abi) : STR("()");
    buf_printf(&text, ", \"%.*s\", %s %.*s, %.*s", STR_ARG(op->name.s), dirs[op->dir], STR_ARG(argument),
               STR_ARG(argument2));
    return buf_view(&text);
}

static void operation(struct rust *r, const struct rust_facts *facts, const struct call_op *op, struct map *taken)
{
    struct rust_groups groups = {.len = 0};
    abi_set set = rust_op_abis(facts, op);
    if (!set) {
        return;
    }
    struct str name = rust_claim(r, taken, op->rust_name, set);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, set)) {
            rust_group_add(&groups, abi, op_text(r, facts, op, name, abi));
        }
    }
    buf_char(&r->out, '\n');
    struct str otherwise = str_printf(r->arena, "The sub-operation `%.*s`.", STR_ARG(op->name.s));
    rust_doc(r, 8, op->description, otherwise, (struct str){NULL, 0});
    rust_cfg(r, 8, rust_within(facts, set));
    doc_alias(r, op->c_name, name);
    marker(r, 8, name);
    invoke(r, 8, facts, &groups, "operation");
}

/* The module of a hypercall. */
static void hypercall(struct rust *r, const struct rust_facts *facts, struct map *modules)
{
    const struct def *def = facts->def;
    const struct row *row = def->row;
    struct map taken = map_new(r->arena);
    (void)rust_claim(r, &taken, STR(CALL_TYPE), ABI_ALL);
    (void)rust_claim(r, &taken, STR(OP_TYPE), ABI_ALL);
    struct str c = str_printf(r->arena, "__HYPERVISOR_%.*s", STR_ARG(def->name.s));
    struct str note =
        def->more->value.number.given && !def->more->formula.text.s.ptr ? rust_c_name(r, c) : (struct str){NULL, 0};
    struct str module = rust_claim(r, modules, row->rust_module, facts->abis);
    rust_doc(r, 4, def->description, str_printf(r->arena, "The hypercall `%.*s`.", STR_ARG(def->name.s)), note);
    rust_cfg(r, 4, facts->abis);
    buf_text(&r->out, rust_is_snake(rust_plain(module)) ? "" : "    #[allow(non_snake_case)]\n");
    buf_printf(&r->out, "    pub mod %.*s {\n", STR_ARG(module));
    call_type(r, facts);
    abi_set any = 0;
    for (size_t i = 0; i < row->ops.len; i++) {
        any |= rust_op_abis(facts, &row->ops.at[i]);
    }
    if (any) {
        op_type(r, facts);
    }
    for (size_t i = 0; i < row->ops.len; i++) {
        operation(r, facts, &row->ops.at[i], &taken);
    }
    buf_text(&r->out, "    }\n");
}

/* --- rings and save records --- */

/* The text of a row on an ABI; empty for none. */
typedef struct str row_text(struct rust *r, const struct rust_facts *facts, enum abi abi);

static struct str save_text(struct rust *r, const struct rust_facts *facts, enum abi abi)
{
    const struct row *row = facts->def->row;
    struct buf text = buf_new(r->arena);
    buf_printf(&text, "%.*s = ", STR_ARG(rust_type(r, facts, row->type, abi)));
    rust_number(&text, row->code.value, false);
    buf_printf(&text, ", \"%.*s\"", STR_ARG(facts->def->name.s));
    return buf_view(&text);
}

static struct str ring_text(struct rust *r, const struct rust_facts *facts, enum abi abi)
{
    const struct def *def = facts->def;
    const struct symbol *page = map_get(&r->spec->symbols, str_printf(r->arena, "%.*s_sring", STR_ARG(def->name.s)));
    const struct symbol *entry =
        map_get(&r->spec->symbols, str_printf(r->arena, "%.*s_sring_entry", STR_ARG(def->name.s)));
    if (def->row->flex || !page || !page->on[abi] || !entry || !entry->on[abi]) {
        return (struct str){NULL, 0};
    }
    return str_printf(r->arena, "%.*s of %.*s: %.*s, %.*s", STR_ARG(rust_facts_of(r, page->on[abi])->name),
                      STR_ARG(rust_facts_of(r, entry->on[abi])->name),
                      STR_ARG(rust_type(r, facts, def->row->request, abi)),
                      STR_ARG(rust_type(r, facts, def->row->response, abi)));
}

/* The constant that was made of an event ring under a name. */
static uint64_t event_value(struct rust *r, const struct def *def, const char *tail, enum abi abi)
{
    struct str name = str_printf(r->arena, "%.*s_%s", STR_ARG(def->name.s), tail);
    const struct constant_ref *ref = map_get(&r->spec->constants, name);
    while (ref && !config_set_has(&ref->configs, abi)) {
        ref = ref->next;
    }
    return ref ? value_on(&ref->def->more->value.number, &ref->def->more->formula, abi) : 0;
}

static struct str event_text(struct rust *r, const struct rust_facts *facts, enum abi abi)
{
    const struct def *def = facts->def;
    struct buf text = buf_new(r->arena);
    buf_printf(&text, "%.*s: %.*s, at ", STR_ARG(facts->name), STR_ARG(rust_type(r, facts, def->row->type, abi)));
    rust_number(&text, event_value(r, def, "OFFS", abi), false);
    buf_text(&text, ", ");
    rust_number(&text, event_value(r, def, "SIZE", abi), false);
    buf_text(&text, " bytes, ");
    rust_number(&text, event_value(r, def, "LEN", abi), false);
    return buf_view(&text);
}

static struct rust_groups row_groups(struct rust *r, const struct rust_facts *facts, row_text *text)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct str line = abi_in(abi, facts->abis) ? text(r, facts, abi) : (struct str){NULL, 0};
        if (line.len) {
            rust_group_add(&groups, abi, line);
        }
    }
    return groups;
}

/* An implementation for a type that there is anyway: under its own condition. */
static void implement(struct rust *r, const struct rust_facts *facts, row_text *text, const char *macro)
{
    struct rust_groups groups = row_groups(r, facts, text);
    struct rust_facts everywhere = {.abis = ABI_ALL};
    invoke(r, 0, &everywhere, &groups, macro);
}

void rust_rows(struct rust *r, const struct rust_folder *folder)
{
    bool any = false;
    for (size_t i = 0; i < folder->rows.len; i++) {
        const struct rust_facts *facts = folder->rows.at[i];
        switch (facts->def->kind) {
        case DEF_SAVE:
            implement(r, facts, save_text, "save");
            break;
        case DEF_RING:
            implement(r, facts, ring_text, "ring");
            break;
        case DEF_EVENT_RING:
            buf_char(&r->out, '\n');
            rust_doc(r, 0, facts->def->description, (struct str){NULL, 0}, rust_c_name(r, facts->def->name.s));
            rust_cfg(r, 0, facts->abis);
            marker(r, 0, facts->name);
            implement(r, facts, event_text, "event_ring");
            break;
        default:
            any = true;
            break;
        }
    }
    struct map modules = map_new(r->arena);
    bool first = true;
    buf_text(&r->out, any ? "\n/// Hypercalls, each a module with types for it and for its sub-operations.\n"
                            "pub mod hypercall {\n"
                          : "");
    for (size_t i = 0; i < folder->rows.len; i++) {
        if (folder->rows.at[i]->def->kind == DEF_HYPERCALL) {
            blank_line(r, &first);
            hypercall(r, folder->rows.at[i], &modules);
        }
    }
    buf_text(&r->out, any ? "}\n" : "");
}
