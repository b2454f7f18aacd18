/* Examples that are images, in IDX files: a row or a pixel is a step. */
#include <stdio.h>
#include <string.h>

#include "corpora/names.h"
#include "corpora/splits/idx_files.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/task/data/reading/reading.h"

static enum status read_array(struct idx_array *a, char **name, const struct idx_place *place,
                              const struct source_limits *limits, struct err *err)
{
    struct source *source;
    *a = (struct idx_array){0};
    *name = names_path(place->path, place->member, err);
    if (*name == NULL)
        return ST_NOMEM;
    TRY(source_open(&source, place->path, place->member, limits, err));
    const enum status status = idx_read(a, source, err);
    source_close(source);
    return status;
}

/* The images that come first say what the others are like. */
static enum status check_images(struct example_images *m, const struct idx_array *a,
                                const char *name, struct err *err)
{
    struct example_images found = *m;
    char was[IDX_DIMS_TEXT], is[IDX_DIMS_TEXT];
    if (a->n_dims < 2)
        return err_set(err, ST_INPUT,
                       "'%s' has numbers of one dimension: these are labels, and no images", name);
    found.kind = a->type == IDX_UBYTE ? EXAMPLE_BYTES : EXAMPLE_FLOATS;
    found.n_dims = a->n_dims - 1;
    memcpy(found.dims, a->dims + 1, found.n_dims * sizeof *found.dims);
    if (m->n_dims == 0)
        *m = found;
    if (m->n_dims != found.n_dims || memcmp(m->dims, found.dims, m->n_dims * sizeof *m->dims) != 0)
        return err_set(err, ST_INPUT, "'%s' has images of %s, and those of training are of %s",
                       name, idx_dims_text(is, found.dims, found.n_dims),
                       idx_dims_text(was, m->dims, m->n_dims));
    if (m->kind != found.kind)
        return err_set(err, ST_INPUT, "'%s' has images of %s, and those of training are of %s",
                       name, found.kind == EXAMPLE_BYTES ? "bytes" : "other numbers",
                       m->kind == EXAMPLE_BYTES ? "bytes" : "other numbers");
    return ST_OK;
}

/* Steps of an image, and numbers at each. */
static size_t steps_of(const struct example_images *m)
{
    return m->n_dims > 1 && m->sequence != EXAMPLE_ROWS ? m->dims[0] * m->dims[1] : m->dims[0];
}

static size_t width_of(const struct example_images *m)
{
    size_t width = 1;
    for (size_t i = m->sequence == EXAMPLE_ROWS ? 1 : 2; i < m->n_dims; i++)
        width *= m->dims[i];
    return width;
}

/* A random order of n steps: Fisher and Yates's shuffle (Durstenfeld 1964). */
static enum status make_order(size_t **order, size_t n, uint64_t seed, struct err *err)
{
    struct rng rng;
    *order = mem_resize(NULL, n, sizeof **order, err);
    if (*order == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++)
        (*order)[i] = i;
    rng_init(&rng, seed, RNG_PIXELS);
    for (size_t left = n; left > 1; left--) {
        const size_t at = (size_t)rng_below(&rng, left);
        const size_t last = (*order)[left - 1];
        (*order)[left - 1] = (*order)[at];
        (*order)[at] = last;
    }
    return ST_OK;
}

static enum status permute(struct examples *e, size_t steps, uint64_t seed, struct err *err)
{
    const size_t step =
        e->width * (e->kind == EXAMPLE_BYTES ? sizeof *e->bytes : sizeof *e->floats);
    char *data = e->kind == EXAMPLE_BYTES ? (char *)e->bytes : (char *)e->floats;
    size_t *order = NULL;
    char *image = NULL;
    enum status status;
    TRY_OUT(make_order(&order, steps, seed, err));
    image = mem_resize(NULL, steps, step, err);
    if (image == NULL)
        status = ST_NOMEM;
    for (size_t i = 0; i < e->n && status == ST_OK; i++) {
        char *at = data + i * steps * step;
        memcpy(image, at, steps * step);
        for (size_t t = 0; t < steps; t++)
            memcpy(at + t * step, image + order[t] * step, step);
    }
out:
    mem_free(order);
    mem_free(image);
    return status;
}

/* The images as sequences; takes the array's numbers. */
static enum status make_examples(struct draft *d, struct idx_array *a,
                                 const struct example_images *m, struct err *err)
{
    struct examples *e = &d->e;
    const size_t n = a->dims[0], steps = steps_of(m);
    *e = (struct examples){.n = n,
                           .steps = n * steps,
                           .longest = steps,
                           .kind = m->kind,
                           .width = width_of(m),
                           .bytes = a->bytes,
                           .floats = a->floats};
    a->bytes = NULL;
    a->floats = NULL;
    e->first = mem_resize(NULL, n + 1, sizeof *e->first, err);
    d->lines = mem_resize(NULL, n, sizeof *d->lines, err);
    if (e->first == NULL || d->lines == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i <= n; i++)
        e->first[i] = i * steps;
    for (size_t i = 0; i < n; i++)
        d->lines[i] = i + 1;
    return m->sequence == EXAMPLE_PERMUTED ? permute(e, steps, m->seed, err) : ST_OK;
}

static enum status add_labels(struct example_reading *r, struct draft *d, const struct idx_array *a,
                              struct err *err)
{
    d->e.labels = mem_resize(NULL, a->n, sizeof *d->e.labels, err);
    if (d->e.labels == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < a->n; i++) {
        char text[32];
        const double value = a->type == IDX_UBYTE ? a->bytes[i] : (double)a->floats[i];
        const int len = snprintf(text, sizeof text, "%.0f", value);
        TRY(hash_table_add(&r->tables.labels, text, (size_t)len, &d->e.labels[i], err));
    }
    return ST_OK;
}

static enum status check_labels(const struct idx_array *a, const char *name, size_t images,
                                const char *images_name, struct err *err)
{
    if (a->n_dims != 1 || a->type == IDX_FLOAT || a->type == IDX_DOUBLE)
        return err_set(err, ST_INPUT,
                       "'%s' has no labels of images: they are whole numbers of one dimension",
                       name);
    if (a->n != images)
        return err_set(
            err, ST_INPUT,
            "'%s' has %zu label%s, and '%s' has %zu image%s: they do not belong together", name,
            a->n, a->n == 1 ? "" : "s", images_name, images, images == 1 ? "" : "s");
    return ST_OK;
}

static enum status read_labels(struct example_reading *r, enum split s,
                               const struct idx_place *place, const char *images_name,
                               struct err *err)
{
    struct idx_array a = {0};
    char *name = NULL;
    enum status status;
    TRY_OUT(read_array(&a, &name, place, &r->limits, err));
    TRY_OUT(check_labels(&a, name, r->drafts[s].e.n, images_name, err));
    TRY_OUT(add_labels(r, &r->drafts[s], &a, err));
out:
    idx_fini(&a);
    mem_free(name);
    return status;
}

/* The hash of the numbers as they were read. */
static uint64_t hash_of(const struct idx_array *a)
{
    return a->bytes != NULL ? hash_bytes(a->bytes, a->n)
                            : hash_bytes(a->floats, a->n * sizeof *a->floats);
}

static enum status read_split(struct example_reading *r, enum split s,
                              const struct idx_split *files, struct err *err)
{
    struct example_images *m = &r->d->coding.images;
    struct idx_array a = {0};
    enum status status;
    TRY_OUT(read_array(&a, &r->d->names[s], &files->images, &r->limits, err));
    TRY_OUT(check_images(m, &a, r->d->names[s], err));
    r->d->splits[s].text_hash = hash_of(&a);
    TRY_OUT(make_examples(&r->drafts[s], &a, m, err));
    if (!r->asked->unlabelled)
        TRY_OUT(read_labels(r, s, &files->labels, r->d->names[s], err));
out:
    idx_fini(&a);
    return status;
}

enum status reading_images(struct example_reading *r, struct err *err)
{
    const struct dataset_request *request = r->request;
    struct idx_files files;
    enum status status = ST_OK;
    struct corpus_request find = {
        .path = request->path, .needed = reading_needs(r), .directory = request->directory};
    memcpy(find.named, request->named, sizeof find.named);
    TRY(idx_files_find(&files, &find, !r->asked->unlabelled, &r->limits, err));
    reading_note_valid(r, files.splits[SPLIT_VALID].images.path != NULL);
    for (enum split s = 0; s < N_SPLITS; s++)
        if (files.splits[s].images.path != NULL && is_wanted(r, s))
            TRY_OUT(read_split(r, s, &files.splits[s], err));
out:
    idx_files_fini(&files);
    return status;
}
