#include "clang/import_draft.h"

void draft_settle(struct draft *draft)
{
    draft_write(draft);
}
