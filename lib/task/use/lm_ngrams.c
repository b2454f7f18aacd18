#include "lib/task/use/lm_ngrams.h"

#include <string.h>

enum { SORT_BYTES = 1 << 28 };

static enum status open_text(struct text **text, const char *path, struct err *err)
{
    static const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source *source;
    TRY(source_open(&source, path, NULL, &limits, err));
    return text_open(text, source, err);
}

/* Lines before the mark are blank or begin with '#'. */
static enum status begins_as_arpa(const char *path, bool *begins, struct err *err)
{
    struct text *text;
    struct text_piece piece;
    bool more = true;
    *begins = false;
    TRY(open_text(&text, path, err));
    enum status status = text_next(text, &piece, &more, err);
    while (status == ST_OK && more && (piece.len == 0 || piece.bytes[0] == '#'))
        status = text_next(text, &piece, &more, err);
    *begins = status == ST_OK && more && arpa_begins(piece.bytes, piece.len);
    text_close(text);
    return status;
}

enum status lm_find_kind(const char *path, enum lm_kind *kind, struct err *err)
{
    struct safetensors_file file = {0};
    struct err why;
    bool arpa = false;
    *kind = LM_NO_MODEL;
    if (!lm_is_file(path))
        return ST_OK;
    enum status status = safetensors_open_header(&file, path, &why);
    if (status == ST_OK)
        *kind = ngram_is_in(&file) ? LM_COMPACT : LM_NETWORK;
    else if (status != ST_NOMEM)
        status = begins_as_arpa(path, &arpa, &why);
    if (arpa)
        *kind = LM_ARPA;
    safetensors_close(&file);
    return status == ST_NOMEM ? err_set(err, ST_NOMEM, "%s", why.text) : ST_OK;
}

static enum status note(struct buf *note, const struct ngram_file *file, const char *key,
                        struct err *err)
{
    const char *text = safetensors_find_metadata(&file->file, key);
    return text != NULL ? buf_add_text(note, text, err) : ST_OK;
}

static enum status open_compact(struct lm *lm, struct err *err)
{
    TRY(ngram_open(&lm->compact, lm->path, err));
    lm->ngrams = lm->compact.model;
    lm->vocab = lm->compact.vocab;
    lm->compact.vocab = NULL;
    const struct safetensors_tensor *merges = safetensors_find(&lm->compact.file, MODEL_MERGES);
    if (merges != NULL && merges->dtype == DTYPE_U8 && merges->rank == 1)
        TRY(buf_add(&lm->notes.merges, merges->data, (size_t)merges->shape[0], err));
    TRY(note(&lm->notes.tokenizer, &lm->compact, MODEL_KEY_TOKENIZER, err));
    for (int i = 0; i < MODEL_MARKERS; i++)
        TRY(note(&lm->notes.markers[i], &lm->compact, model_marker_keys[i], err));
    return ST_OK;
}

static enum status open_arpa(struct lm *lm, const char *scratch, struct err *err)
{
    struct text *text;
    TRY(open_text(&text, lm->path, err));
    const enum status status = arpa_read(&lm->arpa, text, SORT_BYTES, scratch, err);
    text_close(text);
    TRY(status);
    lm->ngrams = lm->arpa.model;
    lm->vocab = lm->arpa.vocab;
    lm->arpa.vocab = NULL;
    return ST_OK;
}

/* One that is given must be the same. */
static enum status check_vocab(struct lm *lm, const struct vocab_file *file, struct err *err)
{
    struct vocab *given;
    if (file == NULL || file->path == NULL)
        return ST_OK;
    TRY(vocab_load_as(&given, file, &lm->markers, &lm->taken, err));
    const bool same = vocab_hash(given) == vocab_hash(lm->vocab);
    vocab_free(given);
    if (same)
        return ST_OK;
    err_set(err, ST_INPUT, "'%s' has a vocabulary of its own, and '%s' is another", lm->path,
            file->path);
    return err_advise(err, ST_INPUT, REMEDY_OWN_VOCAB, 0, 0);
}

enum status lm_open_ngrams(struct lm *lm, enum lm_kind kind, const struct lm_given *given,
                           struct err *err)
{
    if (!given->of_ngrams)
        return err_set(err, ST_INPUT, "'%s' is a model of n-grams, not a network", lm->path);
    TRY(kind == LM_ARPA ? open_arpa(lm, given->scratch, err) : open_compact(lm, err));
    TRY(lm_find_markers(lm, given->markers, err));
    TRY(check_vocab(lm, given->vocab, err));
    return lm_find_tokenizer(lm, given->tokenizer, err);
}
