#include "lib/task/train/plan.h"

#include <math.h>

struct train_plan plan_even(uint64_t steps, bool later)
{
    return (struct train_plan){.end = steps, .per_step = later ? 0.0 : 1.0 / (double)steps};
}

double plan_share(const struct train_plan *plan, uint64_t step)
{
    const double share = plan->share + (double)(step - plan->step) * plan->per_step;
    return step >= plan->end ? 1.0 : fmin(share, 1.0);
}

struct schedule_place plan_place(const struct train_plan *plan, uint64_t step, int epochs)
{
    enum { ROUNDING = 1 << 20 }; /* an epoch that ends here has ended, whatever the last bits say */
    const double share = plan_share(plan, step);
    const double epoch = floor(share * epochs + 1.0 / ROUNDING);
    return (struct schedule_place){.epoch = epoch < epochs ? (int)epoch : epochs - 1,
                                   .step = (uint64_t)(share * (double)plan->end + 0.5),
                                   .steps = plan->end};
}

void plan_minutes(struct train_plan *plan, double seconds, uint64_t step,
                  const struct plan_pace *pace)
{
    const double share = plan_share(plan, step);
    const double left = seconds - pace->elapsed - pace->per_epoch;
    const double per_step = pace->per_step + pace->per_epoch / (double)pace->windows;
    const double steps = fmax(floor(left / per_step), 0.0);
    const uint64_t most = pace->most > step ? pace->most - step : 0;
    const uint64_t n = steps < (double)most ? (uint64_t)steps : most;
    *plan = (struct train_plan){.step = step,
                                .end = step + n,
                                .share = share,
                                .per_step = n > 0 ? (1.0 - share) / (double)n : 0.0};
}
