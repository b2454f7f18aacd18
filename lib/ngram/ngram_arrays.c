#include "lib/ngram/ngram_arrays.h"

#include <stdbool.h>

/* One after the other, those of the largest elements first. */
enum status ngram_arrays_add(struct ngram_arrays *a, struct ngram *m, struct ngram_filling *f,
                             int n, uint64_t size, const char *path, struct err *err)
{
    const bool highest = n == m->order;
    struct io_scratch *file = &a->of[n - 1];
    const uint64_t first = highest ? 0 : (size + 1) * sizeof *f->first;
    TRY(io_scratch_open(file, path, err));
    TRY(io_scratch_map(file, first + (size + 1) * 3 * sizeof *f->log_p, err));
    f->first = highest ? NULL : file->map;
    f->log_p = (float *)(void *)((char *)file->map + first);
    f->words = n > 1 ? (uint32_t *)(void *)(f->log_p + size) : NULL;
    f->backoff = highest ? NULL : f->log_p + 2 * size;
    m->of[n - 1] = (struct ngram_level){size, f->words, f->log_p, f->backoff, f->first};
    return ST_OK;
}

void ngram_arrays_relax(const struct ngram_arrays *a)
{
    for (int n = 0; n < NGRAM_MAX; n++)
        io_scratch_relax(&a->of[n]);
}

void ngram_arrays_fini(struct ngram_arrays *a)
{
    for (int n = 0; n < NGRAM_MAX; n++)
        io_scratch_close(&a->of[n]);
}
