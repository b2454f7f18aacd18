/* Clitics and contractions are those of Robert MacIntyre's tokenizer.sed of the Penn Treebank
 * project; the abbreviations are those that its Wall Street Journal text uses, and common others.
 */
#include "vocab/tokenizer/treebank_rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/buf.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A space where nothing is left of the character, and around a token of its own. Sorted. */
static const struct replacement {
    unsigned first, last;
    const char *ascii;
} replacements[] = {
    {0x0080, 0x00a0, " "},        /* C1 controls, no-break space */
    {0x00a1, 0x00a1, " "},        /* inverted ! */
    {0x00a2, 0x00a2, " \u00a2 "}, /* cent */
    {0x00a3, 0x00a3, "#"},        /* pound sterling, as the treebank writes it */
    {0x00a5, 0x00a5, " \u00a5 "}, /* yen */
    {0x00a6, 0x00a9, " "},        /* broken bar, section, diaeresis, copyright */
    {0x00ab, 0x00ab, "\""},       /* left guillemet */
    {0x00ac, 0x00ac, " "},        /* not sign */
    {0x00ad, 0x00ad, ""},         /* soft hyphen */
    {0x00ae, 0x00b1, " "},        /* registered, macron, degree, plus-minus */
    {0x00b4, 0x00b4, "'"},        /* acute accent */
    {0x00b6, 0x00b8, " "},        /* pilcrow, middle dot, cedilla */
    {0x00bb, 0x00bb, "\""},       /* right guillemet */
    {0x00bc, 0x00bc, " 1/4 "},    /* vulgar fractions */
    {0x00bd, 0x00bd, " 1/2 "},    /**/
    {0x00be, 0x00be, " 3/4 "},    /**/
    {0x00bf, 0x00bf, " "},        /* inverted ? */
    {0x2000, 0x200a, " "},        /* spaces */
    {0x200b, 0x200f, ""},         /* of no width */
    {0x2010, 0x2011, "-"},        /* hyphens */
    {0x2012, 0x2015, "--"},       /* dashes */
    {0x2016, 0x2017, " "},        /* bars */
    {0x2018, 0x201b, "'"},        /* single quotes; 2019 is the apostrophe too */
    {0x201c, 0x201f, "\""},       /* double quotes */
    {0x2020, 0x2025, " "},        /* daggers, bullets, leaders */
    {0x2026, 0x2026, "..."},      /* ellipsis */
    {0x2027, 0x2031, " "},        /* separators, per mille */
    {0x2032, 0x2032, "'"},        /* prime */
    {0x2033, 0x203e, " "},        /* primes, angle quotes, other marks */
    {0x2044, 0x2044, "/"},        /* fraction slash */
    {0x2060, 0x2064, ""},         /* of no width */
    {0x20ac, 0x20ac, " \u20ac "}, /* euro */
    {0x2122, 0x2122, " "},        /* trade mark */
    {0x2212, 0x2212, "-"},        /* minus */
    {0x3000, 0x3000, " "},        /* ideographic space */
    {0xfeff, 0xfeff, ""},         /* byte order mark */
};

const char *treebank_ascii(unsigned code)
{
    size_t lo = 0, hi = COUNT(replacements);
    while (lo < hi) {
        const size_t mid = (lo + hi) / 2;
        if (code > replacements[mid].last)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < COUNT(replacements) && code >= replacements[lo].first ? replacements[lo].ascii
                                                                      : NULL;
}

/* When a word followed by a period is the abbreviation. */
enum when {
    ANY,     /* always */
    CAPITAL, /* with a capital letter: in lower case it is a word */
    BEFORE,  /* with a capital letter, and with another word after it on the line */
};

/* Without the period, sorted. */
static const struct abbreviation {
    const char *word;
    enum when when;
} abbreviations[] = {
    {"adm", ANY},      {"ala", ANY},     {"apr", ANY},     {"ariz", ANY},    {"ark", BEFORE},
    {"art", BEFORE},   {"assn", ANY},    {"asst", ANY},    {"attys", ANY},   {"aug", ANY},
    {"ave", ANY},      {"bldg", ANY},    {"blvd", ANY},    {"brig", ANY},    {"bros", ANY},
    {"calif", ANY},    {"capt", ANY},    {"cf", ANY},      {"chap", BEFORE}, {"cie", ANY},
    {"cmdr", ANY},     {"co", ANY},      {"col", ANY},     {"colo", ANY},    {"conn", ANY},
    {"corp", ANY},     {"cos", CAPITAL}, {"cpl", ANY},     {"dec", ANY},     {"del", ANY},
    {"dept", ANY},     {"dr", ANY},      {"ed", BEFORE},   {"est", BEFORE},  {"etc", ANY},
    {"feb", ANY},      {"fig", BEFORE},  {"figs", BEFORE}, {"fla", ANY},     {"fri", ANY},
    {"ft", ANY},       {"ga", ANY},      {"gen", ANY},     {"gov", ANY},     {"govs", ANY},
    {"hon", CAPITAL},  {"ill", CAPITAL}, {"inc", ANY},     {"ind", ANY},     {"insp", ANY},
    {"jan", ANY},      {"jr", ANY},      {"jul", ANY},     {"jun", ANY},     {"kan", ANY},
    {"ky", ANY},       {"la", BEFORE},   {"lt", ANY},      {"ltd", ANY},     {"maj", ANY},
    {"mar", BEFORE},   {"mass", BEFORE}, {"md", ANY},      {"messrs", ANY},  {"mfg", ANY},
    {"mich", ANY},     {"minn", ANY},    {"miss", BEFORE}, {"mo", BEFORE},   {"mon", BEFORE},
    {"mont", ANY},     {"mr", ANY},      {"mrs", ANY},     {"ms", ANY},      {"mt", ANY},
    {"neb", ANY},      {"nev", ANY},     {"no", BEFORE},   {"nos", BEFORE},  {"nov", ANY},
    {"oct", ANY},      {"okla", ANY},    {"ore", BEFORE},  {"pa", CAPITAL},  {"pfc", ANY},
    {"pp", ANY},       {"pres", ANY},    {"prof", ANY},    {"pvt", ANY},     {"rep", CAPITAL},
    {"reps", CAPITAL}, {"rev", CAPITAL}, {"sat", BEFORE},  {"sec", BEFORE},  {"sen", ANY},
    {"sens", ANY},     {"sept", ANY},    {"sgt", ANY},     {"sr", ANY},      {"st", ANY},
    {"supt", ANY},     {"tenn", ANY},    {"tex", ANY},     {"thu", ANY},     {"thurs", ANY},
    {"tue", ANY},      {"tues", ANY},    {"univ", ANY},    {"va", ANY},      {"vol", BEFORE},
    {"vs", ANY},       {"vt", ANY},      {"wash", BEFORE}, {"wed", BEFORE},  {"wis", ANY},
    {"wyo", ANY},
};

static int compare_abbreviation(const void *key, const void *row)
{
    const struct slice *word = key;
    const char *entry = ((const struct abbreviation *)row)->word;
    const int order = strncasecmp(word->bytes, entry, word->len);
    return order != 0 ? order : -(entry[word->len] != '\0');
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "U.S.", "p.m.", "Ph.D.": an inner period, and one or two letters before each. */
static bool is_dotted(const char *bytes, size_t len)
{
    size_t letters = 0, dots = 0;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '.' && (!is_alpha(bytes[i]) || ++letters > 2))
            return false;
        if (bytes[i] != '.')
            continue;
        if (letters == 0)
            return false;
        letters = 0;
        dots++;
    }
    return dots > 1;
}

static const struct abbreviation *find_abbreviation(const char *word, size_t len)
{
    const struct slice key = {word, len};
    return bsearch(&key, abbreviations, COUNT(abbreviations), sizeof abbreviations[0],
                   compare_abbreviation);
}

bool treebank_is_capital_abbreviation(const char *word, size_t len)
{
    static const char *const lower[] = {"asst", "attys", "cf", "etc", "ft", "mfg", "pp", "vs"};
    if (len < 2 || word[len - 1] != '.' || find_abbreviation(word, len - 1) == NULL)
        return false;
    for (size_t i = 0; i < COUNT(lower); i++)
        if (strlen(lower[i]) == len - 1 && strncasecmp(word, lower[i], len - 1) == 0)
            return false;
    return true;
}

bool treebank_is_abbreviation(const char *word, size_t len, bool last)
{
    if (is_dotted(word, len))
        return true;
    const struct abbreviation *found = find_abbreviation(word, len - 1);
    if (found == NULL)
        return false;
    const bool capital = word[0] >= 'A' && word[0] <= 'Z';
    return found->when == ANY || (capital && !(found->when == BEFORE && last));
}

static const char *const clitics[] = {"n't", "'ll", "'re", "'ve", "'s", "'m", "'d"};

bool treebank_is_clitic(const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(clitics); i++)
        if (len == strlen(clitics[i]) && strncasecmp(word, clitics[i], len) == 0)
            return true;
    return false;
}

size_t treebank_clitic(const char *word, size_t len)
{
    if (len < 3 || (word[len - 2] != '\'' && word[len - 3] != '\''))
        return 0;
    for (size_t i = 0; i < COUNT(clitics); i++) {
        const size_t n = strlen(clitics[i]);
        if (len > n && strncasecmp(word + len - n, clitics[i], n) == 0)
            return n;
    }
    return 0;
}

bool treebank_is_elided(const char *word, size_t len)
{
    static const char *const elided[] = {"'s",     "'t",    "'ye",  "'m",   "'d",   "'n",
                                         "'ll",    "'re",   "'ve",  "'em",  "'til", "'cause",
                                         "'round", "'bout", "'tis", "'twas"};
    if (len > 1 && word[1] >= '0' && word[1] <= '9')
        return true;
    for (size_t i = 0; i < COUNT(elided); i++)
        if (strlen(elided[i]) == len && strncasecmp(word, elided[i], len) == 0)
            return true;
    return false;
}

bool treebank_is_bracket(const char *word, size_t len)
{
    static const char brackets[] = "-lrb- -rrb- -lsb- -rsb- -lcb- -rcb-";
    for (size_t i = 0; len == 5 && word[0] == '-' && i < sizeof brackets; i += len + 1)
        if (strncasecmp(word, brackets + i, len) == 0)
            return true;
    return false;
}

size_t treebank_contraction(const char *word, size_t len)
{
    static const struct {
        const char *word;
        size_t first;
    } contractions[] = {
        {"cannot", 3}, {"d'ye", 1},   {"gimme", 3}, {"gonna", 3}, {"gotta", 3},
        {"lemme", 3},  {"more'n", 4}, {"wanna", 3}, {"'tis", 2},  {"'twas", 2},
    };
    /* Most words begin with none of these letters. 0x20 makes a letter lower case and leaves an
     * apostrophe as it is. */
#define BIT(c) (1u << ((c)&31))
    enum { FIRST = BIT('c') | BIT('d') | BIT('g') | BIT('l') | BIT('m') | BIT('w') | BIT('\'') };
    if (len < 4 || len > 6 || (BIT(word[0]) & FIRST) == 0)
        return 0;
    for (size_t i = 0; i < COUNT(contractions); i++)
        if ((word[0] | 0x20) == contractions[i].word[0] && strlen(contractions[i].word) == len &&
            strncasecmp(word, contractions[i].word, len) == 0)
            return contractions[i].first;
    return 0;
}
