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
    const char *const *marks;
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

static enum status fail(const struct walk *w, const char *folder, const char *what, struct err *err)
{
    const int why = errno;
    char *path = names_path(w->root, folder, err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status code = why == ENOMEM ? ST_NOMEM : ST_INPUT;
    err_set(err, code, "cannot %s the folder '%s': %s", what, path, strerror(why));
    mem_free(path);
    return code;
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
    for (const char *const *mark = w->marks; mark != NULL && *mark != NULL; mark++)
        if (io_has(path, *mark))
            return true;
    return false;
}

static enum status walk_folder(struct walk *w, const char *folder, struct err *err)
{
    char *path = folder == NULL ? mem_copy_string(w->root, strlen(w->root), err)
                                : io_join(w->root, folder, err);
    if (path == NULL)
        return ST_NOMEM;
    if (folder != NULL && is_marked(w, path)) {
        mem_free(path);
        return names_note(&w->left->of[LEFT_MARKED], folder, err);
    }
    DIR *dir = opendir(path);
    mem_free(path);
    if (dir == NULL)
        return fail(w, folder, "open", err);
    const enum status status = take_all(w, dir, folder, err);
    closedir(dir);
    return status;
}

enum status documents_list_folder(struct source_list *list, struct documents_left *left,
                                  const struct document_choice *choice, const char *path,
                                  const char *shown, struct err *err)
{
    struct walk w = {
        .root = path, .shown = shown, .marks = choice->marks, .files = list, .left = left};
    enum status status = walk_folder(&w, NULL, err);
    for (; status == ST_OK && w.next < w.folders.n; w.next++)
        status = walk_folder(&w, w.folders.names[w.next], err);
    source_list_fini(&w.folders);
    source_list_sort(list);
    return status;
}
