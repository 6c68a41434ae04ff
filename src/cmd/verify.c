/* The verify verb: a spec against the headers that people have. */
#include "cmd/load.h"

#ifdef XENBINDGEN_LIBCLANG
#include "clang/verify.h"
#endif

static const struct option options[] = {
    {"headers", 0, "DIR", "the folder of Xen's public headers, which holds xen.h"},
    OPTION_INDIR,
    OPTION_ABI,
    {"context", 0, "LIST", "who includes the headers: guest, legacy, tools, xen, separated by commas (all of them)"},
    {"interface-version", 0, "V", "the interface version that guests ask for, such as 0x00040900 (the newest)"},
    {"complete", 0, NULL, "what the headers have and the spec lacks is a finding, too"},
    OPTION_FORMAT,
    OPTION_COLOR};

#ifdef XENBINDGEN_LIBCLANG

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
static int read_version(struct run *run, const struct headers *headers, struct str *version)
{
    *version = run_option(run, "interface-version", "");
    for (size_t i = 0; i < version->len; i++) {
        if (!ascii_is_digit(version->ptr[i]) && !ascii_is_alpha(version->ptr[i])) {
            return run_fail(run, "--interface-version is a number such as 0x00040900, not `%.*s`", STR_ARG(*version));
        }
    }
    if (!version->len) {
        *version = headers->latest;
    }
    return version->len ? EXIT_NOTHING_FOUND
                        : run_fail(run,
                                   "`%.*s` has no xen-compat.h that tells the newest interface version: is it the "
                                   "folder of Xen's public headers?",
                                   STR_ARG(headers->root));
}

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
    }
    return status;
}

static int run_verify(struct run *run)
{
    struct str root = run_option(run, "headers", ""), error;
    if (!root.len) {
        return run_fail(run, "verify needs --headers DIR; see xenbindgen verify --help");
    }
    abi_set of_abis;
    way_set of_contexts;
    if (read_abis(run, &of_abis) || read_contexts(run, &of_contexts)) {
        return EXIT_CANNOT_RUN;
    }
    struct survey_options survey_options = {.configs = view_sets(of_abis, of_contexts)};
    if (!survey_options.configs) {
        return run_fail(run, "nothing is left to verify: Xen itself is not built for x86_32");
    }
    struct load load;
    struct headers headers;
    if (!load_spec(run, &load, (struct str){NULL, 0}, false)) {
        return EXIT_CANNOT_RUN;
    }
    if (load.diags.list.len) {
        return load_report(run, &load);
    }
    if (!headers_find(run->arena, root, &headers, &error)) {
        return run_fail(run, "%.*s", STR_ARG(error));
    }
    struct survey survey;
    if (read_version(run, &headers, &survey_options.version)) {
        return EXIT_CANNOT_RUN;
    }
    if (!survey_read(run->arena, &headers, &survey_options, &survey, &error)) {
        return run_fail(run, "%.*s", STR_ARG(error));
    }
    const struct verification v = {
        .spec = &load.spec, .headers = &headers, .survey = &survey, .configs = survey_options.configs};
    int status = compare(run, &load, &v);
    survey_free(&survey);
    return status;
}

#else

static int run_verify(struct run *run)
{
    return run_fail(run, "verify needs libclang, and this xenbindgen was built without it: install it (Debian: "
                         "libclang-14-dev) and build anew");
}

#endif

const struct verb verb_verify = {
    .name = "verify",
    .arguments = "",
    .doc = "Compares the spec with real headers, through libclang, on every ABI and in every context.",
    .example = "xenbindgen verify --headers $(scripts/fetch-xen-headers 4.20)",
    .options = options,
    .options_len = sizeof options / sizeof *options,
    .run = run_verify};
