#include "corpora/text_series.h"

#include "lib/base/hash.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

struct text_series {
    struct text_series_plan plan;
    struct text *text; /* the document being read */
    struct hash *hash;
    size_t at;       /* documents begun before it */
    size_t document; /* its index among the plan's */
    uint64_t line;   /* of the last piece; 0: the document had none yet */
    bool in_line;    /* that piece did not end its line */
    bool done;       /* all are read */
};

/* A document that cannot be read can be left out of many. */
static enum status advise(enum status status, struct err *err)
{
    const bool is_advised = err != NULL && err->remedy != REMEDY_NONE;
    return status == ST_INPUT && !is_advised
               ? err_advise(err, status, REMEDY_LEAVE_OUT_DOCUMENT, 0, 0)
               : status;
}

static enum status open_source(struct source **source, const struct text_series *s, struct err *err)
{
    const struct text_series_plan *plan = &s->plan;
    const char *const *names = (const char *const *)plan->documents->names;
    if (plan->is_archive)
        return source_open_members(source, plan->path, names, plan->documents->n, plan->limits,
                                   err);
    char *path = io_join(plan->path, names[s->at], err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = source_open(source, path, NULL, plan->limits, err);
    mem_free(path);
    return status;
}

static enum status open_document(struct text_series *s, struct err *err)
{
    struct source *source;
    TRY(open_source(&source, s, err));
    s->document = s->plan.is_archive ? source_member(source) : s->at;
    return text_open(&s->text, source, err);
}

enum status text_series_open(struct text_series **out, const struct text_series_plan *plan,
                             struct err *err)
{
    struct text_series *s = mem_zeroed(1, sizeof *s, err);
    if (s == NULL)
        return ST_NOMEM;
    s->plan = *plan;
    enum status status = hash_new(&s->hash, err);
    if (status == ST_OK)
        status = advise(open_document(s, err), err);
    if (status != ST_OK)
        text_series_close(s);
    else
        *out = s;
    return status;
}

void text_series_close(struct text_series *s)
{
    if (s == NULL)
        return;
    text_close(s->text);
    hash_free(s->hash);
    mem_free(s);
}

/* Reads the rest of a document, and opens the next. */
static enum status go_on(struct text_series *s, struct err *err)
{
    uint64_t hash;
    size_t at = s->plan.documents->n;
    TRY(text_finish(s->text, &hash, err));
    hash_add(s->hash, &hash, sizeof hash);
    s->at++;
    s->line = 0;
    if (s->plan.is_archive)
        TRY(text_next_member(s->text, &at, err));
    s->document = s->plan.is_archive ? at : s->at;
    s->done = s->plan.is_archive ? at == s->plan.documents->n : s->at == s->plan.documents->n;
    if (s->plan.is_archive || s->done)
        return ST_OK;
    text_close(s->text);
    s->text = NULL;
    return open_document(s, err);
}

/* What a document's end gives: the end of a line that had none, then, if that is asked for, an
 * empty line. False: nothing more. */
static bool give_end(struct text_series *s, struct text_piece *piece)
{
    const bool gives = s->in_line || (s->plan.ends && s->line > 0);
    *piece = (struct text_piece){"", 0, s->line, true};
    if (!s->in_line)
        s->line = 0;
    s->in_line = false;
    return gives;
}

enum status text_series_next(struct text_series *s, struct text_piece *piece, bool *more,
                             struct err *err)
{
    *more = false;
    while (!s->done && !*more) {
        TRY(advise(text_next(s->text, piece, more, err), err));
        if (*more) {
            s->line = piece->line;
            s->in_line = !piece->ends_line;
        } else {
            *more = give_end(s, piece);
            if (!*more)
                TRY(advise(go_on(s, err), err));
        }
    }
    return ST_OK;
}

bool text_series_waits(const struct text_series *s)
{
    return !s->done && text_waits(s->text);
}

enum status text_series_finish(struct text_series *s, uint64_t *hash, struct err *err)
{
    while (!s->done)
        TRY(advise(go_on(s, err), err));
    *hash = hash_digest(s->hash);
    return ST_OK;
}

const struct text *text_series_at(const struct text_series *s)
{
    return s->text;
}

size_t text_series_document(const struct text_series *s)
{
    return s->document;
}
