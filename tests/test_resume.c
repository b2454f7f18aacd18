/* A run that is stopped, saved, loaded elsewhere and continued ends with the bits of one that was
 * not; and which checkpoints a run keeps and goes on from. */
#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "tests/checkpoint_support.h"

static struct run run;
static const struct model_notes no_notes;

/* Saves into the run's directory when it is asked to, and stops at a step. */
struct saver {
    struct checkpoint *checkpoint;
    uint64_t stop_at;
    int asked[3]; /* by enum train_pause */
    volatile sig_atomic_t stop;
};

static void saver_on_window(void *ctx, const struct train_report *r)
{
    struct saver *s = ctx;
    s->stop = r->step == s->stop_at;
}

static enum status saver_on_checkpoint(void *ctx, enum train_pause why, struct err *e)
{
    struct saver *s = ctx;
    s->asked[why]++;
    return run_save_checkpoint(&run, s->checkpoint, &no_notes, NULL, e);
}

/* Runs on from the newest checkpoint, or the start, until `stop_at`. */
static enum status run_until(struct subject *s, struct saver *saver)
{
    const struct run_skipped skipped = {0};
    bool found;
    subject_init(s, model_started(1));
    ASSERT_OK(run_load_checkpoint(&run, &s->checkpoint, &skipped, &found, &err));
    saver->checkpoint = &s->checkpoint;
    saver->stop = 0;
    const struct train_observer observer = {.ctx = saver,
                                            .window = saver_on_window,
                                            .checkpoint = saver_on_checkpoint,
                                            .stop = &saver->stop};
    return train_run(s->model, &s->state, &config, &data, &observer, &err);
}

static void set_up(void)
{
    make_test_dir();
    setup();
    config.optim = &momentum;
    config.rate.lr = 0.3;
    ASSERT_OK(run_create(&run, in_test_dir("run"), false, &err));
}

static void tear_down(void)
{
    run_fini(&run);
    remove_test_dir();
}

static bool same_end(const struct subject *a, const struct subject *b)
{
    return same_weights(a->model, b->model) &&
           memcmp(a->state.slots, b->state.slots, a->state.n_slots * sizeof(float)) == 0 &&
           memcmp(a->state.carried, b->state.carried, a->state.n_carried * sizeof(float)) == 0 &&
           a->state.best_valid == b->state.best_valid &&
           a->state.epoch_nats == b->state.epoch_nats &&
           a->state.report.valid_perplexity == b->state.report.valid_perplexity;
}

/* One after the other in one run: a stop behind every few windows, at the ends of epochs too. */
static void stop_and_go(const struct subject *whole, uint64_t every)
{
    struct saver saver = {0};
    enum status status;
    int stops = 0;
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    for (;;) {
        struct subject part;
        saver.stop_at += every;
        status = run_until(&part, &saver);
        const bool same = same_end(whole, &part);
        subject_fini(&part);
        if (status == ST_OK) {
            ck_assert_msg(same, "stopped every %d windows", (int)every);
            break;
        }
        ck_assert_msg(status == ST_INTERRUPTED, "%s", err.text);
        stops++;
    }
    ck_assert_int_eq(saver.asked[TRAIN_STOP], stops);
    ck_assert_int_ge(stops, (int)(80 / every));
}

START_TEST(a_run_stopped_and_resumed_ends_with_the_same_bits)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    ASSERT_OK(run_until(&whole, &never));
    ck_assert_int_eq(never.asked[TRAIN_EPOCH_END], 2);
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 0);
    for (uint64_t every = 1; every <= 42; every += every < 3 ? 1 : every < 20 ? 9 : 11)
        stop_and_go(&whole, every);
    stop_and_go(&whole, 42); /* at the end of each epoch, before its evaluation */
    subject_fini(&whole);
}
END_TEST

START_TEST(a_schedule_that_looks_back_goes_on_too)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    config.schedule = schedule_find("plateau");
    config.rate = (struct schedule_params){.lr = 3.0, .decay = 0.5, .hold = 0};
    config.epochs = 4;
    ASSERT_OK(run_until(&whole, &never));
    ck_assert_double_lt(whole.state.rate, 3.0);
    stop_and_go(&whole, 37);
    subject_fini(&whole);
}
END_TEST

START_TEST(a_run_that_has_ended_goes_on_for_more_epochs)
{
    struct subject whole, part;
    struct saver never = {.stop_at = 0};
    config.epochs = 3;
    ASSERT_OK(run_until(&whole, &never));
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    config.epochs = 1;
    ASSERT_OK(run_until(&part, &never));
    subject_fini(&part);
    config.epochs = 3;
    ASSERT_OK(run_until(&part, &never));
    ck_assert(same_end(&whole, &part));
    subject_fini(&part);
    subject_fini(&whole);
}
END_TEST

START_TEST(checkpoints_come_every_so_many_windows)
{
    struct subject s;
    struct saver never = {.stop_at = 0};
    config.checkpoint_windows = 10;
    ASSERT_OK(run_until(&s, &never));
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 8); /* 10 to 40, 50 to 80 */
    subject_fini(&s);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    config.checkpoint_windows = 42; /* with the epoch's end */
    never = (struct saver){0};
    ASSERT_OK(run_until(&s, &never));
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 0);
    subject_fini(&s);
}
END_TEST

START_TEST(checkpoints_come_by_the_clock)
{
    struct subject s;
    struct saver never = {.stop_at = 0};
    config.checkpoint_seconds = 1e-9;
    ASSERT_OK(run_until(&s, &never));
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 2 * 41);
    subject_fini(&s);
}
END_TEST

START_TEST(weights_that_overflowed_are_not_saved)
{
    struct subject s;
    struct saver never = {.stop_at = 0};
    config.checkpoint_windows = 1;
    config.optim = optim_find("sgd");
    config.rate.lr = 1e39; /* of float: infinite */
    ck_assert_int_eq(run_until(&s, &never), ST_DIVERGED);
    ck_assert_ptr_nonnull(strstr(err.text, "not finite"));
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 0);
    subject_fini(&s);
}
END_TEST

START_TEST(retries_halve_the_rate)
{
    struct subject s;
    subject_init(&s, model_started(1));
    s.state.retries = 3;
    const struct train_observer observer = {0};
    ASSERT_OK(train_run(s.model, &s.state, &config, &data, &observer, &err));
    ck_assert_double_eq(s.state.report.lr, s.state.rate / 8.0);
    subject_fini(&s);
}
END_TEST

START_TEST(a_state_of_another_text_is_refused)
{
    struct subject s;
    subject_init(&s, model_started(1));
    subject_fill(&s);
    const struct train_observer observer = {0};
    ASSERT_FAILS(train_run(s.model, &s.state, &config, &data, &observer, &err), ST_INPUT,
                 "window 2 of 7, but the text has 42");
    subject_fini(&s);
}
END_TEST

/* --- which are kept --- */

static void save_step(struct subject *s, uint64_t step, const uint64_t *keep)
{
    subject_fill(s);
    s->state.report.windows = 1000;
    s->state.report.window = step - 2000;
    s->state.report.step = step;
    s->state.report.words = step * config.B * config.T;
    s->state.epoch_words = s->state.report.window * config.B * config.T;
    ASSERT_OK(run_save_checkpoint(&run, &s->checkpoint, &no_notes, keep, &err));
}

static bool has_step(uint64_t step)
{
    char *path = run_checkpoint_path(&run, step, &err);
    const bool there = io_exists(path);
    mem_free(path);
    return there;
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

/* As many epochs as that takes. */
START_TEST(steps_and_words_are_counted_past_32_bits)
{
    struct saver saver = {0};
    struct subject near, far;
    const uint64_t windows = N_TRAIN / B / T, epochs = (UINT64_C(1) << 32) / windows;
    config.epochs = 1;
    ASSERT_OK(run_until(&near, &saver));
    ck_assert_uint_eq(near.state.report.step, windows);
    near.state.report.epoch += (int)epochs;
    near.state.report.step += epochs * windows;
    near.state.report.words += epochs * windows * B * T;
    ASSERT_OK(run_save_checkpoint(&run, &near.checkpoint, &no_notes, NULL, &err));
    config.epochs = (int)epochs + 2;
    ASSERT_OK(run_until(&far, &saver));
    ck_assert_uint_gt(far.state.report.step, UINT32_MAX);
    ck_assert_uint_eq(far.state.report.step, (epochs + 2) * windows);
    ck_assert_uint_eq(far.state.report.words, (epochs + 2) * windows * B * T);
    ck_assert(has_step((epochs + 2) * windows) && has_step((epochs + 1) * windows));
    ck_assert(!has_step(windows));
    subject_fini(&near);
    subject_fini(&far);
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
    return run_load_checkpoint(&run, &s->checkpoint, &skipped, found, &err);
}

START_TEST(a_damaged_one_is_passed_over_and_goes_when_a_better_one_is_there)
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

START_TEST(none_that_is_whole_is_an_error_and_none_at_all_is_not)
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
    ASSERT_FAILS(load(&s, &found), ST_INPUT, "none of its 2 checkpoints can be used");
    ck_assert(!found && n_told == 1 && s.state.report.step == 2005);
    subject_fini(&s);
}
END_TEST

START_TEST(names_that_are_not_a_checkpoints_are_let_be)
{
    static const char *const names[] = {"run/checkpoint-1.safetensors",
                                        "run/checkpoint-00000001.safetensors.old",
                                        "run/checkpoint--0000001.safetensors", "run/checkpoint-"};
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    for (size_t i = 0; i < N_OF(names); i++)
        ASSERT_OK(io_write_file(in_test_dir(names[i]), "x", 1, &err));
    ASSERT_OK(load(&s, &found));
    ck_assert(!found);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    for (size_t i = 0; i < N_OF(names); i++)
        ck_assert(io_exists(in_test_dir(names[i])));
    subject_fini(&s);
}
END_TEST

START_TEST(what_cannot_be_written_leaves_what_was_there)
{
    struct subject s;
    bool found;
    subject_init(&s, model_started(1));
    save_step(&s, 2001, NULL);
    ASSERT_OK(io_make_dir(in_test_dir("run/checkpoint-00002002.safetensors"), &err));
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

START_TEST(room_is_asked_for_before)
{
    ASSERT_OK(run_check_room(&run, 1000.0, 3, &err));
    ASSERT_FAILS(run_check_room(&run, 1e18, 3, &err), ST_IO, "make room");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resume");
    TCase *tc = tcase_create("resume");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_run_stopped_and_resumed_ends_with_the_same_bits);
    tcase_add_test(tc, a_schedule_that_looks_back_goes_on_too);
    tcase_add_test(tc, a_run_that_has_ended_goes_on_for_more_epochs);
    tcase_add_test(tc, checkpoints_come_every_so_many_windows);
    tcase_add_test(tc, checkpoints_come_by_the_clock);
    tcase_add_test(tc, weights_that_overflowed_are_not_saved);
    tcase_add_test(tc, retries_halve_the_rate);
    tcase_add_test(tc, a_state_of_another_text_is_refused);
    tcase_add_test(tc, the_two_newest_are_kept_and_one_that_is_asked_for);
    tcase_add_test(tc, steps_and_words_are_counted_past_32_bits);
    tcase_add_test(tc, a_damaged_one_is_passed_over_and_goes_when_a_better_one_is_there);
    tcase_add_test(tc, none_that_is_whole_is_an_error_and_none_at_all_is_not);
    tcase_add_test(tc, names_that_are_not_a_checkpoints_are_let_be);
    tcase_add_test(tc, what_cannot_be_written_leaves_what_was_there);
    tcase_add_test(tc, going_back_removes_what_came_after);
    tcase_add_test(tc, room_is_asked_for_before);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
