/* ARPA texts by hand, with the probabilities that are computed by hand; what SRILM and KenLM write
 * differently is read alike. */
#include "tests/support/arpa_support.h"

static const char by_hand[] = "\\data\\\n"
                              "ngram 1=5\n"
                              "ngram 2=4\n"
                              "ngram 3=2\n"
                              "\n"
                              "\\1-grams:\n"
                              "-99\t<s>\t-0.3\n"
                              "-0.5\t</s>\n"
                              "-1\t<unk>\n"
                              "-0.6\ta\t-0.2\n"
                              "-0.8\tb\n"
                              "\n"
                              "\\2-grams:\n"
                              "-0.4\t<s> a\t-0.1\n"
                              "-0.9\ta a\n"
                              "-0.7\ta b\t-0.25\n"
                              "-0.3\tb </s>\n"
                              "\n"
                              "\\3-grams:\n"
                              "-0.05\t<s> a b\n"
                              "-0.15\ta b </s>\n"
                              "\n"
                              "\\end\\\n";

static const struct score {
    const char *history, *word;
    double log10;
    int used; /* the order of the n-gram that it comes from */
} scores[] = {
    {"", "a", -0.6, 1},
    {"", "</s>", -0.5, 1},
    {"<s>", "a", -0.4, 2},
    {"<s>", "b", -0.3 - 0.8, 1},
    {"<s>", "</s>", -0.3 - 0.5, 1},
    {"<s>", "<unk>", -0.3 - 1.0, 1},
    {"a", "b", -0.7, 2},
    {"a", "</s>", -0.2 - 0.5, 1},
    {"b", "a", 0.0 - 0.6, 1}, /* the back-off of b is missing */
    {"b", "</s>", -0.3, 2},
    {"<s> a", "b", -0.05, 3},
    {"<s> a", "a", -0.1 - 0.9, 2},
    {"<s> a", "</s>", -0.1 - 0.2 - 0.5, 1},
    {"<s> a", "<unk>", -0.1 - 0.2 - 1.0, 1},
    {"a b", "</s>", -0.15, 3},
    {"a b", "a", -0.25 + 0.0 - 0.6, 1},
    {"a a", "a", 0.0 - 0.9, 2}, /* the back-off of a a is missing */
    {"a a", "b", 0.0 - 0.7, 2},
    {"b b", "</s>", -0.3, 2}, /* b b was not seen, so it has no back-off */
    {"b a", "b", -0.7, 2},
    {"<unk> a", "b", -0.7, 2},
    {"a <unk>", "b", -0.8, 1},
    {"<s> a b", "</s>", -0.15, 3},
    {"<s> a b </s>", "a", -0.4, 2}, /* the next sentence */
    {"b b a b", "b", -0.25 + 0.0 - 0.8, 1},
};

static void assert_scores(const struct arpa_model *a, double bound)
{
    for (size_t i = 0; i < N_OF(scores); i++) {
        const struct score *want = &scores[i];
        float all[8];
        int used;
        const struct ngram_state state = after(&a->model, a->vocab, want->history);
        const int32_t w = id_of(a->vocab, want->word, strlen(want->word));
        const double got = ngram_score(&a->model, &state, w, NULL, &used) / log(10.0);
        ck_assert_uint_eq(a->model.V, 4);
        ngram_score_all(&a->model, &state, all);
        ck_assert_msg(fabs(got - want->log10) <= bound && used == want->used &&
                          fabs((double)all[w] / log(10.0) - want->log10) <= bound,
                      "'%s' after '%s': %.9g and %.9g of order %d, expected %.9g of order %d",
                      want->word, want->history, got, (double)all[w] / log(10.0), used, want->log10,
                      want->used);
    }
}

static void assert_by_hand(const char *text)
{
    struct arpa_model a;
    ASSERT_OK(read_arpa(&a, text, strlen(text)));
    assert_scores(&a, 1e-6);
    ck_assert(!a.adds_unk && !a.adds_eos);
    arpa_model_fini(&a);
}

START_TEST(a_text_has_the_probabilities_computed_by_hand)
{
    assert_by_hand(by_hand);
}
END_TEST

/* --- habits --- */

static const struct habit {
    const char *from, *to;
    bool all;
} habits[] = {
    {"\n", "\r\n", true},
    {"\n", "\r\r\n", true},
    {"\t", " ", true},
    {"\t", " \t  ", true},
    {" ", "\t", true},
    {"\n", " \t\n", true},
    {"\n-", "\n \t-", true},
    {"\n", "\n\n \n", true},
    {"\\data\\", "\n\n\\data\\", false},
    {"\\data\\", "# made by hand\n#\n# ngram 1=7\n\n\\data\\", false},
    {"\\data\\", "\xef\xbb\xbf\\data\\", false},
    {"=", " = ", true},
    {"=", "= ", true},
    {"=", " =", true},
    {"ngram 1=5\nngram 2=4\n", "ngram  1=5\nngram\t2=4\n", false},
    {"\\end\\\n", "\\end\\", false},
    {"\\end\\\n", "\\end\\\n\n  \n", false},
    {"-99\t<s>", "-1e2\t<s>", false},
    {"-99\t<s>", "-1.5\t<s>", false}, /* nobody asks for it */
    {"-99\t<s>", "0\t<s>", false},
    {"-0.5\t</s>\n", "-0.5\t</s>\t-7\n", false}, /* what would follow? */
    {"-0.3\tb </s>\n", "-0.3\tb </s>\t-7\n", false},
    {"<unk>", "<UNK>", false},
    {"-0.4\t", "-4e-1\t", false},
    {"-0.4\t", "-.4\t", false},
    {"-0.4\t", "-00.400000000000000000000000000000000000000000\t", false},
    {"-0.8\tb\n", "-0.8\tb\t0\n", false},
    {"-0.8\tb\n", "-0.8\tb\t-0.0\n", false},
    /* n-grams in other orders */
    {"-99\t<s>\t-0.3\n-0.5\t</s>\n-1\t<unk>\n", "-1\t<unk>\n-0.5\t</s>\n-99\t<s>\t-0.3\n", false},
    {"-0.6\ta\t-0.2\n-0.8\tb\n", "-0.8\tb\n-0.6\ta\t-0.2\n", false},
    {"-0.4\t<s> a\t-0.1\n-0.9\ta a\n", "-0.9\ta a\n-0.4\t<s> a\t-0.1\n", false},
    {"-0.7\ta b\t-0.25\n-0.3\tb </s>\n", "-0.3\tb </s>\n-0.7\ta b\t-0.25\n", false},
    {"-0.05\t<s> a b\n-0.15\ta b </s>\n", "-0.15\ta b </s>\n-0.05\t<s> a b\n", false},
};

START_TEST(what_others_write_is_read_alike)
{
    char *text = edited(by_hand, habits[_i].from, habits[_i].to, habits[_i].all);
    assert_by_hand(text);
    mem_free(text);
}
END_TEST

/* IRSTLM writes such n-grams, which nothing asks for. */
START_TEST(a_beginning_that_is_not_the_first_word_is_left_out)
{
    char *more = edited(by_hand, "ngram 2=4", "ngram 2=5", false);
    char *text =
        edited(more, "-0.7\ta b\t-0.25\n", "-0.7\ta b\t-0.25\n-0.1\t<s> <s>\t-0.5\n", false);
    assert_by_hand(text);
    mem_free(more);
    mem_free(text);
}
END_TEST

/* Without the line of a mark, and with one 1-gram less. */
static void read_without(struct arpa_model *a, const char *line)
{
    char *fewer = edited(by_hand, "ngram 1=5", "ngram 1=4", false);
    char *text = edited(fewer, line, "", false);
    ASSERT_OK(read_arpa(a, text, strlen(text)));
    mem_free(fewer);
    mem_free(text);
}

START_TEST(unknown_words_are_added_where_they_are_missing)
{
    struct arpa_model a;
    read_without(&a, "-1\t<unk>\n");
    ck_assert(a.adds_unk && !a.adds_eos);
    ck_assert_double_eq_tol(log10_of(&a, "", "<unk>"), -99.0, 1e-5);
    ck_assert_double_eq_tol(log10_of(&a, "<s> a", "<unk>"), -99.3, 1e-5);
    ck_assert_double_eq_tol(log10_of(&a, "<s> a", "b"), -0.05, 1e-6);
    arpa_model_fini(&a);
}
END_TEST

START_TEST(the_end_of_a_sentence_is_added_where_it_is_missing)
{
    static const char text[] =
        "\\data\\\nngram 1=3\nngram 2=1\n\\1-grams:\n-1 <unk>\n-99 <s> -0.3\n"
        "-0.6 a -0.2\n\\2-grams:\n-0.4 <s> a\n\\end\\\n";
    struct arpa_model a;
    ASSERT_OK(read_arpa(&a, text, sizeof text - 1));
    ck_assert(!a.adds_unk && a.adds_eos);
    ck_assert_double_eq_tol(log10_of(&a, "", "</s>"), -99.0, 1e-5);
    ck_assert_double_eq_tol(log10_of(&a, "<s>", "</s>"), -99.3, 1e-5);
    ck_assert_double_eq_tol(log10_of(&a, "<s>", "a"), -0.4, 1e-6);
    arpa_model_fini(&a);
}
END_TEST

START_TEST(a_beginning_that_is_missing_has_no_back_off)
{
    static const char text[] = "\\data\\\nngram 1=3\nngram 2=1\n\\1-grams:\n-1 <unk>\n-0.5 </s>\n"
                               "-0.6 a -0.2\n\\2-grams:\n-0.4 a a\n\\end\\\n";
    struct arpa_model a;
    ASSERT_OK(read_arpa(&a, text, sizeof text - 1));
    ck_assert_double_eq_tol(log10_of(&a, "<s>", "a"), -0.6, 1e-6);
    ck_assert_double_eq_tol(log10_of(&a, "a", "</s>"), -0.7, 1e-6);
    arpa_model_fini(&a);
}
END_TEST

START_TEST(sums_that_rounding_puts_above_1_are_1)
{
    struct arpa_model a;
    char *text = edited(by_hand, "-0.05\t<s> a b", "0.00001\t<s> a b", false);
    ASSERT_OK(read_arpa(&a, text, strlen(text)));
    ck_assert(log10_of(&a, "<s> a", "b") == 0.0);
    arpa_model_fini(&a);
    mem_free(text);
}
END_TEST

START_TEST(words_alone_are_a_model_of_order_1)
{
    static const char text[] =
        "\\data\\\nngram 1=4\n\n\\1-grams:\n-1 <unk>\n-99 <s>\n-0.5 </s>\n-0.6 a\n\\end\\\n";
    struct arpa_model a;
    ASSERT_OK(read_arpa(&a, text, sizeof text - 1));
    ck_assert_int_eq(a.model.order, 1);
    ck_assert_double_eq_tol(log10_of(&a, "<s> a a", "a"), -0.6, 1e-6);
    ck_assert_double_eq_tol(log10_of(&a, "", "</s>"), -0.5, 1e-6);
    arpa_model_fini(&a);
}
END_TEST

START_TEST(a_compressed_file_is_read)
{
    struct arpa_model a;
    struct bytes gz = files_gzip(by_hand, sizeof by_hand - 1);
    test_write("file.gz", gz.data, gz.n);
    read_file(&a, test_path("file.gz"));
    assert_scores(&a, 1e-6);
    arpa_model_fini(&a);
    bytes_free(&gz);
}
END_TEST

START_TEST(an_arpa_file_is_known_by_its_beginning)
{
    ck_assert(arpa_begins("\\data\\", 6));
    ck_assert(arpa_begins("\\data\\\r", 7));
    ck_assert(!arpa_begins("\\data", 5));
    ck_assert(!arpa_begins("", 0));
    ck_assert(!arpa_begins("data\\\\", 6));
}
END_TEST

static Suite *arpa_read_suite(void)
{
    Suite *s = suite_create("arpa_read");
    TCase *tc = tcase_create("arpa_read");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_test(tc, a_text_has_the_probabilities_computed_by_hand);
    tcase_add_loop_test(tc, what_others_write_is_read_alike, 0, N_OF(habits));
    tcase_add_test(tc, a_beginning_that_is_not_the_first_word_is_left_out);
    tcase_add_test(tc, unknown_words_are_added_where_they_are_missing);
    tcase_add_test(tc, the_end_of_a_sentence_is_added_where_it_is_missing);
    tcase_add_test(tc, a_beginning_that_is_missing_has_no_back_off);
    tcase_add_test(tc, sums_that_rounding_puts_above_1_are_1);
    tcase_add_test(tc, words_alone_are_a_model_of_order_1);
    tcase_add_test(tc, a_compressed_file_is_read);
    tcase_add_test(tc, an_arpa_file_is_known_by_its_beginning);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(arpa_read_suite())
