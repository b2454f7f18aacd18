/* How long a run is: epochs, steps, budgets. */
#include <math.h>

#include "lib/task/train/plan.h"
#include "lib/task/train/train_private.h"

bool training_is_last_step(const struct train_report *r, const struct train_config *c)
{
    return c->max_steps > 0 && r->step >= c->max_steps;
}

bool training_is_spent(const struct train_state *s)
{
    return s->plan.end > 0 && s->report.step >= s->plan.end;
}

enum train_end train_find_end(const struct train_state *s, const struct train_config *c)
{
    const struct train_report *r = &s->report;
    if (!s->halted && (!s->ended || r->epoch == 0))
        return TRAIN_GOES_ON;
    if (training_is_last_step(r, c))
        return TRAIN_MAX_STEPS;
    if (s->ended && r->epoch >= c->epochs) /* also if the budget would allow for more */
        return TRAIN_EPOCHS;
    if (training_is_spent(s))
        return TRAIN_BUDGET;
    if (s->halted)
        return TRAIN_GOES_ON;
    return early_stop(r->epoch, s->best_epoch, c->patience) ? TRAIN_PATIENCE : TRAIN_GOES_ON;
}

uint64_t train_last_step(const struct train_config *c, uint64_t windows)
{
    const uint64_t all = windows * (uint64_t)c->epochs;
    return c->max_steps > 0 && c->max_steps < all ? c->max_steps : all;
}

static double flops_per_token(const struct training *t)
{
    const double samples = (double)objective_group(&t->config->objective);
    return 6.0 * model_macs(t->m) * samples;
}

/* The last step of the run at the latest: that of the last epoch, or what a budget of flops pays
 * for, at least one. */
static uint64_t count_steps(const struct training *t)
{
    const struct train_config *c = t->config;
    const double epoch = t->flops_per_token * t->feed.tokens;
    double left = c->flops > 0.0 ? c->flops : (double)INFINITY;
    uint64_t steps = 0;
    for (int e = 1; e <= c->epochs && left > 0.0; e++, left -= epoch) {
        const uint64_t windows = c->task->windows(&t->feed, e);
        steps += left >= epoch ? windows : (uint64_t)((double)windows * left / epoch);
    }
    if (c->flops > 0.0 && steps == 0)
        steps = 1;
    return c->max_steps > 0 && c->max_steps < steps ? c->max_steps : steps;
}

/* The epoch in which the last step lies, by the windows of the present one. */
static int find_last_epoch(const struct training *t)
{
    const struct train_report *r = &t->state->report;
    const uint64_t epochs = (r->last_step + r->windows - 1) / r->windows;
    return epochs < (uint64_t)t->config->epochs ? (int)epochs : t->config->epochs;
}

/* A budget of minutes is planned by the time that was needed so far; what has been spent stays so.
 */
void training_plan_again(struct training *t)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    if (t->config->minutes <= 0.0 || training_is_spent(s))
        return;
    const struct plan_pace pace = {.elapsed = r->elapsed,
                                   .per_step = r->seconds / (double)r->step,
                                   .per_epoch = t->evaluation,
                                   .windows = r->windows,
                                   .most = t->most};
    plan_minutes(&s->plan, 60.0 * t->config->minutes, r->step, &pace);
    r->last_step = s->plan.end;
    r->epochs = find_last_epoch(t);
}

/* Decides how long the run is. */
void training_plan(struct training *t)
{
    struct train_state *s = t->state;
    const bool budget = t->config->flops > 0.0 || t->config->minutes > 0.0;
    t->flops_per_token = flops_per_token(t);
    t->most = s->report.last_step = count_steps(t); /* once: it counts the windows of all epochs */
    if (budget && (t->config->minutes <= 0.0 || s->plan.end == 0))
        s->plan = plan_even(s->report.last_step, t->config->minutes > 0.0);
    if (s->plan.end > 0)
        s->report.last_step = s->plan.end;
    s->varies = t->config->random_steps;
    s->report.epochs = find_last_epoch(t);
}
