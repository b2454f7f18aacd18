/* A run that is stopped, saved, loaded elsewhere and continued ends with the bits of one that was
 * not; and when a run asks to be saved. */
#include "lib/kern/gemm.h"
#include "tests/support/resume_support.h"

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
    ASSERT_OK(load_newest(&run, &s->checkpoint, &skipped, &found, &err));
    saver->checkpoint = &s->checkpoint;
    saver->stop = 0;
    const struct train_observer observer = {.ctx = saver,
                                            .window = saver_on_window,
                                            .checkpoint = saver_on_checkpoint,
                                            .stop = &saver->stop};
    return train_run(s->model, &s->state, &config, &data, &observer, &err);
}

static bool same_floats(size_t n, const float *a, const float *b)
{
    return n == 0 || memcmp(a, b, n * sizeof *a) == 0; /* an average that is not kept is NULL */
}

static bool same_end(const struct subject *a, const struct subject *b)
{
    return same_weights(a->model, b->model) &&
           same_floats(a->state.n_slots, a->state.slots, b->state.slots) &&
           same_floats(a->state.n_copies, a->state.copies, b->state.copies) &&
           same_floats(a->state.n_carried, a->state.carried, b->state.carried) &&
           a->state.best_valid == b->state.best_valid &&
           a->state.epoch.nats == b->state.epoch.nats &&
           a->state.report.valid_metric == b->state.report.valid_metric;
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
    ck_assert_int_eq(never.asked[TRAIN_EVALUATED], 2);
    ck_assert_int_eq(never.asked[TRAIN_INTERVAL], 0);
    for (uint64_t every = 1; every <= 42; every += every < 3 ? 1 : every < 20 ? 9 : 11)
        stop_and_go(&whole, every);
    stop_and_go(&whole, 42); /* at the end of each epoch, before its evaluation */
    subject_fini(&whole);
}
END_TEST

static void run_and_stop(uint64_t every)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    ASSERT_OK(run_until(&whole, &never));
    stop_and_go(&whole, every);
    subject_fini(&whole);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
}

START_TEST(all_that_regularises_goes_on_too)
{
    regularise();
    run_and_stop(31);
}
END_TEST

/* Windows of any length, streams that begin anywhere, within a budget. */
START_TEST(a_stretched_run_goes_on_too)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    regularise();
    config.random_steps = config.shuffle_streams = true;
    config.zero_state = 0.1;
    config.clip_value = 0.5;
    config.epochs = 4;
    config.schedule = schedule_find("linear");
    config.rate = (struct schedule_settings){.lr = 0.5};
    ASSERT_OK(run_until(&whole, &never));
    config.flops = 0.6 * whole.state.report.flops;
    subject_fini(&whole);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    ASSERT_OK(run_until(&whole, &never));
    ck_assert_uint_eq(whole.state.plan.end, whole.state.report.step);
    stop_and_go(&whole, 29);
    subject_fini(&whole);
}
END_TEST

START_TEST(a_schedule_that_looks_back_goes_on_too)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    config.schedule = schedule_find("plateau");
    config.rate = (struct schedule_settings){.lr = 3.0, .decay = 0.5, .hold = 0};
    config.epochs = 4;
    ASSERT_OK(run_until(&whole, &never));
    ck_assert_double_lt(whole.state.schedule.rate, 3.0);
    stop_and_go(&whole, 37);
    subject_fini(&whole);
}
END_TEST

START_TEST(a_run_with_any_optimiser_goes_on)
{
    for (size_t i = 0; optim_at(i) != NULL; i++) {
        config.optim = optim_at(i);
        config.optim_settings = optim_at(i)->defaults;
        config.optim_settings.momentum = config.optim_settings.initial_accumulator = 0.5;
        config.rate.lr = 0.01;
        run_and_stop(37);
    }
}
END_TEST

/* The valid words are uniform, so the more is learned of the train text, the worse they go. */
static void fill_valid_uniformly(void)
{
    struct rng rng;
    rng_init(&rng, 3, RNG_TEST);
    for (size_t i = 0; i < N_VALID; i++)
        valid_ids[i] = (int32_t)(rng_next(&rng) % V);
}

static void average_and_go_back(const char *name)
{
    config.average = average_find(name);
    config.average_settings = (struct average_settings){.decay = 0.9, .start = 0.4, .patience = 1};
    config.optim = optim_find("adam");
    config.optim_settings = config.optim->defaults;
    config.schedule = schedule_find("plateau");
    config.rate = (struct schedule_settings){.lr = 0.01, .decay = 0.7};
    config.epochs = 6;
    config.back_to_best = strcmp(name, "nt") != 0; /* nt wants epochs that get worse and worse */
}

START_TEST(a_run_with_any_average_goes_on)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    average_and_go_back(average_at((size_t)_i)->name);
    fill_valid_uniformly(); /* the rate falls without a gain, and all that averages do happens */
    ASSERT_OK(run_until(&whole, &never));
    ck_assert(config.average->copies == 0 || whole.state.average.n[0] > 0);
    ck_assert(config.average->copies > 0 || whole.state.slots_since > 0); /* it went back */
    for (uint64_t every = 37; every <= 42; every += 5)
        stop_and_go(&whole, every);
    subject_fini(&whole);
}
END_TEST

/* One run on one thread, and one that is stopped and goes on with others. */
static void run_with_threads(void)
{
    struct subject whole;
    struct saver never = {.stop_at = 0};
    compute_set_threads(1);
    ASSERT_OK(run_until(&whole, &never));
    for (int threads = 2; threads <= 3; threads++) {
        compute_set_threads(gemm_ignores_threads() ? threads : 1);
        stop_and_go(&whole, 35);
    }
    subject_fini(&whole);
    ASSERT_OK(run_drop_checkpoints(&run, &err));
}

/* Every cell with every optimiser, its layers of one width and untied, or of two and tied. */
START_TEST(every_network_goes_on_with_every_optimiser_on_any_threads)
{
    config.rate.lr = 0.002;
    for (size_t i = 0; optim_at(i) != NULL; i++)
        for (int tied = 0; tied < 2; tied++) {
            network = model_shape_even(cell_at((size_t)_i), V, H, H, 2);
            network.tied = tied;
            network.H[1] = tied ? H / 2 : H;
            config.optim = optim_at(i);
            config.optim_settings = optim_at(i)->defaults;
            run_with_threads();
        }
}
END_TEST

/* The evaluation at a run's last step is one more, and changes nothing of what comes after it. */
START_TEST(a_run_that_ended_by_steps_goes_on_for_more)
{
    if (_i > 0) {
        average_and_go_back(average_at((size_t)_i)->name);
        config.average_settings.start = 0.0; /* it counts from the run's end, which changes */
        config.back_to_best = false;         /* the best may be of the end that was none */
    }
    struct subject whole, part;
    struct saver never = {.stop_at = 0};
    ASSERT_OK(run_until(&whole, &never));
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    config.max_steps = 30;
    ASSERT_OK(run_until(&part, &never));
    ck_assert(part.state.halted && part.state.report.step == 30);
    ck_assert(part.state.report.validated && part.state.best_epoch == 1);
    ck_assert_int_ne(train_find_end(&part.state, &config), TRAIN_GOES_ON);
    subject_fini(&part);
    config.max_steps = 0;
    ASSERT_OK(run_until(&part, &never));
    ck_assert(same_end(&whole, &part));
    subject_fini(&part);
    subject_fini(&whole);
}
END_TEST

START_TEST(patience_ends_a_run_that_finds_no_new_best)
{
    struct subject s;
    struct saver never = {.stop_at = 0};
    config.epochs = 50;
    config.patience = 2;
    config.rate = (struct schedule_settings){.lr = 3.0, .decay = 1.0};
    config.schedule = schedule_find("constant");
    ASSERT_OK(run_until(&s, &never));
    ck_assert_int_lt(s.state.report.epoch, 50);
    ck_assert_int_eq(s.state.report.epoch - s.state.best_epoch, 2);
    ck_assert_int_ne(train_find_end(&s.state, &config), TRAIN_GOES_ON);
    subject_fini(&s);
}
END_TEST

START_TEST(a_run_with_any_schedule_goes_on)
{
    config.epochs = 4;
    for (size_t i = 0; schedule_at(i) != NULL; i++) {
        config.schedule = schedule_at(i);
        config.rate = schedule_at(i)->defaults;
        config.rate.lr = 2.0;
        config.rate.warmup = 0.1;
        config.rate.patience = 1;
        config.rate.min_gain = 0.99; /* so that epochs are stale */
        run_and_stop(37);
    }
}
END_TEST

START_TEST(a_run_that_has_ended_goes_on_for_more_epochs)
{
    struct subject whole, part;
    struct saver never = {.stop_at = 0};
    if (_i > 0)
        average_and_go_back(average_at((size_t)_i)->name);
    config.average_settings.start = 0.0; /* it counts from the run's end, which changes */
    config.epochs = 3;
    ASSERT_OK(run_until(&whole, &never));
    ASSERT_OK(run_drop_checkpoints(&run, &err));
    config.epochs = _i > 0 ? 2 : 1;
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
    ck_assert_double_eq(s.state.report.lr, s.state.schedule.rate / 8.0);
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

static Suite *resume_suite(void)
{
    Suite *suite = suite_create("resume");
    int averages = 0;
    while (average_at((size_t)averages) != NULL)
        averages++;
    TCase *tc = tcase_create("resume");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_run_stopped_and_resumed_ends_with_the_same_bits);
    tcase_add_test(tc, all_that_regularises_goes_on_too);
    tcase_add_test(tc, a_stretched_run_goes_on_too);
    tcase_add_test(tc, a_schedule_that_looks_back_goes_on_too);
    tcase_add_test(tc, a_run_with_any_optimiser_goes_on);
    tcase_add_test(tc, a_run_with_any_schedule_goes_on);
    tcase_add_loop_test(tc, a_run_that_ended_by_steps_goes_on_for_more, 0, averages);
    tcase_add_loop_test(tc, a_run_with_any_average_goes_on, 0, averages);
    tcase_add_test(tc, patience_ends_a_run_that_finds_no_new_best);
    int cells = 0;
    while (cell_at((size_t)cells) != NULL)
        cells++;
    tcase_add_loop_test(tc, every_network_goes_on_with_every_optimiser_on_any_threads, 0, cells);
    tcase_add_loop_test(tc, a_run_that_has_ended_goes_on_for_more_epochs, 0, averages);
    tcase_add_test(tc, checkpoints_come_every_so_many_windows);
    tcase_add_test(tc, checkpoints_come_by_the_clock);
    tcase_add_test(tc, weights_that_overflowed_are_not_saved);
    tcase_add_test(tc, retries_halve_the_rate);
    tcase_add_test(tc, a_state_of_another_text_is_refused);
    tcase_add_test(tc, steps_and_words_are_counted_past_32_bits);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(resume_suite())
