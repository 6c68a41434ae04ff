/* Rust: a crate with a module for each folder of the spec. */
#include "emit/rust.h"
#include "emit/backends.h"

#include <string.h>

#define REGENERATE "To make it anew: xenbindgen gen --lang rust"

static void lines(struct rust *r, const char *const *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        buf_text(&r->out, text[i]);
        buf_char(&r->out, '\n');
    }
}

#define LINES(r, text) lines((r), (text), sizeof(text) / sizeof *(text))

struct str rust_plain(struct str identifier)
{
    return str_starts(identifier, "r#") ? (struct str){identifier.ptr + 2, identifier.len - 2} : identifier;
}

bool rust_is_snake(struct str name)
{
    size_t start = 0, end = name.len;
    while (start < end && name.ptr[start] == '_') {
        start++;
    }
    while (end > start && name.ptr[end - 1] == '_') {
        end--;
    }
    for (size_t i = start; i < end; i++) {
        if (ascii_is_upper(name.ptr[i]) || (name.ptr[i] == '_' && name.ptr[i + 1] == '_')) {
            return false;
        }
    }
    return true;
}

/* A path in a comment: what is not plain ASCII becomes `?`. */
static void plain_path(struct rust *r, struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        bool plain = path.ptr[i] >= ' ' && path.ptr[i] <= '~';
        buf_char(&r->out, plain ? path.ptr[i] : '?');
    }
}

/* Starts a file with what made it. Without a folder: a file that every spec gets. */
static void start_file(struct rust *r, const char *comment, const struct folder *folder)
{
    r->out = buf_new(r->kept);
    if (folder) {
        buf_printf(&r->out, "%s " EMIT_BANNER " from\n", comment);
        for (size_t i = 0; i < folder->files.len; i++) {
            buf_printf(&r->out, "%s     ", comment);
            plain_path(r, folder->files.at[i].name);
            buf_char(&r->out, '\n');
        }
        buf_printf(&r->out, "%s " REGENERATE "\n\n", comment);
    } else {
        buf_printf(&r->out, "%s " EMIT_BANNER ". " REGENERATE "\n\n", comment);
    }
}

static void end_file(struct rust *r, struct emit_sink *sink, const char *path, const struct folder *folder)
{
    struct rope text = {.len = 0};
    rope_end(&text, sink->store, &r->out);
    sink->file(sink, str_from(path), &text, folder);
}

static void cargo_toml(struct rust *r, struct emit_sink *sink)
{
    static const char *const text[] = {
        "[package]",
        "name = \"xen-sys\"",
        "version = \"0.1.0\"",
        "edition = \"2021\"",
        "rust-version = \"1.77\"",
        "license = \"MIT\"",
        "description = \"Xen's hypercall ABI: types, numbers and rings, generated from a specification of it\"",
        "documentation = \"https://docs.rs/xen-sys\"",
        "keywords = [\"xen\", \"hypercall\", \"hypervisor\", \"virtualization\", \"no_std\"]",
        "categories = [\"external-ffi-bindings\", \"virtualization\", \"no-std::no-alloc\"]",
        "",
        "[package.metadata.docs.rs]",
        "targets = [",
        "    \"x86_64-unknown-linux-gnu\",",
        "    \"i686-unknown-linux-gnu\",",
        "    \"aarch64-unknown-linux-gnu\",",
        "    \"armv7-unknown-linux-gnueabihf\",",
        "    \"riscv64gc-unknown-linux-gnu\",",
        "    \"powerpc64le-unknown-linux-gnu\",",
        "]",
        "",
        "[dependencies]",
        "bitflags = { version = \"2\", default-features = false }",
    };
    start_file(r, "#", NULL);
    LINES(r, text);
    end_file(r, sink, "Cargo.toml", NULL);
}

static void support_rs(struct rust *r, struct emit_sink *sink)
{
    const struct {
        const char *path;
        const char *const *text;
        size_t len;
        bool is_table;
    } files[] = {
        {"src/support/record.rs", rust_support_record, rust_support_record_len, false},
        {"src/support/ring.rs", rust_support_ring, rust_support_ring_len, true},
        {"src/support/stream.rs", rust_support_stream, rust_support_stream_len, true},
        {"src/support/table.rs", rust_support_table, rust_support_table_len, true},
    };
    start_file(r, "//", NULL);
    lines(r, rust_support, rust_support_len);
    buf_text(&r->out, r->uses_rows ? "\npub mod ring;\npub mod stream;\npub mod table;\n" : "");
    end_file(r, sink, "src/support.rs", NULL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (r->uses_rows || !files[i].is_table) {
            start_file(r, "//", NULL);
            lines(r, files[i].text, files[i].len);
            end_file(r, sink, files[i].path, NULL);
        }
    }
}

/* Whether all names that become Rust's in a folder are such as rustc and clippy expect. */
struct name_style {
    bool snake, underscore;
};

/* Whether methods may be made of a name: `with_NAME` must have no two underscores side by side. */
static bool is_method_stem(struct str name)
{
    return rust_is_snake(name) && !(name.len && name.ptr[0] == '_');
}

static struct name_style name_style(const struct rust_folder *folder)
{
    struct name_style style = {rust_is_snake(folder->folder->rust_name), false};
    for (size_t t = 0; t < folder->types.len; t++) {
        const struct rust_facts *facts = folder->types.at[t];
        const struct def *def = facts->def;
        for (size_t i = 0; i < def->fields.len && def_is_record(def); i++) {
            struct str name = rust_field_name(facts, i);
            bool method = def->kind == DEF_UNION || def->fields.at[i].more->bits.given;
            style.snake = style.snake && (method ? is_method_stem(name) : rust_is_snake(name));
            /* `NAME_mut`, of unions, and `NAME_ptr`, of flexible arrays, likewise. */
            style.snake = style.snake && (def->fields.at[i].more->bits.given || !str_ends(name, "_"));
            style.underscore = style.underscore || (name.len && name.ptr[0] == '_');
        }
        for (size_t i = 0; i < def->more->bits.len; i++) {
            style.snake = style.snake && is_method_stem(def->more->bits.at[i].rust_method);
        }
    }
    return style;
}

/* What no target can be compiled for, in one line of words each. */
static void other_targets(struct rust *r)
{
    if (r->uses_arch || r->spec->absent) {
        const char *before = "\n#[cfg(not(any(\n";
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (abi_in(abi, spec_abis(r->spec))) {
                buf_printf(&r->out, "%s    target_arch = \"%s\"", before, abis[abi].rust_cfg);
                before = ",\n";
            }
        }
        buf_text(&r->out, "\n)))]\ncompile_error!(\"Xen does not run on the target's architecture\");\n");
    }
    if (r->uses_bits) {
        buf_text(&r->out, "\n#[cfg(target_endian = \"big\")]\n"
                          "compile_error!(\"bit-fields are where a little-endian processor has them\");\n");
    }
}

/* The module of the target's architecture, made of the modules of all its folders. */
static void arch_module(struct rust *r)
{
    bool any = false;
    for (size_t i = 0; i < r->spec->folders.len; i++) {
        const struct folder *folder = r->spec->folders.at[i];
        if (folder->arch == ARCH_COUNT || !r->folders[i].types.len) {
            continue;
        }
        if (!any) {
            static const char *const head[] = {
                "",
                "/// What the target's architecture has of its own: the contents of its `arch_` modules.",
                "pub mod arch {",
            };
            LINES(r, head);
            any = true;
        }
        abi_set set = 0;
        for (size_t t = 0; t < r->folders[i].types.len; t++) {
            set |= r->folders[i].types.at[t]->abis;
        }
        rust_cfg(r, 4, set);
        buf_text(&r->out, "    #[doc(no_inline)]\n");
        buf_printf(&r->out, "    pub use crate::%.*s::*;\n", STR_ARG(folder->rust_name));
    }
    buf_text(&r->out, any ? "}\n" : "");
}

/* Whether a line of a comment goes on with the paragraph of the one before it. */
static bool is_running(struct str line)
{
    return line.len > 1 && line.ptr[0] == ' ' && line.ptr[1] > ' ' && line.ptr[1] != '-' && line.ptr[1] != '*';
}

/* The comment that a folder's first file begins with: what the folder is for. One that a table follows is the table's.
 */
static struct str head_comment(struct rust *r, const struct folder *folder)
{
    struct str text = folder->files.at[0].source->text;
    struct buf out = buf_new(r->kept);
    size_t i = 0;
    for (size_t end; i < text.len && text.ptr[i] == '#'; i = end + 1) {
        for (end = i; end < text.len && text.ptr[end] != '\n'; end++) {
        }
        struct str line = {text.ptr + i + 1, end - i - 1};
        while (line.len &&
               (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t' || line.ptr[line.len - 1] == '\r')) {
            line.len--;
        }
        buf_text(&out, !i || is_running(line) ? "" : line.len ? "\n" : "\n\n");
        buf_str(&out, line);
    }
    return i < text.len && text.ptr[i] == '[' ? (struct str){NULL, 0} : buf_view(&out);
}

/* "C: `xen/io/ring.h`.", of a folder that stands for a header of Xen's own. */
static struct str header_note(struct rust *r, const struct folder *folder)
{
    return folder->header.given ? str_printf(r->kept, "C: `xen/%.*s.h`.", STR_ARG(folder->name))
                                : (struct str){NULL, 0};
}

static void lib_rs(struct rust *r, struct emit_sink *sink)
{
    start_file(r, "//", NULL);
    lines(r, rust_lib_head, rust_lib_head_len);
    if (r->uses_rows) {
        lines(r, rust_lib_tables, rust_lib_tables_len);
    }
    lines(r, rust_lib_tail, rust_lib_tail_len);
    buf_text(&r->out, r->uses_rows
                          ? "\npub use support::ring::{BackRing, FrontRing, Full, Overrun, Ring};\n"
                            "pub use support::stream::{ByteReader, ByteWriter, EventReader, EventRing, EventWriter};\n"
                            "pub use support::table::{Caller, Direction, HvmSave, Hypercall, Operation};\n"
                          : "");
    other_targets(r);
    for (size_t i = 0; i < r->spec->folders.len; i++) {
        const struct folder *folder = r->spec->folders.at[i];
        struct name_style style = name_style(&r->folders[i]);
        buf_char(&r->out, '\n');
        struct str otherwise = str_printf(r->kept, "The definitions of `%.*s`.", STR_ARG(folder->name));
        rust_doc(r, 0, head_comment(r, folder), otherwise, header_note(r, folder));
        buf_text(&r->out, style.snake ? "" : "#[allow(non_snake_case)]\n");
        buf_text(&r->out, style.underscore ? "#[allow(clippy::pub_underscore_fields)]\n" : "");
        buf_printf(&r->out, "pub mod %.*s;\n", STR_ARG(folder->rust_name));
    }
    arch_module(r);
    end_file(r, sink, "src/lib.rs", NULL);
}

/* Whether something in a module goes through `crate::arch`. */
static bool uses_arch(const struct rust_folder *folder)
{
    bool found = false;
    for (size_t t = 0; t < folder->types.len; t++) {
        const struct rust_facts *facts = folder->types.at[t];
        for (size_t i = 0; i < facts->def->fields.len; i++) {
            found = found || rust_type_is_of_arch(facts, facts->def->fields.at[i].type);
        }
        for (size_t i = 0; i < facts->def->more->bits.len; i++) {
            const struct type *type = facts->def->more->bits.at[i].type;
            found = found || (type && rust_type_is_of_arch(facts, type));
        }
    }
    return found;
}

/* The text of a module. */
static struct rope module_rs(struct rust *r, const struct rust_folder *folder, struct rope_store *store)
{
    struct rope text = {.len = 0};
    start_file(r, "//", folder->folder);
    size_t start = r->out.len;
    r->has_cfg = false;
    for (size_t i = 0; i < folder->types.len; i++) {
        buf_text(&r->out, text.len + r->out.len > start ? "\n" : "");
        rust_def(r, folder->types.at[i]);
        arena_clear(r->arena);
        rope_add(&text, store, &r->out);
    }
    for (size_t i = 0; i < folder->opaque.len; i++) {
        buf_text(&r->out, text.len + r->out.len > start ? "\n" : "");
        rust_opaque(r, folder->opaque.at[i]);
    }
    if (text.len + r->out.len == start) {
        r->out.len--;
    }
    rust_rows(r, folder);
    arena_clear(r->arena);
    rope_end(&text, store, &r->out);
    r->uses_arch = r->uses_arch || (folder->folder->arch == ARCH_COUNT && (r->has_cfg || uses_arch(folder)));
    return text;
}

static void emit_rust(struct arena *arena, const struct spec *spec, struct emit_sink *sink)
{
    struct rust r = {.arena = arena,
                     .kept = arena,
                     .spec = spec,
                     .out = buf_new(arena),
                     .word = buf_new(arena),
                     .scratch = buf_new(arena),
                     .facts = map_new(arena),
                     .opaque = map_new(arena)};
    struct rope *modules = ARENA_ARRAY(arena, spec->folders.len + 1, struct rope);
    rust_find_facts(&r);
    r.arena = arena_child(arena);
    for (size_t i = 0; i < spec->folders.len; i++) {
        modules[i] = module_rs(&r, &r.folders[i], sink->store);
    }
    cargo_toml(&r, sink);
    lib_rs(&r, sink);
    support_rs(&r, sink);
    for (size_t i = 0; i < spec->folders.len; i++) {
        const struct folder *folder = spec->folders.at[i];
        struct str path = str_printf(arena, "src/%.*s.rs", STR_ARG(rust_plain(folder->rust_name)));
        sink->file(sink, path, &modules[i], folder);
    }
}

const struct backend backend_rust = {
    .name = "rust",
    .doc = "a no_std crate with the types of the hypercalls",
    .emit = emit_rust,
};
