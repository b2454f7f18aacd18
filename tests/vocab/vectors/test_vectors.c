/* Word vectors: the rows of a vocabulary, in every form and compression; what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

/* first, for the next ones have an `err` and `limits` of the whole file */
#include "tests/support/vocab_support.h"
#include "vocab/vectors/vectors.h"

#include "tests/support/array_support.h"
#include "tests/support/compressed.h"
#include "tests/support/corpora_support.h"

/* What is read of a vocabulary of a few words. */
struct rows {
    struct vocab *vocab;
    size_t V, D;
    float *table; /* 7 where nothing was read */
    unsigned char *matches;
    struct vectors_found found;
};

static enum status rows_read(struct rows *r, const char *words, struct vectors *v)
{
    *r = (struct rows){.vocab = vocab_of(words, &(struct vocab_limits){0}), .D = vectors_width(v)};
    r->V = vocab_size(r->vocab);
    r->table = zeroed(r->V * r->D, sizeof *r->table);
    r->matches = zeroed(r->V, 1);
    for (size_t i = 0; i < r->V * r->D; i++)
        r->table[i] = 7.0f;
    const enum status status = vectors_read(v, r->vocab, r->table, r->matches, &r->found, &err);
    vectors_close(v);
    return status;
}

static void rows_fini(struct rows *r)
{
    vocab_free(r->vocab);
    mem_free(r->table);
    mem_free(r->matches);
}

static enum status open_bytes(struct vectors **v, const void *bytes, size_t n)
{
    struct source *source;
    ASSERT_OK(source_open_memory(&source, "m", bytes, n, &err));
    return vectors_open_source(v, source, &err);
}

static void read_text(struct rows *r, const char *words, const char *text)
{
    struct vectors *v;
    ASSERT_OK(open_bytes(&v, text, strlen(text)));
    ASSERT_OK(rows_read(r, words, v));
}

/* The row of a word; 7 for what it lacks. */
static void assert_row(const struct rows *r, const char *word, enum vectors_match match,
                       float first, float last)
{
    const int32_t id = vocab_find(r->vocab, word, strlen(word));
    ck_assert_int_ge(id, 0);
    const float *row = r->table + (size_t)id * r->D;
    ck_assert_msg(r->matches[id] == match && row[0] == first && row[r->D - 1] == last,
                  "%s: %d, %g to %g", word, r->matches[id], (double)row[0], (double)row[r->D - 1]);
}

static void assert_found(const struct rows *r, uint64_t lines, size_t exact, size_t lower)
{
    ck_assert_uint_eq(r->found.lines, lines);
    ck_assert_uint_eq(r->found.exact, exact);
    ck_assert_uint_eq(r->found.lower, lower);
}

START_TEST(every_form_gives_the_same_rows)
{
    static const char *const texts[] = {
        "3 2\na 1 2\nzebra 3 4\nb -5.5 6e1\n",    /* word2vec */
        "a 1 2\nzebra 3 4\nb -5.5 6e1\n",         /* GloVe */
        "3 2\na 1 2 \nzebra 3 4 \nb -5.5 6e1 \n", /* with a blank at the end, as word2vec writes */
        "3 2\r\na 1 2\r\nzebra 3 4\r\nb -5.5 6e1\r\n",
        "\xef\xbb\xbf"
        "3 2\na 1 2\nzebra 3 4\nb -5.5 6e1\n",
        "\xef\xbb\xbf"
        "a 1 2\nzebra 3 4\nb -5.5 6e1\n",
        "a\t1\t2\nzebra\t3\t4\nb\t-5.5\t6e1\n",
    };
    for (size_t i = 0; i < N_OF(texts); i++) {
        struct rows r;
        read_text(&r, "a a b c", texts[i]);
        ck_assert_uint_eq(r.D, 2);
        assert_row(&r, "a", VECTORS_EXACT, 1.0f, 2.0f);
        assert_row(&r, "b", VECTORS_EXACT, -5.5f, 60.0f);
        assert_row(&r, "c", VECTORS_NONE, 7.0f, 7.0f);
        assert_row(&r, "<unk>", VECTORS_NONE, 7.0f, 7.0f);
        assert_found(&r, 3, 2, 0);
        rows_fini(&r);
    }
}
END_TEST

START_TEST(the_exact_word_comes_before_its_lower_case)
{
    struct rows r;
    read_text(&r, "The THE the Of of \xc3\x89t\xc3\xa9 X",
              "x 1 1\nof 2 2\nOf 3 3\nthe 4 4\nTHE 5 5\nThe 6 6\n\xc3\xa9t\xc3\xa9 8 8\nthe 9 9\n");
    assert_row(&r, "X", VECTORS_LOWER, 1.0f, 1.0f);
    assert_row(&r, "of", VECTORS_EXACT, 2.0f, 2.0f);
    assert_row(&r, "Of", VECTORS_EXACT, 3.0f, 3.0f);
    assert_row(&r, "the", VECTORS_EXACT, 4.0f, 4.0f);
    assert_row(&r, "THE", VECTORS_EXACT, 5.0f, 5.0f);
    assert_row(&r, "The", VECTORS_EXACT, 6.0f, 6.0f);
    assert_row(&r, "\xc3\x89t\xc3\xa9", VECTORS_LOWER, 8.0f, 8.0f);
    assert_found(&r, 8, 5, 2);
    rows_fini(&r);

    read_text(&r, "The THE", "The 1 1\nthe 2 2\nthe 3 3\n");
    assert_row(&r, "The", VECTORS_EXACT, 1.0f, 1.0f);
    assert_row(&r, "THE", VECTORS_LOWER, 2.0f, 2.0f);
    assert_found(&r, 3, 1, 1);
    rows_fini(&r);
}
END_TEST

START_TEST(of_words_that_come_again_the_first_counts)
{
    struct rows r;
    read_text(&r, "a B", "4 1\na 1\na 2\nb 3\nb 4\n");
    assert_row(&r, "a", VECTORS_EXACT, 1.0f, 1.0f);
    assert_row(&r, "B", VECTORS_LOWER, 3.0f, 3.0f);
    assert_found(&r, 4, 1, 1);
    rows_fini(&r);
}
END_TEST

START_TEST(words_may_hold_any_bytes)
{
    struct rows r;
    static const char text[] =
        ", 1 1\n. . . 2 2\n\xff\xfe 3 3\nat a@b.c 4 4\n\xc2\x85 5 5\nb 6 6\n 8 8\n"
        "a\0b 9 9\n";
    struct vectors *v;
    ASSERT_OK(open_bytes(&v, text, sizeof text - 1));
    ASSERT_OK(rows_read(&r, "b \xc2\x85 , .", v));
    assert_row(&r, ",", VECTORS_EXACT, 1.0f, 1.0f);
    assert_row(&r, "\xc2\x85", VECTORS_EXACT, 5.0f, 5.0f);
    assert_row(&r, "b", VECTORS_EXACT, 6.0f, 6.0f);
    assert_row(&r, ".", VECTORS_NONE, 7.0f, 7.0f);
    assert_found(&r, 8, 3, 0);
    rows_fini(&r);
}
END_TEST

/* Lines across the bounds of what is read at once, of words that are all different. */
static struct bytes many_lines(size_t n, size_t D)
{
    struct bytes b = {0};
    char field[32];
    for (size_t i = 0; i < n; i++) {
        bytes_append(&b, field, (size_t)snprintf(field, sizeof field, "w%zu", i));
        for (size_t k = 0; k < D; k++)
            bytes_append(&b, field, (size_t)snprintf(field, sizeof field, " %zu.25", i + k));
        bytes_append(&b, "\n", 1);
    }
    return b;
}

static void assert_many(struct vectors *v, size_t n, size_t D)
{
    struct rows r;
    char word[32];
    ck_assert_uint_eq(vectors_width(v), D);
    snprintf(word, sizeof word, "w0 w%zu w%zu", n / 2, n - 1);
    ASSERT_OK(rows_read(&r, word, v));
    const size_t at[] = {0, n / 2, n - 1};
    for (size_t i = 0; i < N_OF(at); i++) {
        snprintf(word, sizeof word, "w%zu", at[i]);
        assert_row(&r, word, VECTORS_EXACT, (float)at[i] + 0.25f, (float)(at[i] + D - 1) + 0.25f);
    }
    assert_found(&r, n, 3, 0);
    rows_fini(&r);
}

START_TEST(files_may_be_large)
{
    static const size_t sizes[][2] = {{20000, 5}, {3, 60000}, {700, 300}};
    for (size_t i = 0; i < N_OF(sizes); i++) {
        struct vectors *v;
        struct bytes b = many_lines(sizes[i][0], sizes[i][1]);
        ASSERT_OK(open_bytes(&v, b.data, b.n));
        assert_many(v, sizes[i][0], sizes[i][1]);
        bytes_free(&b);
    }
}
END_TEST

/* Lines that end before, at and after the place where reading goes on. */
START_TEST(lines_may_end_anywhere)
{
    enum { D = 16380, LENGTHS = 16 };
    for (size_t length = 1; length <= LENGTHS; length++) {
        struct rows r;
        struct bytes b = {0};
        struct vectors *v;
        bytes_append(&b, "aaaaaaaaaaaaaaaa", length);
        for (size_t k = 0; k < D; k++)
            bytes_append(&b, " 1", 2);
        bytes_append(&b, "\nb", 2);
        for (size_t k = 0; k < D; k++)
            bytes_append(&b, " 2", 2);
        bytes_append(&b, "\n", 1);
        ASSERT_OK(open_bytes(&v, b.data, b.n));
        ASSERT_OK(rows_read(&r, "a b", v));
        assert_row(&r, "b", VECTORS_EXACT, 2.0f, 2.0f);
        assert_found(&r, 2, length == 1 ? 2 : 1, 0);
        rows_fini(&r);
        bytes_free(&b);
    }
}
END_TEST

START_TEST(files_may_be_compressed_or_in_an_archive)
{
    struct vectors *v;
    struct bytes b = many_lines(3000, 20);
    for (int i = 0; i < N_COMPRESSIONS; i++) {
        struct bytes packed = compressed(i, b.data, b.n);
        test_write("v", packed.data, packed.n);
        ASSERT_OK(vectors_open(&v, test_path("v"), NULL, &limits, &err));
        assert_many(v, 3000, 20);
        bytes_free(&packed);
    }
    const struct file_member members[] = {{.name = "d/v.txt", .text = b.data, .len = b.n},
                                          {.name = "other.txt", .text = "a 1\n"}};
    for (size_t n = 1; n <= 2; n++) {
        struct bytes zip = files_archive("zip", members, n);
        test_write("v.zip", zip.data, zip.n);
        ASSERT_OK(vectors_open(&v, test_path("v.zip"), "d/v.txt", &limits, &err));
        ck_assert_ptr_nonnull(strstr(vectors_name(v), "v.zip:d/v.txt"));
        assert_many(v, 3000, 20);
        bytes_free(&zip);
        if (n == 1) { /* there is no doubt which is meant */
            ASSERT_OK(vectors_open(&v, test_path("v.zip"), NULL, &limits, &err));
            assert_many(v, 3000, 20);
            continue;
        }
        ASSERT_FAILS(vectors_open(&v, test_path("v.zip"), NULL, &limits, &err), ST_INPUT,
                     "whose members are");
        ck_assert_int_eq(err.remedy, REMEDY_NAME_MEMBER);
        ASSERT_FAILS(vectors_open(&v, test_path("v.zip"), "no", &limits, &err), ST_INPUT, "no");
    }
    ASSERT_FAILS(vectors_open(&v, test_path("none"), NULL, &limits, &err), ST_INPUT, "none");
    bytes_free(&b);
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
    struct vectors *v;
    struct rows r;
    struct bytes b = many_lines(3000, 20), packed = compressed(0, b.data, b.n);
    packed.data[packed.n - 5] = (char)(packed.data[packed.n - 5] ^ 1);
    test_write("v.gz", packed.data, packed.n);
    ASSERT_OK(vectors_open(&v, test_path("v.gz"), NULL, &limits, &err));
    ASSERT_FAILS(rows_read(&r, "a", v), ST_INPUT, "v.gz");
    rows_fini(&r);
    bytes_free(&packed);
    bytes_free(&b);
}
END_TEST

START_TEST(first_lines_of_other_files_are_refused)
{
    static const struct {
        const char *text;
        size_t len; /* 0: up to its NUL */
        const char *message;
    } cases[] = {
        {"", 0, "'m' is empty: it has no word vectors"},
        {"\xef\xbb\xbf", 0, "'m' is empty"},
        {"some text\nof words\n", 0, "'m' line 1 has 'some text': it is no file of word vectors"},
        {"\n", 0, "'m' line 1 has ''"},
        {"word\t12\nother\t3\n", 0, NULL}, /* counts are vectors of one value */
        {"3 0\na\n", 0, "'m' line 1 says 0 values for a word: they are from 1 to 65536"},
        {"3 65537\na 1\n", 0, "'m' line 1 says 65537 values"},
        {"the nan 1\n", 0, "line 1 has 'the nan 1'"},
        {"a 1 2", 0, "'m' does not end with a line end: it looks cut short in line 1"},
        {"2 3\na \0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\nb ", 21, "'m' is in word2vec's binary form"},
        {"2 2\n</s> \x12\x34\x56\x78\x9a\xbc\xde\xf0\n", 18, "word2vec's binary form"},
        {"1 1\nat \xc3\xa9@b.c 0.5\n", 0, NULL}, /* words in text may look a little alike */
        {"{\"a\": [1, 2]}\n", 0, "no file of word vectors"},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct vectors *v = NULL;
        const size_t len = cases[i].len > 0 ? cases[i].len : strlen(cases[i].text);
        if (cases[i].message != NULL) {
            ASSERT_FAILS(open_bytes(&v, cases[i].text, len), ST_INPUT, cases[i].message);
            continue;
        }
        ASSERT_OK(open_bytes(&v, cases[i].text, len));
        vectors_close(v);
    }
}
END_TEST

START_TEST(defects_are_refused_with_their_line)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"2 2\na 1 2\nb 1\n", "'m' line 3 has 1 value, where line 1 says 2"},
        {"a 1 2\nb 1 2.5 3\n", "'m' line 2 has 3 values, where line 1 has 2"},
        {"a 1 2\n\nb 1 2\n", "'m' line 2 has 0 values, where line 1 has 2"},
        {"a 1 2\nb 1 nan\n", "'m' line 2 has 'nan' as value 2: it is no finite number"},
        {"a 1 2\nb 1e40 1\n", "'m' line 2 has '1e40' as value 1"},
        {"a 1 2\nb 0,5 1\n", "'m' line 2 has '0,5' as value 1"},
        {"a 1 2\nb x\x1b[2J 1\n", "'m' line 2 has 'x\\x1b[2J' as value 1"},
        {"a 1 2\nb 1 2", "'m' does not end with a line end: it looks cut short in line 2"},
        {"3 2\na 1 2\nb 1 2\n", "'m' has 2 words, but its first line says 3: it looks cut short"},
        {"1 2\na 1 2\nb 1 2\n",
         "'m' has 2 words, but its first line says 1: it looks put together"},
        {"0 2\na 1 2\n", "'m' has 1 words, but its first line says 0"},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct vectors *v;
        struct rows r;
        ASSERT_OK(open_bytes(&v, cases[i].text, strlen(cases[i].text)));
        ASSERT_FAILS(rows_read(&r, "a b", v), ST_INPUT, cases[i].message);
        rows_fini(&r);
    }
}
END_TEST

START_TEST(a_line_without_end_is_refused)
{
    struct vectors *v;
    struct bytes b = {0};
    for (size_t i = 0; i < 300000; i++)
        bytes_append(&b, " 0.12345", 8);
    ASSERT_FAILS(open_bytes(&v, b.data, b.n), ST_INPUT, "line 1 has more than 2097152 bytes");
    bytes_free(&b);
    bytes_append(&b, "a", 1);
    for (size_t i = 0; i < 65537; i++)
        bytes_append(&b, " 1", 2);
    bytes_append(&b, "\n", 1);
    ASSERT_FAILS(open_bytes(&v, b.data, b.n), ST_INPUT, "line 1 has 65537 values for a word");
    bytes_free(&b);
}
END_TEST

static Suite *vectors_suite(void)
{
    Suite *s = suite_create("vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_test(tc, every_form_gives_the_same_rows);
    tcase_add_test(tc, the_exact_word_comes_before_its_lower_case);
    tcase_add_test(tc, of_words_that_come_again_the_first_counts);
    tcase_add_test(tc, words_may_hold_any_bytes);
    tcase_add_test(tc, files_may_be_large);
    tcase_add_test(tc, lines_may_end_anywhere);
    tcase_add_test(tc, files_may_be_compressed_or_in_an_archive);
    tcase_add_test(tc, a_damaged_file_is_refused);
    tcase_add_test(tc, first_lines_of_other_files_are_refused);
    tcase_add_test(tc, defects_are_refused_with_their_line);
    tcase_add_test(tc, a_line_without_end_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(vectors_suite())
