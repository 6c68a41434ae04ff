#include "clang/facts.h"

void fact_index(struct map *names, struct fact *fact)
{
    if (!fact->name.len) {
        return;
    }
    struct fact *first = map_add(names, fact->name, fact);
    if (first) {
        while (first->another) {
            first = first->another;
        }
        first->another = fact;
    }
}

const struct fact_record *fact_record_find(const struct facts *facts, struct str name)
{
    const struct fact_record *record = map_get(&facts->record_names, name);
    const struct fact_typedef *alias = record ? NULL : map_get(&facts->typedef_names, name);
    if (alias && alias->type->kind == FACT_RECORD) {
        record = map_get(&facts->record_names, alias->type->name);
    }
    return record;
}

const struct fact_reading *fact_reading_find(const struct facts *facts, const struct header *header)
{
    for (size_t i = 0; i < facts->readings.len; i++) {
        if (facts->readings.at[i]->header == header) {
            return facts->readings.at[i];
        }
    }
    return NULL;
}

bool reading_skips(const struct fact_reading *reading, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < reading->skips.len; i++) {
        if (reading->skips.at[i].from < from && reading->skips.at[i].to >= to) {
            return true;
        }
    }
    return false;
}

struct span fact_span(const struct fact *fact)
{
    return (struct span){.source = &fact->header->source, .off = fact->off, .len = fact->len};
}
