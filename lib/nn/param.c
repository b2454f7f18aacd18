#include "lib/nn/param.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"

size_t param_size(const struct param *p)
{
    return p->rows * (p->cols > 0 ? p->cols : 1);
}

const struct param *param_find(const struct param_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

size_t param_add(struct param_list *list, const char *name, size_t rows, size_t cols,
                 enum param_role role)
{
    struct param *p = &list->items[list->n];
    *p =
        (struct param){.rows = rows, .cols = cols, .role = role, .gates = 1, .offset = list->total};
    snprintf(p->name, sizeof p->name, "%s", name);
    list->total += mem_padded_floats(param_size(p));
    return list->n++;
}
