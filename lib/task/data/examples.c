#include "lib/task/data/examples.h"

#include <string.h>

#include "lib/base/mem.h"

/* Bytes of one number at a step. */
static size_t number_size(const struct examples *e)
{
    return e->kind == EXAMPLE_IDS     ? sizeof *e->ids
           : e->kind == EXAMPLE_BYTES ? sizeof *e->bytes
                                      : sizeof *e->floats;
}

static char *data_of(const struct examples *e)
{
    return e->kind == EXAMPLE_IDS     ? (char *)e->ids
           : e->kind == EXAMPLE_BYTES ? (char *)e->bytes
                                      : (char *)e->floats;
}

static void set_data(struct examples *e, void *data)
{
    if (e->kind == EXAMPLE_IDS)
        e->ids = data;
    else if (e->kind == EXAMPLE_BYTES)
        e->bytes = data;
    else
        e->floats = data;
}

/* Copies sequence i of `from` to the end of `to`, which has room for it and may be `from`, if its
 * end is not behind that sequence. */
static void append(struct examples *to, const struct examples *from, size_t i)
{
    const size_t start = from->first[i], steps = from->first[i + 1] - start;
    const size_t size = number_size(from) * from->width;
    memmove(data_of(to) + to->steps * size, data_of(from) + start * size, steps * size);
    if (from->labels != NULL && from->per_step)
        memmove(to->labels + to->steps, from->labels + start, steps * sizeof *to->labels);
    else if (from->labels != NULL)
        to->labels[to->n] = from->labels[i];
    to->first[to->n++] = to->steps;
    to->steps += steps;
    if (to->longest < steps)
        to->longest = steps;
}

/* Room in *to for n sequences of so many steps, of the kind of `like`. */
static enum status make_room(struct examples *to, const struct examples *like, size_t n,
                             size_t steps, struct err *err)
{
    *to = (struct examples){.kind = like->kind, .width = like->width, .per_step = like->per_step};
    to->first = mem_resize(NULL, n + 1, sizeof *to->first, err);
    set_data(to, mem_resize(NULL, steps * like->width, number_size(like), err));
    if (like->labels != NULL)
        to->labels = mem_resize(NULL, like->per_step ? steps : n, sizeof *to->labels, err);
    const bool all =
        to->first != NULL && data_of(to) != NULL && (like->labels == NULL || to->labels != NULL);
    return all ? ST_OK : ST_NOMEM;
}

/* Gives back what is not needed; a block that cannot be made smaller stays as it is. */
static void shrink(struct examples *e)
{
    struct err unused;
    void *data = mem_resize(data_of(e), e->steps * e->width, number_size(e), &unused);
    if (data != NULL)
        set_data(e, data);
    size_t *first = mem_resize(e->first, e->n + 1, sizeof *first, &unused);
    if (first != NULL)
        e->first = first;
    if (e->labels == NULL)
        return;
    int32_t *labels = mem_resize(e->labels, e->per_step ? e->steps : e->n, sizeof *labels, &unused);
    if (labels != NULL)
        e->labels = labels;
}

enum status examples_take(struct examples *to, struct examples *from, example_picks *picks,
                          const void *ctx, struct err *err)
{
    const size_t all = from->n;
    size_t n = 0, steps = 0;
    for (size_t i = 0; i < all; i++) {
        const bool picked = picks(i, all, ctx);
        n += picked;
        steps += picked ? from->first[i + 1] - from->first[i] : 0;
    }
    const enum status status = make_room(to, from, n, steps, err);
    if (status != ST_OK) {
        examples_fini(to);
        return status;
    }
    /* first[i + 1] is read before append writes at or below it. */
    from->n = from->steps = from->longest = 0;
    for (size_t i = 0; i < all; i++)
        append(picks(i, all, ctx) ? to : from, from, i);
    to->first[to->n] = to->steps;
    from->first[from->n] = from->steps;
    shrink(from);
    return ST_OK;
}

void examples_hash(const struct examples *e, struct hash *hash)
{
    const uint64_t head[] = {(uint64_t)e->kind, e->width,    e->n,
                             e->steps,          e->per_step, e->labels != NULL};
    hash_add(hash, head, sizeof head);
    for (size_t i = 0; i < e->n; i++) {
        const uint64_t first = e->first[i];
        hash_add(hash, &first, sizeof first);
    }
    hash_add(hash, data_of(e), e->steps * e->width * number_size(e));
    if (e->labels != NULL)
        hash_add(hash, e->labels, (e->per_step ? e->steps : e->n) * sizeof *e->labels);
}

void examples_fini(struct examples *e)
{
    mem_free(e->first);
    mem_free(e->ids);
    mem_free(e->bytes);
    mem_free(e->floats);
    mem_free(e->labels);
    *e = (struct examples){0};
}
