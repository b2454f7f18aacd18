/* ptblm score: a log-probability for every line, or every token. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/model_options.h"
#include "cmd/report/report.h"
#include "corpora/text.h"
#include "lib/base/mem.h"
#include "lib/model/compute.h"
#include "lib/task/use/lm.h"
#include "lib/task/use/score.h"
#include "lib/task/use/sentence.h"

struct values {
    bool words, carry;
    const char *base;
    const char *member;
    struct model_values model;
    struct common_values common;
};

static const struct {
    const char *name;
    double ln;
} bases[] = {{"e", 1.0}, {"2", 0.69314718055994530942}, {"10", 2.30258509299404568402}};

static const char *base_at(size_t i)
{
    return i < sizeof bases / sizeof *bases ? bases[i].name : NULL;
}

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "words",
     .letter = 'w',
     .type = SETTING_FLAG,
     .offset = FIELD(words),
     .help = "a line for each token: line, token, log-probability"},
    {.name = "carry-state",
     .letter = 'c',
     .type = SETTING_FLAG,
     .offset = FIELD(carry),
     .help = "lines are one stream, as in eval; otherwise independent"},
    {.name = "base",
     .type = SETTING_CHOICE,
     .offset = FIELD(base),
     .dflt = "e",
     .choice_at = base_at,
     .value_name = "BASE",
     .help = "of the logarithms"},
    {.name = "member",
     .type = SETTING_TEXT,
     .offset = FIELD(member),
     .value_name = "NAME",
     .help = "the member to read where FILE is an archive"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_oov_rows, .offset = offsetof(struct values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = marker_rows, .offset = offsetof(struct values, model.markers)},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* What is needed from line to line. */
struct scoring {
    const struct values *v;
    const struct lm *lm;
    struct scorer *scorer;
    struct sentence line;
    double *nats;
    size_t cap;
    double per_nat; /* -1 / ln base: from -ln p to log p */
    uint64_t unknown;
};

static enum status room_for(struct scoring *s, size_t n, struct err *err)
{
    if (n <= s->cap)
        return ST_OK;
    double *nats = mem_resize(s->nats, 2 * n, sizeof *nats, err);
    if (nats == NULL)
        return ST_NOMEM;
    s->nats = nats;
    s->cap = 2 * n;
    return ST_OK;
}

static void print_words(const struct scoring *s, uint64_t number)
{
    const char *surface = s->line.surface.data;
    for (size_t i = 0; i < s->line.n; i++) {
        if (isnan(s->nats[i]))
            printf("%llu\t%s\t-\n", (unsigned long long)number, surface);
        else
            printf("%llu\t%s\t%.6f\n", (unsigned long long)number, surface,
                   s->nats[i] * s->per_nat + 0.0);
        surface += strlen(surface) + 1;
    }
}

static void print_line(const struct scoring *s)
{
    double sum = 0.0;
    for (size_t i = 0; i < s->line.n; i++)
        if (!isnan(s->nats[i]))
            sum += s->nats[i];
    printf("%.6f\n", sum * s->per_nat + 0.0);
}

static enum status refuse_unknown(const struct scoring *s, uint64_t line, const char *name,
                                  struct err *err)
{
    err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has '%.80s', which is not in the vocabulary",
            name, line, s->line.surface.data + s->line.first_unknown);
    return err_advise(err, ST_INPUT, REMEDY_ALLOW_UNKNOWN, 0, 0);
}

static enum status end_line(struct scoring *s, const struct text_piece *piece, const char *name,
                            struct err *err)
{
    if (s->line.unknown > 0 && model_oov_fails(&s->v->model))
        return refuse_unknown(s, piece->line, name, err);
    s->unknown += s->line.unknown;
    TRY(sentence_add_eos(&s->line, s->lm, err));
    TRY(room_for(s, s->line.n, err));
    scorer_line(s->scorer, s->line.ids, s->line.n, s->nats);
    if (s->v->words)
        print_words(s, piece->line);
    else
        print_line(s);
    sentence_clear(&s->line);
    return ST_OK;
}

static enum status add_piece(struct scoring *s, const struct text_piece *piece, const char *name,
                             struct err *err)
{
    struct err why = {0};
    if (sentence_add(&s->line, s->lm, piece->bytes, piece->len, &why) == ST_OK)
        return ST_OK;
    return err_wrap(err, &why, "'%s' line %" PRIu64, name, piece->line);
}

static enum status score_text(struct scoring *s, struct text *text, struct err *err)
{
    for (;;) {
        struct text_piece piece;
        bool more;
        TRY(text_next(text, &piece, &more, err));
        if (!more)
            return ST_OK;
        TRY(add_piece(s, &piece, text_name(text), err));
        if (piece.ends_line)
            TRY(end_line(s, &piece, text_name(text), err));
        if (report_stdout_failed()) /* main says why */
            return ST_OK;
    }
}

static enum status open_text(struct text **text, const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source *source;
    TRY(source_open(&source, call->n_operands > 1 ? call->operands[1] : "-", v->member, &limits,
                    err));
    return text_open(text, source, err);
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    struct scoring s = {.v = v, .lm = &lm};
    struct text *text = NULL;
    enum status status;
    TRY(common_compute(&v->common, err));
    for (size_t i = 0; base_at(i) != NULL; i++)
        if (strcmp(v->base, bases[i].name) == 0)
            s.per_nat = -1.0 / bases[i].ln;
    TRY(lm_open(&lm, call->operands[0], v->model.vocab, err));
    TRY_OUT(lm_set_markers(&lm, &v->model.markers, err));
    TRY_OUT(open_text(&text, call, err));
    TRY_OUT(scorer_new(&s.scorer, lm.model, vocab_eos(lm.vocab), v->carry, err));
    TRY_OUT(score_text(&s, text, err));
    if (s.unknown > 0)
        report_note("%llu %s not in the vocabulary and scored as <unk>",
                    (unsigned long long)s.unknown, s.unknown == 1 ? "word was" : "words were");
out:
    text_close(text);
    scorer_free(s.scorer);
    sentence_fini(&s.line);
    mem_free(s.nats);
    lm_close(&lm);
    return status;
}

const struct command cmd_score = {
    .name = "score",
    .summary = "log-probability of every line, or of every word",
    .operands = "MODEL [FILE|-]",
    .min_operands = 1,
    .max_operands = 2,
    .example = "echo \"the company said it expects a loss\" | ptblm score small --words",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
