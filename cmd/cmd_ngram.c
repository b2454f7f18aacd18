/* ptblm ngram: a Kneser-Ney n-gram model of a text. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/output_dir.h"
#include "cmd/report/record.h"
#include "cmd/report/report.h"
#include "cmd/text_warnings.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/ngram/arpa.h"
#include "lib/ngram/ngram_build.h"
#include "lib/ngram/ngram_file.h"
#include "lib/task/data/text_notes.h"
#include "lib/task/use/lm.h"

struct values {
    const char *output;
    const char *format;
    int64_t order;
    struct setting_list prune;
    int64_t memory;
    bool json, force;
    struct corpus_values corpus;
    struct common_values common;
};

#define FORMAT_ARPA    "arpa"
#define FORMAT_ARPA_GZ "arpa.gz"
#define FORMAT_COMPACT "compact"

enum { MEGABYTE = 1000000 };

static const char *format_at(size_t i)
{
    static const char *const names[] = {FORMAT_COMPACT, FORMAT_ARPA, FORMAT_ARPA_GZ};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static const struct setting rows[] = {
    {.name = "output",
     .letter = 'o',
     .type = SETTING_PATH,
     .offset = offsetof(struct values, output),
     .value_name = "FILE",
     .help = "the model's file; must be given"},
    {.name = "format",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, format),
     .choice_at = format_at,
     .value_name = "NAME",
     .help = "its form [as FILE ends: .arpa, .arpa.gz; else compact]"},
    {.name = "order",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = offsetof(struct values, order),
     .min = 1,
     .max = NGRAM_MAX,
     .dflt = "5",
     .value_name = "N",
     .help = "most words of an n-gram"},
    {.name = "prune",
     .type = SETTING_LIST,
     .offset = offsetof(struct values, prune),
     .min = 0,
     .max = 1000000000,
     .value_name = "N,...",
     .help = "leave out n-grams that are up to N times in the text, by order from 1, as in 0,0,1; "
             "the last is for the higher orders too [0]"},
    {.name = "memory",
     .type = SETTING_INT,
     .offset = offsetof(struct values, memory),
     .min = 1,
     .max = 1000000000,
     .dflt = "1000",
     .value_name = "N",
     .help = "megabytes to sort in; what does not fit goes to files beside FILE"},
    {.name = "force",
     .letter = 'f',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, force),
     .help = "replace a file that is no model of n-grams"},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, json),
     .help = "print one JSON object"},
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

/* --- settings --- */

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static const char *format_of(const struct values *v)
{
    if (v->format != NULL)
        return v->format;
    return ends_with(v->output, "." FORMAT_ARPA)      ? FORMAT_ARPA
           : ends_with(v->output, "." FORMAT_ARPA_GZ) ? FORMAT_ARPA_GZ
                                                      : FORMAT_COMPACT;
}

static bool is_arpa(const struct values *v)
{
    return strcmp(format_of(v), FORMAT_COMPACT) != 0;
}

/* The least counts that are kept, from the highest that are left out. */
static enum status find_least(uint64_t least[NGRAM_MAX], const struct values *v, struct err *err)
{
    const size_t n = v->prune.n;
    for (size_t i = 0; i < NGRAM_MAX; i++)
        least[i] = n == 0 ? 1 : v->prune.items[i < n ? i : n - 1] + 1;
    if (n > (size_t)v->order)
        return err_set(err, ST_USAGE, "--prune has %zu numbers, for an order of %d", n,
                       (int)v->order);
    if (least[0] > 1)
        return err_set(err, ST_USAGE,
                       "--prune leaves out words: begin with 0; --min-count makes rare "
                       "words unknown ones");
    for (size_t i = 1; i < NGRAM_MAX; i++)
        if (least[i] < least[i - 1])
            return err_set(err, ST_USAGE,
                           "--prune: a higher order must not be pruned less than a "
                           "lower one");
    return ST_OK;
}

/* The directory that a file is in; to be freed. */
static char *folder_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? mem_copy_string(".", 1, err)
                         : mem_copy_string(path, (size_t)(slash - path) + 1, err);
}

/* Beside what scratch files are: the output, or where that is no file, what is for such files. */
static char *scratch_place(const char *output, struct err *err)
{
    struct stat st;
    if (strcmp(output, "-") != 0 && (stat(output, &st) != 0 || S_ISREG(st.st_mode)))
        return mem_copy_string(output, strlen(output), err);
    return io_join(scratch_folder(), "ptblm-ngram", err);
}

/* Before the work. */
static enum status check_output(const char *output, bool force, struct err *err)
{
    struct io_writer *file;
    bool is_model = true;
    if (!force && io_exists(output) && !io_is_dir(output))
        TRY(lm_is_replaceable(output, &is_model, err));
    if (!is_model)
        return err_set(err, ST_USAGE,
                       "'%s' exists, and is no model of n-grams: --force replaces it", output);
    TRY(io_writer_open(&file, output, err));
    io_writer_discard(file);
    return ST_OK;
}

/* --- the model --- */

/* What becomes of a corpus. */
struct making {
    const struct invocation *call;
    const struct values *v;
    char *scratch; /* scratch files are beside it */
    struct dataset data;
    struct ngram_counts counts;
    struct ngram_built built;
    struct record record;
};

static enum status read_corpus(struct making *m, struct err *err)
{
    const struct values *v = m->v;
    const char *path = m->call->n_operands > 0 ? m->call->operands[0] : NULL;
    struct dataset_request request = corpus_request_of(path, &v->corpus);
    char *folder = folder_of(m->scratch, err);
    if (folder == NULL)
        return ST_NOMEM;
    request.needed = 1u << SPLIT_TRAIN;
    request.wanted = SPLITS_ALL;
    request.ids_dir = folder;
    corpus_warn_of_input(path, &v->corpus);
    enum status status = dataset_read(&m->data, &request, err);
    mem_free(folder);
    TRY(status);
    corpus_report(&m->data, &request.documents, v->corpus.vocab);
    return warn_of_texts(&m->data, m->call->command, err);
}

/* Orders without n-grams have nothing to estimate. */
static void note_discounts(const struct making *m)
{
    char orders[4 * NGRAM_MAX] = "";
    size_t len = 0;
    for (int n = 1; n <= m->built.model.order; n++)
        if (m->built.discounts[n - 1].assumed && m->built.model.of[n - 1].n > 0)
            len +=
                (size_t)snprintf(orders + len, sizeof orders - len, "%s%d", len > 0 ? ", " : "", n);
    if (len > 0)
        report_note(
            "of order %s too few n-grams are seen once, twice or three times to estimate what "
            "smoothing takes from such counts: 0.5, 1 and 1.5 are assumed",
            orders);
}

static enum status build(struct making *m, struct err *err)
{
    const struct values *v = m->v;
    uint64_t least[NGRAM_MAX];
    const struct vocab *vocab = m->data.vocab;
    const struct ngram_text text = {&m->data.splits[SPLIT_TRAIN], vocab_size(vocab),
                                    vocab_eos(vocab)};
    TRY(find_least(least, v, err));
    TRY(ngram_count(&m->counts, &text, (int)v->order, least, (size_t)v->memory * MEGABYTE,
                    m->scratch, err));
    TRY(ngram_build(&m->built, &m->counts, &text, m->scratch, err));
    ngram_counts_fini(&m->counts);
    note_discounts(m);
    return ST_OK;
}

static enum status write_arpa(const struct making *m, struct err *err)
{
    struct io_writer *file;
    TRY(io_writer_open(&file, m->v->output, err));
    const enum status status = arpa_write(file, &m->built.model, m->data.vocab,
                                          strcmp(format_of(m->v), FORMAT_ARPA_GZ) == 0, err);
    if (status == ST_OK)
        return io_writer_commit(file, err);
    io_writer_discard(file);
    return status;
}

static void add_pair(struct ngram_extra *extra, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        extra->pairs[extra->n_pairs++] = (struct safetensors_pair){key, text};
}

static enum status write_compact(const struct making *m, struct err *err)
{
    struct model_notes notes = {.has_checksum = false};
    struct ngram_extra extra = {.n_pairs = 0};
    enum status status = text_notes_set(&notes, &m->data, err);
    add_pair(&extra, MODEL_KEY_VERSION, PACKAGE_VERSION);
    add_pair(&extra, MODEL_KEY_TOKENIZER, notes.tokenizer.data);
    for (int i = 0; i < MODEL_MARKERS; i++)
        add_pair(&extra, model_marker_keys[i], notes.markers[i].data);
    if (notes.merges.len > 0)
        extra.tensors[extra.n_tensors++] = (struct safetensors_tensor){.name = MODEL_MERGES,
                                                                       .dtype = DTYPE_U8,
                                                                       .rank = 1,
                                                                       .shape = {notes.merges.len},
                                                                       .data = notes.merges.data};
    if (status == ST_OK)
        status = ngram_save(m->v->output, &m->built.model, m->data.vocab, &extra, err);
    model_notes_fini(&notes);
    return status;
}

/* --- figures --- */

static enum status score(double *nats, const struct making *m, enum split s, struct err *err)
{
    const struct ids *ids = &m->data.splits[s];
    struct ngram_state state = ngram_begin(&m->built.model);
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    size_t n;
    *nats = 0.0;
    for (size_t from = 0; from < ids->n; from += n) {
        TRY(ids_read(ids, from, room, &chunk, &n, err));
        for (size_t i = 0; i < n; i++)
            *nats -= ngram_score(&m->built.model, &state, chunk[i], &state, NULL);
    }
    return ST_OK;
}

static enum status measure(struct making *m, struct err *err)
{
    static const char *const names[] = {
        [SPLIT_VALID] = "valid_perplexity", [SPLIT_TEST] = "test_perplexity"};
    for (enum split s = SPLIT_VALID; s <= SPLIT_TEST; s++) {
        double nats;
        if (m->data.splits[s].n == 0)
            continue;
        TRY(score(&nats, m, s, err));
        record_add_real(&m->record, names[s], exp(nats / (double)m->data.splits[s].n), 4);
    }
    record_open_table(&m->record, "orders");
    for (int n = 1; n <= m->built.model.order; n++) {
        record_open_item(&m->record);
        record_add_int(&m->record, "order", n);
        record_add_int(&m->record, "ngrams", (int64_t)m->built.model.of[n - 1].n);
        record_add_int(&m->record, "left_out", (int64_t)m->built.left_out[n - 1]);
        record_close(&m->record);
    }
    record_close(&m->record);
    return ST_OK;
}

/* --- */

/* The figures are made before the file, so that no file is there if they cannot be. */
static enum status write_all(struct making *m, struct buf *figures, struct err *err)
{
    TRY(measure(m, err));
    TRY(record_format(&m->record, m->v->json ? RECORD_JSON : RECORD_LINES, figures, err));
    TRY(is_arpa(m->v) ? write_arpa(m, err) : write_compact(m, err));
    report_note("wrote       %s", m->v->output);
    if (is_arpa(m->v) &&
        (strcmp(m->data.tokenizer->name, "words") != 0 || markers_any(&m->data.markers)))
        report_note(
            "an ARPA file does not say how text is read: eval needs the same --tokenizer, --bos, "
            "--eos, --unk and --normalize");
    return strcmp(m->v->output, "-") == 0 ? ST_OK /* where the model has gone */
                                          : report_write(figures->data, figures->len, err);
}

static enum status make(struct making *m, struct err *err)
{
    struct buf figures = {0};
    TRY(read_corpus(m, err));
    if (is_arpa(m->v))
        TRY(arpa_check_words(m->data.vocab, err));
    TRY(build(m, err));
    const enum status status = write_all(m, &figures, err);
    buf_fini(&figures);
    return status;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct making m = {.call = call, .v = v};
    uint64_t least[NGRAM_MAX];
    if (v->output == NULL)
        return err_set(err, ST_USAGE, "the file to write must be given: --output FILE");
    TRY(find_least(least, v, err));
    TRY(check_output(v->output, v->force, err));
    m.scratch = scratch_place(v->output, err);
    const enum status status = m.scratch != NULL ? make(&m, err) : ST_NOMEM;
    mem_free(m.scratch);
    record_fini(&m.record);
    ngram_built_fini(&m.built);
    ngram_counts_fini(&m.counts);
    dataset_fini(&m.data);
    return status;
}

static const struct option_clash clashes[] = {CORPUS_VOCAB_CLASHES, {NULL, NULL, NULL}};

const struct command cmd_ngram = {
    .name = "ngram",
    .summary = "count a text, and make an n-gram model by Kneser-Ney smoothing",
    .operands = "[CORPUS|-]",
    .max_operands = 1,
    .example = "ptblm ngram simple-examples.tgz -o kn5.arpa\n"
               "ptblm ngram --train my.txt --order 3 --prune 0,0,1 -o small.ngram",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
