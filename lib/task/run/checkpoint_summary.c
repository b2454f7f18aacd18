/* One table defines how the state of a run is written and read. Doubles are restored to the bit
 * (lib/file/json.h). */
#include "lib/task/run/checkpoint_summary.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/file/json.h"
#include "lib/model/compute.h"

enum { FORMAT = 3 };

/* uint64_t, int, two doubles, bool. */
enum kind { COUNT, SMALL, REAL, METRIC, YES };

#define STATE(kind, name, member)                                                                  \
    {                                                                                              \
        name, kind, false, offsetof(struct train_state, member)                                    \
    }

#define LATER(kind, name, member)                                                                  \
    {                                                                                              \
        name, kind, true, offsetof(struct train_state, member)                                     \
    }

#define BEST_OF(i) LATER(METRIC, "average_best_" #i, average.best_of[i])

static const struct field {
    const char *name;
    enum kind kind;
    bool later; /* absent in the files of earlier versions: 0 */
    size_t offset;
} fields[] = {
    STATE(SMALL, "epoch", report.epoch),
    STATE(YES, "ended", ended),
    STATE(COUNT, "window", report.window),
    STATE(COUNT, "windows", report.windows),
    STATE(COUNT, "step", report.step),
    STATE(COUNT, "words", report.words),
    LATER(REAL, "flops", report.flops),
    LATER(COUNT, "varies", varies),
    LATER(COUNT, "plan_step", plan.step),
    LATER(COUNT, "plan_end", plan.end),
    LATER(REAL, "plan_share", plan.share),
    LATER(REAL, "plan_per_step", plan.per_step),
    STATE(REAL, "seconds", report.seconds),
    STATE(REAL, "elapsed", report.elapsed),
    STATE(REAL, "rate", schedule.rate),
    STATE(SMALL, "stale", schedule.stale),
    STATE(YES, "has_best", schedule.has_best),
    STATE(METRIC, "best_seen", schedule.best_seen),
    STATE(SMALL, "retries", retries),
    STATE(REAL, "lr", report.lr),
    STATE(REAL, "grad_norm", report.grad_norm),
    STATE(REAL, "epoch_nats", epoch.nats),
    STATE(COUNT, "epoch_words", epoch.targets),
    LATER(COUNT, "epoch_correct", epoch.correct),
    LATER(REAL, "first_metric", first_metric),
    STATE(YES, "validated", report.validated),
    STATE(METRIC, "valid_metric", report.valid_metric),
    STATE(YES, "halted", halted),
    STATE(YES, "best", report.best),
    STATE(METRIC, "best_valid", best_valid),
    STATE(SMALL, "best_epoch", best_epoch),
    LATER(COUNT, "slots_since", slots_since),
    LATER(COUNT, "averaged", average.n[0]),
    LATER(COUNT, "averaged_short", average.n[1]),
    LATER(YES, "short_wins", average.short_wins),
    LATER(YES, "average_begun", average.begun),
    LATER(COUNT, "average_evaluations", average.evaluations),
    BEST_OF(0),
    BEST_OF(1),
    BEST_OF(2),
    BEST_OF(3),
    BEST_OF(4),
    BEST_OF(5),
    BEST_OF(6),
    BEST_OF(7),
    BEST_OF(8),
    BEST_OF(9),
    BEST_OF(10),
    BEST_OF(11),
    BEST_OF(12),
    BEST_OF(13),
    BEST_OF(14),
    BEST_OF(15),
    BEST_OF(16),
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static enum status set_field(struct json *o, const struct field *f, const struct train_state *s,
                             struct err *err)
{
    const void *at = (const char *)s + f->offset;
    switch (f->kind) {
    case COUNT:
        return json_set_int(o, f->name, (int64_t) * (const uint64_t *)at, err);
    case SMALL:
        return json_set_int(o, f->name, *(const int *)at, err);
    case REAL:
    case METRIC:
        return json_set_double(o, f->name, *(const double *)at, err);
    case YES:
    default:
        return json_set_bool(o, f->name, *(const bool *)at, err);
    }
}

static enum status get_count(const struct json *o, const char *name, int64_t most, int64_t *value,
                             struct err *err)
{
    TRY(json_get_int(o, name, value, err));
    if (*value < 0 || *value > most)
        return err_set(err, ST_INPUT, "'%s' is %" PRId64, name, *value);
    return ST_OK;
}

static enum status get_field(const struct json *o, const struct field *f, struct train_state *s,
                             struct err *err)
{
    void *at = (char *)s + f->offset;
    int64_t n;
    if (f->later && !json_has(o, f->name))
        return ST_OK;
    switch (f->kind) {
    case COUNT:
        TRY(get_count(o, f->name, INT64_MAX, &n, err));
        *(uint64_t *)at = (uint64_t)n;
        return ST_OK;
    case SMALL:
        TRY(get_count(o, f->name, INT_MAX, &n, err));
        *(int *)at = (int)n;
        return ST_OK;
    case REAL:
    case METRIC:
        TRY(json_get_double(o, f->name, at, err));
        if (isnan(*(double *)at) || (f->kind == REAL && *(double *)at < 0.0))
            return err_set(err, ST_INPUT, "'%s' is %g", f->name, *(double *)at);
        return ST_OK;
    case YES:
    default:
        return json_get_bool(o, f->name, at, err);
    }
}

static enum status set_origin(struct json *o, const struct checkpoint *c, struct err *err)
{
    struct compute_info info;
    compute_get(&info);
    TRY(json_set_int(o, "log_bytes", (int64_t)c->log_bytes, err));
    TRY(json_set_string(o, "best_hash", hash_hex(c->best_hash).text, err));
    TRY(json_set_string(o, "fingerprint", hash_hex(c->fingerprint).text, err));
    TRY(json_set_int(o, "seed", (int64_t)c->config->seed, err));
    TRY(json_set_int(o, "batch", (int64_t)c->config->B, err));
    TRY(json_set_int(o, "steps", (int64_t)c->config->T, err));
    TRY(json_set_string(o, "optim", c->config->optim->name, err));
    TRY(json_set_string(o, "kernels", info.kernels, err));
    return json_set_string(o, "matrices", info.matrices, err);
}

enum status checkpoint_summary_format(const struct checkpoint *c, struct buf *text, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_int(o, "format", FORMAT, err));
    for (size_t i = 0; i < N_FIELDS; i++)
        TRY_OUT(set_field(o, &fields[i], c->state, err));
    TRY_OUT(set_origin(o, c, err));
    status = json_format(o, text, false, err);
out:
    json_free(o);
    return status;
}

static enum status get_text(const struct json *o, const char *name, char *text, size_t size,
                            struct err *err)
{
    const char *value;
    TRY(json_get_string(o, name, &value, err));
    if (snprintf(text, size, "%s", value) >= (int)size)
        return err_set(err, ST_INPUT, "'%s' has more than %zu bytes", name, size - 1);
    return ST_OK;
}

static enum status get_hash(const struct json *o, const char *name, uint64_t *hash, struct err *err)
{
    char digits[HASH_DIGITS + 1];
    TRY(get_text(o, name, digits, sizeof digits, err));
    if (strspn(digits, "0123456789abcdef") != sizeof digits - 1)
        return err_set(err, ST_INPUT, "'%s' is no hash", name);
    *hash = strtoull(digits, NULL, 16);
    return ST_OK;
}

static enum status get_origin(const struct json *o, struct checkpoint_summary *s, struct err *err)
{
    int64_t B, T, seed, log_bytes;
    TRY(get_count(o, "log_bytes", INT64_MAX, &log_bytes, err));
    TRY(get_hash(o, "best_hash", &s->best_hash, err));
    TRY(get_hash(o, "fingerprint", &s->fingerprint, err));
    TRY(get_count(o, "seed", INT64_MAX, &seed, err));
    TRY(get_count(o, "batch", INT_MAX, &B, err));
    TRY(get_count(o, "steps", INT_MAX, &T, err));
    TRY(get_text(o, "optim", s->optim, sizeof s->optim, err));
    TRY(get_text(o, "kernels", s->kernels, sizeof s->kernels, err));
    TRY(get_text(o, "matrices", s->matrices, sizeof s->matrices, err));
    s->log_bytes = (uint64_t)log_bytes;
    s->seed = (uint64_t)seed;
    s->B = (size_t)B;
    s->T = (size_t)T;
    return ST_OK;
}

/* Whether the words are those of so many windows of a text; of sequences, T is 0 and they vary. */
static bool are_words(const struct checkpoint_summary *s, uint64_t windows, uint64_t words)
{
    uint64_t all;
    if (s->T == 0 || s->state.varies > 0)
        return windows == 0 ? words == 0 : words >= windows;
    return !__builtin_mul_overflow(windows, (uint64_t)s->B * s->T, &all) && all == words;
}

/* Whether the step is that of the window of the epoch. */
static bool is_step(const struct checkpoint_summary *s)
{
    const struct train_report *r = &s->state.report;
    const uint64_t before = r->epoch > 0 ? (uint64_t)r->epoch - 1 : 0;
    uint64_t step;
    if (s->state.varies > 0)
        return r->step >= r->window && r->step - r->window >= before;
    return !__builtin_mul_overflow(before, r->windows, &step) &&
           !__builtin_add_overflow(step, r->window, &step) && step == r->step;
}

/* Contradictory numbers would not corrupt memory, but the result. */
static enum status check_sense(const struct checkpoint_summary *s, struct err *err)
{
    const struct train_report *r = &s->state.report;
    if (r->window > r->windows || (r->epoch == 0 && r->window > 0) || !is_step(s) ||
        !are_words(s, r->step, r->words) || !are_words(s, r->window, s->state.epoch.targets) ||
        s->state.epoch.correct > s->state.epoch.targets || (r->epoch == 0 && !s->state.ended) ||
        (s->state.ended && r->epoch > 0 && r->window != r->windows) ||
        (s->state.halted && (s->state.ended || r->window == r->windows)))
        return err_set(err, ST_INPUT, "epoch, window, step and words do not go together");
    if (!isfinite(s->state.schedule.rate) || !isfinite(s->state.epoch.nats))
        return err_set(err, ST_INPUT, "its sums are not finite");
    if (s->state.plan.step > r->step || s->state.plan.share > 1.0 || !isfinite(r->flops) ||
        !isfinite(s->state.plan.per_step))
        return err_set(err, ST_INPUT, "its plan is not one");
    if (s->state.slots_since > r->step || s->state.average.n[0] > r->step ||
        s->state.average.n[1] > r->step)
        return err_set(err, ST_INPUT, "its averages are of more steps than were done");
    if (s->state.retries > TRAIN_RETRIES_MAX || s->state.best_epoch > r->epoch)
        return err_set(err, ST_INPUT, "'retries' or 'best_epoch' is too large");
    return ST_OK;
}

static enum status read_members(struct checkpoint_summary *s, const struct json *o, struct err *err)
{
    int64_t format;
    TRY(get_count(o, "format", INT64_MAX, &format, err));
    if (format != FORMAT)
        return err_set(err, ST_INPUT, "its format is %" PRId64 ", and this version reads %d",
                       format, FORMAT);
    for (size_t i = 0; i < N_FIELDS; i++)
        TRY(get_field(o, &fields[i], &s->state, err));
    TRY(get_origin(o, s, err));
    TRY(check_sense(s, err));
    return ST_OK;
}

enum status checkpoint_summary_parse(struct checkpoint_summary *out, const char *path,
                                     const char *text, struct err *err)
{
    struct checkpoint_summary s = {0};
    struct json *o = NULL;
    struct err why;
    enum status status = json_parse(&o, "it", text, strlen(text), &why);
    if (status == ST_OK)
        status = read_members(&s, o, &why);
    json_free(o);
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s' is not a checkpoint that can be used", path);
    *out = s;
    return ST_OK;
}
