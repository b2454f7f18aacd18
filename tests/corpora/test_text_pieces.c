/* Parts of a text: the pieces of a long line, and the lines of a split. */
#include "corpora/text.h"

#include <stdio.h>
#include <stdlib.h>

#include "corpora/splits/split_reader.h"
#include "tests/support/tap.h"
#include "tests/support/text_support.h"

START_TEST(line_of_a_piece_is_one_and_a_longer_one_is_cut_behind_a_blank)
{
    static const char *const ends[] = {"", "\n", "\r\n", "\r\nnext\n"};
    char *text = malloc(TEXT_PIECE + 64);
    ck_assert_ptr_nonnull(text);
    for (size_t len = TEXT_PIECE - 2; len <= TEXT_PIECE + 4; len++) {
        struct lines l;
        memset(text, 'w', len);
        text[9] = text[TEXT_PIECE - 9] = ' ';
        strcpy(text + len, ends[_i]);
        ck_assert_msg(read_bytes(&l, text, len + strlen(ends[_i])) == ST_OK, "%s", err.text);
        const bool cut = len > TEXT_PIECE;
        ck_assert_uint_eq(l.pieces, 1U + cut + (_i == 3));
        ck_assert_uint_eq(l.longest, cut ? TEXT_PIECE - 8 : len);
        ck_assert_uint_eq(l.last_line, _i == 3 ? 2 : 1);
        ck_assert_int_eq(l.joined.data[TEXT_PIECE - 8] == '+', cut);
        bytes_free(&l.joined);
    }
    free(text);
}
END_TEST

START_TEST(pieces_of_a_long_line_make_the_line)
{
    const size_t n = 5 * (size_t)TEXT_PIECE + 77;
    char *text = malloc(n + 1);
    struct lines l;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 1000 == 999 ? ' ' : (char)('a' + i % 26);
    ck_assert_int_eq(read_bytes(&l, text, n), ST_OK);
    ck_assert_uint_ge(l.pieces, 5);
    ck_assert_uint_le(l.longest, TEXT_PIECE + 1);
    size_t at = 0;
    for (size_t i = 0; i < l.joined.n; i++) {
        const char c = l.joined.data[i];
        if (c == '+' ? text[at - 1] != ' ' : c != '|' && c != text[at++])
            ck_abort_msg("piece and line differ at byte %zu", at);
    }
    ck_assert_uint_eq(at, n);
    text[n - 5] = '\0';
    bytes_free(&l.joined);
    ck_assert_int_eq(read_bytes(&l, text, n), ST_INPUT);
    char place[64];
    snprintf(place, sizeof place, "line 1 has a NUL byte at byte %zu:", n - 4);
    ck_assert_msg(strstr(err.text, place) != NULL, "%s", err.text);
    bytes_free(&l.joined);
    free(text);
}
END_TEST

START_TEST(word_of_a_piece_is_taken_and_a_longer_one_refused)
{
    const size_t n = 10 << 20;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    memset(text, 'w', n);
    memcpy(text, "x\na ", 4);
    assert_refused(text, n, "'m' line 2 has a word of more than 1048576 bytes at byte 3");
    text[4 + TEXT_PIECE] = ' '; /* just long enough, but the rest is not */
    assert_refused(text, n, "line 2 has a word of more than 1048576 bytes at byte 1048580");
    struct lines l;
    ck_assert_int_eq(read_bytes(&l, text, 4 + TEXT_PIECE + 10), ST_OK);
    bytes_free(&l.joined);
    text[4 + 1000] = '\0';
    assert_refused(text, n, "line 2 has a NUL byte at byte 1003");
    text[4 + 1000] = '\xFF';
    assert_refused(text, n, "line 2 has a byte that no character begins with (0xff) at byte 1003");
    free(text);
}
END_TEST

START_TEST(long_word_of_long_characters_is_called_a_long_word)
{
    const size_t n = 2 * (size_t)TEXT_PIECE;
    char *text = malloc(n + 4);
    ck_assert_ptr_nonnull(text);
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = 0; i < n; i++)
            text[shift + i] = "\xF0\x9F\x98\x80"[i % 4];
        assert_refused(text, shift + n, "a word of more than");
    }
    free(text);
}
END_TEST

static struct split_text range_of(const char *path, uint64_t first, uint64_t end)
{
    return (struct split_text){
        .path = (char *)(uintptr_t)path, .first_line = first, .end_line = end};
}

static enum status read_range(struct lines *l, const char *path, uint64_t first, uint64_t end,
                              uint64_t *hash)
{
    struct text *t;
    const struct split_text split = range_of(path, first, end);
    *l = (struct lines){0};
    enum status status = split_open(&t, &split, &limits, &err);
    if (status != ST_OK)
        return status;
    ck_assert_str_eq(text_name(t), path);
    status = drain_text(l, t);
    if (status == ST_OK)
        status = text_finish(t, hash, &err);
    text_close(t);
    return status;
}

START_TEST(split_keeps_to_its_lines_and_hashes_the_whole)
{
    static const struct {
        uint64_t first, end;
        const char *joined;
    } cases[] = {{0, 5, "a|b||d|e|"}, {0, UINT64_MAX, "a|b||d|e|"},
                 {0, 2, "a|b|"},      {2, 4, "|d|"},
                 {4, 5, "e|"},        {1, 1, ""}};
    const char *text = "a\nb\r\n\nd\ne";
    struct lines l;
    uint64_t hash;
    test_write_text("range.txt", text);
    const enum status status =
        read_range(&l, test_path("range.txt"), cases[_i].first, cases[_i].end, &hash);
    ck_assert_int_eq(status, ST_OK);
    ck_assert_str_eq(l.joined.data, cases[_i].joined);
    ck_assert_uint_eq(hash, hash_bytes(text, strlen(text)));
    if (l.pieces > 0)
        ck_assert_uint_eq(l.last_line, cases[_i].end == UINT64_MAX ? 5 : cases[_i].end);
    bytes_free(&l.joined);
}
END_TEST

START_TEST(splits_that_follow_one_another_are_read_in_one_go)
{
    const char *text = "a\nb\n\nd\ne";
    const uint64_t ends[] = {1, 1, 3, 5};
    const char *const joined[] = {"a|", "", "b||", "e|"};
    struct text *t;
    uint64_t hash;
    test_write_text("range.txt", text);
    struct split_text split = range_of(test_path("range.txt"), 0, ends[0]);
    ck_assert_int_eq(split_open(&t, &split, &limits, &err), ST_OK);
    for (size_t i = 0; i < 4; i++) {
        struct lines l = {0};
        ck_assert_int_eq(drain_text(&l, t), ST_OK);
        ck_assert_str_eq(l.joined.n > 0 ? (const char *)l.joined.data : "", joined[i]);
        bytes_free(&l.joined);
        if (i == 3)
            break;
        split.first_line = i == 2 ? 4 : split.end_line; /* a line between them is passed over */
        split.end_line = ends[i + 1];
        ck_assert_int_eq(text_keep_to(t, split.first_line, split.end_line, &err), ST_OK);
    }
    ck_assert_int_eq(text_finish(t, &hash, &err), ST_OK);
    ck_assert_uint_eq(hash, hash_bytes(text, strlen(text)));
    text_close(t);
}
END_TEST

START_TEST(range_behind_the_end_of_a_text_is_refused)
{
    struct lines l;
    uint64_t hash;
    test_write_text("short.txt", "a\nb\n");
    ck_assert_int_eq(read_range(&l, test_path("short.txt"), 3, 4, &hash), ST_INPUT);
    ck_assert_msg(strstr(err.text, "it changed") != NULL, "%s", err.text);
}
END_TEST

START_TEST(damage_far_behind_the_lines_of_a_split_is_found)
{
    struct lines l;
    uint64_t hash;
    struct bytes text = {0};
    for (int i = 0; i < 100000; i++)
        bytes_append(&text, "some line\n", 10);
    struct bytes gz = files_gzip(text.data, text.n);
    test_write("whole.gz", gz.data, gz.n);
    ck_assert_int_eq(read_range(&l, test_path("whole.gz"), 0, 1, &hash), ST_OK);
    ck_assert_str_eq(l.joined.data, "some line|");
    ck_assert_uint_eq(hash, hash_bytes(text.data, text.n));
    bytes_free(&l.joined);
    gz.data[gz.n - 8] ^= 1; /* the sum */
    test_write("damaged.gz", gz.data, gz.n);
    ck_assert_int_eq(read_range(&l, test_path("damaged.gz"), 0, 1, &hash), ST_INPUT);
    ck_assert_str_eq(l.joined.data, "some line|");
    ck_assert_msg(strstr(err.text, "is damaged") != NULL, "%s", err.text);
    bytes_free(&gz), bytes_free(&text), bytes_free(&l.joined);
}
END_TEST

static Suite *text_pieces_suite(void)
{
    Suite *suite = suite_create("text_pieces");
    TCase *tc = tcase_create("text_pieces");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, line_of_a_piece_is_one_and_a_longer_one_is_cut_behind_a_blank, 0, 4);
    tcase_add_test(tc, pieces_of_a_long_line_make_the_line);
    tcase_add_test(tc, word_of_a_piece_is_taken_and_a_longer_one_refused);
    tcase_add_test(tc, long_word_of_long_characters_is_called_a_long_word);
    tcase_add_loop_test(tc, split_keeps_to_its_lines_and_hashes_the_whole, 0, 6);
    tcase_add_test(tc, splits_that_follow_one_another_are_read_in_one_go);
    tcase_add_test(tc, range_behind_the_end_of_a_text_is_refused);
    tcase_add_test(tc, damage_far_behind_the_lines_of_a_split_is_found);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(text_pieces_suite())
