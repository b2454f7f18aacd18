#include "corpora/splits/idx_files.h"

#include <string.h>

#include "corpora/documents.h"
#include "corpora/idx.h"
#include "corpora/names.h"
#include "corpora/splits/cut_lines.h"
#include "corpora/splits/idx_names.h"
#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

/* Where the files lie that a request can mean. */
struct idx_search {
    const struct corpus_request *request;
    char *path, *shown; /* a folder or an archive */
    struct source_list list;
    struct idx_name *names; /* [n] those of the list that are of a set */
    size_t n;
    const struct idx_name *chosen[N_SPLITS]; /* images that were named */
};

/* --- places --- */

static enum status read_names(struct idx_search *s, struct err *err)
{
    s->names = mem_zeroed(s->list.n, sizeof *s->names, err);
    if (s->names == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < s->list.n; i++) {
        TRY(idx_name_read(&s->names[s->n], s->list.names[i], err));
        s->n += s->names[s->n].family != NULL;
    }
    return ST_OK;
}

static enum status list_files(struct idx_search *s, const char *path, bool deep,
                              const struct source_limits *limits, struct err *err)
{
    s->path = mem_copy_string(path, strlen(path), err);
    s->shown = names_path(path, NULL, err);
    if (s->path == NULL || s->shown == NULL)
        return ST_NOMEM;
    if (!deep || !io_is_dir(path)) {
        TRY(source_list_open(&s->list, path, limits, err));
        return read_names(s, err);
    }
    struct documents_left unused = {0};
    const struct document_choice all = {0};
    s->list.kind = SOURCE_DIRECTORY;
    const enum status status = documents_list_folder(&s->list, &unused, &all, path, s->shown, err);
    documents_left_fini(&unused);
    TRY(status);
    return read_names(s, err);
}

static void search_fini(struct idx_search *s)
{
    for (size_t i = 0; i < s->n; i++)
        mem_free(s->names[i].family);
    mem_free(s->names);
    mem_free(s->path);
    mem_free(s->shown);
    source_list_fini(&s->list);
    *s = (struct idx_search){0};
}

/* The folder of a path. */
static char *folder_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return mem_copy_string(".", 1, err);
    return mem_copy_string(path, slash == path ? 1 : (size_t)(slash - path), err);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static enum status set_place(struct idx_place *place, const struct idx_search *s, const char *name,
                             struct err *err)
{
    const bool member = s->list.kind == SOURCE_ARCHIVE;
    place->path =
        member ? mem_copy_string(s->path, strlen(s->path), err) : io_join(s->path, name, err);
    if (place->path == NULL)
        return ST_NOMEM;
    if (member)
        place->member = mem_copy_string(name, strlen(name), err);
    return member && place->member == NULL ? ST_NOMEM : ST_OK;
}

/* --- choosing --- */

/* The images or labels of a set's split: of one that is there plain and compressed the plain one,
 * whose name is the beginning of the other's and so comes first. */
static const struct idx_name *find_of(const struct idx_search *s, const char *family,
                                      enum split split, bool labels)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->names[i].labels == labels && s->names[i].split == split &&
            strcmp(s->names[i].family, family) == 0)
            return &s->names[i];
    return NULL;
}

/* The images that a name in the list means: whole, or the last part of one. */
static const struct idx_name *find_named(const struct idx_search *s, const char *named)
{
    const size_t len = strlen(named);
    for (size_t i = 0; i < s->n; i++) {
        const char *name = s->names[i].name;
        const size_t n = strlen(name);
        if (!s->names[i].labels && n >= len && strcmp(name + n - len, named) == 0 &&
            (n == len || name[n - len - 1] == '/'))
            return &s->names[i];
    }
    return NULL;
}

static enum status take(struct idx_split *to, const struct idx_search *s,
                        const struct idx_name *images, bool labelled, struct err *err)
{
    const struct idx_name *labels = find_of(s, images->family, images->split, true);
    if (labels == NULL && labelled)
        return err_set(err, ST_INPUT,
                       "'%s' has the images %s without their labels: a file of that name with "
                       "'labels' and 'idx1' in it belongs beside them",
                       s->shown, escape_quoted(images->name, strlen(images->name)).text);
    TRY(set_place(&to->images, s, images->name, err));
    return labels == NULL ? ST_OK : set_place(&to->labels, s, labels->name, err);
}

/* The only set in the list; NULL where there are several: *n says how many. */
static const char *find_family(const struct idx_search *s, size_t *n)
{
    const char *family = NULL;
    *n = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool is_new = !s->names[i].labels;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = s->names[k].labels || strcmp(s->names[k].family, s->names[i].family) != 0;
        *n += is_new;
        family = is_new ? s->names[i].family : family;
    }
    return *n == 1 ? family : NULL;
}

static enum status fail_several(const struct idx_search *s, size_t n, struct err *err)
{
    const char *first[NAMES_SHOWN];
    struct buf shown = {0};
    size_t images = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->names[i].labels)
            continue;
        if (images < NAMES_SHOWN)
            first[images] = s->names[i].name;
        images++;
    }
    enum status status = ST_OK;
    if (images > 0)
        status = names_add_list(&shown, first, images, err);
    if (status == ST_OK && n == 0)
        status = err_set(err, ST_INPUT, "'%s' has no IDX file of images", s->shown);
    else if (status == ST_OK)
        status = err_advise(err,
                            err_set(err, ST_INPUT, "'%s' has the images of %zu data sets (%s)",
                                    s->shown, n, shown.data),
                            REMEDY_NAME_TRAIN, 0, 0);
    buf_fini(&shown);
    return status;
}

/* Takes the splits of the set that was chosen or is alone there, but for those that are named. */
static enum status take_set(struct idx_files *f, const struct idx_search *s, bool labelled,
                            struct err *err)
{
    const char *family = NULL;
    size_t n;
    for (int i = N_SPLITS - 1; i >= 0; i--)
        family = s->chosen[i] != NULL ? s->chosen[i]->family : family;
    if (family == NULL)
        family = find_family(s, &n);
    if (family == NULL)
        return fail_several(s, n, err);
    for (enum split i = 0; i < N_SPLITS; i++) {
        const struct idx_name *images = s->chosen[i];
        if (images == NULL && s->request->named[i] == NULL)
            images = find_of(s, family, i, false);
        if (images != NULL)
            TRY(take(&f->splits[i], s, images, labelled, err));
    }
    return ST_OK;
}

/* A path of its own for a split: its labels are beside it. */
static enum status take_path(struct idx_files *f, enum split split, const char *path, bool labelled,
                             const struct source_limits *limits, struct err *err)
{
    struct idx_search s = {0};
    char *folder = folder_of(path, err);
    enum status status = folder == NULL ? ST_NOMEM : list_files(&s, folder, false, limits, err);
    const struct idx_name *images = NULL;
    struct idx_split *to = &f->splits[split];
    if (status == ST_OK)
        images = find_named(&s, base_of(path));
    if (images != NULL) {
        status = take(to, &s, images, labelled, err);
        mem_free(to->images.path); /* as it was given */
        to->images.path = NULL;
    } else if (status == ST_OK && labelled) {
        char *shown = names_path(path, NULL, err);
        status = shown == NULL ? ST_NOMEM
                               : err_set(err, ST_INPUT,
                                         "'%s' is to be images, but its name does not tell where "
                                         "its labels are: it has no 'images' and 'idx3' in it",
                                         shown);
        mem_free(shown);
    }
    if (status == ST_OK) {
        to->images.path = mem_copy_string(path, strlen(path), err);
        status = to->images.path == NULL ? ST_NOMEM : ST_OK;
    }
    search_fini(&s);
    mem_free(folder);
    return status;
}

/* --- the request --- */

/* Named files that are not in the list are paths of their own. */
static enum status take_named(struct idx_files *f, struct idx_search *s, bool labelled,
                              const struct source_limits *limits, struct err *err)
{
    const struct corpus_request *r = s->request;
    for (enum split i = 0; i < N_SPLITS; i++) {
        if (r->named[i] == NULL)
            continue;
        s->chosen[i] = find_named(s, r->named[i]);
        if (s->chosen[i] != NULL)
            continue;
        char *path;
        TRY(io_find(&path, r->directory, r->named[i], err));
        const enum status status = take_path(f, i, path, labelled, limits, err);
        mem_free(path);
        TRY(status);
    }
    return ST_OK;
}

/* The one split that is needed; N_SPLITS where there are several. */
static enum split needed_alone(const struct corpus_request *r)
{
    enum split alone = N_SPLITS;
    for (enum split i = 0; i < N_SPLITS; i++)
        if (r->needed == 1U << i)
            alone = i;
    return alone;
}

/* A corpus that is one file of images. */
static enum status find_by_file(struct idx_files *f, struct idx_search *s, bool labelled,
                                const struct source_limits *limits, struct err *err)
{
    const char *path = s->request->path;
    const enum split alone = needed_alone(s->request);
    struct idx_name own;
    TRY(idx_name_read(&own, path, err));
    const bool known = own.family != NULL && !own.labels && own.split < N_SPLITS;
    const enum split split = known ? own.split : SPLIT_TRAIN;
    mem_free(own.family);
    if (alone < N_SPLITS && (alone != SPLIT_TRAIN || !known))
        return take_path(f, alone, path, labelled, limits, err);
    if (!known)
        return take_path(f, SPLIT_TRAIN, path, labelled, limits, err);
    char *folder = folder_of(path, err);
    const enum status status =
        folder == NULL ? ST_NOMEM : list_files(s, folder, false, limits, err);
    mem_free(folder);
    TRY(status);
    s->chosen[split] = find_named(s, base_of(path));
    TRY(take_named(f, s, labelled, limits, err));
    return take_set(f, s, labelled, err);
}

static bool is_file(const char *path)
{
    return strcmp(path, "-") != 0 && !io_is_dir(path);
}

/* Whether a path is a text or one file, and no folder or archive. */
static enum status is_single(bool *is, const char *path, const struct source_limits *limits,
                             struct err *err)
{
    struct source_list list = {.kind = SOURCE_TEXT};
    if (is_file(path))
        TRY(source_list_open(&list, path, limits, err));
    *is = list.kind == SOURCE_TEXT && !io_is_dir(path);
    source_list_fini(&list);
    return ST_OK;
}

static enum status check_needed(const struct idx_files *f, const struct idx_search *s,
                                struct err *err)
{
    for (enum split i = 0; i < N_SPLITS; i++)
        if (split_in(s->request->needed, i) && f->splits[i].images.path == NULL)
            return err_advise(err,
                              err_set(err, ST_INPUT, "'%s' has no %s images",
                                      s->shown != NULL ? s->shown : s->request->path,
                                      split_name(i)),
                              (enum remedy)(REMEDY_NAME_TRAIN + i), 0, 0);
    return ST_OK;
}

enum status idx_files_find(struct idx_files *f, const struct corpus_request *request, bool labelled,
                           const struct source_limits *limits, struct err *err)
{
    struct idx_search s = {.request = request};
    enum status status;
    bool single = false;
    *f = (struct idx_files){0};
    if (request->path != NULL)
        TRY_OUT(is_single(&single, request->path, limits, err));
    if (request->path != NULL && single)
        TRY_OUT(find_by_file(f, &s, labelled, limits, err));
    else if (request->path != NULL)
        TRY_OUT(list_files(&s, request->path, true, limits, err));
    if (!single)
        TRY_OUT(take_named(f, &s, labelled, limits, err));
    if (request->path != NULL && !single)
        TRY_OUT(take_set(f, &s, labelled, err));
    TRY_OUT(check_needed(f, &s, err));
out:
    search_fini(&s);
    if (status != ST_OK)
        idx_files_fini(f);
    return status;
}

/* --- looking --- */

static enum status look_at_file(bool *are, const char *path, const struct source_limits *limits,
                                struct err *err)
{
    struct source *source;
    unsigned char head[4];
    size_t n = 0, got = 1;
    if (!cut_is_possible(path)) /* the bytes of a pipe would be lost for the reading */
        return ST_OK;
    TRY(source_open(&source, path, NULL, limits, err));
    enum status status = ST_OK;
    while (n < sizeof head && got > 0 && status == ST_OK) {
        status = source_read(source, head + n, sizeof head - n, &got, err);
        n += got;
    }
    source_close(source);
    *are = status == ST_OK && idx_is_head(head, n);
    return status;
}

enum status idx_files_look(bool *are, const struct corpus_request *request,
                           const struct source_limits *limits, struct err *err)
{
    struct idx_search s = {0};
    char *path = NULL;
    bool single;
    enum status status;
    *are = false;
    const char *given = request->path;
    for (int i = 0; i < N_SPLITS && given == NULL; i++)
        given = request->named[i];
    TRY_OUT(io_find(&path, request->directory, given, err));
    if (path == NULL || strcmp(path, "-") == 0)
        goto out;
    TRY_OUT(is_single(&single, path, limits, err));
    TRY_OUT(single ? look_at_file(are, path, limits, err)
                   : list_files(&s, path, true, limits, err));
    for (size_t i = 0; i < s.n; i++)
        *are = *are || !s.names[i].labels;
out:
    search_fini(&s);
    mem_free(path);
    return status;
}

static void place_fini(struct idx_place *p)
{
    mem_free(p->path);
    mem_free(p->member);
}

void idx_files_fini(struct idx_files *f)
{
    for (int i = 0; i < N_SPLITS; i++) {
        place_fini(&f->splits[i].images);
        place_fini(&f->splits[i].labels);
    }
    *f = (struct idx_files){0};
}
