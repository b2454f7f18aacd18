/* Control groups made of plain files: "/a/b" in the test's directory. */
#ifndef PTBLM_TESTS_SUPPORT_GROUP_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_GROUP_SUPPORT_H

#include "lib/base/io/io.h"
#include "tests/support/task_support.h"

static inline void group_put(const char *name, const char *text)
{
    ASSERT_OK(io_write_file(test_path(name), text, strlen(text), &err));
}

static inline void group_make_dirs(void)
{
    test_dir_make();
    ASSERT_OK(io_make_dir(test_path("a"), NULL, &err));
    ASSERT_OK(io_make_dir(test_path("a/b"), NULL, &err));
}

#endif
