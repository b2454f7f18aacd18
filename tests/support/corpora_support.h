/* What the tests of corpora/ share: a directory with files and archives, and the limits of
 * reading. */
#ifndef PTBLM_TESTS_SUPPORT_CORPORA_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_CORPORA_SUPPORT_H

#include "tests/support/corpora_files.h"
#include "tests/support/err_support.h"
#include "tests/support/test_dir.h"

static const struct source_limits limits = SOURCE_LIMITS_DEFAULT;

#endif
