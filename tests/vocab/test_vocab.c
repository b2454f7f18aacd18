/* Vocabularies: counting, order and limits. */
#include "lib/base/rng.h"
#include "tests/support/vocab_support.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/mem.h"
#include "vocab/tokenizer/tokenizer.h"

static const struct vocab_limits no_limits;

static void assert_vocab_of(const char *words, struct vocab_limits limits, const char *expected)
{
    struct vocab *v = vocab_of(words, &limits);
    assert_text(v, expected);
    vocab_free(v);
}

START_TEST(words_stand_by_falling_count_and_ties_by_bytes)
{
    assert_vocab_of("b a b c <unk> <eos> a B \xc3\xa9 ab aa <eos> <eos>", no_limits,
                    "<eos>\t3\na\t2\nb\t2\n<unk>\t1\nB\t1\naa\t1\nab\t1\nc\t1\n\xc3\xa9\t1\n");
}
END_TEST

START_TEST(unk_and_eos_are_always_there)
{
    assert_vocab_of("x", no_limits, "x\t1\n<eos>\t0\n<unk>\t0\n");
}
END_TEST

START_TEST(rare_words_become_unk)
{
    const char *text = "a a a a b b b c c d <eos> <unk>";
    assert_vocab_of(text, (struct vocab_limits){.min_count = 1},
                    "a\t4\nb\t3\nc\t2\n<eos>\t1\n<unk>\t1\nd\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.min_count = 2},
                    "a\t4\nb\t3\n<unk>\t2\nc\t2\n<eos>\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.min_count = 3},
                    "<unk>\t4\na\t4\nb\t3\n<eos>\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.min_count = 99}, "<unk>\t11\n<eos>\t1\n");
}
END_TEST

START_TEST(only_the_most_frequent_words_are_kept)
{
    const char *text = "a a a a b b b c c d d <eos>";
    assert_vocab_of(text, (struct vocab_limits){.max_words = 6},
                    "a\t4\nb\t3\nc\t2\nd\t2\n<eos>\t1\n<unk>\t0\n");
    assert_vocab_of(text, (struct vocab_limits){.max_words = 5},
                    "a\t4\nb\t3\n<unk>\t2\nc\t2\n<eos>\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.max_words = 2}, "<unk>\t11\n<eos>\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.max_words = 5, .min_count = 3},
                    "<unk>\t4\na\t4\nb\t3\n<eos>\t1\n");
    assert_vocab_of(text, (struct vocab_limits){.max_words = UINT64_MAX, .min_count = 4},
                    "<unk>\t7\na\t4\n<eos>\t1\n");
}
END_TEST

static enum status from_words(const char *words, struct vocab_limits limits, struct err *err)
{
    struct vocab_counts *counts;
    ck_assert_int_eq(vocab_counts_new(&counts, err), ST_OK);
    if (words[0] != '\0')
        ck_assert_int_eq(vocab_counts_add(counts, words, strlen(words), err), ST_OK);
    struct vocab *v = NULL;
    const enum status status = vocab_from_counts(&v, counts, &limits, err);
    ck_assert_int_eq(v != NULL, status == ST_OK);
    vocab_free(v);
    vocab_counts_free(counts);
    return status;
}

START_TEST(a_text_without_a_word_has_no_vocabulary)
{
    struct err err = {0};
    ck_assert_int_eq(from_words("", no_limits, &err), ST_INPUT);
    ck_assert_int_eq(from_words("<eos>", no_limits, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "has no word"));
    ck_assert_int_eq(from_words("<unk>", no_limits, &err), ST_OK);
}
END_TEST

START_TEST(room_for_one_word_is_refused)
{
    struct err err = {0};
    ck_assert_int_eq(from_words("a", (struct vocab_limits){.max_words = 1}, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot hold <unk> and <eos>"));
}
END_TEST

START_TEST(words_that_no_file_can_hold_are_not_counted)
{
    struct err err = {0};
    struct vocab_counts *c;
    ck_assert_int_eq(vocab_counts_new(&c, &err), ST_OK);
    ck_assert_int_eq(vocab_counts_add(c, "", 0, &err), ST_INPUT);
    ck_assert_int_eq(vocab_counts_add(c, "a\nb", 3, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "the word 'a\\x0ab' has a NUL or a line end in it");
    ck_assert_int_eq(vocab_counts_add(c, "a\0b", 3, &err), ST_INPUT);
    char *word = mem_resize(NULL, TOKEN_MAX + 1, 1, &err);
    memset(word, 'x', TOKEN_MAX + 1);
    ck_assert_int_eq(vocab_counts_add(c, word, TOKEN_MAX, &err), ST_OK);
    ck_assert_int_eq(vocab_counts_add(c, word, TOKEN_MAX + 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "65536 bytes, the most is 65535"));
    mem_free(word);
    vocab_counts_free(c);
}
END_TEST

START_TEST(words_are_found_with_id_text_and_count)
{
    struct vocab *v = vocab_of("b b b a a <unk> <eos> <eos> <eos> <eos>", &no_limits);
    ck_assert_uint_eq(vocab_size(v), 4);
    ck_assert_int_eq(vocab_eos(v), 0);
    ck_assert_int_eq(vocab_find(v, "b", 1), 1);
    ck_assert_int_eq(vocab_find(v, "ax", 1), 2);
    ck_assert_int_eq(vocab_unk(v), 3);
    ck_assert_str_eq(vocab_word(v, 3), "<unk>");
    ck_assert_uint_eq(vocab_count(v, 1), 3);
    ck_assert_int_eq(vocab_find(v, "ab", 2), -1);
    ck_assert_int_eq(vocab_find(v, "", 0), -1);
    vocab_free(v);
    vocab_free(NULL);
    vocab_counts_free(NULL);
}
END_TEST

static size_t nth_word(char word[16], int i)
{
    return (size_t)snprintf(word, 16, "w%d", i);
}

/* Word i occurs i % 7 + 1 times. Checks are gathered: an assertion each would take seconds. */
START_TEST(a_hundred_thousand_words_keep_their_ids)
{
    enum { N = 100000 };
    struct err err = {0};
    struct vocab_counts *c;
    struct vocab *v;
    char word[16];
    bool right = true;
    ck_assert_int_eq(vocab_counts_new(&c, &err), ST_OK);
    for (int i = 0; i < 7 * N; i++)
        if (i / N <= i % N % 7)
            right &= vocab_counts_add(c, word, nth_word(word, i % N), &err) == ST_OK;
    ck_assert_int_eq(vocab_from_counts(&v, c, &no_limits, &err), ST_OK);
    ck_assert_uint_eq(vocab_size(v), N + 2);
    for (int i = 0; i < N; i++) {
        const int32_t id = vocab_find(v, word, nth_word(word, i));
        right &= id >= 0 && strcmp(vocab_word(v, id), word) == 0;
        right &= vocab_count(v, id) == (uint64_t)(i % 7 + 1);
    }
    for (int32_t id = 1; id < N + 2; id++) {
        const uint64_t before = vocab_count(v, id - 1), here = vocab_count(v, id);
        right &= before > here ||
                 (before == here && strcmp(vocab_word(v, id - 1), vocab_word(v, id)) < 0);
    }
    ck_assert(right);
    vocab_free(v);
    vocab_counts_free(c);
}
END_TEST

/* Words of 1 to 20 bytes of any kind but those that no vocabulary holds, many of them again and
 * again within a batch. */
START_TEST(many_words_at_once_are_found_and_counted_as_one_by_one)
{
    enum { ROUNDS = 2000 };
    struct err err = {0};
    struct vocab_counts *one, *all, *half;
    struct vocab *v = NULL, *w = NULL;
    struct buf text = {0}, same = {0};
    struct rng rng;
    bool right = true;
    rng_init(&rng, 5, RNG_TEST);
    ck_assert_int_eq(vocab_counts_new(&one, &err), ST_OK);
    ck_assert_int_eq(vocab_counts_new(&all, &err), ST_OK);
    ck_assert_int_eq(vocab_counts_new(&half, &err), ST_OK);
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[TOKEN_BATCH][20];
        struct slice words[TOKEN_BATCH];
        int32_t numbers[TOKEN_BATCH], ids[TOKEN_BATCH];
        const size_t n = rng_next(&rng) % (TOKEN_BATCH + 1);
        for (size_t i = 0; i < n; i++) {
            const size_t len = 1 + rng_next(&rng) % 20;
            memset(bytes[i], (int)('a' + rng_next(&rng) % 3), len);
            bytes[i][rng_next(&rng) % len] = (char)(11 + rng_next(&rng) % 245);
            words[i] = (struct slice){bytes[i], len};
            right &= vocab_counts_add(one, bytes[i], len, &err) == ST_OK;
        }
        right &= vocab_counts_add_all(all, words, n, numbers, &err) == ST_OK;
        for (size_t i = 0; i < n; i++)
            right &= memcmp(vocab_counts_word(all, numbers[i]).bytes, bytes[i], words[i].len) == 0;
        for (size_t i = 0; v == NULL && i < n; i++)
            right &= vocab_counts_add(half, bytes[i], words[i].len, &err) == ST_OK;
        if (round == ROUNDS / 2)
            ck_assert_int_eq(vocab_from_counts(&v, half, &no_limits, &err), ST_OK);
        if (v != NULL)
            vocab_find_all(v, words, n, ids);
        for (size_t i = 0; v != NULL && i < n; i++)
            right &= ids[i] == vocab_find(v, bytes[i], words[i].len);
    }
    ck_assert(right);
    vocab_free(v);
    ck_assert_int_eq(vocab_from_counts(&v, one, &no_limits, &err), ST_OK);
    ck_assert_int_eq(vocab_from_counts(&w, all, &no_limits, &err), ST_OK);
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_int_eq(vocab_format(w, &same, &err), ST_OK);
    ck_assert_str_eq(text.data, same.data);
    buf_fini(&text), buf_fini(&same);
    vocab_free(v), vocab_free(w);
    vocab_counts_free(one), vocab_counts_free(all), vocab_counts_free(half);
}
END_TEST

/* Random words of up to three letters, and perhaps the marks. */
static struct vocab_counts *count_random_words(uint64_t seed, bool marks)
{
    struct err err = {0};
    struct vocab_counts *c;
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST);
    ck_assert_int_eq(vocab_counts_new(&c, &err), ST_OK);
    for (int i = 0; i < 1500; i++) {
        char word[4] = "";
        const size_t len = 1 + rng_next(&rng) % 3;
        for (size_t k = 0; k < len; k++)
            word[k] = (char)('a' + rng_next(&rng) % 20);
        if (marks && i % 50 == 1)
            ck_assert_int_eq(vocab_counts_add(c, i % 3 ? "<unk>" : "<eos>", 5, &err), ST_OK);
        ck_assert_int_eq(vocab_counts_add(c, word, len, &err), ST_OK);
    }
    return c;
}

/* Whatever the limits leave out, few words or most, numbers keep their words and counts, the sums
 * of counts agree, and what is in the vocabulary is found and nothing else. */
static bool counts_outlive_the_vocabulary(uint64_t seed, uint64_t max_words)
{
    struct err err = {0};
    struct vocab_counts *c = count_random_words(seed, seed % 2),
                        *same = count_random_words(seed, seed % 2);
    struct vocab *v;
    uint64_t left_out = 0, unk = 0;
    bool right = true;
    const struct vocab_limits limits = {.max_words = max_words};
    const size_t n = vocab_counts_size(same);
    ck_assert_int_eq(vocab_from_counts(&v, c, &limits, &err), ST_OK);
    right &=
        vocab_counts_size(c) == n && vocab_size(v) == (max_words < n ? max_words : vocab_size(v));
    for (int32_t i = 0; i < (int32_t)n; i++) {
        const struct slice word = vocab_counts_word(c, i), want = vocab_counts_word(same, i);
        const uint64_t count = vocab_counts_count(same, i);
        const int32_t id = vocab_find(v, want.bytes, want.len);
        right &= word.len == want.len && strcmp(word.bytes, want.bytes) == 0;
        right &= vocab_counts_count(c, i) == count;
        right &= id < 0 || strcmp(vocab_word(v, id), want.bytes) == 0;
        right &= id < 0 || id == vocab_unk(v) || vocab_count(v, id) == count;
        left_out += id < 0 ? count : 0;
        unk += id == vocab_unk(v) ? count : 0;
    }
    right &= vocab_count(v, vocab_unk(v)) == unk + left_out && (left_out > 0) == (max_words < n);
    vocab_counts_free(c), vocab_counts_free(same);
    right &= vocab_find(v, vocab_word(v, 5), strlen(vocab_word(v, 5))) == 5;
    vocab_free(v);
    return right;
}

START_TEST(counts_can_be_asked_when_their_words_are_the_vocabularys)
{
    const uint64_t max_words[] = {10, 200, 600, 800, 900, 1 << 20};
    for (uint64_t seed = 0; seed < 4; seed++)
        for (size_t i = 0; i < sizeof max_words / sizeof *max_words; i++)
            ck_assert_msg(counts_outlive_the_vocabulary(seed, max_words[i]), "%d, %d", (int)seed,
                          (int)max_words[i]);
}
END_TEST

static Suite *vocab_suite(void)
{
    Suite *s = suite_create("vocab");
    TCase *tc = vocab_tcase("vocab");
    tcase_add_test(tc, words_stand_by_falling_count_and_ties_by_bytes);
    tcase_add_test(tc, unk_and_eos_are_always_there);
    tcase_add_test(tc, rare_words_become_unk);
    tcase_add_test(tc, only_the_most_frequent_words_are_kept);
    tcase_add_test(tc, a_text_without_a_word_has_no_vocabulary);
    tcase_add_test(tc, room_for_one_word_is_refused);
    tcase_add_test(tc, words_that_no_file_can_hold_are_not_counted);
    tcase_add_test(tc, words_are_found_with_id_text_and_count);
    tcase_add_test(tc, a_hundred_thousand_words_keep_their_ids);
    tcase_add_test(tc, many_words_at_once_are_found_and_counted_as_one_by_one);
    tcase_add_test(tc, counts_can_be_asked_when_their_words_are_the_vocabularys);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(vocab_suite())
