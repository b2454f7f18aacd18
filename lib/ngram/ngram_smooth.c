#include "lib/ngram/ngram_smooth.h"

/* D_k = k - (k + 1) Y n_{k+1} / n_k,  Y = n_1 / (n_1 + 2 n_2) */
struct ngram_discounts ngram_discounts_of(const uint64_t n_with[5])
{
    static const struct ngram_discounts assumed = {{0.0, 0.5, 1.0, 1.5}, true};
    struct ngram_discounts d = {{0.0}, false};
    for (int k = 1; k <= 3; k++)
        if (n_with[k] == 0)
            return assumed;
    const double y = (double)n_with[1] / ((double)n_with[1] + 2.0 * (double)n_with[2]);
    for (int k = 1; k <= 3; k++) {
        d.off[k] = k - (k + 1) * y * (double)n_with[k + 1] / (double)n_with[k];
        if (!(d.off[k] > 0.0 && d.off[k] <= k))
            return assumed;
    }
    return d;
}
