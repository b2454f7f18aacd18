#include "cmd/text_warnings.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "lib/task/run/training_text.h"
#include "vocab/advice/text_advice.h"

/* Shares of a text's tokens. */
static const double MUCH = 0.1, LITTLE = 0.01, TIMES = 5.0;

enum { SHOWN = 64 };

/* "20.6 %" */
static const char *percent(char out[REPORT_TEXT], double share)
{
    snprintf(out, REPORT_TEXT, share > 0.0 && share < 0.001 ? "%.1g %%" : "%.1f %%", 100 * share);
    return out;
}

static const char *show(char out[SHOWN], struct slice word)
{
    return escape_cut(out, SHOWN, word.bytes, word.len, ESCAPE_LETTERS);
}

/* --- markers --- */

static void warn_of_bos(const char *name, const struct found_marker *f)
{
    char share[REPORT_TEXT];
    report_warning("'%s' has %s at the beginning of %s of its lines, where it counts as a word: "
                   "--bos '%s' drops it",
                   name, f->text, percent(share, (double)f->begins / (double)f->lines), f->text);
}

static void warn_of_eos(const char *name, const struct found_marker *f)
{
    char share[REPORT_TEXT], count[REPORT_TEXT];
    percent(share, (double)f->ends / (double)f->lines);
    if (strcmp(f->text, TOKEN_EOS) == 0)
        report_warning("'%s' has %s at the end of %s of its lines, each of which then ends twice: "
                       "--eos '%s' makes it the end of the line",
                       name, f->text, share, f->text);
    else if (f->ends > 0)
        report_warning(
            "'%s' has %s at the end of %s of its lines, where it counts as a word before "
            "the line's own <eos>: --eos '%s' makes it the end of the line",
            name, f->text, share, f->text);
    else
        report_warning("'%s' has %s inside of its lines, %s times in %llu of them, where it counts "
                       "as a word: --eos '%s' reads it as <eos>",
                       name, f->text, report_count(count, f->all), (unsigned long long)f->lines,
                       f->text);
}

static void warn_of_unk(const char *name, const struct found_marker *f)
{
    char share[REPORT_TEXT];
    report_warning("'%s' has %s for %s of its words, and it counts as a word like others: "
                   "--unk '%s' reads it as <unk>",
                   name, f->text, percent(share, (double)f->all / (double)f->words), f->text);
}

/* What was said of the texts before. */
struct said {
    const char *markers[MARKER_KINDS];
    double unknown; /* the largest share that there was a warning of */
    bool ids, long_words;
    const char *doubted; /* the text that there was a warning of as a whole */
};

static void warn_of_markers(const struct read_text *text, const struct vocab *vocab,
                            struct said *said)
{
    static void (*const warn[MARKER_KINDS])(const char *, const struct found_marker *) = {
        [MARKER_BOS] = warn_of_bos, [MARKER_EOS] = warn_of_eos, [MARKER_UNK] = warn_of_unk};
    for (enum marker_kind kind = MARKER_BOS; kind < MARKER_KINDS; kind++) {
        const struct found_marker f = text_watch_marker(text->watch, kind, vocab);
        const char *before = said->markers[kind];
        if (f.text == NULL || (before != NULL && strcmp(before, f.text) == 0))
            continue;
        warn[kind](text->name, &f);
        said->markers[kind] = f.text;
    }
}

/* Of a prepared text only the vocabulary tells: how often the words came, but not where. */
static uint64_t count_word(const struct vocab *vocab, const char *word)
{
    const int32_t id = vocab_find(vocab, word, strlen(word));
    return id < 0 ? 0 : vocab_count(vocab, id);
}

static bool is_prepared_with(const struct dataset *d, const struct known_marker *k, uint64_t all)
{
    const uint64_t n = count_word(d->vocab, k->text);
    if (n == 0 || strcmp(k->text, TOKEN_EOS) == 0)
        return false;
    if (k->kind != MARKER_UNK)
        return n >= count_word(d->vocab, TOKEN_EOS) / 100;
    return k->bare ? n >= all / 1000 && count_word(d->vocab, TOKEN_UNK) == 0 : n >= all / 10000;
}

static void warn_of_prepared(const struct dataset *d, const char *name)
{
    static const char *const options[MARKER_KINDS] = {"bos", "eos", "unk"};
    const uint64_t all = vocab_total(d->vocab);
    const struct known_marker *k;
    for (size_t i = 0; (k = known_marker_at(i)) != NULL; i++) {
        char count[REPORT_TEXT];
        if (is_prepared_with(d, k, all))
            report_warning(
                "'%s' was prepared with %s as a word like others, which it has %s times: "
                "give --%s '%s' to 'ptblm prepare'",
                name, k->text, report_count(count, count_word(d->vocab, k->text)), options[k->kind],
                k->text);
    }
}

/* --- unknown words --- */

/* The unknown words of a text, without the markers that there was a warning of. */
struct unknown {
    const struct read_text *text;
    const struct vocab *vocab;
    const struct command *command;
    const struct said *said;
    uint64_t tokens, times;
    double share;
};

static struct unknown find_unknown(const struct read_text *text, const struct vocab *vocab,
                                   const struct command *command, const struct said *said)
{
    struct unknown u = {.text = text, .vocab = vocab, .command = command, .said = said};
    u.tokens = text->tokens;
    u.times = text->unknown;
    for (size_t i = 0; i < MARKER_KINDS && text->watch != NULL && u.times > 0; i++) {
        const char *marker = said->markers[i];
        const uint64_t times = marker != NULL ? text_watch_times(text->watch, marker) : 0;
        u.tokens -= times;
        u.times -= times;
    }
    u.share = u.times > 0 ? (double)u.times / (double)u.tokens : 0.0;
    return u;
}

/* Texts of one corpus are like each other: what was said of one is not said of all. */
static bool is_worth_a_word(const struct unknown *u)
{
    if (u->share <= 2 * u->said->unknown)
        return false;
    return u->share > MUCH ||
           (u->share > LITTLE && u->text->then > 0.0 && u->share >= TIMES * u->text->then);
}

static enum status describe_share(struct buf *out, const struct unknown *u, struct err *err)
{
    char now[REPORT_TEXT], was[REPORT_TEXT], tokens[REPORT_TEXT], unknown[REPORT_TEXT];
    TRY(buf_addf(out, err, "'%s': %s of %s tokens (%s) are not in the vocabulary", u->text->name,
                 report_count(unknown, u->times), report_count(tokens, u->tokens),
                 percent(now, u->share)));
    if (u->share <= MUCH && u->text->then > 0.0)
        TRY(buf_addf(out, err, ", where %s are <unk> in the text that it was made from",
                     percent(was, u->text->then)));
    return ST_OK;
}

/* ", most often 'a' (12), 'b' (3) and 'c' (1)" */
static enum status add_words(struct buf *out, const struct unknown *u, struct err *err)
{
    struct unknown_word top[UNKNOWN_TOP];
    const size_t n = text_watch_top(u->text->watch, u->said->markers, MARKER_KINDS, top);
    for (size_t i = 0; i < n; i++) {
        char word[SHOWN], times[REPORT_TEXT];
        TRY(buf_addf(out, err, "%s'%s' (%s)",
                     i == 0       ? ", most often "
                     : i + 1 == n ? " and "
                                  : ", ",
                     show(word, top[i].word), report_count(times, top[i].times)));
    }
    return ST_OK;
}

static enum status add_advice(struct buf *out, const struct unknown *u, bool *advised,
                              struct err *err)
{
    struct text_advice a;
    char left[REPORT_TEXT];
    TRY(text_advice_find(&a, u->text->watch, u->times, u->vocab, err));
    percent(left, a.unknown);
    *advised = a.change != TEXT_KEEP;
    switch (a.change) {
    case TEXT_LOWER:
        return buf_addf(out, err, "; in lower case %s would be: put the text through 'tr A-Z a-z'",
                        left);
    case TEXT_UPPER:
        return buf_addf(out, err,
                        "; in upper case, which the vocabulary has, %s would be: change the case "
                        "of one of them, as 'tr a-z A-Z' does with the text",
                        left);
    case TEXT_TOKENIZER:
        return buf_addf(out, err, "; with the tokenizer %s %s would be%s%s", a.tokenizer->name,
                        left, command_has_option(u->command, "tokenizer") ? ": --tokenizer " : "",
                        command_has_option(u->command, "tokenizer") ? a.tokenizer->name : "");
    case TEXT_UNK:
        return buf_addf(out, err, "; --unk '%s' says that it stands for unknown words", a.marker);
    default:
        return ST_OK;
    }
}

/* A model that has met no <unk> gives it a probability that means nothing. */
static enum status add_never(struct buf *out, const struct unknown *u, struct err *err)
{
    return buf_addf(out, err, "; there was no <unk> in the text that it was made from: %s",
                    command_has_option(u->command, "min-count")
                        ? "--min-count 2 makes one of each rare word, so that it can be learned"
                        : "a model trained with --min-count 2 has learned how likely it is");
}

static enum status describe_unknown(struct buf *out, const struct unknown *u, struct err *err)
{
    bool advised = false;
    TRY(describe_share(out, u, err));
    if (u->text->watch != NULL) {
        TRY(add_words(out, u, err));
        TRY(add_advice(out, u, &advised, err));
    }
    return !advised && u->text->then == 0.0 ? add_never(out, u, err) : ST_OK;
}

static enum status warn_of_unknown(const struct unknown *u, struct said *said, struct err *err)
{
    struct buf words = {0};
    if (!is_worth_a_word(u))
        return ST_OK;
    const enum status status = describe_unknown(&words, u, err);
    if (status == ST_OK)
        report_warning("%s", words.data);
    said->unknown = u->share;
    buf_fini(&words);
    return status;
}

/* --- words that are none --- */

/* More characters than the words of any language that has blanks between them have. */
static const double LONG_WORDS = 20.0;

static void warn_of_shape(const struct read_text *text, const struct command *command,
                          struct said *said)
{
    const struct text_shape *shape = text_watch_shape(text->watch);
    const struct tokenizer *tokenizer = text_watch_tokenizer(text->watch);
    char share[REPORT_TEXT], id[SHOWN];
    if (text_shape_has_ids(shape) && !said->ids)
        report_warning(
            "'%s' has what looks like an id at the beginning of %s of its lines, such as '%s', "
            "where it counts as %s: %s",
            text->name, percent(share, (double)shape->ids / (double)shape->lines),
            show(id, (struct slice){shape->id, shape->id_len}),
            tokenizer->joint[0] != '\0' ? "a word" : "text",
            command_has_option(command, "ids") ? "--ids takes it as one"
                                               : "cut it off, with 'cut -d\" \" -f2-'");
    said->ids |= text_shape_has_ids(shape);
    const double length = text_shape_word_length(shape);
    if (!tokenizer->keeps_words || tokenizer->learns || length <= LONG_WORDS || said->long_words)
        return;
    report_warning("'%s' has words of %.0f characters on the average, as if it were written "
                   "without blanks between them: the tokenizers bpe and chars take its lines apart",
                   text->name, length);
    said->long_words = true;
}

/* --- all of it --- */

static enum status warn(const struct read_text *text, const struct vocab *vocab,
                        const struct command *command, struct said *said, struct err *err)
{
    if (text->watch != NULL)
        warn_of_markers(text, vocab, said);
    if (text->watch != NULL)
        warn_of_shape(text, command, said);
    const struct unknown unknown = find_unknown(text, vocab, command, said);
    return warn_of_unknown(&unknown, said, err);
}

/* Once for a text that is cut into three. */
static void warn_of_doubt(const struct read_text *text, struct said *said)
{
    const bool again = said->doubted != NULL && strcmp(said->doubted, text->name) == 0;
    if (text->doubt != NULL && !again)
        report_warning("'%s' seems to be %s, and is read as it is%s", text->name, text->doubt,
                       strcmp(text->doubt, "JSON lines") == 0
                           ? ": --json-field NAME would read the field NAME of its lines"
                           : "");
    said->doubted = text->doubt != NULL ? text->name : NULL;
}

enum status warn_of_text(const struct read_text *text, const struct vocab *vocab,
                         const struct command *command, struct err *err)
{
    struct said said = {.unknown = 0.0};
    warn_of_doubt(text, &said);
    return warn(text, vocab, command, &said, err);
}

static enum status warn_of_all(const struct dataset *d, double then, const struct command *command,
                               struct err *err)
{
    struct said said = {.unknown = 0.0};
    bool prepared = false; /* and said so */
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct ids *ids = &d->splits[s];
        const struct read_text text = {d->names[s],   ids->n, ids->unknown,
                                       d->watches[s], then,   d->doubts[s]};
        if (ids->n == 0)
            continue;
        warn_of_doubt(&text, &said);
        TRY(warn(&text, d->vocab, command, &said, err));
        if (d->prepared && !prepared)
            warn_of_prepared(d, text.name);
        prepared = d->prepared;
    }
    return ST_OK;
}

enum status warn_of_texts(const struct dataset *d, const struct command *command, struct err *err)
{
    return warn_of_all(d, dataset_unk_share(d), command, err);
}

enum status find_unk_share(double *share, const struct lm *lm, struct err *err)
{
    struct json *notes;
    const uint64_t total = vocab_total(lm->vocab);
    if (total > 0) {
        *share = (double)vocab_count(lm->vocab, vocab_unk(lm->vocab)) / (double)total;
        return ST_OK;
    }
    TRY(lm_read_training(lm, &notes, err));
    const enum status status = training_text_unk_share(share, notes, err);
    json_free(notes);
    return status;
}

enum status warn_of_texts_for(const struct lm *lm, const struct dataset *d,
                              const struct command *command, struct err *err)
{
    double then;
    TRY(find_unk_share(&then, lm, err));
    return warn_of_all(d, then, command, err);
}
