/* SparseAdam: Adam whose rows without gradient keep weights and moments, as torch.optim.SparseAdam.
 * It has no weight decay, and its eps is added before the bias correction:
 *   w -= lr sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + eps)
 *      = lr / (1 - beta1^t) * m / ((sqrt(v) + eps) / sqrt(1 - beta2^t))
 * t counts the steps of the run, not those of a row. Dense spans, which PyTorch refuses, are
 * updated as by Adam. */
#include "lib/optim/optim_private.h"

static bool skips_rows(const struct optim_settings *s, bool decays)
{
    (void)s;
    (void)decays;
    return true;
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    optim_adam_factors(f, step, span);
    f->decay = 0.0f;
    if (span->row_len > 0)
        f->eps *= f->root;
    return optim_adam_loop;
}

const struct optim_ops optim_sparse_adam = {
    .name = "sparse-adam",
    .uses = (const char *const[]){"beta1", "beta2", "eps", NULL},
    .defaults = {.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8},
    .lr = 1e-3,
    .slots = optim_adam_slots,
    .skips_rows = skips_rows,
    .prepare = prepare,
};
