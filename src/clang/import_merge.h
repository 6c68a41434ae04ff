/* Merging one header in one configuration: import_merge.c goes through what it declares, import_records.c has records.
 */
#ifndef XB_CLANG_IMPORT_MERGE_H
#define XB_CLANG_IMPORT_MERGE_H

#include "clang/import_draft.h"

struct merging {
    struct draft *draft;
    struct draft_header *header;
    const struct facts *facts;
    unsigned config;
};

/* Whether an ABI tells u64 from uint64_t, and a handle of 64 bits from any other. */
bool abi_tells(enum abi abi);

/* A type in a configuration, as far as that configuration can tell. */
struct str type_here(const struct merging *m, const struct fact_type *type, bool is_aligned, const struct fact *fact);

/* A type that is the same in all that ABIs with plain alignment can tell. */
struct str type_blurred(struct arena *arena, struct str type);

/* The record that a member defines where it stands, or NULL. */
const struct fact_record *inline_record(const struct fact_record *outer, const struct fact_member *member);

struct draft_record *draft_record_new(struct draft *draft, const struct fact_record *fact);
void merge_record(struct merging *m, struct draft_record *record, const struct fact_record *fact);

#endif
