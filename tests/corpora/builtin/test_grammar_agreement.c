/* Does the built-in corpus hold what an LSTM is to learn from it? Its sentences are read with plain
 * rules that know nothing of the grammar: what is said at the beginning of a sentence binds what
 * may come many words later. */
#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "corpora/builtin/grammar.h"
#include "tests/support/tap.h"

enum { N_TOKENS = 600000, MAX_WORDS = 256 };

static struct buf text;
static const char *words[MAX_WORDS];
static size_t n_words;

static void make_text(void)
{
    ck_assert_int_eq(grammar_write(&text, 41, SPLIT_TRAIN, N_TOKENS, NULL), ST_OK);
}

static void free_text(void)
{
    buf_fini(&text);
}

/* Reads the next sentence of the text into words; begins with *at = text.data. */
static bool next_sentence(char **at)
{
    char *save;
    if (*at == text.data + text.len)
        return false;
    char *end = strchr(*at, '\n');
    *end = '\0';
    n_words = 0;
    for (char *w = strtok_r(*at, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        if (n_words == MAX_WORDS)
            ck_abort_msg("a sentence of more than %d words", MAX_WORDS);
        words[n_words++] = w;
    }
    *at = end + 1;
    return true;
}

static bool is(size_t i, const char *word)
{
    return i < n_words && strcmp(words[i], word) == 0;
}

/* Is the word one of a list, " he she " with spaces around each? */
static bool is_of(size_t i, const char *list)
{
    if (i >= n_words)
        return false;
    const size_t len = strlen(words[i]);
    for (const char *at = strstr(list, words[i]); at != NULL; at = strstr(at + 1, words[i]))
        if (at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

/* Place of the first word from `from` on that is of the list; n_words where there is none. */
static size_t find(size_t from, const char *list)
{
    while (from < n_words && !is_of(from, list))
        from++;
    return from;
}

/* The pronoun behind "because" is that of the subject, with all that stands between them. */
START_TEST(the_pronoun_agrees_with_the_subject)
{
    static const struct {
        const char *first, *pronoun;
    } cases[] = {
        {" mr. paul edwin martin ", " he "},
        {" ms. clara helen judith ", " she "},
        {" meridian northgate caldera a an ", " it "},
        {" analysts traders some many ", " they "},
    };
    size_t seen[4] = {0}, far = 0;
    for (char *at = text.data; next_sentence(&at);)
        for (size_t c = 0; c < 4; c++) {
            /* a study speaks of others, and "a" is also the beginning of its name */
            if (!is_of(0, cases[c].first) || find(0, " study report survey poll ") < n_words)
                continue;
            const size_t i = find(0, " because ") + 1;
            if (!is_of(i, " he she it they "))
                continue;
            ck_assert_msg(is_of(i, cases[c].pronoun), "%s ... because %s", words[0], words[i]);
            seen[c]++;
            far += i > 10 ? 1 : 0;
        }
    for (size_t c = 0; c < 4; c++)
        ck_assert_uint_ge(seen[c], 20);
    ck_assert_uint_ge(far, 50);
}
END_TEST

START_TEST(a_time_in_front_fixes_the_tense_and_is_the_only_one)
{
    size_t past = 0, future = 0;
    for (char *at = text.data; next_sentence(&at);) {
        if (is(0, "yesterday") || is(0, "last")) {
            ck_assert_uint_eq(find(1, " will wo yesterday tomorrow "), n_words);
            past++;
        }
        if (is(0, "tomorrow") || is(0, "next")) {
            ck_assert_uint_lt(find(1, " will wo may could "), n_words);
            future++;
        }
    }
    ck_assert_uint_ge(past, 500);
    ck_assert_uint_ge(future, 200);
}
END_TEST

/* "shares of X which ... are expected", "the stock of X which ... is expected" */
START_TEST(the_verb_agrees_in_number_across_a_relative_clause)
{
    size_t plural = 0, singular = 0, across = 0;
    for (char *at = text.data; next_sentence(&at);) {
        size_t i = find(0, " expected ");
        if (i == n_words || find(0, " that said says there ") < i)
            continue;
        const size_t clause = find(0, " which ");
        if (is(0, "shares") || is(0, "yields")) {
            ck_assert_str_eq(words[i - 1], "are");
            plural++;
            across += clause < i ? 1 : 0;
        } else if (is(0, "the") && is_of(1, " price yield industrial composite dollar yen mark ")) {
            ck_assert_str_eq(words[i - 1], "is");
            singular++;
            across += clause < i ? 1 : 0;
        }
    }
    ck_assert_uint_ge(plural, 20);
    ck_assert_uint_ge(singular, 20);
    ck_assert_uint_ge(across, 5);
}
END_TEST

/* A subject of one firm or person that is followed by "which" or "who" and a verb in the present
 * has a verb in -s. */
START_TEST(the_verb_of_a_relative_clause_agrees_with_its_noun)
{
    size_t seen = 0;
    for (char *at = text.data; next_sentence(&at);) {
        const size_t i = find(0, " who ") + 1;
        if (!is_of(0, " mr. ms. ") || i != 3)
            continue;
        ck_assert_msg(strchr("sd", words[i][strlen(words[i]) - 1]) != NULL || is(i, "left"),
                      "%s %s who %s", words[0], words[1], words[i]);
        seen++;
    }
    ck_assert_uint_ge(seen, 30);
}
END_TEST

START_TEST(halves_of_a_pair_come_together)
{
    static const struct {
        const char *first, *second;
    } pairs[] = {
        {" neither ", " nor "}, {" either ", " or "},   {" both ", " and "},
        {" only ", " but "},    {" rather ", " than "}, {" between ", " and "},
    };
    size_t seen[6] = {0};
    for (char *at = text.data; next_sentence(&at);)
        for (size_t p = 0; p < 6; p++)
            for (size_t i = find(0, pairs[p].first); i < n_words; i = find(i + 1, pairs[p].first)) {
                ck_assert_msg(find(i, pairs[p].second) < n_words, "%s alone", words[i]);
                seen[p]++;
            }
    for (size_t p = 0; p < 6; p++)
        ck_assert_uint_ge(seen[p], 20);
}
END_TEST

START_TEST(the_unit_is_that_of_the_goods)
{
    size_t seen = 0;
    for (char *at = text.data; next_sentence(&at);) {
        const size_t i = find(0, " bushel ounce ");
        if (i == n_words)
            continue;
        const char *goods = is(i, "bushel") ? " wheat corn barley " : " gold silver platinum ";
        ck_assert_uint_lt(find(0, goods), i);
        ck_assert_str_eq(words[i - 1], is(i, "bushel") ? "a" : "an");
        seen++;
    }
    ck_assert_uint_ge(seen, 20);
}
END_TEST

/* What the verb takes behind its object. */
START_TEST(a_verb_gets_its_preposition)
{
    size_t seen = 0;
    for (char *at = text.data; next_sentence(&at);) {
        for (size_t i = find(0, " accused suspected "); i < n_words;
             i = find(i + 1, " accused suspected ")) {
            ck_assert_uint_lt(find(i, " of "), n_words);
            seen++;
        }
        for (size_t i = find(0, " prevented stopped "); i < n_words;
             i = find(i + 1, " prevented stopped ")) {
            ck_assert_uint_lt(find(i, " from "), n_words);
            seen++;
        }
    }
    ck_assert_uint_ge(seen, 100);
}
END_TEST

START_TEST(the_article_fits_the_next_word)
{
    size_t seen = 0;
    for (char *at = text.data; next_sentence(&at);)
        for (size_t i = 0; i + 1 < n_words; i++)
            if (is(i, "a") || is(i, "an")) {
                const bool vowel = strchr("aeiou", words[i + 1][0]) != NULL;
                if (vowel != is(i, "an"))
                    ck_abort_msg("%s %s", words[i], words[i + 1]);
                seen++;
            }
    ck_assert_uint_ge(seen, 1000);
}
END_TEST

/* Small letters, at the end a full stop of an abbreviation; a hyphen and digits ("30-year"). */
static bool is_treebank_word(size_t i)
{
    const char *word = words[i];
    if (is_of(i, " N $ & 's n't "))
        return true;
    const size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    const char *rest = word + letters;
    return *rest == '\0' || strcmp(rest, ".") == 0 || strchr(word, '-') != NULL;
}

START_TEST(words_are_written_as_in_the_penn_treebank)
{
    for (char *at = text.data; next_sentence(&at);)
        for (size_t i = 0; i < n_words; i++)
            if (!is_treebank_word(i))
                ck_abort_msg("'%s'", words[i]);
}
END_TEST

START_TEST(sentences_have_the_length_of_newswire)
{
    size_t sentences = 0, all = 0, longest = 0;
    for (char *at = text.data; next_sentence(&at); sentences++) {
        if (n_words < 3)
            ck_abort_msg("a sentence of %zu words", n_words);
        all += n_words;
        longest = n_words > longest ? n_words : longest;
    }
    ck_assert_uint_ge(all, 17 * sentences);
    ck_assert_uint_le(all, 22 * sentences);
    ck_assert_uint_le(longest, 100);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("grammar_agreement");
    TCase *t = tcase_create("agreement");
    tcase_add_checked_fixture(t, make_text, free_text);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_pronoun_agrees_with_the_subject);
    tcase_add_test(t, a_time_in_front_fixes_the_tense_and_is_the_only_one);
    tcase_add_test(t, the_verb_agrees_in_number_across_a_relative_clause);
    tcase_add_test(t, the_verb_of_a_relative_clause_agrees_with_its_noun);
    tcase_add_test(t, halves_of_a_pair_come_together);
    tcase_add_test(t, the_unit_is_that_of_the_goods);
    tcase_add_test(t, a_verb_gets_its_preposition);
    tcase_add_test(t, the_article_fits_the_next_word);
    tcase_add_test(t, words_are_written_as_in_the_penn_treebank);
    tcase_add_test(t, sentences_have_the_length_of_newswire);
    suite_add_tcase(suite, t);
    return suite;
}

TAP_MAIN(make_suite())
