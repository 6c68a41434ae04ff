/* What the parts of the C backend share. */
#ifndef XB_EMIT_C_H
#define XB_EMIT_C_H

#include "emit/emit.h"

/* Columns of a line of generated C, as Xen's coding style has it. */
#define C_COLUMNS 79

/* The support header's path, and its text after the banner. */
#define C_SUPPORT_PATH "xen-support.h"
extern const char c_support_text[];

/* What asserts layouts, as the support header has it, for headers that do without that one. */
extern const char c_assert_text[];

/* Names of macros that conditions ask for. */
struct c_macros {
    VEC(struct str) names;
};

/* What the whole spec says to every header. */
struct c_spec {
    const struct spec *spec;
    const struct config_split *handle_split; /* where headers define guest handles */
    struct map handles;     /* how C spells a type to struct c_handle: who defines guest handles for it */
    struct map whole;       /* names of folders whose headers are written as a whole, or include such a one */
    struct c_macros macros; /* all that conditions ask for */
    /* The spec's samples, but guests with the newest interface stand for the first version that has it. */
    struct sample *samples;
    struct map *tests; /* a set and what it is among, as two struct config_set, to the struct c_test for it */
};

/* One header under construction. */
struct c_file {
    struct arena *arena; /* for what one item is made of: cleared after each */
    struct arena *kept;  /* for what outlives the item */
    struct rope_store *store;
    const struct c_spec *c;
    const struct spec *spec;
    const struct folder *folder;
    struct config_set all; /* the configurations in which the header is included at all */
    bool *asks_interface;  /* set by whoever writes a test of the interface version */
};

/* c_text.c: comments, paths and names. */

/* The comment that opens a generated file; `from` is NULL for one that every spec gets. */
void c_banner(struct buf *out, const struct folder *from);

/* `text` as a comment in Xen's style, `indent` columns in; `prefix` goes before its first word. Nothing if both are
 * empty. */
void c_comment(struct buf *out, unsigned indent, const char *prefix, struct str text);

/* A string literal: bytes that are not plain ASCII as octal escapes, which end after three digits. */
void c_string(struct buf *out, struct str s);

/* Text that a spec has for the preprocessor or within a declaration, on one line. */
void c_spelled(struct buf *out, struct str text);

/* `FOLDER.h`, or with a suffix `FOLDER-layout.h`. */
struct str c_path(struct arena *arena, const struct folder *folder, const char *suffix);

/* An #include of `path` (below the output folder) in the header of `folder`. */
void c_include(struct buf *out, const struct folder *folder, struct str path);

/* The guard of a folder's header, `__XEN_PUBLIC_HVM_PARAMS_H__`; `suffix` as for c_path. */
struct str c_guard(struct arena *arena, const struct folder *folder, const char *suffix);

/* The ABIs on which a folder's header is included at all. */
abi_set c_folder_abis(const struct folder *folder);

/* The preprocessor's test for a set of ABIs: "defined(__i386__) || defined(__x86_64__)". */
void c_test_abis(struct buf *out, abi_set set);

/* c_include.c: includes. */

/* Finds `whole`. */
void c_whole_find(struct arena *arena, struct c_spec *c);

/* Whether the headers that a folder needs bring one that is written as a whole, which the support header must follow.
 */
bool c_brings_whole_header(const struct c_file *file, const struct folder *folder);

/* Needed headers, those of the architectures under a test for each; `first`: those that the support header follows. */
void c_emit_needs(const struct c_file *file, struct buf *out, bool first);

/*
 * Whether an include is of a folder's header. `arch` is of those of any architecture: of its own folder, and of those
 * below it that define what is imported.
 */
bool c_includes(const struct c_file *file, const struct include *include, const struct folder *folder);

/* An include that the spec writes; `arch`: the folders of whatever architecture it is. */
void c_emit_include(const struct c_file *file, struct buf *out, const struct include *include);

/* What C says where it has nothing to include for the architecture at hand. */
extern const char c_unserved[];

/* c_if.c: what is there under a condition. */

/* The configurations in which the header has a definition. */
struct config_set c_def_set(const struct c_file *file, const struct def *def);

/* Where an item is there, among the configurations of what it stands in, and the preprocessor's test for that. */
struct c_test {
    struct str text; /* empty: none is needed */
    struct config_set set;
    const struct conditions *written; /* where the test is no more than what the spec says; else NULL */
    bool has_macro;                   /* it asks for macros of which the configurations tell less than it does */
    bool is_mixed;                    /* of a set: it asks for more than the ABI */
    bool has_others;                  /* others than the configurations may come by: no #else stands for it */
};

/* Finds the macros of the whole spec, and makes its samples. */
void c_conditions_find(struct arena *arena, struct c_spec *c);

/* Adds the macros that a definition and what it holds ask for. */
void c_macros_of(const struct c_file *file, struct c_macros *macros, const struct def *def);

/* "defined(A) && defined(B)" or "!defined(A) && !defined(B)". */
void c_test_macros(struct buf *out, const struct c_macros *macros, bool opted_in);

/* The test for what `exists` says, written as the spec has it. */
struct c_test c_test_when(const struct c_file *file, const struct when *when, const struct config_set *exists,
                          const struct config_set *around);

/* The part of a set in which the includer has defined the macros that conditions ask for, or has not. */
struct config_set c_set_half(const struct c_file *file, const struct config_set *set, bool opted_in);

/* The configuration that differs from another one in the macros alone. */
unsigned c_config_mirror(const struct c_file *file, unsigned config);

/* The test for a set that nobody has written conditions for; `macros`: those that may make a difference. */
struct c_test c_test_set(const struct c_file *file, const struct config_set *set, const struct config_set *around,
                         const struct c_macros *macros);

/* Whether a test asks for the ABI alone. */
bool c_test_is_by_abi(const struct c_test *test);

/* Whether no two items under these tests are ever there together. */
bool c_test_excludes(const struct c_test *a, const struct c_test *b);

/* Items in a row, each under its test: neighbours share one #if, and alternatives become #elif and #else. */
struct c_chain {
    struct buf *out;
    const struct config_set *around;
    struct c_test open;       /* of the item before */
    struct config_set before; /* configurations of the branches before that one */
    size_t branches;
    bool has_macro, has_else;
    struct str name; /* of the item before */
    bool started;
};

/* Goes on to an item of that name. `blank`: an empty line between it and what stands before, #else apart. */
void c_chain_next(struct c_chain *chain, const struct c_test *test, struct str name, bool blank);
void c_chain_end(struct c_chain *chain);

/*
 * What `emit` writes for each configuration of a set, once where that is the same, else under tests; `split`: what
 * makes a difference to it.
 */
typedef void c_emit_on(const struct c_file *file, struct buf *out, const void *data, unsigned config);
void c_emit_varying(const struct c_file *file, struct buf *out, const struct config_set *set,
                    const struct config_split *split, const struct c_macros *macros, c_emit_on *emit, const void *data);

/* c_type.c: types and declarators. */

/* "struct x", or "x" for a record that is known by a typedef's name alone. */
struct str c_record_name(struct arena *arena, const struct def *def);

/* "const T *name[4]"; not for what holds an inline record. `name` may be empty. */
void c_declare(const struct c_file *file, struct buf *out, const struct type *type, struct str name, unsigned config);

/* "[4][EXPR]" after a member's name, and "[0][0]", which is its first element. */
void c_dimensions(struct buf *out, const struct type *type);

/* Whether C may write a type in more than one way, because its name means different things here and there. */
bool c_type_varies(const struct type *type);

/* What makes a difference to how C spells a type. */
const struct config_split *c_type_split(const struct c_file *file, const struct type *type);

/* What a handle points at, as C spells it; an array is pointed at by a pointer to its elements. */
struct str c_pointed_text(const struct c_file *file, const struct type *of, unsigned config);

/* c_handle.c: guest handles. */

/* The argument of XEN_GUEST_HANDLE for a handle: a word, since the macro pastes it. */
struct str c_handle_word(const struct c_file *file, const struct type *handle, unsigned config);

/* Finds the handles that headers say themselves that they define. */
void c_handles_find(struct arena *arena, struct c_spec *c);

/* What a DEF_HANDLE is the handle of. */
const struct type *c_handle_type(const struct def *def);

/* DEFINE_XEN_GUEST_HANDLE(name); */
void c_emit_handle(const struct c_file *file, struct buf *out, const struct def *def, unsigned config);

/* Handles of a folder that does not say itself which ones it has. */
/* Those to its structs and unions, which stand first, because any of its records may hold one. */
void c_emit_handles(const struct c_file *file, struct buf *out);
/* Names for handles that a definition takes and that no header has. */
void c_emit_handle_names(const struct c_file *file, struct buf *out, const struct def *def,
                         const struct config_set *set);
/* Whether a typedef stands with them. */
bool c_stands_first(const struct c_file *file, const struct def *def);

/* c_record.c */
void c_emit_record(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);
void c_emit_typedef(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);

/* The name of a member in C; empty for an anonymous one. */
struct str c_field_name(const struct field *field);

/* c_const.c: definitions that are constants in C. */
void c_emit_bitmap(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);
void c_emit_enum(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);
void c_emit_constant(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);

/* The value of a variant that is no macro, as it is written. */
void c_variant_value(struct buf *out, const struct def *def, const struct variant *variant);

/* c_row.c: rows of tables of Xen's own, which in a whole header are calls of its macros; and the values of an enum as
 * calls of a macro. */
void c_emit_row(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);
void c_emit_call(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set);

/* Whether an enum becomes one in C, which needs a value at least; and the configurations in which it has any. */
bool c_is_enum(const struct def *def);
struct config_set c_enum_set(const struct def *def, const struct config_set *set);

/* c_layout.c: the header that asserts sizes and offsets. */
void c_emit_layout(const struct c_file *file, struct rope *rope);

/* c.c: what a header needs at its top and its end where its conditions ask for the interface version. */
extern const char c_interface_start[], c_interface_end[];

#endif
