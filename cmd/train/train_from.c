#include "cmd/train/train_from.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/model_report.h"
#include "cmd/report/report.h"
#include "cmd/train/train_texts.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/model/model_file.h"
#include "vocab/tokenizer/tokenizer_bpe.h"
#include "vocab/vocab_extend.h"

/* In config.json and in the notes of model files. */
#define KEY_FINGERPRINT "from_fingerprint"

/* The texts must have the model's tokenizer. */
static enum status take_tokenizer(const struct lm *lm, struct train_values *values, struct err *err)
{
    const char **own = &values->corpus.tokenizer;
    if (*own != NULL && strcmp(*own, lm->tokenizer->name) != 0)
        return err_set(err, ST_USAGE, "'%s' was trained with the tokenizer '%s', not '%s'",
                       lm->path, lm->tokenizer->name, *own);
    *own = lm->tokenizer->name;
    values->corpus.learned = lm->learned;
    return ST_OK;
}

enum status train_from_check(const struct train_values *values, struct err *err)
{
    if (values->corpus.merges > 0 || values->corpus.merges_file != NULL)
        return err_set(
            err, ST_USAGE,
            "--bpe-merges and --bpe-merges-file have no effect on a model, which has its "
            "own merges");
    if (values->add_words || values->corpus.min_count <= 1)
        return ST_OK;
    return err_set(
        err, ST_USAGE,
        "--min-count has no effect on the model's own words; --add-words takes new ones");
}

static enum status find_fingerprint(struct hash_hex *fingerprint, const struct model *m,
                                    struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    for (size_t i = 0; i < m->params.n; i++)
        hash_add(h, model_weight(m, i), param_size(&m->params.items[i]) * sizeof(float));
    *fingerprint = hash_hex(hash_digest(h));
    hash_free(h);
    return ST_OK;
}

/* The fingerprint of the model that the run began with. */
static enum status read_fingerprint(struct hash_hex *fingerprint, const struct train_resume *resume,
                                    struct err *err)
{
    struct err why;
    const char *text;
    if (json_get_string(resume->config, KEY_FINGERPRINT, &text, &why) != ST_OK)
        return train_resume_wrap(err, &why, resume->dir);
    snprintf(fingerprint->text, sizeof fingerprint->text, "%s", text);
    return ST_OK;
}

static enum status open_model(struct train_from *f, const char *path, const struct lm_given *given,
                              struct err *err)
{
    bool labels;
    TRY(lm_gives_labels(path, &labels, err));
    if (labels)
        TRY(labeller_open(&f->labeller, path, err));
    else
        TRY(lm_open_as(&f->language, path, given, err));
    f->lm = labels ? &f->labeller.base : &f->language;
    return ST_OK;
}

/* What a model that gives labels reads examples by is its own. */
static enum status check_reading(const struct setting_values *table, struct err *err)
{
    static const char *const of_model[] = {
        "form",        "features", "word-column", "label-column", "lower",
        "zero-digits", "sequence", "min-count",   "max-vocab",    "tokenizer",
        "vocab",       "vectors",  "add-words"};
    for (size_t i = 0; i < sizeof of_model / sizeof *of_model; i++)
        if (setting_is_given(table, of_model[i]))
            return err_set(err, ST_USAGE,
                           "--%s has no effect with --from: the model reads examples as those it "
                           "was trained with",
                           of_model[i]);
    return ST_OK;
}

/* Which chunks a model predicts stays as it was, unless it is said. */
static void take_bio(const struct train_from *f, struct train_values *values,
                     const struct setting_values *table)
{
    struct setting_ref at;
    if (setting_find(table->groups, "bio", &at) && !table->given[at.index] && f->labeller.bio)
        values->settings.label.bio = table->given[at.index] = true;
}

const struct example_coding *train_from_coding(const struct train_from *f)
{
    return f->labeller.labels != NULL ? &f->labeller.coding : NULL;
}

/* What the user says of the model's cells, now or when the run began. */
static const char *given_cell(const struct train_values *values, const struct setting_values *table,
                              const struct train_resume *resume)
{
    return setting_is_given(table, "cell") || resume != NULL ? values->settings.model.cell : NULL;
}

enum status train_from_open(struct train_from *f, struct train_values *values,
                            const struct setting_values *table, const struct train_resume *resume,
                            struct err *err)
{
    char *path;
    struct hash_hex is;
    TRY(io_find(&path, resume != NULL ? resume->directory : NULL, values->from, err));
    const struct lm_given given = {.cell = given_cell(values, table, resume),
                                   .tokenizer = values->corpus.tokenizer};
    const enum status status = open_model(f, path, &given, err);
    mem_free(path);
    TRY(status);
    model_report(f->lm, given.cell, given.tokenizer);
    TRY(find_fingerprint(&is, f->lm->model, err));
    if (resume != NULL && strcmp(is.text, f->fingerprint.text) != 0)
        return err_set(err, ST_INPUT,
                       "'%s' is not the model that '%s' began with: it was replaced since; put "
                       "that one back, or begin a new run",
                       f->lm->path, resume->dir);
    f->fingerprint = is;
    TRY(train_settings_take_shape(&values->settings, table, &f->lm->model->shape, err));
    values->corpus.otherwise = &f->lm->markers;
    if (f->lm == &f->labeller.base) {
        take_bio(f, values, table);
        return resume == NULL ? check_reading(table, err) : ST_OK;
    }
    return take_tokenizer(f->lm, values, err);
}

enum status train_from_check_place(const struct train_from *f, const char *output, struct err *err)
{
    char *model = io_join(output, LM_FILE, err);
    if (model == NULL)
        return ST_NOMEM;
    const bool same = io_is_same(model, f->lm->path);
    mem_free(model);
    return same ? err_set(err, ST_USAGE,
                          "'%s' would be replaced by the run that begins with its model: give "
                          "another directory with -o",
                          output)
                : ST_OK;
}

/* Extends the model's vocabulary by the words of the train text. */
static enum status extend(struct train_from *f, const struct train_values *values,
                          const char *corpus, const char *directory, struct err *err)
{
    struct dataset text = {0};
    if (corpus != NULL && strcmp(corpus, "-") == 0)
        return err_set(err, ST_USAGE,
                       "finding new words takes one more reading of the text, and standard input "
                       "can be read only once: give the text as a file with --add-words");
    enum status status = train_read_words(&text, values, corpus, directory, err);
    if (status == ST_OK)
        status = vocab_extend(&f->vocab, f->lm->vocab, text.vocab,
                              (uint64_t)values->corpus.min_count, err);
    dataset_fini(&text);
    return status;
}

static void report_words(const struct train_from *f)
{
    char own[REPORT_TEXT], added[REPORT_TEXT];
    const size_t n = vocab_size(f->lm->vocab), all = f->vocab != NULL ? vocab_size(f->vocab) : n;
    report_note("training on %s: %s words%s%s%s", f->lm->path, report_count(own, n),
                all > n ? ", and " : "", all > n ? report_count(added, all - n) : "",
                all > n ? " new" : "");
}

static enum status find_vocab(struct train_from *f, const struct train_values *values,
                              const char *corpus, const char *directory, const struct vocab **vocab,
                              struct err *err)
{
    if (values->add_words)
        TRY(extend(f, values, corpus, directory, err));
    *vocab = f->vocab != NULL ? f->vocab : f->lm->vocab;
    report_words(f);
    return ST_OK;
}

enum status train_from_vocab(struct train_from *f, const struct train_values *values,
                             const char *corpus, const struct vocab **vocab, struct err *err)
{
    *vocab = NULL;
    if (train_from_coding(f) != NULL) {
        report_note("training on %s", f->lm->path);
        return ST_OK;
    }
    return find_vocab(f, values, corpus, NULL, vocab, err);
}

/* Those of the newest checkpoint, with which its words were made. */
static enum status take_merges(struct train_from *f, struct train_values *values,
                               const struct session *s, struct err *err)
{
    const struct safetensors_tensor *merges = model_find_merges(&s->newest.file);
    const char *name = values->corpus.tokenizer;
    const struct tokenizer *row = name != NULL ? tokenizer_find(name) : NULL;
    if (merges == NULL || row == NULL || !row->learns || (f->lm != NULL && f->lm->learned != NULL))
        return ST_OK;
    TRY(tokenizer_new(&f->learned, row, s->newest.path, merges->data, safetensors_bytes(merges),
                      err));
    values->corpus.learned = f->learned;
    return ST_OK;
}

enum status train_from_resume(struct train_from *f, struct train_values *values,
                              const struct setting_values *table, const struct session *s,
                              const struct train_resume *resume, const char *corpus,
                              const struct vocab **vocab, struct err *err)
{
    const struct safetensors_tensor *words = NULL;
    if (s->newest.path != NULL)
        words = model_find_vocab(&s->newest.file);
    /* a divergence in the first epoch goes back to the model's weights; what gives labels also has
     * what examples are read by */
    const bool may_restart =
        words == NULL || train_settings_of_labels(&values->settings) ||
        (train_settings_retry(&values->settings) && s->newest.summary.state.report.epoch <= 1);
    TRY(read_fingerprint(&f->fingerprint, resume, err));
    if (may_restart)
        TRY(train_from_open(f, values, table, resume, err));
    if (train_from_coding(f) != NULL) {
        *vocab = NULL;
        return ST_OK;
    }
    if (words == NULL)
        return find_vocab(f, values, corpus, resume->directory, vocab, err);
    TRY(take_merges(f, values, s, err));
    TRY(vocab_parse(&f->vocab, s->newest.path, words->data, safetensors_bytes(words), err));
    *vocab = f->vocab;
    return ST_OK;
}

enum status train_from_note(const struct train_from *f, struct json *notes, struct err *err)
{
    return json_set_string(notes, KEY_FINGERPRINT, f->fingerprint.text, err);
}

void train_from_fini(struct train_from *f)
{
    labeller_close(&f->labeller);
    lm_close(&f->language);
    vocab_free(f->vocab);
    tokenizer_free(f->learned);
    *f = (struct train_from){.vocab = NULL};
}
