/* Examples in lines: labelled text, and columns. */
#include <string.h>

#include "corpora/splits/cut_lines.h"
#include "corpora/splits/split_reader.h"
#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"

enum {
    LINE_MAX_BYTES = 1 << 26,
    SAMPLE_LINES = 100,
    SAMPLE_BYTES = 1 << 20,
};

/* --- whole lines --- */

struct line_feed {
    struct text *text; /* borrowed */
    struct buf joined; /* of a line that comes in pieces */
    struct slice line; /* until the next call */
    uint64_t number;
};

static enum status next_line(struct line_feed *f, bool *more, struct err *err)
{
    struct text_piece piece;
    f->joined.len = 0;
    for (;;) {
        TRY(text_next(f->text, &piece, more, err));
        if (!*more)
            return ST_OK;
        f->number = piece.line;
        f->line = (struct slice){piece.bytes, piece.len};
        if (piece.ends_line && f->joined.len == 0)
            return ST_OK;
        if (piece.len > LINE_MAX_BYTES - f->joined.len)
            return err_set(err, ST_INPUT,
                           "'%s' line %llu has more than %d bytes, too many for an example",
                           text_name(f->text), (unsigned long long)piece.line, LINE_MAX_BYTES);
        TRY(buf_add(&f->joined, piece.bytes, piece.len, err));
        f->line = (struct slice){f->joined.data, f->joined.len};
        if (piece.ends_line)
            return ST_OK;
    }
}

/* The first lines of a text, kept. */
struct sample {
    struct buf text;
    size_t n, starts[SAMPLE_LINES + 1];
    uint64_t numbers[SAMPLE_LINES];
    char *name;
};

static enum status take_sample(struct sample *s, struct line_feed *feed, struct err *err)
{
    bool more;
    while (s->n < SAMPLE_LINES && s->text.len < SAMPLE_BYTES) {
        TRY(next_line(feed, &more, err));
        if (!more)
            break;
        TRY(buf_add(&s->text, feed->line.bytes, feed->line.len, err));
        s->numbers[s->n] = feed->number;
        s->starts[++s->n] = s->text.len;
    }
    const char *name = text_name(feed->text);
    s->name = mem_copy_string(name, strlen(name), err);
    return s->name == NULL ? ST_NOMEM : ST_OK;
}

static struct slice sample_line(const struct sample *s, size_t i)
{
    const char *data = s->text.data != NULL ? s->text.data : "";
    return (struct slice){data + s->starts[i], s->starts[i + 1] - s->starts[i]};
}

static void sample_fini(struct sample *s)
{
    buf_fini(&s->text);
    mem_free(s->name);
}

/* --- the form --- */

/* Whether all lines of a sample are of the form of a given coding. */
static bool has_given_form(const struct example_reading *r, const struct slice *lines, size_t n)
{
    struct labelled_line parts;
    const enum example_form form = r->d->coding.form;
    bool all = r->given && example_form_is_line(form);
    for (size_t i = 0; i < n && all; i++)
        all = labelled_line_split(&parts, form, lines[i].bytes, lines[i].len, NULL) == ST_OK;
    return all;
}

static enum status tell_form(struct example_reading *r, const struct sample *s, struct err *err)
{
    struct slice lines[SAMPLE_LINES];
    for (size_t i = 0; i < s->n; i++)
        lines[i] = sample_line(s, i);
    if (has_given_form(r, lines, s->n))
        return ST_OK;
    r->d->coding.form = labelled_line_form(lines, s->n);
    if (r->d->coding.form != EXAMPLE_FORM_AUTO)
        return ST_OK;
    return err_advise(
        err,
        err_set(err, ST_INPUT,
                "'%s' is no labelled text: its first lines do not begin with a label, "
                "as 'label<TAB>text', '__label__X text' and 'LABEL:fine text' do",
                s->name),
        REMEDY_EXAMPLE_FORM, 0, 0);
}

/* The columns of the first token. */
static enum status tell_columns(struct example_reading *r, const struct sample *s, struct err *err)
{
    for (size_t i = 0; i < s->n && r->d->coding.columns.n == 0; i++)
        TRY(draft_count_columns(&r->d->coding.columns.n, sample_line(s, i), err));
    return ST_OK;
}

/* What is to be told from the first lines of the train text or, with a coding, of any. */
static enum status tell(struct example_reading *r, const struct sample *s, struct err *err)
{
    if (s->n == 0)
        return err_set(err, ST_INPUT, "'%s' is empty: it has no example", s->name);
    if (r->tells_form)
        TRY(tell_form(r, s, err));
    if (r->d->coding.form == EXAMPLE_FORM_COLUMNS)
        TRY(tell_columns(r, s, err));
    r->tells_form = r->tells_columns = false;
    return ST_OK;
}

static bool can_be_read_twice(const char *path)
{
    return io_is_dir(path) || cut_is_possible(path);
}

/* Looks at a text before it is read, since an archive may have others before it. */
static enum status look_ahead(struct example_reading *r, const struct split_text *split,
                              struct err *err)
{
    struct line_feed feed = {0};
    struct sample sample = {0};
    enum status status;
    if (split->path == NULL || !can_be_read_twice(split->path))
        return ST_OK;
    TRY(split_open(&feed.text, split, &r->limits, err));
    TRY_OUT(take_sample(&sample, &feed, err));
    TRY_OUT(tell(r, &sample, err));
out:
    text_close(feed.text);
    buf_fini(&feed.joined);
    sample_fini(&sample);
    return status;
}

/* --- reading --- */

struct lines_reader {
    struct example_reading *r;
    struct split_reader reader;
    struct draft_writer writer;
    bool has_writer;
};

static enum status add_line(struct draft_writer *w, struct slice line, uint64_t number, bool first,
                            struct err *err)
{
    bool unused;
    if (w->coding->form != EXAMPLE_FORM_COLUMNS) {
        w->place.line = number;
        return draft_add_line(w, line, err);
    }
    if (number == 1 && !first) { /* of another document */
        TRY(draft_end_sentence(w, &unused, err));
        w->columns.empty_line = 0;
        w->columns.after_mark = false;
    }
    w->place.line = number;
    return draft_add_columns(w, line, &unused, err);
}

/* The form is told, so that there can be a writer. */
static enum status begin_split(struct lines_reader *l, enum split s, struct err *err)
{
    struct example_reading *r = l->r;
    if (!l->has_writer)
        TRY(draft_writer_init(&l->writer, &r->d->coding, &r->tables, err));
    l->has_writer = true;
    l->writer.unlabelled = r->asked->unlabelled;
    draft_fini(&r->drafts[s]);
    draft_writer_begin(&l->writer, &r->drafts[s]);
    return ST_OK;
}

static enum status read_lines(struct lines_reader *l, struct line_feed *feed,
                              const struct sample *sample, struct err *err)
{
    struct draft_writer *w = &l->writer;
    bool more = true, ended;
    for (size_t i = 0; i < sample->n; i++) {
        w->place.name = sample->name;
        TRY(add_line(w, sample_line(sample, i), sample->numbers[i], i == 0, err));
    }
    for (bool first = sample->n == 0;; first = false) {
        TRY(next_line(feed, &more, err));
        if (!more)
            return draft_end_sentence(w, &ended, err);
        w->place.name = text_name(feed->text);
        TRY(add_line(w, feed->line, feed->number, first, err));
    }
}

static enum status read_split(struct lines_reader *l, enum split s, struct text *text,
                              struct err *err)
{
    struct line_feed feed = {.text = text};
    struct sample sample = {0};
    struct example_reading *r = l->r;
    enum status status = ST_OK;
    if (r->tells_form || r->tells_columns) { /* from a pipe */
        TRY_OUT(take_sample(&sample, &feed, err));
        TRY_OUT(tell(r, &sample, err));
    }
    TRY_OUT(begin_split(l, s, err));
    TRY_OUT(read_lines(l, &feed, &sample, err));
    if (r->drafts[s].e.n == 0)
        status = err_set(err, ST_INPUT, "'%s' has no example", r->d->names[s]);
    r->d->doubts[s] = text_doubt(text);
out:
    buf_fini(&feed.joined);
    sample_fini(&sample);
    return status;
}

static enum status read_all(struct lines_reader *l, struct err *err)
{
    for (;;) {
        enum split s;
        struct text *text;
        TRY(split_reader_next(&l->reader, &s, &text, err));
        if (text == NULL)
            break;
        const enum status status = read_split(l, s, text, err);
        if (status != ST_INPUT || !split_reader_put_back(&l->reader, s))
            TRY(status);
    }
    for (enum split s = 0; s < N_SPLITS; s++)
        l->r->d->splits[s].text_hash = l->reader.hashes[s];
    return ST_OK;
}

/* --- finding --- */

/* A corpus that is one text is that of the first split that is not named, until it is cut. */
static enum status share_text(struct example_reading *r, struct corpus_request *find,
                              struct err *err)
{
    struct source_list list = {0};
    unsigned parts = 0;
    if (find->path == NULL)
        return ST_OK;
    TRY(source_list_open(&list, find->path, &r->limits, err));
    const bool is_text = list.kind == SOURCE_TEXT;
    source_list_fini(&list);
    for (enum split s = 0; s < N_SPLITS; s++)
        parts |= find->named[s] == NULL ? 1U << s : 0;
    if (!is_text || parts == 0)
        return ST_OK;
    reading_share(r, parts);
    find->named[r->whole] = find->path;
    find->path = NULL;
    return ST_OK;
}

/* Files whose names say nothing of train, valid and test would be divided as documents are. */
static enum status check_division(const struct corpus *c, const struct corpus_request *find,
                                  struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++)
        if (c->division == DIVISION_WHOLE && find->named[s] == NULL && c->splits[s].documents.n > 0)
            return err_advise(err,
                              err_set(err, ST_INPUT,
                                      "'%s' has several files, whose names do not say which are "
                                      "train, valid and test texts",
                                      escape_text(find->path).text),
                              REMEDY_NAME_SPLITS, 0, 0);
    return ST_OK;
}

/* The valid text may be missing, but not be passed over. */
static enum status find_texts(struct example_reading *r, struct corpus *corpus,
                              struct corpus_request *find, struct err *err)
{
    const unsigned valid = 1U << SPLIT_VALID, needed = find->needed;
    const bool optional = split_in(find->wanted, SPLIT_VALID) && find->named[SPLIT_VALID] == NULL &&
                          find->path != NULL && !split_in(needed, SPLIT_VALID);
    if (optional) {
        find->needed |= valid;
        struct err why;
        const enum status status = corpus_find(corpus, find, &r->limits, &why);
        if (status == ST_OK && check_division(corpus, find, NULL) == ST_OK)
            return ST_OK;
        corpus_fini(corpus);
        if (status != ST_OK && status != ST_INPUT)
            return err_advise(err, err_set(err, status, "%s", why.text), why.remedy, why.n, why.m);
        find->needed = needed & ~valid;
    }
    TRY(corpus_find(corpus, find, &r->limits, err));
    return check_division(corpus, find, err);
}

static enum status find_corpus(struct example_reading *r, struct corpus *corpus, struct err *err)
{
    const struct dataset_request *request = r->request;
    struct corpus_request find = {.path = request->path,
                                  .needed = reading_needs(r),
                                  .wanted = reading_looks_for(r),
                                  .documents = request->documents,
                                  .directory = request->directory};
    memcpy(find.named, request->named, sizeof find.named);
    find.documents.marks = dataset_marks;
    TRY(share_text(r, &find, err));
    find.needed &= ~(r->parts & ~(1U << r->whole));
    if (r->parts != 0)
        find.needed |= 1U << r->whole;
    TRY(find_texts(r, corpus, &find, err));
    reading_note_valid(r, corpus->splits[SPLIT_VALID].path != NULL);
    dataset_take_notes(r->d, corpus);
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct split_text *split = &corpus->splits[s];
        if (split->path == NULL || !split_in(r->want | find.needed, s))
            continue;
        r->d->names[s] = mem_copy_string(split->name, strlen(split->name), err);
        if (r->d->names[s] == NULL)
            return ST_NOMEM;
    }
    return ST_OK;
}

enum status reading_lines(struct example_reading *r, struct err *err)
{
    struct corpus corpus = {0};
    struct lines_reader l = {.r = r};
    enum split first = SPLIT_TRAIN;
    enum status status;
    TRY_OUT(find_corpus(r, &corpus, err));
    while (first < SPLIT_TEST && r->d->names[first] == NULL)
        first++;
    if (r->tells_form || r->tells_columns)
        TRY_OUT(look_ahead(r, &corpus.splits[first], err));
    l.reader = (struct split_reader){.corpus = &corpus, .limits = &r->limits};
    for (enum split s = 0; s < N_SPLITS; s++)
        l.reader.left |= r->d->names[s] != NULL ? 1U << s : 0;
    TRY_OUT(read_all(&l, err));
    if (r->d->coding.columns.n == 0 && r->d->coding.form == EXAMPLE_FORM_COLUMNS)
        r->d->coding.columns.n = l.writer.columns.want;
out:
    split_reader_fini(&l.reader);
    corpus_fini(&corpus);
    if (l.has_writer)
        draft_writer_fini(&l.writer);
    return status;
}
