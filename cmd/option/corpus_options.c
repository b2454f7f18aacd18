#include "cmd/option/corpus_options.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cmd/report/report.h"

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

enum split corpus_split(const char *name)
{
    enum split s = SPLIT_TRAIN;
    while (s < SPLIT_TEST && strcmp(split_name(s), name) != 0)
        s++;
    return s;
}

struct dataset_request corpus_request_of(const char *path, const struct corpus_values *values)
{
    const bool fails = values->oov != NULL && strcmp(values->oov, corpus_oov_at(OOV_ERROR)) == 0;
    return (struct dataset_request){
        .path = path,
        .named = {values->train, values->valid, values->test},
        .tokenizer = values->tokenizer,
        .vocab_path = values->vocab,
        .vocab_limits = {(uint64_t)values->min_count, (uint64_t)values->max_vocab},
        .oov = fails ? OOV_ERROR : OOV_UNK,
        .source_limits = {.bytes = (uint64_t)values->max_bytes},
    };
}

enum status corpus_batcher(struct batcher *b, const struct dataset *d, enum split s, int B, int T,
                           struct err *err)
{
    struct err why;
    const enum status status = batcher_init(b, d->splits[s].data, d->splits[s].n, B, T, &why);
    return status == ST_OK ? ST_OK : err_set(err, status, "'%s': %.700s", d->names[s], why.text);
}

void corpus_count_from(struct dataset_request *request, const char *directory)
{
    char here[4096];
    const bool is_here =
        directory != NULL && getcwd(here, sizeof here) != NULL && strcmp(here, directory) == 0;
    request->directory = is_here ? NULL : directory;
}

void corpus_report(const struct dataset *d)
{
    char words[REPORT_TEXT], tokens[REPORT_TEXT], types[REPORT_TEXT], unknown[REPORT_TEXT];
    report_note("tokenizer   %s", d->tokenizer->name);
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
