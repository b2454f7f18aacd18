#include "corpora/source_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"

static enum status add(struct source_list *list, const char *name, bool empty, struct err *err)
{
    const size_t len = strlen(name);
    /* Full if n is a power of two, and then doubled. */
    if ((list->n & (list->n - 1)) == 0) {
        const size_t cap = list->n == 0 ? 1 : 2 * list->n;
        char **names = mem_resize(list->names, cap, sizeof *names, err);
        if (names == NULL)
            return ST_NOMEM;
        list->names = names;
    }
    char *copy = mem_resize(NULL, len + 2, 1, err); /* not padded, as mem_zeroed does */
    if (copy == NULL)
        return ST_NOMEM;
    memcpy(copy, name, len + 1);
    copy[len + 1] = (char)empty;
    list->names[list->n++] = copy;
    return ST_OK;
}

enum status source_list_add(struct source_list *list, const char *name, struct err *err)
{
    return add(list, name, false, err);
}

enum status source_list_add_empty(struct source_list *list, const char *name, struct err *err)
{
    return add(list, name, true, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void source_list_sort(struct source_list *list)
{
    if (list->n > 1)
        qsort(list->names, list->n, sizeof *list->names, compare_names);
}

void source_list_fini(struct source_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        mem_free(list->names[i]);
    mem_free(list->names);
    *list = (struct source_list){0};
}

static enum status add_entries(struct source_list *list, DIR *dir, const char *shown,
                               const struct source_limits *limits, struct err *err)
{
    uint32_t entries = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL && errno != 0)
            return err_set(err, ST_IO, "cannot read the directory '%s': %s", shown,
                           strerror(errno));
        if (entry == NULL)
            return ST_OK;
        if (entries++ == limits->members)
            return err_set(err, ST_INPUT,
                           "the directory '%s' has more than %u entries, the limit: name the "
                           "files in it",
                           shown, (unsigned)limits->members);
        struct stat st;
        if (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
            TRY(source_list_add(list, entry->d_name, err));
    }
}

enum status source_list_add_files(struct source_list *list, const char *path, const char *shown,
                                  const struct source_limits *limits, struct err *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return err_set(err, errno == ENOMEM ? ST_NOMEM : ST_INPUT,
                       "cannot open the directory '%s': %s", shown, strerror(errno));
    const enum status status = add_entries(list, dir, shown, limits, err);
    closedir(dir);
    return status;
}
