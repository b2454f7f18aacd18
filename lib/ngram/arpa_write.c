#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "corpora/compress/gzip.h"
#include "lib/ngram/arpa.h"
#include "lib/ngram/arpa_marks.h"

struct writing {
    const struct ngram *m;
    const struct vocab *vocab;
    struct io_writer *file;
    struct gzip_writer *gzip; /* to which text goes; NULL: to the file */
    struct buf line;
};

enum status arpa_check_words(const struct vocab *vocab, struct err *err)
{
    static const char *const marks[] = {BEGIN_MARK, END_MARK, UNK_MARK, UNK_MARK_TOO};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const int32_t id = vocab_find(vocab, marks[i], strlen(marks[i]));
        if (id >= 0 && id != vocab_unk(vocab) && id != vocab_eos(vocab))
            return err_set(err, ST_INPUT,
                           "the vocabulary has a word '%s', which is a mark in an ARPA file",
                           marks[i]);
    }
    for (int32_t id = 0; id < (int32_t)vocab_size(vocab); id++)
        if (vocab_word(vocab, id)[strcspn(vocab_word(vocab, id), " \t\r\n")] != '\0')
            return err_set(
                err, ST_INPUT,
                "the word with the id %d has a blank in it, which an ARPA file cannot hold",
                (int)id);
    return ST_OK;
}

static enum status put(struct writing *w, const void *bytes, size_t n, struct err *err)
{
    return w->gzip != NULL ? gzip_writer_put(w->gzip, bytes, n, err)
                           : io_writer_put(w->file, bytes, n, err);
}

static const char *name_of(const struct writing *w, uint32_t id, bool first)
{
    if ((int32_t)id == vocab_eos(w->vocab))
        return first ? BEGIN_MARK : END_MARK;
    return (int32_t)id == vocab_unk(w->vocab) ? UNK_MARK : vocab_word(w->vocab, (int32_t)id);
}

static double base10(float natural)
{
    return (double)natural / log(10.0);
}

/* "log10(p)<TAB>w1 ... wn[<TAB>log10(back-off)]"; the back-off where something continues, or it is
 * not 1. */
static enum status put_line(struct writing *w, double log_p, const uint32_t *words, int n,
                            bool begins, const float *backoff, struct err *err)
{
    w->line.len = 0;
    TRY(buf_addf(&w->line, err, "%.9g", log_p));
    for (int i = 0; i < n; i++)
        TRY(buf_addf(&w->line, err, "%c%s", i == 0 ? '\t' : ' ',
                     name_of(w, words[i], i == 0 && begins)));
    if (backoff != NULL)
        TRY(buf_addf(&w->line, err, "\t%.9g", base10(*backoff)));
    TRY(buf_addf(&w->line, err, "\n"));
    return put(w, w->line.data, w->line.len, err);
}

static const float *backoff_of(const struct ngram_level *l, uint64_t i)
{
    const bool counts =
        l->first != NULL && (l->first[i] < l->first[i + 1] || l->backoff[i] != 0.0f);
    return counts ? &l->backoff[i] : NULL;
}

static enum status put_unigrams(struct writing *w, struct err *err)
{
    const struct ngram_level *l = &w->m->of[0];
    for (uint32_t id = 0; id < l->n; id++) {
        const bool ends = (int32_t)id == w->m->eos;
        if (ends)
            TRY(put_line(w, -99.0, &id, 1, true, backoff_of(l, id), err));
        TRY(put_line(w, base10(l->log_p[id]), &id, 1, false, ends ? NULL : backoff_of(l, id), err));
    }
    return ST_OK;
}

/* Those of order n that continue the first k of words[], number `at` in order k. */
static enum status put_continuations(struct writing *w, int n, uint32_t words[NGRAM_MAX], int k,
                                     uint64_t at, struct err *err)
{
    const struct ngram_level *l = &w->m->of[k - 1], *next = &w->m->of[k];
    for (uint64_t i = l->first[at]; i < l->first[at + 1]; i++) {
        words[k] = next->words[i];
        TRY(k + 1 < n
                ? put_continuations(w, n, words, k + 1, i, err)
                : put_line(w, base10(next->log_p[i]), words, n, true, backoff_of(next, i), err));
    }
    return ST_OK;
}

static enum status put_order(struct writing *w, int n, struct err *err)
{
    uint32_t words[NGRAM_MAX];
    w->line.len = 0;
    TRY(buf_addf(&w->line, err, "\n\\%d-grams:\n", n));
    TRY(put(w, w->line.data, w->line.len, err));
    if (n == 1)
        return put_unigrams(w, err);
    for (words[0] = 0; words[0] < w->m->V; words[0]++)
        TRY(put_continuations(w, n, words, 1, words[0], err));
    return ST_OK;
}

static enum status put_all(struct writing *w, struct err *err)
{
    static const char end[] = "\n\\end\\\n";
    TRY(buf_addf(&w->line, err, "\\data\\\n"));
    for (int n = 1; n <= w->m->order; n++)
        TRY(buf_addf(&w->line, err, "ngram %d=%" PRIu64 "\n", n,
                     w->m->of[n - 1].n + (n == 1 ? 1 : 0))); /* <s> and </s> are one word here */
    TRY(put(w, w->line.data, w->line.len, err));
    for (int n = 1; n <= w->m->order; n++)
        TRY(put_order(w, n, err));
    return put(w, end, sizeof end - 1, err);
}

enum status arpa_write(struct io_writer *file, const struct ngram *m, const struct vocab *vocab,
                       bool gzip, struct err *err)
{
    struct writing w = {.m = m, .vocab = vocab, .file = file};
    enum status status = gzip ? gzip_writer_open(&w.gzip, file, err) : ST_OK;
    if (status == ST_OK)
        status = put_all(&w, err);
    if (status == ST_OK && gzip)
        status = gzip_writer_end(w.gzip, err);
    gzip_writer_free(w.gzip);
    buf_fini(&w.line);
    return status;
}
