/* ptblm corpus: the built-in corpus as text, with its true perplexity. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/output_dir.h"
#include "cmd/report/record.h"
#include "cmd/report/report.h"
#include "corpora/builtin/grammar.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

struct values {
    const char *output;
    int64_t tokens, valid_tokens, test_tokens;
    const char *split;
    bool json, force;
    struct common_values common;
};

enum { TOKENS_MAX = 1000000000 };

static const struct setting rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = SETTING_DIR,
     .offset = offsetof(struct values, output),
     .value_name = "DIR",
     .help = "write train.txt, valid.txt and test.txt here"},
    {.name = "split",
     .letter = 's',
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, split),
     .dflt = "train",
     .choice_at = corpus_split_at,
     .value_name = "SPLIT",
     .help = "without --output: the text to write to standard output"},
    {.name = "tokens",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = offsetof(struct values, tokens),
     .min = 1,
     .max = TOKENS_MAX,
     .dflt = "930000",
     .value_name = "N",
     .help = "tokens of the train text, at least"},
    {.name = "valid-tokens",
     .type = SETTING_INT,
     .offset = offsetof(struct values, valid_tokens),
     .min = 1,
     .max = TOKENS_MAX,
     .dflt = "74000",
     .value_name = "N",
     .help = "tokens of the valid text"},
    {.name = "test-tokens",
     .type = SETTING_INT,
     .offset = offsetof(struct values, test_tokens),
     .min = 1,
     .max = TOKENS_MAX,
     .dflt = "82000",
     .value_name = "N",
     .help = "tokens of the test text"},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, json),
     .help = "with --output: the figures as one line of JSON"},
    {.name = "force",
     .letter = 'f',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, force),
     .help = "write over texts that are there"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = common_seed_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* A text and what is known about it. */
struct made {
    struct buf text;
    struct grammar_score score;
    struct io_writer *files[N_SPLITS]; /* whole, but without their names yet */
};

static enum status make(struct made *m, const struct values *v, enum split s, struct err *err)
{
    const int64_t tokens[N_SPLITS] = {v->tokens, v->valid_tokens, v->test_tokens};
    m->text.len = 0;
    TRY(grammar_write(&m->text, (uint64_t)v->common.seed, s, (uint64_t)tokens[s], err));
    return grammar_score_text(&m->score, m->text.data, m->text.len, err);
}

static double perplexity(const struct grammar_score *score)
{
    return exp(-score->nats / (double)score->tokens);
}

static enum status print_stdout(const struct values *v, struct err *err)
{
    struct made m = {0};
    char tokens[REPORT_TEXT], shown[REPORT_TEXT];
    enum status status = make(&m, v, corpus_split(v->split), err);
    if (status == ST_OK)
        status = report_write(m.text.data, m.text.len, err);
    if (status == ST_OK)
        report_note("%s: %s tokens, true perplexity %s", v->split,
                    report_count(tokens, m.score.tokens),
                    report_perplexity(shown, perplexity(&m.score), 4));
    buf_fini(&m.text);
    return status;
}

static char *text_path(const char *dir, enum split s, struct err *err)
{
    char name[16];
    snprintf(name, sizeof name, "%s.txt", split_name(s));
    return io_join(dir, name, err);
}

static enum status check_output(const struct values *v, struct err *err)
{
    for (enum split s = 0; s < N_SPLITS && !v->force; s++) {
        char *path = text_path(v->output, s, err);
        if (path == NULL)
            return ST_NOMEM;
        enum status status = ST_OK;
        if (io_exists(path))
            status = err_set(err, ST_USAGE, "'%s' exists: --force overwrites it", path);
        mem_free(path);
        TRY(status);
    }
    return ST_OK;
}

static void add_figures(struct record *r, enum split s, const char *path,
                        const struct grammar_score *score)
{
    record_open_part(r, "split", split_name(s));
    record_add_path(r, "file", path);
    record_add_int(r, "tokens", (int64_t)score->tokens);
    record_add_real(r, "true_perplexity", perplexity(score), 4);
    record_close(r);
}

static enum status write_split(const struct values *v, enum split s, struct record *r,
                               struct made *m, struct err *err)
{
    enum status status = ST_OK;
    char *path = text_path(v->output, s, err);
    if (path == NULL)
        return ST_NOMEM;
    TRY_OUT(make(m, v, s, err));
    TRY_OUT(io_stage_file(&m->files[s], path, m->text.data, m->text.len, err));
    add_figures(r, s, path, &m->score);
out:
    mem_free(path);
    return status;
}

static enum status write_texts(const struct values *v, struct err *err)
{
    struct made m = {0};
    struct record r = {0};
    struct buf figures = {0};
    enum status status = ST_OK;
    for (enum split s = 0; s < N_SPLITS; s++)
        TRY_OUT(write_split(v, s, &r, &m, err));
    TRY_OUT(record_format(&r, v->json ? RECORD_JSON : RECORD_LINES, &figures, err));
    TRY_OUT(io_writer_commit_all(m.files, N_SPLITS, err));
    status = report_write(figures.data, figures.len, err);
out:
    for (enum split s = 0; s < N_SPLITS; s++)
        io_writer_discard(m.files[s]);
    record_fini(&r);
    buf_fini(&figures);
    buf_fini(&m.text);
    return status;
}

static enum status write_files(const struct values *v, struct err *err)
{
    static const char *const names[] = {"train.txt", "valid.txt", "test.txt", NULL};
    struct output_dir place;
    enum status status;
    TRY_OUT(output_dir_open(&place, v->output, names, err));
    TRY_OUT(check_output(v, err));
    status = write_texts(v, err);
out:
    output_dir_close(&place);
    return status;
}

/* Without --output one text is written; options of the other texts are refused. */
static enum status check_stdout(const struct invocation *call, struct err *err)
{
    static const char *const lengths[N_SPLITS] = {"tokens", "valid-tokens", "test-tokens"};
    const struct values *v = call->values;
    if (v->json)
        return err_set(err, ST_USAGE,
                       "--json needs --output DIR: standard output has the text itself");
    if (v->force)
        return err_set(err, ST_USAGE,
                       "--force needs --output DIR: standard output has nothing to write over");
    for (enum split s = 0; s < N_SPLITS; s++)
        if (s != corpus_split(v->split) && invocation_given(call, lengths[s]))
            return err_set(err, ST_USAGE,
                           "--%s is of another text than the %s text, which is written: choose it "
                           "with --split, or write all with --output DIR",
                           lengths[s], v->split);
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    if (v->output != NULL)
        return write_files(v, err);
    TRY(check_stdout(call, err));
    return print_stdout(v, err);
}

static const struct option_clash clashes[] = {
    {"output", "split", "all texts are written, or one"},
    {NULL, NULL, NULL},
};

const struct command cmd_corpus = {
    .name = "corpus",
    .summary = "write the built-in corpus, whose true perplexity is known",
    .operands = "",
    .example = "ptblm corpus -o grammar\n"
               "ptblm corpus --split valid --valid-tokens 1000 --seed 7",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
