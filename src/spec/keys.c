#include "spec/keys.h"

#include "spec/model.h"

/* The words of a choice stand in the order of the enum that they set, from its second member on. */
static const char *const level_words[] = {"stable", "toolstack", "legacy", NULL};
static const char *const dir_words[] = {"in", "out", "inout", NULL};
static const char *const enum_form_words[] = {"typedef", "both", "enum", "define", "anonymous", "call", NULL};
static const char *const record_form_words[] = {"typedef", "both", "tag", NULL};
static const char *const read_by_words[] = {"tag", "first", "direction", "context", "view", NULL};
static const char *const suffix_words[] = {"", "U", "UL", "ULL", NULL};

#define AT(type, member) .offset = offsetof(struct type, member)
#define NAME_KEY_OF(type, member, text)                                                     \
    {                                                                                       \
        .name = "name", .kind = KEY_NAME, .required = true, AT(type, member), .doc = (text) \
    }
#define PART_KEY(type, text)                                                              \
    {                                                                                     \
        .name = "name", .kind = KEY_PART, .required = true, AT(type, name), .doc = (text) \
    }
#define DESCRIPTION_KEY_OF(type, member)                                                                   \
    {                                                                                                      \
        .name = "description", .kind = KEY_TEXT, AT(type, member),                                         \
        .doc = "What it is for, as plain text; it becomes the comment in C and the documentation in Rust." \
    }
#define WHEN_KEY_OF(type, member)                                                                                   \
    {                                                                                                               \
        .name = "when", .kind = KEY_WHEN, AT(type, member), .table = TABLE_WHEN,                                    \
        .doc = "Where it exists: a table of conditions that must all hold, or an array of such, one of which must." \
    }
#define NAME_KEY(type, text)  NAME_KEY_OF(type, name, text)
#define DESCRIPTION_KEY(type) DESCRIPTION_KEY_OF(type, description)
#define WHEN_KEY(type)        WHEN_KEY_OF(type, when)
#define DEF_NAME_KEY(text)    NAME_KEY_OF(def_draft, def.name, text)
#define DEF_DESCRIPTION_KEY   DESCRIPTION_KEY_OF(def_draft, def.description)
#define DEF_WHEN_KEY          WHEN_KEY_OF(def_draft, def.when)
#define RECORD_FORM_KEY                                                                                            \
    {                                                                                                              \
        .name = "c_form", .kind = KEY_CHOICE, AT(def_draft, def.c_form), .choices = record_form_words,             \
        .doc = "`typedef`: C knows it by a typedef's name and no tag; `both`: by a tag and a typedef of the same " \
               "name. Without it: by its tag."                                                                     \
    }
#define TYPEDEF_KEY                                                                                        \
    {                                                                                                      \
        .name = "typedef", .kind = KEY_NAME, AT(def_draft, alias),                                         \
        .doc = "A further name for it, as a typedef right after it: short for an entry of `[[typedefs]]`." \
    }
#define HANDLE_KEY                                                                                                \
    {                                                                                                             \
        .name = "handle", .kind = KEY_FLAG, AT(def_draft, handle),                                                \
        .doc = "`true`: the header defines the guest handle to it, under the name of its typedef if it has one: " \
               "short for an entry of `[[handles]]`."                                                             \
    }
/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member has none */
#define TAG_KEYS(type, member)                                                                                         \
    {.name = "tag",                                                                                                    \
     .kind = KEY_WORDS,                                                                                                \
     AT(type, member.by),                                                                                              \
     .doc = "Of a union: the member that says which of its members counts, by name, or two of them. `../cmd` is one "  \
            "of the record around the struct that holds the union, `hdr.flags` one of a member's own."},               \
        {.name = "tag_mask",                                                                                           \
         .kind = KEY_WORD,                                                                                             \
         AT(type, member.mask),                                                                                        \
         .doc = "A constant that the tag is masked with before it is compared: some bits of it, or one flag."},        \
    {                                                                                                                  \
        .name = "read_by", .kind = KEY_CHOICE, AT(type, member.read_by), .choices = read_by_words,                     \
        .doc = "Of a union: how it is known which member counts. `tag` (follows from the key of that name); `first`: " \
               "by the member `tag` that each member begins with; `direction`: one on the way in, another on the way " \
               "out; `context`: by something outside; `view`: all count, as views of the same bytes."                  \
    }
/* NOLINTEND(bugprone-macro-parentheses) */
#define WAIVE_KEY(type)                                                                   \
    {                                                                                     \
        .name = "waive", .kind = KEY_TABLES, AT(type, more.waive), .table = TABLE_WAIVER, \
        .doc = "Rules that this may break, each with the reason."                         \
    }
#define VALUES_KEY(target, member)                                                                                   \
    {                                                                                                                \
        .name = "values", .kind = KEY_TYPE, AT(target, member),                                                      \
        .doc = "The enum or bitmap that names the values of its integers, where its type in C must be another: see " \
               "[Definitions](#definitions)."                                                                        \
    }
#define INTEGER_KEY(text)                                                                                          \
    {                                                                                                              \
        .name = "type", .alias = "typ", .kind = KEY_TYPE, .required = true, AT(def_draft, def.type), .doc = (text) \
    }
#define PREFIX_KEY                                                                                                    \
    {                                                                                                                 \
        .name = "c_prefix", .kind = KEY_PREFIX, AT(def_draft, more.c_prefix),                                         \
        .doc = "C name of each constant: this and then its `name` as it is spelled. Without it: `TYPE_NAME`, all in " \
               "upper case."                                                                                          \
    }
#define SUFFIX_KEY                                                                                                     \
    {                                                                                                                  \
        .name = "c_suffix", .kind = KEY_CHOICE, AT(def_draft, more.c_suffix), .choices = suffix_words,                 \
        .doc =                                                                                                         \
            "Suffix, and so C type, of the constants. Without it: none for values of an enum that fit an `int`, else " \
            "`U` or `ULL`."                                                                                            \
    }

static const struct key_info root_keys[] = {
    {.name = "level",
     .kind = KEY_CHOICE,
     AT(spec_file, level),
     .choices = level_words,
     .doc = "How strict the rules of the ABI are for this file: `stable` (the default), `toolstack` or `legacy`."},
    {.name = "header",
     .kind = KEY_TABLE,
     .offset = SIZE_MAX,
     .table = TABLE_HEADER,
     .doc = "Makes the folder's header one that replaces another file for file: C gets what is written, in its order."},
    {.name = "structs", .kind = KEY_TABLES, .table = TABLE_STRUCT, .doc = "Structs."},
    {.name = "unions", .kind = KEY_TABLES, .table = TABLE_UNION, .doc = "Unions."},
    {.name = "enums", .kind = KEY_TABLES, .table = TABLE_ENUM, .doc = "Enums: named values of an integer."},
    {.name = "bitmaps", .kind = KEY_TABLES, .table = TABLE_BITMAP, .doc = "Bitmaps: named bits of an integer."},
    {.name = "typedefs", .kind = KEY_TABLES, .table = TABLE_TYPEDEF, .doc = "Further names for types."},
    {.name = "constants", .kind = KEY_TABLES, .table = TABLE_CONSTANT, .doc = "Numbers and strings with a name."},
    {.name = "includes",
     .kind = KEY_TABLES,
     .table = TABLE_INCLUDE,
     .doc = "Names from other folders. They follow from the names used, unless the file has a `header`."},
    {.name = "handles", .kind = KEY_TABLES, .table = TABLE_HANDLE, .doc = "Guest handles that a header defines."},
    {.name = "verbatim", .kind = KEY_TABLES, .table = TABLE_VERBATIM, .doc = "Text for C alone."},
    {.name = "refusals", .kind = KEY_TABLES, .table = TABLE_REFUSAL, .doc = "Where a header refuses to be included."},
    {.name = "hypercalls",
     .kind = KEY_TABLES,
     .table = TABLE_HYPERCALL,
     .doc = "Hypercalls: their numbers, arguments and sub-operations."},
    {.name = "rings", .kind = KEY_TABLES, .table = TABLE_RING, .doc = "Rings of requests and responses, or of bytes."},
    {.name = "saves", .kind = KEY_TABLES, .table = TABLE_SAVE, .doc = "Records of a saved HVM domain."},
    {.name = "event_rings",
     .kind = KEY_TABLES,
     .table = TABLE_EVENT_RING,
     .doc = "Events at a fixed place in a shared page."},
};

static const struct key_info struct_keys[] = {
    DEF_NAME_KEY("The tag of the struct in C."),
    DEF_DESCRIPTION_KEY,
    RECORD_FORM_KEY,
    TYPEDEF_KEY,
    HANDLE_KEY,
    DEF_WHEN_KEY,
    {.name = "fields",
     .kind = KEY_TABLES,
     AT(def_draft, fields),
     .table = TABLE_FIELD,
     .doc = "The members, in order. None: an empty struct, of size 0."},
    WAIVE_KEY(def_draft),
};

static const struct key_info union_keys[] = {
    DEF_NAME_KEY("The tag of the union in C."),
    DEF_DESCRIPTION_KEY,
    TAG_KEYS(def_draft, more.tag),
    RECORD_FORM_KEY,
    TYPEDEF_KEY,
    HANDLE_KEY,
    DEF_WHEN_KEY,
    {.name = "fields", .kind = KEY_TABLES, AT(def_draft, fields), .table = TABLE_FIELD, .doc = "The members."},
    WAIVE_KEY(def_draft),
};

static const struct key_info field_keys[] = {
    {.name = "name",
     .kind = KEY_NAME,
     .either = true,
     AT(field_draft, field.name),
     .doc = "The name of the member. Without it: an anonymous record, or bits that nothing names."},
    {.name = "type",
     .alias = "typ",
     .kind = KEY_TYPE,
     .either = true,
     AT(field_draft, field.type),
     .doc = "Its type: see [Types](#types)."},
    VALUES_KEY(field_draft, more.values),
    TAG_KEYS(field_draft, tag),
    {.name = "case",
     .kind = KEY_WORDS,
     AT(field_draft, more.cases),
     .doc = "Of a member of a union: the values of the tag for which it counts, constants or numbers; `*`: all others. "
            "With two tags each is a pair, `A, B`. With `also`: one for each of the members, in turn."},
    {.name = "array", .kind = KEY_EXPR, AT(field_draft, array), .doc = "Of an inline record: how many there are."},
    {.name = "also",
     .kind = KEY_WORDS,
     AT(field_draft, also),
     .doc = "Of an inline record: further members of the same type."},
    {.name = "c_tag",
     .kind = KEY_NAME,
     AT(field_draft, c_tag),
     .doc = "Of an inline record: its tag in C, by which other types may name it."},
    {.name = "bits",
     .kind = KEY_NUMBER,
     AT(field_draft, more.bits),
     .doc = "Makes it a bit-field of so many bits. 0, without a name: what follows starts at the next unit of `type`."},
    {.name = "constants",
     .kind = KEY_TABLES,
     AT(field_draft, constants),
     .table = TABLE_CONSTANT,
     .doc = "Constants that are for this member; the file has them like those of its own."},
    WHEN_KEY_OF(field_draft, more.when),
    {.name = "dir",
     .kind = KEY_CHOICE,
     AT(field_draft, field.dir),
     .choices = dir_words,
     .doc = "Who writes it: the caller (`in`), Xen (`out`) or both (`inout`)."},
    {.name = "reserved",
     .kind = KEY_FLAG,
     AT(field_draft, field.reserved),
     .doc = "Padding that must be zero for now."},
    {.name = "len",
     .kind = KEY_WORD,
     AT(field_draft, more.len),
     .doc = "For a handle: the member of the same struct that holds how many elements it points at."},
    DESCRIPTION_KEY_OF(field_draft, field.description),
    {.name = "struct",
     .kind = KEY_TABLES,
     .either = true,
     AT(field_draft, as_struct),
     .table = TABLE_FIELD,
     .doc = "Instead of `type`: a struct with these members, defined where it is used."},
    {.name = "union",
     .kind = KEY_TABLES,
     .either = true,
     AT(field_draft, as_union),
     .table = TABLE_FIELD,
     .doc = "Instead of `type`: a union with these members."},
    WAIVE_KEY(field_draft),
};

static const struct key_info enum_keys[] = {
    DEF_NAME_KEY("Its name, which types use."),
    DEF_DESCRIPTION_KEY,
    INTEGER_KEY("The integer that holds it, with a sign or without: any scalar but `char`."),
    {.name = "c_form",
     .kind = KEY_CHOICE,
     AT(def_draft, def.c_form),
     .choices = enum_form_words,
     .doc = "How C gets it: as an `enum` of that name, as `#define`s, as an enum that a `typedef` names, as `both`, as "
            "an `anonymous` enum, or as a `call` of `c_macro` for each value. Without it: as an `enum` where every "
            "value fits an `int`."},
    {.name = "c_macro",
     .kind = KEY_NAME,
     AT(def_draft, more.c_macro),
     .doc = "With `c_form = \"call\"`: the macro that is called, with the name and the value of each variant."},
    {.name = "c_words",
     .kind = KEY_WORDS,
     AT(def_draft, more.c_words),
     .doc =
         "With `c_form = \"call\"`: what each 32 values from 0 on are bits of. Generators read the number of the word, "
         "with which the comment before the first of them ends."},
    PREFIX_KEY,
    SUFFIX_KEY,
    DEF_WHEN_KEY,
    {.name = "variants",
     .kind = KEY_TABLES,
     AT(def_draft, more.variants),
     .table = TABLE_VARIANT,
     .doc = "The values."},
    WAIVE_KEY(def_draft),
};

static const struct key_info variant_keys[] = {
    PART_KEY(variant, "The name of the value. It may begin with a digit."),
    {.name = "value", .kind = KEY_INTEGER, .either = true, AT(variant, value), .doc = "The value."},
    {.name = "expr",
     .kind = KEY_EXPR,
     .either = true,
     AT(variant, formula),
     .doc = "Or the value as C writes it: see [Expressions](#expressions)."},
    WHEN_KEY(variant),
    {.name = "c_name",
     .kind = KEY_PREFIX,
     AT(variant, c_spelled),
     .doc = "Its whole name in C, where `c_prefix` would not give it; `\"\"`: C has none, only Rust."},
    {.name = "attributes",
     .kind = KEY_TEXT,
     .placed = true,
     AT(variant, attributes),
     .doc = "What a generator reads at the start of its comment in C, such as `!A|`; with `c_form = \"call\"`."},
    DESCRIPTION_KEY(variant),
};

static const struct key_info bitmap_keys[] = {
    DEF_NAME_KEY("Its name, which types use."),
    DEF_DESCRIPTION_KEY,
    INTEGER_KEY("The unsigned integer that holds it: `u8` to `u64`, or another scalar without a sign."),
    PREFIX_KEY,
    SUFFIX_KEY,
    {.name = "c_numbers",
     .kind = KEY_FLAG,
     AT(def_draft, more.c_numbers),
     .doc = "Whether C also gets the number of each bit, as `_NAME` beside the mask `NAME`."},
    {.name = "c_all",
     .kind = KEY_PREFIX,
     AT(def_draft, more.c_all),
     .doc = "C name of the mask of all bits; `\"\"` for none. Without it: `TYPE_ALL` where there is no `c_prefix`, "
            "else the prefix and `ALL`."},
    {.name = "c_max",
     .kind = KEY_NAME,
     AT(def_draft, more.c_max),
     .doc = "C name that shall stand for the highest single bit, such as `XEN_DOMCTL_CDF_MAX`."},
    DEF_WHEN_KEY,
    {.name = "bits",
     .kind = KEY_TABLES,
     AT(def_draft, more.bits),
     .table = TABLE_BIT,
     .doc = "The bits, and runs of bits."},
    WAIVE_KEY(def_draft),
};

static const struct key_info bit_keys[] = {
    PART_KEY(bit, "The name of the bit or run of bits. It may begin with a digit."),
    {.name = "shift", .kind = KEY_NUMBER, .required = true, AT(bit, shift), .doc = "Its lowest bit, from 0."},
    {.name = "width",
     .kind = KEY_NUMBER,
     AT(bit, width),
     .doc = "How many bits it has. More than one: a run that holds a number; C gets `NAME_mask` and `NAME(v)`, which "
            "takes the number out of `v`, Rust gets `name()` and `with_name()`."},
    {.name = "type",
     .alias = "typ",
     .kind = KEY_TYPE,
     AT(bit, type),
     .doc = "For a run: the enum that names its values."},
    {.name = "c_name",
     .kind = KEY_PREFIX,
     AT(bit, c_spelled),
     .doc = "Its whole name in C, where `c_prefix` would not give it; `\"\"`: C has none, only Rust."},
    {.name = "c_number",
     .kind = KEY_CHOICE,
     AT(bit, c_number),
     .doc = "Whether C gets this bit's number too; without it, as `c_numbers` says."},
    WHEN_KEY(bit),
    DESCRIPTION_KEY(bit),
};

static const struct key_info typedef_keys[] = {
    DEF_NAME_KEY("The name, in C and for the types of this spec."),
    DEF_DESCRIPTION_KEY,
    {.name = "type",
     .alias = "typ",
     .kind = KEY_TYPE,
     .required = true,
     AT(def_draft, def.type),
     .doc = "What it stands for: see [Types](#types)."},
    VALUES_KEY(def_draft, values),
    HANDLE_KEY,
    DEF_WHEN_KEY,
    WAIVE_KEY(def_draft),
};

static const struct key_info constant_keys[] = {
    DEF_NAME_KEY("The name, as C has it."),
    DEF_DESCRIPTION_KEY,
    {.name = "value",
     .kind = KEY_VALUE,
     .either = true,
     AT(def_draft, more.value),
     .doc = "An integer, written in C as it is here, or a string."},
    {.name = "expr",
     .kind = KEY_EXPR,
     .either = true,
     AT(def_draft, more.formula),
     .doc = "Or the value as C writes it, whose spelling and type are kept: see [Expressions](#expressions)."},
    {.name = "c_value",
     .kind = KEY_LINE,
     AT(def_draft, more.c_value),
     .doc = "How C spells it, where `value` only says what that comes to."},
    {.name = "type",
     .alias = "typ",
     .kind = KEY_TYPE,
     AT(def_draft, def.type),
     .doc = "The integer that it is in Rust. With `c_value`, also what it is in C. Without it: what C makes of it."},
    SUFFIX_KEY,
    DEF_WHEN_KEY,
};

static const struct key_info include_keys[] = {
    {.name = "from",
     .kind = KEY_WORD,
     .required = true,
     AT(include, from),
     .doc = "A folder, or `arch` for the folder of the architecture at hand."},
    {.name = "imports", .kind = KEY_WORDS, AT(include, imports), .doc = "Names that the folder defines."},
    WHEN_KEY(include),
};

static const struct key_info handle_keys[] = {
    DEF_NAME_KEY("The word by which `XEN_GUEST_HANDLE` knows it."),
    {.name = "type",
     .kind = KEY_TYPE,
     AT(def_draft, def.type),
     .doc = "What it is a handle to. Without it: the type of its own name."},
    DEF_WHEN_KEY,
};

static const struct key_info verbatim_keys[] = {
    DEF_NAME_KEY("What it defines: a macro, a function."),
    DEF_DESCRIPTION_KEY,
    {.name = "text", .kind = KEY_RAW, .required = true, AT(def_draft, more.text), .doc = "What C gets, as it is."},
    DEF_WHEN_KEY,
};

static const struct key_info refusal_keys[] = {
    {.name = "message",
     .kind = KEY_TEXT,
     .required = true,
     AT(def_draft, def.description),
     .doc = "What the compiler says then."},
    DEF_WHEN_KEY,
};

#define CALL_DIR_KEY(type)                                                                                         \
    {                                                                                                              \
        .name = "dir", .kind = KEY_CHOICE, AT(type, dir), .choices = dir_words,                                    \
        .doc = "Who writes what it points at: the caller (`in`), Xen (`out`) or both (`inout`). Without it: both." \
    }

static const struct key_info hypercall_keys[] = {
    DEF_NAME_KEY("Its name; C's constant is `__HYPERVISOR_` and this."),
    DEF_DESCRIPTION_KEY,
    {.name = "number",
     .kind = KEY_VALUE,
     .required = true,
     AT(def_draft, row.number),
     .doc = "Its number, of which C gets a constant; or, as a string, an expression of constants that there are."},
    {.name = "callers",
     .kind = KEY_WORDS,
     AT(def_draft, row.caller_words),
     .doc = "Who may make it: `pv32`, `pv64`, `hvm32`, `hvm64`, `arm`. Without it: all."},
    DEF_WHEN_KEY,
    {.name = "args",
     .kind = KEY_TABLES,
     AT(def_draft, row.args),
     .table = TABLE_CALL_ARG,
     .doc = "Its arguments, in order; at most 5."},
    {.name = "op",
     .kind = KEY_WORD,
     AT(def_draft, row.op),
     .doc = "What selects among `ops`: an argument, `cmd`; or a member of the record that an argument points at, "
            "`u_domctl.cmd`, or of a record that is named itself, `xen_dm_op.op`."},
    {.name = "c_prefix",
     .kind = KEY_PREFIX,
     AT(def_draft, more.c_prefix),
     .doc = "C name of each sub-operation with a `value`: this and then its `name`. Without it: `HYPERCALL_NAME`, all "
            "in upper case."},
    {.name = "ops", .kind = KEY_TABLES, AT(def_draft, row.ops), .table = TABLE_CALL_OP, .doc = "Its sub-operations."},
};

static const struct key_info call_arg_keys[] = {
    NAME_KEY(call_arg, "Its name."),
    {.name = "type",
     .kind = KEY_TYPE,
     .required = true,
     AT(call_arg, type),
     .doc = "Its type; a handle to `void` for what depends on the sub-operation."},
    VALUES_KEY(call_arg, values),
    WHEN_KEY(call_arg),
    CALL_DIR_KEY(call_arg),
    DESCRIPTION_KEY(call_arg),
};

static const struct key_info call_op_keys[] = {
    NAME_KEY(call_op, "Its name."),
    {.name = "value", .kind = KEY_NUMBER, AT(call_op, value), .doc = "Its number, of which C gets a constant."},
    {.name = "expr", .kind = KEY_EXPR, AT(call_op, formula), .doc = "Or an expression of constants that there are."},
    {.name = "arg",
     .kind = KEY_TYPE,
     AT(call_op, arg),
     .doc = "The type of what it works on: what the call's handle to `void` points at, or what the union in its record "
            "holds. Without it: nothing."},
    {.name = "arg2",
     .kind = KEY_TYPE,
     AT(call_op, arg2),
     .doc = "The type of what the call's second handle to `void` points at, if it has one."},
    CALL_DIR_KEY(call_op),
    WHEN_KEY(call_op),
    DESCRIPTION_KEY(call_op),
};

static const struct key_info ring_keys[] = {
    DEF_NAME_KEY("The word that the names of its types begin with."),
    DEF_DESCRIPTION_KEY,
    {.name = "request", .kind = KEY_TYPE, AT(def_draft, row.request), .doc = "What the front end puts on it."},
    {.name = "response", .kind = KEY_TYPE, AT(def_draft, row.response), .doc = "What the back end puts on it."},
    {.name = "length",
     .kind = KEY_EXPR,
     AT(def_draft, row.length),
     .doc =
         "The length of the array at the end of the shared page. Without it: `XENPV_FLEX_ARRAY_DIM`; in a release or "
         "a spec that does not have that, 1 in a file with a `header`, else `XEN_FLEX_ARRAY_DIM`."},
    {.name = "flex",
     .kind = KEY_FLAG,
     AT(def_draft, row.flex),
     .doc = "Instead of types: two rings of bytes, `NAME_data`."},
    {.name = "intf",
     .kind = KEY_FLAG,
     AT(def_draft, row.intf),
     .doc = "With `flex`: also the page of their indexes, `NAME_data_intf`."},
    DEF_WHEN_KEY,
};

static const struct key_info save_keys[] = {
    DEF_NAME_KEY("Its name, as in `HVM_SAVE_TYPE(NAME)`."),
    DEF_DESCRIPTION_KEY,
    {.name = "code",
     .kind = KEY_NUMBER,
     .required = true,
     AT(def_draft, row.code),
     .doc = "The type code in the descriptor that stands before it."},
    {.name = "type", .kind = KEY_TYPE, .required = true, AT(def_draft, row.type), .doc = "The record."},
    {.name = "compat",
     .kind = KEY_TYPE,
     AT(def_draft, row.compat),
     .doc = "The record in an older form, which Xen also takes."},
    {.name = "fix",
     .kind = KEY_NAME,
     AT(def_draft, row.fix),
     .doc = "With `compat`: Xen's function from it to `type`."},
    DEF_WHEN_KEY,
};

static const struct key_info event_ring_keys[] = {
    DEF_NAME_KEY("Its name; C gets `NAME_OFFS`, `NAME_SIZE`, `NAME_LEN`, `NAME(page)` and "
                 "`NAME_REF(page, idx)`."),
    DEF_DESCRIPTION_KEY,
    {.name = "type", .kind = KEY_TYPE, .required = true, AT(def_draft, row.type), .doc = "An event."},
    {.name = "offset",
     .kind = KEY_VALUE,
     .required = true,
     AT(def_draft, row.offset),
     .doc = "Where it begins in the page, in bytes: an integer, or an expression as a string."},
    {.name = "size", .kind = KEY_VALUE, .required = true, AT(def_draft, row.size), .doc = "Its bytes, likewise."},
    {.name = "length",
     .kind = KEY_VALUE,
     AT(def_draft, row.len),
     .doc = "The events that it holds, likewise. Without it: as many as `size` has room for."},
    DEF_WHEN_KEY,
};

static const struct key_info when_keys[] = {
    {.name = "abi",
     .kind = KEY_WORDS,
     AT(when_draft, abi),
     .doc = "ABIs (`x86_64`, `x86_32`, `arm64`, `arm32`, `riscv64`, `ppc64`) or architectures (`x86`, `arm`, `riscv`, "
            "`ppc`)."},
    {.name = "context",
     .kind = KEY_WORDS,
     AT(when_draft, context),
     .doc = "Who includes the header: `guest`, `tools`, `xen`."},
    {.name = "interface",
     .kind = KEY_WORD,
     AT(when_draft, interface),
     .doc =
         "Interface versions that a guest may ask for: `\">= 0x00030205\"`, `\"< 0x00040600\"`, or both with a blank "
         "between them. Tools and Xen have the newest."},
    {.name = "since",
     .kind = KEY_WORD,
     AT(when_draft, since),
     .doc = "The first release of Xen that has it: `\"4.18\"`."},
    {.name = "until", .kind = KEY_WORD, AT(when_draft, until), .doc = "The first release that no longer has it."},
    {.name = "macro",
     .kind = KEY_WORD,
     AT(when_draft, macro),
     .doc = "A macro that whoever includes the header has defined, or with `!` before it has not."},
};

static const struct key_info header_keys[] = {
    {.name = "guard",
     .kind = KEY_PREFIX,
     .required = true,
     AT(header_form, guard),
     .doc = "The macro that keeps it from being read twice; `\"\"` for none."},
    {.name = "assembly",
     .kind = KEY_FLAG,
     AT(header_form, assembly),
     .doc = "Whether assembler sources include it too: they define `__ASSEMBLY__`, and get macros only."},
    {.name = "since",
     .kind = KEY_WORD,
     AT(header_form, since),
     .doc = "The first release of Xen that has the header, and anything that its folder defines: `\"4.18\"`."},
    {.name = "until", .kind = KEY_WORD, AT(header_form, until), .doc = "The first release that no longer has it."},
};

static const struct key_info waiver_keys[] = {
    {.name = "rule", .kind = KEY_WORD, .required = true, AT(waiver, rule), .doc = "The id of a rule of the ABI."},
    {.name = "reason", .kind = KEY_TEXT, AT(waiver, reason), .doc = "Why it may be broken here."},
};

static const char *const field_one_of[] = {"type", "typ", "struct", "union", NULL};
static const char *const value_one_of[] = {"value", "expr", NULL};

/* Clauses of the schema: a key that another one needs, and keys of which one must be there. */
#define CLAUSE_NEEDS(key, needed) \
    "{\"anyOf\": [{\"required\": [\"" needed "\"]}, {\"not\": {\"required\": [\"" key "\"]}}]}"

/* Only a bit-field without bits and an inline record have no name, the latter only if it is one and no array. */
static const char field_clauses[] =
    "{\"anyOf\": [{\"required\": [\"name\"]}, {\"required\": [\"bits\"]}, {\"required\": [\"struct\"]}, "
    "{\"required\": [\"union\"]}]}, " CLAUSE_NEEDS("array", "name") ", " CLAUSE_NEEDS("also", "name");
static const char enum_clauses[] = "{\"anyOf\": [{\"required\": [\"c_macro\"]}, {\"not\": {\"required\": [\"c_form\"], "
                                   "\"properties\": {\"c_form\": {\"const\": \"call\"}}}}]}";
static const char hypercall_clauses[] = CLAUSE_NEEDS("ops", "op");
static const char ring_clauses[] =
    "{\"anyOf\": [{\"required\": [\"flex\"]}, {\"required\": [\"request\", \"response\"]}]}";
static const char save_clauses[] = CLAUSE_NEEDS("compat", "fix") ", " CLAUSE_NEEDS("fix", "compat");

#define DRAFT(type) .size = sizeof(struct type), .more = offsetof(struct type, more)
#define KEYS(table) .keys = (table), .keys_len = sizeof(table) / sizeof *(table)

const struct table_info spec_tables[TABLE_KIND_COUNT] = {
    [TABLE_ROOT] = {.schema = "file",
                    .name = "a file",
                    .path = "A file",
                    .doc = "What a file may hold at its top.",
                    KEYS(root_keys),
                    .size = sizeof(struct spec_file)},
    [TABLE_STRUCT] = {.schema = "struct",
                      .name = "a struct",
                      .path = "[[structs]]",
                      .doc = "A struct, laid out as C does.",
                      KEYS(struct_keys),
                      DRAFT(def_draft)},
    [TABLE_UNION] = {.schema = "union",
                     .name = "a union",
                     .path = "[[unions]]",
                     .doc = "A union: its members lie upon one another.",
                     KEYS(union_keys),
                     DRAFT(def_draft)},
    [TABLE_FIELD] = {.schema = "field",
                     .name = "a field",
                     .path = "fields",
                     .doc = "A member of a struct or union. It has a `type`, a `struct` or a `union`.",
                     KEYS(field_keys),
                     .one_of = field_one_of,
                     .clauses = field_clauses,
                     DRAFT(field_draft)},
    [TABLE_ENUM] = {.schema = "enum",
                    .name = "an enum",
                    .path = "[[enums]]",
                    .doc = "Names for the values of an integer. A field may hold values that have no name.",
                    KEYS(enum_keys),
                    .clauses = enum_clauses,
                    DRAFT(def_draft)},
    [TABLE_VARIANT] = {.schema = "variant",
                       .name = "a variant",
                       .path = "variants",
                       .doc = "A named value of an enum.",
                       KEYS(variant_keys),
                       .one_of = value_one_of,
                       .size = sizeof(struct variant)},
    [TABLE_BITMAP] = {.schema = "bitmap",
                      .name = "a bitmap",
                      .path = "[[bitmaps]]",
                      .doc = "Names for the bits of an integer.",
                      KEYS(bitmap_keys),
                      DRAFT(def_draft)},
    [TABLE_BIT] = {.schema = "bit",
                   .name = "a bit",
                   .path = "bits",
                   .doc = "A bit of a bitmap, or a run of bits that holds a number of its own.",
                   KEYS(bit_keys),
                   .size = sizeof(struct bit)},
    [TABLE_TYPEDEF] = {.schema = "typedef",
                       .name = "a typedef",
                       .path = "[[typedefs]]",
                       .doc = "Another name for a type.",
                       KEYS(typedef_keys),
                       DRAFT(def_draft)},
    [TABLE_CONSTANT] = {.schema = "constant",
                        .name = "a constant",
                        .path = "[[constants]]",
                        .doc = "A number or a string with a name.",
                        KEYS(constant_keys),
                        .one_of = value_one_of,
                        DRAFT(def_draft)},
    [TABLE_INCLUDE] = {.schema = "include",
                       .name = "an include",
                       .path = "[[includes]]",
                       .doc = "Names that come from another folder.",
                       KEYS(include_keys),
                       .size = sizeof(struct include)},
    [TABLE_HANDLE] = {.schema = "handle",
                      .name = "a handle",
                      .path = "[[handles]]",
                      .doc = "A guest handle that the header defines; needed only in a file with a `header`.",
                      KEYS(handle_keys),
                      DRAFT(def_draft)},
    [TABLE_VERBATIM] = {.schema = "verbatim",
                        .name = "a verbatim block",
                        .path = "[[verbatim]]",
                        .doc = "What is code and not data: helper macros, inline functions. Rust gets nothing of it.",
                        KEYS(verbatim_keys),
                        DRAFT(def_draft)},
    [TABLE_REFUSAL] = {.schema = "refusal",
                       .name = "a refusal",
                       .path = "[[refusals]]",
                       .doc = "Where a header cannot be used, so that C stops with `#error`. Rust gets nothing of it.",
                       KEYS(refusal_keys),
                       DRAFT(def_draft)},
    [TABLE_HYPERCALL] = {.schema = "hypercall",
                         .name = "a hypercall",
                         .path = "[[hypercalls]]",
                         .doc = "A hypercall. C gets its number, and Rust a type that ties each sub-operation to its "
                                "argument.",
                         KEYS(hypercall_keys),
                         .clauses = hypercall_clauses,
                         DRAFT(def_draft)},
    [TABLE_CALL_ARG] = {.schema = "argument",
                        .name = "an argument",
                        .path = "args",
                        .doc = "An argument of a hypercall.",
                        KEYS(call_arg_keys),
                        .size = sizeof(struct call_arg)},
    [TABLE_CALL_OP] = {.schema = "operation",
                       .name = "a sub-operation",
                       .path = "ops",
                       .doc = "A sub-operation of a hypercall. It has a `value` or an `expr`.",
                       KEYS(call_op_keys),
                       .one_of = value_one_of,
                       .size = sizeof(struct call_op)},
    [TABLE_RING] = {.schema = "ring",
                    .name = "a ring",
                    .path = "[[rings]]",
                    .doc = "A ring that a front end and a back end share. It has a `request` and a `response`, or is "
                           "`flex`.",
                    KEYS(ring_keys),
                    .clauses = ring_clauses,
                    DRAFT(def_draft)},
    [TABLE_SAVE] = {.schema = "save",
                    .name = "a save record",
                    .path = "[[saves]]",
                    .doc = "A record of a saved HVM domain, with its type code.",
                    KEYS(save_keys),
                    .clauses = save_clauses,
                    DRAFT(def_draft)},
    [TABLE_EVENT_RING] = {.schema = "event_ring",
                          .name = "an event ring",
                          .path = "[[event_rings]]",
                          .doc = "A ring of events at a fixed place in a shared page.",
                          KEYS(event_ring_keys),
                          DRAFT(def_draft)},
    [TABLE_WHEN] = {.schema = "when",
                    .name = "a condition",
                    .path = "when",
                    .doc = "What must hold, all at once, for something to exist.",
                    KEYS(when_keys),
                    .size = sizeof(struct when_draft)},
    [TABLE_HEADER] = {.schema = "header",
                      .name = "a header",
                      .path = "[header]",
                      .doc = "The C header of a folder as a whole; one file of the folder has it.",
                      KEYS(header_keys),
                      .size = sizeof(struct header_form)},
    [TABLE_WAIVER] = {.schema = "waiver",
                      .name = "a waiver",
                      .path = "waive",
                      .doc = "A rule that may be broken where it stands.",
                      KEYS(waiver_keys),
                      .size = sizeof(struct waiver)},
};

const struct key_info *spec_key_find(const struct table_info *info, struct str name)
{
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct key_info *key = &info->keys[i];
        /* Most keys begin with another letter than most others; an alias with the same as its key. */
        if (name.len && name.ptr[0] == key->name[0] &&
            (str_is(name, key->name) || (key->alias && str_is(name, key->alias)))) {
            return key;
        }
    }
    return NULL;
}
