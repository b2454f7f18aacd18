#include "lib/nn/penalty.h"

#include "lib/kern/kern.h"
#include "lib/kern/pool.h"

/* 2 alpha / (B H) h */
void penalty_activation(double alpha, const struct penalty_rows *r)
{
    const double n = (double)r->B * (double)r->H;
    kern_axpy(r->T * r->B * r->H, (float)(2.0 * alpha / n), r->h, r->dh);
}

struct change {
    const struct penalty_rows *rows;
    float factor;
};

/* With d_t = h_t - h_{t-1}, and 0 at the borders: factor (d_t - d_{t+1}). */
static void add_steps(const void *args, size_t first, size_t last)
{
    const struct change *c = args;
    const size_t step = c->rows->B * c->rows->H;
    for (size_t t = first; t < last; t++) {
        const float *h = c->rows->h + t * step;
        float *dh = c->rows->dh + t * step;
        const float *before = t > 0 ? h - step : h; /* the border has no difference */
        const float *after = t + 1 < c->rows->T ? h + step : h;
        for (size_t i = 0; i < step; i++)
            dh[i] += c->factor * (h[i] - before[i] + (h[i] - after[i]));
    }
}

void penalty_change(double beta, const struct penalty_rows *r)
{
    if (r->T < 2)
        return;
    const double n = (double)(r->T - 1) * (double)r->B * (double)r->H;
    const struct change c = {r, (float)(2.0 * beta * (double)r->T / n)};
    pool_run(r->T, 1, add_steps, &c);
}
