#include "corpora/splits/split_reader.h"

#include <string.h>

#include "corpora/text_series.h"

static const struct split_text *text_of(const struct split_reader *r, enum split s)
{
    return &r->corpus->splits[s];
}

static enum status open_documents(struct text **out, const struct split_text *split,
                                  const struct source_limits *limits, struct err *err)
{
    const struct text_series_plan plan = {.path = split->path,
                                          .is_archive = split->documents.kind == SOURCE_ARCHIVE,
                                          .documents = &split->documents,
                                          .ends = split->documents_end,
                                          .limits = limits};
    struct text_series *series;
    TRY(text_series_open(&series, &plan, err));
    return text_open_series(out, series, err);
}

enum status split_open(struct text **out, const struct split_text *split,
                       const struct source_limits *limits, struct err *err)
{
    struct source *source;
    struct text *t;
    if (split->documents.n > 0)
        return open_documents(out, split, limits, err);
    TRY(source_open(&source, split->path, split->member, limits, err));
    TRY(text_open(&t, source, err));
    const enum status status = text_keep_to(t, split->first_line, split->end_line, err);
    if (status != ST_OK)
        text_close(t);
    else
        *out = t;
    return status;
}

/* Whether split i is read in one pass with split s, the first that is left. */
static bool is_companion(const struct split_reader *r, enum split s, enum split i)
{
    if (i == s)
        return true;
    const struct split_text *t = text_of(r, i);
    return !split_in(r->alone, s) && split_in(r->left & ~r->alone, i) && t->member != NULL &&
           strcmp(t->path, text_of(r, s)->path) == 0;
}

/* Collects the splits to be read from the archive of split s in r->members, the names of their
 * members in `names`; returns how many. One member may be the text of two splits: the second is
 * left for another pass. */
static size_t find_members(struct split_reader *r, enum split s, const char *names[N_SPLITS])
{
    size_t n = 0;
    for (enum split i = s; i < N_SPLITS; i++) {
        const char *name = text_of(r, i)->member;
        bool wanted = is_companion(r, s, i);
        for (size_t k = 0; wanted && k < n; k++)
            wanted = strcmp(names[k], name) != 0;
        if (!wanted)
            continue;
        r->members[n] = i;
        names[n++] = name;
    }
    return n;
}

static enum status open_archive(struct split_reader *r, enum split *s, struct err *err)
{
    const char *names[N_SPLITS];
    struct source *source;
    r->n_members = find_members(r, *s, names);
    TRY(source_open_members(&source, text_of(r, *s)->path, names, r->n_members, r->limits, err));
    *s = r->members[source_member(source)];
    return text_open(&r->text, source, err);
}

/* Opens the source of the first split that is left; *s is the one that it gives first. */
static enum status open_next(struct split_reader *r, enum split *s, struct err *err)
{
    *s = 0;
    while (*s < N_SPLITS && !split_in(r->left, *s))
        ++*s;
    if (*s == N_SPLITS)
        return ST_OK;
    if (text_of(r, *s)->member != NULL)
        return open_archive(r, s, err);
    return split_open(&r->text, text_of(r, *s), r->limits, err);
}

/* The hash is that of the whole text, whichever splits have its lines. */
static enum status finish(struct split_reader *r, struct err *err)
{
    uint64_t hash;
    TRY(text_finish(r->text, &hash, err));
    for (enum split i = 0; i < N_SPLITS; i++)
        if (split_in(r->from, i))
            r->hashes[i] = hash;
    r->from = 0;
    return ST_OK;
}

static void close_text(struct split_reader *r)
{
    text_close(r->text);
    r->text = NULL;
    r->from = 0;
}

/* To the next member of the open archive; *s stays N_SPLITS after the last. */
static enum status go_on_in_archive(struct split_reader *r, enum split *s, struct err *err)
{
    size_t at;
    if (!r->failed)
        TRY(finish(r, err));
    r->from = 0;
    TRY(text_next_member(r->text, &at, err));
    if (at < r->n_members)
        *s = r->members[at];
    return ST_OK;
}

/* To the split whose lines come next in the open text; *s stays N_SPLITS if there is none. */
static enum status go_on_in_text(struct split_reader *r, enum split *s, struct err *err)
{
    const struct split_text *before = text_of(r, r->at);
    for (enum split i = 0; i < N_SPLITS && !r->failed; i++) {
        const struct split_text *t = text_of(r, i);
        if (split_in(r->left & ~r->alone, i) && t->member == NULL &&
            t->first_line >= before->end_line && strcmp(t->path, before->path) == 0) {
            *s = i;
            return text_keep_to(r->text, t->first_line, t->end_line, err);
        }
    }
    return finish(r, err);
}

enum status split_reader_next(struct split_reader *r, enum split *s, struct text **text,
                              struct err *err)
{
    *s = N_SPLITS;
    *text = NULL;
    if (r->text != NULL) {
        TRY(text_of(r, r->at)->member != NULL ? go_on_in_archive(r, s, err)
                                              : go_on_in_text(r, s, err));
        if (*s == N_SPLITS)
            close_text(r);
    }
    if (r->text == NULL)
        TRY(open_next(r, s, err));
    if (*s == N_SPLITS)
        return ST_OK;
    r->at = *s;
    r->failed = false;
    r->left &= ~(1U << *s);
    r->from |= 1U << *s;
    *text = r->text;
    return ST_OK;
}

bool split_reader_put_back(struct split_reader *r, enum split s)
{
    if ((r->left & ((1U << s) - 1)) == 0)
        return false;
    r->left |= 1U << s;
    r->alone |= 1U << s;
    r->failed = r->failed || s == r->at;
    return true;
}

void split_reader_fini(struct split_reader *r)
{
    close_text(r);
}
