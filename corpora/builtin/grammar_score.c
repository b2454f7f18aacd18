/* Exact probabilities by the forward algorithm (Rabiner 1989, section III.A), scaled at every word:
 * the probability of a word given all before it is the mass of the states that can read it, where
 * the masses of all states added up to 1. */
#include "corpora/builtin/grammar_score.h"

#include <math.h>
#include <string.h>

#include "corpora/builtin/grammar.h"
#include "corpora/builtin/grammar_sample.h"
#include "corpora/names.h"

struct grammar_mass {
    uint32_t state;
    double p;
};

static size_t n_masses(const struct buf *b)
{
    return b->len / sizeof(struct grammar_mass);
}

static struct grammar_mass *masses(const struct buf *b)
{
    return (struct grammar_mass *)(void *)b->data;
}

enum status grammar_scorer_begin(struct grammar_scorer *s, struct err *err)
{
    const struct grammar_mass start = {0, 1.0};
    s->now.len = 0;
    return buf_add(&s->now, &start, sizeof start, err);
}

void grammar_scorer_fini(struct grammar_scorer *s)
{
    buf_fini(&s->now);
    buf_fini(&s->next);
}

/* Few states are alive at a time, so a search through all of them is cheap. */
static enum status add_mass(struct buf *to, uint32_t state, double p, struct err *err)
{
    struct grammar_mass *m = masses(to);
    for (size_t i = 0; i < n_masses(to); i++)
        if (m[i].state == state) {
            m[i].p += p;
            return ST_OK;
        }
    const struct grammar_mass added = {state, p};
    return buf_add(to, &added, sizeof added, err);
}

/* First arc of [low, high) whose class is at least `class`. */
static uint32_t lower_bound(const struct grammar_arc *arcs, uint32_t low, uint32_t high,
                            uint32_t class)
{
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (arcs[middle].class < class)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The word read as one of a class, from one state. */
static enum status read_class(struct grammar_scorer *s, const struct grammar *g,
                              struct grammar_mass from, const struct grammar_emission *e,
                              struct err *err)
{
    const struct grammar_arc *arcs = grammar_arcs(g);
    const uint32_t end = grammar_states(g)[from.state + 1];
    uint32_t i = lower_bound(arcs, grammar_states(g)[from.state], end, e->class);
    for (; i < end && arcs[i].class == e->class; i++)
        TRY(add_mass(&s->next, arcs[i].next, from.p * arcs[i].p * e->p, err));
    return ST_OK;
}

/* Makes `next` the present, its masses adding up to 1; returns what they added up to. */
static double scale(struct grammar_scorer *s)
{
    const struct buf now = s->now;
    double total = 0;
    s->now = s->next;
    s->next = now;
    for (size_t i = 0; i < n_masses(&s->now); i++)
        total += masses(&s->now)[i].p;
    for (size_t i = 0; i < n_masses(&s->now); i++)
        masses(&s->now)[i].p /= total;
    return total;
}

enum status grammar_scorer_read(struct grammar_scorer *s, const struct grammar *g, uint32_t word,
                                double *p, struct err *err)
{
    const uint32_t *starts = (const uint32_t *)(const void *)g->emission_starts.data;
    const struct grammar_emission *e =
        (const struct grammar_emission *)(const void *)g->emissions.data;
    s->next.len = 0;
    for (size_t i = 0; i < n_masses(&s->now); i++)
        for (uint32_t j = starts[word]; j < starts[word + 1]; j++)
            TRY(read_class(s, g, masses(&s->now)[i], e + j, err));
    *p = scale(s);
    return ST_OK;
}

/* "its word 3, 'foo', cannot follow" in *err, after the line number if there is one. */
static enum status refuse(uint64_t line, size_t place, const char *word, size_t len,
                          const char *reason, struct err *err)
{
    struct buf text = {0}, copy = {0};
    enum status status;
    if (line > 0)
        TRY_OUT(buf_addf(&text, err, "line %llu is ", (unsigned long long)line));
    TRY_OUT(buf_add_text(&text, "not a sentence of the built-in corpus: ", err));
    if (word != NULL) {
        TRY_OUT(buf_add(&copy, word, len, err));
        TRY_OUT(buf_addf(&text, err, "its word %zu, '", place + 1));
        TRY_OUT(names_add(&text, copy.data, err));
        TRY_OUT(buf_add_text(&text, "', ", err));
    }
    TRY_OUT(buf_add_text(&text, reason, err));
    status = err_set(err, ST_INPUT, "%s", text.data);
out:
    buf_fini(&text);
    buf_fini(&copy);
    return status;
}

/* A sentence that is being scored. */
struct reading {
    const struct grammar *g;
    struct grammar_scorer scorer;
    uint64_t line; /* 0 if lines have no number */
    size_t place;  /* words read so far */
};

static enum status read_word(struct reading *r, const char *word, size_t len, double *nats,
                             struct err *err)
{
    const int32_t number = hash_table_find(&r->g->words, word, len);
    double p;
    if (number == HASH_TABLE_NONE || number == GRAMMAR_END_WORD)
        return refuse(r->line, r->place, word, len, "is not in its vocabulary", err);
    TRY(grammar_scorer_read(&r->scorer, r->g, (uint32_t)number, &p, err));
    if (!(p > 0))
        return refuse(r->line, r->place, word, len, "cannot follow the words before it", err);
    *nats = log(p);
    r->place++;
    return ST_OK;
}

static enum status read_end(struct reading *r, double *nats, struct err *err)
{
    double p;
    TRY(grammar_scorer_read(&r->scorer, r->g, GRAMMAR_END_WORD, &p, err));
    if (!(p > 0))
        return refuse(r->line, 0, NULL, 0, r->place == 0 ? "it has no words" : "it ends too early",
                      err);
    *nats = log(p);
    r->place = 0;
    return grammar_scorer_begin(&r->scorer, err);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static enum status score_line(struct reading *r, const char *text, size_t len,
                              struct grammar_score *score, struct err *err)
{
    double nats;
    for (size_t i = 0; i < len;) {
        const size_t begin = i;
        while (i < len && !is_space(text[i]))
            i++;
        if (i > begin) {
            TRY(read_word(r, text + begin, i - begin, &nats, err));
            score->nats += nats;
            score->tokens++;
        }
        while (i < len && is_space(text[i]))
            i++;
    }
    TRY(read_end(r, &nats, err));
    score->nats += nats;
    score->tokens++;
    return ST_OK;
}

enum status grammar_score_text(struct grammar_score *score, const char *text, size_t len,
                               struct err *err)
{
    struct reading r = {0};
    struct grammar_score sum = {0};
    enum status status;
    TRY_OUT(grammar_builtin(&r.g, err));
    TRY_OUT(grammar_scorer_begin(&r.scorer, err));
    for (size_t i = 0; i < len; i++) {
        const char *end = memchr(text + i, '\n', len - i);
        const size_t line_len = end != NULL ? (size_t)(end - (text + i)) : len - i;
        r.line++;
        TRY_OUT(score_line(&r, text + i, line_len, &sum, err));
        i += line_len;
    }
    *score = sum;
out:
    grammar_scorer_fini(&r.scorer);
    return status;
}

enum status grammar_score_sentence(double *nats, const char *const *words, size_t n_words,
                                   struct err *err)
{
    struct reading r = {0};
    enum status status;
    TRY_OUT(grammar_builtin(&r.g, err));
    TRY_OUT(grammar_scorer_begin(&r.scorer, err));
    for (size_t i = 0; i < n_words; i++)
        TRY_OUT(read_word(&r, words[i], strlen(words[i]), &nats[i], err));
    TRY_OUT(read_end(&r, &nats[n_words], err));
out:
    grammar_scorer_fini(&r.scorer);
    return status;
}
