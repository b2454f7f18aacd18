#include "lib/ngram/ngram_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/file/json.h"

#define NOTE "ptblm.ngram"

#define UNKNOWN UINT64_MAX

enum { FORMAT = 1, NAME_SIZE = 32, TENSORS_MAX = 4 * NGRAM_MAX + 1 + NGRAM_TENSORS_MAX };

/* --- writing --- */

struct parts {
    struct safetensors_tensor tensors[TENSORS_MAX];
    char names[TENSORS_MAX][NAME_SIZE];
    size_t n;
};

static void add_part(struct parts *p, int order, const char *what, enum safetensors_dtype dtype,
                     uint64_t n, const void *data)
{
    if (data == NULL)
        return;
    snprintf(p->names[p->n], NAME_SIZE, "ngram.%d.%s", order, what);
    p->tensors[p->n] = (struct safetensors_tensor){
        .name = p->names[p->n], .dtype = dtype, .rank = 1, .shape = {n}, .data = data};
    p->n++;
}

static void list_parts(struct parts *p, const struct ngram *m, const struct buf *vocab)
{
    for (int n = 1; n <= m->order; n++) {
        const struct ngram_level *l = &m->of[n - 1];
        add_part(p, n, "words", DTYPE_U32, l->n, l->words);
        add_part(p, n, "log_p", DTYPE_F32, l->n, l->log_p);
        add_part(p, n, "backoff", DTYPE_F32, l->n, l->backoff);
        add_part(p, n, "first", DTYPE_U64, l->n + 1, l->first);
    }
    p->tensors[p->n++] = (struct safetensors_tensor){
        .name = "vocab", .dtype = DTYPE_U8, .rank = 1, .shape = {vocab->len}, .data = vocab->data};
}

static enum status format_note(struct buf *note, const struct ngram *m, struct err *err)
{
    return buf_addf(note, err, "{\"format\":%d,\"order\":%d}", FORMAT, m->order);
}

enum status ngram_save(const char *path, const struct ngram *m, const struct vocab *vocab,
                       const struct ngram_extra *extra, struct err *err)
{
    struct safetensors_pair pairs[NGRAM_PAIRS_MAX + 1];
    struct buf words = {0}, note = {0};
    struct parts parts = {.n = 0};
    enum status status;
    TRY_OUT(vocab_format(vocab, &words, err));
    TRY_OUT(format_note(&note, m, err));
    list_parts(&parts, m, &words);
    for (size_t i = 0; i < extra->n_tensors; i++)
        parts.tensors[parts.n++] = extra->tensors[i];
    memcpy(pairs, extra->pairs, extra->n_pairs * sizeof *pairs);
    pairs[extra->n_pairs] = (struct safetensors_pair){NOTE, note.data};
    status = safetensors_save(path, parts.tensors, parts.n, pairs, extra->n_pairs + 1, err);
out:
    buf_fini(&words);
    buf_fini(&note);
    return status;
}

/* --- reading --- */

bool ngram_is_in(const struct safetensors_file *file)
{
    return safetensors_find_metadata(file, NOTE) != NULL;
}

static enum status refuse(const char *path, struct err *err, const char *what, int order)
{
    return err_set(err, ST_INPUT, "'%s' is no n-gram model that can be used: of order %d, %s", path,
                   order, what);
}

/* *n is how many elements there must be, or UNKNOWN, and then becomes that. */
static enum status find_part(const void **data, uint64_t *n, const struct ngram_file *f,
                             const char *path, int order, const char *what,
                             enum safetensors_dtype dtype, struct err *err)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "ngram.%d.%s", order, what);
    const struct safetensors_tensor *t = safetensors_find(&f->file, name);
    if (t == NULL || t->dtype != dtype || t->rank != 1)
        return err_set(err, ST_INPUT,
                       "'%s' is no n-gram model that can be used: it has no tensor '%s' of type %s",
                       path, name, safetensors_dtype_name(dtype));
    if ((uintptr_t)t->data % safetensors_element(dtype) != 0)
        return err_set(err, ST_INPUT,
                       "'%s' was saved again by another program, in a way that cannot be mapped: "
                       "its '%s' begins at no multiple of its elements' size",
                       path, name);
    if (*n == UNKNOWN)
        *n = t->shape[0];
    if (*n != t->shape[0])
        return err_set(err, ST_INPUT,
                       "'%s' is no n-gram model that can be used: its '%s' has %" PRIu64
                       " elements, expected %" PRIu64,
                       path, name, t->shape[0], *n);
    *data = t->data;
    return ST_OK;
}

static enum status find_level(struct ngram_file *f, const char *path, int n, struct err *err)
{
    struct ngram_level *l = &f->model.of[n - 1];
    const void *data;
    l->n = n == 1 ? f->model.V : UNKNOWN;
    TRY(find_part(&data, &l->n, f, path, n, "log_p", DTYPE_F32, err));
    l->log_p = data;
    if (n > 1) {
        TRY(find_part(&data, &l->n, f, path, n, "words", DTYPE_U32, err));
        l->words = data;
    }
    if (n < f->model.order) {
        uint64_t ends = l->n + 1;
        TRY(find_part(&data, &l->n, f, path, n, "backoff", DTYPE_F32, err));
        l->backoff = data;
        TRY(find_part(&data, &ends, f, path, n, "first", DTYPE_U64, err));
        l->first = data;
    }
    return ST_OK;
}

static enum status check_numbers(const struct ngram_file *f, const char *path, int n,
                                 struct err *err)
{
    const struct ngram_level *l = &f->model.of[n - 1];
    for (uint64_t i = 0; i < l->n; i++) {
        if (!(l->log_p[i] <= 0.0f))
            return refuse(path, err, "a probability is above 1", n);
        if (!(l->log_p[i] >= -NGRAM_LOG_MAX) ||
            (l->backoff != NULL && !(fabsf(l->backoff[i]) <= NGRAM_LOG_MAX)))
            return refuse(path, err, "a logarithm is too large", n);
        if (l->words != NULL && l->words[i] >= f->model.V)
            return refuse(path, err, "a word is not in the vocabulary", n);
    }
    return ST_OK;
}

/* The continuations of each n-gram: one after the other, by their words. */
static enum status check_continuations(const struct ngram_file *f, const char *path, int n,
                                       struct err *err)
{
    const struct ngram_level *l = &f->model.of[n - 1], *next = &f->model.of[n];
    if (l->first[0] != 0 || l->first[l->n] != next->n)
        return refuse(path, err, "continuations begin or end elsewhere", n);
    for (uint64_t i = 0; i < l->n; i++)
        if (l->first[i] > l->first[i + 1])
            return refuse(path, err, "continuations are not in their order", n);
    for (uint64_t i = 0; i < l->n; i++)
        for (uint64_t k = l->first[i]; k + 1 < l->first[i + 1]; k++)
            if (next->words[k] >= next->words[k + 1])
                return refuse(path, err, "words are not in their order", n + 1);
    return ST_OK;
}

static enum status read_note(struct ngram_file *f, const char *path, struct err *err)
{
    struct json *note;
    const char *text;
    int64_t format = 0, order = 0;
    TRY(safetensors_find_note(&f->file, path, NOTE, &text, err));
    if (text == NULL)
        return err_set(err, ST_INPUT, "'%s' is no n-gram model", path);
    struct err why;
    TRY(json_parse(&note, path, text, strlen(text), err));
    enum status status = json_get_int(note, "format", &format, &why);
    if (status == ST_OK)
        status = json_get_int(note, "order", &order, &why);
    json_free(note);
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s' is no n-gram model that can be used", path);
    if (format != FORMAT)
        return err_set(err, ST_INPUT,
                       "'%s' is an n-gram model of format %" PRId64 "; this program reads %d", path,
                       format, FORMAT);
    if (order < 1 || order > NGRAM_MAX)
        return err_set(err, ST_INPUT,
                       "'%s' is an n-gram model of order %" PRId64 ", expected 1 to %d", path,
                       order, NGRAM_MAX);
    f->model.order = (int)order;
    return ST_OK;
}

static enum status read_vocab(struct ngram_file *f, const char *path, struct err *err)
{
    const struct safetensors_tensor *t = safetensors_find(&f->file, "vocab");
    if (t == NULL || t->dtype != DTYPE_U8 || t->rank != 1)
        return err_set(err, ST_INPUT, "'%s' has no vocabulary", path);
    TRY(vocab_parse(&f->vocab, path, t->data, (size_t)t->shape[0], err));
    f->model.V = vocab_size(f->vocab);
    f->model.eos = vocab_eos(f->vocab);
    return ST_OK;
}

static enum status read_model(struct ngram_file *f, const char *path, struct err *err)
{
    TRY(safetensors_open(&f->file, path, err));
    TRY(read_note(f, path, err));
    if (!f->file.has_checksum)
        return err_set(err, ST_INPUT, "'%s' has no checksum, so it is not as it was written", path);
    if (!f->file.all_finite)
        return err_set(err, ST_INPUT, "'%s' has numbers that are not finite", path);
    TRY(read_vocab(f, path, err));
    for (int n = 1; n <= f->model.order; n++) {
        TRY(find_level(f, path, n, err));
        TRY(check_numbers(f, path, n, err));
    }
    for (int n = 1; n < f->model.order; n++)
        TRY(check_continuations(f, path, n, err));
    return ST_OK;
}

enum status ngram_open(struct ngram_file *f, const char *path, struct err *err)
{
    *f = (struct ngram_file){.vocab = NULL};
    const enum status status = read_model(f, path, err);
    if (status != ST_OK)
        ngram_close(f);
    return status;
}

void ngram_close(struct ngram_file *f)
{
    vocab_free(f->vocab);
    safetensors_close(&f->file);
    *f = (struct ngram_file){.vocab = NULL};
}
