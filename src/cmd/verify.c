/* The verify verb: a spec against the headers that people have. */
#include "cmd/load.h"

#include "diag/print.h"
#include "witness/witness.h"
#include "clang/headers.h"

#ifdef XENBINDGEN_LIBCLANG
#include "clang/verify.h"
#endif

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"headers", 0, "DIR", "the folder of Xen's public headers, which holds xen.h"},
    OPTION_INDIR,
    OPTION_XEN,
    OPTION_ABI,
    {"context", 0, "LIST", "who includes the headers: guest, legacy, tools, xen, separated by commas (all of them)"},
    {"interface-version", 0, "V", "the interface version that guests ask for, such as 0x00040900 (the newest)"},
    {"complete", 0, NULL, "what the headers have and the spec lacks is a finding, too"},
    {"cc", 0, "COMPILER", "ask this C compiler rather than libclang, through static assertions; may be given again"},
    OPTION_FORMAT,
    OPTION_COLOR};

/* What is compared with what, and how. */
struct verifying {
    struct run *run;
    struct load load;
    struct headers headers;
    abi_set abis;
    way_set ways;
    struct str version;           /* the interface version that guests ask for, as C */
    uint32_t interface;           /* the same */
    unsigned configs[VIEW_COUNT]; /* the spec's configuration that answers each view */
};

static int read_contexts(struct run *run, way_set *set)
{
    struct str list = run_option(run, "context", ""), name;
    *set = list.len ? 0 : WAY_ALL;
    while (list_next(&list, &name)) {
        enum way context = way_find(name);
        if (context == WAY_COUNT) {
            return run_fail(run, "there is no context `%.*s`: they are guest, legacy, tools, xen", STR_ARG(name));
        }
        *set |= 1u << context;
    }
    return EXIT_NOTHING_FOUND;
}

/* The interface version that guests ask for: what the user says, else the newest that the headers know. */
static int read_version(struct verifying *v)
{
    struct run *run = v->run;
    struct str *version = &v->version;
    *version = run_option(run, "interface-version", "");
    bool given = version->len != 0;
    *version = given ? *version : v->headers.latest;
    char *end = "";
    unsigned long long value = version->len && ascii_is_digit(version->ptr[0])
                                   ? strtoull(str_copy(run->arena, *version).ptr, &end, 0)
                                   : ULLONG_MAX;
    if (given && (value > UINT32_MAX || *end)) {
        return run_fail(run, "--interface-version is a number such as 0x00040900, not `%.*s`", STR_ARG(*version));
    }
    /* However the headers spell their own, nothing is newer. */
    v->interface = given ? (uint32_t)value : INTERFACE_NEWEST;
    return version->len ? EXIT_NOTHING_FOUND
                        : run_fail(run,
                                   "`%.*s` has no xen-compat.h that tells the newest interface version: is it the "
                                   "folder of Xen's public headers?",
                                   STR_ARG(v->headers.root));
}

/* The configuration of the spec that answers a view; `version` is what guests ask for. */
static unsigned answering_config(const struct spec *spec, unsigned view, uint32_t version)
{
    static const enum context of_way[WAY_COUNT] = {[WAY_GUEST] = CONTEXT_GUEST,
                                                   [WAY_LEGACY] = CONTEXT_GUEST,
                                                   [WAY_TOOLS] = CONTEXT_TOOLS,
                                                   [WAY_XEN] = CONTEXT_XEN};
    enum way way = view_way(view);
    uint32_t interface = way == WAY_GUEST ? version : way == WAY_LEGACY ? 0 : INTERFACE_NEWEST;
    return spec_config(spec, view_abi(view), of_way[way], interface);
}

static int read_spec_and_headers(struct verifying *v)
{
    struct run *run = v->run;
    struct str root = run_option(run, "headers", ""), error;
    if (!load_spec(run, &v->load, (struct str){NULL, 0}, false)) {
        return EXIT_CANNOT_RUN;
    }
    if (v->load.diags.list.len) {
        return load_report(run, &v->load);
    }
    if (!headers_find(run->arena, root, &v->headers, &error)) {
        return run_fail(run, "%.*s", STR_ARG(error));
    }
    if (read_version(v)) {
        return EXIT_CANNOT_RUN;
    }
    /* Which headers happen to compile for an architecture that the release does not have says nothing. */
    v->abis &= spec_abis(&v->load.spec);
    if (!view_sets(v->abis, v->ways)) {
        return run_fail(run, "nothing is left to verify: this release of Xen has none of these ABIs");
    }
    for (unsigned view = 0; view < VIEW_COUNT; view++) {
        v->configs[view] = answering_config(&v->load.spec, view, v->interface);
    }
    return EXIT_NOTHING_FOUND;
}

/* With --cc: each compiler in turn. */
static int ask_compilers(struct verifying *v)
{
    struct run *run = v->run;
    struct witness witness = {
        .spec = &v->load.spec, .headers = &v->headers, .ways = v->ways, .abis = v->abis, .version = v->version};
    memcpy(witness.configs, v->configs, sizeof witness.configs);
    struct buf out = buf_new(run->arena);
    for (size_t i = 0; i < run->options.len; i++) {
        const struct given *given = &run->options.at[i];
        struct str list = given->value, command, error;
        while (str_is(str_from(given->option->name), "cc") && list_next(&list, &command)) {
            struct testimony testimony;
            if (!witness_ask(run->arena, &witness, command, &testimony, &v->load.diags, &error)) {
                return run_fail(run, "%.*s", STR_ARG(error));
            }
            if (!testimony.claims && testimony.unread) {
                return run_fail(run, "`%.*s` compiles none of the headers that the spec is about", STR_ARG(command));
            }
            buf_printf(&out, "`%.*s` was asked about %zu facts on %s", STR_ARG(command), testimony.claims,
                       abis[testimony.abi].name);
            if (testimony.bit_fields) {
                buf_printf(&out, ", but not where %zu bit-fields are", testimony.bit_fields);
            }
            buf_text(&out, ".\n");
            if (testimony.unread) {
                buf_printf(&out, "It was not asked about headers that do not compile: %.*s.\n",
                           STR_ARG(testimony.unread_names));
            }
        }
    }
    diags_sort(&v->load.diags);
    int status = load_report(run, &v->load);
    if (str_is(run_option(run, "format", "text"), "text")) {
        buf_str(&run->out, buf_view(&out));
    }
    return status;
}

#ifdef XENBINDGEN_LIBCLANG

/* What the first configuration's compiler says, for headers that none can read. */
static int fail_unreadable(struct run *run, const struct verification *v)
{
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        const struct facts *facts = v->survey->on[config];
        if (facts && facts->failures.len) {
            return run_fail(run, "no header of `%.*s` compiles in any configuration; the first error, in %.*s: %.*s",
                            STR_ARG(v->headers->root), STR_ARG(facts->failures.at[0].header->name),
                            STR_ARG(facts->failures.at[0].message));
        }
    }
    return run_fail(run, "`%.*s` holds no header for these ABIs", STR_ARG(v->headers->root));
}

static int compare(struct run *run, struct load *load, const struct verification *v)
{
    unsigned headers_read = 0;
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        headers_read += v->survey->on[config] ? v->survey->on[config]->headers_read : 0;
    }
    if (!headers_read) {
        return fail_unreadable(run, v);
    }
    verify_spec(v, &load->diags);
    if (run_flag(run, "complete")) {
        coverage_report(run->arena, v, &load->diags);
    }
    diags_sort(&load->diags);
    int status = load_report(run, load);
    if (str_is(run_option(run, "format", "text"), "text")) {
        coverage_write(run->arena, v, &run->out);
    } else if (str_is(run_option(run, "format", "text"), "json")) {
        json_reopen(&run->out, "headers");
        coverage_json(run->arena, v, &run->out);
        buf_text(&run->out, "}\n");
    }
    return status;
}

static int ask_libclang(struct verifying *v)
{
    struct run *run = v->run;
    struct survey_options survey_options = {.configs = view_sets(v->abis, v->ways), .version = v->version};
    struct survey survey;
    struct str error;
    if (!survey_read(run->arena, &v->headers, &survey_options, &survey, &error)) {
        return run_fail(run, "%.*s", STR_ARG(error));
    }
    struct verification verification = {
        .spec = &v->load.spec, .headers = &v->headers, .survey = &survey, .views = survey_options.configs};
    memcpy(verification.configs, v->configs, sizeof verification.configs);
    return compare(run, &v->load, &verification);
}

#else

static int ask_libclang(struct verifying *v)
{
    return run_fail(v->run, "verify needs libclang, and this xenbindgen was built without it: install it (Debian: "
                            "libclang-14-dev) and build anew");
}

#endif

static int run_verify(struct run *run)
{
    struct verifying v = {.run = run};
    bool ask_others = run_option(run, "cc", "").len != 0;
    if (!run_option(run, "headers", "").len) {
        return run_fail(run, "verify needs --headers DIR; see xenbindgen verify --help");
    }
#ifndef XENBINDGEN_LIBCLANG
    if (!ask_others) {
        return ask_libclang(&v);
    }
#endif
    if (read_abis(run, &v.abis) || read_contexts(run, &v.ways)) {
        return EXIT_CANNOT_RUN;
    }
    if (!view_sets(v.abis, v.ways)) {
        return run_fail(run, "nothing is left to verify: Xen itself is not built for x86_32");
    }
    int status = read_spec_and_headers(&v);
    if (status != EXIT_NOTHING_FOUND) {
        return status;
    }
    return ask_others ? ask_compilers(&v) : ask_libclang(&v);
}

const struct verb verb_verify = {
    .name = "verify",
    .arguments = "",
    .doc = "Compares the spec with real headers, through libclang, on every ABI and in every context.",
    .example = "xenbindgen verify --headers $(scripts/fetch-xen-headers 4.20)\n"
               "xenbindgen verify --headers $(scripts/fetch-xen-headers 4.20) --cc gcc",
    .options = options,
    .options_len = sizeof options / sizeof *options,
    .run = run_verify};
