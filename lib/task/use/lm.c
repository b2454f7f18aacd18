#include "lib/task/use/lm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/use/lm_ngrams.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

static enum status find_file(struct lm *lm, const char *path, struct err *err)
{
    if (!io_is_dir(path)) {
        lm->path = mem_copy_string(path, strlen(path), err);
        return lm->path == NULL ? ST_NOMEM : ST_OK;
    }
    lm->path = io_join(path, LM_FILE, err);
    if (lm->path == NULL)
        return ST_NOMEM;
    if (io_exists(lm->path) || errno != ENOENT)
        return ST_OK;
    err_set(err, ST_INPUT, "the directory '%s' holds no model: there is no '%s' in it", path,
            LM_FILE);
    return err_advise(err, ST_INPUT, REMEDY_TRAIN, 0, 0);
}

/* Both must have the same words under the same ids; the counts may differ. */
static enum status check_same_words(const struct lm *lm, const struct vocab *given,
                                    const char *given_path, struct err *err)
{
    const size_t own = vocab_size(lm->vocab), other = vocab_size(given);
    if (own == other && vocab_hash(lm->vocab) == vocab_hash(given))
        return ST_OK;
    int32_t id = 0;
    struct slice is, would_be;
    while ((size_t)id < own && (size_t)id < other &&
           strcmp(vocab_word(lm->vocab, id), vocab_word(given, id)) == 0)
        id++;
    if ((size_t)id >= own || (size_t)id >= other) {
        err_set(err, ST_INPUT,
                "'%s' has a vocabulary of its own, of %zu words, and '%s' is another, of %zu",
                lm->path, own, given_path, other);
    } else {
        is = vocab_slice(lm->vocab, id);
        would_be = vocab_slice(given, id);
        err_set(err, ST_INPUT,
                "'%s' has a vocabulary of its own, and '%s' is another: the word of id %" PRId32
                " is %s in the model and %s in that file",
                lm->path, given_path, id, escape_quoted(is.bytes, is.len).text,
                escape_quoted(would_be.bytes, would_be.len).text);
    }
    return err_advise(err, ST_INPUT, REMEDY_OWN_VOCAB, 0, 0);
}

static enum status check_size(const struct lm *lm, const char *vocab_path, struct err *err)
{
    if (vocab_size(lm->vocab) == lm->model->shape.V)
        return ST_OK;
    if (vocab_path != NULL)
        return err_set(err, ST_INPUT, "'%s' is a model of %zu words, the vocabulary '%s' has %zu",
                       lm->path, lm->model->shape.V, vocab_path, vocab_size(lm->vocab));
    return err_set(err, ST_INPUT, "'%s' is a model of %zu words, its vocabulary has %zu", lm->path,
                   lm->model->shape.V, vocab_size(lm->vocab));
}

/* The model's own words, which a given file must not contradict. */
static enum status read_own_vocab(struct lm *lm, const struct vocab_file *file, struct err *err)
{
    struct vocab *given;
    TRY(vocab_parse(&lm->vocab, lm->path, lm->notes.vocab.data, lm->notes.vocab.len, err));
    TRY(check_size(lm, NULL, err));
    if (file->path == NULL)
        return ST_OK;
    TRY(vocab_load_as(&given, file, &lm->markers, &lm->taken, err));
    const enum status status = check_same_words(lm, given, file->path, err);
    vocab_free(given);
    return status;
}

static enum status read_vocab(struct lm *lm, const struct vocab_file *file, struct err *err)
{
    const bool lost = lm->notes.origin.is_ours;
    if (lm->notes.vocab.len > 0)
        return read_own_vocab(lm, file, err);
    if (file->path == NULL) {
        err_set(err, ST_INPUT, "'%s' has no vocabulary%s", lm->path,
                lost ? ": it was saved again by another program, without it" : "");
        return err_advise(err, ST_INPUT, REMEDY_NAME_VOCAB, 0, 0);
    }
    TRY(vocab_load_as(&lm->vocab, file, &lm->markers, &lm->taken, err));
    return check_size(lm, file->path, err);
}

/* Which tokenizer a file was trained with that does not name it: the bytes of bpe-bytes are in its
 * vocabulary. */
static const char *guess_tokenizer(const struct lm *lm)
{
    if (lm->notes.merges.len == 0)
        return "words";
    for (int32_t id = 0; (size_t)id < vocab_size(lm->vocab); id++) {
        const struct slice word = vocab_slice(lm->vocab, id);
        if (bpe_byte_of(word.bytes, word.len) >= 0)
            return "bpe-bytes";
    }
    return "bpe";
}

enum status lm_find_tokenizer(struct lm *lm, const char *given, struct err *err)
{
    const char *name = lm->notes.tokenizer.len > 0 ? lm->notes.tokenizer.data : given;
    if (name == NULL)
        name = guess_tokenizer(lm);
    lm->tokenizer = tokenizer_find(name);
    if (lm->tokenizer == NULL)
        return err_set(err, ST_INPUT,
                       "'%s' was trained with the tokenizer '%s', which this version does not know",
                       lm->path, name);
    const struct buf *merges = &lm->notes.merges;
    if (lm->tokenizer->learns != (merges->len > 0))
        return err_set(err, ST_INPUT, "'%s' has %s merges, which the tokenizer '%s' %s", lm->path,
                       merges->len > 0 ? "the" : "no", name,
                       merges->len > 0 ? "cannot have" : "needs");
    if (merges->len > 0) {
        TRY(tokenizer_new(&lm->learned, lm->tokenizer, lm->path, merges->data, merges->len, err));
        lm->tokenizer = lm->learned;
    }
    lm->input = lm->tokenizer;
    return ST_OK;
}

enum status lm_set_input(struct lm *lm, const char *name, struct err *err)
{
    const struct tokenizer *row = tokenizer_find(name);
    if (strcmp(name, lm->tokenizer->name) == 0)
        return ST_OK;
    if (row == NULL)
        return err_set(err, ST_USAGE, "there is no tokenizer '%s'", name);
    if (row->learns)
        return err_set(err, ST_USAGE,
                       "'%s' was trained with the tokenizer '%s' and has no merges for '%s'",
                       lm->path, lm->tokenizer->name, name);
    lm->input = row;
    if (lm->learned != NULL) {
        lm->mixed = *lm->learned;
        lm->mixed.name = row->name;
        lm->mixed.words = row;
        lm->mixed.keeps_words = row->keeps_words;
        lm->input = &lm->mixed;
    }
    return ST_OK;
}

static const char *marker_of(const struct lm *lm, enum model_marker i)
{
    return lm->notes.markers[i].len > 0 ? lm->notes.markers[i].data : NULL;
}

enum status lm_find_markers(struct lm *lm, const struct marker_names *given, struct err *err)
{
    struct err why = {0};
    struct markers own;
    char form[MARKER_MAX + 1];
    const char *normalize = marker_of(lm, MODEL_NORMALIZE);
    if (normalize != NULL) /* the version of Unicode follows */
        snprintf(form, sizeof form, "%.*s", (int)strcspn(normalize, " "), normalize);
    const struct marker_names names = {marker_of(lm, MODEL_BOS), marker_of(lm, MODEL_EOS),
                                       marker_of(lm, MODEL_UNK), normalize != NULL ? form : NULL};
    if (given != NULL)
        TRY(markers_set(&lm->markers, given, err));
    if (markers_set(&own, &names, &why) == ST_OK) {
        markers_fill(&lm->markers, &own);
        return ST_OK;
    }
    why.code = ST_INPUT;
    return err_wrap(err, &why, "the markers of '%s' cannot be used", lm->path);
}

enum status lm_open(struct lm *lm, const char *path, const char *vocab_path, struct err *err)
{
    const struct vocab_file file = {.path = vocab_path};
    return lm_open_as(lm, path, &(struct lm_given){.vocab = &file}, err);
}

/* A file that names its cell has no other. */
static enum status check_cell(const struct lm *lm, const char *given, struct err *err)
{
    const char *own = lm->model->shape.cell->name;
    if (given == NULL || strcmp(own, given) == 0)
        return ST_OK;
    return err_set(err, ST_USAGE, "'%s' has cells of the kind '%s', not '%s'", lm->path, own,
                   given);
}

enum status lm_open_as(struct lm *lm, const char *path, const struct lm_given *given,
                       struct err *err)
{
    static const struct vocab_file none = {.path = NULL};
    const struct cell_ops *cell = given->cell != NULL ? cell_find(given->cell) : NULL;
    struct lm made = {0};
    enum status status;
    enum lm_kind kind;
    TRY_OUT(find_file(&made, path, err));
    TRY_OUT(lm_find_kind(made.path, &kind, err));
    if (kind == LM_COMPACT || kind == LM_ARPA) {
        TRY_OUT(lm_open_ngrams(&made, kind, given, err));
        *lm = made;
        return ST_OK;
    }
    TRY_OUT(model_load_as(&made.model, &made.notes, made.path, cell, err));
    TRY_OUT(check_cell(&made, given->cell, err));
    if (made.model->shape.head != NULL && !given->of_labels) {
        err_set(err, ST_INPUT, "'%s' is a model that gives labels, not the next word", made.path);
        status = err_advise(err, ST_INPUT, REMEDY_PREDICT, 0, 0);
        goto out;
    }
    TRY_OUT(lm_find_markers(&made, given->markers, err));
    if (made.model->shape.V > 0)
        TRY_OUT(read_vocab(&made, given->vocab != NULL ? given->vocab : &none, err));
    TRY_OUT(lm_find_tokenizer(&made, given->tokenizer, err));
    *lm = made;
    return ST_OK;
out:
    lm_close(&made);
    return status;
}

enum status lm_open_any(struct lm *lm, const char *path, struct err *err)
{
    return lm_open_as(lm, path, &(struct lm_given){.of_labels = true}, err);
}

enum status lm_gives_labels(const char *path, bool *labels, struct err *err)
{
    struct lm found = {0};
    *labels = false;
    enum status status = find_file(&found, path, err);
    if (status == ST_OK)
        status = model_gives_labels(found.path, labels, err);
    lm_close(&found);
    return status == ST_NOMEM ? ST_NOMEM : ST_OK;
}

enum status lm_read_training(const struct lm *lm, struct json **training, struct err *err)
{
    const struct buf *text = &lm->notes.training;
    struct err why;
    *training = NULL;
    if (text->len == 0)
        return ST_OK;
    struct json *read;
    enum status status = json_parse(&read, "its note", text->data, text->len, &why);
    if (status == ST_OK && !json_is_object(read)) {
        json_free(read);
        status = err_set(&why, ST_INPUT, "its note is not a JSON object");
    }
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s' does not say how it was trained", lm->path);
    *training = read;
    return ST_OK;
}

void lm_close(struct lm *lm)
{
    model_free(lm->model);
    vocab_free(lm->vocab);
    ngram_close(&lm->compact);
    arpa_model_fini(&lm->arpa);
    tokenizer_free(lm->learned);
    model_notes_fini(&lm->notes);
    mem_free(lm->path);
    *lm = (struct lm){0};
}
