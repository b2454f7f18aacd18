#include "lib/base/utf8.h"
#include "tests/support/tap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

/* The definition in the plainest form: decode, then look at the number. */
static size_t slow_span(const unsigned char *s, size_t n)
{
    size_t at = 0;
    while (at < n) {
        const unsigned char c = s[at];
        const size_t len = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
        static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
        if (len == 0 || at + len > n)
            break;
        uint32_t code = len == 1 ? c : c & (0x7FU >> len);
        size_t i = 1;
        for (; i < len && s[at + i] >> 6 == 2; i++)
            code = code << 6 | (s[at + i] & 0x3F);
        if (i < len || code < least[len] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            break;
        at += len;
    }
    return at;
}

START_TEST(utf8_span_agrees_with_the_definition)
{
    /* Bytes drawn mostly from those at which a rule changes. */
    static const unsigned char edges[] = {0x00, 0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                          0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF,
                                          0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 'a',  'b',  'c',  ' '};
    uint32_t random = 12345;
    for (int round = 0; round < 200000; round++) {
        unsigned char s[24];
        const size_t ascii = (random >> 8) % 12;
        for (size_t i = 0; i < sizeof s; i++) {
            random = random * 1664525 + 1013904223;
            s[i] = i < ascii ? 'x' : edges[(random >> 16) % sizeof edges];
        }
        if (utf8_span((char *)s, sizeof s) != slow_span(s, sizeof s))
            ck_abort_msg("round %d: %zu, not %zu", round, utf8_span((char *)s, sizeof s),
                         slow_span(s, sizeof s));
    }
}
END_TEST

/* Long stretches of ASCII are gone over many bytes at once; what is in between is seen all the
 * same, wherever it stands. */
START_TEST(one_byte_among_many_of_ascii_is_seen)
{
    enum { N = 120 };
    static const char odd[] = {'\0', '\x80', '\xff', '\xc3', '\x7f'};
    for (size_t n = 1; n <= N; n++)
        for (size_t at = 0; at < n; at++)
            for (size_t i = 0; i < sizeof odd; i++) {
                unsigned char bytes[N];
                memset(bytes, 'a', sizeof bytes);
                bytes[at] = (unsigned char)odd[i];
                if (utf8_span((const char *)bytes, n) != slow_span(bytes, n))
                    ck_abort_msg("byte 0x%02x at %zu of %zu", bytes[at], at, n);
            }
}
END_TEST

/* Writes a code point, surrogates and those above U+10FFFF too; returns its length. */
static size_t encode(char s[4], uint32_t code)
{
    const size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--)
        s[i] = (char)(0x80 | (code >> 6 * (len - 1 - i) & 0x3F));
    s[0] = (char)(len == 1 ? code : 0xF00 >> len | code >> 6 * (len - 1));
    return len;
}

START_TEST(every_code_point_is_text_but_nul_and_surrogates)
{
    for (uint32_t code = 0; code < 0x120000; code++) {
        char s[4];
        const size_t len = encode(s, code);
        const int good = code != 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
        if (utf8_span(s, len) != (good ? len : 0) || (utf8_defect(s, len) == NULL) != good)
            ck_abort_msg("U+%04X", (unsigned)code);
        if (good && len > 1 && (utf8_span(s, len - 1) != 0 || utf8_defect(s, len - 1) == NULL))
            ck_abort_msg("U+%04X cut short", (unsigned)code);
    }
}
END_TEST

START_TEST(defect_has_its_name)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *defect;
    } cases[] = {{"", 1, "a NUL byte"},
                 {"\xBF", 1, "a continuation byte without a first byte"},
                 {"\xC1\x80", 2, "an overlong form"},
                 {"\xE0\x9F", 2, "an overlong form"},
                 {"\xED\xA0\x80", 3, "a surrogate"},
                 {"\xF4\x90", 2, "a code point above U+10FFFF"},
                 {"\xF5", 1, "a byte that no character begins with"},
                 {"\xE2\x82 ", 3, "a character that is cut short"}};
    ck_assert_str_eq(utf8_defect(cases[_i].bytes, cases[_i].n), cases[_i].defect);
}
END_TEST

START_TEST(every_code_point_is_decoded)
{
    for (uint32_t code = 0; code < UTF8_BAD; code++) {
        char s[4];
        uint32_t got;
        const size_t len = encode(s, code);
        const bool good = code < 0xD800 || code > 0xDFFF;
        const size_t n = utf8_next(s, len, &got);
        if (n != (good ? len : 1) || got != (good ? code : UTF8_BAD))
            ck_abort_msg("U+%04X is read as U+%04X of %zu bytes", code, got, n);
        if (len > 1 && (utf8_next(s, len - 1, &got) != 1 || got != UTF8_BAD))
            ck_abort_msg("U+%04X is read where it is cut short", code);
    }
}
END_TEST

START_TEST(control_characters_are_known)
{
    for (uint32_t code = 0; code < 0x200; code++)
        ck_assert_int_eq(utf8_is_control(code),
                         code <= 0x1F || code == 0x7F || (code >= 0x80 && code <= 0x9F));
}
END_TEST

static Suite *utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tc = tcase_create("utf8");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, utf8_span_agrees_with_the_definition);
    tcase_add_test(tc, one_byte_among_many_of_ascii_is_seen);
    tcase_add_test(tc, every_code_point_is_text_but_nul_and_surrogates);
    tcase_add_loop_test(tc, defect_has_its_name, 0, 8);
    tcase_add_test(tc, every_code_point_is_decoded);
    tcase_add_test(tc, control_characters_are_known);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(utf8_suite())
