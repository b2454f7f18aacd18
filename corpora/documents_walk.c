/* The files below a folder. One folder is open at a time, whatever the depth. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "corpora/documents.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

struct walk {
    const char *root, *shown;
    const struct document_choice *choice;
    struct source_list *files;
    struct documents_left *left;
    struct source_list folders; /* below the root; those from `next` on are still to be read */
    size_t next, entries;
};

/* "folder/name" below the root; NULL for `folder` is the root itself. */
static char *join_below(const char *folder, const char *name, struct err *err)
{
    return folder == NULL ? mem_copy_string(name, strlen(name), err) : io_join(folder, name, err);
}

/* Links to files are followed, those to folders are not: they could lead back. */
static enum status take_entry(struct walk *w, int dir, const char *entry, const char *name,
                              struct err *err)
{
    struct stat st;
    if (entry[0] == '.')
        return names_note(&w->left->of[LEFT_HIDDEN], name, err);
    if (fstatat(dir, entry, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
        return source_list_add(&w->folders, name, err);
    if (fstatat(dir, entry, &st, 0) == 0 && S_ISREG(st.st_mode))
        return source_list_add(w->files, name, err);
    return names_note(&w->left->of[LEFT_SPECIAL], name, err);
}

/* The path of a folder below the root, or of the root for NULL. */
static char *join_root(const struct walk *w, const char *folder, struct err *err)
{
    return folder == NULL ? mem_copy_string(w->root, strlen(w->root), err)
                          : io_join(w->root, folder, err);
}

static enum status fail(const struct walk *w, const char *folder, const char *what, struct err *err)
{
    const int why = errno;
    char *path = join_root(w, folder, err);
    char *shown = path == NULL ? NULL : names_path(path, NULL, err);
    const enum status code = shown == NULL || why == ENOMEM ? ST_NOMEM : ST_INPUT;
    if (shown != NULL)
        err_set(err, code, "cannot %s the folder '%s': %s", what, shown, strerror(why));
    mem_free(path);
    mem_free(shown);
    return code == ST_INPUT && folder != NULL
               ? err_advise(err, code, REMEDY_LEAVE_OUT_DOCUMENT, 0, 0)
               : code;
}

/* A folder below the root that cannot be opened is no matter where what is in it is not wanted. */
static enum status fail_to_open(const struct walk *w, const char *folder, struct err *err)
{
    const int why = errno;
    bool is_out = false;
    if (folder != NULL)
        TRY(documents_exclude(&is_out, w->choice, folder, err));
    errno = why;
    return is_out ? names_note(&w->left->of[LEFT_BY_CHOICE], folder, err)
                  : fail(w, folder, "open", err);
}

static enum status take_all(struct walk *w, DIR *dir, const char *folder, struct err *err)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL)
            return errno != 0 ? fail(w, folder, "read", err) : ST_OK;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (w->entries++ == DOCUMENTS_MAX)
            return err_set(err, ST_INPUT,
                           "'%s' has more than %d files and folders in it, the limit: put texts "
                           "together into fewer files",
                           w->shown, DOCUMENTS_MAX);
        char *name = join_below(folder, entry->d_name, err);
        if (name == NULL)
            return ST_NOMEM;
        const enum status status = take_entry(w, dirfd(dir), entry->d_name, name, err);
        mem_free(name);
        TRY(status);
    }
}

static bool is_marked(const struct walk *w, const char *path)
{
    for (const char *const *mark = w->choice->marks; mark != NULL && *mark != NULL; mark++)
        if (io_has(path, *mark))
            return true;
    return false;
}

static enum status walk_folder(struct walk *w, const char *folder, struct err *err)
{
    char *path = join_root(w, folder, err);
    if (path == NULL)
        return ST_NOMEM;
    if (folder != NULL && is_marked(w, path)) {
        mem_free(path);
        return names_note(&w->left->of[LEFT_MARKED], folder, err);
    }
    DIR *dir = opendir(path);
    mem_free(path);
    if (dir == NULL)
        return fail_to_open(w, folder, err);
    const enum status status = take_all(w, dir, folder, err);
    closedir(dir);
    return status;
}

enum status documents_list_folder(struct source_list *list, struct documents_left *left,
                                  const struct document_choice *choice, const char *path,
                                  const char *shown, struct err *err)
{
    struct walk w = {.root = path, .shown = shown, .choice = choice, .files = list, .left = left};
    enum status status = walk_folder(&w, NULL, err);
    for (; status == ST_OK && w.next < w.folders.n; w.next++)
        status = walk_folder(&w, w.folders.names[w.next], err);
    source_list_fini(&w.folders);
    source_list_sort(list);
    return status;
}
