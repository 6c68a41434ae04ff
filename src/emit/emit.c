#include "emit/emit.h"

#include "emit/backends.h"

const struct backend *const backends[] = {&backend_c, &backend_rust};
const size_t backends_len = sizeof backends / sizeof *backends;

const struct backend *backend_find(struct str name)
{
    for (size_t i = 0; i < backends_len; i++) {
        if (str_is(name, backends[i]->name)) {
            return backends[i];
        }
    }
    return NULL;
}
