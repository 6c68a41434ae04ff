/* All headers in all configurations, on two threads. */
#include "clang/headers.h"
#include "clang/scan.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* So many configurations are read at a time: more would help few machines and cost all of them memory. */
#define WORKERS_MAX 2

/* What workers share. */
struct crew {
    const struct headers *headers;
    const struct survey_options *options;
    const struct libclang *clang;
    struct survey *survey;
    pthread_mutex_t lock; /* for `next` */
    unsigned next;        /* the next configuration that is due */
};

struct worker {
    struct crew *crew;
    struct arena *arena; /* of its own: arenas are not shared between threads */
    pthread_t thread;
    bool out_of_memory;
};

/* What became of a header on its own. */
struct attempt {
    enum { ATTEMPT_SKIPPED, ATTEMPT_FAILED, ATTEMPT_READ } state;
    bool after_xen;
    struct fact_failure failure;
    struct header *includer; /* the first header that includes it, and could be read */
};

struct including {
    const struct scan *scan;
    struct attempt *attempts;
    struct header *header;
};

static size_t header_index(const struct headers *headers, const struct header *header)
{
    size_t i = 0;
    while (headers->list.at[i] != header) {
        i++;
    }
    return i;
}

static void note_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    (void)stack;
    struct including *including = data;
    struct header *header = depth ? unit_header(including->scan, file) : NULL;
    if (header && header != including->header) {
        struct attempt *attempt = &including->attempts[header_index(including->scan->headers, header)];
        attempt->includer = attempt->includer ? attempt->includer : including->header;
    }
}

/* Reads a header on its own or, as Xen's own checks do, after xen.h. */
static void try_header(struct scan *scan, struct attempt *attempts, size_t i)
{
    struct header *header = scan->headers->list.at[i];
    struct attempt *attempt = &attempts[i];
    for (int after_xen = 0; after_xen < 2 && attempt->state != ATTEMPT_READ; after_xen++) {
        struct unit unit;
        struct fact_failure failure = {.header = header, .message = STR("libclang cannot read it"), .where = header};
        if (!unit_parse(scan, header, after_xen, STR(""), &unit)) {
            attempt->failure = failure;
            attempt->state = ATTEMPT_FAILED;
            return;
        }
        if (unit_is_good(scan, &unit, &failure)) {
            attempt->state = ATTEMPT_READ;
            attempt->after_xen = after_xen;
            scan_declarations(scan, &unit, header);
            scan_macros(scan, &unit, header);
            struct including including = {scan, attempts, header};
            scan->clang->getInclusions(unit.tu, note_inclusion, &including);
        } else if (attempt->state == ATTEMPT_SKIPPED) {
            attempt->failure = failure;
            attempt->state = ATTEMPT_FAILED;
        }
        scan->clang->disposeTranslationUnit(unit.tu);
    }
}

/* What cannot stand alone is read as a part of the header that includes it. */
static void read_parts(struct scan *scan, struct attempt *attempts, struct header *includer)
{
    const struct headers *headers = scan->headers;
    struct unit unit = {.tu = NULL};
    for (size_t i = 0; i < headers->list.len; i++) {
        struct attempt *attempt = &attempts[i];
        if (attempt->state == ATTEMPT_READ || attempt->includer != includer) {
            continue;
        }
        bool after_xen = attempts[header_index(headers, includer)].after_xen;
        if (!unit.tu && !unit_parse(scan, includer, after_xen, STR(""), &unit)) {
            return;
        }
        scan_declarations(scan, &unit, headers->list.at[i]);
        scan_macros(scan, &unit, headers->list.at[i]);
        attempt->state = ATTEMPT_READ;
    }
    if (unit.tu) {
        scan->clang->disposeTranslationUnit(unit.tu);
    }
}

static void index_facts(struct facts *facts)
{
    for (size_t i = 0; i < facts->records.len; i++) {
        fact_index(&facts->record_names, &facts->records.at[i]->fact);
    }
    for (size_t i = 0; i < facts->constants.len; i++) {
        fact_index(&facts->constant_names, &facts->constants.at[i]->fact);
    }
    for (size_t i = 0; i < facts->macros.len; i++) {
        fact_index(&facts->macro_names, &facts->macros.at[i]->fact);
    }
    for (size_t i = 0; i < facts->typedefs.len; i++) {
        fact_index(&facts->typedef_names, &facts->typedefs.at[i]->fact);
    }
    for (size_t i = 0; i < facts->others.len; i++) {
        fact_index(&facts->other_names, facts->others.at[i]);
    }
}

static void read_config(struct worker *worker, unsigned config)
{
    struct crew *crew = worker->crew;
    const struct headers *headers = crew->headers;
    struct arena *arena = worker->arena;
    struct facts *facts = ARENA_NEW(arena, struct facts);
    *facts = (struct facts){.config = config,
                            .record_names = map_new(arena),
                            .constant_names = map_new(arena),
                            .typedef_names = map_new(arena),
                            .macro_names = map_new(arena),
                            .other_names = map_new(arena)};
    struct scan scan = {.arena = arena,
                        .clang = crew->clang,
                        .index = crew->clang->createIndex(0, 0),
                        .headers = headers,
                        .version = crew->options->version,
                        .facts = facts};
    struct attempt *attempts = ARENA_ARRAY(arena, headers->list.len, struct attempt);
    for (size_t i = 0; i < headers->list.len; i++) {
        if (headers->list.at[i]->abis & ABI_BIT(view_abi(config))) {
            try_header(&scan, attempts, i);
        }
    }
    for (size_t i = 0; i < headers->list.len; i++) {
        read_parts(&scan, attempts, headers->list.at[i]);
        facts->headers_read += attempts[i].state == ATTEMPT_READ;
    }
    for (size_t i = 0; i < headers->list.len; i++) {
        if (attempts[i].state == ATTEMPT_FAILED) {
            VEC_PUSH(arena, &facts->failures, attempts[i].failure);
        }
    }
    crew->clang->disposeIndex(scan.index);
    index_facts(facts);
    crew->survey->on[config] = facts;
}

/* The next configuration that nobody reads yet, or VIEW_COUNT. */
static unsigned take_config(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    while (crew->next < VIEW_COUNT && !(crew->options->configs & VIEW_BIT(crew->next))) {
        crew->next++;
    }
    unsigned config = crew->next < VIEW_COUNT ? crew->next++ : VIEW_COUNT;
    pthread_mutex_unlock(&crew->lock);
    return config;
}

static void *work(void *data)
{
    struct worker *worker = data;
    jmp_buf oom;
    worker->arena->oom = &oom;
    if (setjmp(oom)) {
        worker->out_of_memory = true;
        return NULL;
    }
    for (unsigned config = take_config(worker->crew); config < VIEW_COUNT; config = take_config(worker->crew)) {
        read_config(worker, config);
    }
    worker->arena->oom = NULL;
    return NULL;
}

bool survey_read(struct arena *arena, const struct headers *headers, const struct survey_options *options,
                 struct survey *survey, struct str *error)
{
    *survey = (struct survey){0};
    struct libclang clang;
    if (!libclang_load(arena, &clang, error)) {
        return false;
    }
    struct crew crew = {.headers = headers, .options = options, .clang = &clang, .survey = survey};
    pthread_mutex_init(&crew.lock, NULL);
    struct worker workers[WORKERS_MAX];
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        struct arena *own = ARENA_NEW(arena, struct arena);
        arena_init(own, NULL);
        VEC_PUSH(arena, &survey->arenas, own);
        workers[i] = (struct worker){.crew = &crew, .arena = own};
    }
    /* This thread is one of the workers; without another it does all the work. */
    bool started = pthread_create(&workers[1].thread, NULL, work, &workers[1]) == 0;
    work(&workers[0]);
    if (started) {
        pthread_join(workers[1].thread, NULL);
    }
    pthread_mutex_destroy(&crew.lock);
    if (workers[0].out_of_memory || workers[1].out_of_memory) {
        survey_free(survey);
        *error = STR("out of memory");
        return false;
    }
    return true;
}

void survey_free(struct survey *survey)
{
    for (size_t i = 0; i < survey->arenas.len; i++) {
        arena_free(survey->arenas.at[i]);
    }
    *survey = (struct survey){0};
}
