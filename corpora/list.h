/* Fills a struct source_list. */
#ifndef PTBLM_CORPORA_LIST_H
#define PTBLM_CORPORA_LIST_H

#include "corpora/source.h"
#include "lib/base/err.h"

/* Adds a copy of `name`. */
enum status list_add(struct source_list *list, const char *name, struct err *err);

/* Sorts the names by their bytes. */
void list_sort(struct source_list *list);

/* Adds the regular files of a directory; `shown` is what messages call it. */
enum status list_directory(struct source_list *list, const char *path, const char *shown,
                           const struct source_limits *limits, struct err *err);

#endif
