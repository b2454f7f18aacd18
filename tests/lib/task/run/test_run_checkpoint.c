/* Which checkpoints a run keeps, and which one it goes on from. */
#include <unistd.h>

#include "lib/task/run/session_private.h"
#include "tests/support/resume_support.h"

static void save_step(struct subject *s, uint64_t step, const uint64_t *keep)
{
    subject_fill(s);
    s->state.report.windows = 1000;
    s->state.report.window = step - 2000;
    s->state.report.step = step;
    s->state.report.words = step * config.B * config.T;
    s->state.epoch.targets = s->state.report.window * config.B * config.T;
    ASSERT_OK(run_save_checkpoint(&run, &s->checkpoint, &no_notes, keep, &err));
}

static void damage_step(uint64_t step)
{
    char *path = run_checkpoint_path(&run, step, &err);
    ck_assert_int_eq(truncate(path, (off_t)io_size(path) - 1), 0);
    mem_free(path);
}

START_TEST(the_two_newest_are_kept_and_one_that_is_asked_for)
{
    struct subject s;
    const uint64_t keep = 2001;
    subject_init(&s, model_started(1));
    for (uint64_t step = 2001; step <= 2009; step += 2)
        save_step(&s, step, step > 2005 ? NULL : &keep);
    ck_assert(has_step(2009) && has_step(2007) && !has_step(2005) && !has_step(2001));
    for (uint64_t step = 2010; step <= 2012; step++)
        save_step(&s, step, &(uint64_t){2009});
    ck_assert(has_step(2012) && has_step(2011) && !has_step(2010) && has_step(2009));
    save_step(&s, 2012, NULL); /* again: the one before stays */
    ck_assert(has_step(2012) && has_step(2011));
    subject_fini(&s);
}
END_TEST

static int n_told;

static void tell(void *ctx, const char *reason)
{
    (void)ctx;
    ck_assert_ptr_nonnull(strstr(reason, "checkpoint-"));
    n_told++;
}

static enum status load(struct subject *s, bool *found)
{
    const struct run_skipped skipped = {NULL, tell};
    n_told = 0;
    return load_newest(&run, &s->checkpoint, &skipped, found, &err);
}

START_TEST(a_damaged_one_is_skipped_and_removed_once_there_is_a_better_one)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    save_step(&s, 2001, NULL);
    save_step(&s, 2005, NULL);
    damage_step(2005);
    ASSERT_OK(load(&s, &found));
    ck_assert(found && n_told == 1 && s.state.report.step == 2001);
    ck_assert(has_step(2005));
    save_step(&s, 2003, NULL);
    ck_assert(has_step(2003) && has_step(2001) && !has_step(2005));
    subject_fini(&s);
}
END_TEST

START_TEST(having_only_damaged_ones_is_an_error_and_having_none_is_not)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    ASSERT_OK(load(&s, &found));
    ck_assert(!found);
    save_step(&s, 2001, NULL);
    save_step(&s, 2005, NULL);
    damage_step(2001);
    damage_step(2005);
    ASSERT_FAILS(load(&s, &found), ST_INPUT, "none of its checkpoints can be used");
    ck_assert(!found && n_told == 1 && s.state.report.step == 2005);
    subject_fini(&s);
}
END_TEST

START_TEST(a_model_without_checkpoints_is_an_error)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    ASSERT_OK(run_save_model(&run, s.model, &no_notes, &err));
    ASSERT_FAILS(load(&s, &found), ST_INPUT, "no longer has a checkpoint");
    ck_assert(!found && io_exists(run.model));
    subject_fini(&s);
}
END_TEST

/* A session that saves into `run`, of a model and a state. */
static struct session session_of(struct subject *s)
{
    struct session t = {.run = run, .plan = {.config = config, .goes_back = true}};
    t.model = s->model;
    t.train = s->state;
    t.checkpoint = s->checkpoint;
    return t;
}

START_TEST(a_divergence_goes_back_to_the_last_end_of_an_epoch_that_was_saved)
{
    struct subject s;
    subject_init(&s, model_started(1));
    struct session t = session_of(&s);
    t.checkpoint.state = &t.train;
    t.train.ended = true;
    t.train.report = (struct train_report){.step = 240};
    session_try_to_save(&t);
    ck_assert(t.start == 240 && t.failed == 0);
    t.train.report.step = 480;
    char *path = run_checkpoint_path(&run, 480, &err);
    ASSERT_OK(io_make_dir(path, NULL, &err)); /* nothing can be written in its place */
    session_try_to_save(&t);
    ck_assert(t.start == 240 && t.failed == 1);
    ck_assert_int_eq(rmdir(path), 0);
    mem_free(path);
    t.train.ended = false;
    for (t.train.report.step = 500; t.train.report.step < 503; t.train.report.step++)
        session_try_to_save(&t);
    ck_assert(t.start == 240 && has_step(240) && has_step(501) && has_step(502) && !has_step(500));
    subject_fini(&s);
}
END_TEST

START_TEST(names_that_are_not_checkpoints_are_left_alone)
{
    static const char *const names[] = {"run/checkpoint-1.safetensors",
                                        "run/checkpoint-00000001.safetensors.old",
                                        "run/checkpoint--0000001.safetensors", "run/checkpoint-"};
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    for (size_t i = 0; i < N_OF(names); i++)
        ASSERT_OK(io_write_file(test_path(names[i]), "x", 1, &err));
    ASSERT_OK(load(&s, &found));
    ck_assert(!found);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    for (size_t i = 0; i < N_OF(names); i++)
        ck_assert(io_exists(test_path(names[i])));
    subject_fini(&s);
}
END_TEST

START_TEST(what_cannot_be_written_leaves_what_was_there)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    save_step(&s, 2001, NULL);
    ASSERT_OK(io_make_dir(test_path("run/checkpoint-00002002.safetensors"), NULL, &err));
    s.state.report.step = 2002;
    ASSERT_FAILS(run_save_checkpoint(&run, &s.checkpoint, &no_notes, NULL, &err), ST_IO,
                 "is a directory");
    ck_assert(has_step(2001));
    ASSERT_OK(load(&s, &found));
    ck_assert(found && s.state.report.step == 2001);
    subject_fini(&s);
}
END_TEST

START_TEST(going_back_removes_what_came_after)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    save_step(&s, 2001, NULL);
    save_step(&s, 2005, NULL);
    ASSERT_OK(run_go_back(&run, &s.checkpoint, 2003, &found, &err));
    ck_assert(!found && has_step(2005));
    ASSERT_OK(run_go_back(&run, &s.checkpoint, 2001, &found, &err));
    ck_assert(found && has_step(2001) && !has_step(2005) && s.state.report.step == 2001);
    subject_fini(&s);
}
END_TEST

START_TEST(room_is_checked_before)
{
    ASSERT_OK(run_check_room(&run, 1000.0, 3, &err));
    ASSERT_FAILS(run_check_room(&run, 1e18, 3, &err), ST_IO, "MB free");
    ck_assert_int_eq(err.remedy, REMEDY_OTHER_DISK);
}
END_TEST

static Suite *run_checkpoint_suite(void)
{
    Suite *suite = suite_create("run_checkpoint");
    TCase *tc = tcase_create("run_checkpoint");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, the_two_newest_are_kept_and_one_that_is_asked_for);
    tcase_add_test(tc, a_damaged_one_is_skipped_and_removed_once_there_is_a_better_one);
    tcase_add_test(tc, having_only_damaged_ones_is_an_error_and_having_none_is_not);
    tcase_add_test(tc, a_model_without_checkpoints_is_an_error);
    tcase_add_test(tc, a_divergence_goes_back_to_the_last_end_of_an_epoch_that_was_saved);
    tcase_add_test(tc, names_that_are_not_checkpoints_are_left_alone);
    tcase_add_test(tc, what_cannot_be_written_leaves_what_was_there);
    tcase_add_test(tc, going_back_removes_what_came_after);
    tcase_add_test(tc, room_is_checked_before);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(run_checkpoint_suite())
