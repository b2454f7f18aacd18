#include "lib/task/run/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"

static enum status refuse_to_replace(const struct run *run, struct err *err)
{
    bool any;
    TRY(run_has_checkpoints(run, &any, err));
    if (!any && !io_exists(run->model) && !io_exists(run->log) && !io_exists(run->config))
        return ST_OK;
    return err_advise(err, err_set(err, ST_USAGE, "'%s' holds a run already", run->dir),
                      REMEDY_RESUME_REPLACE, 0, 0);
}

/* Finds an unwritable directory now, not after the first epoch. */
static enum status probe(const struct run *run, struct err *err)
{
    struct io_writer *w;
    TRY(io_writer_open(&w, run->model, err));
    io_writer_discard(w);
    return ST_OK;
}

static enum status name_files(struct run *run, const char *dir, struct err *err)
{
    *run = (struct run){.lock = -1,
                        .dir = mem_copy_string(dir, strlen(dir), err),
                        .model = io_join(dir, LM_FILE, err),
                        .log = io_join(dir, "log.jsonl", err),
                        .config = io_join(dir, RUN_CONFIG, err)};
    if (run->dir == NULL || run->model == NULL || run->log == NULL || run->config == NULL)
        return ST_NOMEM;
    return ST_OK;
}

enum status run_ready(struct run *run, struct err *err)
{
    static const char *const names[] = {LM_FILE ".", RUN_CONFIG ".", "checkpoint-", NULL};
    TRY(probe(run, err));
    return io_sweep(run->dir, names, err);
}

enum status run_create(struct run *out, const char *dir, bool replace, struct err *err)
{
    struct run run;
    bool made;
    enum status status;
    TRY_OUT(name_files(&run, dir, err));
    TRY_OUT(io_make_dir(dir, &made, err));
    TRY_OUT(io_lock_dir(&run.lock, run.dir, err));
    run.made = made; /* a directory locked by another process belongs to it, whoever made it */
    TRY_OUT(run_ready(&run, err));
    if (!replace)
        TRY_OUT(refuse_to_replace(&run, err));
    *out = run;
    return ST_OK;
out:
    run_fini(&run);
    return status;
}

static enum status check_holds_run(const struct run *run, struct err *err)
{
    if (!io_is_dir(run->dir))
        return err_set(err, ST_INPUT, "'%s' holds no run to resume: %s", run->dir,
                       io_exists(run->dir) ? "it is a file; give the directory of its run"
                                           : "there is no such directory");
    if (io_exists(run->config))
        return ST_OK;
    if (errno != ENOENT)
        return err_set(err, ST_IO, "cannot open '%s': %s", run->config, strerror(errno));
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' holds no run to resume: there is no " RUN_CONFIG " in it",
                              run->dir),
                      REMEDY_TRAIN, 0, 0);
}

enum status run_open(struct run *out, const char *dir, struct err *err)
{
    struct run run;
    enum status status;
    TRY_OUT(name_files(&run, dir, err));
    TRY_OUT(check_holds_run(&run, err));
    TRY_OUT(io_lock_dir(&run.lock, run.dir, err));
    *out = run;
    return ST_OK;
out:
    run_fini(&run);
    return status;
}

void run_fini(struct run *run)
{
    if (run->made)
        rmdir(run->dir); /* fails, as it should, if there is a run in it */
    if (run->dir != NULL)
        io_unlock_dir(&run->lock);
    mem_free(run->dir);
    mem_free(run->model);
    mem_free(run->log);
    mem_free(run->config);
    *run = (struct run){.lock = -1};
}

static enum status read_config_text(const struct run *run, struct buf *text, struct err *err)
{
    return io_read_file(run->config, JSON_TEXT_MAX, text, err);
}

enum status run_write_config(const struct run *run, const struct json *config, struct err *err)
{
    struct buf text = {0}, old = {0};
    enum status status = json_format(config, &text, true, err);
    const bool same = status == ST_OK && read_config_text(run, &old, NULL) == ST_OK &&
                      old.len == text.len && memcmp(old.data, text.data, text.len) == 0;
    if (status == ST_OK && !same)
        status = io_write_file(run->config, text.data, text.len, err);
    buf_fini(&text);
    buf_fini(&old);
    return status;
}

static enum status stage_config(const struct run *run, const struct json *config,
                                struct io_writer **file, struct err *err)
{
    struct buf text = {0};
    enum status status = json_format(config, &text, true, err);
    if (status == ST_OK)
        status = io_stage_file(file, run->config, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum status run_begin(struct run *run, const struct json *config, struct err *err)
{
    struct io_writer *file = NULL;
    enum status status;
    TRY_OUT(stage_config(run, config, &file, err));
    /* first what can fail for lack of memory, while config.json is still there to resume with */
    TRY_OUT(run_drop_checkpoints(run, err));
    TRY_OUT(io_remove(run->config, err));
    TRY_OUT(io_remove(run->model, err));
    TRY_OUT(io_remove(run->log, err));
    return io_writer_commit(file, err);
out:
    io_writer_discard(file);
    return status;
}

enum status run_read_config(const struct run *run, struct json **config, struct err *err)
{
    struct buf text = {0};
    struct err why;
    enum status status = read_config_text(run, &text, err);
    if (status == ST_OK) {
        status = json_parse(config, "it", text.data != NULL ? text.data : "", text.len, &why);
        if (status != ST_OK)
            err_wrap(err, &why, "'%s' cannot be used", run->config);
    }
    buf_fini(&text);
    return status;
}

enum status run_stage_model(const struct run *run, struct safetensors_staged *staged,
                            const struct model *m, const struct model_notes *notes, struct err *err)
{
    return model_stage(staged, m, notes, run->model, err);
}

enum status run_peek_config(const char *dir, struct json **config, struct err *err)
{
    struct run run;
    *config = NULL;
    enum status status = name_files(&run, dir, err);
    if (status == ST_OK && io_exists(run.config))
        status = run_read_config(&run, config, err);
    run_fini(&run);
    return status;
}

enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err)
{
    return model_save(m, notes, run->model, err);
}

enum status run_check_model(const struct run *run, uint64_t hash, struct err *err)
{
    struct safetensors_file file = {0};
    if (!io_exists(run->model))
        return err_set(err, ST_INPUT, "'%s' is missing", run->model);
    TRY(safetensors_open(&file, run->model, err));
    const bool same = file.has_checksum && file.hash == hash;
    safetensors_close(&file);
    if (same)
        return ST_OK;
    return err_set(err, ST_INPUT, "'%s' is another model", run->model);
}
