/* What comes between a source and its lines: byte-order marks, encodings, JSON lines. */
#include "corpora/input/text_input.h"

#include "corpora/input/encoding.h"
#include "corpora/input/json_lines.h"
#include "tests/support/tap.h"
#include "tests/support/text_support.h"

/* The lines of a file with these bytes, read so. */
static enum status read_as(struct lines *l, const struct text_reading *reading, const char *bytes,
                           size_t n)
{
    struct source_limits how = limits;
    struct source *s;
    struct text *t;
    uint64_t hash;
    test_write("in.txt", bytes, n);
    how.reading = *reading;
    ASSERT_OK(source_open(&s, test_path("in.txt"), NULL, &how, &err));
    ASSERT_OK(text_open(&t, s, &err));
    enum status status = drain_text(l, t);
    if (status == ST_OK)
        status = text_finish(t, &hash, &err);
    if (status == ST_OK)
        ck_assert_uint_eq(hash, hash_bytes(bytes, n));
    text_close(t);
    return status;
}

static void assert_reads_as(const struct text_reading *reading, const char *bytes, size_t n,
                            const char *joined)
{
    struct lines l;
    ASSERT_OK(read_as(&l, reading, bytes, n));
    ck_assert_str_eq(l.joined.data, joined);
    bytes_free(&l.joined);
}

static void assert_refused_as(const struct text_reading *reading, const char *bytes, size_t n,
                              const char *message)
{
    struct lines l;
    ASSERT_FAILS(read_as(&l, reading, bytes, n), ST_INPUT, message);
    bytes_free(&l.joined);
}

/* The bytes, their number, the lines; the encoding is NULL where a mark says it. By Python's
 * str.encode. */
#define BYTES(text) text, sizeof text - 1
static const struct {
    const char *encoding;
    const char *bytes;
    size_t n;
    const char *lines;
} encodings[] = {
    {NULL, BYTES("\xFF\xFE\x61\0\xE9\0\n\0\x3D\xD8\0\xDE"), "a\xC3\xA9|\xF0\x9F\x98\x80|"},
    {NULL, BYTES("\xFE\xFF\0\x61\0\r\0\n\0\x62"), "a|b|"},
    {NULL, BYTES("\xFF\xFE\0\0\x61\0\0\0"), "a|"},
    {NULL, BYTES("\0\0\xFE\xFF\0\1\xF6\0"), "\xF0\x9F\x98\x80|"},
    {NULL, BYTES("\xFF\xFE"), ""},
    {NULL, BYTES("\xFF\xFE\xFF\xFE\x61\0"),
     "\xEF\xBB\xBF"
     "a|"},
    {"utf-16", BYTES("\xFE\xFF\0\x61"), "a|"},
    {"UTF-16LE", BYTES("\xFF\xFE\x61\0"), "a|"},
    {"utf-16-le", BYTES("\x61\0\n\0"), "a|"},
    {"UTF-16BE", BYTES("\x20\x28\0\x61"),
     "\xE2\x80\xA8"
     "a|"},
    {"utf-8",
     BYTES("\xEF\xBB\xBF"
           "a"),
     "a|"},
    {"utf-16", "", 0, ""},
    {"latin-1", BYTES("na\xEFve\x85\n"), "na\xC3\xAFve\xC2\x85|"},
    {"ISO-8859-1", BYTES("\xFF"), "\xC3\xBF|"},
    {"windows-1252", BYTES("\x93\x80\x94 \x9F\r\n"),
     "\xE2\x80\x9C\xE2\x82\xAC\xE2\x80\x9D \xC5\xB8|"},
    {"CP1252", BYTES(""), ""},
    {"koi8-r", BYTES("\xC1\xC2\n"), "\xD0\xB0\xD0\xB1|"},
    {"shift_jis", BYTES("\x93\xFA\x96\x7B\n\xB1"), "\xE6\x97\xA5\xE6\x9C\xAC|\xEF\xBD\xB1|"},
    {"GB18030", BYTES("\x84\x31\x95\x33\x81\x30\x84\x36"), "\xC2\xA5|"},
    {"iso-2022-jp", BYTES("a\x1B$BF|K\\\x1B(B\n"), "a\xE6\x97\xA5\xE6\x9C\xAC|"},
};

START_TEST(texts_are_converted)
{
    const struct text_reading reading = {.encoding = encodings[_i].encoding};
    assert_reads_as(&reading, encodings[_i].bytes, encodings[_i].n, encodings[_i].lines);
}
END_TEST

static const struct {
    const char *encoding;
    const char *bytes;
    size_t n;
    const char *message;
} defects[] = {
    {"cp1252", BYTES("a\nb\x81z"),
     "in.txt' line 2 cannot be converted at byte 4 of the text, where 0x81 0x7a stands"},
    {"ascii", BYTES("\n\n\xE9\n"), "line 3 cannot be converted at byte 3"},
    {NULL, BYTES("\xFF\xFE\x61\0\n\0\0\xDC"), "line 2 cannot be converted at byte 7"},
    {NULL, BYTES("\xFF\xFE\x61\0\x3D\xD8"), "line 1 ends within a character at byte 5"},
    {NULL, BYTES("\xFF\xFE\x61\0\x62"), "line 1 ends within a character at byte 5"},
    {NULL, BYTES("\xFF\xFE\0\0\0\0\x11\0"), "line 1 cannot be converted at byte 5"},
    {NULL, BYTES("\xFF\xFE\x61\0\0\0\n\0"), "line 1 has a NUL byte at byte 2"},
    {"utf-16be", BYTES("\xFF\xFE\x61\0"), "the byte-order mark of UTF-16LE, not of 'utf-16be'"},
    {"latin-1",
     BYTES("\xEF\xBB\xBF"
           "a"),
     "the byte-order mark of UTF-8, not of 'latin-1'"},
    {"utf-8", BYTES("\xFE\xFF\0\x61"), "the byte-order mark of UTF-16BE, not of 'utf-8'"},
    {"utf-16", BYTES("\xFF\xFE\0\0\x61\0\0\0"), "the byte-order mark of UTF-32LE"},
    {"UTF-16", BYTES("\x61\0"), "no byte-order mark, without which 'UTF-16' is ambiguous"},
    {NULL, BYTES("a\0b\0\n\0c\0"), "it looks like UTF-16LE without a byte-order mark"},
    {NULL, BYTES("\0a\0b\0\n\0c"), "it looks like UTF-16BE without a byte-order mark"},
    {NULL, BYTES("na\xEFve\n"),
     "line 1 has a character that is cut short (0xef) at byte 3: it is not UTF-8"},
};

START_TEST(what_cannot_be_converted_is_refused_with_its_place)
{
    const struct text_reading reading = {.encoding = defects[_i].encoding};
    assert_refused_as(&reading, defects[_i].bytes, defects[_i].n, defects[_i].message);
}
END_TEST

START_TEST(lines_before_a_defect_are_given_first)
{
    struct lines l;
    static char bytes[100001];
    memset(bytes, 'a', sizeof bytes);
    for (size_t i = 99; i < sizeof bytes; i += 100)
        bytes[i] = '\n';
    bytes[100000] = '\x81';
    const struct text_reading reading = {.encoding = "cp1252"};
    ASSERT_FAILS(read_as(&l, &reading, bytes, sizeof bytes), ST_INPUT,
                 "line 1001 cannot be converted at byte 100001");
    ck_assert_uint_eq(l.pieces, 1000);
    bytes_free(&l.joined);
}
END_TEST

/* Characters of two to four bytes in UTF-8, of two and four in UTF-16, over every reading step. */
START_TEST(characters_may_lie_across_any_reading_step)
{
    enum { N = 70000 };
    static char utf16[4 * N + 2], want[4 * N];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t n = 0, m = 0;
        for (size_t i = 0; i < shift; i++)
            utf16[n++] = 'x', utf16[n++] = 0, want[m++] = 'x';
        for (size_t i = 0; i < N / 2; i++) {
            memcpy(utf16 + n, "\x3D\xD8\0\xDE\xE9\0", 6), n += 6;
            memcpy(want + m, "\xF0\x9F\x98\x80\xC3\xA9", 6), m += 6;
        }
        want[m++] = '|';
        want[m] = '\0';
        assert_reads_as(&(struct text_reading){.encoding = "utf-16le"}, utf16, n, want);
    }
}
END_TEST

START_TEST(names_of_encodings_are_checked)
{
    static const char *const good[] = {"utf8",       "UTF-16", "windows-1252", "Latin-1",
                                       "iso8859-15", "koi8-r", "ANSI"};
    static const char *const bad[] = {
        "", "no-such", "CP1252//IGNORE", "CP1252//TRANSLIT", "a b", "ASCII,TRANSLIT", "/"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ASSERT_OK(encoding_check(good[i], &err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ASSERT_FAILS(encoding_check(bad[i], &err), ST_USAGE, "there is no encoding '");
}
END_TEST

static const struct {
    const char *text, *lines;
} json_cases[] = {
    {"", ""},
    {"{\"text\":\"a b\"}\n{\"id\":1,\"text\":\"c\"}", "a b|c|"},
    {"{\"text\":\"a\\nb\\n\"}\r\n\n  \n{\"text\":\"\"}\n", "a|b||"},
    {"{\"text\":\"a\\n\\nb\"}\n", "a||b|"},
    {"\xEF\xBB\xBF{\"text\":\"\\u00e9\\ud83d\\ude00\\t\\\"\"}\n", "\xC3\xA9\xF0\x9F\x98\x80\t\"|"},
    {"{\"x\":{\"text\":\"no\"},\"text\":\"yes\"}\n", "yes|"},
    {"{\"text\":\"\\ufeffa\\u2028b\"}\n", "\xEF\xBB\xBF"
                                          "a\xE2\x80\xA8"
                                          "b|"},
};

START_TEST(fields_of_json_lines_are_read)
{
    const struct text_reading reading = {.json_field = "text"};
    assert_reads_as(&reading, json_cases[_i].text, strlen(json_cases[_i].text),
                    json_cases[_i].lines);
}
END_TEST

static const struct {
    const char *text, *message;
} json_defects[] = {
    {"{\"text\":\"a\"}\n\n{\"id\":1,\"body\":\"b\"}\n",
     "in.txt' line 3 has no field 'text'; it has 'id', 'body'"},
    {"{}\n", "line 1 has no field 'text'; it has none"},
    {"{\"text\":\"a\\nb\\nc\"}\n{\"text\":1}\n",
     "line 2 has no text in its field 'text': it is not a string"},
    {"{\"text\":null}\n", "it is not a string"},
    {"[\"text\"]\n", "line 1 is not a JSON object"},
    {"{\"text\":\"a\\q\"}\n", "line 1 is not valid JSON at column 12: invalid escape"},
    {"{\"text\":\"a\"}\n{\"text\":\"\\ud800\"}\n",
     "line 2 is not valid JSON at column 16: invalid"},
    {"{\"text\":\"\\u0000\"}\n", "line 1 is not valid JSON at column 16"},
    {"{\"text\":\"a\",\"text\":\"b\"}\n", "duplicate object key"},
    {"{\"text\":\"a\"} x\n", "line 1 is not valid JSON at column"},
    {"{\"text\":\n\"a\"}\n", "line 1 is not valid JSON"},
    {"{\"text\":\"a\"}\n{\"text\":\"\xFF\"}\n", "line 2 is not valid JSON"},
    {"plain words\n", "line 1 is not valid JSON at column"},
};

START_TEST(defects_of_json_lines_are_refused_with_their_line)
{
    const struct text_reading reading = {.json_field = "text"};
    assert_refused_as(&reading, json_defects[_i].text, strlen(json_defects[_i].text),
                      json_defects[_i].message);
}
END_TEST

/* The line of the file, not of its texts, is that of an error further on. */
START_TEST(lines_of_json_are_counted_in_the_file)
{
    struct lines l;
    static const char text[] = "{\"text\":\"a\\nb\\nc\"}\n\n{\"text\":\"d\\ne\"}\n";
    const struct text_reading reading = {.json_field = "text"};
    ASSERT_OK(read_as(&l, &reading, text, sizeof text - 1));
    ck_assert_uint_eq(l.pieces, 5);
    ck_assert_uint_eq(l.last_line, 3);
    bytes_free(&l.joined);
}
END_TEST

START_TEST(json_lines_are_read_in_any_encoding)
{
    static const char utf16[] = "\xFF\xFE{\0\"\0t\0\"\0:\0\"\0\xE9\0\"\0}\0\n";
    const struct text_reading reading = {.json_field = "t"};
    assert_reads_as(&reading, utf16, sizeof utf16, "\xC3\xA9|");
}
END_TEST

static enum status endless_line(void *ctx, void *buf, size_t cap, size_t *got, struct err *e)
{
    (void)ctx;
    (void)e;
    memset(buf, ' ', cap);
    *got = cap;
    return ST_OK;
}

START_TEST(endless_line_of_json_is_refused)
{
    struct json_lines *j;
    char buf[64];
    size_t got;
    const struct byte_reader from = {endless_line, NULL};
    ASSERT_OK(json_lines_new(&j, "text", "m", &err));
    ASSERT_FAILS(json_lines_read(j, &from, buf, sizeof buf, &got, &err), ST_INPUT,
                 "'m' line 1 has more than 16777216 bytes");
    json_lines_free(j);
}
END_TEST

static Suite *text_input_suite(void)
{
    Suite *suite = suite_create("text_input");
    TCase *tc = tcase_create("text_input");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, texts_are_converted, 0, sizeof encodings / sizeof *encodings);
    tcase_add_loop_test(tc, what_cannot_be_converted_is_refused_with_its_place, 0,
                        sizeof defects / sizeof *defects);
    tcase_add_test(tc, lines_before_a_defect_are_given_first);
    tcase_add_test(tc, characters_may_lie_across_any_reading_step);
    tcase_add_test(tc, names_of_encodings_are_checked);
    tcase_add_loop_test(tc, fields_of_json_lines_are_read, 0,
                        sizeof json_cases / sizeof *json_cases);
    tcase_add_loop_test(tc, defects_of_json_lines_are_refused_with_their_line, 0,
                        sizeof json_defects / sizeof *json_defects);
    tcase_add_test(tc, lines_of_json_are_counted_in_the_file);
    tcase_add_test(tc, json_lines_are_read_in_any_encoding);
    tcase_add_test(tc, endless_line_of_json_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(text_input_suite())
