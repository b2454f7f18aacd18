#include "lib/optim/optim.h"

#include <float.h>
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/kern/pool.h"
#include "lib/optim/optim_private.h"

static const struct optim_ops *const optims[] = {
    &optim_sgd,     &optim_adam,    &optim_adamw,       &optim_radam,
    &optim_rmsprop, &optim_adagrad, &optim_sparse_adam,
};

const struct optim_ops *optim_at(size_t i)
{
    return i < sizeof optims / sizeof *optims ? optims[i] : NULL;
}

const struct optim_ops *optim_find(const char *name)
{
    for (size_t i = 0; optim_at(i) != NULL; i++)
        if (strcmp(optim_at(i)->name, name) == 0)
            return optim_at(i);
    return NULL;
}

bool optim_uses(const struct optim_ops *ops, const char *setting)
{
    return setting_is_listed(ops->uses, setting);
}

enum status optim_check(const struct optim_ops *ops, const struct optim_settings *s,
                        struct err *err)
{
    if (optim_uses(ops, "nesterov") && s->nesterov && !(s->momentum > 0.0))
        return err_set(err, ST_USAGE, "Nesterov's momentum needs a momentum above 0, not %g",
                       s->momentum);
    return ST_OK;
}

size_t optim_slots(const struct optim_ops *ops, const struct optim_settings *s,
                   struct optim_slot slots[OPTIM_SLOTS_MAX])
{
    struct optim_slot unasked[OPTIM_SLOTS_MAX];
    return ops->slots == NULL ? 0 : ops->slots(s, slots != NULL ? slots : unasked);
}

void optim_start_slots(const struct optim_ops *ops, const struct optim_settings *s, size_t n,
                       float *const *slots)
{
    struct optim_slot of[OPTIM_SLOTS_MAX];
    const size_t n_slots = optim_slots(ops, s, of);
    for (size_t k = 0; k < n_slots; k++)
        for (size_t i = 0; i < n; i++)
            slots[k][i] = of[k].initial;
}

bool optim_skips_rows(const struct optim_ops *ops, const struct optim_settings *s, bool decays)
{
    return ops->skips_rows != NULL && ops->skips_rows(s, decays);
}

/* A call, as the threads see it. */
struct update {
    struct optim_factors factors;
    optim_loop *loop;
    const struct optim_span *span;
};

/* The n weights from `first` on. */
static void update_stretch(const struct update *u, size_t first, size_t n, const float *grad)
{
    float *slots[OPTIM_SLOTS_MAX];
    for (size_t k = 0; k < OPTIM_SLOTS_MAX; k++)
        slots[k] = u->span->slots[k] != NULL ? u->span->slots[k] + first : NULL;
    u->loop(&u->factors, n, grad, u->span->weights + first, slots);
}

static void update_dense(const void *args, size_t first, size_t last)
{
    const struct update *u = args;
    update_stretch(u, first, last - first, u->span->grad + first);
}

/* The seen rows with numbers [first, last). */
static void update_seen(const void *args, size_t first, size_t last)
{
    const struct update *u = args;
    const size_t len = u->span->row_len;
    for (size_t i = first; i < last; i++)
        update_stretch(u, (size_t)u->span->rows[i] * len, len, u->span->grad + i * len);
}

static void update_unseen(const struct update *u, size_t first, size_t n)
{
    enum { ZEROS = 1024 };
    static const float zeros[ZEROS];
    for (size_t done = 0; done < n; done += ZEROS)
        update_stretch(u, first + done, n - done < ZEROS ? n - done : ZEROS, zeros);
}

enum { GRAIN = 16384, ROWS_MAX = 256 };

/* place[r] = 1 + where the gradient of row first + r is; 0 for a row without. */
static void find_rows(const struct optim_span *s, size_t first, size_t n, size_t place[ROWS_MAX])
{
    memset(place, 0, n * sizeof *place);
    for (size_t i = 0; i < s->n_rows; i++)
        if ((size_t)s->rows[i] - first < n)
            place[(size_t)s->rows[i] - first] = i + 1;
}

/* n <= ROWS_MAX rows of the table, seen or not. */
static void update_few_rows(const struct update *u, size_t first, size_t n)
{
    const size_t len = u->span->row_len;
    size_t place[ROWS_MAX];
    find_rows(u->span, first, n, place);
    for (size_t r = 0; r < n; r++) {
        if (place[r] > 0)
            update_stretch(u, (first + r) * len, len, u->span->grad + (place[r] - 1) * len);
        else
            update_unseen(u, (first + r) * len, len);
    }
}

/* The rows [first, last) of the table: all of them where there is one thread. */
static void update_rows(const void *args, size_t first, size_t last)
{
    for (size_t n; first < last; first += n) {
        n = last - first < ROWS_MAX ? last - first : ROWS_MAX;
        update_few_rows(args, first, n);
    }
}

/* Rows that make about n weights. */
static size_t rows_of(size_t n, size_t row_len)
{
    const size_t rows = n / row_len;
    return rows < 1 ? 1 : rows > ROWS_MAX ? ROWS_MAX : rows;
}

void optim_update(const struct optim_ops *ops, const struct optim_step *step,
                  const struct optim_span *span)
{
    struct update u = {.span = span};
    u.loop = ops->prepare(&u.factors, step, span);
    if (span->row_len == 0)
        pool_run(span->n, GRAIN, update_dense, &u);
    else if (optim_skips_rows(ops, step->settings, span->decays))
        pool_run(span->n_rows, rows_of(GRAIN, span->row_len), update_seen, &u);
    else /* each stretch looks through rows[], so they are larger */
        pool_run(span->n / span->row_len, rows_of(4 * GRAIN, span->row_len), update_rows, &u);
}

double optim_sum_squares(size_t n, const float *grad)
{
    return kern_sum_squares(n, grad);
}

struct clip {
    float *grad;
    float most;
};

static void clip_stretch(const void *args, size_t first, size_t last)
{
    const struct clip *c = args;
    const float most = c->most;
    float *g = c->grad;
    for (size_t i = first; i < last; i++) {
        const float below = g[i] > most && g[i] <= FLT_MAX ? most : g[i];
        g[i] = below < -most && below >= -FLT_MAX ? -most : below;
    }
}

void optim_clip_values(size_t n, float *grad, float most)
{
    const struct clip clip = {grad, most};
    pool_run(n, GRAIN, clip_stretch, &clip);
}

float optim_clip_scale(double norm, double max_norm)
{
    return norm > max_norm ? (float)(max_norm / norm) : 1.0f;
}
