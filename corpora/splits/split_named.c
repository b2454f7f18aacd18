/* A split whose text the user has named. */
#include <string.h>

#include "corpora/names.h"
#include "corpora/splits/finder.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

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
    const enum status status = io_is_dir(path) ? finder_set_folder(f, s, path, err)
                               : strcmp(path, "-") == 0 || io_exists(path)
                                   ? finder_set_text(&f->corpus->splits[s], path, NULL, err)
                                   : fail_named(f, s, 0, err);
    mem_free(path);
    return status;
}

enum status finder_set_named(const struct finder *f, enum split s, struct err *err)
{
    const char *match;
    const size_t n = match_named(&f->list, f->request->named[s], &match);
    if (n == 1)
        return finder_set_listed(f, s, match, err);
    return n == 0 ? set_path(f, s, err) : fail_named(f, s, n, err);
}
