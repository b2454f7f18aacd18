/* Tables of settings: walking, finding, defaults, and who belongs to whom. */
#include "lib/base/setting.h"

#include <string.h>

bool setting_next(const struct setting_group *groups, struct setting_ref *at)
{
    if (at->row != NULL) {
        at->row++;
        at->index++;
    } else {
        at->group = groups;
        at->row = groups->rows;
        at->index = 0;
    }
    while (at->row != NULL && at->row->name == NULL) {
        at->group++;
        at->row = at->group->rows;
    }
    return at->row != NULL;
}

bool setting_find(const struct setting_group *groups, const char *name, struct setting_ref *found)
{
    *found = (struct setting_ref){0};
    while (setting_next(groups, found))
        if (strcmp(found->row->name, name) == 0)
            return true;
    return false;
}

size_t setting_count(const struct setting_group *groups)
{
    struct setting_ref at = {0};
    while (setting_next(groups, &at))
        ;
    return at.index;
}

bool setting_is_listed(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

void *setting_base(const struct setting_ref *at, const void *all)
{
    return (char *)(uintptr_t)all + at->group->offset;
}

enum status setting_set_defaults(const struct setting_group *groups, void *all, struct err *err)
{
    for (struct setting_ref at = {0}; setting_next(groups, &at);)
        if (at.row->dflt != NULL)
            TRY(setting_set(at.row, setting_base(&at, all), at.row->name, at.row->dflt, err));
    return ST_OK;
}

static size_t field_size(enum setting_type type)
{
    static const size_t sizes[] = {
        [SETTING_FLAG] = sizeof(bool),           [SETTING_INT] = sizeof(int64_t),
        [SETTING_FLOAT] = sizeof(double),        [SETTING_TEXT] = sizeof(const char *),
        [SETTING_PATH] = sizeof(const char *),   [SETTING_DIR] = sizeof(const char *),
        [SETTING_CHOICE] = sizeof(const char *), [SETTING_LIST] = sizeof(struct setting_list),
    };
    return sizes[type];
}

void setting_fill(const struct setting_values *values, const struct setting *rows, const void *from)
{
    for (struct setting_ref at = {0}; setting_next(values->groups, &at);) {
        if (at.group->rows != rows || at.row->dflt != NULL || values->given[at.index])
            continue;
        char *base = setting_base(&at, values->all);
        memcpy(base + at.row->offset, (const char *)from + at.row->offset,
               field_size(at.row->type));
    }
}

/* Whether a word is among those of a text, which are separated by blanks. */
static bool has_word(const char *text, const char *word)
{
    const size_t len = strlen(word);
    while (*text != '\0') {
        const size_t n = strcspn(text, " ");
        if (n == len && memcmp(text, word, len) == 0)
            return true;
        text += n + strspn(text + n, " ");
    }
    return false;
}

bool setting_applies_to(const struct setting *row, const char *owner_choice)
{
    if (row->applies != NULL)
        return row->applies(row, owner_choice);
    return has_word(row->owner_choices, owner_choice);
}

bool setting_is_given(const struct setting_values *values, const char *name)
{
    struct setting_ref at;
    return setting_find(values->groups, name, &at) && values->given[at.index];
}

bool setting_applies(const struct setting_values *values, const struct setting *row)
{
    struct setting_ref owner;
    if (row->owner == NULL || !setting_find(values->groups, row->owner, &owner))
        return true;
    const char *base = setting_base(&owner, values->all), *choice;
    memcpy(&choice, base + owner.row->offset, sizeof choice);
    return choice != NULL && setting_applies_to(row, choice);
}
