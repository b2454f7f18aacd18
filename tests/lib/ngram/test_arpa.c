/* The ARPA form: a model comes back from what is written of it, and what the form cannot hold is
 * found before. */
#include "tests/support/arpa_support.h"

static void write_arpa(const struct ngram *m, const struct vocab *vocab)
{
    struct io_writer *w;
    ASSERT_OK(io_writer_open(&w, test_file, &err));
    ASSERT_OK(arpa_write(w, m, vocab, false, &err));
    ASSERT_OK(io_writer_commit(w, &err));
}

static void assert_comes_back(int order, const uint64_t *least)
{
    struct made m;
    struct arpa_model a;
    char *words = sample_text(400);
    make_model(&m, words, order, least);
    write_arpa(&m.built.model, m.vocab);
    read_file(&a, test_file);
    ck_assert(!a.adds_unk && !a.adds_eos);
    ck_assert_uint_eq(vocab_hash(a.vocab), vocab_hash(m.vocab));
    for (int n = 0; n < order; n++)
        ck_assert_uint_eq(a.model.of[n].n, m.built.model.of[n].n);
    assert_same_model(&m.built.model, &a.model, order < 4 ? order : 4, 1e-6);
    arpa_model_fini(&a);
    made_fini(&m);
    mem_free(words);
}

START_TEST(a_model_comes_back)
{
    static const uint64_t all[NGRAM_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_comes_back(_i, all);
}
END_TEST

START_TEST(a_pruned_model_comes_back)
{
    static const uint64_t least[NGRAM_MAX] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_comes_back(_i, least);
}
END_TEST

START_TEST(the_text_is_as_other_programs_write_it)
{
    static const uint64_t least[] = {1, 1};
    static const char beginning[] = "\\data\\\nngram 1=5\nngram 2=3\n\n\\1-grams:\n";
    struct made m;
    struct buf text = {0};
    make_model(&m, "a b <eos>", 2, least);
    write_arpa(&m.built.model, m.vocab);
    ASSERT_OK(io_read_file(test_file, SIZE_MAX / 2, &text, &err));
    ASSERT_OK(buf_add(&text, "", 1, &err));
    ck_assert_int_eq(strncmp(text.data, beginning, strlen(beginning)), 0);
    ck_assert_ptr_nonnull(strstr(text.data, "\n-99\t<s>\t-"));
    ck_assert_ptr_nonnull(strstr(text.data, "\t</s>\n")); /* without a back-off */
    ck_assert_ptr_nonnull(strstr(text.data, "\t<unk>\n"));
    ck_assert_ptr_nonnull(strstr(text.data, "\n\n\\2-grams:\n"));
    ck_assert_ptr_nonnull(strstr(text.data, "\tb </s>\n"));
    ck_assert_ptr_nonnull(strstr(text.data, "\n\n\\end\\\n"));
    buf_fini(&text);
    made_fini(&m);
}
END_TEST

/* A back-off without a continuation is a part of the model too. */
START_TEST(a_model_that_was_read_comes_back)
{
    static const char text[] = "\\data\\\nngram 1=4\nngram 2=2\n\\1-grams:\n-1 <unk>\n-0.5 </s>\n"
                               "-99 <s> -0.3\n-0.6 a -0.2\n\\2-grams:\n-0.4 <s> a\n-0.3 <s> <unk>\n"
                               "\\end\\\n";
    struct arpa_model a, again;
    ASSERT_OK(read_arpa(&a, text, sizeof text - 1));
    write_arpa(&a.model, a.vocab);
    read_file(&again, test_file);
    assert_same_model(&a.model, &again.model, 2, 1e-6);
    arpa_model_fini(&a);
    arpa_model_fini(&again);
}
END_TEST

/* --- words that the form cannot hold --- */

static const struct word {
    const char *text, *message; /* NULL: it can be held */
} words[] = {
    {"a", NULL},
    {"\\end\\", NULL},
    {"\\2-grams:", NULL},
    {"#", NULL},
    {"-1.5", NULL},
    {"ngram", NULL},
    {"\xc2\xa0", NULL}, /* U+00A0 is no blank here, as it is none of KenLM's and SRILM's */
    {"\xc3\xa9\x1b", NULL},
    {"<s>", "a word '<s>', which is a mark"},
    {"</s>", "a word '</s>', which is a mark"},
    {"<UNK>", "a word '<UNK>', which is a mark"},
    {" ", "has a blank in it"},
    {"New York", "has a blank in it"},
    {"a\rb", "has a blank in it"},
};

START_TEST(a_word_is_held_or_refused)
{
    static const uint64_t least[] = {1, 1};
    const struct word *word = &words[_i];
    struct made m;
    struct arpa_model a;
    struct buf text = {0};
    make_model(&m, "a b <eos>", 2, least);
    ASSERT_OK(buf_addf(&text, &err, "b\n<unk>\n<eos>\n%s\n", word->text));
    vocab_free(m.vocab);
    ASSERT_OK(vocab_parse(&m.vocab, "m", text.data, text.len, &err));
    m.built.model.eos = vocab_eos(m.vocab);
    if (word->message != NULL) {
        ASSERT_FAILS(arpa_check_words(m.vocab, &err), ST_INPUT, word->message);
    } else {
        ASSERT_OK(arpa_check_words(m.vocab, &err));
        write_arpa(&m.built.model, m.vocab);
        read_file(&a, test_file);
        ck_assert_uint_eq(vocab_hash(a.vocab), vocab_hash(m.vocab));
        arpa_model_fini(&a);
    }
    buf_fini(&text);
    made_fini(&m);
}
END_TEST

static Suite *arpa_suite(void)
{
    Suite *s = suite_create("arpa");
    TCase *tc = tcase_create("arpa");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_loop_test(tc, a_model_comes_back, 1, NGRAM_MAX + 1);
    tcase_add_loop_test(tc, a_pruned_model_comes_back, 1, NGRAM_MAX + 1);
    tcase_add_test(tc, the_text_is_as_other_programs_write_it);
    tcase_add_test(tc, a_model_that_was_read_comes_back);
    tcase_add_loop_test(tc, a_word_is_held_or_refused, 0, N_OF(words));
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(arpa_suite())
