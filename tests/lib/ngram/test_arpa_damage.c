/* ARPA texts that are broken: each is refused with a sentence that says what is wrong, in the right
 * line. */
#include "tests/support/arpa_support.h"

#include "lib/file/json_text.h"

static const char whole[] = "\\data\\\n"          /* 1 */
                            "ngram 1=5\n"         /* 2 */
                            "ngram 2=3\n"         /* 3 */
                            "ngram 3=1\n"         /* 4 */
                            "\n"                  /* 5 */
                            "\\1-grams:\n"        /* 6 */
                            "-99\t<s>\t-0.3\n"    /* 7 */
                            "-0.5\t</s>\n"        /* 8 */
                            "-1\t<unk>\n"         /* 9 */
                            "-0.6\ta\t-0.2\n"     /* 10 */
                            "-0.8\tb\t-0.1\n"     /* 11 */
                            "\n"                  /* 12 */
                            "\\2-grams:\n"        /* 13 */
                            "-0.4\t<s> a\t-0.1\n" /* 14 */
                            "-0.7\ta b\t-0.25\n"  /* 15 */
                            "-0.3\tb </s>\n"      /* 16 */
                            "\n"                  /* 17 */
                            "\\3-grams:\n"        /* 18 */
                            "-0.05\t<s> a b\n"    /* 19 */
                            "\n"                  /* 20 */
                            "\\end\\\n";          /* 21 */

static const struct damage {
    const char *from, *to; /* what is replaced, by what */
    int line;              /* 0: none can be told */
    const char *message;
} damages[] = {
    /* counts */
    {"ngram 1=5", "ngram 1=4", 11, "expected '\\2-grams:': the section before may have more"},
    {"ngram 1=5", "ngram 1=6", 13, "fewer 1-grams than \\data\\ says"},
    {"ngram 1=5", "ngram 1=0", 7, "expected '\\2-grams:': the section before may have more"},
    {"ngram 2=3", "ngram 2=2", 16, "expected '\\3-grams:': the section before may have more"},
    {"ngram 2=3", "ngram 2=4", 18, "fewer 2-grams than \\data\\ says"},
    {"ngram 2=3", "ngram 2=4294967295", 18, "fewer 2-grams than \\data\\ says"},
    {"ngram 3=1", "ngram 3=0", 19, "expected \\end\\"},
    {"ngram 3=1", "ngram 3=2", 21, "fewer 3-grams than \\data\\ says"},
    {"ngram 2=3", "ngram 2=4294967296", 3, "the count"},
    {"ngram 2=3", "ngram 2=18446744073709551619", 3, "the count"},
    {"ngram 2=3", "ngram 2=3.0", 3, "the count"},
    {"ngram 2=3", "ngram 2=3 4", 3, "expected 'ngram ORDER=COUNT'"},
    {"ngram 2=3", "ngram 2=0x3", 3, "the count"},
    {"ngram 2=3", "ngram 2=", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 2=many", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 2=-3", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 2=+3", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 2:3", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 3=3", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3", "ngram 1=3", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 2=3\n", "", 3, "expected 'ngram 2=COUNT'"},
    {"ngram 1=5", "ngram 0=1\nngram 1=5", 2, "expected 'ngram 1=COUNT'"},
    {"ngram 1=5\nngram 2=3\nngram 3=1\n", "", 3, "expected 'ngram 1=COUNT'"},
    {"ngram 3=1\n", "", 17, "expected \\end\\"},
    {"ngram 3=1\n", "ngram 3=1\nngram 4=1\n", 22, "expected '\\4-grams:'"},
    /* sections */
    {"\\data\\", "\\date\\", 1, "expected \\data\\"},
    {"\\data\\", "words\n\\data\\", 1, "expected \\data\\"},
    {"\\data\\\n", "", 1, "expected \\data\\"},
    {"\\1-grams:\n", "", 6, "expected '\\1-grams:'"},
    {"\\1-grams:", "\\1-grams", 6, "expected '\\1-grams:'"},
    {"\\1-grams:", "\\1-grams: 5", 6, "expected '\\1-grams:'"},
    {"\\2-grams:\n", "", 13, "expected '\\2-grams:'"},
    {"\\2-grams:", "\\3-grams:", 13, "expected '\\2-grams:'"},
    {"\\3-grams:", "\\4-grams:", 18, "expected '\\3-grams:'"},
    {"\\end\\", "", 22, "expected \\end\\"},
    {"\\end\\\n", "\\end\\\nmore\n", 22, "text behind \\end\\"},
    {"\\end\\\n", "\\end\\\n\n\\data\\\n", 23, "text behind \\end\\"},
    {"\\end\\\n", "\\end\\ \\end\\\n", 21, "expected \\end\\"},
    /* numbers */
    {"-0.7\ta b", "nan\ta b", 15, "expected the logarithm of a probability, 2 words"},
    {"-0.7\ta b", "-nan\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-inf\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-1e999\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-1e38\ta b\t-1e39", 15, "expected the logarithm"},
    {"-0.7\ta b", "-0x1p-1\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-0.7x\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-0,7\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "--0.7\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", ".\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "-1e\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b", "\ta b", 15, "expected the logarithm"},
    {"-0.7\ta b\t-0.25", "-0.7\ta b\tnan", 15, "expected the logarithm"},
    {"-0.7\ta b\t-0.25", "-0.7\ta b\tinf", 15, "expected the logarithm"},
    {"-0.7\ta b\t-0.25", "-0.7\ta b\t0x0", 15, "expected the logarithm"},
    {"-0.7\ta b", "0.7\ta b", 15, "the probability is above 1"},
    {"-0.7\ta b", "1e-4\ta b", 15, "the probability is above 1"},
    {"-0.6\ta", "6\ta", 10, "the probability is above 1"},
    {"-99\t<s>", "99\t<s>", 7, "the probability is above 1"},
    {"-0.6\ta\t-0.2", "-0.6", 10, "expected the logarithm of a probability, 1 word,"},
    {"-0.6\ta\t-0.2", "-0.6\ta b\t-0.2", 10, "expected the logarithm"},
    {"-0.7\ta b\t-0.25", "-0.7\ta", 15, "expected the logarithm"},
    {"-0.7\ta b\t-0.25", "-0.7\ta b\t-0.25\t-0.5", 15, "expected the logarithm"},
    /* words */
    {"-0.8\tb\t", "-0.8\ta\t", 11, "'a'"},
    {"-0.8\tb\t", "-0.8\t<s>\t", 11, "'<s>'"},
    {"-0.8\tb\t", "-0.8\t</s>\t", 11, "'</s>'"},
    {"-0.8\tb\t", "-0.8\t<unk>\t", 11, "'<unk>'"},
    {"-0.8\tb\t", "-0.8\t<UNK>\t", 11, "'<UNK>'"},
    {"-0.8\tb\t", "-0.8\t<eos>\t", 11, "'<eos>' stands for the end of a sentence"},
    {"-0.7\ta b", "-0.7\ta c", 15, "'c' is not among the 1-grams"},
    {"-0.7\ta b", "-0.7\tc b", 15, "'c' is not among the 1-grams"},
    {"-0.7\ta b", "-0.7\ta <eos>", 15, "'<eos>' is not among the 1-grams"},
    {"-0.7\ta b", "-0.7\ta \x1b[2J", 15, "is not among the 1-grams"},
    {"-0.7\ta b", "-0.7\t</s> b", 15, "'</s>' is not the last word"},
    {"-0.05\t<s> a b", "-0.05\t<s> </s> b", 19, "'</s>' is not the last word"},
    /* n-grams that do not fit together */
    {"-0.3\tb </s>", "-0.3\ta b", 0, "1 of the 2-grams are there twice"},
    {"-0.7\ta b\t-0.25\n-0.3\tb </s>\n", "-0.4\t<s> a\n-0.4\t<s> a\n", 0, "2 of the 2-grams"},
    {"-0.05\t<s> a b", "-0.05\tb a b", 0, "the 3-gram 'b a b' continues no 2-gram"},
    {"-0.05\t<s> a b", "-0.05\t<s> b b", 0, "the 3-gram '<s> b b' continues no 2-gram"},
};

static void assert_refused(const char *bytes, size_t n, int line, const char *message)
{
    struct arpa_model a;
    ASSERT_FAILS(read_arpa(&a, bytes, n), ST_INPUT, message);
    const char *place = strstr(err.text, " line ");
    ck_assert_msg(line == 0 || (place != NULL && atoi(place + 6) == line),
                  "line %d is not named: %s", line, err.text);
    ck_assert_msg(!json_text_has_control(err.text), "a control character is in the message");
    ck_assert_msg(strncmp(err.text, "m", 1) == 0 || strncmp(err.text, "'m'", 3) == 0,
                  "the text is not named first: %s", err.text);
    arpa_model_fini(&a);
}

START_TEST(damage_is_refused_with_its_line)
{
    char *text = edited(whole, damages[_i].from, damages[_i].to, false);
    assert_refused(text, strlen(text), damages[_i].line, damages[_i].message);
    mem_free(text);
}
END_TEST

START_TEST(the_text_is_whole_without_damage)
{
    struct arpa_model a;
    ASSERT_OK(read_arpa(&a, whole, sizeof whole - 1));
    arpa_model_fini(&a);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    struct arpa_model a;
    for (size_t n = 0; n + 2 < sizeof whole; n++) {
        if (read_arpa(&a, whole, n) != ST_INPUT)
            ck_abort_msg("the cut at byte %zu: %s", n, err.text);
        arpa_model_fini(&a);
    }
}
END_TEST

START_TEST(an_empty_file_is_refused)
{
    assert_refused("", 0, 1, "no \\data\\ was found");
    assert_refused("\n\n", 2, 3, "no \\data\\ was found");
    assert_refused("# words\n", 8, 2, "no \\data\\ was found");
    assert_refused("\\data\\\n", 7, 2, "expected 'ngram 1=COUNT'");
}
END_TEST

START_TEST(orders_up_to_the_limit_are_read)
{
    for (int order = NGRAM_MAX; order <= NGRAM_MAX + 1; order++) {
        struct buf text = {0};
        struct arpa_model a;
        ASSERT_OK(buf_add_text(&text, "\\data\\\nngram 1=4\n", &err));
        for (int n = 2; n <= order; n++)
            ASSERT_OK(buf_addf(&text, &err, "ngram %d=1\n", n));
        ASSERT_OK(buf_add_text(&text, "\\1-grams:\n-1 <unk>\n-9 <s>\n-1 </s>\n-1 a\n", &err));
        for (int n = 2; n <= order; n++) {
            ASSERT_OK(buf_addf(&text, &err, "\\%d-grams:\n-0.%d ", n, n));
            for (int i = 0; i < n; i++)
                ASSERT_OK(buf_add_text(&text, "a ", &err));
            ASSERT_OK(buf_add_text(&text, n < order ? "-1\n" : "\n", &err));
        }
        ASSERT_OK(buf_add_text(&text, "\\end\\\n", &err));
        if (order > NGRAM_MAX) {
            assert_refused(text.data, text.len, NGRAM_MAX + 2, "the order is above 10");
        } else {
            ASSERT_OK(read_arpa(&a, text.data, text.len));
            ck_assert_int_eq(a.model.order, NGRAM_MAX);
            ck_assert_double_eq_tol(log10_of(&a, "a a a a a a a a a", "a"), -0.10, 1e-6);
            ck_assert_double_eq_tol(log10_of(&a, "a a a a a a a a", "a"), -0.9, 1e-6);
            arpa_model_fini(&a);
        }
        buf_fini(&text);
    }
}
END_TEST

/* The text with `n` equal bytes in the place of a part. */
static void assert_long_refused(const char *from, int c, size_t n, int line, const char *message)
{
    char *many = mem_zeroed(n + 1, 1, &err);
    ck_assert_ptr_nonnull(many);
    memset(many, c, n);
    char *text = edited(whole, from, many, false);
    assert_refused(text, strlen(text), line, message);
    mem_free(text);
    mem_free(many);
}

START_TEST(a_line_that_is_too_long_is_refused)
{
    assert_long_refused("\ta b", ' ', TEXT_PIECE + 10, 15, "the line is too long for an n-gram");
}
END_TEST

START_TEST(a_word_that_is_too_long_is_refused)
{
    assert_long_refused("b\t-0.1", 'x', 70000, 11, "a word of 70000 bytes");
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
    assert_refused("\\data\\\nngram 1=\0\n", 17, 2, "NUL");
    char *text = edited(whole, "a b", "a \xff", false);
    struct arpa_model a;
    ASSERT_FAILS(read_arpa(&a, text, strlen(text)), ST_INPUT, "line 15");
    arpa_model_fini(&a);
    mem_free(text);
}
END_TEST

static Suite *arpa_damage_suite(void)
{
    Suite *s = suite_create("arpa_damage");
    TCase *tc = tcase_create("arpa_damage");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, damage_is_refused_with_its_line, 0, N_OF(damages));
    tcase_add_test(tc, the_text_is_whole_without_damage);
    tcase_add_test(tc, every_cut_is_refused);
    tcase_add_test(tc, an_empty_file_is_refused);
    tcase_add_test(tc, orders_up_to_the_limit_are_read);
    tcase_add_test(tc, a_line_that_is_too_long_is_refused);
    tcase_add_test(tc, a_word_that_is_too_long_is_refused);
    tcase_add_test(tc, what_is_no_text_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(arpa_damage_suite())
