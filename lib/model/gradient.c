#include "lib/model/gradient.h"

#include "lib/base/mem.h"

static size_t most_rows(const struct param *p, size_t most)
{
    return most < p->rows ? most : p->rows;
}

static size_t end_of(const struct param_list *params, size_t i)
{
    return i + 1 < params->n ? params->items[i + 1].offset : params->total;
}

/* Adjacent dense parameters are one span. */
static void list_spans(struct gradient *g, const struct param_list *params)
{
    for (size_t i = 0; i < params->n; i++) {
        const struct param *p = &params->items[i];
        const bool joins = i > 0 && !p->by_rows && !params->items[i - 1].by_rows;
        if (!joins)
            g->spans[g->n_spans++] =
                (struct gradient_span){.offset = p->offset, .row_len = p->by_rows ? p->cols : 0};
        struct gradient_span *span = &g->spans[g->n_spans - 1];
        span->n = p->by_rows ? param_size(p) : end_of(params, i) - span->offset;
    }
}

static size_t dense_floats(const struct gradient *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_spans; i++)
        n += g->spans[i].row_len == 0 ? g->spans[i].n : 0;
    return n;
}

static enum status init_rows(struct gradient_span *span, struct param_rows *rows,
                             const struct param *p, size_t most, struct err *err)
{
    const size_t n = most_rows(p, most);
    rows->rows = mem_zeroed(n, sizeof *rows->rows, err);
    rows->place_of = mem_zeroed(p->rows, sizeof *rows->place_of, err);
    span->values = mem_unset(n * p->cols, sizeof *span->values, err);
    span->rows = rows;
    return rows->rows == NULL || rows->place_of == NULL || span->values == NULL ? ST_NOMEM : ST_OK;
}

/* Points the parameters of a span to their parts of it. */
static void hand_out(struct gradient *g, const struct param_list *params)
{
    for (size_t i = 0, s = 0; i < params->n; i++) {
        while (params->items[i].offset >= g->spans[s].offset + g->spans[s].n)
            s++;
        const struct gradient_span *span = &g->spans[s];
        const size_t at = span->rows == NULL ? params->items[i].offset - span->offset : 0;
        g->of[i] = (struct param_grad){.values = span->values + at,
                                       .rows = span->rows != NULL ? &g->rows[s] : NULL};
    }
}

enum status gradient_init(struct gradient *g, const struct param_list *params, size_t most,
                          struct err *err)
{
    *g = (struct gradient){.n_spans = 0};
    list_spans(g, params);
    g->block = mem_zeroed(dense_floats(g), sizeof *g->block, err);
    g->rows = mem_zeroed(g->n_spans, sizeof *g->rows, err);
    if (g->block == NULL || g->rows == NULL)
        return ST_NOMEM;
    float *at = g->block;
    for (size_t s = 0, i = 0; s < g->n_spans; s++) {
        struct gradient_span *span = &g->spans[s];
        while (params->items[i].offset < span->offset)
            i++;
        if (params->items[i].by_rows) {
            TRY(init_rows(span, &g->rows[s], &params->items[i], most, err));
        } else {
            span->values = at;
            at += span->n;
        }
    }
    hand_out(g, params);
    return ST_OK;
}

void gradient_fini(struct gradient *g)
{
    for (size_t s = 0; s < g->n_spans && g->rows != NULL; s++) {
        mem_free(g->rows[s].rows);
        mem_free(g->rows[s].place_of);
        if (g->spans[s].rows != NULL)
            mem_free(g->spans[s].values);
    }
    mem_free(g->rows);
    mem_free(g->block);
    *g = (struct gradient){.n_spans = 0};
}

size_t gradient_span_size(const struct gradient_span *span)
{
    return span->rows == NULL ? span->n : span->rows->n * span->row_len;
}

double gradient_floats(const struct param_list *params, size_t most)
{
    double n = 0.0;
    for (size_t i = 0; i < params->n; i++) {
        const struct param *p = &params->items[i];
        n += p->by_rows ? (double)(most_rows(p, most) * p->cols)
                        : (double)(end_of(params, i) - p->offset);
    }
    return n;
}
