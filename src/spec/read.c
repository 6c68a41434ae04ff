#include "spec/read.h"

#include "spec/keys.h"
#include "spec/reader.h"

#include <string.h>

/* A definition that follows another one, under whose conditions it is there. */
static struct def *add_after(struct reader *reader, const struct def *def, enum def_kind kind, struct text name)
{
    struct def *added = ARENA_NEW(reader->arena, struct def);
    *added = (struct def){.kind = kind,
                          .name = name,
                          .when = def->when,
                          .more = &def_more_none,
                          .source = def->source,
                          .folder = def->folder,
                          .level = def->level,
                          .off = def->off,
                          .len = def->len,
                          .place = def->place,
                          .made_order = kind == DEF_HANDLE ? 2 : 1};
    VEC_PUSH(reader->arena, &reader->folder->defs, added);
    return added;
}

/* The typedef and the handle that stand with what they are of. */
static void read_aliases(struct reader *reader, const struct def_draft *draft, const struct def *def)
{
    if (draft->alias.s.ptr) {
        bool has_tag = def->c_form == C_FORM_AUTO || def->c_form == C_FORM_TAG;
        struct type *type = type_new(reader->arena, TYPE_NAMED, def->name.off, def->name.len);
        type_more(reader->arena, type)->name = def->name.s;
        type->elaboration = !has_tag ? ELABORATED_NOT : def->kind == DEF_STRUCT ? ELABORATED_STRUCT : ELABORATED_UNION;
        struct def *alias = add_after(reader, def, DEF_TYPEDEF, draft->alias);
        VEC_PUSH(reader->arena, &alias->fields, (struct field){.type = type, .more = &field_more_none});
    }
    if (draft->handle) {
        add_after(reader, def, DEF_HANDLE, draft->alias.s.ptr ? draft->alias : def->name);
    }
}

void reader_definition(struct reader *reader, enum table_kind kind, const struct toml_value *item)
{
    static const enum def_kind kinds[] = {
        [TABLE_STRUCT] = DEF_STRUCT,        [TABLE_ENUM] = DEF_ENUM,         [TABLE_BITMAP] = DEF_BITMAP,
        [TABLE_UNION] = DEF_UNION,          [TABLE_TYPEDEF] = DEF_TYPEDEF,   [TABLE_CONSTANT] = DEF_CONSTANT,
        [TABLE_HANDLE] = DEF_HANDLE,        [TABLE_VERBATIM] = DEF_VERBATIM, [TABLE_REFUSAL] = DEF_REFUSAL,
        [TABLE_HYPERCALL] = DEF_HYPERCALL,  [TABLE_RING] = DEF_RING,         [TABLE_SAVE] = DEF_SAVE,
        [TABLE_EVENT_RING] = DEF_EVENT_RING};
    struct def_draft *draft = ARENA_NEW(reader->scratch, struct def_draft);
    draft->def = (struct def){.kind = kinds[kind],
                              .source = reader->source,
                              .folder = reader->folder,
                              .level = reader->level,
                              .off = item->off,
                              .len = item->len,
                              .place = item->off};
    struct span span = reader_span(reader, item->off, item->len);
    struct reader_target target = {.object = draft, .broken = &draft->def.broken, .has_more = &draft->has_more};
    if (!reader_table(reader, kind, item->as.table, span, target)) {
        draft->def.broken = true;
    }
    struct def *def = reader_settle(reader, draft);
    bool good = true;
    if (def_is_record(def)) {
        good = reader_record(reader, &draft->fields, def);
    } else if (kind >= TABLE_HYPERCALL) {
        def->row = ARENA_NEW(reader->arena, struct row);
        *def->row = draft->row;
        good = reader_row(reader, def);
    }
    def->broken = def->broken || !good;
    if (def->kind == DEF_TYPEDEF && def->type) {
        struct field field = {.type = def->type, .more = &field_more_none};
        if (draft->values) {
            field_more(reader->arena, &field)->values = draft->values;
        }
        VEC_PUSH(reader->arena, &def->fields, field);
        def->type = NULL;
    }
    if (!reader_finish(reader, def)) {
        def->broken = true;
    }
    if (reader_in_release(&def->when)) {
        VEC_PUSH(reader->arena, &reader->folder->defs, def);
        read_aliases(reader, draft, def);
    }
    arena_clear(reader->scratch);
}

static void read_includes(struct reader *reader, const struct key_info *key, const struct toml_array *array)
{
    struct folder *folder = reader->folder;
    size_t before = folder->includes.len;
    struct reader_vec vec;
    memcpy(&vec, &folder->includes, sizeof vec);
    reader_tables(reader, key, array, &vec);
    memcpy(&folder->includes, &vec, sizeof vec);
    size_t kept = before;
    for (size_t i = before; i < folder->includes.len; i++) {
        folder->includes.at[i].source = reader->source;
        if (reader_in_release(&folder->includes.at[i].when)) {
            folder->includes.at[kept++] = folder->includes.at[i];
        }
    }
    folder->includes.len = kept;
}

/* What the folder's header is like as a whole; one file says it. */
static void read_header(struct reader *reader, const struct key_info *key, const struct toml_entry *entry)
{
    struct header_form *header = &reader->folder->header;
    if (header->given) {
        struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, entry->key_off, entry->key_len),
                                     "the header of `%.*s` is described twice", STR_ARG(reader->folder->name));
        diag_note(reader->diags, diag, (struct span){header->source, header->off, header->len}, "first here");
        diag_help(reader->diags, diag, "keep one of them");
        return;
    }
    (void)reader_value(reader, key, &entry->value, header);
    struct when when = {0};
    header->absent =
        reader_condition(reader, &(struct when_draft){.since = header->since, .until = header->until}, &when) &&
        !reader_in_release(&when);
    header->given = true;
    header->source = reader->source;
    header->off = entry->key_off;
    header->len = entry->key_len;
}

static void read_defs(struct reader *reader, const struct key_info *key, const struct toml_array *array)
{
    for (size_t i = 0; i < array->len; i++) {
        const struct toml_value *item = &array->at[i];
        if (item->type == TOML_TABLE) {
            reader_definition(reader, key->table, item);
        } else {
            diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, item->off, item->len),
                     "expected a table for %s, found %s", spec_tables[key->table].name, toml_type_name(item->type));
        }
    }
}

void reader_definitions(struct reader *reader, const struct toml_table *root)
{
    const struct table_info *info = &spec_tables[TABLE_ROOT];
    for (const struct toml_entry *entry = root->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(info, entry->key);
        if (!key) {
            reader_unknown_key(reader, info, entry);
        } else if (key->kind == KEY_TABLE) {
            read_header(reader, key, entry);
        } else if (key->kind != KEY_TABLES) {
            continue;
        } else if (entry->value.type != TOML_ARRAY) {
            struct diag *diag =
                diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, entry->key_off, entry->key_len),
                         "`%s` must be an array of tables, found %s", key->name, toml_type_name(entry->value.type));
            diag_help(reader->diags, diag, "write [[%s]], with two brackets, for each of them", key->name);
        } else if (key->table == TABLE_INCLUDE) {
            read_includes(reader, key, entry->value.as.array);
        } else {
            read_defs(reader, key, entry->value.as.array);
        }
    }
}

/* The level holds for the whole file, wherever in it it stands. */
static void read_level(struct reader *reader, const struct toml_table *root, struct spec_file *file)
{
    const struct toml_entry *level = toml_get(root, STR("level"));
    if (level) {
        const struct key_info *key = spec_key_find(&spec_tables[TABLE_ROOT], level->key);
        reader_value(reader, key, &level->value, (char *)file + key->offset);
    }
    if (file->level == LEVEL_DEFAULT) {
        /* One that could not be read is one finding; others that it might have kept away would only hide that. */
        file->level = level ? LEVEL_LEGACY : LEVEL_STABLE;
    }
    reader->level = file->level;
}

/* A file that is read while it is parsed. */
struct passage {
    struct reader reader;
    struct spec_file file;
};

static bool wants_elements(void *data, struct str key)
{
    const struct key_info *info = spec_key_find(&spec_tables[TABLE_ROOT], key);
    (void)data;
    return info && info->kind == KEY_TABLES && info->table != TABLE_INCLUDE;
}

static void take_element(void *data, const struct toml_table *root, struct str key, const struct toml_value *element)
{
    struct passage *passage = data;
    if (passage->file.level == LEVEL_DEFAULT) {
        read_level(&passage->reader, root, &passage->file);
    }
    reader_definition(&passage->reader, spec_key_find(&spec_tables[TABLE_ROOT], key)->table, element);
}

void spec_read(struct arena *arena, struct arena *scratch, struct folder *folder, struct str name,
               struct source *source, xen_release release, struct diags *diags)
{
    struct passage passage = {.reader = {.arena = arena,
                                         .scratch = arena_child(scratch),
                                         .diags = diags,
                                         .source = source,
                                         .folder = folder,
                                         .release = release},
                              .file = {.source = source, .name = name}};
    const struct toml_reader reader = {wants_elements, take_element, &passage};
    const struct toml_document *document = toml_parse_through(scratch, source, TOML_1_1, diags, &reader);
    if (passage.file.level == LEVEL_DEFAULT) {
        read_level(&passage.reader, document->root, &passage.file);
    }
    VEC_PUSH(arena, &folder->files, passage.file);
    reader_source(&passage.reader);
    reader_definitions(&passage.reader, document->root);
    arena_clear(scratch);
}
