/* The settings of a network that is there already, for training that begins with its weights. */
#include <stdio.h>
#include <string.h>

#include "lib/task/settings/train_settings.h"

/* So that a preset leaves it. */
static void mark_given(const struct setting_values *values, const char *name)
{
    struct setting_ref at;
    if (setting_find(values->groups, name, &at) && setting_applies(values, at.row))
        values->given[at.index] = true;
}

static enum status differs(const char *name, const char *is, const char *given, struct err *err)
{
    return err_set(err, ST_USAGE, "the model to train on has %s %s, not %s", name, is, given);
}

static enum status check_number(const struct setting_values *values, const char *name, size_t is,
                                int64_t given, struct err *err)
{
    char has[24], wanted[24];
    if (!setting_is_given(values, name) || (size_t)given == is)
        return ST_OK;
    snprintf(has, sizeof has, "%zu", is);
    snprintf(wanted, sizeof wanted, "%lld", (long long)given);
    return differs(name, has, wanted, err);
}

static enum status check_hidden(const struct setting_values *values,
                                const struct setting_list *given, const struct model_shape *shape,
                                struct err *err)
{
    char has[MODEL_LAYERS_TEXT];
    bool same = given->n == 1 || given->n == shape->L;
    for (size_t l = 0; l < shape->L && same; l++)
        same = given->items[given->n == 1 ? 0 : l] == shape->H[l];
    if (!setting_is_given(values, "hidden") || same)
        return ST_OK;
    return differs("layers of", model_layers_text(has, shape), "the widths that were given", err);
}

/* What is special to sequences with labels. */
static enum status take_labels(struct label_settings *l, const struct setting_values *values,
                               const struct model_shape *shape, struct err *err)
{
    const char *head = shape->head != NULL ? shape->head->name : NULL;
    const char *task = head == NULL                                ? task_language_model.name
                       : shape->head->targets == HEAD_PER_SEQUENCE ? task_classify.name
                                                                   : task_label.name;
    if (setting_is_given(values, "task") && strcmp(l->task, task) != 0)
        return differs("the task", task, l->task, err);
    if (head != NULL && setting_is_given(values, "head") && strcmp(l->head, head) != 0)
        return differs("the head", head, l->head, err);
    if (setting_is_given(values, "bidirectional") && l->bidirectional != shape->bidirectional)
        return differs("directions", shape->bidirectional ? "both" : "one", "as given", err);
    l->task = task;
    l->head = head;
    l->bidirectional = shape->bidirectional;
    if (shape->n_features > 0)
        l->feature_size = (int64_t)shape->features[0].E;
    return ST_OK;
}

enum status train_settings_take_shape(struct train_settings *s, const struct setting_values *values,
                                      const struct model_shape *shape, struct err *err)
{
    static const char *const network[] = {"cell",
                                          "layers",
                                          "hidden",
                                          "embedding",
                                          "tie",
                                          "task",
                                          "head",
                                          "bidirectional",
                                          "feature-size",
                                          "sum-layers",
                                          "mogrifier-rounds",
                                          "mogrifier-rank"};
    struct model_settings *m = &s->model;
    TRY(take_labels(&s->label, values, shape, err));
    if (setting_is_given(values, "cell") && cell_find(m->cell) != shape->cell)
        return differs("cells", shape->cell->name, m->cell, err);
    TRY(check_number(values, "layers", shape->L, m->layers, err));
    TRY(check_number(values, "embedding", shape->E, m->embedding, err));
    TRY(check_hidden(values, &m->hidden, shape, err));
    if (setting_is_given(values, "tie") && m->tie != shape->tied)
        return differs("word vectors", shape->tied ? "tied" : "untied", "as given", err);
    if (shape->cell->mogrifies) {
        TRY(check_number(values, "mogrifier-rounds", shape->rounds, m->mogrifier_rounds, err));
        TRY(check_number(values, "mogrifier-rank", shape->rank, m->mogrifier_rank, err));
    }
    if (setting_is_given(values, "sum-layers") && m->sum_layers != shape->sums_layers)
        return differs("a head of", shape->sums_layers ? "the sum of layers" : "the last layer",
                       "as given", err);
    for (size_t i = 0; i < sizeof network / sizeof *network; i++)
        mark_given(values, network[i]);
    m->cell = shape->cell->name;
    m->layers = (int64_t)shape->L;
    m->embedding = (int64_t)shape->E;
    m->tie = shape->tied;
    m->sum_layers = shape->sums_layers;
    if (shape->cell->mogrifies) {
        m->mogrifier_rounds = (int64_t)shape->rounds;
        m->mogrifier_rank = (int64_t)shape->rank;
    }
    m->hidden.n = shape->L;
    memcpy(m->hidden.items, shape->H, sizeof m->hidden.items);
    return ST_OK;
}
