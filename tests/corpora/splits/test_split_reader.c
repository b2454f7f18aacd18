/* The texts of a corpus: each source is read once, in whatever order its texts lie. */
#include "corpora/splits/split_reader.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/hash.h"
#include "tests/support/corpora_files.h"
#include "tests/support/opens_support.h"
#include "tests/support/splits_support.h"
#include "tests/support/tap.h"

/* Every order of the three texts, with other members before, between and after them. */
static const enum split orders[][N_SPLITS] = {
    {SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST}, {SPLIT_TRAIN, SPLIT_TEST, SPLIT_VALID},
    {SPLIT_VALID, SPLIT_TRAIN, SPLIT_TEST}, {SPLIT_VALID, SPLIT_TEST, SPLIT_TRAIN},
    {SPLIT_TEST, SPLIT_TRAIN, SPLIT_VALID}, {SPLIT_TEST, SPLIT_VALID, SPLIT_TRAIN},
};
static const char *const kinds[] = {"c.tar", "c.tgz", "c.zip"};
static const char *const names[] = {"d/train.txt", "d/valid.txt", "d/test.txt"};
static const char *const texts[] = {"one\ntwo\n", "three\n", "\xEF\xBB\xBFsix\r\nfive"};
static const char *const lines[] = {"one|two|", "three|", "six|five|"};

static const char *write_archive(const char *kind, const enum split order[N_SPLITS])
{
    struct file_member members[2 * N_SPLITS + 1] = {{.name = "0", .text = "other\n"},
                                                    {.name = "2", .text = ""},
                                                    {.name = "4", .text = "some\n"},
                                                    {.name = "6", .text = "more\n"}};
    for (size_t i = N_SPLITS + 1; i-- > 0;) {
        members[2 * i] = members[i];
        if (i < N_SPLITS)
            members[2 * i + 1] =
                (struct file_member){.name = names[order[i]], .text = texts[order[i]]};
    }
    const bool zip = strcmp(kind, "c.zip") == 0;
    struct bytes a = files_archive(zip ? "zip" : "ustar", members, N_OF(members));
    struct bytes gz = files_gzip(a.data, a.n);
    const struct bytes *file = strcmp(kind, "c.tgz") == 0 ? &gz : &a;
    test_write(kind, file->data, file->n);
    bytes_free(&a), bytes_free(&gz);
    return test_path(kind);
}

/* Reads the text that came, as its lines with '|' after each. */
static void assert_lines(struct text *text, const char *want)
{
    char got[256] = "";
    for (;;) {
        struct text_piece p;
        bool more;
        ck_assert_msg(text_next(text, &p, &more, &err) == ST_OK, "%s", err.text);
        if (!more)
            break;
        strncat(got, p.bytes, p.len);
        strcat(got, "|");
    }
    ck_assert_str_eq(got, want);
}

static enum split next(struct split_reader *r, struct text **text)
{
    enum split s;
    ck_assert_msg(split_reader_next(r, &s, text, &err) == ST_OK, "%s", err.text);
    ck_assert((*text == NULL) == (s == N_SPLITS));
    return s;
}

static struct split_reader reader_of(const struct corpus *c, unsigned splits)
{
    return (struct split_reader){.corpus = c, .limits = &limits, .left = splits};
}

START_TEST(an_archive_is_read_once_in_its_own_order)
{
    const enum split *order = orders[_i % 6];
    const char *path = write_archive(kinds[_i / 6], order);
    struct corpus c;
    struct text *text;
    ck_assert_msg(find(&c, path, ALL) == ST_OK, "%s", err.text);
    struct split_reader r = reader_of(&c, ALL);
    const int opens = opens_watch(path);
    for (size_t i = 0; i < N_SPLITS; i++) {
        ck_assert_int_eq(next(&r, &text), order[i]);
        ck_assert_str_eq(text_name(text), c.splits[order[i]].name);
        assert_lines(text, lines[order[i]]);
    }
    ck_assert_int_eq(next(&r, &text), N_SPLITS);
    ck_assert_int_eq(opens_count(opens), 1);
    for (size_t i = 0; i < N_SPLITS; i++)
        ck_assert_uint_eq(r.hashes[i], hash_bytes(texts[i], strlen(texts[i])));
    split_reader_fini(&r);
    corpus_fini(&c);
}
END_TEST

START_TEST(a_split_that_is_put_back_comes_again_after_those_before_it)
{
    const enum split *order = orders[_i % 6];
    struct corpus c;
    struct text *text;
    bool given[N_SPLITS] = {false}, back[N_SPLITS] = {false};
    ck_assert_int_eq(find(&c, write_archive(kinds[_i / 6], order), ALL), ST_OK);
    struct split_reader r = reader_of(&c, ALL);
    for (enum split s; (s = next(&r, &text)) != N_SPLITS;) {
        bool early = false;
        for (enum split k = 0; k < s; k++)
            early = early || !given[k];
        ck_assert(!early || !back[s]);
        ck_assert_int_eq(split_reader_put_back(&r, s), early);
        given[s] = !early;
        back[s] = early;
        if (!early) /* one that is put back may have been left in its middle */
            assert_lines(text, lines[s]);
    }
    for (size_t i = 0; i < N_SPLITS; i++) {
        ck_assert(given[i]);
        ck_assert_uint_eq(r.hashes[i], hash_bytes(texts[i], strlen(texts[i])));
    }
    split_reader_fini(&r);
    corpus_fini(&c);
}
END_TEST

START_TEST(one_member_may_be_the_text_of_two_splits)
{
    struct corpus c;
    struct text *text;
    const char *path = write_archive(kinds[_i], orders[5]);
    ck_assert_int_eq(find_test(&c, path, "valid.txt"), ST_OK);
    struct split_reader r = reader_of(&c, ALL);
    static const enum split order[] = {SPLIT_VALID, SPLIT_TRAIN, SPLIT_TEST};
    for (size_t i = 0; i < N_SPLITS; i++) {
        ck_assert_int_eq(next(&r, &text), order[i]);
        assert_lines(text, lines[order[i] == SPLIT_TEST ? SPLIT_VALID : order[i]]);
    }
    ck_assert_int_eq(next(&r, &text), N_SPLITS);
    ck_assert_uint_eq(r.hashes[SPLIT_VALID], r.hashes[SPLIT_TEST]);
    split_reader_fini(&r);
    corpus_fini(&c);
}
END_TEST

START_TEST(splits_that_are_not_asked_for_are_passed_over)
{
    struct corpus c;
    struct text *text;
    ck_assert_int_eq(find(&c, write_archive(kinds[_i], orders[4]), ALL), ST_OK);
    struct split_reader r = reader_of(&c, TRAIN | VALID);
    ck_assert_int_eq(next(&r, &text), SPLIT_TRAIN);
    ck_assert_int_eq(next(&r, &text), SPLIT_VALID);
    assert_lines(text, "three|");
    ck_assert_int_eq(next(&r, &text), N_SPLITS);
    split_reader_fini(&r);
    corpus_fini(&c);
}
END_TEST

/* A text of 20 lines: "0|1|..|" for train, "18|" and "19|" for those after it. */
static const char *write_cut_text(bool gzip)
{
    char text[128] = "";
    for (int i = 0; i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d\n", i);
    struct bytes gz = files_gzip(text, strlen(text));
    if (gzip)
        test_write("cut.gz", gz.data, gz.n);
    else
        test_write_text("cut.txt", text);
    bytes_free(&gz);
    return test_path(gzip ? "cut.gz" : "cut.txt");
}

START_TEST(a_text_that_is_cut_is_read_once_also_where_another_lies_between)
{
    const char *path = write_cut_text(_i % 2 == 1);
    struct corpus c;
    struct text *text;
    test_write_text("named", "named\n");
    const bool named = _i / 2 == 1;
    const struct corpus_request request = {
        .path = path,
        .named[SPLIT_VALID] = named ? test_path("named") : NULL,
        .needed = ALL,
    };
    ck_assert_msg(corpus_find(&c, &request, &limits, &err) == ST_OK, "%s", err.text);
    struct split_reader r = reader_of(&c, ALL);
    const int opens = opens_watch(path);
    ck_assert_int_eq(next(&r, &text), SPLIT_TRAIN);
    if (!named) {
        ck_assert_int_eq(next(&r, &text), SPLIT_VALID);
        assert_lines(text, "18|");
    }
    ck_assert_int_eq(next(&r, &text), SPLIT_TEST);
    assert_lines(text, "19|");
    if (named) {
        ck_assert_int_eq(next(&r, &text), SPLIT_VALID);
        assert_lines(text, "named|");
    }
    ck_assert_int_eq(next(&r, &text), N_SPLITS);
    ck_assert_int_eq(opens_count(opens), 1);
    ck_assert_uint_eq(r.hashes[SPLIT_TRAIN], r.hashes[SPLIT_TEST]);
    ck_assert_int_eq(r.hashes[SPLIT_TRAIN] == r.hashes[SPLIT_VALID], !named);
    split_reader_fini(&r);
    corpus_fini(&c);
}
END_TEST

static Suite *split_reader_suite(void)
{
    Suite *suite = suite_create("split_reader");
    TCase *tc = tcase_create("split_reader");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_loop_test(tc, an_archive_is_read_once_in_its_own_order, 0, 6 * N_OF(kinds));
    tcase_add_loop_test(tc, a_split_that_is_put_back_comes_again_after_those_before_it, 0,
                        6 * N_OF(kinds));
    tcase_add_loop_test(tc, one_member_may_be_the_text_of_two_splits, 0, N_OF(kinds));
    tcase_add_loop_test(tc, splits_that_are_not_asked_for_are_passed_over, 0, N_OF(kinds));
    tcase_add_loop_test(tc, a_text_that_is_cut_is_read_once_also_where_another_lies_between, 0, 4);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(split_reader_suite())
