#include "cmd/option/corpus_options.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "lib/file/setting_json.h"
#include "vocab/tokenizer/bpe.h"

const char *corpus_tokenizer_at(size_t i)
{
    const struct tokenizer *tokenizer = tokenizer_at(i);
    return tokenizer != NULL ? tokenizer->name : NULL;
}

const char *corpus_oov_at(size_t i)
{
    static const char *const names[] = {[OOV_UNK] = "unk", [OOV_ERROR] = "error", NULL};
    return names[i];
}

const char *corpus_split_at(size_t i)
{
    return i < N_SPLITS ? split_name((enum split)i) : NULL;
}

enum oov corpus_oov(const char *name)
{
    return name != NULL && strcmp(name, corpus_oov_at(OOV_ERROR)) == 0 ? OOV_ERROR : OOV_UNK;
}

enum split corpus_split(const char *name)
{
    enum split s = SPLIT_TRAIN;
    while (s < SPLIT_TEST && strcmp(split_name(s), name) != 0)
        s++;
    return s;
}

#define FIELD(member) offsetof(struct corpus_values, member)

#define SPLIT_ROW(split)                                                                           \
    {                                                                                              \
        .name = #split, .type = SETTING_PATH, .offset = FIELD(split), .value_name = "FILE",        \
        .help = "the " #split " text: a file, or a member of CORPUS",                              \
        .twice = "; several files are one text in a folder, --" #split " FOLDER, or through a "    \
                 "pipe, 'cat FILES |' and --" #split " -"                                          \
    }

const struct setting corpus_split_rows[] = {
    SPLIT_ROW(train), SPLIT_ROW(valid), SPLIT_ROW(test), {.name = NULL}};

const struct setting corpus_vocab_rows[] = {
    {.name = "tokenizer",
     .type = SETTING_CHOICE,
     .offset = FIELD(tokenizer),
     .choice_at = corpus_tokenizer_at,
     .value_name = "NAME",
     .help = "[words, or as prepared]"},
    {.name = "bpe-merges",
     .type = SETTING_INT,
     .offset = FIELD(merges),
     .min = 1,
     .max = BPE_MERGES_MAX,
     .value_name = "N",
     .help = "pieces that bpe and bpe-bytes learn to join [10000]",
     .rare = true},
    {.name = "bpe-merges-file",
     .type = SETTING_PATH,
     .offset = FIELD(merges_file),
     .value_name = "FILE",
     .help = "merges learned elsewhere, as codes of subword-nmt",
     .rare = true},
    {.name = "min-count",
     .type = SETTING_INT,
     .offset = FIELD(min_count),
     .min = 1,
     .max = 0x1p53,
     .dflt = "1",
     .value_name = "N",
     .help = "words seen less often become <unk>"},
    {.name = "max-vocab",
     .type = SETTING_INT,
     .offset = FIELD(max_vocab),
     .min = 2,
     .max = VOCAB_MAX,
     .value_name = "N",
     .help = "keep the N most frequent words [all]"},
    {.name = "vocab",
     .type = SETTING_PATH,
     .offset = FIELD(vocab),
     .value_name = "FILE",
     .help = "vocabulary file [the words of the train text]",
     .rare = true},
    VOCAB_ROWS(FIELD(vocab_form)),
    {.name = NULL},
};

const struct setting corpus_read_rows[] = {
    {.name = "oov",
     .type = SETTING_CHOICE,
     .offset = FIELD(oov),
     .choice_at = corpus_oov_at,
     .dflt = "unk",
     .value_name = "WHAT",
     .help = "unknown words: count as <unk>, or fail",
     .rare = true},
    {.name = "max-bytes",
     .type = SETTING_INT,
     .offset = FIELD(max_bytes),
     .min = 1,
     .max = 0x1p53,
     .dflt = "68719476736",
     .value_name = "N",
     .help = "most bytes one text or archive may unpack to",
     .rare = true,
     .record = SETTING_IN_CONFIG},
    {.name = NULL},
};

struct dataset_request corpus_request_of(const char *path, const struct corpus_values *values)
{
    return (struct dataset_request){
        .path = path,
        .named = {values->train, values->valid, values->test},
        .tokenizer = values->tokenizer,
        .learned = values->learned,
        .merges_path = values->merges_file,
        .merges = (uint64_t)values->merges,
        .vocab_path = values->vocab,
        .vocab_form = vocab_form_find(values->vocab_form.format),
        .vocab_add = values->vocab_form.add,
        .vocab_limits = {(uint64_t)values->min_count, (uint64_t)values->max_vocab},
        .documents = document_choice_of(&values->documents),
        .markers = values->markers,
        .otherwise = values->otherwise,
        .oov = corpus_oov(values->oov),
        .source_limits = {.bytes = (uint64_t)values->max_bytes, .reading = values->reading},
    };
}

void corpus_warn_of_input(const char *path, const struct corpus_values *values)
{
    if (path == NULL && values->train == NULL && values->valid == NULL && values->test == NULL)
        warn_of_unread_input("the text is the built-in corpus; give - as the CORPUS to read it");
}

enum status corpus_take_recorded(struct dataset_request *request, struct json *record,
                                 struct err *err)
{
    static const struct setting_group groups[] = {
        {.rows = document_rows, .offset = offsetof(struct corpus_values, documents)},
        {.rows = reading_rows, .offset = offsetof(struct corpus_values, reading)},
        {.rows = NULL}};
    struct corpus_values values = {0};
    bool given[SETTINGS_MAX] = {false};
    struct text_reading *reading = &request->source_limits.reading;
    TRY(setting_json_read(record, &(struct setting_values){groups, &values, given}, err));
    request->documents = document_choice_of(&values.documents);
    if (reading->encoding == NULL)
        reading->encoding = values.reading.encoding;
    if (reading->json_field == NULL)
        reading->json_field = values.reading.json_field;
    return ST_OK;
}

enum status corpus_batcher(struct batcher *b, const struct dataset *d, enum split s, int B, int T,
                           struct err *err)
{
    struct err why;
    if (batcher_init(b, d->splits[s].data, d->splits[s].n, B, T, &why) == ST_OK)
        return ST_OK;
    return err_wrap(err, &why, "'%s'", d->names[s]);
}

void corpus_count_from(struct dataset_request *request, const char *directory)
{
    char here[4096];
    const bool is_here =
        directory != NULL && getcwd(here, sizeof here) != NULL && strcmp(here, directory) == 0;
    request->directory = is_here ? NULL : directory;
}

static void report_markers(const struct markers *m)
{
    if (m->bos[0] != '\0' || m->eos[0] != '\0' || m->unk[0] != '\0')
        report_note("markers    %s%s%s%s%s%s", m->bos[0] != '\0' ? " bos " : "", m->bos,
                    m->eos[0] != '\0' ? " eos " : "", m->eos, m->unk[0] != '\0' ? " unk " : "",
                    m->unk);
    if (marker_names_of(m).normalize != NULL)
        report_note("normalized  %s, Unicode %s", m->normalize, normalize_unicode_version());
}

void corpus_report(const struct dataset *d, const struct document_choice *documents,
                   const char *vocab_path)
{
    char words[REPORT_TEXT], tokens[REPORT_TEXT], types[REPORT_TEXT], unknown[REPORT_TEXT];
    if (d->tokenizer->bpe != NULL)
        report_note("tokenizer   %s, %s merges", d->tokenizer->name,
                    report_count(words, bpe_n_merges(d->tokenizer->bpe)));
    else
        report_note("tokenizer   %s", d->tokenizer->name);
    report_markers(&d->markers);
    document_report(d, documents);
    vocab_report(vocab_path, &d->vocab_taken);
    report_note("vocabulary  %s words", report_count(words, vocab_size(d->vocab)));
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        const struct ids *ids = &d->splits[s];
        char name[256];
        if (ids->n == 0)
            continue;
        report_note("%-11s %s tokens, %s types, %s unknown: %s", split_name(s),
                    report_count(tokens, ids->n), report_count(types, ids->types),
                    report_count(unknown, ids->unknown),
                    report_escape_cut(name, sizeof name, d->names[s]));
    }
    report_note("fingerprint %016" PRIx64, d->fingerprint);
}
