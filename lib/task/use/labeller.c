#include "lib/task/use/labeller.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/data/example_record.h"
#include "lib/task/use/label_chunks.h"

static enum status check_count(const struct labeller *l, const char *what, size_t is, size_t wanted,
                               struct err *err)
{
    if (is == wanted)
        return ST_OK;
    return err_set(err, ST_INPUT, "'%s' has weights for %zu %s, and names for %zu", l->base.path,
                   wanted, what, is);
}

static enum status read_features(struct labeller *l, struct err *err)
{
    const struct model_shape *shape = &l->base.model->shape;
    const size_t n = l->coding.columns.features.n;
    TRY(check_count(l, "features", n, shape->n_features, err));
    for (size_t i = 0; i < n; i++) {
        const struct buf *text = &l->base.notes.features[i];
        TRY(names_parse(&l->features[i], l->base.path, text->data, text->len, err));
        TRY(check_count(l, "values of a feature", names_size(l->features[i]), shape->features[i].V,
                        err));
        l->coding.features[i] = l->features[i];
    }
    return ST_OK;
}

/* Numbers have no vocabulary, and a width that the weights must have. */
static enum status check_input(const struct labeller *l, struct err *err)
{
    const struct example_images *images = &l->coding.images;
    const size_t V = l->base.model->shape.V;
    size_t width = 1;
    if ((l->coding.form == EXAMPLE_FORM_IDX) != (V == 0))
        return err_set(err, ST_INPUT, "'%s' has weights for %s, and a note on %s", l->base.path,
                       V == 0 ? "numbers" : "words", V == 0 ? "words" : "numbers");
    if (V > 0)
        return ST_OK;
    const size_t first = images->sequence == EXAMPLE_ROWS ? 1 : 2;
    for (size_t i = first; i < images->n_dims; i++)
        width *= images->dims[i];
    if (width != l->base.model->shape.E)
        return err_set(err, ST_INPUT,
                       "'%s' has weights for %zu numbers at a step, and images of %zu",
                       l->base.path, l->base.model->shape.E, width);
    return ST_OK;
}

/* Only columns have a label for each step, and only paths of labels can be kept to a scheme. */
static enum status check_head(const struct labeller *l, struct err *err)
{
    const bool steps = l->task == &task_label;
    if ((l->coding.form == EXAMPLE_FORM_COLUMNS) != steps)
        return err_set(err, ST_INPUT, "'%s' has a head for %s, and a note on examples with %s",
                       l->base.path, steps ? "a label for each step" : "one label for a sequence",
                       steps ? "one label" : "a label for each step");
    if (l->bio && l->base.model->shape.head != &head_crf)
        return err_set(err, ST_INPUT, "'%s' has a note on chunks that only the head 'crf' keeps to",
                       l->base.path);
    return ST_OK;
}

static enum status read_coding(struct labeller *l, struct err *err)
{
    const struct buf *text = &l->base.notes.examples;
    struct err why;
    if (text->len == 0)
        return err_set(err, ST_INPUT, "'%s' does not say how its examples are read", l->base.path);
    if (example_record_parse(&l->coding, &l->bio, text->data, text->len, &why) != ST_OK)
        return err_wrap(err, &why, "'%s' cannot be used", l->base.path);
    TRY(check_head(l, err));
    l->coding.vocab = l->base.vocab;
    l->coding.markers = &l->base.markers;
    if (l->coding.form != EXAMPLE_FORM_COLUMNS && l->coding.form != EXAMPLE_FORM_IDX)
        l->coding.tokenizer = l->base.tokenizer;
    TRY(check_input(l, err));
    return read_features(l, err);
}

static enum status read_labels(struct labeller *l, struct err *err)
{
    const struct buf *text = &l->base.notes.labels;
    if (text->len == 0)
        return err_set(err, ST_INPUT, "'%s' has no names of its labels", l->base.path);
    TRY(names_parse(&l->labels, l->base.path, text->data, text->len, err));
    TRY(check_count(l, "labels", names_size(l->labels), l->base.model->shape.C, err));
    l->coding.labels = l->labels;
    return l->bio ? label_chunks_allow(&l->allowed, l->labels, err) : ST_OK;
}

enum status labeller_open(struct labeller *l, const char *path, struct err *err)
{
    enum status status;
    *l = (struct labeller){0};
    TRY(lm_open_any(&l->base, path, err));
    if (l->base.model->shape.head == NULL) {
        status =
            err_set(err, ST_INPUT, "'%s' is a language model, and gives no labels", l->base.path);
        goto out;
    }
    l->task = l->base.model->shape.head->targets == HEAD_PER_STEP ? &task_label : &task_classify;
    TRY_OUT(read_coding(l, err));
    TRY_OUT(read_labels(l, err));
    return ST_OK;
out:
    labeller_close(l);
    return status;
}

void labeller_close(struct labeller *l)
{
    names_free(l->labels);
    for (size_t i = 0; i < FEATURES_MAX; i++)
        names_free(l->features[i]);
    mem_free(l->allowed);
    lm_close(&l->base);
    *l = (struct labeller){0};
}
