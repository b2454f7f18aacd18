#include "tests/support/test_dir.h"

#include <check.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char test_dir[128], test_file[160], test_other[160];

void test_dir_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%.90s/ptblm-test-XXXXXX",
             tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(test_dir));
    snprintf(test_file, sizeof test_file, "%s/file", test_dir);
    snprintf(test_other, sizeof test_other, "%s/other", test_dir);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

void test_dir_remove(void)
{
    ck_assert_int_eq(nftw(test_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void test_dir_remove_strictly(void)
{
    test_files_remove();
    const int left = test_dir_count();
    test_dir_remove();
    ck_assert_int_eq(left, 0);
}

void test_files_remove(void)
{
    unlink(test_file);
    unlink(test_other);
}

int test_dir_count(void)
{
    int n = 0;
    DIR *dir = opendir(test_dir);
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

const char *test_path(const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", test_dir, name);
    return path;
}

void test_write(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(test_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

void test_write_text(const char *name, const char *text)
{
    test_write(name, text, strlen(text));
}

void test_make_dir(const char *name)
{
    ck_assert_int_eq(mkdir(test_path(name), 0777), 0);
}
