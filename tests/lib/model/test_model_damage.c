/* Model files that are cut, or have a flipped bit: none is read. */
#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/model_file_support.h"

/* As this program writes them, and with other types of weights. */
static const enum safetensors_dtype types[] = {DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_F64};

static struct model *save_smallest(enum safetensors_dtype dtype)
{
    struct model *m = model_of(lstm_shape(2, 1, 1, 1), 1.0f);
    struct model_notes notes = {0};
    struct err err;
    round_weights(m);
    buf_add_text(&notes.vocab, "<unk>\t1\na\t1\n", &err);
    const struct draft d = typed_draft_of(m, &dtype, 1);
    if (dtype == DTYPE_F32)
        save(m, &notes);
    else
        write_draft(&d, NULL, 0);
    free_typed(&d);
    model_notes_fini(&notes);
    return m;
}

START_TEST(every_cut_is_refused)
{
    struct stat st;
    model_free(save_smallest(types[_i]));
    ck_assert_int_eq(stat(test_file, &st), 0);
    for (off_t len = st.st_size; len-- > 0;) {
        if (truncate(test_file, len) != 0)
            ck_abort_msg("cannot cut the file");
        assert_refused("", "");
    }
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct model *m = save_smallest(types[_i]);
    const int fd = open(test_file, O_RDWR);
    ck_assert_int_ge(fd, 0);
    struct stat st;
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_lt(st.st_size, 3000);
    for (off_t at = 0; at < st.st_size; at++) {
        unsigned char byte, flipped;
        if (pread(fd, &byte, 1, at) != 1)
            ck_abort_msg("cannot read byte %lld", (long long)at);
        for (int bit = 0; bit < 8; bit++) {
            flipped = (unsigned char)(byte ^ 1u << bit);
            if (pwrite(fd, &flipped, 1, at) != 1)
                ck_abort_msg("cannot write byte %lld", (long long)at);
            assert_refused("", "");
        }
        if (pwrite(fd, &byte, 1, at) != 1)
            ck_abort_msg("cannot write byte %lld", (long long)at);
    }
    close(fd);
    struct model *read = load(NULL);
    assert_same_model(m, read);
    model_free(m);
    model_free(read);
}
END_TEST

static Suite *model_damage_suite(void)
{
    Suite *s = suite_create("model_damage");
    TCase *tc = tcase_create("model_damage");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, every_cut_is_refused, 0, N_OF(types));
    tcase_add_loop_test(tc, every_flipped_bit_is_refused, 0, N_OF(types));
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(model_damage_suite())
