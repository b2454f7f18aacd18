/* Words and characters of a text, beside a count byte by byte. */
#include <check.h>
#include <stdbool.h>

#include "lib/base/rng.h"
#include "tests/support/tap.h"
#include "vocab/text_size.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void check(const char *bytes, size_t len)
{
    uint64_t words = 0, characters = 0;
    for (size_t i = 0; i < len; i++) {
        words += !is_blank(bytes[i]) && (i == 0 || is_blank(bytes[i - 1]));
        characters += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    }
    ck_assert_uint_eq(text_size_words(bytes, len), words);
    ck_assert_uint_eq(text_size_characters(bytes, len), characters);
}

START_TEST(pieces_of_every_length_are_counted)
{
    static const char *const parts[] = {"a", " ", "\t", "\r", "\x0e",   "\b",
                                        "!", "é", "€",  "😀",  "DEL\x7f"};
    enum { N_PARTS = sizeof parts / sizeof *parts, LONGEST = 300, ROUNDS = 2000 };
    struct rng rng;
    rng_init(&rng, 1, RNG_SAMPLE);
    for (int round = 0; round < ROUNDS; round++) {
        char piece[LONGEST + 8];
        size_t len = 0;
        const size_t most = (size_t)(rng_uniform(&rng) * LONGEST);
        const double ascii = rng_uniform(&rng);
        while (len < most) {
            const size_t k = (size_t)(rng_uniform(&rng) * N_PARTS);
            const char *part = rng_uniform(&rng) < ascii ? "b" : parts[k];
            for (; *part != '\0'; part++)
                piece[len++] = *part;
        }
        check(piece, len);
    }
}
END_TEST

static Suite *text_size_suite(void)
{
    Suite *suite = suite_create("text_size");
    TCase *tc = tcase_create("text_size");
    tcase_add_test(tc, pieces_of_every_length_are_counted);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(text_size_suite())
