/* Treebank tokens as English: by a table, and by the way back through the tokenizer. */
#include <string.h>

#include "lib/base/rng.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/tokenizer/treebank_english.h"

#include "tests/support/err_support.h"
#include "tests/support/tap.h"

enum { TOKENS_MAX = 64 };

static struct buf english;

static void setup(void)
{
    english = (struct buf){0};
}

static void teardown(void)
{
    buf_fini(&english);
}

/* The words of a text, which are borrowed from it. */
static size_t split(const char *text, struct slice tokens[TOKENS_MAX])
{
    size_t n = 0;
    while (*(text += strspn(text, " ")) != '\0') {
        tokens[n++] = (struct slice){text, strcspn(text, " ")};
        text += tokens[n - 1].len;
    }
    return n;
}

static const char *write(const char *text, bool begins, bool ends)
{
    struct slice tokens[TOKENS_MAX];
    const size_t n = split(text, tokens);
    english.len = 0;
    ASSERT_OK(treebank_write_english(&english, tokens, n, begins, ends, &err));
    ASSERT_OK(buf_reserve(&english, 0, &err));
    english.data[english.len] = '\0';
    return english.data;
}

static enum status collect_word(void *ctx, const char *token, size_t len, struct err *e)
{
    struct buf *b = ctx;
    if (b->len > 0)
        TRY(buf_add(b, " ", 1, e));
    return buf_add(b, token, len, e);
}

static const struct english_case {
    const char *tokens, *english;
} cases[] = {
    {"the company 's shares fell", "The company's shares fell."},
    {"they 'll say we 've n't", "They'll say we'ven't."},
    {"it ca n't be i 'm", "It can't be I'm."},
    {"the funds ' assets", "The funds' assets."},
    {"we can not go 't is gon na rain", "We cannot go 'tis gonna rain."},
    {"$ N million and us$ N and c$ N", "$N million and US$N and C$N."},
    {"# N or \u20ac N", "\u00a3N or \u20acN."},
    {"sales rose N N to N N", "Sales rose N% to N%."},
    {"at $ N N a share", "At $N N a share."},
    {"rose N N N", "Rose N N%."},
    {"on nov. N N and march N N", "On Nov. N, N and March N, N."},
    {"they may march in may", "They may march in may."},
    {"a N-year note", "A N-year note."},
    {"mr. smith of u.s. steel and j. doe at N p.m.",
     "Mr. smith of U.S. steel and J. doe at N p.m."},
    {"non-u.s. trade etc. with japan", "Non-U.S. trade etc. with Japan."},
    {"london-based at&t and s&p in new york", "London-based AT&T and S&P in New York."},
    {"a unit of exxon corp", "A unit of exxon Corp."},
    {"he said no", "He said no."},
    {"<unk> <unk> 's mgm\\/ua", "<unk> <unk>'s mgm/ua."},
    {"N traders", "N traders."},
    {"\xc3\xa9lan vital", "\xc3\x89lan vital."},
    {"a -lrb- b -rrb- c", "A (b) c."},
    {"-LRB- yes -RRB-", "(Yes)."},
    {"`` wait , '' he said . ", "\"Wait,\" he said."},
    {"\" wait ? \" he said : \" no \"", "\"Wait?\" he said: \"no\"."},
    {"N @,@ N @-@ year", "N,N-year."},
    {"N % of it ; why ?", "N% of it; why?"},
    {"", ""},
};

START_TEST(tokens_are_written_as_english)
{
    ck_assert_str_eq(write(cases[_i].tokens, true, true), cases[_i].english);
}
END_TEST

START_TEST(a_part_of_a_sentence_has_no_capital_or_period)
{
    ck_assert_str_eq(write("the market 's", true, false), "The market's");
    ck_assert_str_eq(write("the market", false, false), " the market");
    ck_assert_str_eq(write("", false, true), "");
}
END_TEST

/* Sentences in the manner of the language-modelling treebank, which has no punctuation. */
static const char *const sentences[] = {
    "the u.s. trade deficit widened to $ N billion in august the commerce department said",
    "mr. smith who is N years old did n't say why the company 's chairman wo n't resign",
    "shares of procter & gamble co. closed at $ N up N N N from oct. N N",
    "they 're not going to sell at&t 's mgm\\/ua <unk> said <unk> j. <unk>",
    "the traders ' profits fell N N to c$ N million or # N in mid-1980s",
    "we can not and would n't 've gon na <unk> 30-year offers",
    "new england journal says the n.y. & n.j. plan is no. N",
    "it 's '80s rock 'n roll and i 'll listen at N a.m.",
};

START_TEST(the_tokenizer_undoes_it)
{
    struct buf back = {0};
    const char *text = sentences[_i];
    write(text, true, true);
    ASSERT_OK(tokenizer_split_each(&tokenizer_treebank, english.data, english.len, collect_word,
                                   &back, &err));
    ck_assert_msg(strcmp(back.data, text) == 0, "\"%s\" was written as \"%s\", and read as \"%s\"",
                  text, english.data, back.data);
    buf_fini(&back);
}
END_TEST

/* Tokens of all kinds in any order; the sanitizers watch. */
START_TEST(any_tokens_are_written)
{
    static const char *const pieces[] = {
        "N",     "$",    "'",
        "\"",    "``",   "''",
        "n't",   "\\/",  "-",
        "us$",   "#",    "may",
        "new",   "york", "&",
        "a&b",   ".",    "x.",
        "<unk>", "\xff", "\xc3",
        "can",   "not",  "--",
        "-lrb-", "@-@",  "a-long-token-that-is-in-no-list-of-words-whatever-it-says"};
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    for (int i = 0; i < 20000; i++) {
        struct slice tokens[8];
        char copies[8][64];
        const size_t n = rng_next(&rng) % 9;
        for (size_t k = 0; k < n; k++) {
            const char *piece = pieces[rng_next(&rng) % (sizeof pieces / sizeof *pieces)];
            tokens[k] = (struct slice){copies[k], strlen(piece)};
            memcpy(copies[k], piece, tokens[k].len);
        }
        ASSERT_OK(treebank_write_english(&english, tokens, n, i % 2, i % 3, &err));
        english.len = 0;
    }
}
END_TEST

static Suite *treebank_english_suite(void)
{
    Suite *suite = suite_create("treebank_english");
    TCase *tc = tcase_create("treebank_english");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, tokens_are_written_as_english, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tc, a_part_of_a_sentence_has_no_capital_or_period);
    tcase_add_loop_test(tc, the_tokenizer_undoes_it, 0, sizeof sentences / sizeof *sentences);
    tcase_add_test(tc, any_tokens_are_written);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(treebank_english_suite())
