#include "lib/task/run/checkpoint.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/task/run/checkpoint_arrays.h"
#include "lib/task/run/checkpoint_summary.h"

enum status checkpoint_save(const struct checkpoint *c, const struct model_notes *notes,
                            const char *path, struct err *err)
{
    struct buf text = {0};
    struct checkpoint_arrays arrays = {0};
    enum status status;
    TRY_OUT(checkpoint_arrays_init(&arrays, c, err));
    TRY_OUT(checkpoint_summary_format(c, &text, err));
    const struct model_state state = {
        .tensors = arrays.tensors, .n_tensors = arrays.n, .note = {CHECKPOINT_NOTE, text.data}};
    status = model_save_with_state(c->model, notes, &state, path, err);
out:
    checkpoint_arrays_fini(&arrays);
    buf_fini(&text);
    return status;
}

static enum status read_summary(struct checkpoint_file *f, const char *path, struct err *err)
{
    const char *note;
    TRY(safetensors_find_note(&f->file, path, CHECKPOINT_NOTE, &note, err));
    if (note == NULL)
        return err_set(err, ST_INPUT, "'%s' is not a checkpoint: it has no '" CHECKPOINT_NOTE "'",
                       path);
    if (!f->file.has_checksum)
        return err_set(err, ST_INPUT,
                       "'%s' is not a checkpoint: it was saved again by another program, without "
                       "its checksum",
                       path);
    return checkpoint_summary_parse(&f->summary, path, note, err);
}

enum status checkpoint_open(struct checkpoint_file *f, const char *path, struct err *err)
{
    struct checkpoint_file made = {.path = mem_copy_string(path, strlen(path), err)};
    enum status status = made.path != NULL ? ST_OK : ST_NOMEM;
    if (status == ST_OK)
        status = safetensors_open_readable(&made.file, path, err);
    if (status == ST_OK)
        status = read_summary(&made, path, err);
    if (status == ST_OK)
        *f = made;
    else
        checkpoint_close(&made);
    return status;
}

void checkpoint_close(struct checkpoint_file *f)
{
    safetensors_close(&f->file);
    mem_free(f->path);
    *f = (struct checkpoint_file){.path = NULL};
}

static enum status check_origin(const struct checkpoint *c, const struct checkpoint_summary *s,
                                const char *path, struct err *err)
{
    const char *what = NULL;
    if (s->B != c->config->B || s->T != c->config->T)
        what = "of another batch size or number of steps";
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

enum status checkpoint_take(struct checkpoint *c, const struct checkpoint_file *f, struct err *err)
{
    struct checkpoint_arrays arrays = {0};
    struct err why;
    enum status status;
    TRY_OUT(check_origin(c, &f->summary, f->path, err));
    TRY_OUT(checkpoint_arrays_init(&arrays, c, err));
    TRY_OUT(checkpoint_arrays_check(&arrays, &f->file, f->path, err));
    status = model_copy_weights(c->model, &f->file, f->path, &why);
    if (status != ST_OK) {
        err_wrap(err, &why, "'%s' is not a checkpoint of this run", f->path);
        goto out;
    }
    checkpoint_arrays_take(&arrays, &f->file);
    train_state_replace(c->state, f->summary.state);
    c->log_bytes = f->summary.log_bytes;
    c->best_hash = f->summary.best_hash;
out:
    checkpoint_arrays_fini(&arrays);
    return status;
}

double checkpoint_bytes(const struct checkpoint *c, const struct model_notes *notes)
{
    const double floats = (double)c->model->params.total + (double)c->state->n_carried +
                          (double)c->state->n_slots + (double)c->state->n_copies;
    const double header = 65536.0 + 2.0 * (double)notes->training.len;
    return 4.0 * floats + (double)notes->vocab.len + (double)notes->merges.len + header;
}
