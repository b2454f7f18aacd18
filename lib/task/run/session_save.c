/* What a run keeps: config.json, checkpoints, the best model. */
#include "lib/task/run/session_private.h"
#include "lib/task/train/train_average.h"

enum status session_describe(struct session *s, struct json **config, struct err *err)
{
    buf_fini(&s->notes.training);
    return s->plan.describe(s->plan.ctx, s->train.retries, config, &s->notes.training, err);
}

enum status session_write_config(struct session *s, struct err *err)
{
    struct json *config;
    TRY(session_describe(s, &config, err));
    const enum status status = run_write_config(&s->run, config, err);
    json_free(config);
    return status;
}

enum status session_save(struct session *s, struct err *err)
{
    const uint64_t start = s->train.ended ? s->train.report.step : s->start;
    TRY(run_save_checkpoint(&s->run, &s->checkpoint, &s->notes, s->plan.goes_back ? &start : NULL,
                            err));
    s->start = start;
    return ST_OK;
}

void session_try_to_save(struct session *s)
{
    struct err why;
    if (session_save(s, &why) == ST_OK)
        return;
    s->failed++;
    session_tell(s, SESSION_NOT_SAVED, why.text);
}

enum status session_save_best(struct session *s, struct err *err)
{
    struct safetensors_staged model;
    train_exchange_shown(&s->train, s->model, &s->plan.config);
    const enum status status = run_stage_model(&s->run, &model, s->model, &s->notes, err);
    train_exchange_shown(&s->train, s->model, &s->plan.config);
    TRY(status);
    s->checkpoint.best_hash = model.hash;
    session_try_to_save(s);
    TRY(io_writer_commit(model.file, err));
    s->state = SESSION_TRAINING;
    return ST_OK;
}

enum status session_find_best(struct session *s, bool complete, struct err *err)
{
    const struct train_state *t = &s->train;
    struct err why;
    s->state = SESSION_TRAINING;
    if (t->best_epoch == 0)
        return ST_OK;
    const enum status status = run_check_model(&s->run, s->checkpoint.best_hash, &why);
    if (status == ST_OK)
        return ST_OK;
    if (status == ST_NOMEM)
        return err_set(err, ST_NOMEM, "%s", why.text);
    const bool has_weights = (t->ended || t->halted) && t->report.best;
    s->state = has_weights ? SESSION_MENDING : SESSION_BEST_LOST;
    if (!has_weights && complete)
        return session_best_is_lost(s, err);
    session_tell(s, has_weights ? SESSION_MENDS_BEST : SESSION_LOST_BEST, why.text);
    return ST_OK;
}

enum status session_best_is_lost(const struct session *s, struct err *err)
{
    return err_advise(
        err,
        err_set(
            err, ST_INPUT,
            "'%s' is missing, damaged or another model, and no checkpoint has that of epoch %d, "
            "the best",
            s->run.model, s->train.best_epoch),
        REMEDY_PUT_BACK_BEST, 0, 0);
}
