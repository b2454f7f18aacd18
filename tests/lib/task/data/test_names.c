/* Labels and values: their order, their text form, and what is none. */
#include <stdio.h>

#include "lib/task/data/names.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static struct vocab_counts *counts;
static struct names *names, *again;

static void setup(void)
{
    counts = NULL;
    names = again = NULL;
    ASSERT_OK(vocab_counts_new(&counts, &err));
}

static void teardown(void)
{
    vocab_counts_free(counts);
    names_free(names);
    names_free(again);
}

static void count(const char *text, uint64_t times)
{
    int32_t unused;
    ASSERT_OK(vocab_counts_add_times(counts, text, strlen(text), times, &unused, &err));
}

static void check(const struct names *n, const char *want)
{
    struct buf out = {0};
    ASSERT_OK(names_format(n, &out, &err));
    ck_assert_str_eq(out.data, want);
    buf_fini(&out);
}

START_TEST(labels_are_sorted_by_their_bytes)
{
    count("pos", 1), count("neg", 5), count("Pos", 2), count("10", 1), count("9", 1);
    ASSERT_OK(names_from_labels(&names, counts, &err));
    check(names, "10\n9\nPos\nneg\npos\n");
    ck_assert_int_eq(names_find(names, "neg", 3), 3);
    ck_assert_int_eq(names_find(names, "ne", 2), -1);
    ck_assert_str_eq(names_get(names, 4).bytes, "pos");
}
END_TEST

START_TEST(numbers_are_sorted_by_their_value)
{
    count("10", 1), count("9", 1), count("-1", 1), count("-10", 1), count("0", 4), count("09", 1);
    ASSERT_OK(names_from_labels(&names, counts, &err));
    check(names, "-10\n-1\n0\n09\n9\n10\n");
}
END_TEST

START_TEST(values_are_sorted_by_falling_count_and_rare_ones_are_unknown)
{
    count("b", 2), count("c", 9), count("a", 2), count("once", 1);
    ASSERT_OK(names_from_values(&names, counts, &err));
    check(names, "<unk>\nc\na\nb\n");
    ck_assert_int_eq(names_find(names, TOKEN_UNK, 5), NAMES_UNKNOWN);
    ck_assert_int_eq(names_find(names, "once", 4), -1);
}
END_TEST

START_TEST(the_text_form_is_read_back)
{
    count("b c", 2), count("\xC3\xA9", 9);
    ASSERT_OK(names_from_labels(&names, counts, &err));
    check(names, "b c\n\xC3\xA9\n");
    ASSERT_OK(names_parse(&again, "labels", "b c\n\xC3\xA9\n", 7, &err));
    check(again, "b c\n\xC3\xA9\n");
    ck_assert_uint_eq(names_hash(names), names_hash(again));
    names_free(again);
    ASSERT_OK(names_parse(&again, "labels", "\xC3\xA9\nb c\n", 7, &err));
    ck_assert_uint_ne(names_hash(names), names_hash(again));
}
END_TEST

START_TEST(defects_of_the_text_form_are_named)
{
    ASSERT_FAILS(names_parse(&names, "labels", "a\n\nb\n", 5, &err), ST_INPUT,
                 "labels: line 2 is empty");
    ASSERT_FAILS(names_parse(&names, "labels", "a\nb\na\n", 6, &err), ST_INPUT,
                 "'a' is there twice, the second time in line 3");
    ASSERT_FAILS(names_parse(&names, "labels", "a\nb\x01\n", 5, &err), ST_INPUT,
                 "line 2 is 'b\\x01'");
    ASSERT_FAILS(names_parse(&names, "labels", "\xFF\n", 2, &err), ST_INPUT, "line 1 is");
}
END_TEST

START_TEST(some_texts_are_no_labels)
{
    char longest[LABEL_MAX + 1];
    memset(longest, 'x', sizeof longest);
    ASSERT_OK(label_check(longest, LABEL_MAX, &err));
    ASSERT_FAILS(label_check(longest, LABEL_MAX + 1, &err), ST_INPUT, "a label of 201 bytes");
    ASSERT_FAILS(label_check("", 0, &err), ST_INPUT, "has no label");
    ASSERT_FAILS(label_check("a\x1B[2J", 5, &err), ST_INPUT, "control character");
    ASSERT_FAILS(label_check("a\xC2\x85", 3, &err), ST_INPUT, "control character");
}
END_TEST

START_TEST(too_many_labels_are_refused)
{
    char text[16];
    for (int i = 0; i <= LABELS_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        count(text, 1);
    }
    ASSERT_FAILS(names_from_labels(&names, counts, &err), ST_INPUT, "65537 labels, and 65536");
}
END_TEST

static Suite *names_suite(void)
{
    Suite *s = suite_create("names");
    TCase *tc = tcase_create("names");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, labels_are_sorted_by_their_bytes);
    tcase_add_test(tc, numbers_are_sorted_by_their_value);
    tcase_add_test(tc, values_are_sorted_by_falling_count_and_rare_ones_are_unknown);
    tcase_add_test(tc, the_text_form_is_read_back);
    tcase_add_test(tc, defects_of_the_text_form_are_named);
    tcase_add_test(tc, some_texts_are_no_labels);
    tcase_add_test(tc, too_many_labels_are_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(names_suite())
