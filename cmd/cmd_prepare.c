/* ptblm prepare: a corpus, read once, as a directory of word ids. */
#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/output_dir.h"
#include "cmd/report/report.h"
#include "cmd/text_warnings.h"
#include "lib/base/io/io.h"
#include "lib/task/run/run.h"
#include "lib/task/use/lm.h"

struct values {
    const char *output;
    bool force;
    struct corpus_values corpus;
    struct common_values common;
};

static const struct setting rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = SETTING_DIR,
     .offset = offsetof(struct values, output),
     .value_name = "DIR",
     .help = "the directory to write; must be given"},
    {.name = "force",
     .letter = 'f',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, force),
     .help = "write over a directory prepared before"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = corpus_split_rows, .offset = offsetof(struct values, corpus)},
    {.rows = corpus_vocab_rows, .offset = offsetof(struct values, corpus)},
    {.rows = corpus_read_rows, .offset = offsetof(struct values, corpus)},
    {.rows = document_rows, .offset = offsetof(struct values, corpus.documents)},
    {.rows = reading_rows, .offset = offsetof(struct values, corpus.reading)},
    {.rows = marker_rows, .offset = offsetof(struct values, corpus.markers)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* Texts next to prepared files would not be read, so neither they nor a run may be there. */
static enum status check_place(const struct invocation *call, const char *output, struct err *err)
{
    if (call->n_operands > 0 && io_is_same(call->operands[0], output))
        return err_set(err, ST_USAGE,
                       "'%s' is the corpus itself: give another directory with --output, because "
                       "prepared files would be read instead of the texts in it",
                       output);
    if (io_has(output, LM_FILE) || io_has(output, RUN_CONFIG))
        return err_set(err, ST_USAGE, "'%s' holds a run: give another directory with --output",
                       output);
    return ST_OK;
}

static enum status check_output(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    const char *name;
    TRY(check_place(call, v->output, err));
    if (!v->force && dataset_has_files(v->output, &name))
        return err_set(err, ST_USAGE, "'%s/%s' exists: --force overwrites it", v->output, name);
    return ST_OK;
}

static enum status check_corpus(const struct invocation *call, struct err *err)
{
    const struct corpus_values *c = &((const struct values *)call->values)->corpus;
    if (call->n_operands > 0 || c->train != NULL || c->valid != NULL || c->test != NULL)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "a corpus must be given: a text, a directory, an archive, '-', or --train FILE");
}

static enum status prepare(struct dataset *d, const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    const char *path = call->n_operands > 0 ? call->operands[0] : NULL;
    struct dataset_request request = corpus_request_of(path, &v->corpus);
    request.wanted = SPLITS_ALL;
    request.ids_dir = v->output;
    TRY(check_output(call, err));
    TRY(dataset_read(d, &request, err));
    corpus_report(d, &request.documents, v->corpus.vocab);
    TRY(warn_of_texts(d, call->command, err));
    TRY(dataset_save(d, v->output, err));
    report_note("wrote %s", v->output);
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct dataset d = {0};
    struct output_dir place;
    if (v->output == NULL)
        return err_set(err, ST_USAGE, "the directory to write must be given: --output DIR");
    TRY(check_corpus(call, err));
    enum status status = output_dir_open(&place, v->output, dataset_file_names(), err);
    if (status == ST_OK)
        status = prepare(&d, call, err);
    dataset_fini(&d);
    output_dir_close(&place);
    return status;
}

static const struct option_clash clashes[] = {CORPUS_VOCAB_CLASHES, {NULL, NULL, NULL}};

const struct command cmd_prepare = {
    .name = "prepare",
    .summary = "turn a corpus into a vocabulary and word ids, once for many runs",
    .operands = "[CORPUS|-]",
    .max_operands = 1,
    .example = "ptblm prepare simple-examples.tgz -o ptb\n"
               "ptblm prepare --train my.txt --max-vocab 20000 -o mine",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
