/* The compact file of an n-gram model: what is opened is what was saved, to the bit; every cut and
 * every flipped bit is refused. */
#include <fcntl.h>
#include <unistd.h>

#include "lib/ngram/ngram_file.h"
#include "tests/support/arpa_support.h"

static void save(const struct made *m)
{
    static const struct ngram_extra extra = {
        .pairs = {{"ptblm.version", "1"}, {"a", "b"}},
        .n_pairs = 2,
        .tensors = {{"merges", DTYPE_U8, 1, {3}, "abc"}},
        .n_tensors = 1,
    };
    ASSERT_OK(ngram_save(test_file, &m->built.model, m->vocab, &extra, &err));
}

static bool same_bits(const void *a, const void *b, size_t bytes)
{
    return a == NULL || b == NULL ? a == b : memcmp(a, b, bytes) == 0;
}

static void assert_same_level(const struct ngram_level *a, const struct ngram_level *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert(same_bits(a->words, b->words, a->n * sizeof *a->words));
    ck_assert(same_bits(a->log_p, b->log_p, a->n * sizeof *a->log_p));
    ck_assert(same_bits(a->backoff, b->backoff, a->n * sizeof *a->backoff));
    ck_assert(same_bits(a->first, b->first, (a->n + 1) * sizeof *a->first));
}

START_TEST(a_model_is_opened_as_it_was_saved)
{
    static const uint64_t all[NGRAM_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint64_t pruned[NGRAM_MAX] = {1, 1, 2, 3, 3, 4, 4, 5, 5, 5};
    const int order = _i / 2 + 1;
    struct made m;
    struct ngram_file f;
    char *words = sample_text(300);
    make_model(&m, words, order, _i % 2 == 0 ? all : pruned);
    save(&m);
    ASSERT_OK(ngram_open(&f, test_file, &err));
    ck_assert(f.model.order == order && f.model.V == m.built.model.V);
    ck_assert_uint_eq(vocab_hash(f.vocab), vocab_hash(m.vocab));
    ck_assert(ngram_is_in(&f.file));
    ck_assert_str_eq(safetensors_find_metadata(&f.file, "a"), "b");
    for (int n = 0; n < order; n++)
        assert_same_level(&m.built.model.of[n], &f.model.of[n]);
    assert_same_model(&m.built.model, &f.model, order < 3 ? order : 3, 0.0);
    ngram_close(&f);
    made_fini(&m);
    mem_free(words);
}
END_TEST

START_TEST(the_counts_of_the_vocabulary_stay)
{
    static const uint64_t least[] = {1, 1};
    struct made m;
    struct ngram_file f;
    make_model(&m, "a b <eos> a <eos>", 2, least);
    save(&m);
    ASSERT_OK(ngram_open(&f, test_file, &err));
    assert_text(f.vocab, "<eos>\t2\na\t2\nb\t1\n<unk>\t0\n");
    ngram_close(&f);
    made_fini(&m);
}
END_TEST

/* --- damage --- */

static struct buf save_tiny(void)
{
    static const uint64_t least[] = {1, 1, 1};
    struct made m;
    struct buf bytes = {0};
    make_model(&m, "a b <eos> a <eos>", 3, least);
    save(&m);
    made_fini(&m);
    ASSERT_OK(io_read_file(test_file, SIZE_MAX / 2, &bytes, &err));
    return bytes;
}

/* A failure leaves nothing to close. */
static void assert_damage_refused(const char *what, size_t at)
{
    static const struct ngram_file nothing;
    struct ngram_file f;
    memset(&f, 0x55, sizeof f);
    if (ngram_open(&f, test_file, &err) != ST_INPUT)
        ck_abort_msg("%s %zu was accepted", what, at);
    if (strstr(err.text, test_file) == NULL)
        ck_abort_msg("%s %zu: %s", what, at, err.text);
    if (f.vocab != nothing.vocab || f.file.n_tensors != 0 || f.model.order != 0)
        ck_abort_msg("%s %zu left something", what, at);
}

START_TEST(every_cut_is_refused)
{
    struct buf bytes = save_tiny();
    for (size_t len = bytes.len; len-- > 0;) {
        ck_assert_int_eq(truncate(test_file, (off_t)len), 0);
        assert_damage_refused("the cut at byte", len);
    }
    ASSERT_OK(buf_add(&bytes, "", 1, &err));
    ASSERT_OK(io_write_file(test_file, bytes.data, bytes.len, &err));
    assert_damage_refused("a byte behind byte", bytes.len - 1);
    buf_fini(&bytes);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct buf bytes = save_tiny();
    struct ngram_file f;
    const int fd = open(test_file, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        const char flipped = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(pwrite(fd, &flipped, 1, (off_t)(bit / 8)), 1);
        assert_damage_refused("the flip of bit", bit);
        ck_assert_int_eq(pwrite(fd, &bytes.data[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    close(fd);
    ASSERT_OK(ngram_open(&f, test_file, &err)); /* every flip was undone */
    ngram_close(&f);
    buf_fini(&bytes);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    struct ngram_file f;
    ASSERT_FAILS(ngram_open(&f, test_path("none"), &err), ST_INPUT, "none'");
    ASSERT_FAILS(ngram_open(&f, test_dir, &err), ST_INPUT, test_dir);
    test_write_text("file", "");
    assert_damage_refused("an empty file of size", 0);
    test_write_text("file", "\\data\\\nngram 1=3\n");
    assert_damage_refused("an ARPA text", 0);
    ngram_close(&f);
    ngram_close(&f);
}
END_TEST

static Suite *ngram_file_suite(void)
{
    Suite *s = suite_create("ngram_file");
    TCase *tc = tcase_create("ngram_file");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, a_model_is_opened_as_it_was_saved, 0, 2 * NGRAM_MAX);
    tcase_add_test(tc, the_counts_of_the_vocabulary_stay);
    tcase_add_test(tc, every_cut_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_refused);
    tcase_add_test(tc, what_is_no_file_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_file_suite())
