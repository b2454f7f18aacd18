#include "lib/task/run/checkpoint.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/task/run/checkpoint_summary.h"

/* The arrays of the state as tensors, in the shapes that the header gives. */
static struct model_state tensors_of(const struct checkpoint *c)
{
    const struct train_state *s = c->state;
    const uint64_t arrays = c->model->shape.L * c->model->shape.cell->n_state;
    struct model_state t = {.n_tensors = 1};
    t.tensors[0] = (struct safetensors_tensor){.name = CHECKPOINT_CARRIED,
                                               .dtype = DTYPE_F32,
                                               .rank = 2,
                                               .shape = {arrays, s->n_carried / arrays},
                                               .data = s->carried};
    if (s->n_slots > 0)
        t.tensors[t.n_tensors++] = (struct safetensors_tensor){
            .name = CHECKPOINT_SLOTS,
            .dtype = DTYPE_F32,
            .rank = 2,
            .shape = {c->config->optim->n_slots, c->model->params.total},
            .data = s->slots};
    return t;
}

enum status checkpoint_save(const struct checkpoint *c, const struct model_notes *notes,
                            const char *path, struct err *err)
{
    struct buf text = {0};
    struct model_state state = tensors_of(c);
    enum status status;
    TRY_OUT(checkpoint_summary_format(c, &text, err));
    state.note = (struct safetensors_pair){CHECKPOINT_NOTE, text.data};
    status = model_save_with_state(c->model, notes, &state, path, err);
out:
    buf_fini(&text);
    return status;
}

static enum status open_summary(struct safetensors_file *file, struct checkpoint_summary *summary,
                                const char *path, struct err *err)
{
    TRY(io_check_readable(path, err)); /* so that the one before it can take its place */
    TRY(safetensors_open(file, path, err));
    const char *note;
    TRY(safetensors_find_note(file, path, CHECKPOINT_NOTE, &note, err));
    if (note == NULL || !file->has_checksum)
        return err_set(err, ST_INPUT, "'%s' is not a checkpoint: it has no %s", path,
                       note == NULL ? "'" CHECKPOINT_NOTE "'" : "checksum");
    return checkpoint_summary_parse(summary, path, note, err);
}

enum status checkpoint_read_summary(struct checkpoint_summary *summary, const char *path,
                                    struct err *err)
{
    struct safetensors_file file = {0};
    const enum status status = open_summary(&file, summary, path, err);
    safetensors_close(&file);
    return status;
}

static enum status check_origin(const struct checkpoint *c, const struct checkpoint_summary *s,
                                const char *path, struct err *err)
{
    const char *what = NULL;
    if (s->B != c->config->B || s->T != c->config->T)
        what = "of another --batch or --steps";
    else if (strcmp(s->optim, c->config->optim->name) != 0)
        what = "of another optimiser";
    else if (s->seed != c->config->seed)
        what = "of another seed";
    else if (s->fingerprint != c->fingerprint)
        what = "of another text";
    if (what == NULL)
        return ST_OK;
    return err_set(err, ST_INPUT, "'%s' is not a checkpoint of this run: it is one %s", path, what);
}

static enum status check_tensors(const struct safetensors_file *file, const struct checkpoint *c,
                                 const char *path, struct err *err)
{
    const struct model_state want = tensors_of(c);
    for (size_t i = 0; i < want.n_tensors; i++) {
        const struct safetensors_tensor *w = &want.tensors[i], *t = safetensors_find(file, w->name);
        if (t == NULL || t->dtype != w->dtype || t->rank != w->rank || t->shape[0] != w->shape[0] ||
            t->shape[1] != w->shape[1])
            return err_set(
                err, ST_INPUT, "'%s' is not a checkpoint of this run: '%s' is not %llu x %llu",
                path, w->name, (unsigned long long)w->shape[0], (unsigned long long)w->shape[1]);
    }
    return ST_OK;
}

static enum status check_model(const struct model *a, const struct model *b, const char *path,
                               struct err *err)
{
    const struct model_shape *s = &a->shape, *w = &b->shape;
    char is[MODEL_LAYERS_TEXT], should_be[MODEL_LAYERS_TEXT];
    if (model_shape_equal(s, w))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' is not a checkpoint of this run: its model has %zu words, embedding %zu, "
                   "layers of %s %s, not %zu, %zu, %s %s",
                   path, s->V, s->E, model_layers_text(is, s), s->cell->name, w->V, w->E,
                   model_layers_text(should_be, w), w->cell->name);
}

static void take_weights(struct model *to, const struct model *from)
{
    for (size_t i = 0; i < to->params.n; i++) {
        const struct param *p = &to->params.items[i];
        memcpy(to->weights + p->offset, model_weight(from, i), param_size(p) * sizeof(float));
    }
}

static void take_state(struct train_state *to, const struct checkpoint_summary *summary,
                       const struct safetensors_file *file)
{
    struct train_state made = summary->state;
    made.n_carried = to->n_carried;
    made.carried = to->carried;
    made.n_slots = to->n_slots;
    made.slots = to->slots;
    *to = made;
    memcpy(to->carried, safetensors_find(file, CHECKPOINT_CARRIED)->data,
           to->n_carried * sizeof(float));
    if (to->n_slots > 0)
        memcpy(to->slots, safetensors_find(file, CHECKPOINT_SLOTS)->data,
               to->n_slots * sizeof(float));
}

enum status checkpoint_load(struct checkpoint *c, const char *path, struct err *err)
{
    struct safetensors_file file = {0};
    struct checkpoint_summary summary;
    struct model *m = NULL;
    struct model_notes notes = {0};
    enum status status;
    TRY_OUT(open_summary(&file, &summary, path, err));
    TRY_OUT(check_origin(c, &summary, path, err));
    TRY_OUT(check_tensors(&file, c, path, err));
    TRY_OUT(model_load(&m, &notes, path, err));
    TRY_OUT(check_model(m, c->model, path, err));
    take_weights(c->model, m);
    take_state(c->state, &summary, &file);
    c->log_bytes = summary.log_bytes;
    c->best_hash = summary.best_hash;
out:
    model_free(m);
    model_notes_fini(&notes);
    safetensors_close(&file);
    return status;
}

double checkpoint_bytes(const struct checkpoint *c, const struct model_notes *notes)
{
    const double floats =
        (double)c->model->params.total + (double)c->state->n_carried + (double)c->state->n_slots;
    const double header = 65536.0 + 2.0 * (double)notes->training.len;
    return 4.0 * floats + (double)notes->vocab.len + header;
}
