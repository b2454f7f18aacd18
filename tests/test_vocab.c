/* Vocabularies: counting, order, limits, and the text form with all that it refuses. */
#include "tests/vocab_support.h"

#include <inttypes.h>

#include "lib/base/mem.h"
#include "vocab/tokenizer.h"

static const struct vocab_limits no_limits;

static void assert_text(const struct vocab *v, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_str_eq(text.data, expected);
    buf_fini(&text);
}

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

static struct vocab *parse(const char *text)
{
    struct err err = {0};
    struct vocab *v = NULL;
    ck_assert_msg(vocab_parse(&v, "v.txt", text, strlen(text), &err) == ST_OK, "%s", err.text);
    return v;
}

START_TEST(the_order_of_a_file_is_kept)
{
    const char *text = "z\t1\n<eos>\t0\na\t18446744073709551615\n<unk>\t7\n";
    struct vocab *v = parse(text);
    ck_assert_int_eq(vocab_find(v, "z", 1), 0);
    ck_assert_int_eq(vocab_eos(v), 1);
    ck_assert_int_eq(vocab_find(v, "a", 1), 2);
    ck_assert_int_eq(vocab_unk(v), 3);
    assert_text(v, text);
    vocab_free(v);
}
END_TEST

START_TEST(a_count_may_be_missing)
{
    struct vocab *v = parse("<unk>\nb\t5\n<eos>\n");
    assert_text(v, "<unk>\t0\nb\t5\n<eos>\t0\n");
    vocab_free(v);
}
END_TEST

START_TEST(blanks_and_tabs_can_be_words)
{
    const char *text = "<unk>\t1\n \t2\n\t\t3\na\tb\t4\n\r\t5\n<eos>\t6\n\xc2\xa0\t7\n";
    struct vocab *v = parse(text);
    ck_assert_int_eq(vocab_find(v, " ", 1), 1);
    ck_assert_int_eq(vocab_find(v, "\t", 1), 2);
    ck_assert_int_eq(vocab_find(v, "a\tb", 3), 3);
    ck_assert_int_eq(vocab_find(v, "\r", 1), 4);
    assert_text(v, text);
    vocab_free(v);
}
END_TEST

START_TEST(what_is_saved_is_loaded)
{
    struct err err = {0};
    struct vocab *v = vocab_of("the the cat <eos> <unk>", &no_limits), *again = NULL;
    ck_assert_int_eq(vocab_save(v, test_path, &err), ST_OK);
    ck_assert_int_eq(vocab_load(&again, test_path, &err), ST_OK);
    assert_text(again, "the\t2\n<eos>\t1\n<unk>\t1\ncat\t1\n");
    ck_assert_uint_eq(vocab_hash(v), vocab_hash(again));
    vocab_free(again);
    vocab_free(v);
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    struct err err = {0};
    struct vocab *v = NULL;
    ck_assert_int_eq(vocab_load(&v, test_path, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, test_path));
    ck_assert_ptr_null(v);
}
END_TEST

START_TEST(the_hash_tells_words_and_order_but_not_counts)
{
    static const char *const texts[] = {
        "a\t1\nb\t1\n<unk>\t0\n<eos>\t0\n", "a\t9\nb\t3\n<unk>\n<eos>\n",
        "b\t1\na\t1\n<unk>\t0\n<eos>\t0\n", "ab\t1\n<unk>\t0\n<eos>\t0\n",
        "a\t1\nb\t1\n<eos>\t0\n<unk>\t0\n", "a\t1\nb\t1\nc\t1\n<unk>\t0\n<eos>\t0\n",
    };
    uint64_t hashes[6];
    for (size_t i = 0; i < 6; i++) {
        struct vocab *v = parse(texts[i]);
        hashes[i] = vocab_hash(v);
        vocab_free(v);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    for (size_t i = 1; i < 6; i++)
        for (size_t k = i + 1; k < 6; k++)
            ck_assert_uint_ne(hashes[i], hashes[k]);
}
END_TEST

static const struct bad_file {
    const char *text, *message;
    size_t len; /* 0: as strlen says */
} bad_files[] = {
    {"", "'v.txt' is empty", 0},
    {"<unk>\t1\n<eos>\t1", "does not end with a line end", 0},
    {"<unk>\n<eos>\na\t1\nb\t1\na\t2\n", "'v.txt' line 5 has 'a', which is on line 3 already", 0},
    {"<unk>\n<eos>\n<unk>\n", "'v.txt' line 3 has '<unk>', which is on line 1 already", 0},
    {"<unk>\n\n<eos>\n", "'v.txt' line 2 has no word", 0},
    {"<unk>\n\t5\n<eos>\n", "'v.txt' line 2 has no word", 0},
    {"\n", "'v.txt' line 1 has no word", 0},
    {"<eos>\t1\na\t1\n", "'v.txt' has no line for <unk>", 0},
    {"<unk>\t1\na\t1\n", "'v.txt' has no line for <eos>", 0},
    {"<unk>\t1\r\n<eos>\t1\r\n", "'v.txt' line 1 ends with CR LF", 0},
    {"<unk>\r\n<eos>\n", "'v.txt' line 1 ends with CR LF", 0},
    {"<unk>\t1\na\0b\t1\n<eos>\t1\n", "'v.txt' line 2 has a NUL byte", 21},
    {"<unk>\t1\n<eos>\t1\n\xff\t1\n", "'v.txt' line 3 has a byte that no character begins with", 0},
    {"<unk>\t\n<eos>\t1\n", "line 1 has '' behind its last tab", 0},
    {"<unk>\t-1\n<eos>\t1\n", "line 1 has '-1' behind", 0},
    {"<unk>\t+1\n<eos>\t1\n", "line 1 has '+1' behind", 0},
    {"<unk>\t1\n<eos>\t 1\n", "line 2 has ' 1' behind", 0},
    {"<unk>\t1\n<eos>\t1 \n", "line 2 has '1 ' behind", 0},
    {"<unk>\t1.5\n<eos>\t1\n", "line 1 has '1.5' behind", 0},
    {"<unk>\t0x1\n<eos>\t1\n", "line 1 has '0x1' behind", 0},
    {"<unk>\t18446744073709551616\n<eos>\t1\n", "line 1 has '18446744073709551616' behind", 0},
    {"<unk>\t99999999999999999999999\n<eos>\t1\n", "behind its last tab", 0},
    {"a\tb\n<unk>\n<eos>\n", "line 1 has 'b' behind", 0},
    {"a\t\x1b[2J\n<unk>\n<eos>\n", "line 1 has '\\x1b[2J' behind", 0},
};

START_TEST(a_bad_file_is_refused_with_its_line)
{
    const struct bad_file *bad = &bad_files[_i];
    struct err err = {0};
    struct vocab *v = NULL;
    const size_t len = bad->len > 0 ? bad->len : strlen(bad->text);
    ck_assert_int_eq(vocab_parse(&v, "v.txt", bad->text, len, &err), ST_INPUT);
    ck_assert_ptr_null(v);
    ck_assert_msg(strstr(err.text, bad->message) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_word_that_is_too_long_is_refused_with_its_line)
{
    struct err err = {0};
    struct buf text = {0};
    struct vocab *v = NULL;
    ck_assert_int_eq(buf_add_text(&text, "<unk>\n<eos>\n", &err), ST_OK);
    ck_assert_int_eq(buf_reserve(&text, TOKEN_MAX + 2, &err), ST_OK);
    memset(text.data + text.len, 'x', TOKEN_MAX + 1);
    text.data[text.len + TOKEN_MAX] = '\n';
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text.data, text.len + TOKEN_MAX + 1, &err), ST_OK);
    vocab_free(v);
    text.data[text.len + TOKEN_MAX] = 'x';
    text.data[text.len + TOKEN_MAX + 1] = '\n';
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text.data, text.len + TOKEN_MAX + 2, &err), ST_INPUT);
    ck_assert_msg(strncmp(err.text, "'v.txt' line 3 has 'xxx", 22) == 0, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "xxx...', a word of 65536 bytes"));
    buf_fini(&text);
}
END_TEST

START_TEST(more_lines_than_a_vocabulary_can_have_are_refused)
{
    struct err err = {0};
    const size_t lines = (size_t)VOCAB_MAX + 1;
    char *text = mem_resize(NULL, lines, 1, &err);
    memset(text, '\n', lines);
    struct vocab *v = NULL;
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text, lines, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "has 16777217 lines"));
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text, lines - 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "line 1 has no word"));
    mem_free(text);
}
END_TEST

/* A file cut anywhere is refused, or ends behind a line and is a smaller vocabulary. */
START_TEST(a_file_cut_within_a_line_is_refused)
{
    const char *text = "<unk>\t12\n<eos>\t11\na\t10\nb\t9\n";
    for (size_t len = 0; len < strlen(text); len++) {
        struct err err = {0};
        struct vocab *v = NULL;
        const bool whole = len >= 18 && text[len - 1] == '\n';
        ck_assert_int_eq(vocab_parse(&v, "v.txt", text, len, &err), whole ? ST_OK : ST_INPUT);
        vocab_free(v);
    }
}
END_TEST

static Suite *vocab_suite(void)
{
    Suite *s = suite_create("vocab");
    TCase *tc = tcase_create("vocab");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_dir, remove_dir);
    tcase_add_test(tc, words_stand_by_falling_count_and_ties_by_bytes);
    tcase_add_test(tc, unk_and_eos_are_always_there);
    tcase_add_test(tc, rare_words_become_unk);
    tcase_add_test(tc, only_the_most_frequent_words_are_kept);
    tcase_add_test(tc, a_text_without_a_word_has_no_vocabulary);
    tcase_add_test(tc, room_for_one_word_is_refused);
    tcase_add_test(tc, words_that_no_file_can_hold_are_not_counted);
    tcase_add_test(tc, words_are_found_with_id_text_and_count);
    tcase_add_test(tc, a_hundred_thousand_words_keep_their_ids);
    tcase_add_test(tc, the_order_of_a_file_is_kept);
    tcase_add_test(tc, a_count_may_be_missing);
    tcase_add_test(tc, blanks_and_tabs_can_be_words);
    tcase_add_test(tc, what_is_saved_is_loaded);
    tcase_add_test(tc, a_missing_file_is_named);
    tcase_add_test(tc, the_hash_tells_words_and_order_but_not_counts);
    tcase_add_loop_test(tc, a_bad_file_is_refused_with_its_line, 0,
                        sizeof bad_files / sizeof bad_files[0]);
    tcase_add_test(tc, a_word_that_is_too_long_is_refused_with_its_line);
    tcase_add_test(tc, more_lines_than_a_vocabulary_can_have_are_refused);
    tcase_add_test(tc, a_file_cut_within_a_line_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return run_suite(vocab_suite());
}
