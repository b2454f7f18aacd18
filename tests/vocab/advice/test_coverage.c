/* Which tokenizer a vocabulary fits. */
#include <string.h>

#include "vocab/advice/coverage.h"

#include "tests/support/err_support.h"
#include "tests/support/tap.h"

#define WORDS "<unk>\t1\n<eos>\t1\nthe\t1\ncompany\t1\n's\t1\nmr.\t1\na\t1\n"
#define CHARS "<unk>\t1\n<eos>\t1\n \t1\na\t1\nb\t1\n"

static struct vocab *vocab;
static struct coverage c;

static void count(const char *words, const char *line)
{
    vocab_free(vocab);
    c = (struct coverage){0};
    ASSERT_OK(vocab_parse(&vocab, "test", words, strlen(words), &err));
    ASSERT_OK(coverage_add(&c, vocab, line, strlen(line), &err));
}

static void setup(void)
{
    vocab = NULL;
}

static void teardown(void)
{
    vocab_free(vocab);
}

START_TEST(tokens_are_counted_by_tokenizer)
{
    count(WORDS, "The company's Mr. A");
    struct coverage_share s = coverage_of(&c, &tokenizer_words);
    ck_assert_uint_eq(s.tokens, 4);
    ck_assert_uint_eq(s.unknown, 4);
    s = coverage_of(&c, &tokenizer_treebank);
    ck_assert_uint_eq(s.tokens, 5);
    ck_assert_uint_eq(s.unknown, 0);
    s = coverage_find_better(&c, &tokenizer_words);
    ck_assert_ptr_eq(s.tokenizer, &tokenizer_treebank);
    ck_assert_uint_eq(s.tokens, 5);
    ck_assert_ptr_null(coverage_find_better(&c, &tokenizer_treebank).tokenizer);
}
END_TEST

static const struct better_case {
    const char *words, *line;
    const struct tokenizer *used, *better;
} cases[] = {
    {WORDS, "The company", &tokenizer_words, &tokenizer_treebank},   /* half of it */
    {WORDS, "The company the", &tokenizer_words, NULL},              /* a third */
    {WORDS, "The x", &tokenizer_words, NULL},                        /* no less than half as much */
    {WORDS, "The Company x", &tokenizer_words, &tokenizer_treebank}, /* a third for three */
    {WORDS, "aaa", &tokenizer_words, NULL},                          /* no model of characters */
    {CHARS, "ab ba", &tokenizer_words, &tokenizer_chars},            /**/
    {CHARS, "a b", &tokenizer_words, NULL},                          /**/
    {CHARS, "xyz", &tokenizer_chars, NULL},                          /**/
    {WORDS, "", &tokenizer_words, NULL},                             /**/
};

START_TEST(another_is_better_where_half_is_unknown)
{
    const struct better_case *k = &cases[_i];
    count(k->words, k->line);
    ck_assert_ptr_eq(coverage_find_better(&c, k->used).tokenizer, k->better);
}
END_TEST

static Suite *coverage_suite(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tc = tcase_create("coverage");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, tokens_are_counted_by_tokenizer);
    tcase_add_loop_test(tc, another_is_better_where_half_is_unknown, 0,
                        sizeof cases / sizeof *cases);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(coverage_suite())
