/* ptblm train: its options, and the record of a run. */
#include "cmd/train/train_options.h"

#include "config.h"

#include "lib/file/setting_json.h"
#include "lib/model/compute.h"

#define FIELD(member) offsetof(struct train_values, member)

static const struct setting rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = SETTING_DIR,
     .offset = FIELD(output),
     .value_name = "RUN",
     .help = "directory for model, log and settings",
     .record = SETTING_UNRECORDED},
    {.name = "force",
     .letter = 'f',
     .type = SETTING_FLAG,
     .offset = FIELD(force),
     .help = "replace a run that is in RUN already",
     .record = SETTING_UNRECORDED},
    {.name = "from",
     .type = SETTING_PATH,
     .offset = FIELD(from),
     .value_name = "MODEL",
     .help = "train on a model, with its words"},
    {.name = "add-words",
     .type = SETTING_FLAG,
     .offset = FIELD(add_words),
     .help = "with --from: also take the words that are new in the text",
     .rare = true},
    {.name = "resume",
     .type = SETTING_DIR,
     .offset = FIELD(resume),
     .value_name = "RUN",
     .help = "resume an interrupted run",
     .change = SETTING_FREE,
     .record = SETTING_UNRECORDED},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    TRAIN_GROUPS(FIELD(settings)),
    {.title = "Text", .rows = corpus_split_rows, .offset = FIELD(corpus)},
    {.rows = corpus_vocab_rows, .offset = FIELD(corpus)},
    {.rows = corpus_read_rows, .offset = FIELD(corpus)},
    {.rows = document_rows, .offset = FIELD(corpus.documents)},
    {.rows = reading_rows, .offset = FIELD(corpus.reading)},
    {.rows = marker_rows, .offset = FIELD(corpus.markers)},
    {.title = "Labels", .rows = example_rows, .offset = FIELD(examples)},
    {.title = "Computing", .rows = common_compute_rows, .offset = FIELD(common)},
    {.rows = common_quiet_rows, .offset = FIELD(common)},
    {.rows = NULL},
};

enum status train_record_new(struct json **object, const struct setting_values *values,
                             const char *corpus, struct err *err)
{
    struct json *o;
    struct compute_info info;
    enum status status;
    TRY(json_new_object(&o, err));
    compute_get(&info);
    TRY_OUT(json_set_string(o, "version", PACKAGE_VERSION, err));
    if (corpus != NULL)
        TRY_OUT(json_set_path(o, "corpus", corpus, err));
    TRY_OUT(setting_json_write(o, values, SETTING_IN_MODEL, err));
    TRY_OUT(json_set_string(o, "matrices", info.matrices, err));
    TRY_OUT(json_set_string(o, "blas", info.blas, err));
    *object = o;
    return ST_OK;
out:
    json_free(o);
    return status;
}

static const char gives_weights[] = "the model gives the first weights";

static const struct option_clash clashes[] = {
    CORPUS_VOCAB_CLASHES,
    {"from", "vocab", "the model has its own words"},
    {"from", "max-vocab", "the model has its own words"},
    {"from", "init-scale", gives_weights},
    {"from", "init", gives_weights},
    {"from", "init-embedding", gives_weights},
    {"from", "init-input", gives_weights},
    {"from", "init-recurrent", gives_weights},
    {"from", "init-bias", gives_weights},
    {"from", "init-output", gives_weights},
    {"from", "init-output-bias", gives_weights},
    {"from", "forget-bias", gives_weights},
    {"from", "chrono", gives_weights},
    {NULL, NULL, NULL},
};

const struct command cmd_train = {
    .name = "train",
    .summary = "train a model and give its perplexity, or accuracy",
    .operands = "[CORPUS|DIR]",
    .max_operands = 1,
    .example = "ptblm train simple-examples.tgz -o small\n"
               "ptblm train -o demo --epochs 2        (the built-in corpus)\n"
               "ptblm train films.txt --task classify -o films\n"
               "ptblm train my-texts --from small -o mine",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct train_values),
    .run = train_command_run,
};
