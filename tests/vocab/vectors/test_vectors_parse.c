/* Lines of word vectors: numbers beside those of C, words with blanks, defects. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/array_support.h"
#include "tests/support/tap.h"
#include "vocab/vectors/vectors_parse.h"

static enum vectors_number parse(const char *text, float *x)
{
    return vectors_parse_number(text, strlen(text), x);
}

/* Copies the next of the words between single blanks; false at the end. */
static bool next_word(const char **text, char *word, size_t size)
{
    const size_t len = strcspn(*text, " ");
    if (**text == '\0')
        return false;
    ck_assert_uint_lt(len, size);
    memcpy(word, *text, len);
    word[len] = '\0';
    *text += len + ((*text)[len] == ' ');
    return true;
}

/* The nearest float, or one beside it. */
START_TEST(numbers_are_those_of_c)
{
    const char *texts = "0.418 -0.24968 +1.5 .5 -.5 5. 1e5 1E+5 -1.25e-7 0.0 -0.0 0 -7 +12 "
                        "3.4028234e38 1e38 1e-38 1e-45 7e-46 1e-400 1e-999999999 0e999999999 "
                        "123456789012345678901234567890.5 0.33333333333333333333333333 "
                        "16777217.0 9007199254740993e-3 12345678901234567890e-25 "
                        "0.00000000000000000000000000000000000000000000000001e50 "
                        "0000000000000000000000000000009 18446744073709551616 "
                        "100000000000000000000000000000000000000";
    char text[64];
    while (next_word(&texts, text, sizeof text)) {
        float x = NAN;
        const float want = strtof(text, NULL);
        ck_assert_msg(parse(text, &x) == VECTORS_NUMBER, "'%s'", text);
        ck_assert_msg(x >= nextafterf(want, -INFINITY) && x <= nextafterf(want, INFINITY),
                      "'%s' is %a, not %a", text, (double)x, (double)want);
    }
}
END_TEST

/* As programs write floats: the same float comes back, bit by bit. */
START_TEST(floats_come_back)
{
    struct rng rng;
    rng_init(&rng, 4, RNG_TEST);
    for (size_t i = 0; i < 200000; i++) {
        char text[64];
        float want, got = NAN;
        const uint32_t bits =
            i % 2 == 0 ? rng_next(&rng) : (rng_next(&rng) & 0x83ffffff) | 0x3c000000;
        memcpy(&want, &bits, sizeof want);
        if (!isfinite(want))
            continue;
        snprintf(text, sizeof text,
                 i % 3 == 0   ? "%.9g"
                 : i % 3 == 1 ? "%.17g"
                              : "%.8e",
                 (double)want);
        if (parse(text, &got) == VECTORS_NO_NUMBER || memcmp(&got, &want, sizeof want) != 0)
            ck_abort_msg("'%s' is %a, not %a", text, (double)got, (double)want);
    }
}
END_TEST

START_TEST(what_is_no_finite_number_is_told)
{
    const char *none = "- + . -. e5 1e 1e+ 1.2.3 0x1p3 1,5 1_000 --1 1- abc nano infi 1e5.0 1e5e5 "
                       "\xe2\x88\x92"
                       "1 1\t";
    const char *not_finite = "nan NaN -nan inf -Inf INFINITY 1e39 -3.5e38 1e999999999999999999999 "
                             "1000000000000000000000000000000000000000";
    char text[64];
    float x = 7.0f;
    while (next_word(&none, text, sizeof text))
        ck_assert_msg(parse(text, &x) == VECTORS_NO_NUMBER, "'%s'", text);
    while (next_word(&not_finite, text, sizeof text))
        ck_assert_msg(parse(text, &x) == VECTORS_NOT_FINITE, "'%s'", text);
    ck_assert(parse("", &x) == VECTORS_NO_NUMBER);
    ck_assert(vectors_parse_number("1\0002", 3, &x) == VECTORS_NO_NUMBER);
    ck_assert(x == 7.0f);
}
END_TEST

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

START_TEST(words_end_where_values_begin)
{
    static const struct {
        const char *line, *word;
    } good[] = {
        {"the 1 -2.5", "the"},
        {"the\t1\t-2.5", "the"},
        {"  the  1   -2.5 ", "the"},
        {". . . 1 -2.5", ". . ."},
        {"at name@domain.com 1 -2.5", "at name@domain.com"},
        {"windows 98se 1 -2.5", "windows 98se"},
        {"3.5 1 -2.5", "3.5"},
        {"nan 1 -2.5", "nan"},
        {"\xff\x85 1 -2.5", "\xff\x85"},
        {"\xc2\xa0 1 -2.5", "\xc2\xa0"}, /* a no-break space is a letter */
        {" 1 -2.5", ""},
    };
    for (size_t i = 0; i < N_OF(good); i++) {
        struct vectors_line line;
        float x[2] = {NAN, NAN};
        ck_assert(vectors_parse_line(&line, slice_of(good[i].line), 2, x) == VECTORS_FINE);
        ck_assert_uint_eq(line.word.len, strlen(good[i].word));
        ck_assert_mem_eq(line.word.bytes, good[i].word, line.word.len);
        ck_assert(x[0] == 1.0f && x[1] == -2.5f);
    }
}
END_TEST

START_TEST(defects_are_told)
{
    static const struct {
        const char *line;
        enum vectors_defect defect;
        size_t found;
        const char *field;
    } bad[] = {
        {"", VECTORS_OTHER_WIDTH, 0, ""},
        {"   ", VECTORS_OTHER_WIDTH, 0, ""},
        {"the", VECTORS_OTHER_WIDTH, 0, ""},
        {"the 1", VECTORS_OTHER_WIDTH, 1, ""},
        {"1 2", VECTORS_OTHER_WIDTH, 1, ""},
        {"the 0.5 1 2", VECTORS_OTHER_WIDTH, 3, ""},
        {"the 1e0 1 2", VECTORS_OTHER_WIDTH, 3, ""},
        {"windows 98 1 2", VECTORS_OTHER_WIDTH, 3, ""},
        {"the nan 1 2", VECTORS_OTHER_WIDTH, 3, ""},
        {"the 1 x", VECTORS_BAD_VALUE, 2, "x"},
        {"the x 1", VECTORS_BAD_VALUE, 1, "x"},
        {"the x y", VECTORS_BAD_VALUE, 1, "x"},
        {"the 1 nan", VECTORS_BAD_VALUE, 2, "nan"},
        {"the 1,5 1", VECTORS_BAD_VALUE, 1, "1,5"},
        {"the 1 1e39", VECTORS_BAD_VALUE, 2, "1e39"},
    };
    for (size_t i = 0; i < N_OF(bad); i++) {
        struct vectors_line line = {.found = 99};
        float x[2];
        ck_assert_msg(vectors_parse_line(&line, slice_of(bad[i].line), 2, x) == bad[i].defect,
                      "'%s'", bad[i].line);
        ck_assert_uint_eq(line.found, bad[i].found);
        if (bad[i].defect == VECTORS_BAD_VALUE) {
            ck_assert_uint_eq(line.field.len, strlen(bad[i].field));
            ck_assert_mem_eq(line.field.bytes, bad[i].field, line.field.len);
        }
    }
}
END_TEST

START_TEST(the_first_line_tells_the_width)
{
    static const struct {
        const char *line;
        uint64_t n, width; /* of "N D"; 0: it is a word */
        size_t guess;
    } cases[] = {
        {"400000 300", 400000, 300, 1},
        {"2 3 ", 2, 3, 1},
        {"2\t3", 2, 3, 1},
        {"the 0.5 -1 2", 0, 0, 3},
        {", 0.5 -1 2", 0, 0, 3},
        {"1 0.5 -1 2", 0, 0, 3},
        {"1 2 3", 0, 0, 2},
        {". . 0.5 -1", 0, 0, 2},
        {"the", 0, 0, 0},
        {"", 0, 0, 0},
        {"5", 0, 0, 0},
        {"a text of words", 0, 0, 0},
        {"the nan 0.5", 0, 0, 0},
        {"nan 0.5", 0, 0, 1},
        {"-2 3", 0, 0, 1},
        {"2 18446744073709551616", 0, 0, 1},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        uint64_t n, width;
        const struct slice line = slice_of(cases[i].line);
        const bool sizes = vectors_parse_sizes(line, &n, &width);
        ck_assert_msg(sizes == (cases[i].width > 0), "'%s'", cases[i].line);
        ck_assert(!sizes || (n == cases[i].n && width == cases[i].width));
        ck_assert_uint_eq(vectors_guess_width(line), cases[i].guess);
    }
}
END_TEST

static Suite *vectors_parse_suite(void)
{
    Suite *s = suite_create("vectors_parse");
    TCase *tc = tcase_create("lines");
    tcase_add_test(tc, numbers_are_those_of_c);
    tcase_add_test(tc, floats_come_back);
    tcase_add_test(tc, what_is_no_finite_number_is_told);
    tcase_add_test(tc, words_end_where_values_begin);
    tcase_add_test(tc, defects_are_told);
    tcase_add_test(tc, the_first_line_tells_the_width);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(vectors_parse_suite())
