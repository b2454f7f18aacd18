#include "cmd/train/train_texts.h"

#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/report/report.h"
#include "cmd/text_warnings.h"
#include "lib/base/escape.h"
#include "lib/task/run/training_text.h"
#include "lib/task/settings/preset.h"
#include "lib/task/use/label_chunks.h"

static enum status read_texts(struct dataset *data, const struct train_values *values,
                              const char *corpus, const char *directory, unsigned wanted,
                              const struct train_reading *reading, struct err *err)
{
    struct dataset_request request = corpus_request_of(corpus, &values->corpus);
    request.needed = 1u << SPLIT_TRAIN;
    request.seed = DATASET_SEED;
    request.wanted = wanted;
    corpus_count_from(&request, directory);
    if (train_settings_of_labels(&values->settings)) {
        const struct example_request examples = example_request_of(
            &values->examples, task_find(values->settings.label.task) == &task_label);
        return reading->coding != NULL
                   ? dataset_read_examples_with(data, &request, &examples, reading->coding, err)
                   : dataset_read_examples(data, &request, &examples, err);
    }
    return reading->vocab != NULL ? dataset_read_with(data, &request, reading->vocab, err)
                                  : dataset_read(data, &request, err);
}

enum status train_choose_preset(struct train_values *values, const struct setting_values *table,
                                const char *corpus, struct err *err)
{
    struct setting_ref preset;
    bool images = false;
    const struct dataset_request request = corpus_request_of(corpus, &values->corpus);
    if (!setting_find(table->groups, "preset", &preset) || table->given[preset.index] ||
        !setting_is_given(table, "task") ||
        strcmp(values->settings.label.task, task_classify.name) != 0)
        return ST_OK;
    TRY(dataset_has_images(&images, &request, err));
    if (images)
        values->settings.preset = PRESET_IMAGES;
    table->given[preset.index] = images;
    return ST_OK;
}

enum status train_read_words(struct dataset *data, const struct train_values *values,
                             const char *corpus, const char *directory, struct err *err)
{
    const struct train_reading own = {0};
    return read_texts(data, values, corpus, directory, 1u << SPLIT_TRAIN, &own, err);
}

/* What has changed in one text; an empty `what` means nothing. */
static enum status compare_text(char *what, size_t size, const struct dataset *data, enum split i,
                                const struct json *config, struct err *err)
{
    const bool was = training_text_is_noted(config, i), is = dataset_has(data, i);
    struct training_text_match match = {.same = true};
    what[0] = '\0';
    if (was && is)
        TRY(training_text_compare(&match, config, data, i, err));
    if (was != is)
        snprintf(what, size, "it %s a %s text", is ? "now has" : "no longer has", split_name(i));
    else if (!match.same)
        snprintf(what, size, "the fingerprint of '%s' is %s, and was %s", data->names[i],
                 match.now.text, match.then);
    return ST_OK;
}

static enum status text_has_changed(const struct dataset *data, const struct train_resume *resume,
                                    struct err *err)
{
    char what[2 * REPORT_TEXT + 4096] = "";
    for (enum split i = 0; i < N_SPLITS && what[0] == '\0'; i++)
        TRY(compare_text(what, sizeof what, data, i, resume->config, err));
    return err_set(err, ST_INPUT,
                   "'%s' cannot be resumed, because its text has changed: %s; put it back as it "
                   "was, or begin a new run",
                   resume->dir, what[0] != '\0' ? what : "its vocabulary is another");
}

/* The text of a resumed run must exist and be unchanged. */
static enum status read_same_texts(struct dataset *data, const struct train_values *values,
                                   const char *corpus, const struct train_resume *resume,
                                   const struct train_reading *reading, struct err *err)
{
    struct err why;
    struct training_text_match match;
    const enum status status =
        read_texts(data, values, corpus, resume->directory, SPLITS_ALL, reading, &why);
    if (status != ST_OK) {
        err_wrap(err, &why, "'%s' cannot be resumed, because its text cannot be read as it was",
                 resume->dir);
        if (corpus != NULL && strcmp(corpus, "-") == 0)
            err_add(err, "give it on standard input again");
        err->code = status == ST_USAGE ? ST_INPUT : status;
        return err->code;
    }
    if (training_text_compare(&match, resume->config, data, N_SPLITS, &why) != ST_OK)
        return train_resume_wrap(err, &why, resume->dir);
    return match.same ? ST_OK : text_has_changed(data, resume, err);
}

static void report_texts(const struct dataset *data, const struct train_values *values)
{
    const struct document_choice documents = document_choice_of(&values->corpus.documents);
    if (data->labels != NULL)
        example_report(data);
    else
        corpus_report(data, &documents, values->corpus.vocab);
}

/* A line of names above a table would be an example of a class of its own. */
static void warn_of_header(const struct dataset *data)
{
    enum { FEW = 20 };
    const struct examples *e = data->examples[SPLIT_TRAIN];
    size_t with_label = 0;
    if (data->coding.form != EXAMPLE_FORM_TAB || e->n < FEW)
        return;
    for (size_t i = 0; i < e->n; i++)
        with_label += e->labels[i] == e->labels[0];
    const struct slice label = names_get(data->labels, e->labels[0]);
    if (with_label == 1)
        report_warning("the first line of '%s' has a label that no other line has, %s: if it is a "
                       "line of names, remove it",
                       data->names[SPLIT_TRAIN], escape_quoted(label.bytes, label.len).text);
}

/* Options that have no part in examples of their form. */
static enum status check_form(const struct dataset *data, const struct setting_values *table,
                              struct err *err)
{
    static const char *const of_words[] = {
        "embedding", "tokenizer",  "bpe-merges", "bpe-merges-file", "min-count", "max-vocab",
        "oov",       "json-field", "encoding",   "normalize",       "bos",       "eos",
        "unk",       NULL};
    static const char *const of_images[] = {"sequence", NULL};
    const bool images = data->labels != NULL && data->coding.form == EXAMPLE_FORM_IDX;
    const char *const *other = images ? of_words : of_images;
    for (; data->labels != NULL && *other != NULL; other++) {
        struct setting_ref at;
        if (setting_find(table->groups, *other, &at) && table->given[at.index])
            return err_set(err, ST_USAGE, "--%s is for %s, and the examples are %s", *other,
                           images ? "words" : "images", images ? "images" : "texts");
    }
    return ST_OK;
}

enum status train_read_texts(struct dataset *data, const struct train_values *values,
                             const char *corpus, const struct train_resume *resume,
                             const struct train_reading *reading, struct err *err)
{
    TRY(resume != NULL ? read_same_texts(data, values, corpus, resume, reading, err)
                       : read_texts(data, values, corpus, NULL, SPLITS_ALL, reading, err));
    if (resume == NULL)
        TRY(check_form(data, reading->table, err));
    report_texts(data, values);
    if (resume == NULL && data->labels == NULL) /* else it was said when the run began */
        TRY(warn_of_texts(data, &cmd_train, err));
    if (resume == NULL && data->labels != NULL)
        warn_of_header(data);
    if (!dataset_has(data, SPLIT_VALID))
        report_warning("there is no valid text: the last epoch is kept, not the best; name one "
                       "with --valid");
    return ST_OK;
}

enum status train_check_bio(const struct dataset *data, const struct train_config *config,
                            struct err *err)
{
    struct chunk_begins begins;
    if (!config->bio)
        return ST_OK;
    TRY(label_chunks_count_begins(&begins, data->examples[SPLIT_TRAIN], data->labels, err));
    if (begins.with_i <= begins.with_b)
        return ST_OK;
    return err_set(
        err, ST_INPUT,
        "'%s' has %zu chunks that begin with I-, as in IOB1, and %zu that begin with B-, "
        "the only ones that --bio predicts: write all with B- (IOB2), or train with "
        "--preset tags --head crf --metric f1",
        data->names[SPLIT_TRAIN], begins.with_i, begins.with_b);
}

enum status train_check_lengths(uint64_t *windows, const struct dataset *data,
                                const struct train_config *config, struct err *err)
{
    struct batcher batcher;
    if (config->task->of_labels) {
        *windows = (data->examples[SPLIT_TRAIN]->n + config->B - 1) / config->B;
        return ST_OK;
    }
    TRY(corpus_batcher(&batcher, data, SPLIT_TRAIN, (int)config->B, (int)config->T, err));
    *windows = batcher.n_windows;
    if (data->splits[SPLIT_VALID].n == 1)
        return err_set(err, ST_INPUT,
                       "'%s' has a single token, and only tokens after the first are scored",
                       data->names[SPLIT_VALID]);
    return ST_OK;
}

/* The longest sequence of a split. */
static size_t longest(const struct dataset *data, enum split s)
{
    return data->examples[s] != NULL ? data->examples[s]->longest : 1;
}

double train_memory(const struct dataset *data, const struct model_shape *shape,
                    const struct train_config *config)
{
    const bool labels = config->task->of_labels;
    return train_bytes(shape, config, labels ? longest(data, SPLIT_TRAIN) : config->T,
                       labels ? longest(data, SPLIT_VALID) : config->T);
}

void train_fit_shape(struct model_shape *shape, const struct dataset *data, size_t feature_size)
{
    shape->V = data->vocab != NULL ? vocab_size(data->vocab) : 0;
    if (data->labels == NULL)
        return;
    shape->C = names_size(data->labels);
    if (data->vocab == NULL)
        shape->E = data->examples[SPLIT_TRAIN]->width;
    shape->n_features = data->coding.columns.features.n;
    for (size_t i = 0; i < shape->n_features; i++)
        shape->features[i] =
            (struct input_table){names_size(data->coding.features[i]), feature_size};
}
