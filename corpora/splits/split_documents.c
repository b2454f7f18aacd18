/* The documents of a folder or archive as the texts of a corpus. */
#include "corpora/names.h"
#include "corpora/splits/finder.h"
#include "lib/base/mem.h"

static enum status set_documents(const struct finder *f, enum split s, const char *path,
                                 const struct source_list *documents, struct err *err)
{
    struct split_text *t = &f->corpus->splits[s];
    TRY(finder_set_text(t, path, NULL, err));
    struct buf name = {0};
    enum status status = buf_addf(&name, err, "%s (%zu document%s)", t->name, documents->n,
                                  documents->n == 1 ? "" : "s");
    if (status != ST_OK) {
        buf_fini(&name);
        return status;
    }
    mem_free(t->name);
    t->name = name.data;
    t->documents.kind = documents->kind;
    t->documents_end = f->request->documents.ends;
    for (size_t i = 0; i < documents->n && status == ST_OK; i++)
        status = source_list_add(&t->documents, documents->names[i], err);
    return status;
}

/* Those that are left out, by choice only where nothing else is there. */
static enum status gather_left(struct names_first *all, const struct finder *f, size_t documents,
                               struct err *err)
{
    size_t n = 0;
    for (int why = documents > 0 ? LEFT_BY_CHOICE + 1 : 0; why < N_LEFT_OUT; why++) {
        const struct names_first *of = &f->corpus->left.of[why];
        for (size_t i = 0; i < of->n && i < NAMES_SHOWN; i++)
            TRY(names_note(all, of->names[i], err));
        n += of->n;
    }
    all->n = n;
    return ST_OK;
}

/* Refuses a corpus with fewer documents than are left out; *done tells whether it did. */
static enum status refuse_left(bool *done, const struct finder *f, size_t documents,
                               struct err *err)
{
    struct names_first left = {0};
    struct buf names = {0};
    enum status status;
    TRY_OUT(gather_left(&left, f, documents, err));
    *done = left.n > documents;
    if (!*done)
        goto out;
    TRY_OUT(names_add_list(&names, (const char *const *)left.names, left.n, err));
    status = err_set(err, ST_INPUT,
                     "'%s' has too few documents, %zu of at least %d: the %zu others in it are "
                     "left out, by choice, by their names or for what they hold (%s)",
                     f->shown, documents, DIVISION_LEAST, left.n, names.data);
    err_advise(err, status, REMEDY_CHOOSE_DOCUMENTS, 0, 0);
out:
    names_fini(&left);
    buf_fini(&names);
    return status;
}

static enum status too_few_documents(const struct finder *f, const struct source_list *documents,
                                     struct err *err)
{
    bool are_more_left;
    TRY(refuse_left(&are_more_left, f, documents->n, err));
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' has %zu document%s, too few to be divided into train, valid "
                              "and test, which takes %d",
                              f->shown, documents->n, documents->n == 1 ? "" : "s", DIVISION_LEAST),
                      REMEDY_NAME_SPLITS, 0, 0);
}

/* Documents whose names say nothing of splits. */
static enum status cut_documents(const struct finder *f, struct division *d,
                                 const struct source_list *documents, struct err *err)
{
    unsigned parts = 0, asked = 0;
    for (int i = 0; i < N_SPLITS; i++) {
        parts |= f->request->named[i] == NULL ? 1U << i : 0;
        asked |= is_asked(f, (enum split)i) ? 1U << i : 0;
    }
    if (f->request->whole)
        parts = asked;
    if (documents->n < DIVISION_LEAST && (parts & (parts - 1)) != 0) {
        if (asked != 1U << SPLIT_TRAIN)
            return too_few_documents(f, documents, err);
        parts = asked;
    }
    return division_cut(d, documents, parts, err);
}

/* Whether a division has what is needed. */
static bool division_serves(const struct finder *f, const struct division *d)
{
    for (int i = 0; i < N_SPLITS; i++)
        if (is_wanted(f, (enum split)i) && d->splits[i].n == 0)
            return false;
    return true;
}

static enum status check_order(const struct finder *f, const struct source_list *documents,
                               struct err *err)
{
    if (documents->kind != SOURCE_ARCHIVE || f->request->documents.shuffle == 0)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "the documents of the archive '%s' come in its order and cannot be shuffled: "
                   "unpack it, and give the folder",
                   f->shown);
}

static enum status take_division(const struct finder *f, struct division *d, struct err *err)
{
    for (int i = 0; i < N_SPLITS; i++) {
        if (f->request->named[i] != NULL || d->splits[i].n == 0)
            continue;
        d->splits[i].kind = f->list.kind;
        TRY(check_order(f, &d->splits[i], err));
        if (is_asked(f, (enum split)i))
            TRY(set_documents(f, (enum split)i, f->request->path, &d->splits[i], err));
        f->corpus->division = d->kind;
    }
    return ST_OK;
}

/* The documents of `list`, all of which are asked for, in the order that they are read in. */
static enum status sift(const struct finder *f, struct source_list *list, const char *folder,
                        const char *shown, struct err *err)
{
    const struct document_choice *choice = &f->request->documents;
    TRY(documents_sift(list, &f->corpus->left, choice, folder, err));
    TRY(documents_check_twice(list, shown, err));
    if (choice->shuffle != 0)
        documents_shuffle(list, choice->shuffle);
    return ST_OK;
}

static void note_shards(const struct finder *f, enum split s, const struct source_list *documents)
{
    f->corpus->shards[s] = (struct shards){documents->n, division_count_shards(documents)};
}

/* Whether the names of documents say how they are divided, or nothing of it. */
static enum status names_divide(bool *do_they, const struct finder *f, struct source_list *all,
                                struct err *err)
{
    struct division d = {0};
    struct documents_left unused = {0};
    TRY(documents_sift_names(all, &f->corpus->left, &f->request->documents, err));
    const enum status status = division_find(&d, all, &unused, err);
    *do_they = d.kind != DIVISION_NONE;
    division_fini(&d);
    documents_left_fini(&unused);
    return status;
}

static bool is_any_wanted(const struct finder *f)
{
    return is_wanted(f, SPLIT_TRAIN) || is_wanted(f, SPLIT_VALID) || is_wanted(f, SPLIT_TEST);
}

enum status finder_take_documents(bool *done, unsigned *has, const struct finder *f,
                                  struct source_list *all, struct err *err)
{
    struct division d = {0};
    enum status status;
    bool does, are_left;
    const bool is_folder = f->list.kind == SOURCE_DIRECTORY;
    *done = false;
    *has = 0;
    TRY(names_divide(&does, f, all, err)); /* else no file is looked into */
    if (does)
        TRY(sift(f, all, is_folder ? f->request->path : NULL, f->shown, err));
    if (all->n == 0 && is_any_wanted(f))
        TRY(refuse_left(&are_left, f, 0, err));
    if (!does)
        return ST_OK;
    TRY(division_find(&d, all, &f->corpus->left, err));
    if (d.kind == DIVISION_WHOLE)
        TRY_OUT(cut_documents(f, &d, all, err));
    if (d.kind == DIVISION_WHOLE)
        note_shards(f, SPLIT_TRAIN, all);
    for (int i = 0; d.kind != DIVISION_WHOLE && i < N_SPLITS; i++)
        note_shards(f, (enum split)i, &d.splits[i]);
    for (int i = 0; i < N_SPLITS; i++)
        *has |= d.splits[i].n > 0 ? 1U << i : 0;
    *done = d.kind != DIVISION_NONE && division_serves(f, &d);
    status = *done ? take_division(f, &d, err) : ST_OK;
out:
    division_fini(&d);
    return status;
}

enum status finder_list_all(struct finder *f, struct source_list *all, struct err *err)
{
    const struct document_choice *choice = &f->request->documents;
    all->kind = f->list.kind;
    if (f->list.kind == SOURCE_DIRECTORY) {
        TRY(documents_list_folder(all, &f->corpus->left, choice, f->request->path, f->shown, err));
        return documents_choose(all, &f->corpus->left, choice, err);
    }
    *all = f->list;
    f->list = (struct source_list){.kind = all->kind};
    return ST_OK;
}

enum status finder_set_folder(const struct finder *f, enum split s, const char *path,
                              struct err *err)
{
    struct source_list list = {.kind = SOURCE_DIRECTORY};
    struct documents_left *left = &f->corpus->left;
    struct division d = {0};
    enum status status = ST_NOMEM;
    char *shown = names_path(path, NULL, err);
    if (shown == NULL)
        return ST_NOMEM;
    TRY_OUT(documents_list_folder(&list, left, &f->request->documents, path, shown, err));
    TRY_OUT(documents_choose(&list, left, &f->request->documents, err));
    TRY_OUT(sift(f, &list, path, shown, err));
    TRY_OUT(division_find(&d, &list, left, err));
    if (list.n == 0)
        status = err_set(err, ST_INPUT, "'%s', named as the %s text, has no document", shown,
                         split_name(s));
    else if (d.kind != DIVISION_WHOLE)
        status = err_set(err, ST_INPUT,
                         "'%s', named as the %s text, has files whose names speak of train, valid "
                         "or test texts",
                         shown, split_name(s));
    else
        status = set_documents(f, s, path, &list, err);
    if (status == ST_INPUT)
        err_advise(err, status, REMEDY_CHOOSE_DOCUMENTS, 0, 0);
    else if (status == ST_OK)
        f->corpus->division = DIVISION_WHOLE;
    note_shards(f, s, &list);
out:
    division_fini(&d);
    source_list_fini(&list);
    mem_free(shown);
    return status;
}
