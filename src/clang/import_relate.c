#include "clang/import_draft.h"

void draft_relate(struct draft *draft)
{
    (void)draft;
}
