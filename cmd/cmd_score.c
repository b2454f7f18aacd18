/* ptblm score: a log-probability for every line, or every token. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/model_options.h"
#include "cmd/option/reading_options.h"
#include "cmd/report/report.h"
#include "cmd/report/score_report.h"
#include "cmd/text_warnings.h"
#include "cmd/tokenizer_advice.h"
#include "corpora/text.h"
#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/model/compute.h"
#include "lib/task/use/lm.h"
#include "lib/task/use/score.h"
#include "lib/task/use/sentence.h"
#include "vocab/advice/coverage.h"

struct values {
    bool words, carry, ids, totals;
    const char *base;
    const char *member;
    struct text_reading reading;
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
     .help = "a line a token: line, token, log-probability, unknown"},
    {.name = "ids",
     .letter = 'i',
     .type = SETTING_FLAG,
     .offset = FIELD(ids),
     .help = "lines begin with an id, to be printed, not scored"},
    {.name = "totals",
     .letter = 't',
     .type = SETTING_FLAG,
     .offset = FIELD(totals),
     .help = "then an empty line, and sums with perplexities"},
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
    {.rows = model_tokenizer_rows, .offset = offsetof(struct values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = reading_rows, .offset = offsetof(struct values, reading)},
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
    struct text_watch *watch;
    uint64_t tokens; /* with the ends of lines */
    double per_nat;  /* -1 / ln base: from -ln p to log p */
    uint64_t unknown;
    struct buf id; /* of the line, with --ids */
    bool in_line;  /* its first piece has been read */
    bool advised;  /* about the tokenizer */
    struct coverage coverage;
    struct score_totals totals;
    const char *doubt; /* what the text seems to be rather than plain text; or NULL */
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

/* What stands before a line's score: its id, or where tokens have lines of their own its number. */
static void print_name(const struct scoring *s, uint64_t number)
{
    if (s->v->ids)
        printf("%s\t", s->id.data);
    else if (s->v->words)
        printf("%llu\t", (unsigned long long)number);
}

static void print_words(const struct scoring *s, uint64_t number)
{
    const char *surface = s->line.surface.data;
    for (size_t i = 0; i < s->line.n; i++) {
        const int unknown = s->line.ids[i] == vocab_unk(s->lm->vocab);
        print_name(s, number);
        if (isnan(s->nats[i]))
            printf("%s\t-\t%d\n", surface, unknown);
        else
            printf("%s\t%.6f\t%d\n", surface, s->nats[i] * s->per_nat + 0.0, unknown);
        surface += strlen(surface) + 1;
    }
}

static void print_line(const struct scoring *s, uint64_t number)
{
    double sum = 0.0;
    for (size_t i = 0; i < s->line.n; i++)
        if (!isnan(s->nats[i]))
            sum += s->nats[i];
    print_name(s, number);
    printf("%.6f\n", sum * s->per_nat + 0.0);
}

static enum status refuse_unknown(const struct scoring *s, uint64_t line, const char *name,
                                  struct err *err)
{
    err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has '%.80s', which is not in the vocabulary",
            name, line, s->line.surface.data + s->line.first_unknown);
    return err_advise(err, ST_INPUT, REMEDY_ALLOW_UNKNOWN, 0, 0);
}

/* The unknown tokens of the line, by their text. */
static enum status watch_unknown(struct scoring *s, struct err *err)
{
    const int32_t unk = vocab_unk(s->lm->vocab);
    const char *token = s->line.surface.data;
    for (size_t i = 0; s->line.unknown > 0 && i < s->line.n; i++, token += strlen(token) + 1)
        if (s->line.ids[i] == unk && strcmp(token, TOKEN_UNK) != 0)
            TRY(text_watch_unknown(s->watch, (struct slice){token, strlen(token)}, 1, err));
    return ST_OK;
}

static enum status end_line(struct scoring *s, const struct text_piece *piece, const char *name,
                            struct err *err)
{
    struct err why = {0};
    if (s->line.unknown > 0 && model_oov_fails(&s->v->model))
        return refuse_unknown(s, piece->line, name, err);
    s->unknown += s->line.unknown;
    TRY(watch_unknown(s, err));
    TRY(sentence_add_eos(&s->line, s->lm, err));
    s->tokens += s->line.n;
    TRY(room_for(s, s->line.n, err));
    if (scorer_line(s->scorer, s->line.ids, s->line.n, s->nats, &why) != ST_OK)
        return err_wrap(err, &why, "'%s' line %" PRIu64, name, piece->line);
    score_totals_add(&s->totals, s->line.ids, s->nats, s->line.n, vocab_eos(s->lm->vocab),
                     vocab_unk(s->lm->vocab));
    if (s->v->words)
        print_words(s, piece->line);
    else
        print_line(s, piece->line);
    sentence_clear(&s->line);
    return ST_OK;
}

/* Takes the id off the first piece of a line, with one blank after it. */
static enum status take_id(struct scoring *s, struct slice *rest, uint64_t line, const char *name,
                           struct err *err)
{
    size_t from = 0;
    while (from < rest->len && ascii_is_space(rest->bytes[from]))
        from++;
    size_t to = from;
    while (to < rest->len && !ascii_is_space(rest->bytes[to]))
        to++;
    if (from == to)
        return err_set(err, ST_INPUT,
                       "'%s' line %" PRIu64 " is empty: with --ids each line begins with its id",
                       name, line);
    s->id.len = 0;
    TRY(buf_add(&s->id, rest->bytes + from, to - from, err));
    to += to < rest->len;
    *rest = (struct slice){rest->bytes + to, rest->len - to};
    return ST_OK;
}

static enum status add_piece(struct scoring *s, const struct text_piece *piece, const char *name,
                             struct err *err)
{
    struct err why = {0};
    struct slice rest = {piece->bytes, piece->len};
    if (s->v->ids && !s->in_line)
        TRY(take_id(s, &rest, piece->line, name, err));
    s->in_line = !piece->ends_line;
    TRY(text_watch_line(s->watch, rest.bytes, rest.len, piece->ends_line, err));
    if (sentence_add(&s->line, s->lm, rest.bytes, rest.len, &why) != ST_OK)
        return err_wrap(err, &why, "'%s' line %" PRIu64, name, piece->line);
    return s->advised ? ST_OK : coverage_add(&s->coverage, s->lm->vocab, rest.bytes, rest.len, err);
}

static void advise(struct scoring *s, const struct text *text)
{
    char what[256 + 8] = "of '", *name = what + strlen(what);
    report_escape_cut(name, 256, text_name(text));
    strcat(name, "'");
    s->advised = s->advised || tokenizer_advise(&s->coverage, s->lm, what);
}

/* Who writes line by line into a pipe and waits for each answer gets it; as long as there is more
 * to read, the output is written in large pieces. */
static void hand_on(struct scoring *s, const struct text *text)
{
    if (!text_waits(text))
        return;
    fflush(stdout);
    advise(s, text);
}

static enum status score_text(struct scoring *s, struct text *text, struct err *err)
{
    for (;;) {
        struct text_piece piece;
        bool more;
        hand_on(s, text);
        if (report_stdout_failed()) /* main says why */
            return ST_OK;
        TRY(text_next(text, &piece, &more, err));
        if (!more)
            return ST_OK;
        TRY(add_piece(s, &piece, text_name(text), err));
        if (piece.ends_line)
            TRY(end_line(s, &piece, text_name(text), err));
    }
}

/* What was said about the tokenizer to who waits for answers is not said again. */
static enum status warn(const struct scoring *s, const char *name, const struct command *command,
                        struct err *err)
{
    double then;
    TRY(find_unk_share(&then, s->lm, err));
    const struct read_text text = {name,     s->tokens, s->advised ? 0 : s->unknown,
                                   s->watch, then,      s->doubt};
    return warn_of_text(&text, s->lm->vocab, command, err);
}

static enum status open_text(struct text **text, const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source *source;
    limits.reading = v->reading;
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
    TRY(model_open(&lm, call->operands[0], &v->model, &v->model.markers, err));
    TRY_OUT(model_set_input(&v->model, &lm, err));
    TRY_OUT(open_text(&text, call, err));
    TRY_OUT(scorer_new(&s.scorer, lm.model, vocab_eos(lm.vocab), v->carry, err));
    TRY_OUT(text_watch_new(&s.watch, lm.input, &lm.markers, err));
    TRY_OUT(score_text(&s, text, err));
    s.doubt = text_doubt(text);
    TRY_OUT(warn(&s, text_name(text), call->command, err));
    if (s.unknown > 0)
        report_note("%llu %s not in the vocabulary and scored as <unk>",
                    (unsigned long long)s.unknown, s.unknown == 1 ? "word was" : "words were");
    if (v->totals && !report_stdout_failed()) {
        putchar('\n');
        status = score_report_totals(&s.totals, s.per_nat, err);
    }
out:
    text_close(text);
    scorer_free(s.scorer);
    text_watch_free(s.watch);
    sentence_fini(&s.line);
    buf_fini(&s.id);
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
