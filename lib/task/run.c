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

static enum status make_room(const struct run *run, bool replace, struct err *err)
{
    const char *const files[] = {run->model, run->log, run->config};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!io_exists(files[i]))
            continue;
        if (!replace)
            return err_set(err, ST_USAGE,
                           "'%s' holds a run already; give another directory with -o, or replace "
                           "that run with --force",
                           run->dir);
        TRY(remove_file(files[i], err));
    }
    return ST_OK;
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
    TRY_OUT(io_make_dir(dir, err));
    TRY_OUT(make_room(&run, replace, err));
    TRY_OUT(probe(&run, err));
    *out = run;
    return ST_OK;
out:
    run_fini(&run);
    return status;
}

void run_fini(struct run *run)
{
    mem_free(run->dir);
    mem_free(run->model);
    mem_free(run->log);
    mem_free(run->config);
    *run = (struct run){0};
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
