/* The parts of the Rust backend; nothing outside it includes this. */
#ifndef XB_EMIT_RUST_H
#define XB_EMIT_RUST_H

#include "base/buf.h"
#include "spec/model.h"

/* The widest line that rustfmt leaves as it is, in columns. */
#define RUST_WIDTH 100

/* One run of the backend: `out` is the file under construction. */
struct rust {
    struct arena *arena;
    struct buf out;
    struct buf word; /* what may not fit on a line any more */
};

/*
 * Appends a documentation comment, indented by `indent` columns, each argument a paragraph of
 * it: a description as the spec has it, made harmless to Markdown; or, without one,
 * `otherwise`; then `note`. The latter two are Markdown already; an empty one is left out.
 */
void rust_doc(struct rust *r, size_t indent, struct str description, struct str otherwise, struct str note);

/* Appends `#[cfg(...)]` that holds on those ABIs only, as rustfmt would write it; nothing for all of them. */
void rust_cfg(struct rust *r, size_t indent, abi_set set);

/* Whether a definition uses what each architecture has its own of. */
bool rust_uses_arch(const struct def *def);

/* Appends a definition with all that belongs to it. */
void rust_def(struct rust *r, const struct def *def);

/* Whether a name is one that rustc's lint non_snake_case would complain about. */
bool rust_is_snake(struct str name);

/* A Rust identifier without the mark of a raw one. */
struct str rust_plain(struct str identifier);

/* The lines of src/support.rs after its banner. */
extern const char *const rust_support[];
extern const size_t rust_support_len;

/* A typedef, and a constant. */
void rust_typedef(struct rust *r, const struct def *def);
void rust_constant(struct rust *r, const struct def *def);

/* The ABIs for which a definition is compiled; what an architecture defines is there on all of them. */
abi_set rust_compiled_for(const struct def *def);

/* The type of a member of `user`; valid until the next call. */
struct str rust_type(struct rust *r, const struct def *user, const struct type *type);

/* How a scalar is called where nothing is laid out: "u64" for the 8-aligned one too. */
const char *rust_scalar(enum scalar scalar);

/* Appends a number, with the groups of digits that clippy wants; `is_signed`: its two's complement. */
void rust_number(struct buf *out, uint64_t value, bool is_signed);

/* "C: `NAME`.", which leads from C to Rust. */
struct str rust_c_name(struct rust *r, struct str name);

#endif
