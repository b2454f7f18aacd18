#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/ngram/arpa.h"
#include "lib/ngram/arpa_marks.h"
#include "vocab/tokenizer/tokenizer.h"

enum { FIELDS_MAX = NGRAM_MAX + 2 };

struct reading {
    struct arpa_model *a;
    struct text *text;
    uint64_t line;
    const char *bytes; /* of the line */
    size_t len;
    bool more;
    uint64_t counts[NGRAM_MAX]; /* as \data\ says */
    struct slice fields[FIELDS_MAX + 1];
    int n_fields;     /* at most one more than there can be */
    struct buf words; /* the vocabulary's text */
    struct unigram {
        float log_p, backoff;
    } * unigrams, begin; /* [n], and that of <s> */
    size_t n, room;
    struct vocab_counts *seen; /* the same words, to find those that are there twice */
    int64_t eos, unk;          /* numbers of unigrams, -1: not seen */
    bool has_begin;
    struct ngram_sorter *sorter;
    struct ngram_filling of[NGRAM_MAX];
};

static enum status refuse(const struct reading *r, struct err *err, const char *what)
{
    return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": %s", text_name(r->text), r->line, what);
}

/* --- lines --- */

static enum status next_line(struct reading *r, struct err *err)
{
    struct text_piece piece;
    TRY(text_next(r->text, &piece, &r->more, err));
    r->bytes = r->more ? piece.bytes : "";
    r->len = r->more ? piece.len : 0;
    r->line = r->more ? piece.line : r->line + 1;
    if (r->more && !piece.ends_line)
        return refuse(r, err, "the line is too long for an n-gram");
    return ST_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the line into fields. */
static void split(struct reading *r)
{
    const char *at = r->bytes, *end = r->bytes + r->len;
    for (r->n_fields = 0; r->n_fields <= FIELDS_MAX; r->n_fields++) {
        while (at < end && is_blank(*at))
            at++;
        if (at == end)
            return;
        struct slice *field = &r->fields[r->n_fields];
        field->bytes = at;
        while (at < end && !is_blank(*at))
            at++;
        field->len = (size_t)(at - field->bytes);
    }
}

static bool is_text(const struct slice *s, const char *text)
{
    return s->len == strlen(text) && memcmp(s->bytes, text, s->len) == 0;
}

/* The next line that is not blank, cut into fields; none at the end. */
static enum status next_fields(struct reading *r, struct err *err)
{
    do {
        TRY(next_line(r, err));
        split(r);
    } while (r->more && r->n_fields == 0);
    return ST_OK;
}

/* A logarithm to base 10, as a natural one. */
static bool read_log(const struct slice *s, float *natural)
{
    char text[64], *end;
    if (s->len >= sizeof text)
        return false;
    memcpy(text, s->bytes, s->len);
    text[s->len] = '\0';
    if (text[strspn(text, "+-.0123456789eE")] != '\0') /* no names and no hexadecimal numbers */
        return false;
    const double value = strtod(text, &end);
    *natural = (float)(value * log(10.0));
    return *end == '\0' && fabsf(*natural) <= NGRAM_LOG_MAX;
}

/* --- \data\ --- */

bool arpa_begins(const char *line, size_t len)
{
    static const char mark[] = "\\data\\";
    return len >= sizeof mark - 1 && memcmp(line, mark, sizeof mark - 1) == 0;
}

static enum status read_beginning(struct reading *r, struct err *err)
{
    do {
        TRY(next_fields(r, err));
        if (!r->more)
            return refuse(r, err, "no \\data\\ was found, with which an ARPA file begins");
    } while (r->fields[0].bytes[0] == '#');
    if (!is_text(&r->fields[0], "\\data\\"))
        return refuse(r, err, "expected \\data\\, with which an ARPA file begins");
    return ST_OK;
}

/* "2=10" of the fields behind "ngram": blanks may be around '='. */
static bool join_fields(const struct reading *r, char *text, size_t size)
{
    size_t len = 0;
    for (int i = 1; i < r->n_fields; i++) {
        const struct slice *field = &r->fields[i];
        const bool joins = len == 0 || text[len - 1] == '=' || field->bytes[0] == '=';
        if (!joins || len + field->len >= size)
            return false;
        memcpy(text + len, field->bytes, field->len);
        len += field->len;
        text[len] = '\0';
    }
    return true;
}

static enum status read_counts(struct reading *r, struct err *err)
{
    int n = 0;
    TRY(next_fields(r, err));
    for (; r->n_fields > 0 && is_text(&r->fields[0], "ngram"); n++) {
        char text[64] = "", *end;
        if (n == NGRAM_MAX)
            return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": the order is above %d",
                           text_name(r->text), r->line, NGRAM_MAX);
        if (!join_fields(r, text, sizeof text))
            return refuse(r, err, "expected 'ngram ORDER=COUNT'");
        errno = 0;
        const long order = strtol(text, &end, 10);
        if (order != n + 1 || *end != '=' || end[1] < '0' || end[1] > '9')
            return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": expected 'ngram %d=COUNT'",
                           text_name(r->text), r->line, n + 1);
        r->counts[n] = strtoull(end + 1, &end, 10);
        if (*end != '\0' || errno != 0 || r->counts[n] > UINT32_MAX)
            return refuse(r, err, "the count is not one that can be read");
        TRY(next_fields(r, err));
    }
    if (n == 0)
        return refuse(r, err, "expected 'ngram 1=COUNT'");
    r->a->model.order = n;
    return ST_OK;
}

/* The line with which a section begins has been read. */
static enum status expect_section(const struct reading *r, int n, struct err *err)
{
    char want[32];
    snprintf(want, sizeof want, "\\%d-grams:", n);
    if (r->n_fields == 1 && is_text(&r->fields[0], want))
        return ST_OK;
    return err_set(
        err, ST_INPUT, "'%s' line %" PRIu64 ": expected '%s'%s", text_name(r->text), r->line, want,
        r->more && n > 1 ? ": the section before may have more n-grams than \\data\\ says" : "");
}

/* An n-gram's line: its logarithm, words and back-off. */
static enum status read_entry(struct reading *r, int n, struct unigram *entry, struct err *err)
{
    TRY(next_fields(r, err));
    if (!r->more || r->fields[0].bytes[0] == '\\')
        return err_set(err, ST_INPUT,
                       "'%s' line %" PRIu64 ": the section has fewer %d-grams than \\data\\ says",
                       text_name(r->text), r->line, n);
    entry->backoff = 0.0f;
    if (r->n_fields < n + 1 || r->n_fields > n + 2 || !read_log(&r->fields[0], &entry->log_p) ||
        (r->n_fields == n + 2 && !read_log(&r->fields[n + 1], &entry->backoff)))
        return err_set(err, ST_INPUT,
                       "'%s' line %" PRIu64 ": expected the logarithm of a probability, %d word%s, "
                       "and perhaps a back-off",
                       text_name(r->text), r->line, n, n > 1 ? "s" : "");
    if (entry->log_p > 1e-4f)
        return refuse(r, err, "the probability is above 1");
    entry->log_p = entry->log_p > 0.0f ? 0.0f : entry->log_p;
    return ST_OK;
}

/* --- words --- */

static enum status add_word(struct reading *r, const char *word, size_t len,
                            const struct unigram *entry, struct err *err)
{
    int32_t number;
    if (r->n == VOCAB_MAX)
        return refuse(r, err, "there are more words than a vocabulary can have");
    if (len > TOKEN_MAX)
        return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": a word of %zu bytes, the limit is %d",
                       text_name(r->text), r->line, len, TOKEN_MAX);
    TRY(vocab_counts_add_times(r->seen, word, len, 1, &number, err));
    if ((size_t)number < r->n)
        return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": %s is among the 1-grams twice",
                       text_name(r->text), r->line,
                       escape_quoted(r->fields[1].bytes, r->fields[1].len).text);
    if (r->n == r->room) {
        const size_t room = r->room > 0 ? 2 * r->room : 1024;
        struct unigram *unigrams = mem_resize(r->unigrams, room, sizeof *unigrams, err);
        if (unigrams == NULL)
            return ST_NOMEM;
        r->unigrams = unigrams;
        r->room = room;
    }
    r->unigrams[r->n++] = *entry;
    TRY(buf_add(&r->words, word, len, err));
    return buf_add(&r->words, "\n", 1, err);
}

/* <s> and </s> are one word here: the probability of the one and the back-off of the other. */
static enum status add_unigram(struct reading *r, const struct unigram *entry, struct err *err)
{
    const struct slice *word = &r->fields[1];
    if (is_text(word, BEGIN_MARK)) {
        if (r->has_begin)
            return refuse(r, err, "the word '" BEGIN_MARK "' is there twice");
        r->has_begin = true;
        r->begin = *entry;
        return ST_OK;
    }
    if (is_text(word, END_MARK)) {
        r->eos = (int64_t)r->n;
        return add_word(r, TOKEN_EOS, strlen(TOKEN_EOS), entry, err);
    }
    if (is_text(word, UNK_MARK) || is_text(word, UNK_MARK_TOO)) {
        r->unk = (int64_t)r->n;
        return add_word(r, TOKEN_UNK, strlen(TOKEN_UNK), entry, err);
    }
    if (is_text(word, TOKEN_EOS))
        return refuse(r, err, "the word '" TOKEN_EOS "' stands for the end of a sentence here");
    return add_word(r, word->bytes, word->len, entry, err);
}

static enum status add_missing(struct reading *r, struct err *err)
{
    const struct unigram rare = {(float)(-99.0 * log(10.0)), 0.0f};
    r->a->adds_unk = r->unk < 0;
    r->a->adds_eos = r->eos < 0;
    if (r->a->adds_unk)
        TRY(add_word(r, TOKEN_UNK, strlen(TOKEN_UNK), &rare, err));
    if (r->a->adds_eos) {
        r->eos = (int64_t)r->n;
        TRY(add_word(r, TOKEN_EOS, strlen(TOKEN_EOS), &rare, err));
    }
    r->unigrams[r->eos].backoff = r->begin.backoff;
    return ST_OK;
}

static enum status read_unigrams(struct reading *r, const char *path, struct err *err)
{
    struct arpa_model *a = r->a;
    struct unigram entry;
    TRY(expect_section(r, 1, err));
    for (uint64_t i = 0; i < r->counts[0]; i++) {
        TRY(read_entry(r, 1, &entry, err));
        TRY(add_unigram(r, &entry, err));
    }
    TRY(add_missing(r, err));
    TRY(vocab_parse(&a->vocab, text_name(r->text), r->words.data, r->words.len, err));
    a->model.V = r->n;
    a->model.eos = vocab_eos(a->vocab);
    TRY(ngram_arrays_add(&a->arrays, &a->model, &r->of[0], 1, r->n, path, err));
    for (size_t i = 0; i < r->n; i++) {
        r->of[0].log_p[i] = r->unigrams[i].log_p;
        if (r->of[0].backoff != NULL)
            r->of[0].backoff[i] = r->unigrams[i].backoff;
    }
    return ST_OK;
}

/* --- higher orders --- */

/* *skip: <s> is not the first word, as in the files of IRSTLM; no history is that. */
static enum status find_words(const struct reading *r, uint32_t *ids, int n, bool *skip,
                              struct err *err)
{
    *skip = false;
    for (int i = 0; i < n; i++) {
        const struct slice *word = &r->fields[i + 1];
        const bool begins = is_text(word, BEGIN_MARK), ends = is_text(word, END_MARK);
        *skip = *skip || (begins && i > 0);
        if (ends && i < n - 1)
            return refuse(r, err, "'" END_MARK "' is not the last word");
        int32_t id = begins || ends ? vocab_eos(r->a->vocab)
                     : is_text(word, UNK_MARK) || is_text(word, UNK_MARK_TOO)
                         ? vocab_unk(r->a->vocab)
                         : vocab_find(r->a->vocab, word->bytes, word->len);
        if (id < 0 || (!begins && !ends && id == vocab_eos(r->a->vocab)))
            return err_set(err, ST_INPUT, "'%s' line %" PRIu64 ": %s is not among the 1-grams",
                           text_name(r->text), r->line, escape_quoted(word->bytes, word->len).text);
        ids[i] = (uint32_t)id;
    }
    return ST_OK;
}

/* Both numbers go through the sorter as a count. */
static uint64_t packed(const struct unigram *entry)
{
    uint32_t halves[2];
    memcpy(halves, entry, sizeof halves);
    return halves[0] | (uint64_t)halves[1] << 32;
}

static struct unigram unpacked(uint64_t count)
{
    const uint32_t halves[2] = {(uint32_t)count, (uint32_t)(count >> 32)};
    struct unigram entry;
    memcpy(&entry, halves, sizeof entry);
    return entry;
}

static enum status refuse_orphan(const struct reading *r, const uint32_t *words, int n,
                                 struct err *err)
{
    struct buf text = {0};
    enum status status = ST_OK;
    for (int i = 0; i < n && status == ST_OK; i++)
        status = buf_addf(&text, err, "%s%s", i > 0 ? " " : "",
                          i == 0 && (int32_t)words[i] == r->a->model.eos
                              ? BEGIN_MARK
                              : vocab_word(r->a->vocab, (int32_t)words[i]));
    if (status == ST_OK)
        status = err_set(err, ST_INPUT, "'%s': the %d-gram %s continues no %d-gram",
                         text_name(r->text), n, escape_quoted(text.data, text.len).text, n - 1);
    buf_fini(&text);
    return status;
}

static enum status fill_order(struct reading *r, int n, struct err *err)
{
    const struct ngram *m = &r->a->model;
    struct ngram_filling *f = &r->of[n - 1], *below = &r->of[n - 2];
    const uint32_t *words;
    uint64_t i = 0, parents = 0, count;
    TRY(ngram_sorter_begin(r->sorter, err));
    for (;; i++) {
        TRY(ngram_sorter_next(r->sorter, &words, &count, err));
        if (words == NULL)
            break;
        const uint64_t parent = ngram_find(m, words, n - 1);
        if (parent == NGRAM_NONE)
            return refuse_orphan(r, words, n, err);
        while (parents <= parent)
            below->first[parents++] = i;
        const struct unigram entry = unpacked(count);
        f->words[i] = words[n - 1];
        f->log_p[i] = entry.log_p;
        if (f->backoff != NULL)
            f->backoff[i] = entry.backoff;
    }
    while (parents <= m->of[n - 2].n)
        below->first[parents++] = i;
    if (i < r->counts[n - 1])
        return err_set(err, ST_INPUT, "'%s': %" PRIu64 " of the %d-grams are there twice",
                       text_name(r->text), r->counts[n - 1] - i, n);
    return ST_OK;
}

static enum status read_order(struct reading *r, int n, size_t bytes, const char *path,
                              struct err *err)
{
    uint32_t words[NGRAM_MAX];
    struct unigram entry;
    uint64_t skipped = 0;
    bool skip;
    TRY(next_fields(r, err));
    TRY(expect_section(r, n, err));
    const double all = (double)r->counts[n - 1] * ngram_sorter_bytes(n);
    ngram_sorter_free(r->sorter);
    r->sorter = NULL;
    TRY(ngram_sorter_new(&r->sorter, n, NGRAM_BY_FIRST, all < (double)bytes ? (size_t)all : bytes,
                         path, err));
    for (uint64_t i = 0; i < r->counts[n - 1]; i++) {
        TRY(read_entry(r, n, &entry, err));
        TRY(find_words(r, words, n, &skip, err));
        if (!skip)
            TRY(ngram_sorter_add(r->sorter, words, packed(&entry), err));
        skipped += skip ? 1 : 0;
    }
    r->counts[n - 1] -= skipped;
    TRY(ngram_arrays_add(&r->a->arrays, &r->a->model, &r->of[n - 1], n, r->counts[n - 1], path,
                         err));
    return fill_order(r, n, err);
}

static enum status read_all(struct reading *r, size_t bytes, const char *path, struct err *err)
{
    TRY(read_beginning(r, err));
    TRY(read_counts(r, err));
    TRY(read_unigrams(r, path, err));
    for (int n = 2; n <= r->a->model.order; n++)
        TRY(read_order(r, n, bytes, path, err));
    TRY(next_fields(r, err));
    if (r->n_fields != 1 || !is_text(&r->fields[0], "\\end\\"))
        return refuse(r, err,
                      "expected \\end\\: the last section may have more n-grams than "
                      "\\data\\ says, or the file was cut");
    TRY(next_fields(r, err));
    return r->more ? refuse(r, err, "there is text behind \\end\\") : ST_OK;
}

enum status arpa_read(struct arpa_model *a, struct text *text, size_t bytes, const char *path,
                      struct err *err)
{
    struct reading r = {.a = a, .text = text, .eos = -1, .unk = -1};
    *a = (struct arpa_model){.vocab = NULL};
    TRY(vocab_counts_new(&r.seen, err));
    const enum status status = read_all(&r, bytes, path, err);
    vocab_counts_free(r.seen);
    ngram_sorter_free(r.sorter);
    buf_fini(&r.words);
    mem_free(r.unigrams);
    return status;
}

void arpa_model_fini(struct arpa_model *a)
{
    vocab_free(a->vocab);
    ngram_arrays_fini(&a->arrays);
    *a = (struct arpa_model){.vocab = NULL};
}
