/* Model files with a bit flipped, cut short, or begun on a full disk: the checksum finds them, and
 * they are refused or never seen. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/support/safetensors_support.h"

/* From an independent XXH3 over the file's parts. */
START_TEST(the_checksum_is_the_hash_of_the_file_with_zeros_for_its_digits)
{
    save_sample();
    struct buf bytes = read_back();
    char *digits = strstr(bytes.data + 8, "\"ptblm.checksum\":\"xxh3:");
    ck_assert_ptr_nonnull(digits);
    digits += strlen("\"ptblm.checksum\":\"xxh3:");
    char found[17] = "", expected[17];
    memcpy(found, digits, 16);
    memset(digits, '0', 16);
    snprintf(expected, sizeof expected, "%016" PRIx64, hash_bytes(bytes.data + 8, bytes.len - 8));
    ck_assert_str_eq(found, expected);
    buf_fini(&bytes);
}
END_TEST

static void assert_damage_refused(const char *what, size_t at)
{
    struct safetensors_file file;
    struct err err = {0};
    ck_assert_msg(safetensors_open(&file, test_file, &err) == ST_INPUT, "%s %zu was accepted", what,
                  at);
    ck_assert_msg(strstr(err.text, test_file) != NULL, "%s %zu: %s", what, at, err.text);
}

static void flip_every_bit(void)
{
    struct buf bytes = read_back();
    const int fd = open(test_file, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        const char flipped = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(pwrite(fd, &flipped, 1, (off_t)(bit / 8)), 1);
        assert_damage_refused("the flip of bit", bit);
        ck_assert_int_eq(pwrite(fd, &bytes.data[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    close(fd);
    struct safetensors_file file = open_file(); /* every flip was undone */
    safetensors_close(&file);
    buf_fini(&bytes);
}

START_TEST(every_flipped_bit_is_refused)
{
    save_sample();
    flip_every_bit();
}
END_TEST

START_TEST(every_flipped_bit_is_refused_by_the_checksum_alone)
{
    struct err err;
    ck_assert_int_eq(safetensors_save(test_file, &sample[0], 1, NULL, 0, &err), ST_OK);
    flip_every_bit();
    ck_assert_int_eq(safetensors_save(test_file, NULL, 0, NULL, 0, &err), ST_OK);
    flip_every_bit();
}
END_TEST

START_TEST(every_cut_is_refused)
{
    save_sample();
    struct buf bytes = read_back();
    for (size_t len = bytes.len; len-- > 0;) {
        ck_assert_int_eq(truncate(test_file, (off_t)len), 0);
        assert_damage_refused("the cut at byte", len);
    }
    write_bytes(bytes.data, bytes.len + 1); /* the NUL behind the buffer */
    assert_refused("followed by something else");
    buf_fini(&bytes);
}
END_TEST

START_TEST(swapped_and_zeroed_blocks_are_refused)
{
    save_sample();
    struct buf bytes = read_back();
    char *data = bytes.data + bytes.len - safetensors_bytes(&sample[0]);
    const char kept = data[0];
    data[0] = data[3];
    data[3] = kept;
    write_bytes(bytes.data, bytes.len);
    assert_refused("is damaged");
    memset(bytes.data + 8, 0, bytes.len - 8);
    write_bytes(bytes.data, bytes.len);
    assert_refused("is not valid JSON");
    buf_fini(&bytes);
}
END_TEST

/* The first metadata of the sample, under keys that ptblm writes. */
enum { N_OWN = 2 };

/* The sample as another program writes it that knows its contents alone: other orders, less
 * padding, and metadata of its own. */
static struct buf laid_out_anew(void)
{
    struct safetensors_tensor reversed[N_SAMPLE];
    struct safetensors_pair pairs[N_OWN + 2];
    struct buf header = {0}, bytes = {0};
    struct err err = {0};
    ck_assert_int_eq(safetensors_save(test_file, sample, N_SAMPLE, sample_metadata, N_OWN, &err),
                     ST_OK);
    struct safetensors_file file = open_file();
    ck_assert_uint_eq(file.n_metadata, N_OWN + 1);
    for (size_t i = 0; i < N_SAMPLE; i++)
        reversed[i] = file.tensors[N_SAMPLE - 1 - i];
    for (size_t i = 0; i <= N_OWN; i++)
        pairs[i] = file.metadata[N_OWN - i];
    pairs[N_OWN + 1] = (struct safetensors_pair){"added", "by another"};
    ck_assert_int_eq(
        safetensors_build_header(&header, reversed, N_SAMPLE, pairs, N_OWN + 2, 8, &err), ST_OK);
    const uint64_t len = header.len;
    buf_add(&bytes, &len, sizeof len, &err);
    buf_add(&bytes, header.data, header.len, &err);
    for (size_t i = 0; i < N_SAMPLE; i++)
        buf_add(&bytes, reversed[i].data, safetensors_bytes(&reversed[i]), &err);
    buf_fini(&header);
    safetensors_close(&file);
    return bytes;
}

static bool has_contents_of_sample(const struct safetensors_file *file)
{
    bool same = file->n_tensors == N_SAMPLE;
    for (size_t i = 0; i < N_SAMPLE && same; i++) {
        const struct safetensors_tensor *t = safetensors_find(file, sample[i].name);
        const size_t bytes = safetensors_bytes(&sample[i]);
        same = t != NULL && t->dtype == sample[i].dtype && t->rank == sample[i].rank &&
               safetensors_bytes(t) == bytes &&
               (bytes == 0 || memcmp(t->data, sample[i].data, bytes) == 0);
    }
    for (size_t i = 0; i < N_OWN && same; i++) {
        const char *value = safetensors_find_metadata(file, sample_metadata[i].key);
        same = value != NULL && strcmp(value, sample_metadata[i].value) == 0;
    }
    return same;
}

/* What is accepted has all that was saved; metadata that are not ptblm's may have changed. */
START_TEST(a_file_laid_out_anew_is_as_safe)
{
    struct buf bytes = laid_out_anew();
    write_bytes(bytes.data, bytes.len);
    struct safetensors_file file = open_file();
    ck_assert(file.has_checksum);
    ck_assert(has_contents_of_sample(&file));
    safetensors_close(&file);
    size_t accepted = 0;
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        struct err err;
        bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
        write_bytes(bytes.data, bytes.len);
        if (safetensors_open(&file, test_file, &err) == ST_OK) {
            ck_assert_msg(file.has_checksum && has_contents_of_sample(&file), "bit %zu", bit);
            safetensors_close(&file);
            accepted++;
        }
        bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
    }
    ck_assert_uint_lt(accepted, 8 * sizeof "added by another");
    buf_fini(&bytes);
}
END_TEST

START_TEST(a_checksum_that_is_not_in_its_place_is_refused)
{
    write_parts("{\"__metadata__\":{\"ptblm.checksum\": \"xxh3:0123456789abcdef\"}}", 0);
    assert_refused("is damaged");
    write_parts("{\"__metadata__\":{\"ptblm.checksum\":\"xxh3:0123456789abcde\"}}", 0);
    assert_refused("is not a checksum");
    write_parts("{\"__metadata__\":{\"ptblm.checksum\":\"\"}}", 0);
    assert_refused("is not a checksum");
    write_parts("{\"__metadata__\":{\"ptblm.checksun\":\"xxh3:0123456789abcdef\"}}", 0);
    assert_refused("under the name 'ptblm.checksun'");
    write_parts("{\"__metadata__\":{\"x\\\"ptblm.checksum\":\"xxh3:0123456789abcdef\"}}", 0);
    assert_refused("under the name");
}
END_TEST

START_TEST(no_checksum_is_found_past_the_end_of_a_header)
{
    const char *header = "{\"__metadata__\":{\"ptblm.checksum\":\"xxh3:0123456789abcdef\"}}";
    const char *digits = strstr(header, "0123");
    for (size_t len = 0; header + len <= digits + SAFETENSORS_DIGITS; len++)
        ck_assert_ptr_null(safetensors_find_digits(header, len));
    ck_assert_ptr_eq(safetensors_find_digits(header, strlen(header)), digits);
}
END_TEST

static int count_names_in_dir(void)
{
    DIR *d = opendir(test_dir);
    ck_assert_ptr_nonnull(d);
    int n = -2; /* "." and ".." */
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

START_TEST(a_full_disk_leaves_the_old_file_and_nothing_else)
{
    save_sample();
    struct buf before = read_back();
    static float block[50000];
    const struct safetensors_tensor t = {"block", DTYPE_F32, 1, {50000}, block};
    struct rlimit old;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit full = {.rlim_cur = 100000, .rlim_max = old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
    struct err err = {0};
    const enum status status = safetensors_save(test_file, &t, 1, NULL, 0, &err);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
    ck_assert_int_eq(status, ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    struct buf after = read_back();
    ck_assert_uint_eq(before.len, after.len);
    ck_assert_int_eq(memcmp(before.data, after.data, before.len), 0);
    ck_assert_int_eq(count_names_in_dir(), 1);
    ck_assert_int_eq(safetensors_save(test_file, &t, 1, NULL, 0, &err), ST_OK);
    buf_fini(&before);
    buf_fini(&after);
}
END_TEST

static Suite *safetensors_damage_suite(void)
{
    Suite *s = suite_create("safetensors_damage");
    TCase *tc = tcase_create("safetensors_damage");
    tcase_set_timeout(tc, 60); /* for valgrind; alone each takes a second at most */
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, the_checksum_is_the_hash_of_the_file_with_zeros_for_its_digits);
    tcase_add_test(tc, every_flipped_bit_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_refused_by_the_checksum_alone);
    tcase_add_test(tc, every_cut_is_refused);
    tcase_add_test(tc, swapped_and_zeroed_blocks_are_refused);
    tcase_add_test(tc, a_file_laid_out_anew_is_as_safe);
    tcase_add_test(tc, a_checksum_that_is_not_in_its_place_is_refused);
    tcase_add_test(tc, no_checksum_is_found_past_the_end_of_a_header);
    tcase_add_test(tc, a_full_disk_leaves_the_old_file_and_nothing_else);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(safetensors_damage_suite())
