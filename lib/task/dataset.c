#include "lib/task/dataset.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "corpora/grammar.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "lib/task/dataset_parts.h"

/* Where the text of one split lies: in `file`, or in memory. */
struct input {
    const struct split_text *file; /* NULL: there is no such split, or it is in memory */
    struct buf text;
    bool in_memory;
    const char *name; /* points into the dataset */
};

struct inputs {
    struct corpus corpus;
    struct input splits[N_SPLITS];
};

static struct source_limits source_limits(const struct dataset_request *request)
{
    const struct source_limits *own = &request->source_limits;
    const struct source_limits dflt = SOURCE_LIMITS_DEFAULT;
    return (struct source_limits){own->bytes > 0 ? own->bytes : dflt.bytes,
                                  own->members > 0 ? own->members : dflt.members};
}

/* Standard input, pipes and devices give their bytes once only. */
static bool is_stream(const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return true;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static enum status read_stream(struct buf *out, const struct split_text *split,
                               const struct source_limits *limits, struct err *err)
{
    struct source *source;
    enum status status = ST_OK;
    size_t got = 1;
    TRY(source_open(&source, split->path, split->member, limits, err));
    while (got > 0) {
        TRY_OUT(buf_reserve(out, 1 << 16, err));
        TRY_OUT(source_read(source, out->data + out->len, 1 << 16, &got, err));
        out->len += got;
    }
out:
    source_close(source);
    return status;
}

/* A single text is cut into all splits that are asked for, so they become needed ones. */
static enum status needed_of_corpus(unsigned *needed, const struct dataset_request *request,
                                    const struct source_limits *limits, struct err *err)
{
    if (request->path == NULL || is_stream(request->path))
        return ST_OK;
    struct source_list list;
    TRY(source_list_open(&list, request->path, limits, err));
    if (list.kind == SOURCE_TEXT)
        *needed |= request->wanted;
    source_list_fini(&list);
    return ST_OK;
}

static enum status find_corpus(struct dataset *d, struct inputs *in,
                               const struct dataset_request *request, unsigned needed,
                               struct err *err)
{
    const struct source_limits limits = source_limits(request);
    TRY(needed_of_corpus(&needed, request, &limits, err));
    struct corpus_request find = {.path = request->path, .needed = needed};
    memcpy(find.named, request->named, sizeof find.named);
    TRY(corpus_find(&in->corpus, &find, &limits, err));
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct split_text *split = &in->corpus.splits[s];
        if (split->path == NULL || !dataset_has_bit(needed | request->wanted, s))
            continue;
        d->names[s] = mem_copy_string(split->name, strlen(split->name), err);
        if (d->names[s] == NULL)
            return ST_NOMEM;
        struct input *input = &in->splits[s];
        input->name = d->names[s];
        input->in_memory = is_stream(split->path);
        if (input->in_memory)
            TRY(read_stream(&input->text, split, &limits, err));
        else
            input->file = split;
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

static enum status make_builtin(struct dataset *d, struct inputs *in,
                                const struct dataset_request *request, unsigned needed,
                                struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (!dataset_has_bit(needed | request->wanted, s))
            continue;
        struct input *input = &in->splits[s];
        char name[80];
        snprintf(name, sizeof name, "the built-in corpus (seed %llu, %s)",
                 (unsigned long long)request->seed, split_name(s));
        d->names[s] = mem_copy_string(name, strlen(name), err);
        if (d->names[s] == NULL)
            return ST_NOMEM;
        input->name = d->names[s];
        input->in_memory = true;
        TRY(grammar_write(&input->text, request->seed, s, builtin_tokens(request, s), err));
        if (s != SPLIT_TRAIN)
            TRY(find_true_perplexity(d, s, &input->text, err));
    }
    return ST_OK;
}

static struct dataset_text memory_text(const struct input *input)
{
    return (struct dataset_text){input->name, input->text.data, input->text.len};
}

static enum status build_vocab(struct dataset *d, const struct input *train,
                               const struct dataset_request *request, struct err *err)
{
    const struct source_limits limits = source_limits(request);
    struct vocab_counts *counts = NULL;
    struct err why = {0};
    enum status status = ST_OK;
    TRY_OUT(vocab_counts_new(&counts, err));
    if (train->in_memory) {
        const struct dataset_text text = memory_text(train);
        TRY_OUT(dataset_count_text(counts, &text, d->tokenizer, err));
    } else {
        TRY_OUT(ids_count_split(counts, train->file, d->tokenizer, &limits, err));
    }
    status = vocab_from_counts(&d->owned_vocab, counts, &request->vocab_limits, &why);
    if (status != ST_OK)
        TRY_OUT(err_set(err, status, "'%.300s': %.600s", train->name, why.text));
    d->vocab = d->owned_vocab;
out:
    vocab_counts_free(counts);
    return status;
}

static enum status load_vocab(struct dataset *d, const char *path, struct err *err)
{
    TRY(vocab_load(&d->owned_vocab, path, err));
    d->vocab = d->owned_vocab;
    return ST_OK;
}

static enum status encode(struct dataset *d, const struct inputs *in,
                          const struct dataset_request *request, struct err *err)
{
    const struct source_limits limits = source_limits(request);
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct input *input = &in->splits[s];
        const struct dataset_text text = memory_text(input);
        if (!dataset_has_bit(request->needed | request->wanted, s))
            continue;
        if (input->in_memory)
            TRY(dataset_encode_text(&d->splits[s], &text, d->tokenizer, d->vocab, request->oov,
                                    err));
        else if (input->file != NULL)
            TRY(ids_encode_split(&d->splits[s], input->file, d->tokenizer, d->vocab, request->oov,
                                 &limits, err));
    }
    return ST_OK;
}

static enum status find_tokenizer(struct dataset *d, const char *name, struct err *err)
{
    d->tokenizer = name == NULL ? &tokenizer_words : tokenizer_find(name);
    if (d->tokenizer == NULL)
        return err_set(err, ST_USAGE, "there is no tokenizer '%.100s'", name);
    return ST_OK;
}

/* From texts; d->vocab is set where a vocabulary was given. */
static enum status read_texts(struct dataset *d, const struct dataset_request *request,
                              struct err *err)
{
    struct inputs in = {0};
    enum status status = ST_OK;
    const bool counts_words = d->vocab == NULL && request->vocab_path == NULL;
    const unsigned needed = request->needed | (counts_words ? 1u << SPLIT_TRAIN : 0);
    bool builtin = request->path == NULL;
    for (enum split s = 0; s < N_SPLITS; s++)
        builtin = builtin && request->named[s] == NULL;
    TRY_OUT(find_tokenizer(d, request->tokenizer, err));
    if (d->vocab == NULL && !counts_words)
        TRY_OUT(load_vocab(d, request->vocab_path, err));
    TRY_OUT((builtin ? make_builtin : find_corpus)(d, &in, request, needed, err));
    if (counts_words)
        TRY_OUT(build_vocab(d, &in.splits[SPLIT_TRAIN], request, err));
    TRY_OUT(encode(d, &in, request, err));
out:
    for (enum split s = 0; s < N_SPLITS; s++)
        buf_fini(&in.splits[s].text);
    corpus_fini(&in.corpus);
    return status;
}

/* Vocabulary hash, then split number, count and ids of every split that is there. */
static enum status compute_fingerprint(struct dataset *d, struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    const uint64_t vocab = vocab_hash(d->vocab);
    hash_add(h, &vocab, sizeof vocab);
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (d->splits[s].n == 0)
            continue;
        const uint64_t head[2] = {s, d->splits[s].n};
        hash_add(h, head, sizeof head);
        hash_add(h, d->splits[s].data, d->splits[s].n * sizeof *d->splits[s].data);
    }
    d->fingerprint = hash_digest(h);
    hash_free(h);
    return ST_OK;
}

enum status dataset_read_with(struct dataset *d, const struct dataset_request *request,
                              const struct vocab *vocab, struct err *err)
{
    *d = (struct dataset){.vocab = vocab};
    if (request->path != NULL && dataset_is_prepared(request->path))
        TRY(dataset_load(d, request, vocab, err));
    else
        TRY(read_texts(d, request, err));
    return compute_fingerprint(d, err);
}

enum status dataset_read(struct dataset *d, const struct dataset_request *request, struct err *err)
{
    return dataset_read_with(d, request, NULL, err);
}

enum status dataset_count_types(const struct dataset *d, enum split split, uint64_t *types,
                                struct err *err)
{
    const struct ids *ids = &d->splits[split];
    unsigned char *seen = mem_zeroed(vocab_size(d->vocab), 1, err);
    if (seen == NULL)
        return ST_NOMEM;
    *types = 0;
    for (size_t i = 0; i < ids->n; i++) {
        *types += !seen[ids->data[i]];
        seen[ids->data[i]] = 1;
    }
    mem_free(seen);
    return ST_OK;
}

void dataset_fini(struct dataset *d)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        ids_fini(&d->splits[s]);
        mem_free(d->names[s]);
    }
    vocab_free(d->owned_vocab);
    *d = (struct dataset){0};
}
