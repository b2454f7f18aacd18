#include "lib/task/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/task/lm.h"

static enum status remove_file(const char *path, struct err *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set(err, ST_IO, "cannot remove '%s': %s", path, strerror(errno));
    return ST_OK;
}

static enum status refuse_to_replace(const struct run *run, struct err *err)
{
    if (!io_exists(run->model) && !io_exists(run->log) && !io_exists(run->config))
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "'%s' holds a run already; give another directory with -o, or replace that run "
                   "with --force",
                   run->dir);
}

/* An unwritable directory is found now, not after the first epoch. */
static enum status probe(const struct run *run, struct err *err)
{
    struct io_writer *w;
    TRY(io_writer_open(&w, run->model, err));
    io_writer_discard(w);
    return ST_OK;
}

enum status run_create(struct run *out, const char *dir, bool replace, struct err *err)
{
    struct run run = {.dir = mem_copy_string(dir, strlen(dir), err),
                      .model = io_join(dir, LM_FILE, err),
                      .log = io_join(dir, "log.jsonl", err),
                      .config = io_join(dir, "config.json", err)};
    enum status status = ST_NOMEM;
    if (run.dir == NULL || run.model == NULL || run.log == NULL || run.config == NULL)
        goto out;
    run.made = !io_exists(dir);
    TRY_OUT(io_make_dir(dir, err));
    if (!replace)
        TRY_OUT(refuse_to_replace(&run, err));
    TRY_OUT(probe(&run, err));
    *out = run;
    return ST_OK;
out:
    run_fini(&run);
    return status;
}

void run_fini(struct run *run)
{
    if (run->made)
        rmdir(run->dir); /* fails, as it should, where there is a run in it */
    mem_free(run->dir);
    mem_free(run->model);
    mem_free(run->log);
    mem_free(run->config);
    *run = (struct run){0};
}

enum status run_clear(const struct run *run, struct err *err)
{
    TRY(remove_file(run->model, err));
    TRY(remove_file(run->log, err));
    return remove_file(run->config, err);
}

enum status run_write_config(const struct run *run, const struct json *config, struct err *err)
{
    struct buf text = {0};
    enum status status = json_format(config, &text, true, err);
    if (status == ST_OK)
        status = io_write_file(run->config, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum status run_log(const struct run *run, const struct json *line, struct err *err)
{
    struct buf text = {0};
    enum status status = json_format(line, &text, false, err);
    if (status == ST_OK)
        status = buf_add_text(&text, "\n", err);
    if (status == ST_OK)
        status = io_append(run->log, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err)
{
    return model_save(m, notes, run->model, err);
}
