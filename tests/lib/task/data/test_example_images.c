/* Examples that are images, in IDX files. */
#include "tests/support/example_support.h"
#include "tests/support/idx_support.h"
#include "tests/support/tap.h"

static void put(const char *name, struct bytes b)
{
    const size_t len = strlen(name);
    struct bytes gz = files_gzip(b.data, b.n);
    const bool zipped = strcmp(name + len - 3, ".gz") == 0;
    test_write(name, zipped ? gz.data : b.data, zipped ? gz.n : b.n);
    bytes_free(&gz);
    bytes_free(&b);
}

/* A set of 24 and 5 images with 3 classes. */
static void put_set(const char *prefix, const char *suffix)
{
    char name[80];
    snprintf(name, sizeof name, "%strain-images-idx3-ubyte%s", prefix, suffix);
    put(name, idx_images(24));
    snprintf(name, sizeof name, "%strain-labels-idx1-ubyte%s", prefix, suffix);
    put(name, idx_labels(24, 3));
    snprintf(name, sizeof name, "%st10k-images-idx3-ubyte%s", prefix, suffix);
    put(name, idx_images(5));
    snprintf(name, sizeof name, "%st10k-labels-idx1-ubyte%s", prefix, suffix);
    put(name, idx_labels(5, 3));
}

START_TEST(rows_are_steps)
{
    put_set("", "");
    read_ok();
    check_counts(&d, 22, 2, 5);
    const struct examples *e = d.examples[SPLIT_TRAIN];
    ck_assert_int_eq(e->kind, EXAMPLE_BYTES);
    ck_assert_uint_eq(e->width, 3);
    ck_assert_uint_eq(e->steps, 44);
    ck_assert_uint_eq(e->first[7], 14);
    for (size_t i = 0; i < 44 * 3; i++)
        ck_assert_uint_eq(e->bytes[i], i);
    ck_assert_uint_eq(d.examples[SPLIT_VALID]->bytes[0], 22 * 6); /* the last of them */
    ck_assert_int_eq(d.examples[SPLIT_VALID]->labels[1], 23 % 3);
    ck_assert_int_eq(e->labels[5], 2);
    ck_assert_str_eq(labels_of(&d), "0 1 2 ");
    ck_assert_int_eq(d.coding.form, EXAMPLE_FORM_IDX);
    ck_assert_ptr_null(d.vocab);
    ck_assert_uint_eq(d.coding.images.n_dims, 2);
    ck_assert_uint_eq(d.coding.images.dims[0], 2);
    ck_assert_int_eq(d.division.way, EXAMPLE_VALID_HELD);
    ck_assert_uint_eq(d.division.held, 2);
    asked.keep_train = true;
    read_ok();
    check_counts(&d, 24, 0, 5);
}
END_TEST

START_TEST(five_thousand_of_many_are_held_out)
{
    put("train-images-idx3-ubyte", idx_images(25000));
    put("train-labels-idx1-ubyte", idx_labels(25000, 10));
    read_ok();
    check_counts(&d, 20000, 5000, 0);
    ck_assert_ptr_nonnull(strstr(d.names[SPLIT_VALID], "(the last images)"));
}
END_TEST

START_TEST(pixels_and_permuted_pixels_are_steps)
{
    put_set("", "");
    asked.images.sequence = EXAMPLE_PIXELS;
    read_ok();
    const struct examples *e = d.examples[SPLIT_TRAIN];
    ck_assert_uint_eq(e->width, 1);
    ck_assert_uint_eq(e->longest, 6);
    ck_assert_uint_eq(e->bytes[6], 6);
    asked.images.sequence = EXAMPLE_PERMUTED;
    asked.images.seed = 3;
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    const uint8_t *one = other.examples[SPLIT_TRAIN]->bytes;
    const uint8_t *test = other.examples[SPLIT_TEST]->bytes;
    unsigned seen = 0;
    bool moved = false;
    for (size_t i = 0; i < 6; i++) {
        seen |= 1U << one[i];
        moved = moved || one[i] != i;
        for (size_t k = 0; k < 22; k++)
            ck_assert_uint_eq(one[6 * k + i], 6 * k + one[i]); /* one order for all */
        ck_assert_uint_eq(test[i], one[i]);
    }
    ck_assert_uint_eq(seen, 0x3F);
    ck_assert(moved);
    dataset_fini(&d);
    asked.images.seed = 4;
    ASSERT_OK(dataset_read_examples(&d, &request, &asked, &err));
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
    dataset_fini(&d);
    asked.images.seed = 3;
    ASSERT_OK(dataset_read_examples(&d, &request, &asked, &err));
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
}
END_TEST

START_TEST(images_of_one_and_three_dimensions_are_sequences_too)
{
    struct bytes b;
    idx_begin(&b, IDX_UBYTE, 4, (const uint32_t[]){2, 2, 2, 3});
    bytes_append(&b, "abcdefghijklABCDEFGHIJKL", 24);
    put("train-images-idx4-ubyte", b);
    put("train-labels-idx1-ubyte", idx_labels(2, 2));
    asked.keep_train = true;
    read_ok();
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->width, 6);
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->longest, 2);
    asked.images.sequence = EXAMPLE_PIXELS;
    read_ok();
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->width, 3);
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->longest, 4);
    ck_assert_int_eq(unlink(test_path("train-images-idx4-ubyte")), 0);
    idx_begin(&b, IDX_SHORT, 2, (const uint32_t[]){2, 3});
    bytes_append(&b, "\0\1\0\2\0\3\1\0\1\1\1\2", 12);
    put("train-images-idx2-short", b);
    for (int i = 0; i < N_EXAMPLE_SEQUENCES - 1; i++) {
        asked.images.sequence = (enum example_sequence)i;
        read_ok();
        ck_assert_int_eq(d.examples[SPLIT_TRAIN]->kind, EXAMPLE_FLOATS);
        ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->width, 1);
        ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->longest, 3);
        ck_assert_float_eq(d.examples[SPLIT_TRAIN]->floats[3], 256.0F);
    }
}
END_TEST

/* --- where files lie --- */

START_TEST(files_are_found_by_name)
{
    static const char *const names[][4] = {
        {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
         "t10k-labels-idx1-ubyte.gz"},
        {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
         "t10k-labels.idx1-ubyte"},
        {"emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz",
         "emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"},
        {"raw/Train_Images.IDX3", "raw/Train_Labels.IDX1", "raw/Test_Images.IDX3",
         "raw/Test_Labels.IDX1"},
    };
    put_set("", "");
    read_ok();
    test_dir_remove();
    test_dir_make();
    request.path = test_dir;
    test_make_dir("raw");
    put(names[_i][0], idx_images(24));
    put(names[_i][1], idx_labels(24, 3));
    put(names[_i][2], idx_images(5));
    put(names[_i][3], idx_labels(5, 3));
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
}
END_TEST

START_TEST(archives_are_read_without_unpacking)
{
    struct bytes set[4] = {idx_labels(5, 3), idx_images(24), idx_images(5), idx_labels(24, 3)};
    struct bytes gz = files_gzip(set[1].data, set[1].n);
    const struct file_member members[] = {
        {.name = "m/t10k-labels-idx1-ubyte", .text = set[0].data, .len = set[0].n},
        {.name = "m/train-images-idx3-ubyte.gz", .text = gz.data, .len = gz.n},
        {.name = "m/t10k-images-idx3-ubyte", .text = set[2].data, .len = set[2].n},
        {.name = "m/train-labels-idx1-ubyte", .text = set[3].data, .len = set[3].n}};
    put_set("", "");
    read_ok();
    struct bytes zip = files_archive(_i == 0 ? "zip" : "ustar", members, 4);
    const char *name = _i == 0 ? "m.zip" : "m.tar";
    test_write(name, zip.data, zip.n);
    request.path = test_path(name);
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    for (size_t i = 0; i < 4; i++)
        bytes_free(&set[i]);
    bytes_free(&gz), bytes_free(&zip);
}
END_TEST

START_TEST(a_file_stands_for_its_set)
{
    put_set("", "");
    put_set("", ".gz"); /* as torchvision leaves them: the plain ones are taken */
    request.path = test_path("train-images-idx3-ubyte");
    read_ok();
    check_counts(&d, 22, 2, 5);
    request.path = test_path("t10k-images-idx3-ubyte");
    request.needed = request.wanted = TEST;
    read_with_ok();
    check_counts(&other, 0, 0, 5);
    request.path = test_path("train-images-idx3-ubyte");
    read_with_ok();
    check_counts(&other, 0, 0, 24); /* what is needed is what was given */
}
END_TEST

START_TEST(several_sets_must_be_named)
{
    put_set("emnist-letters-", ""), put_set("emnist-digits-", "");
    read_fails(ST_INPUT, "has the images of 2 data sets ('emnist-digits-");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_TRAIN);
    request.named[SPLIT_TRAIN] = "emnist-letters-train-images-idx3-ubyte";
    read_ok();
    check_counts(&d, 22, 2, 5);
    ck_assert_ptr_nonnull(strstr(d.names[SPLIT_TEST], "emnist-letters-t10k"));
    request.path = NULL;
    request.named[SPLIT_TRAIN] = test_path("emnist-letters-train-images-idx3-ubyte");
    request.named[SPLIT_VALID] = test_path("emnist-digits-t10k-images-idx3-ubyte");
    read_ok();
    check_counts(&d, 24, 5, 0);
}
END_TEST

START_TEST(a_model_reads_images_with_and_without_labels)
{
    put_set("", "");
    asked.images.sequence = EXAMPLE_PERMUTED;
    asked.images.seed = 9;
    read_ok();
    request.needed = request.wanted = TEST;
    asked = (struct example_request){0};
    read_with_ok();
    check_counts(&other, 0, 0, 5);
    ck_assert_mem_eq(other.examples[SPLIT_TEST]->bytes, d.examples[SPLIT_TEST]->bytes, 30);
    ck_assert_int_eq(unlink(test_path("t10k-labels-idx1-ubyte")), 0);
    read_with_fails(ST_INPUT, "has the images 't10k-images-idx3-ubyte' without their labels");
    asked.unlabelled = true;
    request.path = test_path("t10k-images-idx3-ubyte");
    read_with_ok();
    check_counts(&other, 0, 0, 5);
    ck_assert_ptr_null(other.examples[SPLIT_TEST]->labels);
    struct bytes b = idx_images(4);
    put("new", b);
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new"), .needed = TEST, .wanted = TEST};
    read_with_ok();
    check_counts(&other, 0, 0, 4);
    asked.unlabelled = false;
    read_with_fails(ST_INPUT, "is to be images, but its name does not tell where its labels are");
}
END_TEST

/* --- what is refused --- */

START_TEST(files_that_do_not_belong_together_are_refused)
{
    struct bytes b;
    put_set("", "");
    put("t10k-labels-idx1-ubyte", idx_labels(6, 3));
    read_fails(ST_INPUT, "t10k-labels-idx1-ubyte' has 6 labels, and '");
    ck_assert_ptr_nonnull(strstr(err.text, "has 5 images: they do not belong together"));
    put("t10k-labels-idx1-ubyte", idx_labels(5, 4));
    read_fails(ST_INPUT, "t10k-images-idx3-ubyte' has the label '3' for image 4, which the train");
    put("t10k-labels-idx1-ubyte", idx_images(5));
    read_fails(ST_INPUT, "t10k-labels-idx1-ubyte' has no labels of images");
    put("t10k-labels-idx1-ubyte", idx_labels(5, 3));
    idx_begin(&b, IDX_UBYTE, 3, (const uint32_t[]){5, 3, 2});
    bytes_append(&b, "abcdefghijklmnopqrstuvwxyz1234", 30);
    put("t10k-images-idx3-ubyte", b);
    read_fails(ST_INPUT,
               "t10k-images-idx3-ubyte' has images of 3 x 2, and those of training are of "
               "2 x 3");
    put("t10k-images-idx3-ubyte", idx_labels(30, 2));
    read_fails(ST_INPUT, "these are labels, and no images");
    idx_begin(&b, IDX_BYTE, 3, (const uint32_t[]){5, 2, 3});
    bytes_append(&b, "abcdefghijklmnopqrstuvwxyz1234", 30);
    put("t10k-images-idx3-ubyte", b);
    read_fails(ST_INPUT, "has images of other numbers, and those of training are of bytes");
}
END_TEST

START_TEST(what_lacks_is_named)
{
    put("train-images-idx3-ubyte", idx_images(5));
    read_fails(ST_INPUT, "has the images 'train-images-idx3-ubyte' without their labels");
    put("train-labels-idx1-ubyte", idx_labels(5, 1));
    read_fails(ST_INPUT, "has one label alone, '0'");
    put("train-labels-idx1-ubyte", idx_labels(5, 2));
    request.needed = TRAIN | TEST;
    read_fails(ST_INPUT, "has no test images");
    request.needed = TRAIN;
    request.vocab_path = test_path("v");
    read_fails(ST_USAGE, "images have no words");
    request.vocab_path = NULL;
    asked.per_step = true;
    read_fails(ST_INPUT, "");
    asked.per_step = false;
    asked.form = EXAMPLE_FORM_IDX;
    ck_assert_int_eq(unlink(test_path("train-images-idx3-ubyte")), 0);
    read_fails(ST_INPUT, "has no IDX file of images");
}
END_TEST

static Suite *example_images_suite(void)
{
    Suite *s = suite_create("example_images");
    TCase *tc = tcase_create("images");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, rows_are_steps);
    tcase_add_test(tc, five_thousand_of_many_are_held_out);
    tcase_add_test(tc, pixels_and_permuted_pixels_are_steps);
    tcase_add_test(tc, images_of_one_and_three_dimensions_are_sequences_too);
    tcase_add_loop_test(tc, files_are_found_by_name, 0, 4);
    tcase_add_loop_test(tc, archives_are_read_without_unpacking, 0, 2);
    tcase_add_test(tc, a_file_stands_for_its_set);
    tcase_add_test(tc, several_sets_must_be_named);
    tcase_add_test(tc, a_model_reads_images_with_and_without_labels);
    tcase_add_test(tc, files_that_do_not_belong_together_are_refused);
    tcase_add_test(tc, what_lacks_is_named);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_images_suite())
