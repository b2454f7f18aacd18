#include "corpora/splits/class_folders.h"

#include <string.h>
#include <strings.h>

#include "corpora/names.h"
#include "corpora/splits/division.h"
#include "corpora/splits/file_family.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

/* A list of documents, and the bytes of the folders that all of them have in common. */
struct tree {
    char *path, *shown; /* owned */
    struct source_list list;
    size_t common;
};

static enum status show_path(struct tree *t, struct err *err)
{
    t->shown = names_path(t->path, NULL, err);
    return t->shown != NULL ? ST_OK : ST_NOMEM;
}

static void tree_fini(struct tree *t)
{
    source_list_fini(&t->list);
    mem_free(t->path);
    mem_free(t->shown);
}

static size_t common_folders(const struct source_list *list)
{
    size_t common = 0;
    if (list->n == 0)
        return 0;
    for (const char *at = strchr(list->names[0], '/'); at != NULL; at = strchr(at + 1, '/')) {
        const size_t n = (size_t)(at + 1 - list->names[0]);
        for (size_t i = 1; i < list->n; i++)
            if (strncmp(list->names[i], list->names[0], n) != 0)
                return common;
        common = n;
    }
    return common;
}

static bool speaks_of_split(const char *folder, size_t len)
{
    return split_word_find(folder, len, SPLIT_WORDS_MORE).at != NULL;
}

/* The first folder behind the common ones that is not the last to speak of a split, if `divided`;
 * of length 0 where there is none. */
static struct slice class_of(const char *name, size_t common, bool divided)
{
    const char *split = NULL;
    for (const char *at = name, *end; divided && (end = strchr(at, '/')) != NULL; at = end + 1)
        if (speaks_of_split(at, (size_t)(end - at)))
            split = at;
    for (const char *at = name + common, *end; (end = strchr(at, '/')) != NULL; at = end + 1)
        if (at != split && end > at && !(end - at == 1 && *at == '.'))
            return (struct slice){at, (size_t)(end - at)};
    return (struct slice){name, 0};
}

/* Folders of texts that have no class, as in the Large Movie Review Dataset. */
static bool has_no_class(struct slice folder)
{
    static const char *const names[] = {"unsup", "unsupervised", "unlabeled", "unlabelled"};
    bool is = folder.len == 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        is = is || (folder.len == strlen(names[i]) &&
                    strncasecmp(folder.bytes, names[i], folder.len) == 0);
    return is;
}

/* All files of a folder or archive but those left out by choice. */
static enum status list_files(struct tree *t, struct documents_left *left,
                              const struct document_choice *choice,
                              const struct source_limits *limits, struct err *err)
{
    if (io_is_dir(t->path)) {
        t->list.kind = SOURCE_DIRECTORY;
        TRY(documents_list_folder(&t->list, left, choice, t->path, t->shown, err));
    } else {
        TRY(source_list_open(&t->list, t->path, limits, err));
    }
    return documents_choose(&t->list, left, choice, err);
}

/* --- looking --- */

/* Whether a list has two classes of which the documents are told by their folders. */
static bool has_classes(const struct source_list *list)
{
    const bool divided = division_has_folders(list);
    const size_t common = common_folders(list);
    struct slice first = {0};
    for (size_t i = 0; i < list->n; i++) {
        const struct slice class = class_of(list->names[i], common, divided);
        if (has_no_class(class))
            continue;
        if (first.len == 0)
            first = class;
        if (first.len != class.len || memcmp(first.bytes, class.bytes, class.len) != 0)
            return true;
    }
    return false;
}

static enum status has_pair(bool *has, const struct source_list *list, struct err *err)
{
    struct candidates found;
    struct family family;
    int n = 0;
    TRY(candidates_find(&found, list, SPLIT_WORDS_USUAL, err));
    family_choose(&family, &found);
    for (int i = 0; i < N_SPLITS; i++)
        n += family.fit[i] != FAMILY_NONE;
    *has = n > 1;
    candidates_fini(&found);
    return ST_OK;
}

/* The first path of a request that holds files. */
static enum status find_path(char **path, const struct corpus_request *request, struct err *err)
{
    *path = NULL;
    if (request->path != NULL)
        return io_find(path, request->directory, request->path, err);
    for (int i = 0; i < N_SPLITS && *path == NULL; i++)
        if (request->named[i] != NULL)
            TRY(io_find(path, request->directory, request->named[i], err));
    return ST_OK;
}

enum status class_folders_look(bool *are, const struct corpus_request *request,
                               const struct source_limits *limits, struct err *err)
{
    struct documents_left unused = {0};
    struct tree t = {0};
    bool pair = false;
    enum status status;
    *are = false;
    TRY(find_path(&t.path, request, err));
    if (t.path == NULL || strcmp(t.path, "-") == 0 || !io_exists(t.path))
        goto done;
    TRY_OUT(show_path(&t, err));
    TRY_OUT(list_files(&t, &unused, &request->documents, limits, err));
    TRY_OUT(documents_sift(&t.list, &unused, &request->documents, NULL, err));
    if (t.list.kind != SOURCE_TEXT && has_classes(&t.list)) {
        TRY_OUT(has_pair(&pair, &t.list, err));
        *are = !pair;
    }
done:
    status = ST_OK;
out:
    tree_fini(&t);
    documents_left_fini(&unused);
    return status;
}

/* --- finding --- */

static enum status check_order(const struct tree *t, const struct document_choice *choice,
                               struct err *err)
{
    if (t->list.kind != SOURCE_ARCHIVE || choice->shuffle == 0)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "the documents of the archive '%s' come in its order and cannot be shuffled: "
                   "unpack it, and give the folder",
                   t->shown);
}

static enum status list_documents(struct tree *t, struct class_folders *f,
                                  const struct document_choice *choice,
                                  const struct source_limits *limits, struct err *err)
{
    TRY(list_files(t, &f->left, choice, limits, err));
    if (t->list.kind == SOURCE_TEXT)
        return err_set(err, ST_INPUT,
                       "'%s' is a text, and no folder or archive with a folder for each class",
                       t->shown);
    TRY(check_order(t, choice, err));
    const char *folder = t->list.kind == SOURCE_DIRECTORY ? t->path : NULL;
    TRY(documents_sift(&t->list, &f->left, choice, folder, err));
    TRY(documents_check_twice(&t->list, t->shown, err));
    t->common = common_folders(&t->list);
    if (choice->shuffle != 0)
        documents_shuffle(&t->list, choice->shuffle);
    return ST_OK;
}

/* Takes the documents of one split. */
static enum status take(struct class_folders *f, enum split s, const struct tree *t,
                        const struct source_list *documents, bool divided, struct err *err)
{
    struct class_split *to = &f->splits[s];
    char class[256];
    for (size_t i = 0; i < documents->n; i++) {
        const char *name = documents->names[i];
        const struct slice folder = class_of(name, t->common, divided);
        if (has_no_class(folder) || folder.len >= sizeof class) {
            TRY(names_note(&f->left.of[LEFT_BY_DIVISION], name, err));
            continue;
        }
        memcpy(class, folder.bytes, folder.len);
        class[folder.len] = '\0';
        TRY(source_list_add(&to->documents, name, err));
        TRY(source_list_add(&to->classes, class, err));
    }
    to->documents.kind = t->list.kind;
    if (to->documents.n == 0)
        return ST_OK;
    to->path = mem_copy_string(t->path, strlen(t->path), err);
    return to->path == NULL ? ST_NOMEM : ST_OK;
}

static enum status divide(struct class_folders *f, const struct corpus_request *request,
                          const struct tree *t, struct err *err)
{
    struct division d = {0};
    enum status status;
    if (!division_has_folders(&t->list)) {
        f->undivided = true;
        return take(f, SPLIT_TRAIN, t, &t->list, false, err);
    }
    TRY_OUT(division_find(&d, &t->list, &f->left, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        if (request->named[s] == NULL)
            TRY_OUT(take(f, s, t, &d.splits[s], true, err));
out:
    division_fini(&d);
    return status;
}

static enum status fail_none(const struct tree *t, struct err *err)
{
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' has no document in a folder of its class, as in "
                              "'train/CLASS/1.txt' or 'CLASS/1.txt'",
                              t->shown),
                      REMEDY_EXAMPLE_FORM, 0, 0);
}

/* The documents of a path: those of split `s`, or (N_SPLITS) of all that are not named. */
static enum status find_in(struct class_folders *f, const struct corpus_request *request,
                           const char *given, enum split s, const struct source_limits *limits,
                           struct err *err)
{
    struct tree t = {0};
    enum status status;
    size_t n = 0;
    TRY_OUT(io_find(&t.path, request->directory, given, err));
    TRY_OUT(show_path(&t, err));
    TRY_OUT(list_documents(&t, f, &request->documents, limits, err));
    TRY_OUT(s < N_SPLITS ? take(f, s, &t, &t.list, false, err) : divide(f, request, &t, err));
    for (enum split i = 0; i < N_SPLITS; i++)
        n += s == N_SPLITS || s == i ? f->splits[i].documents.n : 0;
    if (n == 0)
        status = fail_none(&t, err);
out:
    tree_fini(&t);
    return status;
}

enum status class_folders_find(struct class_folders *f, const struct corpus_request *request,
                               const struct source_limits *limits, struct err *err)
{
    *f = (struct class_folders){0};
    enum status status = ST_OK;
    if (request->path != NULL)
        status = find_in(f, request, request->path, N_SPLITS, limits, err);
    for (enum split s = 0; s < N_SPLITS && status == ST_OK; s++) {
        if (request->named[s] == NULL)
            continue;
        if (f->splits[s].path != NULL) { /* all of an undivided corpus is not the train text */
            f->undivided = false;
            source_list_fini(&f->splits[s].documents);
            source_list_fini(&f->splits[s].classes);
            mem_free(f->splits[s].path);
            f->splits[s] = (struct class_split){0};
        }
        status = find_in(f, request, request->named[s], s, limits, err);
    }
    if (status != ST_OK)
        class_folders_fini(f);
    return status;
}

void class_folders_fini(struct class_folders *f)
{
    for (int i = 0; i < N_SPLITS; i++) {
        mem_free(f->splits[i].path);
        source_list_fini(&f->splits[i].documents);
        source_list_fini(&f->splits[i].classes);
    }
    documents_left_fini(&f->left);
    *f = (struct class_folders){0};
}
