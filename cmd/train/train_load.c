/* The state of a run that is resumed: from its newest checkpoint that is whole, or from its start.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd/report/report.h"
#include "cmd/train/train_session.h"
#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/model/compute.h"

static void tell_skipped(void *ctx, const char *reason)
{
    (void)ctx;
    report_warning("%s; going back to the checkpoint before it", reason);
}

static void report_resumed(const struct train_session *s, bool found)
{
    const struct train_report *r = &s->state.report;
    if (!found)
        report_note("resuming    from the start: there is no checkpoint yet");
    else if (s->state.ended)
        report_note("resuming    behind epoch %d, at step %" PRIu64, r->epoch, r->step);
    else
        report_note("resuming    in epoch %d, behind window %" PRIu64 " of %" PRIu64
                    ", at step %" PRIu64,
                    r->epoch, r->window, r->windows, r->step);
}

/* The same bits are promised for the same kernels and matrix library. */
static enum status compare_kernels(const struct train_session *s, struct err *err)
{
    struct checkpoint_summary was;
    struct compute_info is;
    bool found;
    TRY(run_read_summary(&s->run, &was, &found, err));
    compute_get(&is);
    if (found && (strcmp(was.kernels, is.kernels) != 0 || strcmp(was.matrices, is.matrices) != 0))
        report_note(
            "resuming    with kernels %s and matrices %s, where it was %s and %s: the result "
            "will differ in the last bits",
            is.kernels, is.matrices, was.kernels, was.matrices);
    return ST_OK;
}

/* Where a divergence goes back to must be there: that of the epoch's start, which is kept only for
 * runs that may go back, or else where the run is now. */
static enum status find_start(struct train_session *s, struct err *err)
{
    const struct train_report *r = &s->state.report;
    const uint64_t begun = s->state.ended ? r->step : r->step - r->window;
    char *path = run_checkpoint_path(&s->run, begun, err);
    if (path == NULL)
        return ST_NOMEM;
    s->reporter.start = begun == 0 || io_exists(path) ? begun : r->step;
    mem_free(path);
    return ST_OK;
}

enum status train_find_best(struct train_session *s, bool complete, struct err *err)
{
    const struct train_state *state = &s->state;
    struct err why;
    s->mends = false;
    s->reporter.best_lost = false;
    if (state->best_epoch == 0)
        return ST_OK;
    const enum status status = run_check_model(&s->run, s->checkpoint.best_hash, &why);
    if (status == ST_OK)
        return ST_OK;
    if (status == ST_NOMEM)
        return err_set(err, ST_NOMEM, "%s", why.text);
    s->mends = state->ended && state->best_epoch == state->report.epoch;
    s->reporter.best_lost = !s->mends;
    if (s->reporter.best_lost && complete)
        return train_best_lost(s, err);
    report_warning("%s, not the one of epoch %d, the best so far; %s", why.text, state->best_epoch,
                   s->mends ? "it is written again from the checkpoint"
                            : "that one is lost, and the next that is better will take its place");
    return ST_OK;
}

enum status train_load(struct train_session *s, struct err *err)
{
    const struct run_skipped skipped = {NULL, tell_skipped};
    bool found, whole;
    TRY(run_load_checkpoint(&s->run, &s->checkpoint, &skipped, &found, err));
    report_resumed(s, found);
    if (found)
        TRY(compare_kernels(s, err));
    TRY(find_start(s, err));
    const bool complete = s->state.ended && s->state.report.epoch == s->settings.config.epochs;
    TRY(train_find_best(s, complete, err));
    s->finished = complete && s->data.splits[SPLIT_TEST].n <= 1 && !s->mends;
    if (s->finished)
        return ST_OK;
    TRY(run_cut_log(&s->run, s->checkpoint.log_bytes, &whole, err));
    if (!whole)
        report_warning("'%s' has lost lines since the checkpoint", s->run.log);
    return ST_OK;
}

static enum status check_epochs(const struct train_session *s, int epoch, struct err *err)
{
    if (s->settings.config.epochs >= epoch)
        return ST_OK;
    return err_set(err, ST_USAGE, "--epochs %d is too few: '%s' is in epoch %d already",
                   s->settings.config.epochs, s->run.dir, epoch);
}

enum status train_find_end(struct train_session *s, struct err *err)
{
    struct checkpoint_summary summary;
    struct json *test;
    struct err not_the_best; /* is told of when the run is loaded */
    bool found;
    TRY(run_read_summary(&s->run, &summary, &found, err));
    if (found)
        TRY(check_epochs(s, summary.state.report.epoch, err));
    if (!found || !summary.state.ended || summary.state.report.epoch != s->settings.config.epochs ||
        run_check_model(&s->run, summary.best_hash, &not_the_best) != ST_OK)
        return ST_OK;
    TRY(run_find_line(&s->run, summary.log_bytes, "test", &test, err));
    s->finished = test != NULL;
    json_free(test);
    if (s->finished)
        s->state = summary.state;
    return ST_OK;
}
