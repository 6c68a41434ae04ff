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
    unsigned next;        /* the next piece of work that is due: a configuration, */
    unsigned work_len;
    bool again; /* or, once all of these are read, a header on an ABI */
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

static void read_unit(struct scan *scan, const struct unit *unit, struct header *header)
{
    scan_reading(scan, unit, header);
    scan_declarations(scan, unit, header);
    scan_macros(scan, unit, header);
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
            read_unit(scan, &unit, header);
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
        read_unit(scan, &unit, headers->list.at[i]);
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

static struct facts *new_facts(struct arena *arena, unsigned config, struct str version)
{
    struct facts *facts = ARENA_NEW(arena, struct facts);
    *facts = (struct facts){.config = config,
                            .version = version,
                            .record_names = map_new(arena),
                            .constant_names = map_new(arena),
                            .typedef_names = map_new(arena),
                            .macro_names = map_new(arena),
                            .other_names = map_new(arena)};
    return facts;
}

static void read_config(struct worker *worker, unsigned config)
{
    struct crew *crew = worker->crew;
    const struct headers *headers = crew->headers;
    struct arena *arena = worker->arena;
    struct facts *facts = new_facts(arena, config, crew->options->version);
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

/* What is to be read of one unit on one ABI, in interface versions other than those of the survey. */
struct unit_versions {
    struct worker *worker;
    struct scan scan;
    const struct fact_reading *like; /* how the survey read it */
    VEC(struct header *) parts;      /* what is taken from it: the header, and those that it alone can read */
    VEC(uint64_t) paths;             /* that have been taken, */
    VEC(const struct facts *) taken; /* and the facts of each; NULL where it does not compile */
};

/* The facts of a unit in an interface version; NULL where it does not compile. */
static const struct facts *read_version(struct unit_versions *u, unsigned config, struct str version)
{
    struct arena *arena = u->worker->arena;
    struct unit unit;
    u->scan.version = version;
    u->scan.facts = new_facts(arena, config, version);
    if (!unit_parse(&u->scan, u->like->unit, u->like->after_xen, STR(""), &unit)) {
        return NULL;
    }
    uint64_t path = unit_path(&u->scan, &unit);
    size_t known = 0;
    while (known < u->paths.len && u->paths.at[known] != path) {
        known++;
    }
    if (known == u->paths.len) {
        struct fact_failure failure;
        bool is_good = unit_is_good(&u->scan, &unit, &failure);
        for (size_t i = 0; is_good && i < u->parts.len; i++) {
            read_unit(&u->scan, &unit, u->parts.at[i]);
        }
        index_facts(u->scan.facts);
        VEC_PUSH(arena, &u->paths, path);
        VEC_PUSH(arena, &u->taken, is_good ? u->scan.facts : NULL);
    }
    u->worker->crew->clang->disposeTranslationUnit(unit.tu);
    return u->taken.at[known];
}

static bool any_names(const struct fact_reading *reading, const struct survey_version *version)
{
    for (size_t i = 0; i < version->headers_len; i++) {
        if (version->headers[i] == reading->unit) {
            return true;
        }
        for (size_t k = 0; k < reading->includes.len; k++) {
            if (version->headers[i] == reading->includes.at[k]) {
                return true;
            }
        }
    }
    return false;
}

/* Reads a unit in every version of the survey, on the ABI of a configuration, whose facts `known` hold `like`. */
static void read_versions(struct worker *worker, enum abi abi, const struct facts *known,
                          const struct fact_reading *like)
{
    struct crew *crew = worker->crew;
    const struct headers *headers = crew->headers;
    unsigned guest = abi * WAY_COUNT + WAY_GUEST, legacy = abi * WAY_COUNT + WAY_LEGACY;
    struct unit_versions u = {.worker = worker,
                              .scan = {.arena = worker->arena,
                                       .clang = crew->clang,
                                       .index = crew->clang->createIndex(0, 0),
                                       .headers = headers},
                              .like = like};
    for (size_t i = 0; i < known->readings.len; i++) {
        if (known->readings.at[i]->unit == like->unit) {
            VEC_PUSH(worker->arena, &u.parts, known->readings.at[i]->header);
        }
    }
    VEC_PUSH(worker->arena, &u.paths, like->path);
    VEC_PUSH(worker->arena, &u.taken, known);
    const struct facts *facts = crew->survey->on[legacy];
    for (size_t v = 0; v < crew->options->versions_len; v++) {
        const struct survey_version *version = &crew->options->versions[v];
        if (v == 0 || any_names(like, version)) {
            facts = read_version(&u, guest, version->version);
        }
        for (size_t i = 0; i < u.parts.len; i++) {
            crew->survey->on_versions[survey_version_index(headers, v, abi, u.parts.at[i])] = facts;
        }
    }
    crew->clang->disposeIndex(u.scan.index);
}

/* The next piece of work that nobody does yet, or as many as there are. */
static unsigned take_work(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    unsigned mine = crew->next < crew->work_len ? crew->next++ : crew->work_len;
    pthread_mutex_unlock(&crew->lock);
    return mine;
}

static void do_work(struct worker *worker, unsigned mine)
{
    struct crew *crew = worker->crew;
    if (!crew->again) {
        if (crew->options->configs & VIEW_BIT(mine)) {
            read_config(worker, mine);
        }
        return;
    }
    const struct header *header = crew->headers->list.at[mine % crew->headers->list.len];
    enum abi abi = (enum abi)(mine / crew->headers->list.len);
    /* What refuses guests with the newest interface may be for older ones. */
    static const enum way by[] = {WAY_GUEST, WAY_LEGACY};
    const struct fact_reading *reading = NULL;
    for (size_t i = 0; i < sizeof by / sizeof *by && !reading; i++) {
        const struct facts *facts = crew->survey->on[abi * WAY_COUNT + by[i]];
        reading = facts ? fact_reading_find(facts, header) : NULL;
        if (reading && reading->unit == header) {
            read_versions(worker, abi, facts, reading);
        }
    }
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
    unsigned work_len = worker->crew->work_len;
    for (unsigned mine = take_work(worker->crew); mine < work_len; mine = take_work(worker->crew)) {
        do_work(worker, mine);
    }
    worker->arena->oom = NULL;
    return NULL;
}

/* Has all workers work until none is left. This thread is one of them; without another it does it all. */
static void share_work(struct worker workers[WORKERS_MAX])
{
    bool started = pthread_create(&workers[1].thread, NULL, work, &workers[1]) == 0;
    work(&workers[0]);
    if (started) {
        pthread_join(workers[1].thread, NULL);
    }
}

size_t survey_version_index(const struct headers *headers, size_t version, enum abi abi, const struct header *header)
{
    return (version * ABI_COUNT + abi) * headers->list.len + header_index(headers, header);
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
        workers[i] = (struct worker){.crew = &crew, .arena = arena_thread(arena)};
    }
    crew.work_len = VIEW_COUNT;
    share_work(workers);
    if (options->versions_len && !workers[0].out_of_memory && !workers[1].out_of_memory) {
        crew.again = true;
        crew.next = 0;
        crew.work_len = (unsigned)(ABI_COUNT * headers->list.len);
        survey->on_versions =
            ARENA_ARRAY(arena, options->versions_len * ABI_COUNT * headers->list.len, const struct facts *);
        share_work(workers);
    }
    pthread_mutex_destroy(&crew.lock);
    if (workers[0].out_of_memory || workers[1].out_of_memory) {
        *error = STR("out of memory");
        return false;
    }
    return true;
}
