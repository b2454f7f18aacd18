/* Markers of other programs: what a line of text is without them. */
#include <string.h>

#include "tests/support/ids_support.h"
#include "vocab/markers.h"

static const struct markers all = {.bos = "<s>", .eos = "</s>", .unk = "[UNK]"};

/* Reads the pieces, which '|' divides, of one line. */
static void assert_read(const struct markers *m, bool anywhere, const char *pieces,
                        const char *expected)
{
    struct marked_lines lines = {.markers = m, .anywhere = anywhere};
    struct buf got = {0};
    struct err err = {0};
    ck_assert_int_eq(buf_reserve(&got, 0, &err), ST_OK);
    for (const char *at = pieces;; at++) {
        struct slice piece = {at, strcspn(at, "|")};
        at += piece.len;
        ck_assert_int_eq(marked_lines_read(&lines, &piece, *at == '\0', &err), ST_OK);
        ck_assert_int_eq(buf_add(&got, piece.bytes, piece.len, &err), ST_OK);
        if (*at == '\0')
            break;
    }
    ck_assert_str_eq(got.data, expected);
    ck_assert(!lines.begun && !lines.holds_eos);
    buf_fini(&got);
    marked_lines_fini(&lines);
}

START_TEST(a_line_between_markers_is_the_line)
{
    static const char *const lines[][2] = {
        {"<s> a b </s>", "a b"},
        {"  <s> a b </s> ", "a b"},
        {"<s>  a b  </s>", " a b "}, /* one blank goes with each */
        {"<s> <s> a </s>", "a"},
        {"<s> </s>", ""},
        {"<s>", ""},
        {"</s>", ""},
        {"", ""},
        {"a b", "a b"},
        {" a  b ", " a  b "},
        {"<s>\ta </s>\r", "a"},
        {"a <s> b", "a <s> b"}, /* not where a line begins */
        {"<s>a b</s>", "<s>a b</s>"},
        {"<s> a </s> <s> b </s>", "a <eos> b"},
        {"a </s> b", "a <eos> b"},
        {"a </s> </s>", "a <eos>"},
        {"a [UNK] b [UNK]", "a <unk> b <unk>"},
        {"<s> [UNK] </s>", "<unk>"},
        {"[UNK]s x[UNK] [UNK]", "[UNK]s x[UNK] <unk>"},
        {"<unk> <eos> a", "<unk> <eos> a"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_read(&all, false, lines[i][0], lines[i][1]);
}
END_TEST

START_TEST(pieces_of_a_line_are_one_line)
{
    assert_read(&all, false, "<s> a |b </s>", "a b");
    assert_read(&all, false, "  |<s> a </s> |  ", "  a");
    assert_read(&all, false, "<s> a </s> | |b </s>", "a<eos> b");
    assert_read(&all, false, "<s> |<s> a |<s> b", "a <s> b");
    assert_read(&all, false, "a </s> |<s> b", "a<eos> <s> b");
}
END_TEST

START_TEST(a_tokenizer_that_cuts_words_meets_markers_beside_them)
{
    static const struct markers word = {.unk = "unk"};
    assert_read(&all, true, "<s>a, [UNK].</s>", "a, <unk>.");
    assert_read(&all, true, "x[UNK]y", "x<unk>y");
    assert_read(&word, true, "unk, (unk) trunk unks <unk> [unk] unk's",
                "<unk>, (<unk>) trunk unks <unk> [unk] <unk>'s");
    assert_read(&word, false, "unk, unk unks", "unk, <unk> unks");
}
END_TEST

START_TEST(lines_are_normalized_before_their_markers_are_found)
{
    static const struct markers form = {.normalize = "nfc"};
    static const struct markers both = {.eos = "</s>", .normalize = "nfc"};
    static const struct markers none = {.eos = "</s>", .normalize = "none"};
    assert_read(&form, false, "<s> cafe\xCC\x81 </s>", "<s> caf\xC3\xA9 </s>");
    assert_read(&both, false, "cafe\xCC\x81 </s>", "caf\xC3\xA9");
    assert_read(&none, false, "cafe\xCC\x81 </s>", "cafe\xCC\x81");
}
END_TEST

START_TEST(a_literal_eos_at_the_end_is_not_doubled)
{
    static const struct markers own = {.eos = TOKEN_EOS, .unk = TOKEN_UNK};
    assert_read(&own, false, "a <eos>", "a");
    assert_read(&own, false, "a <eos> b <unk> <eos>", "a <eos> b <unk>");
}
END_TEST

/* Of a line that has many of one marker and none of another, as long as a piece can be. */
START_TEST(many_markers_in_a_long_line_take_no_longer)
{
    enum { N = 200000 };
    struct buf line = {0}, want = {0};
    struct err err = {0};
    for (size_t i = 0; i < N; i++) {
        ck_assert_int_eq(buf_add_text(&line, "[UNK] ", &err), ST_OK);
        ck_assert_int_eq(buf_add_text(&want, "<unk> ", &err), ST_OK);
    }
    assert_read(&all, false, line.data, want.data);
    buf_fini(&line);
    buf_fini(&want);
}
END_TEST

START_TEST(what_cannot_be_a_marker_is_refused)
{
    char longest[MARKER_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[MARKER_MAX + 1] = '\0';
    const struct marker_names bad[] = {
        {.bos = ""},        {.eos = "a b"},           {.unk = "a\tb"},          {.unk = "a\x7f"},
        {.bos = longest},   {.bos = "x", .unk = "x"}, {.eos = "x", .unk = "x"}, {.unk = TOKEN_EOS},
        {.eos = TOKEN_UNK}, {.bos = TOKEN_UNK},
    };
    struct markers m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        ck_assert_int_eq(markers_set(&m, &bad[i], &err), ST_USAGE);
        ck_assert_uint_gt(strlen(err.text), 0);
    }
    longest[MARKER_MAX] = '\0';
    const struct marker_names good = {.bos = longest, .eos = longest};
    ck_assert_int_eq(markers_set(&m, &good, NULL), ST_OK);
    ck_assert_str_eq(m.bos, longest);
    ck_assert_str_eq(m.unk, "");
}
END_TEST

START_TEST(a_marked_text_has_the_ids_of_the_text)
{
    struct vocab *v = small_vocab();
    for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
        struct ids plain = {0}, marked = {0};
        struct err err = {0};
        const struct ids_reading how = {tokenizer_at(i), &all, NULL};
        struct source *source;
        struct text *text;
        const char bytes[] = "<s> a b </s>\n<s> [UNK] </s>\n\n<s> </s>\na\n<s> b </s>";
        ck_assert_int_eq(
            encode(&plain, "a b\n<unk>\n\n\na\nb\n", tokenizer_at(i), v, OOV_UNK, &err), ST_OK);
        ck_assert_int_eq(source_open_memory(&source, "m", bytes, sizeof bytes - 1, &err), ST_OK);
        ck_assert_int_eq(text_open(&text, source, &err), ST_OK);
        ck_assert_int_eq(ids_encode_text(&marked, text, &how, v, OOV_UNK, NULL, &err), ST_OK);
        ck_assert_uint_eq(marked.n, plain.n);
        ck_assert_mem_eq(marked.data, plain.data, plain.n * sizeof *plain.data);
        ck_assert_uint_eq(marked.unknown, plain.unknown);
        text_close(text);
        ids_fini(&plain);
        ids_fini(&marked);
    }
    vocab_free(v);
}
END_TEST

static Suite *markers_suite(void)
{
    Suite *s = suite_create("markers");
    TCase *tc = vocab_tcase("markers");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, a_line_between_markers_is_the_line);
    tcase_add_test(tc, pieces_of_a_line_are_one_line);
    tcase_add_test(tc, a_tokenizer_that_cuts_words_meets_markers_beside_them);
    tcase_add_test(tc, lines_are_normalized_before_their_markers_are_found);
    tcase_add_test(tc, a_literal_eos_at_the_end_is_not_doubled);
    tcase_add_test(tc, many_markers_in_a_long_line_take_no_longer);
    tcase_add_test(tc, what_cannot_be_a_marker_is_refused);
    tcase_add_test(tc, a_marked_text_has_the_ids_of_the_text);
    return s;
}

TAP_MAIN(markers_suite())
