/* Ids at the beginnings of lines, and words that are sentences. */
#include "vocab/advice/text_shape.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/tap.h"

/* What a line begins with: `before`, its number unless `all_one`, and `behind`. */
struct start {
    const char *before;
    bool all_one;
    const char *behind;
};

/* A text of n lines: how each begins, then five words. */
static struct text_shape shape_of(const struct start *start, int n, const char *word)
{
    struct text_shape s = {0};
    for (int i = 0; i < n; i++) {
        char first[64];
        snprintf(first, sizeof first, "%s%04d%s", start->before, start->all_one ? 1 : i,
                 start->behind);
        text_shape_add(&s, (struct slice){first, strlen(first)}, true);
        for (int k = 0; k < 5; k++)
            text_shape_add(&s, (struct slice){word, strlen(word)}, false);
    }
    return s;
}

static const struct {
    struct start start;
    int lines;
    bool has;
} ids[] = {
    {{"utt", false, "-1"}, 20, true},        {{"utt", false, "-1"}, 19, false},
    {{"1089-134686-", false, ""}, 50, true}, {{"A", false, ""}, 50, true},
    {{"S_", false, ".wav"}, 50, true},       {{"", false, ""}, 50, false}, /* numbers */
    {{"utt", true, "-1"}, 50, false},                                      /* one for all */
    {{"$1-", false, ""}, 50, false},         {{"", false, "%"}, 50, false},
};

START_TEST(ids_are_known_by_their_form)
{
    const struct text_shape s = shape_of(&ids[_i].start, ids[_i].lines, "the");
    ck_assert(text_shape_has_ids(&s) == ids[_i].has);
}
END_TEST

START_TEST(a_twentieth_of_the_lines_may_lack_an_id)
{
    const struct start start = {"utt-", false, ""};
    struct text_shape s = shape_of(&start, 95, "the");
    for (int i = 0; i < 5; i++)
        text_shape_add(&s, (struct slice){"the", 3}, true);
    ck_assert(text_shape_has_ids(&s));
    text_shape_add(&s, (struct slice){"the", 3}, true);
    ck_assert(!text_shape_has_ids(&s));
}
END_TEST

/* "猫です" has three characters, in nine bytes. */
START_TEST(length_is_in_characters)
{
    const struct start start = {"", false, ""};
    const struct text_shape some = shape_of(&start, 17, "猫です");
    ck_assert_double_eq_tol(text_shape_word_length(&some), (4 + 5 * 3) / 6.0, 1e-12);
    const struct text_shape few = shape_of(&start, 16, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    ck_assert_double_eq(text_shape_word_length(&few), 0.0);
}
END_TEST

static Suite *text_shape_suite(void)
{
    Suite *s = suite_create("text_shape");
    TCase *tc = tcase_create("text_shape");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, ids_are_known_by_their_form, 0, sizeof ids / sizeof *ids);
    tcase_add_test(tc, a_twentieth_of_the_lines_may_lack_an_id);
    tcase_add_test(tc, length_is_in_characters);
    return s;
}

TAP_MAIN(text_shape_suite())
