#include "cmd/option/example_options.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/report/report.h"
#include "lib/file/setting_json.h"
#include "lib/task/data/example_form.h"

#define FIELD(member) offsetof(struct example_values, member)

#define FORM_ROW                                                                                   \
    .name = "form", .type = SETTING_CHOICE, .offset = FIELD(form), .choice_at = example_form_at,   \
    .dflt = "auto", .value_name = "NAME", .help = "how they are written"

#define OF_COLUMNS .owner = "task", .owner_choices = "label"

const struct setting example_form_rows[] = {{FORM_ROW, .rare = true}, {.name = NULL}};

const struct setting example_rows[] = {
    {FORM_ROW, .owner = "task", .owner_choices = "classify label"},
    {.name = "word-column",
     .type = SETTING_INT,
     .offset = FIELD(word_column),
     .min = -FEATURE_COLUMN_MAX,
     .max = FEATURE_COLUMN_MAX,
     .dflt = "1",
     .value_name = "N",
     .help = "where the word is; -1: in the last column",
     .rare = true,
     OF_COLUMNS},
    {.name = "label-column",
     .type = SETTING_INT,
     .offset = FIELD(label_column),
     .min = -FEATURE_COLUMN_MAX,
     .max = FEATURE_COLUMN_MAX,
     .dflt = "-1",
     .value_name = "N",
     .help = "where the label is",
     .rare = true,
     OF_COLUMNS},
    {.name = "features",
     .type = SETTING_TEXT,
     .offset = FIELD(features),
     .value_name = "LIST",
     .help = "of words, as in suffix3,prefix3,shape,column2",
     .rare = true,
     .check = features_check,
     OF_COLUMNS},
    {.name = "lower",
     .type = SETTING_FLAG,
     .offset = FIELD(lower),
     .dflt = "no",
     .help = "look words up in lower case",
     .rare = true,
     OF_COLUMNS},
    {.name = "zero-digits",
     .type = SETTING_FLAG,
     .offset = FIELD(zero_digits),
     .dflt = "no",
     .help = "look words up with 0 for every digit",
     .rare = true,
     OF_COLUMNS},
    {.name = "sequence",
     .type = SETTING_CHOICE,
     .offset = FIELD(sequence),
     .choice_at = example_sequence_at,
     .dflt = "rows",
     .value_name = "NAME",
     .help = "the steps of an image",
     .rare = true,
     .owner = "task",
     .owner_choices = "classify"},
    {.name = "sequence-seed",
     .type = SETTING_INT,
     .offset = FIELD(sequence_seed),
     .max = 0x1p53,
     .dflt = "1",
     .value_name = "N",
     .help = "of the order of permuted pixels",
     .rare = true,
     .owner = "sequence",
     .owner_choices = "permuted"},
    {.name = "keep-train",
     .type = SETTING_FLAG,
     .offset = FIELD(keep_train),
     .help = "without a valid text, hold no examples out for one",
     .rare = true,
     .owner = "task",
     .owner_choices = "classify label"},
    {.name = NULL},
};

struct example_request example_request_of(const struct example_values *v, bool per_step)
{
    struct example_request r = {.per_step = per_step,
                                .columns = {.word = (int)v->word_column,
                                            .label = (int)v->label_column,
                                            .lower = v->lower,
                                            .no_digits = v->zero_digits},
                                .images = {.seed = (uint64_t)v->sequence_seed},
                                .keep_train = v->keep_train};
    if (v->form != NULL)
        example_form_find(&r.form, v->form);
    if (v->sequence != NULL)
        example_sequence_find(&r.images.sequence, v->sequence);
    if (v->features != NULL)
        (void)features_parse(&r.columns.features, v->features, NULL); /* it was checked */
    return r;
}

enum status example_request_take(struct example_request *request, struct json *record,
                                 struct err *err)
{
    static const struct setting_group groups[] = {{.rows = example_rows}, {.rows = NULL}};
    struct example_values values = {0};
    bool given[SETTINGS_MAX] = {false};
    TRY(setting_json_read(record, &(struct setting_values){groups, &values, given}, err));
    request->keep_train = values.keep_train;
    return ST_OK;
}

static void report_vocab(const struct dataset *d)
{
    char count[REPORT_TEXT];
    const struct features *f = &d->coding.columns.features;
    struct buf list = {0};
    if (d->vocab != NULL)
        report_note("vocabulary  %s words", report_count(count, vocab_size(d->vocab)));
    if (f->n > 0 && features_format(f, &list, NULL) == ST_OK)
        report_note("features    %s", list.data);
    buf_fini(&list);
}

static void report_split(const struct dataset *d, enum split s)
{
    const struct examples *e = d->examples[s];
    char n[REPORT_TEXT], steps[REPORT_TEXT], name[256];
    report_note("%-11s %s sequences, %s steps, the longest %zu: %s", split_name(s),
                report_count(n, e->n), report_count(steps, e->steps), e->longest,
                report_escape_cut(name, sizeof name, d->names[s] != NULL ? d->names[s] : "-"));
}

static void report_division(const struct dataset *d)
{
    char held[REPORT_TEXT];
    if (d->division.way == EXAMPLE_VALID_HELD)
        report_note("held out    %s of the train examples are valid, since no others are given",
                    report_count(held, d->division.held));
    if (d->division.way == EXAMPLE_SPLITS_CUT)
        report_note("one text    cut into train, valid and test");
}

void example_report(const struct dataset *d)
{
    char count[REPORT_TEXT];
    report_note("form        %s", example_form_at(d->coding.form));
    if (d->coding.tokenizer != NULL)
        report_note("tokenizer   %s", d->coding.tokenizer->name);
    report_vocab(d);
    report_note("labels      %s", report_count(count, names_size(d->labels)));
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++)
        if (d->examples[s] != NULL)
            report_split(d, s);
    report_division(d);
    report_note("fingerprint %016" PRIx64, d->fingerprint);
}
