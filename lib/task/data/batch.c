#include "lib/task/data/batch.h"

/* The largest T for which B rows of the text have a window, or 0. */
static size_t longest_window(size_t n, int B)
{
    const size_t batch_len = n / (size_t)B;
    return batch_len > 1 ? batch_len - 1 : 0;
}

static enum status too_short(size_t n, int B, int T, struct err *err)
{
    const size_t steps = longest_window(n, B);
    const size_t rows = n / ((size_t)T + 1);
    if (n < 2)
        return err_set(err, ST_INPUT,
                       "the text has %zu token%s, and the smallest window, of batch 1 and steps 1, "
                       "needs 2",
                       n, n == 1 ? "" : "s");
    const enum status status =
        err_set(err, ST_INPUT,
                "the text has %zu tokens, too few for a window of batch %d and steps %d, which "
                "needs %zu",
                n, B, T, (size_t)B * ((size_t)T + 1));
    if (rows == 0 && steps == 0)
        return err_advise(err, status, REMEDY_FIT_BOTH, 1, n - 1);
    if (rows == 0)
        return err_advise(err, status, REMEDY_FIT_STEPS, steps, 0);
    if (steps == 0)
        return err_advise(err, status, REMEDY_FIT_BATCH, rows, 0);
    return err_advise(err, status, REMEDY_FIT_EITHER, rows, steps);
}

enum status batcher_init(struct batcher *b, const int32_t *ids, size_t n, int B, int T,
                         struct err *err)
{
    if (B < 1 || T < 1)
        return err_set(err, ST_USAGE,
                       "a window of batch %d and steps %d is not possible: both are at least 1", B,
                       T);
    const size_t batch_len = n / (size_t)B;
    if (batch_len < (size_t)T + 1)
        return too_short(n, B, T, err);
    *b = (struct batcher){.ids = ids,
                          .n = n,
                          .B = B,
                          .T = T,
                          .repeat = 1,
                          .batch_len = batch_len,
                          .n_windows = (batch_len - 1) / (size_t)T};
    return ST_OK;
}

/* The part of a row that is read from `column` on, with its offset. */
static size_t column_of(const struct batcher *b, size_t row, size_t column)
{
    return b->offsets != NULL ? (b->offsets[row] + column) % b->batch_len : column;
}

static void put(size_t n, int32_t id, int32_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = id;
}

void batcher_take(const struct batcher *b, size_t start, size_t T, int32_t *x, int32_t *y)
{
    const size_t B = (size_t)b->B, columns = B * b->repeat;
    for (size_t row = 0; row < B; row++) {
        const int32_t *ids = b->ids + row * b->batch_len;
        for (size_t t = 0; t < T; t++) {
            const size_t at = t * columns + row * b->repeat;
            put(b->repeat, ids[column_of(b, row, start + t)], x + at);
            put(b->repeat, ids[column_of(b, row, start + t + 1)], y + at);
        }
    }
}

bool batcher_next(struct batcher *b, int32_t *x, int32_t *y)
{
    if (b->next == b->n_windows)
        return false;
    batcher_take(b, b->next * (size_t)b->T, (size_t)b->T, x, y);
    b->next++;
    return true;
}
