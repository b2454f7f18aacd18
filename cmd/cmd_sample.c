/* ptblm sample: text from a model. */
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/option/common.h"
#include "cmd/option/model_options.h"
#include "cmd/prompt.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "lib/model/compute.h"
#include "lib/task/use/decode.h"
#include "lib/task/use/lm.h"
#include "vocab/tokenizer/token_show.h"

enum { SENTENCE_WORDS_MAX = 1000 }; /* a model that never ends a sentence is cut here */

struct values {
    const char *prompt;
    bool echo, no_unk, detokenize;
    int64_t words, sentences;
    double temperature, top_p, min_p;
    int64_t top_k;
    struct model_values model;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "prompt",
     .letter = 'p',
     .type = SETTING_TEXT,
     .offset = FIELD(prompt),
     .value_name = "TEXT",
     .help = "the beginning of each sentence"},
    {.name = "sentences",
     .letter = 's',
     .type = SETTING_INT,
     .offset = FIELD(sentences),
     .min = 1,
     .max = 0x1p53,
     .value_name = "N",
     .help = "N independent sentences [5]"},
    {.name = "words",
     .letter = 'w',
     .type = SETTING_INT,
     .offset = FIELD(words),
     .min = 1,
     .max = 0x1p53,
     .value_name = "N",
     .help = "instead, one running text of N words, line ends counted"},
    {.name = "temperature",
     .letter = 't',
     .type = SETTING_FLOAT,
     .offset = FIELD(temperature),
     .max = 1000,
     .dflt = "1",
     .value_name = "X",
     .help = "below 1 likelier words, above 1 bolder ones, 0 the likeliest"},
    {.name = "top-k",
     .type = SETTING_INT,
     .offset = FIELD(top_k),
     .max = 1 << 24,
     .dflt = "0",
     .value_name = "K",
     .help = "draw from the K likeliest words only, 0 from all"},
    {.name = "top-p",
     .type = SETTING_FLOAT,
     .offset = FIELD(top_p),
     .min = 1e-6,
     .max = 1,
     .dflt = "1",
     .value_name = "P",
     .help = "draw from the likeliest words of total probability P"},
    {.name = "min-p",
     .type = SETTING_FLOAT,
     .offset = FIELD(min_p),
     .max = 1,
     .dflt = "0",
     .value_name = "P",
     .help = "draw from words at least P times as likely as the first"},
    {.name = "no-unk", .type = SETTING_FLAG, .offset = FIELD(no_unk), .help = "never draw <unk>"},
    {.name = "detokenize",
     .letter = 'd',
     .type = SETTING_FLAG,
     .offset = FIELD(detokenize),
     .help = "write treebank tokens as readable English"},
    {.name = "echo",
     .type = SETTING_FLAG,
     .offset = FIELD(echo),
     .dflt = "yes",
     .help = "print the prompt too"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_oov_rows, .offset = offsetof(struct values, model)},
    {.rows = model_tokenizer_rows, .offset = offsetof(struct values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = marker_rows, .offset = offsetof(struct values, model.markers)},
    {.rows = common_seed_rows, .offset = offsetof(struct values, common)},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

struct sampling {
    const struct values *v;
    const struct lm *lm;
    struct decoder *decoder;
    const volatile sig_atomic_t *stop;
    struct token_show show; /* the line that is being printed */
    /* With --detokenize, the tokens of the line that wait to be written. */
    struct slice waiting[SENTENCE_WORDS_MAX];
    size_t n_waiting;
    struct buf english;
    enum status status; /* of writing English */
    struct err why;
};

/* False after a signal, if the model fails, or if the output cannot be written (main says why). */
static bool goes_on(const struct sampling *s)
{
    return !*s->stop && !report_stdout_failed() && s->status == ST_OK &&
           decoder_check(s->decoder, NULL) == ST_OK;
}

/* Prints the tokens that wait, which `ends` says are the last of their line. */
static void print_english(struct sampling *s, bool ends)
{
    s->english.len = 0;
    if (s->status == ST_OK)
        s->status = s->lm->tokenizer->detokenize(&s->english, s->waiting, s->n_waiting,
                                                 !s->show.begun, ends, &s->why);
    if (s->status == ST_OK && s->english.len > 0)
        fwrite(s->english.data, 1, s->english.len, stdout);
    s->show.begun = s->show.begun || s->n_waiting > 0;
    s->n_waiting = 0;
}

static void keep_word(struct sampling *s, int32_t id)
{
    if (s->n_waiting == SENTENCE_WORDS_MAX)
        print_english(s, false);
    s->waiting[s->n_waiting++] = vocab_slice(s->lm->vocab, id);
}

/* Prints the end of a line. `ends`: the model ended it, it was not cut. */
static void end_line(struct sampling *s, bool ends)
{
    if (s->v->detokenize)
        print_english(s, ends);
    token_show_end(&s->show);
    printf("%s\n", s->show.before);
}

static void print_word(struct sampling *s, int32_t id)
{
    if (id == vocab_eos(s->lm->vocab)) {
        end_line(s, true);
    } else if (s->v->detokenize) {
        keep_word(s, id);
    } else {
        token_show_next(&s->show, vocab_slice(s->lm->vocab, id));
        fputs(s->show.before, stdout);
        fwrite(s->show.text.bytes, 1, s->show.text.len, stdout);
    }
}

/* Reads the prompt, which begins with <eos>, and prints it if it is to be echoed. */
static void begin(struct sampling *s, const struct sentence *prompt)
{
    decoder_reset(s->decoder);
    decoder_feed(s->decoder, prompt->ids, prompt->n);
    for (size_t i = 1; s->v->echo && i < prompt->n; i++)
        print_word(s, prompt->ids[i]);
}

static void sample_sentence(struct sampling *s, const struct sentence *prompt)
{
    int i = 0;
    begin(s, prompt);
    for (; i < SENTENCE_WORDS_MAX && goes_on(s); i++) {
        const int32_t id = decoder_draw(s->decoder);
        if (id == vocab_eos(s->lm->vocab))
            break;
        decoder_feed(s->decoder, &id, 1);
        print_word(s, id);
    }
    end_line(s, i < SENTENCE_WORDS_MAX && goes_on(s));
    if (i == SENTENCE_WORDS_MAX)
        report_warning("a sentence was cut at %d words", SENTENCE_WORDS_MAX);
}

static void sample_words(struct sampling *s, const struct sentence *prompt)
{
    begin(s, prompt);
    for (int64_t i = 0; i < s->v->words && goes_on(s); i++) {
        const int32_t id = decoder_draw(s->decoder);
        decoder_feed(s->decoder, &id, 1);
        print_word(s, id);
    }
    if (s->show.begun || s->n_waiting > 0)
        end_line(s, false);
}

static enum status sample(const struct values *v, const struct lm *lm,
                          const struct sentence *prompt, struct err *err)
{
    struct sampling s = {.v = v, .lm = lm, .stop = interrupt_flag()};
    s.show.tokenizer = lm->tokenizer;
    struct decode_settings settings = decode_settings_plain();
    settings.temperature = v->temperature;
    settings.seed = (uint64_t)v->common.seed;
    settings.banned = v->no_unk ? vocab_unk(lm->vocab) : -1;
    decode_settings_filter(&settings, "top-k", (double)v->top_k);
    decode_settings_filter(&settings, "top-p", v->top_p);
    decode_settings_filter(&settings, "min-p", v->min_p);
    TRY(decoder_new(&s.decoder, lm->model, &settings, err));
    if (v->words > 0)
        sample_words(&s, prompt);
    const int64_t sentences = v->sentences > 0 ? v->sentences : 5;
    for (int64_t i = 0; v->words == 0 && i < sentences && goes_on(&s); i++)
        sample_sentence(&s, prompt);
    enum status status = s.status;
    if (status != ST_OK)
        *err = s.why;
    else
        status = decoder_check(s.decoder, err);
    if (status == ST_OK && *s.stop)
        status = err_set(err, ST_INTERRUPTED, "interrupted");
    buf_fini(&s.english);
    decoder_free(s.decoder);
    return status;
}

static enum status check_detokenize(const struct values *v, const struct lm *lm, struct err *err)
{
    if (!v->detokenize || lm->tokenizer->detokenize != NULL)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "'%s' was trained with the tokenizer '%s', whose tokens are text as they are: "
                   "leave out --detokenize",
                   lm->path, lm->tokenizer->name);
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    struct sentence prompt = {0};
    enum status status;
    TRY(common_compute(&v->common, err));
    TRY(model_open(&lm, call->operands[0], &v->model, &v->model.markers, err));
    TRY_OUT(check_detokenize(v, &lm, err));
    TRY_OUT(model_set_input(&v->model, &lm, err));
    TRY_OUT(prompt_read(&prompt, &lm, v->prompt, model_oov_fails(&v->model), err));
    status = sample(v, &lm, &prompt, err);
    if (status == ST_OK && v->prompt == NULL)
        warn_of_unread_input("give a beginning by --prompt, as in \"$(cat)\"");
out:
    sentence_fini(&prompt);
    lm_close(&lm);
    return status;
}

static const struct option_clash clashes[] = {
    {"words", "sentences", "the output is either one running text or sentences"},
    {NULL, NULL, NULL},
};

const struct command cmd_sample = {
    .name = "sample",
    .summary = "write text as the model would",
    .operands = "MODEL",
    .min_operands = 1,
    .max_operands = 1,
    .example = "ptblm sample small --prompt \"the company said\" --temperature 0.8",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
