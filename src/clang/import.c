#include "clang/import.h"

#include "spec/write.h"
#include "toml/toml.h"
#include "clang/import_draft.h"

#include <stdlib.h>
#include <string.h>

/* The versions that any header asks for. */
static struct line_versions find_versions(struct arena *arena, const struct headers *headers)
{
    struct line_versions all = {0};
    for (size_t h = 0; h < headers->list.len; h++) {
        lines_versions(arena, headers->list.at[h]->lines, &all);
    }
    return all;
}

/* Whether a header asks for a version. */
static bool asks_for(struct arena *arena, const struct header *header, uint32_t version)
{
    struct line_versions own = {0};
    lines_versions(arena, header->lines, &own);
    for (size_t i = 0; i < own.list.len; i++) {
        if (own.list.at[i] == version) {
            return true;
        }
    }
    return false;
}

static struct survey_version survey_version(struct arena *arena, const struct headers *headers, uint32_t version)
{
    const struct header **asking = ARENA_ARRAY(arena, headers->list.len, const struct header *);
    size_t len = 0;
    for (size_t h = 0; h < headers->list.len; h++) {
        if (asks_for(arena, headers->list.at[h], version)) {
            asking[len++] = headers->list.at[h];
        }
    }
    return (struct survey_version){
        .version = str_printf(arena, "0x%08x", version), .headers = asking, .headers_len = len};
}

/* The ways to include the headers: tools, the newest guests, Xen, guests without a version and those with older ones.
 */
static void make_samples(struct draft *draft, const struct line_versions *versions)
{
    static const struct {
        struct sample sample;
        enum way way;
    } first[] = {{{CONTEXT_TOOLS, INTERFACE_NEWEST, false}, WAY_TOOLS},
                 {{CONTEXT_GUEST, INTERFACE_NEWEST, false}, WAY_GUEST},
                 {{CONTEXT_XEN, INTERFACE_NEWEST, false}, WAY_XEN},
                 {{CONTEXT_GUEST, 0, false}, WAY_LEGACY}};
    size_t first_len = sizeof first / sizeof *first;
    draft->samples_len = first_len + versions->list.len;
    draft->samples = ARENA_ARRAY(draft->arena, draft->samples_len, struct sample);
    struct draft_view *views = ARENA_ARRAY(draft->arena, draft->samples_len, struct draft_view);
    for (size_t i = 0; i < draft->samples_len; i++) {
        bool is_first = i < first_len;
        size_t v = i - first_len;
        views[i].sample = is_first ? first[i].sample : (struct sample){CONTEXT_GUEST, versions->list.at[v], false};
        views[i].way = is_first ? first[i].way : WAY_GUEST;
        views[i].version = is_first ? SIZE_MAX : v;
        draft->samples[i] = views[i].sample;
    }
    draft->views = views;
}

static bool any_read(const struct survey *survey)
{
    unsigned read = 0;
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        read += survey->on[config] ? survey->on[config]->headers_read : 0;
    }
    return read != 0;
}

/* What the first configuration's compiler says, for headers that none can read. */
static struct str unreadable(struct arena *arena, const struct headers *headers, const struct survey *survey)
{
    for (unsigned config = 0; config < VIEW_COUNT; config++) {
        const struct facts *facts = survey->on[config];
        if (facts && facts->failures.len) {
            return str_printf(arena,
                              "no header of `%.*s` compiles in any configuration; the first error, in %.*s: %.*s",
                              STR_ARG(headers->root), STR_ARG(facts->failures.at[0].header->name),
                              STR_ARG(facts->failures.at[0].message));
        }
    }
    return str_printf(arena, "`%.*s` holds no header for these ABIs", STR_ARG(headers->root));
}

/* The house form of a draft's text. */
static struct str house_form(struct arena *arena, struct source *source)
{
    struct diags diags = diags_new(arena);
    const struct toml_document *document = toml_parse(arena, source, TOML_1_1, &diags);
    struct buf out = buf_new(arena);
    spec_write(&out, document);
    return buf_view(&out);
}

bool import_headers(struct arena *arena, const struct headers *headers, const struct import_options *options,
                    struct import *import, struct str *error)
{
    *import = (struct import){0};
    struct line_versions versions = find_versions(arena, headers);
    if (versions.list.len + 4 > SAMPLES_MAX) {
        *error = str_printf(arena, "the headers ask for %zu interface versions; %u are the most", versions.list.len,
                            SAMPLES_MAX - 4);
        return false;
    }
    struct survey_version *further = ARENA_ARRAY(arena, versions.list.len + 1, struct survey_version);
    for (size_t i = 0; i < versions.list.len; i++) {
        further[i] = survey_version(arena, headers, versions.list.at[i]);
    }
    struct survey_options survey_options = {.configs = view_sets(ABI_ALL, WAY_ALL),
                                            .version = headers->latest.len ? headers->latest : STR("0x7fffffff"),
                                            .versions = further,
                                            .versions_len = versions.list.len};
    struct survey survey;
    if (!survey_read(arena, headers, &survey_options, &survey, error)) {
        return false;
    }
    if (!any_read(&survey)) {
        *error = unreadable(arena, headers, &survey);
        return false;
    }
    struct draft draft = {.arena = arena,
                          .headers = headers,
                          .survey = &survey,
                          .options = options,
                          .conditions = map_new(arena),
                          .typedefs = map_new(arena)};
    make_samples(&draft, &versions);
    draft_merge(&draft);
    draft_relate(&draft);
    draft_find_bits(&draft);
    if (options->comments) {
        draft_describe(&draft);
    }
    draft_settle(&draft);
    for (size_t h = 0; h < draft.list.len; h++) {
        struct draft_header *header = draft.list.at[h];
        if (header->left_out.len) {
            continue;
        }
        struct import_file file = {.path = header->source.path, .text = house_form(arena, &header->source)};
        VEC_PUSH(arena, &import->files, file);
    }
    import->report = draft_report(&draft);
    return true;
}
