/* From the texts of a corpus to word ids. An archive is read once for all of its texts, and the
 * vocabulary may come from one that lies behind others: those stand by the numbers of their own
 * words until it is there. */
#include <string.h>

#include "corpora/splits/split_reader.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/data/dataset_parts.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

struct encoding {
    struct dataset *d;
    const struct dataset_request *request;
    struct split_reader reader;
    bool
        learns; /* the tokenizer's merges come from the train text: until then, words are counted */
    /* Of valid and test while they wait for the vocabulary: the words that their ids number. */
    struct vocab_counts *waiting[N_SPLITS];
};

/* Where the ids of a split go: "DIR/train.ids", or NULL for memory. */
static enum status find_ids_path(char **path, const struct dataset_request *request, enum split s,
                                 struct err *err)
{
    *path = NULL;
    if (request->ids_dir == NULL)
        return ST_OK;
    *path = io_join(request->ids_dir, dataset_ids_name(s), err);
    return *path == NULL ? ST_NOMEM : ST_OK;
}

/* How a split is read, and watched anew. */
static enum status begin_reading(struct ids_reading *how, struct dataset *d, enum split s,
                                 struct err *err)
{
    text_watch_free(d->watches[s]);
    d->watches[s] = NULL;
    TRY(text_watch_new(&d->watches[s], d->tokenizer, &d->markers, err));
    *how = (struct ids_reading){d->tokenizer, &d->markers, d->watches[s]};
    return ST_OK;
}

/* Counts the words of a split, whose ids, unless NULL, then are their numbers in *counts. */
static enum status count_words(struct encoding *e, enum split s, struct ids *ids, struct text *text,
                               struct vocab_counts **counts, struct err *err)
{
    char *path = NULL;
    struct ids_reading how;
    enum status status;
    TRY_OUT(begin_reading(&how, e->d, s, err));
    TRY_OUT(find_ids_path(&path, e->request, s, err));
    TRY_OUT(vocab_counts_new(counts, err));
    TRY_OUT(ids_count_text(ids, *counts, text, &how, path, err));
out:
    mem_free(path);
    return status;
}

static enum status build_vocab(struct dataset *d, struct vocab_counts *counts,
                               const struct dataset_request *request, struct err *err)
{
    struct err why = {0};
    const enum status status =
        vocab_from_counts(&d->owned_vocab, counts, &request->vocab_limits, &why);
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s'", d->names[SPLIT_TRAIN]);
    d->vocab = d->owned_vocab;
    return ST_OK;
}

static enum status learn(struct encoding *e, const struct vocab_counts *words, struct err *err)
{
    struct dataset *d = e->d;
    const uint64_t n = e->request->merges > 0 ? e->request->merges : DATASET_MERGES;
    TRY(tokenizer_learn(&d->owned_tokenizer, d->tokenizer, words, (size_t)n, err));
    d->tokenizer = d->owned_tokenizer;
    return ST_OK;
}

/* The tokenizer has learned: the counts of words, and the ids that number these, become those of
 * its tokens. */
static enum status split_words(struct encoding *e, enum split s, struct ids *ids,
                               struct vocab_counts **counts, struct err *err)
{
    struct vocab_counts *tokens = NULL;
    char *path = NULL;
    enum status status;
    TRY_OUT(find_ids_path(&path, e->request, s, err));
    TRY_OUT(vocab_counts_new(&tokens, err));
    TRY_OUT(ids_split_words(ids, *counts, e->d->tokenizer, tokens, path, err));
    vocab_counts_free(*counts);
    *counts = tokens;
    tokens = NULL;
    text_watch_set_tokenizer(e->d->watches[s], e->d->tokenizer);
out:
    vocab_counts_free(tokens);
    mem_free(path);
    return status;
}

/* Makes ids of the numbers of words. */
static enum status renumber(struct encoding *e, enum split s, const struct vocab_counts *counts,
                            struct err *err)
{
    struct dataset *d = e->d;
    TRY(ids_renumber(&d->splits[s], counts, d->vocab, e->request->oov, d->names[s], err));
    return d->splits[s].unknown > 0 ? text_watch_unknown_of(d->watches[s], counts, d->vocab, err)
                                    : ST_OK;
}

/* Makes the vocabulary of the train split, and its ids if they are asked for. */
static enum status read_train(struct encoding *e, struct text *text, struct err *err)
{
    struct dataset *d = e->d;
    struct ids *ids = split_in(e->request->needed | e->request->wanted, SPLIT_TRAIN)
                          ? &d->splits[SPLIT_TRAIN]
                          : NULL;
    struct vocab_counts *counts = NULL;
    enum status status;
    TRY_OUT(count_words(e, SPLIT_TRAIN, ids, text, &counts, err));
    if (e->learns) {
        TRY_OUT(learn(e, counts, err));
        TRY_OUT(split_words(e, SPLIT_TRAIN, ids, &counts, err));
    }
    TRY_OUT(tokenizer_complete(d->tokenizer, counts, err));
    TRY_OUT(build_vocab(d, counts, e->request, err));
    if (ids != NULL)
        TRY_OUT(renumber(e, SPLIT_TRAIN, counts, err));
out:
    vocab_counts_free(counts);
    return status;
}

/* The text before the train text in its archive. An empty one is put back, and refused later. */
static enum status read_early(struct encoding *e, enum split s, struct text *text, struct err *err)
{
    TRY(count_words(e, s, &e->d->splits[s], text, &e->waiting[s], err));
    return e->d->splits[s].n > 0 ? ST_OK : err_set(err, ST_INPUT, "'%s' is empty", e->d->names[s]);
}

static enum status encode_split(struct encoding *e, enum split s, struct text *text,
                                struct err *err)
{
    struct dataset *d = e->d;
    struct ids_reading how;
    char *path;
    TRY(begin_reading(&how, d, s, err));
    TRY(find_ids_path(&path, e->request, s, err));
    const enum status status =
        ids_encode_text(&d->splits[s], text, &how, d->vocab, e->request->oov, path, err);
    mem_free(path);
    return status;
}

/* What is wrong with a split is told only when those before it have been found to be right. */
static enum status put_back(struct encoding *e, enum split s, enum status status)
{
    if (status != ST_INPUT || !split_reader_put_back(&e->reader, s))
        return status;
    ids_fini(&e->d->splits[s]);
    return ST_OK;
}

/* The vocabulary is there: numbers of words become its ids. */
static enum status renumber_waiting(struct encoding *e, struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (e->waiting[s] == NULL)
            continue;
        enum status status = ST_OK;
        if (e->learns)
            status = split_words(e, s, &e->d->splits[s], &e->waiting[s], err);
        if (status == ST_OK)
            status = renumber(e, s, e->waiting[s], err);
        vocab_counts_free(e->waiting[s]);
        e->waiting[s] = NULL;
        TRY(put_back(e, s, status));
    }
    return ST_OK;
}

static enum status read_split(struct encoding *e, enum split s, struct text *text, struct err *err)
{
    if (e->d->vocab != NULL)
        return put_back(e, s, encode_split(e, s, text, err));
    if (s == SPLIT_TRAIN) {
        TRY(read_train(e, text, err));
        return renumber_waiting(e, err);
    }
    const enum status status = read_early(e, s, text, err);
    if (status == ST_INPUT) {
        vocab_counts_free(e->waiting[s]);
        e->waiting[s] = NULL;
    }
    return put_back(e, s, status);
}

static enum status read_files(struct encoding *e, struct err *err)
{
    for (;;) {
        enum split s;
        struct text *text;
        TRY(split_reader_next(&e->reader, &s, &text, err));
        if (text == NULL)
            break;
        TRY(read_split(e, s, text, err));
        e->d->doubts[s] = text_doubt(text);
    }
    for (enum split s = 0; s < N_SPLITS; s++)
        e->d->splits[s].text_hash = e->reader.hashes[s];
    return ST_OK;
}

/* The built-in corpus, which is in memory. */
static enum status read_memory(struct encoding *e, const struct buf memory[N_SPLITS],
                               struct err *err)
{
    const unsigned splits = e->reader.left;
    e->reader.left = 0;
    for (enum split s = 0; s < N_SPLITS; s++) {
        struct source *source;
        struct text *text;
        if (!split_in(splits, s))
            continue;
        TRY(source_open_memory(&source, e->d->names[s], memory[s].data, memory[s].len, err));
        TRY(text_open(&text, source, err));
        enum status status = read_split(e, s, text, err);
        if (status == ST_OK)
            status = text_finish(text, &e->d->splits[s].text_hash, err);
        text_close(text);
        TRY(status);
    }
    return ST_OK;
}

enum status dataset_encode(struct dataset *d, const struct dataset_texts *texts,
                           const struct dataset_request *request, struct err *err)
{
    struct encoding e = {.d = d, .request = request, .learns = !tokenizer_is_ready(d->tokenizer)};
    e.reader = (struct split_reader){.corpus = &texts->corpus, .limits = &texts->limits};
    for (enum split s = 0; s < N_SPLITS; s++)
        e.reader.left |= d->names[s] != NULL ? 1u << s : 0;
    const enum status status =
        texts->in_memory ? read_memory(&e, texts->memory, err) : read_files(&e, err);
    for (enum split s = 0; s < N_SPLITS; s++)
        vocab_counts_free(e.waiting[s]);
    split_reader_fini(&e.reader);
    return status;
}
