/* What the tests of resumed runs share: the run, and which checkpoints it has. */
#ifndef PTBLM_TESTS_SUPPORT_RESUME_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_RESUME_SUPPORT_H

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "tests/support/checkpoint_support.h"

static struct run run;
static const struct model_notes no_notes;

static inline void set_up(void)
{
    test_dir_make();
    setup();
    config.optim_settings.momentum = 0.5;
    config.rate.lr = 0.3;
    ASSERT_OK(run_create(&run, test_path("run"), false, &err));
}

static inline void tear_down(void)
{
    run_fini(&run);
    test_dir_remove();
}

static inline bool has_step(uint64_t step)
{
    char *path = run_checkpoint_path(&run, step, &err);
    const bool there = io_exists(path);
    mem_free(path);
    return there;
}

#endif
