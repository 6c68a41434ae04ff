/* The tree: which tables and arrays may be made, opened again and added to. */
#include "base/map.h"
#include "toml/parser.h"

/* Tables of up to this many entries are searched one by one. */
static const size_t small_table = 8;

static struct table *behind(struct toml_table *table)
{
    return (struct table *)table;
}

struct table *table_new(struct parser *p, enum table_kind kind, unsigned depth)
{
    struct table *table = ARENA_NEW(p->nodes, struct table);
    table->kind = kind;
    table->depth = depth;
    return table;
}

/* For what hangs on a table: the root outlives what is in a lane. */
static struct arena *arena_of(const struct parser *p, const struct table *table)
{
    return table == p->root ? p->arena : p->nodes;
}

static struct array *array_of_tables_new(struct arena *arena)
{
    struct array *array = ARENA_NEW(arena, struct array);
    array->of_tables = true;
    return array;
}

static struct toml_entry *find(const struct table *table, struct str key)
{
    if (table->index) {
        return map_get(table->index, key);
    }
    for (struct toml_entry *entry = table->open.first; entry; entry = entry->next) {
        if (str_eq(entry->key, key)) {
            return entry;
        }
    }
    return NULL;
}

const struct toml_entry *toml_get(const struct toml_table *table, struct str key)
{
    return find((const struct table *)table, key);
}

/* The key is known not to be in the table. */
static struct toml_entry *append(struct parser *p, struct table *table, const struct key *key)
{
    struct arena *arena = arena_of(p, table);
    struct toml_entry *entry = ARENA_NEW(arena, struct toml_entry);
    entry->key = key->name;
    entry->key_off = key->off;
    entry->key_len = key->len;
    if (table->last) {
        table->last->next = entry;
    } else {
        table->open.first = entry;
    }
    table->last = entry;
    table->open.len++;
    if (table->index) {
        map_add(table->index, key->name, entry);
    } else if (table->open.len > small_table) {
        table->index = ARENA_NEW(arena, struct map);
        *table->index = map_new(arena);
        for (struct toml_entry *each = table->open.first; each; each = each->next) {
            map_add(table->index, each->key, each);
        }
    }
    return entry;
}

static struct toml_value table_value(struct table *table, uint32_t off, uint32_t len)
{
    return (struct toml_value){.type = TOML_TABLE, .off = off, .len = len, .as.table = &table->open};
}

/* A finding about a part of the key in `path`, with a note at what was there before. */
static void conflict(struct parser *p, const struct key *key, const struct toml_entry *first, const char *help,
                     const char *what)
{
    const char *from = p->start + key->off;
    const char *to = from + key->len;
    struct diag *diag =
        parser_report(p, RULE_TOML_DUPLICATE, from, to, help, "`%.*s` %s", STR_ARG(parser_clip(from, to)), what);
    parser_note_first(p, diag, first->key_off, first->key_len);
}

static bool too_deep(struct parser *p, const struct key *key, unsigned depth)
{
    if (depth <= TOML_NESTING_MAX) {
        return false;
    }
    const char *from = p->start + key->off;
    parser_report(p, RULE_TOML_LIMIT, from, from + key->len, "use fewer levels",
                  "tables are nested more than %d levels deep", TOML_NESTING_MAX);
    return true;
}

bool table_insert(struct parser *p, struct table *table, struct key_path path, const struct toml_value *value)
{
    const bool broken = (value->type == TOML_TABLE && value->as.table->broken) ||
                        (value->type == TOML_ARRAY && value->as.array->broken);
    const struct key *keys = &p->keys.at[path.first];
    const struct key *last = &keys[path.count - 1];
    for (const struct key *key = keys; key != last; key++) {
        struct toml_entry *entry = find(table, key->name);
        if (!entry) {
            if (too_deep(p, key, table->depth + 1)) {
                return false;
            }
            struct table *made = table_new(p, TABLE_DOTTED, table->depth + 1);
            entry = append(p, table, key);
            entry->value = table_value(made, keys->off, last->off + last->len - keys->off);
        } else if (entry->value.type != TOML_TABLE) {
            conflict(p, key, entry, "a dotted key goes through tables only", "is already defined and is not a table");
            return false;
        } else if (behind(entry->value.as.table)->kind == TABLE_INLINE) {
            conflict(p, key, entry, "put the key between the braces", "is an inline table, which cannot be added to");
            return false;
        } else if (behind(entry->value.as.table)->kind != TABLE_DOTTED) {
            conflict(p, key, entry, "put the key under the header of that table",
                     "has a header of its own, so a dotted key cannot add to it");
            return false;
        }
        table = behind(entry->value.as.table);
        table->open.broken |= broken;
    }

    const struct toml_entry *first = find(table, last->name);
    if (first) {
        conflict(p, last, first, "a key may stand only once in a table: remove or rename one of them",
                 "is already defined in this table");
        table->open.broken = true;
        return false;
    }
    append(p, table, last)->value = *value;
    return true;
}

void table_miss(struct parser *p, struct table *table, struct key_path path)
{
    for (size_t i = 0; i + 1 < path.count; i++) {
        struct toml_entry *entry = find(table, p->keys.at[path.first + i].name);
        if (!entry || entry->value.type != TOML_TABLE || behind(entry->value.as.table)->kind != TABLE_DOTTED) {
            return;
        }
        table = behind(entry->value.as.table);
        table->open.broken = true;
    }
}

/* The table that a header's next part names on the way to its last one; NULL after a finding. */
static struct table *step_into(struct parser *p, struct table *table, const struct key *key, uint32_t off, uint32_t len)
{
    struct toml_entry *entry = find(table, key->name);
    if (!entry) {
        if (too_deep(p, key, table->depth + 1)) {
            return NULL;
        }
        struct table *made = table_new(p, TABLE_IMPLIED, table->depth + 1);
        append(p, table, key)->value = table_value(made, off, len);
        return made;
    }
    if (entry->value.type == TOML_TABLE) {
        struct table *next = behind(entry->value.as.table);
        if (next->kind != TABLE_INLINE) {
            return next;
        }
        conflict(p, key, entry, "put its tables between the braces", "is an inline table, which cannot be added to");
        return NULL;
    }
    if (entry->value.type == TOML_ARRAY) {
        struct array *array = (struct array *)entry->value.as.array;
        if (array->of_tables) {
            VEC_PUSH(p->arena, &p->section, &array->open.broken);
            return behind(array->open.at[array->open.len - 1].as.table);
        }
        conflict(p, key, entry, "put its tables between the brackets",
                 "is an array written with brackets, which a header cannot add to");
        return NULL;
    }
    conflict(p, key, entry, "give the table or the key another name", "is already defined and is not a table");
    return NULL;
}

/* [a.b.key], with `table` for a.b */
static struct table *open_table(struct parser *p, struct table *table, const struct key *key, uint32_t off,
                                uint32_t len)
{
    struct toml_entry *entry = find(table, key->name);
    if (!entry) {
        if (too_deep(p, key, table->depth + 1)) {
            return NULL;
        }
        struct table *made = table_new(p, TABLE_HEADER, table->depth + 1);
        append(p, table, key)->value = table_value(made, off, len);
        return made;
    }
    if (entry->value.type == TOML_TABLE) {
        struct table *there = behind(entry->value.as.table);
        if (there->kind == TABLE_IMPLIED) {
            there->kind = TABLE_HEADER;
            entry->key_off = key->off;
            entry->key_len = key->len;
            entry->value.off = off;
            entry->value.len = len;
            return there;
        }
        there->open.broken = true;
        conflict(p, key, entry, "put all keys of a table under one header", "is a table that is already defined");
    } else if (entry->value.type == TOML_ARRAY) {
        entry->value.as.array->broken = true;
        conflict(p, key, entry, "one more element of an array of tables has two brackets on each side: [[...]]",
                 "is already defined as an array");
    } else {
        conflict(p, key, entry, "give the table or the key another name", "is already defined and is not a table");
    }
    return NULL;
}

/* The lane of a top-level key, or NULL. */
static struct lane *lane_of(struct parser *p, struct str key)
{
    for (size_t i = 0; i < p->lanes.len; i++) {
        if (str_eq(p->lanes.at[i].key, key)) {
            return &p->lanes.at[i];
        }
    }
    return NULL;
}

/* Hands the element of a lane's array, if there is one, to the reader, and forgets it. */
static void lane_pass(struct parser *p, const struct lane *lane, struct array *array)
{
    if (array->open.len) {
        p->reader->element(p->reader->data, &p->root->open, lane->key, &array->open.at[0]);
        array->open.len = 0;
        arena_clear(lane->arena);
    }
}

/* Chooses where the tree grows under a header that begins with `key`. */
static void choose_arena(struct parser *p, const struct key *key)
{
    const struct lane *lane = lane_of(p, key->name);
    if (!lane && p->reader && !find(p->root, key->name) && p->reader->wants(p->reader->data, key->name)) {
        lane = VEC_PUSH(p->arena, &p->lanes, (struct lane){key->name, arena_child(p->arena)});
    }
    p->nodes = lane ? lane->arena : p->arena;
}

void table_finish(struct parser *p)
{
    for (size_t i = 0; i < p->lanes.len; i++) {
        const struct toml_entry *entry = find(p->root, p->lanes.at[i].key);
        if (entry && entry->value.type == TOML_ARRAY) {
            lane_pass(p, &p->lanes.at[i], (struct array *)entry->value.as.array);
        }
    }
}

/* [[a.b.key]], with `table` for a.b */
static struct table *open_element(struct parser *p, struct table *table, const struct key *key, uint32_t off,
                                  uint32_t len)
{
    struct toml_entry *entry = find(table, key->name);
    /* The array is a level of its own. */
    const unsigned depth = table->depth + 2;
    if (!entry) {
        if (too_deep(p, key, depth)) {
            return NULL;
        }
        struct array *made = array_of_tables_new(arena_of(p, table));
        entry = append(p, table, key);
        entry->value = (struct toml_value){.type = TOML_ARRAY, .off = off, .len = len, .as.array = &made->open};
    } else if (entry->value.type == TOML_TABLE) {
        entry->value.as.table->broken = true;
        conflict(p, key, entry, "one table has one bracket on each side: [...]", "is already defined as a table");
        return NULL;
    } else if (entry->value.type != TOML_ARRAY) {
        conflict(p, key, entry, "give the table or the key another name", "is already defined and is not an array");
        return NULL;
    } else if (!((struct array *)entry->value.as.array)->of_tables) {
        entry->value.as.array->broken = true;
        conflict(p, key, entry, "put its tables between the brackets",
                 "is an array written with brackets, which a header cannot add to");
        return NULL;
    }

    struct array *array = (struct array *)entry->value.as.array;
    VEC_PUSH(p->arena, &p->section, &array->open.broken);
    struct lane *lane = table == p->root ? lane_of(p, key->name) : NULL;
    if (lane) {
        lane_pass(p, lane, array);
    }
    struct table *made = table_new(p, TABLE_HEADER, depth);
    array->open.at =
        vec_reserve(arena_of(p, table), array->open.at, array->open.len, &array->cap, sizeof *array->open.at);
    array->open.at[array->open.len++] = table_value(made, off, len);
    return made;
}

void table_open(struct parser *p, struct key_path path, bool of_array, uint32_t off, uint32_t len)
{
    const struct key *keys = &p->keys.at[path.first];
    struct table *table = p->root;
    p->section.len = 0;
    VEC_PUSH(p->arena, &p->section, &p->root->open.broken);
    choose_arena(p, keys);
    for (size_t i = 0; i < path.count && table; i++) {
        if (i + 1 < path.count) {
            table = step_into(p, table, &keys[i], off, len);
        } else {
            table = of_array ? open_element(p, table, &keys[i], off, len) : open_table(p, table, &keys[i], off, len);
        }
        if (table) {
            VEC_PUSH(p->arena, &p->section, &table->open.broken);
        }
    }
    p->current = table ? table : table_new(p, TABLE_HEADER, 1);
}
