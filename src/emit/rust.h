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

#endif
