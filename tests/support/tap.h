/* The end of every unit test: runs a suite and prints TAP. */
#ifndef PTBLM_TESTS_SUPPORT_TAP_H
#define PTBLM_TESTS_SUPPORT_TAP_H

#include <check.h>
#include <stdlib.h>

#define N_OF(table) (sizeof table / sizeof *table)

static inline int tap_run(Suite *s)
{
    SRunner *sr = srunner_create(s);
    srunner_set_tap(sr, "-");
    srunner_run_all(sr, CK_SILENT);
    const int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A test's main, for the end of its file: TAP_MAIN(cell_suite()) */
#define TAP_MAIN(suite)                                                                            \
    int main(void)                                                                                 \
    {                                                                                              \
        return tap_run(suite);                                                                     \
    }

#endif
