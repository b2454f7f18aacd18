/* The option parser: GNU habits (mixed operands, abbreviations, clusters of letters) over table
 * rows. Defaults go through the same conversion as what is typed. */
#include "cmd/option/option.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cmd/option/option_match.h"
#include "lib/base/escape.h"
#include "lib/base/mem.h"

struct parse {
    struct option_result *result;
    void *values;
    const struct setting_group *groups;
    int argc;
    char *const *argv;
    int next;                        /* index of the next argument */
    const char *typed[SETTINGS_MAX]; /* the value of each row; NULL: none yet */
};

/* The argument after an option that needs a value. */
static enum status take_value(struct parse *p, const struct setting *row, const char **value,
                              struct err *err)
{
    if (p->next >= p->argc)
        return err_set(err, ST_USAGE, "option '--%s' needs a value (%s)", row->name,
                       row->value_name);
    const char *arg = p->argv[p->next];
    if (option_is_name(p->groups, arg))
        return err_set(err, ST_USAGE,
                       "option '--%s' needs a value (%s), and '%s' is an option; write '--%s=%s' "
                       "if it is the value",
                       row->name, row->value_name, arg, row->name, arg);
    *value = arg;
    p->next++;
    return ST_OK;
}

/* The last of two would count, and the user may have meant the first, or both. */
static enum status given_twice(const struct setting *row, const char *was, const char *is,
                               struct err *err)
{
    if (row->type == SETTING_FLAG)
        return err_set(err, ST_USAGE, "--%s and --no-%s exclude each other", row->name, row->name);
    return err_set(err, ST_USAGE, "option '--%s' was given twice, with %s and %s: give it once%s",
                   row->name, escape_quoted(was, strlen(was)).text,
                   escape_quoted(is, strlen(is)).text, row->twice != NULL ? row->twice : "");
}

static enum status store(struct parse *p, const struct option_match *m, const char *value,
                         struct err *err)
{
    char called[80];
    if (m->asks != OPTION_ASKS_NOTHING) {
        p->result->asks = m->asks;
        return ST_OK;
    }
    const char *was = p->typed[m->at.index];
    if (was != NULL && strcmp(was, value) != 0)
        return given_twice(m->at.row, was, value, err);
    p->typed[m->at.index] = value;
    p->result->given[m->at.index] = true;
    snprintf(called, sizeof called, "option '--%s'", m->at.row->name);
    return setting_set(m->at.row, setting_base(&m->at, p->values), called, value, err);
}

static enum status takes_no_value(const struct setting *row, struct err *err)
{
    return err_set(err, ST_USAGE, "option '--%s' takes no value", row->name);
}

static enum status parse_long(struct parse *p, const char *word, struct err *err)
{
    const char *equals = strchr(word, '=');
    const size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *value = equals != NULL ? equals + 1 : NULL;
    struct option_match m;
    TRY(option_match_long(p->groups, word, len, &m, err));
    const bool is_flag = m.at.row->type == SETTING_FLAG;
    if (is_flag && value != NULL)
        return takes_no_value(m.at.row, err);
    if (is_flag)
        value = m.negated ? "no" : "yes";
    else if (value == NULL)
        TRY(take_value(p, m.at.row, &value, err));
    return store(p, &m, value, err);
}

/* "-ab": flags, the last of which may take a value, in the rest of the word or after it. */
static enum status parse_letters(struct parse *p, const char *word, struct err *err)
{
    TRY(option_check_letters(p->groups, word, err));
    for (const char *at = word; *at != '\0'; at++) {
        struct option_match m;
        TRY(option_match_letter(p->groups, word, at, &m, err));
        const bool equals = at[1] == '=';
        if (m.at.row->type == SETTING_FLAG) {
            if (equals)
                return takes_no_value(m.at.row, err);
            TRY(store(p, &m, "yes", err));
            continue;
        }
        const char *value = at + (equals ? 2 : 1);
        if (at[1] == '\0')
            TRY(take_value(p, m.at.row, &value, err));
        return store(p, &m, value, err);
    }
    return ST_OK;
}

static enum status parse_arguments(struct parse *p, struct err *err)
{
    struct option_result *r = p->result;
    bool options_end = false;
    while (p->next < p->argc && r->asks == OPTION_ASKS_NOTHING) {
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

/* --help counts wherever it stands, also after what would be an error. */
static enum option_asks find_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return OPTION_ASKS_HELP;
        if (strcmp(argv[i], "--help-all") == 0)
            return OPTION_ASKS_ALL;
    }
    return OPTION_ASKS_NOTHING;
}

enum status option_parse(struct option_result *r, void *values, const struct setting_group *groups,
                         int argc, char *const *argv, struct err *err)
{
    assert(setting_count(groups) <= SETTINGS_MAX);
    *r = (struct option_result){.asks = find_help(argc, argv)};
    if (r->asks != OPTION_ASKS_NOTHING)
        return ST_OK;
    r->operands = mem_zeroed((size_t)argc, sizeof *r->operands, err);
    if (r->operands == NULL)
        return ST_NOMEM;
    TRY(setting_set_defaults(groups, values, err));
    struct parse p = {r, values, groups, argc, argv, 0, {NULL}};
    return parse_arguments(&p, err);
}

void option_result_fini(struct option_result *r)
{
    mem_free(r->operands);
    *r = (struct option_result){0};
}

/* "'a', 'b' or 'c'": the choices of the owner that a setting has a part in. */
static void list_choices(const struct setting *row, const struct setting *owner, char *out,
                         size_t size)
{
    const char *last = NULL;
    size_t n = 0;
    for (size_t i = 0; owner->choice_at(i) != NULL; i++)
        if (setting_applies_to(row, owner->choice_at(i)))
            last = owner->choice_at(i);
    out[0] = '\0';
    for (size_t i = 0; last != NULL && owner->choice_at(i) != NULL && n < size; i++) {
        const char *name = owner->choice_at(i);
        if (setting_applies_to(row, name))
            n += (size_t)snprintf(out + n, size - n, "%s'%s'",
                                  n == 0         ? ""
                                  : name == last ? " or "
                                                 : ", ",
                                  name);
    }
}

enum status option_check_owners(const struct setting_values *values, struct err *err)
{
    for (struct setting_ref at = {0}; setting_next(values->groups, &at);) {
        struct setting_ref owner;
        struct buf found = {0};
        char choices[256];
        if (!values->given[at.index] || setting_applies(values, at.row) ||
            !setting_find(values->groups, at.row->owner, &owner))
            continue;
        list_choices(at.row, owner.row, choices, sizeof choices);
        TRY(setting_format(owner.row, setting_base(&owner, values->all), &found, err));
        err_set(err, ST_USAGE, "--%s has no part in --%s %s: it belongs to %s", at.row->name,
                owner.row->name, found.data, choices);
        buf_fini(&found);
        return ST_USAGE;
    }
    return ST_OK;
}
