#include "lib/task/data/dataset.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "corpora/builtin/grammar.h"
#include "lib/base/hash.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/data/dataset_parts.h"
#include "lib/task/names.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

struct source_limits dataset_source_limits(const struct dataset_request *request)
{
    const struct source_limits *own = &request->source_limits;
    const struct source_limits dflt = SOURCE_LIMITS_DEFAULT;
    return (struct source_limits){own->bytes > 0 ? own->bytes : dflt.bytes,
                                  own->members > 0 ? own->members : dflt.members, own->reading};
}

/* Folders with these are prepared directories and runs, whose files are no texts. */
const char *const dataset_marks[] = {DATASET_RECORD, RUN_CONFIG, NULL};

enum status dataset_check_named(const struct dataset_request *request, struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++)
        for (size_t i = 0; request->named[s] != NULL && dataset_marks[i] != NULL; i++)
            if (io_has(request->named[s], dataset_marks[i]))
                return err_set(err, ST_INPUT,
                               "'%s', named as the %s text, is a prepared directory or a run and "
                               "holds no texts",
                               request->named[s], split_name(s));
    return ST_OK;
}

void dataset_take_notes(struct dataset *d, struct corpus *corpus)
{
    d->documents.division = corpus->division;
    memcpy(d->documents.shards, corpus->shards, sizeof corpus->shards);
    for (enum split s = 0; s < N_SPLITS; s++)
        d->documents.n[s] = corpus->splits[s].documents.n;
    d->documents.left = corpus->left;
    corpus->left = (struct documents_left){0};
}

static enum status find_corpus(struct dataset *d, struct dataset_texts *texts,
                               const struct dataset_request *request, unsigned needed,
                               struct err *err)
{
    struct corpus_request find = {.path = request->path,
                                  .needed = needed,
                                  .wanted = request->wanted,
                                  .documents = request->documents,
                                  .whole = request->whole,
                                  .directory = request->directory};
    memcpy(find.named, request->named, sizeof find.named);
    find.documents.marks = dataset_marks;
    TRY(dataset_check_named(request, err));
    const enum status status = corpus_find(&texts->corpus, &find, &texts->limits, err);
    if (status == ST_INPUT && find.path != NULL && io_has(find.path, RUN_CONFIG))
        return err_advise(err, err_set(err, ST_INPUT, "'%s' holds a run and no texts", find.path),
                          REMEDY_RESUME_RUN, 0, 0);
    TRY(status);
    dataset_take_notes(d, &texts->corpus);
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct split_text *split = &texts->corpus.splits[s];
        if (split->path == NULL || !split_in(needed | request->wanted, s))
            continue;
        d->names[s] = mem_copy_string(split->name, strlen(split->name), err);
        if (d->names[s] == NULL)
            return ST_NOMEM;
    }
    return ST_OK;
}

static uint64_t builtin_tokens(const struct dataset_request *request, enum split s)
{
    static const uint64_t dflt[N_SPLITS] = {DATASET_TRAIN_TOKENS, DATASET_VALID_TOKENS,
                                            DATASET_TEST_TOKENS};
    return request->tokens[s] > 0 ? request->tokens[s] : dflt[s];
}

static enum status find_true_perplexity(struct dataset *d, enum split s, const struct buf *text,
                                        struct err *err)
{
    struct grammar_score score;
    TRY(grammar_score_text(&score, text->data, text->len, err));
    d->true_perplexity[s] = exp(-score.nats / (double)score.tokens);
    return ST_OK;
}

static enum status make_builtin(struct dataset *d, struct dataset_texts *texts,
                                const struct dataset_request *request, unsigned needed,
                                struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (!split_in(needed | request->wanted, s))
            continue;
        struct buf *memory = &texts->memory[s];
        char name[80];
        snprintf(name, sizeof name, "the built-in corpus (seed %llu, %s)",
                 (unsigned long long)request->seed, split_name(s));
        d->names[s] = mem_copy_string(name, strlen(name), err);
        if (d->names[s] == NULL)
            return ST_NOMEM;
        TRY(grammar_write(memory, request->seed, s, builtin_tokens(request, s), err));
        if (s != SPLIT_TRAIN)
            TRY(find_true_perplexity(d, s, memory, err));
    }
    return ST_OK;
}

enum status dataset_load_vocab(struct dataset *d, const struct dataset_request *request,
                               struct err *err)
{
    const struct vocab_file file = {request->vocab_path, request->vocab_form, request->vocab_add};
    TRY(vocab_load_as(&d->owned_vocab, &file, &d->markers, &d->vocab_taken, err));
    d->vocab = d->owned_vocab;
    return ST_OK;
}

/* What must hold for a tokenizer that learns. */
static enum status check_learning(const struct tokenizer *row, const struct dataset *d,
                                  const struct dataset_request *r, struct err *err)
{
    if (r->merges_path == NULL && (d->vocab != NULL || r->vocab_path != NULL))
        return err_advise(
            err,
            err_set(err, ST_USAGE,
                    "a vocabulary of the tokenizer '%s' belongs to the merges that it "
                    "was made with, and these are not given",
                    row->name),
            REMEDY_NAME_MERGES, 0, 0);
    if (row->spells_bytes && (r->vocab_limits.min_count > 1 || r->vocab_limits.max_words > 0))
        return err_set(err, ST_USAGE,
                       "the tokenizer '%s' needs all of its tokens in the vocabulary, which can "
                       "only be made smaller by fewer merges",
                       row->name);
    return ST_OK;
}

enum status dataset_find_tokenizer(struct dataset *d, const struct dataset_request *r,
                                   struct err *err)
{
    const char *name = r->tokenizer;
    const struct tokenizer *row = name == NULL ? &tokenizer_words : tokenizer_find(name);
    d->tokenizer = r->learned != NULL ? r->learned : row;
    if (r->learned != NULL)
        return ST_OK;
    if (row == NULL)
        return err_set(err, ST_USAGE, "there is no tokenizer '%s'", name);
    if (!row->learns && (r->merges_path != NULL || r->merges > 0))
        return err_advise(err,
                          err_set(err, ST_USAGE,
                                  "the tokenizer '%s' has no merges: only bpe and bpe-bytes do",
                                  row->name),
                          REMEDY_NONE, 0, 0);
    if (row->learns)
        TRY(check_learning(row, d, r, err));
    if (r->merges_path == NULL)
        return ST_OK;
    TRY(tokenizer_read(&d->owned_tokenizer, row, r->merges_path, err));
    d->tokenizer = d->owned_tokenizer;
    return ST_OK;
}

/* From texts; d->vocab is set if a vocabulary was given. */
static enum status read_texts(struct dataset *d, const struct dataset_request *request,
                              struct err *err)
{
    struct dataset_texts texts = {.limits = dataset_source_limits(request)};
    enum status status = ST_OK;
    const bool counts_words = d->vocab == NULL && request->vocab_path == NULL;
    const unsigned needed = request->needed | (counts_words ? 1u << SPLIT_TRAIN : 0);
    texts.in_memory = request->path == NULL;
    for (enum split s = 0; s < N_SPLITS; s++)
        texts.in_memory = texts.in_memory && request->named[s] == NULL;
    if (texts.in_memory && !document_choice_is_usual(&request->documents))
        TRY_OUT(err_set(err, ST_USAGE,
                        "the built-in corpus has no documents to choose from, shuffle or end"));
    TRY_OUT(dataset_find_tokenizer(d, request, err));
    if (request->otherwise != NULL)
        markers_fill(&d->markers, request->otherwise);
    if (d->vocab == NULL && !counts_words)
        TRY_OUT(dataset_load_vocab(d, request, err));
    TRY_OUT((texts.in_memory ? make_builtin : find_corpus)(d, &texts, request, needed, err));
    TRY_OUT(dataset_encode(d, &texts, request, err));
out:
    for (enum split s = 0; s < N_SPLITS; s++)
        buf_fini(&texts.memory[s]);
    corpus_fini(&texts.corpus);
    return status;
}

/* The hashes of labels and of the values of features. */
static void hash_names(const struct dataset *d, struct hash *h)
{
    const uint64_t labels = names_hash(d->labels);
    hash_add(h, &labels, sizeof labels);
    for (size_t i = 0; i < d->coding.columns.features.n; i++) {
        const uint64_t values = names_hash(d->coding.features[i]);
        hash_add(h, &values, sizeof values);
    }
}

/* The hash of the vocabulary's hash, that of the merges if there are any, then number, count and
 * ids, or examples, of each of `splits` that exists. */
static enum status hash_splits(uint64_t *digest, const struct dataset *d, unsigned splits,
                               struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    enum status status = ST_OK;
    const uint64_t vocab = d->vocab != NULL ? vocab_hash(d->vocab) : 0;
    hash_add(h, &vocab, sizeof vocab);
    if (d->labels != NULL)
        hash_names(d, h);
    if (d->tokenizer->bpe != NULL) {
        const uint64_t merges = bpe_hash(d->tokenizer->bpe);
        hash_add(h, &merges, sizeof merges);
    }
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (d->examples[s] != NULL && split_in(splits, s)) {
            hash_add(h, &(const uint64_t){s}, sizeof(uint64_t));
            examples_hash(d->examples[s], h);
        }
        if (d->splits[s].n == 0 || !split_in(splits, s))
            continue;
        const uint64_t head[2] = {s, d->splits[s].n};
        hash_add(h, head, sizeof head);
        TRY_OUT(ids_hash(&d->splits[s], h, err));
    }
    *digest = hash_digest(h);
out:
    hash_free(h);
    return status;
}

enum status dataset_find_fingerprint(uint64_t *fingerprint, const struct dataset *d, enum split s,
                                     struct err *err)
{
    return hash_splits(fingerprint, d, 1u << s, err);
}

/* Of ids that are not in memory only the unknown tokens are known, without the <unk> of the text.
 */
static uint64_t count_unk(const struct ids *ids, int32_t unk)
{
    uint64_t n = 0;
    if (ids->data == NULL)
        return ids->unknown;
    for (size_t i = 0; i < ids->n; i++)
        n += ids->data[i] == unk;
    return n;
}

double dataset_unk_share(const struct dataset *d)
{
    const struct ids *train = &d->splits[SPLIT_TRAIN];
    const uint64_t total = vocab_total(d->vocab);
    const int32_t unk = vocab_unk(d->vocab);
    if (total > 0)
        return (double)vocab_count(d->vocab, unk) / (double)total;
    return train->n > 0 ? (double)count_unk(train, unk) / (double)train->n : -1.0;
}

enum status dataset_set_fingerprint(struct dataset *d, struct err *err)
{
    return hash_splits(&d->fingerprint, d, SPLITS_ALL, err);
}

enum status dataset_paths_find(struct dataset_paths *p, const struct dataset_request *request,
                               struct err *err)
{
    *p = (struct dataset_paths){.found = *request};
    TRY(io_find(&p->path, request->directory, request->path, err));
    TRY(io_find(&p->vocab_path, request->directory, request->vocab_path, err));
    TRY(io_find(&p->merges_path, request->directory, request->merges_path, err));
    p->found.path = p->path;
    p->found.vocab_path = p->vocab_path;
    p->found.merges_path = p->merges_path;
    return ST_OK;
}

void dataset_paths_fini(struct dataset_paths *p)
{
    mem_free(p->path);
    mem_free(p->vocab_path);
    mem_free(p->merges_path);
}

enum status dataset_read_with(struct dataset *d, const struct dataset_request *request,
                              const struct vocab *vocab, struct err *err)
{
    struct dataset_paths paths = {0};
    enum status status;
    *d = (struct dataset){.vocab = vocab};
    TRY_OUT(markers_set(&d->markers, &request->markers, err));
    TRY_OUT(dataset_paths_find(&paths, request, err));
    if (paths.path != NULL && dataset_is_prepared(paths.path))
        TRY_OUT(dataset_load(d, &paths.found, vocab, err));
    else
        TRY_OUT(read_texts(d, &paths.found, err));
    status = dataset_set_fingerprint(d, err);
out:
    dataset_paths_fini(&paths);
    return status;
}

enum status dataset_read(struct dataset *d, const struct dataset_request *request, struct err *err)
{
    return dataset_read_with(d, request, NULL, err);
}

bool dataset_has(const struct dataset *d, enum split s)
{
    return d->splits[s].n > 0 || d->examples[s] != NULL;
}

void dataset_fini(struct dataset *d)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        ids_fini(&d->splits[s]);
        text_watch_free(d->watches[s]);
        mem_free(d->names[s]);
        if (d->examples[s] != NULL)
            examples_fini(d->examples[s]);
        mem_free(d->examples[s]);
    }
    names_free(d->owned_labels);
    for (size_t i = 0; i < FEATURES_MAX; i++)
        names_free(d->owned_features[i]);
    documents_left_fini(&d->documents.left);
    vocab_free(d->owned_vocab);
    tokenizer_free(d->owned_tokenizer);
    *d = (struct dataset){0};
}
