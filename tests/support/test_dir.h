/* A directory for the files of a test, as a fixture of each test or of a whole test case.
 *
 *     tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove);
 *     tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
 *
 * A failure here fails the test. */
#ifndef PTBLM_TESTS_SUPPORT_TEST_DIR_H
#define PTBLM_TESTS_SUPPORT_TEST_DIR_H

#include <stddef.h>

/* The directory, and the paths of two files in it, which are enough for many tests. */
extern char test_dir[128];
extern char test_file[160], test_other[160];

void test_dir_make(void);

/* With all that is in it. */
void test_dir_remove(void);

/* The same; fails if the directory holds anything but the two files. */
void test_dir_remove_strictly(void);

/* Removes the two files, if they exist: a fixture of each test when all share the directory. */
void test_files_remove(void);

/* The number of names in the directory. */
int test_dir_count(void);

/* The path of `name` in the directory; the last eight results stay valid. */
const char *test_path(const char *name);

/* Files and directories in it, whose names are not paths. */
void test_write(const char *name, const void *bytes, size_t n);
void test_write_text(const char *name, const char *text);
void test_make_dir(const char *name);

#endif
