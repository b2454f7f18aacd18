#include "lib/ngram/ngram_build.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"

/* The n-grams with the same history: what a probability needs to know of the others. */
struct group {
    uint32_t history[NGRAM_MAX];
    size_t n, room;
    struct member {
        uint64_t count;
        uint32_t word;
        bool kept;
    } * members;
};

struct building {
    struct ngram_built *b;
    struct ngram_counts *counts;
    struct ngram_filling of[NGRAM_MAX];
    struct group group;
    uint64_t written; /* n-grams of the order that is built */
    uint64_t parents; /* of the order below, whose continuations begin is known */
    uint64_t groups;
};

enum { GROUPS_BETWEEN = 1 << 22 }; /* letting go of memory */

static enum status build_unigrams(struct building *u, struct err *err)
{
    const struct ngram *m = &u->b->model;
    const struct ngram_discounts *d = &u->b->discounts[0];
    double sum = 0.0, mass = 0.0;
    for (size_t w = 0; w < m->V; w++) {
        sum += (double)u->counts->unigrams[w];
        mass += ngram_discount(d, u->counts->unigrams[w]);
    }
    if (!(sum > 0.0))
        return err_set(err, ST_INPUT, "the text has no words");
    for (size_t w = 0; w < m->V; w++) {
        const uint64_t count = u->counts->unigrams[w];
        const double p = ((double)count - ngram_discount(d, count)) / sum;
        u->of[0].log_p[w] = (float)log(p + mass / sum / (double)m->V);
    }
    return ST_OK;
}

/* The history without its first word, as far as orders below n know it. */
static struct ngram_state shorter_history(const struct ngram *m, const uint32_t *history, int n)
{
    struct ngram_state state = {.n = n - 2};
    for (int k = 1; k <= state.n; k++)
        state.at[k - 1] = ngram_find(m, history + (n - 1 - k), k);
    return state;
}

static void write_members(struct building *u, int n, double sum, double mass)
{
    const struct ngram *m = &u->b->model;
    const struct group *g = &u->group;
    const struct ngram_state state = shorter_history(m, g->history, n);
    struct ngram_filling *f = &u->of[n - 1];
    for (size_t i = 0; i < g->n; i++) {
        const struct member *at = &g->members[i];
        if (!at->kept)
            continue;
        const double lower = exp(ngram_score(m, &state, (int32_t)at->word, NULL, NULL));
        const double off = ngram_discount(&u->b->discounts[n - 1], at->count);
        f->words[u->written] = at->word;
        f->log_p[u->written++] = (float)log(((double)at->count - off) / sum + mass / sum * lower);
    }
}

static void write_group(struct building *u, int n)
{
    const struct group *g = &u->group;
    const uint64_t parent = ngram_find(&u->b->model, g->history, n - 1);
    double sum = 0.0, mass = 0.0;
    for (size_t i = 0; i < g->n; i++) {
        const struct member *at = &g->members[i];
        sum += (double)at->count;
        mass += at->kept ? ngram_discount(&u->b->discounts[n - 1], at->count) : (double)at->count;
    }
    while (parent != NGRAM_NONE && u->parents <= parent)
        u->of[n - 2].first[u->parents++] = u->written;
    if (parent != NGRAM_NONE)
        u->of[n - 2].backoff[parent] = (float)log(mass / sum);
    write_members(u, n, sum, mass);
    if (++u->groups % GROUPS_BETWEEN == 0)
        ngram_arrays_relax(&u->b->arrays);
}

static enum status add_member(struct group *g, uint32_t word, uint64_t count, struct err *err)
{
    if (g->n == g->room) {
        const size_t room = g->room > 0 ? 2 * g->room : 1024;
        struct member *members = mem_resize(g->members, room, sizeof *members, err);
        if (members == NULL)
            return ST_NOMEM;
        g->members = members;
        g->room = room;
    }
    g->members[g->n++] = (struct member){
        .count = count & ~NGRAM_LEFT_OUT, .word = word, .kept = (count & NGRAM_LEFT_OUT) == 0};
    return ST_OK;
}

static enum status build_order(struct building *u, int n, struct err *err)
{
    struct ngram_sorter *sorter = u->counts->of[n - 1];
    struct group *g = &u->group;
    const size_t bytes = (size_t)(n - 1) * sizeof *g->history;
    const uint32_t *words;
    uint64_t count;
    g->n = 0;
    u->written = u->parents = 0;
    TRY(ngram_sorter_begin(sorter, err));
    for (;;) {
        TRY(ngram_sorter_next(sorter, &words, &count, err));
        if (g->n > 0 && (words == NULL || memcmp(words, g->history, bytes) != 0)) {
            write_group(u, n);
            g->n = 0;
        }
        if (words == NULL)
            break;
        memcpy(g->history, words, bytes);
        TRY(add_member(g, words[n - 1], count, err));
    }
    while (u->parents <= u->b->model.of[n - 2].n)
        u->of[n - 2].first[u->parents++] = u->written;
    return ST_OK;
}

static enum status build(struct building *u, const char *path, struct err *err)
{
    const struct ngram_counts *c = u->counts;
    memcpy(u->b->left_out, c->left_out, sizeof u->b->left_out);
    for (int n = 1; n <= c->order; n++) {
        u->b->discounts[n - 1] = ngram_discounts_of(c->n_with[n - 1]);
        TRY(ngram_arrays_add(&u->b->arrays, &u->b->model, &u->of[n - 1], n,
                             c->n_of[n - 1] - c->left_out[n - 1], path, err));
    }
    TRY(build_unigrams(u, err));
    for (int n = 2; n <= c->order; n++)
        TRY(build_order(u, n, err));
    return ST_OK;
}

enum status ngram_build(struct ngram_built *b, struct ngram_counts *counts,
                        const struct ngram_text *text, const char *path, struct err *err)
{
    struct building u = {.b = b, .counts = counts};
    *b = (struct ngram_built){.model = {.order = counts->order, .V = text->V, .eos = text->eos}};
    const enum status status = build(&u, path, err);
    mem_free(u.group.members);
    return status;
}

void ngram_built_fini(struct ngram_built *b)
{
    ngram_arrays_fini(&b->arrays);
    *b = (struct ngram_built){0};
}
