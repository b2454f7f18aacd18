/* Which checkpoints a run keeps, and which one it continues from. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/run/run.h"

#define NAME_FORMAT "checkpoint-%08" PRIu64 ".safetensors"

enum { NAME_SIZE = 48 };

/* The steps of the checkpoints in a directory. */
struct steps {
    uint64_t *at; /* newest first, once sorted */
    size_t n;
};

static void format_name(char name[NAME_SIZE], uint64_t step)
{
    snprintf(name, NAME_SIZE, NAME_FORMAT, step);
}

char *run_checkpoint_path(const struct run *run, uint64_t step, struct err *err)
{
    char name[NAME_SIZE];
    format_name(name, step);
    return io_join(run->dir, name, err);
}

/* Accepts only names that format_name would produce. */
static enum status add_name(void *ctx, const char *name, struct err *err)
{
    struct steps *steps = ctx;
    uint64_t step;
    char same[NAME_SIZE];
    if (sscanf(name, "checkpoint-%" SCNu64, &step) != 1)
        return ST_OK;
    format_name(same, step);
    if (strcmp(name, same) != 0)
        return ST_OK;
    uint64_t *grown = mem_resize(steps->at, steps->n + 1, sizeof *grown, err);
    if (grown == NULL)
        return ST_NOMEM;
    steps->at = grown;
    steps->at[steps->n++] = step;
    return ST_OK;
}

static int compare_steps(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

static enum status list_steps(const struct run *run, struct steps *steps, struct err *err)
{
    *steps = (struct steps){0};
    const enum status status = io_list_dir(run->dir, add_name, steps, err);
    if (status == ST_OK && steps->n > 0)
        qsort(steps->at, steps->n, sizeof *steps->at, compare_steps);
    else if (status != ST_OK)
        mem_free(steps->at);
    return status;
}

static enum status remove_step(const struct run *run, uint64_t step, struct err *err)
{
    char name[NAME_SIZE];
    format_name(name, step);
    return io_remove_in(run->dir, name, err);
}

/* Removes the checkpoints that are not among the n steps kept. */
static enum status remove_others(const struct run *run, const uint64_t *kept, size_t n,
                                 struct err *err)
{
    struct steps steps;
    TRY(list_steps(run, &steps, err));
    enum status status = ST_OK;
    for (size_t i = 0; i < steps.n && status == ST_OK; i++) {
        bool keep = false;
        for (size_t k = 0; k < n; k++)
            keep = keep || steps.at[i] == kept[k];
        if (!keep)
            status = remove_step(run, steps.at[i], err);
    }
    mem_free(steps.at);
    return status;
}

enum status run_has_checkpoints(const struct run *run, bool *any, struct err *err)
{
    struct steps steps;
    TRY(list_steps(run, &steps, err));
    *any = steps.n > 0;
    mem_free(steps.at);
    return ST_OK;
}

enum status run_drop_checkpoints(struct run *run, struct err *err)
{
    run->has_checkpoint = false;
    return remove_others(run, NULL, 0, err);
}

enum status run_save_checkpoint(struct run *run, struct checkpoint *c,
                                const struct model_notes *notes, const uint64_t *keep,
                                struct err *err)
{
    const uint64_t step = c->state->report.step;
    uint64_t kept[3] = {step};
    size_t n = 1;
    TRY(run_measure_log(run, &c->log_bytes, err));
    char *path = run_checkpoint_path(run, step, err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = checkpoint_save(c, notes, path, err);
    mem_free(path);
    if (status != ST_OK)
        return status;
    const bool overwritten = run->has_checkpoint && run->checkpoint == step;
    if (run->has_checkpoint)
        kept[n++] = run->checkpoint;
    if (keep != NULL)
        kept[n++] = *keep;
    run->has_checkpoint = true;
    run->checkpoint = step;
    return overwritten ? ST_OK : remove_others(run, kept, n, err);
}

static enum status open_step(const struct run *run, struct checkpoint_file *f, uint64_t step,
                             struct err *err)
{
    char *path = run_checkpoint_path(run, step, err);
    if (path == NULL)
        return ST_NOMEM;
    enum status status = checkpoint_open(f, path, err);
    if (status == ST_OK && f->summary.state.report.step != step) {
        status = err_set(err, ST_INPUT, "'%s' is the checkpoint of another step, %" PRIu64, path,
                         f->summary.state.report.step);
        checkpoint_close(f);
    }
    mem_free(path);
    return status;
}

static enum status none_left(const struct run *run, size_t n, const struct err *newest,
                             struct err *err)
{
    err_wrap(err, newest, "'%s' cannot be resumed, because %s can be used", run->dir,
             n == 1 ? "no checkpoint of it" : "none of its checkpoints");
    if (newest->code == ST_IO) /* the disk may read it another time */
        return ST_IO;
    err->code = ST_INPUT;
    return err_advise(err, ST_INPUT, REMEDY_BEGIN_AGAIN, 0, 0);
}

/* A model without a checkpoint means that the run was past its start. */
static enum status check_fresh(const struct run *run, struct err *err)
{
    if (!io_exists(run->model))
        return ST_OK;
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' cannot be resumed: it no longer has a checkpoint, and starting "
                              "again would replace its model",
                              run->dir),
                      REMEDY_BEGIN_AGAIN, 0, 0);
}

enum status run_open_checkpoint(struct run *run, struct checkpoint_file *f, uint64_t before,
                                const struct run_skipped *skipped, bool *found, struct err *err)
{
    struct steps steps;
    struct err why, newest = {0};
    TRY(list_steps(run, &steps, err));
    enum status status = ST_OK;
    *found = false;
    for (size_t i = 0; i < steps.n && !*found && status != ST_NOMEM; i++) {
        if (steps.at[i] >= before)
            continue;
        status = open_step(run, f, steps.at[i], &why);
        *found = status == ST_OK;
        if (newest.code == ST_OK && status != ST_OK)
            newest = why;
        if (status != ST_OK && status != ST_NOMEM && i + 1 < steps.n)
            skipped->tell(skipped->ctx, why.text);
    }
    if (status == ST_NOMEM)
        err_wrap(err, &why, "'%s' cannot be resumed", run->dir);
    else if (status != ST_OK)
        status = none_left(run, steps.n, &newest, err);
    else if (!*found)
        status = check_fresh(run, err);
    mem_free(steps.at);
    return status;
}

enum status run_load_checkpoint(struct run *run, struct checkpoint *c, struct checkpoint_file *f,
                                const struct run_skipped *skipped, struct err *err)
{
    struct err why;
    for (;;) {
        const uint64_t step = f->summary.state.report.step;
        enum status status = checkpoint_take(c, f, &why);
        if (status == ST_OK) {
            run->has_checkpoint = true;
            run->checkpoint = step;
            return ST_OK;
        }
        if (status == ST_NOMEM)
            return err_wrap(err, &why, "'%s' cannot be resumed", run->dir);
        struct checkpoint_file older = {0};
        bool found;
        const struct err newest = why;
        status = run_open_checkpoint(run, &older, step, skipped, &found, &why);
        if (status != ST_OK || !found)
            return status == ST_NOMEM ? err_wrap(err, &why, "'%s' cannot be resumed", run->dir)
                                      : none_left(run, 1, &newest, err);
        skipped->tell(skipped->ctx, newest.text);
        checkpoint_close(f);
        *f = older;
    }
}

enum status run_go_back(struct run *run, struct checkpoint *c, uint64_t step, bool *found,
                        struct err *err)
{
    char *path = run_checkpoint_path(run, step, err);
    if (path == NULL)
        return ST_NOMEM;
    *found = io_exists(path);
    mem_free(path);
    if (!*found)
        return ST_OK;
    struct checkpoint_file f = {0};
    TRY(open_step(run, &f, step, err));
    const enum status status = checkpoint_take(c, &f, err);
    checkpoint_close(&f);
    TRY(status);
    TRY(remove_others(run, &step, 1, err));
    run->has_checkpoint = true;
    run->checkpoint = step;
    return ST_OK;
}

/* The current files of the run are overwritten or removed in time. */
static double written_bytes(const struct run *run)
{
    double bytes = (double)io_size(run->model);
    struct steps steps;
    if (list_steps(run, &steps, NULL) != ST_OK)
        return bytes;
    for (size_t i = 0; i < steps.n; i++) {
        char *path = run_checkpoint_path(run, steps.at[i], NULL);
        bytes += path != NULL ? (double)io_size(path) : 0.0;
        mem_free(path);
    }
    mem_free(steps.at);
    return bytes;
}

enum status run_check_room(const struct run *run, double checkpoint_bytes, int checkpoints,
                           struct err *err)
{
    const struct io_room room = io_find_room(run->dir);
    const double all = (checkpoints + 1.0) * checkpoint_bytes;
    if (checkpoint_bytes > (double)room.file)
        return err_set(err, ST_IO,
                       "a checkpoint in '%s' would have %.0f bytes, and files may have %zu (ulimit "
                       "-f); raise that limit",
                       run->dir, checkpoint_bytes, room.file);
    if (all > (double)room.disk + written_bytes(run))
        return err_advise(
            err,
            err_set(err, ST_IO,
                    "the disk of '%s' has %.1f MB free, and the model and its checkpoints need "
                    "%.1f MB",
                    run->dir, (double)room.disk / 1e6, all / 1e6),
            REMEDY_OTHER_DISK, 0, 0);
    return ST_OK;
}
