#include "corpora/splits/splits.h"

#include <string.h>

#include "corpora/names.h"
#include "corpora/splits/cut_lines.h"
#include "corpora/splits/file_family.h"
#include "corpora/splits/finder.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

enum status finder_set_text(struct split_text *t, const char *path, const char *member,
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

enum status finder_set_listed(const struct finder *f, enum split s, const char *name,
                              struct err *err)
{
    struct split_text *t = &f->corpus->splits[s];
    if (f->list.kind == SOURCE_ARCHIVE)
        return finder_set_text(t, f->request->path, name, err);
    char *path = io_join(f->request->path, name, err);
    const enum status status = path == NULL ? ST_NOMEM : finder_set_text(t, path, NULL, err);
    mem_free(path);
    return status;
}

/* What would help where a split cannot be found. */
static enum remedy remedy_of(enum split s)
{
    return (enum remedy)(REMEDY_NAME_TRAIN + s);
}

/* Why a needed split cannot be told, with the names there are to choose from. */
static enum status fail_family(const struct finder *f, const struct source_list *list,
                               const struct candidates *found, enum split s, enum family_fit fit,
                               struct err *err)
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
        TRY_OUT(names_add_list(&shown, (const char *const *)list->names, list->n, err));
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

/* Whether a family has what is needed, something of what is asked for, and `least` texts. */
static bool serves(const struct finder *f, const struct family *family, int least)
{
    bool asked = false, some = false;
    for (int i = 0; i < N_SPLITS; i++) {
        const bool is = family->fit[i] == FAMILY_ONE;
        if (is_wanted(f, (enum split)i) && !is)
            return false;
        asked |= is_asked(f, (enum split)i);
        some |= is && is_asked(f, (enum split)i);
        least -= family->fit[i] != FAMILY_NONE;
    }
    return least <= 0 && (some || !asked);
}

/* Takes what the names of a list tell, if that is enough. */
static enum status take_by_name(bool *done, const struct finder *f, const struct source_list *list,
                                enum split_words words, int least, struct err *err)
{
    struct candidates found;
    struct family family;
    TRY(candidates_find(&found, list, words, err));
    family_choose(&family, &found);
    enum status status = ST_OK;
    *done = serves(f, &family, least);
    for (int i = 0; *done && i < N_SPLITS && status == ST_OK; i++)
        if (f->request->named[i] == NULL && family.fit[i] == FAMILY_ONE)
            status = finder_set_listed(f, (enum split)i, family.names[i], err);
    candidates_fini(&found);
    return status;
}

/* Why names do not tell; `has` are the splits that documents have. */
static enum status refuse_names(const struct finder *f, const struct source_list *list,
                                unsigned has, struct err *err)
{
    struct candidates found;
    struct family family;
    TRY(candidates_find(&found, list, SPLIT_WORDS_USUAL, err));
    family_choose(&family, &found);
    enum status status = ST_OK;
    for (int i = 0; i < N_SPLITS && status == ST_OK; i++)
        if (is_wanted(f, (enum split)i) &&
            (has != 0 ? !split_in(has, (enum split)i) : family.fit[i] != FAMILY_ONE))
            status = fail_family(f, list, &found, (enum split)i, family.fit[i], err);
    candidates_fini(&found);
    return status;
}

/* Looks deeper: into sub-folders, at more words, and at last for documents. */
static enum status find_deeper(struct finder *f, struct source_list *all, struct err *err)
{
    bool done;
    unsigned has = 0;
    TRY(take_by_name(&done, f, &f->list, SPLIT_WORDS_MORE, 2, err));
    if (!done)
        TRY(finder_list_all(f, all, err));
    if (!done)
        TRY(take_by_name(&done, f, all, SPLIT_WORDS_USUAL, 2, err));
    if (done)
        return ST_OK;
    const bool by_folders = division_has_folders(all);
    if (!by_folders)
        TRY(take_by_name(&done, f, all, SPLIT_WORDS_USUAL, 1, err));
    if (!done && !by_folders)
        TRY(take_by_name(&done, f, all, SPLIT_WORDS_MORE, 2, err));
    if (!done)
        TRY(finder_take_documents(&done, &has, f, all, err));
    return done ? ST_OK : refuse_names(f, f->list.n > 0 ? &f->list : all, has, err);
}

/* Takes from a directory or archive what its names tell. */
static enum status find_in_files(struct finder *f, struct err *err)
{
    struct source_list all = {0};
    struct documents_left unused = {0};
    bool done = false;
    const bool is_archive = f->list.kind == SOURCE_ARCHIVE;
    enum status status = documents_choose(&f->list, is_archive ? &f->corpus->left : &unused,
                                          &f->request->documents, err);
    if (status == ST_OK)
        status = take_by_name(&done, f, &f->list, SPLIT_WORDS_USUAL, is_archive ? 2 : 1, err);
    if (status == ST_OK && !done)
        status = find_deeper(f, &all, err);
    source_list_fini(&all);
    documents_left_fini(&unused);
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
        TRY(finder_set_text(t, path, NULL, err));
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

/* A choice of documents where there are none would change nothing. */
static enum status check_choice(const struct finder *f, struct err *err)
{
    const struct document_choice *choice = &f->request->documents;
    const bool orders = choice->shuffle != 0 || choice->ends;
    const bool has_files = f->request->path != NULL && f->list.kind != SOURCE_TEXT;
    if (document_choice_is_usual(choice) || f->corpus->division != DIVISION_NONE ||
        (has_files && !orders))
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "there are no documents to choose from, shuffle or end: %s%s%s its texts are "
                   "files by themselves",
                   f->request->path != NULL ? "'" : "", f->shown,
                   f->request->path != NULL ? "' is one text, or" : "");
}

static enum status find_all(struct finder *f, struct err *err)
{
    const char *path = f->request->path;
    if (path != NULL)
        TRY(source_list_open(&f->list, path, f->limits, err));
    for (int i = 0; i < N_SPLITS; i++)
        if (f->request->named[i] != NULL)
            TRY(finder_set_named(f, (enum split)i, err));
    if (f->request->path == NULL)
        TRY(find_without_corpus(f, err));
    else if (f->list.kind == SOURCE_TEXT)
        TRY(find_in_text(f, err));
    else
        TRY(find_in_files(f, err));
    TRY(check_read(f, err));
    TRY(check_choice(f, err));
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
        source_list_fini(&c->splits[i].documents);
    }
    documents_left_fini(&c->left);
    *c = (struct corpus){0};
}
