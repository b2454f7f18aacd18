/* Reads a prepared directory, and makes sure that its files are of one preparation. */
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset_parts.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

struct loading {
    struct dataset *d;
    const struct dataset_request *request;
    const char *dir;
    char *record_path;
    struct json *record;
};

/* What to do where the files of this directory are damaged, or not of one preparation. */
static enum status prepare_again(enum status status, struct err *err)
{
    return status == ST_INPUT ? err_advise(err, status, REMEDY_PREPARE_AGAIN, 0, 0) : status;
}

static const char *setting_of(const struct document_choice *choice)
{
    return choice->include != NULL   ? "include"
           : choice->exclude != NULL ? "exclude"
           : choice->shuffle != 0    ? "shuffle-documents"
                                     : "document-end";
}

/* Refuses what can be chosen for texts but not for word ids, by the name of its setting. */
static enum status check_request(const struct dataset_request *r, bool vocab_given, struct err *err)
{
    const char *setting = NULL;
    for (enum split s = 0; s < N_SPLITS; s++)
        if (r->named[s] != NULL)
            setting = split_name(s);
    if (r->merges > 0)
        setting = "bpe-merges";
    if (r->merges_path != NULL)
        setting = "bpe-merges-file";
    if (!vocab_given && r->vocab_path != NULL)
        setting = "vocab";
    if (!vocab_given && r->vocab_limits.min_count > 1)
        setting = "min-count";
    if (!vocab_given && r->vocab_limits.max_words > 0)
        setting = "max-vocab";
    if (!document_choice_is_usual(&r->documents))
        setting = setting_of(&r->documents);
    if (r->source_limits.reading.encoding != NULL)
        setting = "encoding";
    if (r->source_limits.reading.json_field != NULL)
        setting = "json-field";
    if (setting == NULL)
        return ST_OK;
    err_set(err, ST_USAGE, "'%s' is a prepared directory, which '%s' cannot change", r->path,
            setting);
    return err_advise(err, ST_USAGE, REMEDY_PREPARE, 0, 0);
}

/* The JSON module's sentences do not name the file. */
static enum status bad_record(const struct loading *l, enum status status, const struct err *why,
                              struct err *err)
{
    if (status == ST_OK)
        return ST_OK;
    return prepare_again(err_wrap(err, why, "'%s' cannot be used", l->record_path), err);
}

static enum status get_text(const struct loading *l, const struct json *object, const char *key,
                            const char **value, struct err *err)
{
    struct err why = {0};
    return bad_record(l, json_get_string(object, key, value, &why), &why, err);
}

static enum status get_count(const struct loading *l, const struct json *object, const char *key,
                             int64_t *value, struct err *err)
{
    struct err why = {0};
    return bad_record(l, json_get_int(object, key, value, &why), &why, err);
}

static enum status parse_record(struct loading *l, struct err *err)
{
    struct buf text = {0};
    struct err why = {0};
    enum status status = ST_OK;
    TRY_OUT(io_read_file(l->record_path, JSON_TEXT_MAX, &text, err));
    status = bad_record(l, json_parse(&l->record, "it", text.data, text.len, &why), &why, err);
out:
    buf_fini(&text);
    return status;
}

static enum status load_record(struct loading *l, struct err *err)
{
    const char *format;
    int64_t version;
    if (!io_exists(l->record_path))
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s' has word ids but no " DATASET_RECORD
                                     ": its preparation was not completed",
                                     l->dir),
                             err);
    TRY(parse_record(l, err));
    TRY(get_text(l, l->record, "format", &format, err));
    TRY(get_count(l, l->record, "version", &version, err));
    if (strcmp(format, DATASET_FORMAT) != 0 || version < DATASET_VERSION ||
        version > DATASET_VERSION_NORMALIZED)
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s' has the format '%.60s' version %lld, not "
                                     "'" DATASET_FORMAT "' version %d to %d",
                                     l->record_path, format, (long long)version, DATASET_VERSION,
                                     DATASET_VERSION_NORMALIZED),
                             err);
    return ST_OK;
}

/* The merges of a tokenizer that learns, which must be those of the record, and of the model. */
static enum status load_merges(struct loading *l, struct err *err)
{
    struct dataset *d = l->d;
    const struct tokenizer *given = l->request->learned;
    const char *hash;
    char *path = io_join(l->dir, DATASET_MERGES_FILE, err);
    if (path == NULL)
        return ST_NOMEM;
    enum status status = tokenizer_read(&d->owned_tokenizer, d->tokenizer, path, err);
    mem_free(path);
    TRY(prepare_again(status, err));
    d->tokenizer = d->owned_tokenizer;
    TRY(get_text(l, l->record, "merges_hash", &hash, err));
    if (strcmp(hash, hash_hex(bpe_hash(d->tokenizer->bpe)).text) != 0)
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s/" DATASET_MERGES_FILE
                                     "' does not have the merges that '%s' was prepared with",
                                     l->dir, l->dir),
                             err);
    if (given != NULL && bpe_hash(given->bpe) != bpe_hash(d->tokenizer->bpe))
        return err_set(
            err, ST_INPUT,
            "'%s' was prepared with other merges than the model's: give the text itself, "
            "or prepare it with the model's",
            l->dir);
    return ST_OK;
}

static enum status load_tokenizer(struct loading *l, struct err *err)
{
    const char *name;
    TRY(get_text(l, l->record, "tokenizer", &name, err));
    l->d->tokenizer = tokenizer_find(name);
    if (l->d->tokenizer == NULL)
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s' names the tokenizer '%.60s', which does not exist",
                                     l->record_path, name),
                             err);
    const struct tokenizer *learned = l->request->learned;
    const char *wanted = learned != NULL ? learned->name : l->request->tokenizer;
    if (wanted == NULL || strcmp(wanted, name) == 0)
        return l->d->tokenizer->learns ? load_merges(l, err) : ST_OK;
    err_set(err, ST_USAGE, "'%s' was prepared with the tokenizer '%.60s', not '%.60s'", l->dir,
            name, wanted);
    return err_advise(err, ST_USAGE, REMEDY_PREPARE, 0, 0);
}

/* One marker: that of the record, which one that was asked for must equal. */
static enum status check_marker(const struct loading *l, const char *name, const char *shown,
                                const char *wanted, const char **is, struct err *err)
{
    *is = NULL;
    if (json_has(l->record, name))
        TRY(get_text(l, l->record, name, is, err));
    if (wanted == NULL || (*is != NULL && strcmp(*is, wanted) == 0))
        return ST_OK;
    err_set(err, ST_USAGE, "'%s' was prepared with %s%s%s%.60s%s, not '%.60s'", l->dir,
            *is == NULL ? "no " : "the ", shown, *is == NULL ? "" : " '", *is == NULL ? "" : *is,
            *is == NULL ? "" : "'", wanted);
    return err_advise(err, ST_USAGE, REMEDY_PREPARE, 0, 0);
}

static enum status load_markers(struct loading *l, struct err *err)
{
    const struct marker_names *wanted = &l->request->markers;
    struct marker_names is;
    struct err why = {0};
    TRY(check_marker(l, "bos", "bos", wanted->bos, &is.bos, err));
    TRY(check_marker(l, "eos", "eos", wanted->eos, &is.eos, err));
    TRY(check_marker(l, "unk", "unk", wanted->unk, &is.unk, err));
    const char *normalize = wanted->normalize;
    if (normalize != NULL && strcmp(normalize, markers_normalize_at(0)) == 0 &&
        !json_has(l->record, "normalize"))
        normalize = NULL; /* none was asked for, and there is none */
    TRY(check_marker(l, "normalize", "normalization", normalize, &is.normalize, err));
    if (markers_set(&l->d->markers, &is, &why) == ST_OK)
        return ST_OK;
    why.code = ST_INPUT;
    return bad_record(l, ST_INPUT, &why, err);
}

static enum status load_vocab(struct loading *l, const char *path, const struct vocab *given,
                              struct err *err)
{
    struct dataset *d = l->d;
    const char *hash;
    TRY(vocab_load(&d->owned_vocab, path, err));
    TRY(get_text(l, l->record, "vocab_hash", &hash, err));
    if (strcmp(hash, hash_hex(vocab_hash(d->owned_vocab)).text) != 0)
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s' is not the vocabulary that '%s' was prepared with", path,
                                     l->dir),
                             err);
    if (given != NULL && vocab_hash(given) != vocab_hash(d->owned_vocab))
        return err_set(err, ST_INPUT,
                       "'%s' was prepared with another vocabulary (%zu words) than the model's "
                       "(%zu words): give the text itself, or prepare it with the model's "
                       "vocabulary",
                       l->dir, vocab_size(d->owned_vocab), vocab_size(given));
    d->vocab = d->owned_vocab;
    return ST_OK;
}

/* The text's size, which older directories lack. */
static enum status load_size(const struct loading *l, struct ids *ids, const struct json *record,
                             struct err *err)
{
    int64_t words, characters;
    if (!json_has(record, "words"))
        return ST_OK;
    TRY(get_count(l, record, "words", &words, err));
    TRY(get_count(l, record, "characters", &characters, err));
    if (words < 0 || characters < words)
        return prepare_again(err_set(err, ST_INPUT,
                                     "'%s' cannot be used: a text cannot have %lld words and %lld "
                                     "characters",
                                     l->record_path, (long long)words, (long long)characters),
                             err);
    ids->words = (uint64_t)words;
    ids->characters = (uint64_t)characters;
    return ST_OK;
}

static enum status check_split(const struct loading *l, enum split s, const struct json *record,
                               struct err *err)
{
    struct dataset *d = l->d;
    const struct ids *ids = &d->splits[s];
    int64_t tokens;
    const char *hash, *source;
    TRY(get_count(l, record, "tokens", &tokens, err));
    TRY(get_text(l, record, "text_hash", &hash, err));
    TRY(get_text(l, record, "source", &source, err));
    if ((uint64_t)tokens != ids->n || strcmp(hash, hash_hex(ids->text_hash).text) != 0)
        return prepare_again(err_set(err, ST_INPUT, "'%s/%s' is of another text than '%s' says",
                                     l->dir, dataset_ids_name(s), l->record_path),
                             err);
    if (l->request->oov == OOV_ERROR && ids->unknown > 0)
        return err_advise(
            err,
            err_set(err, ST_INPUT,
                    "'%s/%s' has %llu tokens (of %lld) that are not in the vocabulary", l->dir,
                    dataset_ids_name(s), (unsigned long long)ids->unknown, (long long)tokens),
            REMEDY_ALLOW_UNKNOWN, 0, 0);
    d->names[s] = mem_copy_string(source, strlen(source), err);
    return d->names[s] == NULL ? ST_NOMEM : ST_OK;
}

static enum status load_split(const struct loading *l, enum split s, const struct json *record,
                              struct err *err)
{
    char *path = io_join(l->dir, dataset_ids_name(s), err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = ids_load(&l->d->splits[s], l->d->vocab, path, err);
    mem_free(path);
    if (status != ST_OK)
        return prepare_again(status, err);
    TRY(load_size(l, &l->d->splits[s], record, err));
    return check_split(l, s, record, err);
}

static enum status load_splits(const struct loading *l, struct err *err)
{
    const struct dataset_request *r = l->request;
    const struct json *splits, *record;
    struct err why = {0};
    TRY(bad_record(l, json_get_value(l->record, "splits", &splits, &why), &why, err));
    for (enum split s = 0; s < N_SPLITS; s++) {
        const bool there = json_has(splits, split_name(s));
        if (!there && split_in(r->needed, s))
            return err_set(err, ST_INPUT,
                           "'%s' has no %s split: the texts that it was prepared from had none",
                           l->dir, split_name(s));
        if (!there || !split_in(r->needed | r->wanted, s))
            continue;
        TRY(bad_record(l, json_get_value(splits, split_name(s), &record, &why), &why, err));
        TRY(load_split(l, s, record, err));
    }
    return ST_OK;
}

enum status dataset_load(struct dataset *d, const struct dataset_request *request,
                         const struct vocab *vocab, struct err *err)
{
    struct loading l = {.d = d, .request = request, .dir = request->path};
    enum status status = ST_OK;
    char *vocab_path = NULL;
    TRY(check_request(request, vocab != NULL, err));
    d->prepared = true;
    l.record_path = io_join(l.dir, DATASET_RECORD, err);
    vocab_path = io_join(l.dir, DATASET_VOCAB, err);
    if (l.record_path == NULL || vocab_path == NULL) {
        status = ST_NOMEM;
        goto out;
    }
    TRY_OUT(load_record(&l, err));
    TRY_OUT(load_tokenizer(&l, err));
    TRY_OUT(load_markers(&l, err));
    TRY_OUT(load_vocab(&l, vocab_path, vocab, err));
    TRY_OUT(load_splits(&l, err));
out:
    json_free(l.record);
    mem_free(l.record_path);
    mem_free(vocab_path);
    return status;
}
