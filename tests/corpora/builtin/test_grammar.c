/* The built-in corpus as its users see it: the text, and what is refused when scored. */
#include <check.h>
#include <string.h>

#include "corpora/builtin/grammar.h"
#include "lib/base/hash.h"
#include "tests/support/tap.h"

static struct buf text_of(uint64_t seed, enum split split, uint64_t n_tokens)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_msg(grammar_write(&text, seed, split, n_tokens, &err) == ST_OK, "%s", err.text);
    return text;
}

START_TEST(same_seed_gives_the_same_bytes)
{
    struct buf a = text_of(7, SPLIT_TRAIN, 5000), b = text_of(7, SPLIT_TRAIN, 5000);
    ck_assert_uint_eq(a.len, b.len);
    ck_assert_mem_eq(a.data, b.data, a.len);
    buf_fini(&a);
    buf_fini(&b);
}
END_TEST

START_TEST(a_longer_text_begins_with_the_shorter_one)
{
    struct buf a = text_of(7, SPLIT_TEST, 5000), b = text_of(7, SPLIT_TEST, 9000);
    ck_assert_uint_lt(a.len, b.len);
    ck_assert_mem_eq(a.data, b.data, a.len);
    buf_fini(&a);
    buf_fini(&b);
}
END_TEST

START_TEST(splits_and_seeds_give_different_text)
{
    struct buf t[4] = {text_of(7, SPLIT_TRAIN, 1000), text_of(7, SPLIT_VALID, 1000),
                       text_of(7, SPLIT_TEST, 1000), text_of(8, SPLIT_TRAIN, 1000)};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_int_ne(memcmp(t[i].data, t[j].data, 100), 0);
    for (size_t i = 0; i < 4; i++)
        buf_fini(&t[i]);
}
END_TEST

/* Published results rest on these bytes: who changes the grammar changes them knowingly. */
START_TEST(the_text_of_seed_1_is_the_same_everywhere)
{
    struct buf text = text_of(1, SPLIT_TRAIN, 100000);
    ck_assert_uint_eq(hash_bytes(text.data, text.len), UINT64_C(6918685378811683878));
    buf_fini(&text);
}
END_TEST

START_TEST(the_tokens_asked_for_are_written_to_the_end_of_a_sentence)
{
    const uint64_t wanted[] = {0, 1, 1000};
    for (size_t i = 0; i < 3; i++) {
        struct buf text = text_of(3, SPLIT_TRAIN, wanted[i]);
        uint64_t tokens = 0, before_last = 0;
        for (size_t j = 0; j < text.len; j++) {
            tokens += text.data[j] == ' ' || text.data[j] == '\n' ? 1 : 0;
            if (text.data[j] == '\n') {
                tokens++;
                if (j + 1 < text.len)
                    before_last = tokens;
            }
        }
        ck_assert_uint_ge(tokens, wanted[i]);
        ck_assert(before_last < wanted[i] || wanted[i] == 0);
        ck_assert(text.len == 0 || text.data[text.len - 1] == '\n');
        ck_assert_int_eq(text.len == 0, wanted[i] == 0);
        buf_fini(&text);
    }
}
END_TEST

START_TEST(text_is_added_behind_what_the_buffer_holds)
{
    struct buf text = {0};
    ck_assert_int_eq(buf_add_text(&text, "kept\n", NULL), ST_OK);
    ck_assert_int_eq(grammar_write(&text, 1, SPLIT_TRAIN, 10, NULL), ST_OK);
    ck_assert_int_eq(strncmp(text.data, "kept\n", 5), 0);
    buf_fini(&text);
}
END_TEST

START_TEST(the_vocabulary_is_of_about_a_thousand_words)
{
    ck_assert_uint_ge(grammar_vocab_size(), 600);
    ck_assert_uint_le(grammar_vocab_size(), 1200);
}
END_TEST

START_TEST(what_is_not_of_the_grammar_is_refused_with_its_line)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"the zebra", "line 1 is not a sentence of the built-in corpus: its word 2, 'zebra', is "
                      "not in its vocabulary"},
        {"gold prices fell sharply\ngold prices fell sharply sharply sharply sharply\n",
         "line 2 is not a sentence of the built-in corpus: its word 6, 'sharply', cannot follow "
         "the words before it"},
        {"\ngold prices fell sharply", "line 1 is not a sentence of the built-in corpus: it has "
                                       "no words"},
        {"gold prices fell sharply\ngold prices", "line 2 is not a sentence of the built-in "
                                                  "corpus: it ends too early"},
        {"gold \033[2J", "line 1 is not a sentence of the built-in corpus: its word 2, "
                         "'\\x1b[2J', is not in its vocabulary"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grammar_score score = {5, 5};
        struct err err = {0};
        const char *text = cases[i].text;
        ck_assert_int_eq(grammar_score_text(&score, text, strlen(text), &err), ST_INPUT);
        ck_assert_str_eq(err.text, cases[i].message);
        ck_assert_uint_eq(score.tokens, 5);
    }
}
END_TEST

START_TEST(a_sentence_that_is_not_of_the_grammar_is_refused)
{
    const char *const unknown[] = {"gold", "\n"};
    double nats[4];
    struct err err = {0};
    ck_assert_int_eq(grammar_score_sentence(nats, unknown, 2, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "not a sentence of the built-in corpus: its word 2, '\\x0a', is not "
                               "in its vocabulary");
    ck_assert_int_eq(grammar_score_sentence(nats, unknown, 1, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "not a sentence of the built-in corpus: it ends too early");
    ck_assert_int_eq(grammar_score_text(&(struct grammar_score){0}, "gold\0 prices", 12, &err),
                     ST_INPUT);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("grammar");
    TCase *t = tcase_create("text");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, same_seed_gives_the_same_bytes);
    tcase_add_test(t, a_longer_text_begins_with_the_shorter_one);
    tcase_add_test(t, splits_and_seeds_give_different_text);
    tcase_add_test(t, the_text_of_seed_1_is_the_same_everywhere);
    tcase_add_test(t, the_tokens_asked_for_are_written_to_the_end_of_a_sentence);
    tcase_add_test(t, text_is_added_behind_what_the_buffer_holds);
    tcase_add_test(t, the_vocabulary_is_of_about_a_thousand_words);
    tcase_add_test(t, what_is_not_of_the_grammar_is_refused_with_its_line);
    tcase_add_test(t, a_sentence_that_is_not_of_the_grammar_is_refused);
    suite_add_tcase(suite, t);
    return suite;
}

TAP_MAIN(make_suite())
