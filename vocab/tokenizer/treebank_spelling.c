#include "vocab/tokenizer/treebank_spelling.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/utf8.h"
#include "vocab/lower_case.h"
#include "vocab/tokenizer/token.h"
#include "vocab/tokenizer/treebank_rules.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Words that have a capital wherever they stand, sorted. Names of people and firms are not told
 * from other words. */
static const char *const names[] = {
    "africa",      "african",     "africans",      "alabama",     "alaska",     "america",
    "american",    "americans",   "april",         "arab",        "arabs",      "arizona",
    "asia",        "asian",       "asians",        "australia",   "australian", "austria",
    "austrian",    "belgian",     "belgium",       "berlin",      "boston",     "brazil",
    "brazilian",   "britain",     "british",       "california",  "canada",     "canadian",
    "canadians",   "catholic",    "chicago",       "china",       "chinese",    "christian",
    "christmas",   "colombia",    "congress",      "cuba",        "cuban",      "czech",
    "december",    "delaware",    "denmark",       "detroit",     "dutch",      "egypt",
    "england",     "english",     "europe",        "european",    "europeans",  "february",
    "finland",     "florida",     "france",        "french",      "friday",     "fridays",
    "german",      "germans",     "germany",       "greece",      "greek",      "hawaii",
    "houston",     "hungarian",   "hungary",       "i",           "illinois",   "india",
    "indiana",     "indonesia",   "iowa",          "iran",        "iraq",       "ireland",
    "irish",       "israel",      "israeli",       "italian",     "italy",      "january",
    "japan",       "japanese",    "jewish",        "july",        "june",       "kansas",
    "kentucky",    "korea",       "korean",        "london",      "louisiana",  "malaysia",
    "manhattan",   "maryland",    "massachusetts", "mexican",     "mexico",     "michigan",
    "minnesota",   "mississippi", "missouri",      "monday",      "mondays",    "moscow",
    "nebraska",    "netherlands", "nevada",        "nicaragua",   "norway",     "november",
    "october",     "ohio",        "oklahoma",      "oregon",      "paris",      "pennsylvania",
    "philippines", "poland",      "portugal",      "roman",       "rome",       "russia",
    "russian",     "saturday",    "saturdays",     "seattle",     "september",  "singapore",
    "soviet",      "soviets",     "spain",         "spanish",     "sunday",     "sundays",
    "sweden",      "swedish",     "swiss",         "switzerland", "taiwan",     "tennessee",
    "texas",       "thursday",    "thursdays",     "tokyo",       "toronto",    "tuesday",
    "tuesdays",    "utah",        "venezuela",     "vermont",     "vietnam",    "virginia",
    "washington",  "wednesday",   "wednesdays",    "wisconsin",   "wyoming",
};

static const char *const name_pairs[][2] = {
    {"atlantic", "ocean"}, {"buenos", "aires"},   {"costa", "rica"},     {"dow", "jones"},
    {"east", "germany"},   {"el", "salvador"},    {"hong", "kong"},      {"las", "vegas"},
    {"los", "angeles"},    {"merrill", "lynch"},  {"new", "england"},    {"new", "hampshire"},
    {"new", "haven"},      {"new", "jersey"},     {"new", "mexico"},     {"new", "orleans"},
    {"new", "york"},       {"new", "zealand"},    {"north", "america"},  {"north", "carolina"},
    {"north", "dakota"},   {"north", "korea"},    {"pacific", "ocean"},  {"puerto", "rico"},
    {"rhode", "island"},   {"salt", "lake"},      {"san", "diego"},      {"san", "francisco"},
    {"san", "jose"},       {"saudi", "arabia"},   {"south", "africa"},   {"south", "america"},
    {"south", "carolina"}, {"south", "dakota"},   {"south", "korea"},    {"sri", "lanka"},
    {"soviet", "union"},   {"united", "kingdom"}, {"united", "nations"}, {"united", "states"},
    {"wall", "street"},    {"west", "germany"},   {"white", "house"},    {"supreme", "court"},
};

static const char *const months[] = {
    "jan.", "january",   "feb.", "february", "mar.", "march",    "apr.",   "april",
    "may",  "jun.",      "june", "jul.",     "july", "aug.",     "august", "sept.",
    "sep.", "september", "oct.", "october",  "nov.", "november", "dec.",   "december",
};

static bool equal(const char *bytes, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(bytes, word, len) == 0;
}

bool treebank_is_month(const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(months); i++)
        if (equal(word, len, months[i]))
            return true;
    return false;
}

bool treebank_is_name_pair(const struct slice *one, const struct slice *two)
{
    for (size_t i = 0; i < COUNT(name_pairs); i++)
        if (equal(one->bytes, one->len, name_pairs[i][0]) &&
            equal(two->bytes, two->len, name_pairs[i][1]))
            return true;
    return false;
}

static int compare_name(const void *key, const void *row)
{
    const struct slice *word = key;
    const char *name = *(const char *const *)row;
    const int order = strncmp(word->bytes, name, word->len);
    return order != 0 ? order : -(name[word->len] != '\0');
}

static bool is_name(const char *bytes, size_t len)
{
    const struct slice word = {bytes, len};
    return bsearch(&word, names, COUNT(names), sizeof names[0], compare_name) != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "u.s.", "j.", "n.y": letters with a period after each, perhaps without the last. */
static bool is_initials(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (i % 2 == 0 ? !is_letter(bytes[i]) : bytes[i] != '.')
            return false;
    return len > 1 && !(len >= 3 && len <= 4 &&
                        (equal(bytes, 3, "a.m") || equal(bytes, 3, "p.m") ||
                         equal(bytes, 3, "e.g") || equal(bytes, 3, "i.e")));
}

/* "at&t", "s&p", "us$" */
static bool is_letters_with(const char *bytes, size_t len, char sign)
{
    const char *at = memchr(bytes, sign, len);
    if (at == NULL || len > 5)
        return false;
    for (size_t i = 0; i < len; i++)
        if (bytes + i != at && !is_letter(bytes[i]))
            return false;
    return sign == '$' ? at == bytes + len - 1 : at > bytes && at < bytes + len - 1;
}

/* One part of a word with hyphens. */
static void spell_part(char *bytes, size_t len, bool before_number)
{
    if (is_initials(bytes, len) || is_letters_with(bytes, len, '&') ||
        is_letters_with(bytes, len, '$'))
        upper_case(bytes, len);
    else if (is_name(bytes, len) || treebank_is_capital_abbreviation(bytes, len) ||
             (before_number && treebank_is_month(bytes, len)))
        upper_case(bytes, 1);
}

/* Gives the word's first letter a capital, unless something else stands before it. */
static void spell_first(char *bytes, size_t len)
{
    uint32_t code;
    if (!equal(bytes, len, "N"))
        upper_case(bytes, utf8_next(bytes, len, &code));
}

/* "\/" is the treebank's slash, "\*" its asterisk. */
static size_t drop_backslashes(char *bytes, size_t len)
{
    size_t to = 0;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != '\\' || i + 1 == len || (bytes[i + 1] != '/' && bytes[i + 1] != '*'))
            bytes[to++] = bytes[i];
    return to;
}

enum status treebank_spell(struct buf *out, const struct slice *word, bool capital,
                           bool before_number, struct err *err)
{
    const size_t from = out->len;
    TRY(buf_add(out, word->bytes, word->len, err));
    char *bytes = out->data + from;
    const size_t special = token_special(bytes, word->len);
    if (special > 0)
        return ST_OK;
    const size_t len = drop_backslashes(bytes, word->len);
    out->len = from + len;
    bytes[len] = '\0';
    for (size_t at = 0, end; at < len; at = end + 1) {
        const char *hyphen = memchr(bytes + at, '-', len - at);
        end = hyphen != NULL ? (size_t)(hyphen - bytes) : len;
        if (end > at)
            spell_part(bytes + at, end - at, before_number && end == len);
    }
    if (capital && len > 0)
        spell_first(bytes, len);
    return ST_OK;
}
