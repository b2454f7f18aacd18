#include "lib/task/run/checkpoint_arrays.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/train/train_average.h"

enum { NAME_SIZE = 96 };

/* Layers that carry a state into the next window: none where each sequence has its own. */
static size_t carrying(const struct checkpoint *c)
{
    return c->state->n_carried > 0 ? c->model->shape.L : 0;
}

static size_t count(const struct checkpoint *c)
{
    const struct model_shape *shape = &c->model->shape;
    return carrying(c) * shape->cell->n_state +
           (optim_slots(c->config->optim, &c->config->optim_settings, NULL) +
            train_copies(c->config)) *
               c->model->params.n;
}

static void add(struct checkpoint_arrays *a, const char *name, size_t rows, size_t cols,
                float *data)
{
    a->tensors[a->n++] = (struct safetensors_tensor){.name = name,
                                                     .dtype = DTYPE_F32,
                                                     .rank = cols > 0 ? 2 : 1,
                                                     .shape = {rows, cols},
                                                     .data = data};
}

static void list_carried(struct checkpoint_arrays *a, const struct checkpoint *c, char **names)
{
    const struct model_shape *shape = &c->model->shape;
    float *at = c->state->carried;
    for (size_t l = 0; l < carrying(c); l++)
        for (size_t i = 0; i < shape->cell->n_state; i++, *names += NAME_SIZE) {
            snprintf(*names, NAME_SIZE, MODEL_STATE_PREFIX "carried.l%zu.%zu", l, i);
            add(a, *names, train_rows(c->config), shape->H[l], at);
            at += train_rows(c->config) * shape->H[l];
        }
}

/* An array laid out as the weights: a tensor for each parameter. */
static void list_block(struct checkpoint_arrays *a, const struct checkpoint *c, const char *what,
                       float *block, char **names)
{
    const struct param_list *params = &c->model->params;
    for (size_t i = 0; i < params->n; i++, *names += NAME_SIZE) {
        const struct param *p = &params->items[i];
        snprintf(*names, NAME_SIZE, MODEL_STATE_PREFIX "%s.%s", what, p->name);
        add(a, *names, p->rows, p->cols, block + p->offset);
    }
}

static void list_slots(struct checkpoint_arrays *a, const struct checkpoint *c, char **names)
{
    const size_t total = c->model->params.total;
    struct optim_slot slots[OPTIM_SLOTS_MAX];
    const size_t n_slots = optim_slots(c->config->optim, &c->config->optim_settings, slots);
    for (size_t s = 0; s < n_slots; s++)
        list_block(a, c, slots[s].name, c->state->slots + s * total, names);
    for (size_t i = 0; i < train_copies(c->config); i++)
        list_block(a, c, train_copy_name(c->config, i), c->state->copies + i * total, names);
}

enum status checkpoint_arrays_init(struct checkpoint_arrays *a, const struct checkpoint *c,
                                   struct err *err)
{
    const size_t n = count(c);
    *a = (struct checkpoint_arrays){.n = 0};
    a->tensors = mem_zeroed(n, sizeof *a->tensors + NAME_SIZE, err);
    if (a->tensors == NULL)
        return ST_NOMEM;
    char *names = (char *)(a->tensors + n);
    list_carried(a, c, &names);
    list_slots(a, c, &names);
    return ST_OK;
}

void checkpoint_arrays_fini(struct checkpoint_arrays *a)
{
    mem_free(a->tensors);
    *a = (struct checkpoint_arrays){.n = 0};
}

enum status checkpoint_arrays_check(const struct checkpoint_arrays *a,
                                    const struct safetensors_file *file, const char *path,
                                    struct err *err)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct safetensors_tensor *w = &a->tensors[i], *t = safetensors_find(file, w->name);
        if (t == NULL || t->dtype != w->dtype || t->rank != w->rank || t->shape[0] != w->shape[0] ||
            (w->rank == 2 && t->shape[1] != w->shape[1]))
            return err_set(err, ST_INPUT,
                           "'%s' is not a checkpoint of this run: '%s' is not %llu x %llu", path,
                           w->name, (unsigned long long)w->shape[0],
                           (unsigned long long)(w->rank == 2 ? w->shape[1] : 1));
    }
    return ST_OK;
}

void checkpoint_arrays_take(const struct checkpoint_arrays *a, const struct safetensors_file *file)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct safetensors_tensor *t = &a->tensors[i];
        float *to = (float *)(uintptr_t)t->data; /* the state's array; const only for saving */
        memcpy(to, safetensors_find(file, t->name)->data, safetensors_bytes(t));
    }
}
