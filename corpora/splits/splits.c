#include "corpora/splits/splits.h"

#include <string.h>

#include "corpora/names.h"
#include "corpora/splits/cut_lines.h"
#include "corpora/splits/file_family.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

/* What corpus_find works on. */
struct finder {
    struct corpus *corpus;
    const struct corpus_request *request;
    const struct source_limits *limits;
    const char *shown; /* the corpus as messages call it */
    struct source_list list;
};

/* Sets where a split is: the whole of `path`, or of its member. */
static enum status set_text(struct split_text *t, const char *path, const char *member,
                            struct err *err)
{
    t->first_line = 0;
    t->end_line = UINT64_MAX;
    t->path = mem_copy_string(path, strlen(path), err);
    if (t->path == NULL)
        return ST_NOMEM;
    if (member != NULL)
        t->member = mem_copy_string(member, strlen(member), err);
    if (member != NULL && t->member == NULL)
        return ST_NOMEM;
    t->name = names_path(path, member, err);
    return t->name == NULL ? ST_NOMEM : ST_OK;
}

/* Sets a split to a name out of the list: a member, or a file of the directory. */
static enum status set_listed(const struct finder *f, enum split s, const char *name,
                              struct err *err)
{
    struct split_text *t = &f->corpus->splits[s];
    if (f->list.kind == SOURCE_ARCHIVE)
        return set_text(t, f->request->path, name, err);
    char *path = io_join(f->request->path, name, err);
    const enum status status = path == NULL ? ST_NOMEM : set_text(t, path, NULL, err);
    mem_free(path);
    return status;
}

/* True if `part` is the end of `name` after a slash. */
static bool is_last_part(const char *name, const char *part)
{
    const size_t n = strlen(name), len = strlen(part);
    return len > 0 && len < n && name[n - len - 1] == '/' && strcmp(name + n - len, part) == 0;
}

/* How many listed names the user can mean by `named`, and the last of them; one that is the whole
 * name counts alone. */
static size_t match_named(const struct source_list *list, const char *named, const char **match)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const bool whole = strcmp(list->names[i], named) == 0;
        if (!whole && !is_last_part(list->names[i], named))
            continue;
        *match = list->names[i];
        n++;
        if (whole)
            return 1;
    }
    return n;
}

/* Why `named` cannot be used: `n` listed names end in it, and it is not a path either. */
static enum status fail_named(const struct finder *f, enum split s, size_t n, struct err *err)
{
    char *shown = names_path(f->request->named[s], NULL, err);
    if (shown == NULL)
        return ST_NOMEM;
    if (n > 1)
        err_set(err, ST_INPUT,
                "'%s' has %zu members that end in '%s', named as the %s text: name the one that "
                "is meant with more of its path",
                f->shown, n, shown, split_name(s));
    else if (f->list.kind == SOURCE_TEXT)
        err_set(err, ST_INPUT, "cannot find '%s', named as the %s text: there is no such file",
                shown, split_name(s));
    else
        err_set(err, ST_INPUT,
                "cannot find '%s', named as the %s text: it is neither in '%s' nor a file of "
                "its own",
                shown, split_name(s), f->shown);
    mem_free(shown);
    return ST_INPUT;
}

/* A path of its own, for a name that is not in the list. */
static enum status set_path(const struct finder *f, enum split s, struct err *err)
{
    char *path;
    TRY(io_find(&path, f->request->directory, f->request->named[s], err));
    const enum status status = strcmp(path, "-") == 0 || io_exists(path)
                                   ? set_text(&f->corpus->splits[s], path, NULL, err)
                                   : fail_named(f, s, 0, err);
    mem_free(path);
    return status;
}

static enum status set_named(const struct finder *f, enum split s, struct err *err)
{
    const char *match;
    const size_t n = match_named(&f->list, f->request->named[s], &match);
    if (n == 1)
        return set_listed(f, s, match, err);
    return n == 0 ? set_path(f, s, err) : fail_named(f, s, n, err);
}

static bool is_wanted(const struct finder *f, enum split s)
{
    return split_in(f->request->needed, s) && f->request->named[s] == NULL;
}

/* What would help where a split cannot be found. */
static enum remedy remedy_of(enum split s)
{
    return (enum remedy)(REMEDY_NAME_TRAIN + s);
}

/* Why a needed split cannot be told, with the names there are to choose from. */
static enum status fail_family(const struct finder *f, const struct candidates *found, enum split s,
                               enum family_fit fit, struct err *err)
{
    const char *split = split_name(s);
    const char *first[NAMES_SHOWN];
    struct buf shown = {0};
    enum status status;
    size_t n = 0;
    for (size_t i = 0; i < found->n; i++) {
        if (fit == FAMILY_TWICE && found->all[i].split != s)
            continue;
        if (n < NAMES_SHOWN)
            first[n] = found->all[i].name;
        n++;
    }
    if (found->n > 0)
        TRY_OUT(names_add_list(&shown, first, n, err));
    else
        TRY_OUT(names_add_list(&shown, (const char *const *)f->list.names, f->list.n, err));
    const char *there = shown.len > 0 ? shown.data : "nothing";
    if (fit == FAMILY_NONE)
        status = err_set(err, ST_INPUT, "'%s' has no %s text to go with the others (it has %s)",
                         f->shown, split, there);
    else
        status = err_set(err, ST_INPUT, "'%s' has several texts that could be its %s text (%s)",
                         f->shown, split, there);
    err_advise(err, status, remedy_of(s), 0, 0);
out:
    buf_fini(&shown);
    return status;
}

/* Takes from a directory or archive what its names tell. */
static enum status find_by_name(const struct finder *f, struct err *err)
{
    struct candidates found;
    struct family family;
    TRY(candidates_find(&found, &f->list, err));
    family_choose(&family, &found);
    enum status status = ST_OK;
    for (int i = 0; i < N_SPLITS && status == ST_OK; i++) {
        const enum split s = (enum split)i;
        if (f->request->named[s] != NULL)
            continue;
        if (family.fit[s] == FAMILY_ONE)
            status = set_listed(f, s, family.names[s], err);
        else if (is_wanted(f, s))
            status = fail_family(f, &found, s, family.fit[s], err);
    }
    candidates_fini(&found);
    return status;
}

/* The splits that one text has: those that are not named. What cannot be cut is the train text
 * alone, unless another is needed, and cutting it is refused then. */
static unsigned find_parts(const struct finder *f)
{
    const unsigned train = 1U << SPLIT_TRAIN;
    unsigned parts = 0;
    for (int i = 0; i < N_SPLITS; i++)
        parts |= f->request->named[i] == NULL ? 1U << i : 0;
    const bool train_alone = (f->request->needed & parts & ~train) == 0;
    return (parts & train) != 0 && train_alone && !cut_is_possible(f->request->path) ? train
                                                                                     : parts;
}

/* Gives one text to its split, or cuts it for several. */
static enum status find_in_text(const struct finder *f, struct err *err)
{
    const char *path = f->request->path;
    const unsigned parts = find_parts(f);
    const unsigned asked = (f->request->needed | f->request->wanted) & parts;
    const bool several = (parts & (parts - 1)) != 0;
    struct line_range ranges[N_SPLITS];
    if (asked != 0 && several)
        TRY(cut_text(ranges, parts, asked, path, f->shown, f->limits, err));
    for (int i = 0; i < N_SPLITS; i++) {
        struct split_text *t = &f->corpus->splits[i];
        if ((asked >> i & 1U) == 0)
            continue;
        TRY(set_text(t, path, NULL, err));
        if (several) {
            t->first_line = ranges[i].first;
            t->end_line = ranges[i].end;
        }
    }
    return ST_OK;
}

static enum status find_without_corpus(const struct finder *f, struct err *err)
{
    for (int i = 0; i < N_SPLITS; i++)
        if (is_wanted(f, (enum split)i))
            return err_advise(err,
                              err_set(err, ST_INPUT,
                                      "there is no %s text, and no corpus that could have it",
                                      split_name((enum split)i)),
                              remedy_of((enum split)i), 0, 0);
    return ST_OK;
}

static enum status check_standard_input(const struct corpus *c, struct err *err)
{
    int users = 0;
    for (int i = 0; i < N_SPLITS; i++)
        users += c->splits[i].path != NULL && strcmp(c->splits[i].path, "-") == 0;
    if (users > 1)
        return err_set(err, ST_INPUT,
                       "standard input is named for %d texts, but can be read only once: save it "
                       "to a file first",
                       users);
    return ST_OK;
}

/* A corpus that is one text serves the splits that are not named. */
static enum status check_read(const struct finder *f, struct err *err)
{
    const char *path = f->request->path;
    bool read = path == NULL || f->list.kind != SOURCE_TEXT;
    for (int i = 0; i < N_SPLITS && !read; i++)
        read = f->request->named[i] == NULL;
    if (read)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "'%s' would not be read, because train, valid and test are all named: leave it "
                   "out, or do not name the text that it is",
                   f->shown);
}

static enum status find_all(struct finder *f, struct err *err)
{
    const char *path = f->request->path;
    if (path != NULL)
        TRY(source_list_open(&f->list, path, f->limits, err));
    for (int i = 0; i < N_SPLITS; i++)
        if (f->request->named[i] != NULL)
            TRY(set_named(f, (enum split)i, err));
    if (f->request->path == NULL)
        TRY(find_without_corpus(f, err));
    else if (f->list.kind == SOURCE_TEXT)
        TRY(find_in_text(f, err));
    else
        TRY(find_by_name(f, err));
    TRY(check_read(f, err));
    return check_standard_input(f->corpus, err);
}

enum status corpus_find(struct corpus *c, const struct corpus_request *request,
                        const struct source_limits *limits, struct err *err)
{
    *c = (struct corpus){0};
    char *shown = names_path(request->path == NULL ? "" : request->path, NULL, err);
    if (shown == NULL)
        return ST_NOMEM;
    struct finder f = {.corpus = c, .request = request, .limits = limits, .shown = shown};
    const enum status status = find_all(&f, err);
    if (status != ST_OK)
        corpus_fini(c);
    source_list_fini(&f.list);
    mem_free(shown);
    return status;
}

void corpus_fini(struct corpus *c)
{
    for (int i = 0; i < N_SPLITS; i++) {
        mem_free(c->splits[i].path);
        mem_free(c->splits[i].member);
        mem_free(c->splits[i].name);
    }
    *c = (struct corpus){0};
}
