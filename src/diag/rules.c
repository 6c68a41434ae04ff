#include "diag/rules.h"

/* For an example of too many interface versions. */
#define VERSION(digits)                   \
    "[[constants]]\n"                     \
    "name = \"XEN_EXAMPLE_" digits "\"\n" \
    "value = 1\n"                         \
    "when = { interface = \"< 0x000" digits "\" }\n"
#define TEN_VERSIONS(digit) \
    VERSION(digit "0")      \
    VERSION(digit "1")      \
    VERSION(digit "2")      \
    VERSION(digit "3")      \
    VERSION(digit "4")      \
    VERSION(digit "5") VERSION(digit "6") VERSION(digit "7") VERSION(digit "8") VERSION(digit "9")

/* The examples are spec files; a line `# file: PATH` begins the next of several. The tests run them all. */
const struct rule_info rules[RULE_COUNT] = {
    [RULE_TOML_SYNTAX] =
        {
            .id = "toml-syntax",
            .scope = RULE_ALWAYS,
            .purpose = "A file must be valid TOML (1.0 or 1.1).",
            .why = "What is not TOML cannot be read at all, so nothing that stands in it counts.",
            .help = "correct the text as the message says",
            .bad = "[[structs]]\n"
                   "name = xen_example\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_TOML_ENCODING] =
        {
            .id = "toml-encoding",
            .scope = RULE_ALWAYS,
            .purpose = "A file must be UTF-8 without control characters.",
            .why = "Bytes that editors and terminals show differently, or not at all, hide what a spec says.",
            .help = "save the file as UTF-8, and write control characters as escapes such as \\t",
            .bad = "# A form feed stands in this comment: <\f"
                   ">\n"
                   "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "# No form feed stands in this comment.\n"
                    "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_TOML_DUPLICATE] =
        {
            .id = "toml-duplicate",
            .scope = RULE_ALWAYS,
            .purpose = "A key may stand only once in its table.",
            .why = "Two values for one key leave open which of them holds.",
            .help = "remove one of the two",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "name = \"xen_other\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_TOML_RANGE] =
        {
            .id = "toml-range",
            .scope = RULE_ALWAYS,
            .purpose = "A number must fit 64 bits.",
            .why = "No ABI that Xen serves has wider integers; a cut-off number would be a wrong one.",
            .help = "write a value from -2^63 to 2^64 - 1",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u64\"\n"
                   "variants = [{ name = \"a\", value = 0x1_0000_0000_0000_0000 }]\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u64\"\n"
                    "variants = [{ name = \"a\", value = 0xFFFF_FFFF_FFFF_FFFF }]\n",
        },
    [RULE_TOML_LIMIT] =
        {
            .id = "toml-limit",
            .scope = RULE_ALWAYS,
            .purpose = "Arrays, tables and keys may be nested 128 deep; reading stops at 1000 mistakes.",
            .why = "Limits that are known and reported are better than a stack or a memory that runs out.",
            .help = "split the file, or nest less",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                   "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
                   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
                   "]]]]]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = []\n",
        },
    [RULE_SPEC_EMPTY] =
        {
            .id = "spec-empty",
            .scope = RULE_ALWAYS,
            .purpose = "A spec must define something.",
            .why = "An empty folder is nearly always a wrong path, and its header would say nothing.",
            .help = "add a definition, remove the file, or check the path given to --indir",
            .bad = "# Nothing is defined here.\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_KEY_UNKNOWN] =
        {
            .id = "key-unknown",
            .scope = RULE_ALWAYS,
            .purpose = "Only the keys of the language may stand in a table.",
            .why = "A mistyped key would be ignored without a word, and what it says with it.",
            .help = "see docs/language.md for the keys",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "feilds = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_KEY_MISSING] =
        {
            .id = "key-missing",
            .scope = RULE_ALWAYS,
            .purpose = "A key that the language requires must be there.",
            .why = "Nothing about an ABI is guessed.",
            .help = "add the key",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_KEY_VALUE] =
        {
            .id = "key-value",
            .scope = RULE_ALWAYS,
            .purpose = "A key's value must be of the kind that the key takes.",
            .why = "A value of another kind cannot mean what its author wanted.",
            .help = "see docs/language.md for what the key takes",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "variants = [{ name = \"a\", value = \"1\" }]\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "variants = [{ name = \"a\", value = 1 }]\n",
        },
    [RULE_TYPE_SYNTAX] =
        {
            .id = "type-syntax",
            .scope = RULE_ALWAYS,
            .purpose = "A type must be written as the language has it.",
            .why = "Types are names, arrays `T[n]` and handles `handle64<T>`; the older dialects have tables"
                   " for the same.",
            .help = "write \"u32\", \"u8[16]\", \"handle64<const u8>\" or the name of a definition",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u8[16\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u8[16]\" }]\n",
        },
    [RULE_VALUE_SYNTAX] =
        {
            .id = "value-syntax",
            .scope = RULE_ALWAYS,
            .purpose = "An expression must be an integer constant expression of C.",
            .why = "It is printed as it stands, and every ABI's value and C type of it must be known.",
            .help = "write it with numbers, names of constants, operators, casts and sizeof",
            .bad = "level = \"legacy\"\n"
                   "[[constants]]\n"
                   "name = \"XEN_EXAMPLE_FLAG\"\n"
                   "expr = \"(1U << \"\n",
            .good = "level = \"legacy\"\n"
                    "[[constants]]\n"
                    "name = \"XEN_EXAMPLE_FLAG\"\n"
                    "expr = \"(1U << 3)\"\n",
        },
    [RULE_TEXT_UNSAFE] =
        {
            .id = "text-unsafe",
            .scope = RULE_ALWAYS,
            .purpose = "Text must not be able to leave the comment that it becomes, or to deceive whoever reads it.",
            .why = "Descriptions become comments in C and Rust. The end of a comment, a control character or"
                   " a mark that turns the direction of text would make the outputs wrong or misleading. What cannot"
                   " be seen or turns the direction of text hides things in the spec too, its comments included.",
            .help = "write the text without it",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "description = \"Ends early */ here.\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "description = \"Does not end early.\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_NAME_SYNTAX] =
        {
            .id = "name-syntax",
            .scope = RULE_ALWAYS,
            .purpose = "A name must be an identifier of at most 63 characters.",
            .why = "Names go into C and Rust as they are; C promises no more than 63 significant characters.",
            .help = "use letters, digits and `_`, a letter or `_` first",
            .bad = "[[structs]]\n"
                   "name = \"xen-example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_NAME_KEYWORD] =
        {
            .id = "name-keyword",
            .scope = RULE_ALWAYS,
            .purpose = "A name must not be one that C, C++ or the language has taken.",
            .why = "Headers are used from C90 to C23 and from C++: a member called `class` compiles in one a"
                   "nd not in the other. (Rust's own words are written raw, as `r#type`.)",
            .help = "choose another name",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"class\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"kind\", type = \"u32\" }]\n",
        },
    [RULE_NAME_DUPLICATE] =
        {
            .id = "name-duplicate",
            .scope = RULE_ALWAYS,
            .purpose = "Type names must be distinct in a whole spec, members in their definition.",
            .why = "All headers may be included together, so C has one name space for all of them. Only the "
                   "folders of different architectures may define the same name, and definitions that no includer "
                   "gets at once. Of macros, only `X` and `!X` keep two apart: whoever defines `X` may define `Y`, "
                   "or not.",
            .help = "rename one of them",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }, { name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }, { name = \"b\", type = \"u32\" }]\n",
        },
    [RULE_NAME_CLASH] =
        {
            .id = "name-clash",
            .scope = RULE_ALWAYS,
            .purpose = "Names must stay distinct in the form that C and Rust give them.",
            .why = "Constants are macros in C and take their name away from everything else; Rust changes th"
                   "e case of names.",
            .help = "rename one of them, or give a `c_name` or `c_prefix`",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "variants = [{ name = \"on\", value = 0 }, { name = \"ON\", value = 1 }]\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "variants = [{ name = \"on\", value = 0 }, { name = \"off\", value = 1 }]\n",
        },
    [RULE_NAME_OUTPUT] =
        {
            .id = "name-output",
            .scope = RULE_ALWAYS,
            .purpose = "A folder's name must be able to name a header and a module, and no other folder's.",
            .why = "The folder `sysctl` becomes `sysctl.h` and `sysctl.rs`. A name never leads outside the o"
                   "utput folder.",
            .help = "rename the folder",
            .bad = "# file: my spec/example.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "# file: my-spec/example.toml\n"
                    "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_TYPE_UNKNOWN] =
        {
            .id = "type-unknown",
            .scope = RULE_ALWAYS,
            .purpose = "A type that is named must be defined.",
            .why = "Without its definition a type has no layout.",
            .help = "define it, or correct the name",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"xen_missing\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_missing\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n"
                    "\n"
                    "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"xen_missing\" }]\n",
        },
    [RULE_TYPE_KIND] =
        {
            .id = "type-kind",
            .scope = RULE_ALWAYS,
            .purpose = "A type must be of the kind that its place asks for.",
            .why = "A bitmap is held by an unsigned integer, a run of bits is named by an enum, `void` is on"
                   "ly pointed at, and an older dialect's `{ tag = \"enum\" }` must name an enum.",
            .help = "use a type of the right kind",
            .bad = "[[bitmaps]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"i32\"\n"
                   "bits = [{ name = \"a\", shift = 0 }]\n",
            .good = "[[bitmaps]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u32\"\n"
                    "bits = [{ name = \"a\", shift = 0 }]\n",
        },
    [RULE_TYPE_RECURSION] =
        {
            .id = "type-recursion",
            .scope = RULE_ALWAYS,
            .purpose = "A struct cannot hold itself.",
            .why = "Its size would have no end.",
            .help = "hold a handle to it instead",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"next\", type = \"xen_example\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"next\", type = \"handle64<xen_example>\" }]\n",
        },
    [RULE_INCLUDE_UNKNOWN] =
        {
            .id = "include-unknown",
            .scope = RULE_ALWAYS,
            .purpose = "An include must name a folder, and names that it defines.",
            .why = "Includes may be left out, since they follow from the names used; one that is written mus"
                   "t be right.",
            .help = "correct it, or leave it out",
            .bad = "[[includes]]\n"
                   "from = \"sysctl\"\n"
                   "imports = [\"xen_other\"]\n"
                   "\n"
                   "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_INCLUDE_CYCLE] =
        {
            .id = "include-cycle",
            .scope = RULE_ALWAYS,
            .purpose = "Folders must not need each other in a circle.",
            .why = "Their headers would have to include each other, which C cannot do.",
            .help = "move a definition so that the circle opens",
            .bad = "# file: one/one.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_one\"\n"
                   "fields = [{ name = \"other\", type = \"handle64<xen_two>\" }]\n"
                   "# file: two/two.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_two\"\n"
                   "fields = [{ name = \"other\", type = \"handle64<xen_one>\" }]\n",
            .good = "# file: one/one.toml\n"
                    "[[structs]]\n"
                    "name = \"xen_one\"\n"
                    "fields = [{ name = \"other\", type = \"handle64<xen_two>\" }]\n"
                    "\n"
                    "[[structs]]\n"
                    "name = \"xen_two\"\n"
                    "fields = [{ name = \"other\", type = \"handle64<xen_one>\" }]\n",
        },
    [RULE_ARCH_MISSING] =
        {
            .id = "arch-missing",
            .scope = RULE_ALWAYS,
            .purpose = "What a definition uses must be defined for each architecture that has a folder.",
            .why = "A definition for all ABIs that uses a name of the architectures' own would not compile w"
                   "here one lacks it.",
            .help = "define it there too; an empty struct will do where nothing is needed",
            .bad = "# file: arch-x86/config.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_config\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n"
                   "# file: arch-arm/other.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_other\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n"
                   "# file: domctl/create.toml\n"
                   "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"config\", type = \"xen_config\" }]\n",
            .good = "# file: arch-x86/config.toml\n"
                    "[[structs]]\n"
                    "name = \"xen_config\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n"
                    "# file: arch-arm/config.toml\n"
                    "[[structs]]\n"
                    "name = \"xen_config\"\n"
                    "fields = []\n"
                    "# file: domctl/create.toml\n"
                    "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"config\", type = \"xen_config\" }]\n",
        },
    [RULE_LEN_MEMBER] =
        {
            .id = "len-member",
            .scope = RULE_ALWAYS,
            .purpose = "`len` must stand at a handle or pointer and name an integer of the same struct.",
            .why = "It says how many elements there are.",
            .help = "name the member that counts the elements",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [\n"
                   "    { name = \"buffer\", type = \"handle64<u8>\", len = \"size\" },\n"
                   "    { name = \"count\", type = \"u64\" },\n"
                   "]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [\n"
                    "    { name = \"buffer\", type = \"handle64<u8>\", len = \"count\" },\n"
                    "    { name = \"count\", type = \"u64\" },\n"
                    "]\n",
        },
    [RULE_VALUE_UNKNOWN] =
        {
            .id = "value-unknown",
            .scope = RULE_ALWAYS,
            .purpose = "An expression must have a value wherever it is used.",
            .why = "A name that nothing defines there, a division by zero or a shift by too much leaves C without a "
                   "value too.",
            .help = "define what it names under the same conditions, or correct it",
            .bad = "level = \"legacy\"\n"
                   "[[constants]]\n"
                   "name = \"XEN_EXAMPLE_FLAG\"\n"
                   "expr = \"(1U << _XEN_EXAMPLE_FLAG)\"\n",
            .good = "level = \"legacy\"\n"
                    "[[constants]]\n"
                    "name = \"_XEN_EXAMPLE_FLAG\"\n"
                    "value = 3\n"
                    "[[constants]]\n"
                    "name = \"XEN_EXAMPLE_FLAG\"\n"
                    "expr = \"(1U << _XEN_EXAMPLE_FLAG)\"\n",
        },
    [RULE_UNION_TAG] =
        {
            .id = "union-tag",
            .scope = RULE_ALWAYS,
            .purpose = "What tells the members of a union apart must be there, and tell each from the others.",
            .why = "A reader that takes the wrong member reads garbage, and nothing else says which one is right.",
            .help = "name a member that is there, constants that are defined, and each of them once",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [\n"
                   "    { name = \"cmd\", type = \"u32\" },\n"
                   "    { name = \"u\", tag = \"command\", union = [\n"
                   "        { name = \"a\", type = \"u32\", case = \"1\" },\n"
                   "        { name = \"b\", type = \"u32\", case = \"2\" },\n"
                   "    ] },\n"
                   "]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [\n"
                    "    { name = \"cmd\", type = \"u32\" },\n"
                    "    { name = \"u\", tag = \"cmd\", union = [\n"
                    "        { name = \"a\", type = \"u32\", case = \"1\" },\n"
                    "        { name = \"b\", type = \"u32\", case = \"2\" },\n"
                    "    ] },\n"
                    "]\n",
        },
    [RULE_CONDITION_LIMIT] =
        {
            .id = "condition-limit",
            .scope = RULE_ALWAYS,
            .purpose = "All conditions together may name no more than 30 interface versions, and 64 releases of Xen.",
            .why = "Every definition is laid out for each way to include the headers that makes a difference, and the "
                   "whole spec is checked in each release.",
            .help = "leave out versions that no guest asks for any more",
            .bad = "level = \"legacy\"\n" TEN_VERSIONS("1") TEN_VERSIONS("2") TEN_VERSIONS("3") VERSION("40"),
            .good = "level = \"legacy\"\n" TEN_VERSIONS("1") TEN_VERSIONS("2") TEN_VERSIONS("3"),
        },
    [RULE_HYPERCALL_SHAPE] =
        {
            .id = "hypercall-shape",
            .scope = RULE_ALWAYS,
            .purpose =
                "A hypercall has at most five arguments, among them what selects and what reaches its sub-operations.",
            .why =
                "One argument, or a member of a record that one points at, says which sub-operation is meant; what "
                "that works on travels behind an argument that may point at anything, or in the union of the record. "
                "Without them no caller can make the call as it is described.",
            .help = "name an argument, or a member of what one points at, and give the call a handle to `void`",
            .bad = "[[hypercalls]]\n"
                   "name = \"example_op\"\n"
                   "number = 55\n"
                   "args = [{ name = \"cmd\", type = \"uint\" }, { name = \"arg\", type = \"handle<void>\" }]\n"
                   "op = \"command\"\n"
                   "ops = [{ name = \"start\", value = 0, arg = \"u32\" }]\n",
            .good = "[[hypercalls]]\n"
                    "name = \"example_op\"\n"
                    "number = 55\n"
                    "args = [{ name = \"cmd\", type = \"uint\" }, { name = \"arg\", type = \"handle<void>\" }]\n"
                    "op = \"cmd\"\n"
                    "ops = [{ name = \"start\", value = 0, arg = \"u32\" }]\n",
        },
    [RULE_ENUM_EMPTY] =
        {
            .id = "enum-empty",
            .scope = RULE_ALWAYS,
            .purpose = "An enum must have a value.",
            .why = "C has no empty enum, and a type without values says nothing.",
            .help = "add a variant",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "variants = []\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "variants = [{ name = \"a\", value = 0 }]\n",
        },
    [RULE_VALUE_RANGE] =
        {
            .id = "value-range",
            .scope = RULE_ALWAYS,
            .purpose = "A value must fit the integer or the bits that hold it.",
            .why = "A value that does not fit would be cut off when it is stored.",
            .help = "use a wider type, or another value",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "variants = [{ name = \"a\", value = 256 }]\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "variants = [{ name = \"a\", value = 255 }]\n",
        },
    [RULE_VALUE_DUPLICATE] =
        {
            .id = "value-duplicate",
            .scope = RULE_ALWAYS,
            .purpose = "The values of an enum must be distinct.",
            .why = "Of two names for one value, nobody can tell which was meant.",
            .help = "change one of the values, or remove one of the names",
            .bad = "[[enums]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "variants = [{ name = \"a\", value = 1 }, { name = \"b\", value = 1 }]\n",
            .good = "[[enums]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "variants = [{ name = \"a\", value = 1 }, { name = \"b\", value = 2 }]\n",
        },
    [RULE_BIT_RANGE] =
        {
            .id = "bit-range",
            .scope = RULE_ALWAYS,
            .purpose = "A bit must lie inside its bitmap.",
            .why = "A mask of a bit that is not there is wrong or undefined in C.",
            .help = "use a smaller shift or width, or a wider type",
            .bad = "[[bitmaps]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "bits = [{ name = \"a\", shift = 8 }]\n",
            .good = "[[bitmaps]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "bits = [{ name = \"a\", shift = 7 }]\n",
        },
    [RULE_BIT_OVERLAP] =
        {
            .id = "bit-overlap",
            .scope = RULE_ALWAYS,
            .purpose = "No bit may have two meanings.",
            .why = "A bit that shadows another cannot be set without the other.",
            .help = "move one of them",
            .bad = "[[bitmaps]]\n"
                   "name = \"xen_example\"\n"
                   "type = \"u8\"\n"
                   "bits = [{ name = \"a\", shift = 0, width = 2 }, { name = \"b\", shift = 1 }]\n",
            .good = "[[bitmaps]]\n"
                    "name = \"xen_example\"\n"
                    "type = \"u8\"\n"
                    "bits = [{ name = \"a\", shift = 0, width = 2 }, { name = \"b\", shift = 2 }]\n",
        },
    [RULE_ARRAY_LENGTH] =
        {
            .id = "array-length",
            .scope = RULE_ALWAYS,
            .purpose = "An array must have elements, or be flexible and the last member of a struct.",
            .why = "An array of length 0 takes no room and has no common meaning in C, C++ and Rust; what comes after a"
                   " flexible one has no place.",
            .help = "give it a length, or leave the member out",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u8[0]\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u8[1]\" }]\n",
        },
    [RULE_SIZE_LIMIT] =
        {
            .id = "size-limit",
            .scope = RULE_ALWAYS,
            .purpose = "Nothing may be larger than 2^31 - 1 bytes.",
            .why = "Compilers for 32-bit ABIs refuse larger objects.",
            .help = "use shorter arrays",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u8[0x80000000]\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u8[0x7fffffff]\" }]\n",
        },
    [RULE_NESTING_LIMIT] =
        {
            .id = "nesting-limit",
            .scope = RULE_ALWAYS,
            .purpose = "Types may be nested 32 deep, structs 200.",
            .why = "Limits that are known and reported are better than a stack that runs out.",
            .help = "nest less deeply",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u8[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]"
                   "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u8[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]"
                    "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]\" }]\n",
        },
    [RULE_ABI_DIFFERS] =
        {
            .id = "abi-differs",
            .scope = RULE_ABI,
            .purpose = "A struct must be laid out the same in 32 and in 64 bits.",
            .why = "A 32-bit guest or toolstack on a 64-bit Xen would read the wrong bytes, or Xen must tran"
                   "slate.",
            .help = "use types of one width: u64 rather than ulong, handle64 rather than handle",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"frames\", type = \"ulong\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"frames\", type = \"u64\" }]\n",
        },
    [RULE_SCALAR_ALIGN] =
        {
            .id = "scalar-align",
            .scope = RULE_ABI,
            .purpose = "Every scalar must be aligned to its size.",
            .why = "A `uint64_t` is aligned to 4 bytes on x86_32 and to 8 elsewhere: sooner or later a struc"
                   "t differs because of it.",
            .help = "use u64 or i64, which are aligned to 8 bytes everywhere",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"time\", type = \"uint64_t\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"time\", type = \"u64\" }]\n",
        },
    [RULE_PADDING_IMPLICIT] =
        {
            .id = "padding-implicit",
            .scope = RULE_ABI,
            .purpose = "No compiler may have to pad between members.",
            .why = "Nobody clears padding that has no name: it carries stale bytes across the boundary, and "
                   "can never be given a meaning.",
            .help = "add a reserved member for the bytes",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u8\" }, { name = \"b\", type = \"u32\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [\n"
                    "    { name = \"a\", type = \"u8\" },\n"
                    "    { name = \"_pad0\", type = \"u8[3]\", reserved = true },\n"
                    "    { name = \"b\", type = \"u32\" },\n"
                    "]\n",
        },
    [RULE_PADDING_TAIL] =
        {
            .id = "padding-tail",
            .scope = RULE_ABI,
            .purpose = "No compiler may have to pad at the end of a struct.",
            .why = "The same as padding between members; in an array of such structs it lies between the ele"
                   "ments.",
            .help = "add a reserved member for the bytes",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }, { name = \"b\", type = \"u8\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [\n"
                    "    { name = \"a\", type = \"u32\" },\n"
                    "    { name = \"b\", type = \"u8\" },\n"
                    "    { name = \"_pad0\", type = \"u8[3]\", reserved = true },\n"
                    "]\n",
        },
    [RULE_WAIVER_RULE] =
        {
            .id = "waiver-rule",
            .scope = RULE_ALWAYS,
            .purpose = "A waiver must name a rule that can be waived.",
            .why = "Only the ABI's own rules can: whatever else is found would make the outputs wrong.",
            .help = "name abi-differs, scalar-align, padding-implicit or padding-tail, or remove the waiver",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n"
                   "waive = [{ rule = \"name-syntax\", reason = \"It shipped so.\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_WAIVER_REASON] =
        {
            .id = "waiver-reason",
            .scope = RULE_ALWAYS,
            .purpose = "A waiver must give its reason.",
            .why = "Whoever reads the spec later must be able to judge whether the reason still holds.",
            .help = "add reason = \"...\"",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }, { name = \"b\", type = \"u8\" }]\n"
                   "waive = [{ rule = \"padding-tail\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }, { name = \"b\", type = \"u8\" }]\n"
                    "waive = [{ rule = \"padding-tail\", reason = \"It shipped so.\" }]\n",
        },
    [RULE_WAIVER_UNUSED] =
        {
            .id = "waiver-unused",
            .scope = RULE_ALWAYS,
            .purpose = "A waiver must waive something.",
            .why = "One that no longer does hides the next real finding.",
            .help = "remove the waiver",
            .bad = "[[structs]]\n"
                   "name = \"xen_example\"\n"
                   "fields = [{ name = \"a\", type = \"u32\" }]\n"
                   "waive = [{ rule = \"padding-tail\", reason = \"It shipped so.\" }]\n",
            .good = "[[structs]]\n"
                    "name = \"xen_example\"\n"
                    "fields = [{ name = \"a\", type = \"u32\" }]\n",
        },
    [RULE_VERIFY_HEADER] =
        {
            .id = "verify-header",
            .scope = RULE_HEADERS,
            .purpose = "On each ABI, the headers that name what is in the spec must compile in some context.",
            .why = "Where a header does not compile, nobody can tell what is in it.",
            .help = "mend the header, or ask for the contexts and ABIs that it is for (--context, --abi)",
        },
    [RULE_VERIFY_MISSING] =
        {
            .id = "verify-missing",
            .scope = RULE_HEADERS,
            .purpose = "What a spec names must be in the headers where it says, the members of its records must be "
                       "theirs, and a header must include what theirs does.",
            .why = "A struct, member or constant that only one side has is one that the other does not understand, "
                   "or knows by another name.",
            .help = "bring the spec in line with the headers, or ask for the contexts and ABIs that have it",
        },
    [RULE_VERIFY_LAYOUT] =
        {
            .id = "verify-layout",
            .scope = RULE_HEADERS,
            .purpose = "Structs must have the size and alignment that the headers give them, and their members the "
                       "size and offset.",
            .why = "Whoever uses the generated code would read and write other bytes than Xen.",
            .help = "bring the spec in line with the headers",
        },
    [RULE_VERIFY_VALUE] =
        {
            .id = "verify-value",
            .scope = RULE_HEADERS,
            .purpose = "Constants must have the values that the headers give them.",
            .why = "Xen would understand something else, or nothing.",
            .help = "bring the spec in line with the headers",
        },
    [RULE_VERIFY_TYPE] =
        {
            .id = "verify-type",
            .scope = RULE_HEADERS,
            .purpose = "Members, typedefs, handles and constants must have the types that the headers give them.",
            .why = "The same bits mean another number with another sign, and a constant of another type in C turns "
                   "comparisons and shifts into others.",
            .help = "bring the spec in line with the headers",
        },
    [RULE_VERIFY_UNDESCRIBED] =
        {
            .id = "verify-undescribed",
            .scope = RULE_HEADERS,
            .purpose = "With --complete, and in a folder that replaces a header, the spec must describe all that the "
                       "headers define.",
            .why = "What the spec lacks cannot be used from what is generated, and nobody notices when it changes.",
            .help = "describe it; without [header], and without --complete, that is not asked for",
        },
};

enum rule rule_find(struct str id)
{
    enum rule rule = 0;
    while (rule < RULE_COUNT && !str_is(id, rules[rule].id)) {
        rule++;
    }
    return rule;
}
