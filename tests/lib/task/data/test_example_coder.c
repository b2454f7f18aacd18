/* Lines as they come: the same examples as from a file. */
#include "lib/task/data/example_coder.h"
#include "tests/support/example_support.h"
#include "tests/support/tap.h"

static struct example_coder *coder;
static struct examples given;

static void begin(void)
{
    setup();
    coder = NULL;
    given = (struct examples){0};
}

static void end(void)
{
    example_coder_free(coder);
    examples_fini(&given);
    teardown();
}

static void train_columns(void)
{
    asked.per_step = asked.keep_train = true;
    ASSERT_OK(features_parse(&asked.columns.features, "suffix1", &err));
    test_write_text("train.txt", "The DT A\nthe DT B\n\ncat NN A\n");
    read_ok();
    ASSERT_OK(example_coder_new(&coder, &d.coding, "input", &err));
}

static bool add(const char *line, uint64_t number)
{
    bool ended;
    ASSERT_OK(example_coder_add(coder, line, strlen(line), number, &ended, &err));
    return ended;
}

/* What the coder gives, as it were a split of the data set. */
static void give(size_t n)
{
    if (d.examples[SPLIT_TEST] == NULL)
        d.examples[SPLIT_TEST] = calloc(1, sizeof given);
    examples_fini(d.examples[SPLIT_TEST]);
    ASSERT_OK(example_coder_give(coder, d.examples[SPLIT_TEST], &err));
    ck_assert_uint_eq(d.examples[SPLIT_TEST]->n, n);
    ck_assert_uint_eq(d.examples[SPLIT_TEST]->first[n], d.examples[SPLIT_TEST]->steps);
    ck_assert_ptr_null(d.examples[SPLIT_TEST]->labels);
}

START_TEST(lines_are_examples)
{
    test_write_text("train.txt", "a\tone two\nb\tone\n");
    asked.keep_train = true;
    read_ok();
    ASSERT_OK(example_coder_new(&coder, &d.coding, "input", &err));
    ck_assert(add("two one", 1));
    ck_assert(add("__label__a one", 2));
    give(2);
    check_example(&d, SPLIT_TEST, 0, "two one");
    check_example(&d, SPLIT_TEST, 1, "<unk> one");
    ck_assert_uint_eq(d.examples[SPLIT_TEST]->longest, 2);
    ck_assert(add("two", 3));
    give(1);
    check_example(&d, SPLIT_TEST, 0, "two");
    give(0);
    bool ended;
    ASSERT_FAILS(example_coder_add(coder, " ", 1, 4, &ended, &err), ST_INPUT,
                 "'input' line 4 has a text of which the tokenizer");
}
END_TEST

START_TEST(tokens_are_sentences)
{
    bool ended;
    train_columns();
    ck_assert(!add("", 1));
    ck_assert(!add("cat NN", 2));
    ck_assert(!add("the DT", 3));
    ck_assert(add("", 4));
    ck_assert(!add("", 5));
    ck_assert(!add("The DT", 6)); /* stays for later */
    give(1);
    check_example(&d, SPLIT_TEST, 0, "cat+<unk> the+e");
    ck_assert(!add("dog NN", 7));
    ck_assert(add("-DOCSTART- -X-", 8));
    give(1);
    check_example(&d, SPLIT_TEST, 0, "The+e <unk>+<unk>");
    ck_assert(!add("cat NN", 9));
    ASSERT_OK(example_coder_end(coder, &ended, &err));
    ck_assert(ended);
    ASSERT_OK(example_coder_end(coder, &ended, &err));
    ck_assert(!ended);
    give(1);
    check_example(&d, SPLIT_TEST, 0, "cat+<unk>");
}
END_TEST

START_TEST(columns_must_be_those_of_the_model)
{
    bool ended;
    train_columns();
    ck_assert(!add("cat NN ?", 1)); /* a label is passed over */
    ASSERT_FAILS(example_coder_add(coder, "cat NN", 6, 2, &ended, &err), ST_INPUT,
                 "'input' line 2 has 2 columns, where the lines before it have 3");
    ASSERT_FAILS(example_coder_add(coder, "cat NN B more", 13, 3, &ended, &err), ST_INPUT,
                 "'input' line 3 has 4 columns");
}
END_TEST

static Suite *example_coder_suite(void)
{
    Suite *s = suite_create("example_coder");
    TCase *tc = tcase_create("coder");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, lines_are_examples);
    tcase_add_test(tc, tokens_are_sentences);
    tcase_add_test(tc, columns_must_be_those_of_the_model);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_coder_suite())
