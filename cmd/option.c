/* The option parser: GNU habits (mixed operands, abbreviations, clusters of letters) over table
 * rows. Defaults go through the same conversion as what is typed. */
#include "cmd/option.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cmd/option_value.h"
#include "cmd/report.h"
#include "lib/base/mem.h"

enum { SHOWN = 80 }; /* bytes of a wrong argument that a message repeats */

struct parse {
    struct option_result *result;
    void *values;
    const struct option_list *list;
    int argc;
    char *const *argv;
    int next; /* index of the next argument */
};

/* A long option as typed: `row` with its value behind "=", or NULL. */
struct match {
    const struct option_def *row; /* NULL: --help */
    bool negated;                 /* --no-NAME */
};

static bool has_negation(const struct option_def *row)
{
    return row->type == OPTION_FLAG && row->dflt != NULL && strcmp(row->dflt, "yes") == 0;
}

static const char *nearest_option(const struct option_list *list, const char *word)
{
    struct option_near near = {.word = word};
    for (size_t i = 0; i < list->n; i++)
        option_near_try(&near, list->rows[i].name);
    option_near_try(&near, "help");
    return near.name;
}

static enum status unknown_option(const struct option_list *list, const char *word, size_t len,
                                  struct err *err)
{
    char name[SHOWN], shown[SHOWN];
    if (len >= sizeof name)
        len = sizeof name - 1;
    memcpy(name, word, len);
    name[len] = '\0';
    const char *near = nearest_option(list, name);
    report_escape_cut(shown, sizeof shown, name);
    if (near == NULL)
        return err_set(err, ST_USAGE, "unknown option '--%s'", shown);
    return err_set(err, ST_USAGE, "unknown option '--%s'; did you mean '--%s'?", shown, near);
}

/* Every long name that the rows give, one after the other: i counts up to 2 n, the last is help. */
static bool candidate_at(const struct option_list *list, size_t i, struct match *m,
                         const char **name)
{
    if (i == 2 * list->n) {
        *m = (struct match){0};
        *name = "help";
        return true;
    }
    m->row = &list->rows[i / 2];
    m->negated = i % 2 == 1;
    *name = m->row->name;
    return !m->negated || has_negation(m->row);
}

/* Whether the typed name is the beginning of the candidate's, "no-" before a negated one's. */
static bool begins(const struct match *m, const char *name, const char *word, size_t len,
                   bool *whole)
{
    if (m->negated) {
        if (len <= 3 || strncmp(word, "no-", 3) != 0)
            return false;
        word += 3;
        len -= 3;
    }
    *whole = strlen(name) == len;
    return strncmp(name, word, len) == 0;
}

/* Finds what `len` bytes of a long name mean: the exact name, or the only one that begins so. */
static enum status match_long(const struct option_list *list, const char *word, size_t len,
                              struct match *found, struct err *err)
{
    size_t n_found = 0;
    char names[2][SHOWN];
    for (size_t i = 0; i <= 2 * list->n && len > 0; i++) {
        struct match m;
        const char *name;
        bool whole = false;
        if (!candidate_at(list, i, &m, &name) || !begins(&m, name, word, len, &whole))
            continue;
        if (n_found == 0 || whole)
            *found = m;
        if (whole)
            return ST_OK;
        snprintf(names[n_found == 0 ? 0 : 1], SHOWN, "%s%s", m.negated ? "no-" : "", name);
        n_found++;
    }
    if (n_found == 0)
        return unknown_option(list, word, len, err);
    if (n_found > 1)
        return err_set(err, ST_USAGE, "option '--%.*s' may be '--%s' or '--%s'", (int)len, word,
                       names[0], names[1]);
    return ST_OK;
}

static bool is_option_name(const struct option_list *list, const char *arg)
{
    if (strncmp(arg, "--", 2) != 0)
        return false;
    bool found = arg[2] == '\0' || strcmp(arg, "--help") == 0;
    for (size_t i = 0; i < list->n && !found; i++)
        found = strcmp(arg + 2, list->rows[i].name) == 0;
    return found;
}

/* The argument behind an option that needs a value. */
static enum status take_value(struct parse *p, const struct option_def *row, const char **value,
                              struct err *err)
{
    if (p->next >= p->argc)
        return err_set(err, ST_USAGE, "option '--%s' needs a value (%s)", row->name,
                       row->value_name);
    const char *arg = p->argv[p->next];
    if (is_option_name(p->list, arg))
        return err_set(err, ST_USAGE,
                       "option '--%s' needs a value (%s), and '%s' is an option; write '--%s=%s' "
                       "if it is the value",
                       row->name, row->value_name, arg, row->name, arg);
    *value = arg;
    p->next++;
    return ST_OK;
}

static enum status store(struct parse *p, const struct option_def *row, const char *value,
                         struct err *err)
{
    p->result->given[row - p->list->rows] = true;
    return option_value_set(row, p->values, value, err);
}

static enum status parse_long(struct parse *p, const char *word, struct err *err)
{
    const char *equals = strchr(word, '=');
    const size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *value = equals != NULL ? equals + 1 : NULL;
    struct match m = {0};
    TRY(match_long(p->list, word, len, &m, err));
    const char *name = m.row == NULL ? "help" : m.row->name;
    const bool takes_value = m.row != NULL && m.row->type != OPTION_FLAG;
    if (!takes_value && value != NULL)
        return err_set(err, ST_USAGE, "option '--%s' takes no value", name);
    if (m.row == NULL) {
        p->result->help = true;
        return ST_OK;
    }
    if (!takes_value)
        value = m.negated ? "no" : "yes";
    else if (value == NULL)
        TRY(take_value(p, m.row, &value, err));
    return store(p, m.row, value, err);
}

static const struct option_def *find_letter(const struct option_list *list, char letter)
{
    for (size_t i = 0; i < list->n; i++)
        if (letter != 0 && list->rows[i].letter == letter)
            return &list->rows[i];
    return NULL;
}

/* "-ab": flags, the last of which may take a value, in the rest of the word or behind it. */
static enum status parse_letters(struct parse *p, const char *letters, struct err *err)
{
    for (; *letters != '\0'; letters++) {
        const struct option_def *row = find_letter(p->list, *letters);
        if (row == NULL && *letters == 'h') {
            p->result->help = true;
            return ST_OK;
        }
        if (row == NULL) {
            char shown[SHOWN];
            report_escape_cut(shown, sizeof shown, letters);
            return err_set(err, ST_USAGE, "unknown option '-%s'", shown);
        }
        if (row->type == OPTION_FLAG) {
            TRY(store(p, row, "yes", err));
            continue;
        }
        const char *value = letters + 1;
        if (*value == '\0')
            TRY(take_value(p, row, &value, err));
        return store(p, row, value, err);
    }
    return ST_OK;
}

static enum status parse_arguments(struct parse *p, struct err *err)
{
    struct option_result *r = p->result;
    bool options_end = false;
    while (p->next < p->argc && !r->help) {
        const char *arg = p->argv[p->next++];
        if (options_end || arg[0] != '-' || arg[1] == '\0')
            r->operands[r->n_operands++] = arg;
        else if (strcmp(arg, "--") == 0)
            options_end = true;
        else if (arg[1] == '-')
            TRY(parse_long(p, arg + 2, err));
        else
            TRY(parse_letters(p, arg + 1, err));
    }
    return ST_OK;
}

/* --help counts wherever it stands, also behind what would be an error. */
static bool asks_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

enum status option_parse(struct option_result *r, void *values, const struct option_list *list,
                         int argc, char *const *argv, struct err *err)
{
    assert(list->n <= OPTIONS_MAX);
    *r = (struct option_result){.help = asks_help(argc, argv)};
    if (r->help)
        return ST_OK;
    r->operands = mem_zeroed((size_t)argc, sizeof *r->operands, err);
    if (r->operands == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < list->n; i++)
        if (list->rows[i].dflt != NULL)
            TRY(option_value_set(&list->rows[i], values, list->rows[i].dflt, err));
    struct parse p = {r, values, list, argc, argv, 0};
    return parse_arguments(&p, err);
}

void option_result_fini(struct option_result *r)
{
    mem_free(r->operands);
    *r = (struct option_result){0};
}
