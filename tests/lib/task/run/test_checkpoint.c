/* Checkpoints as files: what is saved comes back to the bit, and no damage and no other run's file
 * does. */
#include <fcntl.h>
#include <math.h>

#include "lib/base/io/io.h"
#include "tests/support/checkpoint_support.h"

static struct subject one, two;
static struct model_notes notes;

static const char *path(void)
{
    return test_path("checkpoint.safetensors");
}

/* Two runs of one shape, the first full of numbers. */
static void set_up(void)
{
    test_dir_make();
    setup();
    config.optim_settings.momentum = 0.5;
    subject_init(&one, model_random(5, 2, 1, 1.0f, 1));
    subject_init(&two, model_random(5, 2, 1, 1.0f, 2));
    subject_fill(&one);
    notes = (struct model_notes){0};
}

static void tear_down(void)
{
    subject_fini(&one);
    subject_fini(&two);
    model_notes_fini(&notes);
    test_dir_remove();
}

static bool same_state(const struct train_state *a, const struct train_state *b)
{
    const struct train_report *r = &a->report, *q = &b->report;
    return memcmp(a->carried, b->carried, a->n_carried * sizeof(float)) == 0 &&
           memcmp(a->slots, b->slots, a->n_slots * sizeof(float)) == 0 && r->epoch == q->epoch &&
           r->step == q->step && r->window == q->window && r->windows == q->windows &&
           r->words == q->words && r->seconds == q->seconds && r->elapsed == q->elapsed &&
           r->lr == q->lr && r->grad_norm == q->grad_norm && r->best == q->best &&
           r->valid_metric == q->valid_metric && a->ended == b->ended &&
           a->schedule.rate == b->schedule.rate && a->schedule.stale == b->schedule.stale &&
           a->schedule.has_best == b->schedule.has_best &&
           a->schedule.best_seen == b->schedule.best_seen && a->retries == b->retries &&
           a->epoch.nats == b->epoch.nats && a->epoch.targets == b->epoch.targets &&
           a->best_valid == b->best_valid && a->best_epoch == b->best_epoch;
}

static void save(void)
{
    ASSERT_OK(checkpoint_save(&one.checkpoint, &notes, path(), &err));
}

/* The second run must be left as it is. */
static void assert_refused(enum status want, const char *text)
{
    struct model *before = model_random(5, 2, 1, 1.0f, 2);
    ASSERT_FAILS(checkpoint_load(&two.checkpoint, path(), &err), want, text);
    ck_assert(same_weights(two.model, before));
    ck_assert_int_eq(two.state.report.epoch, 0);
    ck_assert_uint_eq(two.checkpoint.log_bytes, 5);
    model_free(before);
}

START_TEST(what_is_saved_comes_back_to_the_bit)
{
    one.checkpoint.log_bytes = 4711;
    one.checkpoint.best_hash = UINT64_MAX - 5;
    ck_assert(!same_state(&one.state, &two.state));
    save();
    ASSERT_OK(checkpoint_load(&two.checkpoint, path(), &err));
    ck_assert(same_state(&one.state, &two.state));
    ck_assert(same_weights(one.model, two.model));
    ck_assert_uint_eq(two.checkpoint.log_bytes, 4711);
    ck_assert_uint_eq(two.checkpoint.best_hash, UINT64_MAX - 5);
}
END_TEST

START_TEST(a_run_that_has_not_begun_comes_back_too)
{
    train_state_reset(&one.state, config.optim, &config.optim_settings, config.metric);
    subject_fill(&two);
    save();
    ASSERT_OK(checkpoint_load(&two.checkpoint, path(), &err));
    ck_assert(same_state(&one.state, &two.state));
    ck_assert(isinf(two.state.best_valid) && two.state.ended);
}
END_TEST

START_TEST(counters_beyond_32_bits_come_back)
{
    struct train_report *r = &one.state.report;
    r->windows = (UINT64_C(1) << 40) + 1;
    r->step = 2 * r->windows + r->window;
    r->words = r->step * config.B * config.T;
    save();
    ASSERT_OK(checkpoint_load(&two.checkpoint, path(), &err));
    ck_assert(same_state(&one.state, &two.state));
}
END_TEST

START_TEST(a_checkpoint_is_a_model_file)
{
    struct model *m = NULL;
    struct model_notes back = {0};
    ASSERT_OK(buf_add_text(&notes.vocab, "a\t1\n", &err));
    ASSERT_OK(buf_add_text(&notes.training, "{}", &err));
    save();
    ASSERT_OK(model_load(&m, &back, path(), &err));
    for (size_t i = 0; i < m->params.n; i++)
        ck_assert_mem_eq(model_weight(m, i), model_weight(one.model, i),
                         param_size(&m->params.items[i]) * sizeof(float));
    ck_assert_str_eq(back.vocab.data, "a\t1\n");
    model_notes_fini(&back);
    model_free(m);
}
END_TEST

START_TEST(a_model_file_is_not_a_checkpoint)
{
    ASSERT_OK(model_save(one.model, &notes, path(), &err));
    assert_refused(ST_INPUT, "it has no 'ptblm.state'");
    ck_assert_int_eq(unlink(path()), 0);
    assert_refused(ST_INPUT, "checkpoint.safetensors'");
}
END_TEST

START_TEST(its_size_is_known_before)
{
    ASSERT_OK(buf_add_text(&notes.vocab, "a\t1\n", &err));
    save();
    const double bytes = checkpoint_bytes(&one.checkpoint, &notes);
    ck_assert_double_ge(bytes, (double)io_size(path()));
    ck_assert_double_lt(bytes, (double)io_size(path()) + 100000.0);
}
END_TEST

START_TEST(the_summary_says_what_it_is_of)
{
    struct checkpoint_file f;
    save();
    ASSERT_OK(checkpoint_open(&f, path(), &err));
    const struct checkpoint_summary s = f.summary;
    checkpoint_close(&f);
    ck_assert_int_eq(s.state.report.epoch, 3);
    ck_assert_uint_eq(s.fingerprint, 77);
    ck_assert_uint_eq(s.B, config.B);
    ck_assert_str_eq(s.optim, "sgd");
    ck_assert_int_gt((int)strlen(s.kernels), 0);
    ck_assert_int_gt((int)strlen(s.matrices), 0);
}
END_TEST

START_TEST(one_of_another_run_is_refused)
{
    struct optim_ops other = optim_sgd;
    struct train_config changed = config;
    other.name = "other";
    save();
    two.checkpoint.config = &changed;
    two.checkpoint.fingerprint = 78;
    assert_refused(ST_INPUT, "another text");
    two.checkpoint.fingerprint = 77;
    changed.T++;
    assert_refused(ST_INPUT, "another batch size or number of steps");
    changed.T--;
    changed.seed++;
    assert_refused(ST_INPUT, "another seed");
    changed.seed--;
    changed.optim = &other;
    assert_refused(ST_INPUT, "another optimiser");
    changed.optim = &optim_sgd;
    ASSERT_OK(checkpoint_load(&two.checkpoint, path(), &err));
}
END_TEST

START_TEST(one_of_another_model_is_refused)
{
    static const size_t shapes[][3] = {{6, 2, 1}, {5, 3, 1}, {5, 2, 2}};
    save();
    for (size_t i = 0; i < N_OF(shapes); i++) {
        struct subject other;
        subject_init(&other, model_random(shapes[i][0], shapes[i][1], shapes[i][2], 1.0f, 2));
        ASSERT_FAILS(checkpoint_load(&other.checkpoint, path(), &err), ST_INPUT,
                     "is not a checkpoint of this run");
        ck_assert_int_eq(other.state.report.epoch, 0);
        subject_fini(&other);
    }
}
END_TEST

/* Numbers that contradict each other, as no run would write them. */
START_TEST(an_impossible_state_is_refused)
{
    const struct train_state good = one.state;
    for (int i = 0; i < 11; i++) {
        one.state = good;
        struct train_state *s = &one.state;
        s->report.window += i == 0 ? 6 : 0;
        s->report.step += i == 1;
        s->report.words += i == 2;
        s->epoch.targets += i == 3;
        s->report.epoch = i == 4 ? 0 : s->report.epoch;
        s->ended = i == 5;
        s->schedule.rate = i == 6 ? (double)INFINITY : s->schedule.rate;
        s->epoch.nats = i == 7 ? (double)NAN : s->epoch.nats;
        s->retries = i == 8 ? TRAIN_RETRIES_MAX + 1 : s->retries;
        s->best_epoch = i == 9 ? 4 : s->best_epoch;
        s->schedule.rate = i == 10 ? -1.0 : s->schedule.rate;
        save();
        assert_refused(ST_INPUT, "is not a checkpoint that can be used");
    }
    one.state = good;
}
END_TEST

START_TEST(a_state_of_more_bytes_than_are_parsed_is_refused)
{
    struct buf text = {0};
    ASSERT_OK(buf_reserve(&text, JSON_TEXT_MAX + 1, &err));
    memset(text.data, ' ', JSON_TEXT_MAX + 1);
    text.data[JSON_TEXT_MAX + 1] = '\0';
    const struct model_state state = {.note = {"ptblm.state", text.data}};
    ASSERT_OK(model_save_with_state(one.model, &notes, &state, path(), &err));
    buf_fini(&text);
    assert_refused(ST_INPUT, "its note 'ptblm.state' has 1048577 bytes, the limit is 1048576");
}
END_TEST

static struct buf read_whole(void)
{
    struct buf whole = {0};
    ASSERT_OK(io_read_file(path(), 1 << 20, &whole, &err));
    return whole;
}

static void replace_text(struct buf *b, const char *from, const char *to)
{
    char *at = memmem(b->data, b->len, from, strlen(from));
    ck_assert_ptr_nonnull(at);
    memcpy(at, to, strlen(from));
}

/* Models of other programs have none; a checkpoint is nobody else's. */
START_TEST(one_without_a_checksum_is_refused)
{
    save();
    struct buf whole = read_whole();
    replace_text(&whole, "ptblm.checksum", "other.checksum");
    replace_text(&whole, "\"xxh3:", "\"none:");
    ASSERT_OK(io_write_file(path(), whole.data, whole.len, &err));
    assert_refused(ST_INPUT, "without its checksum");
    buf_fini(&whole);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    save();
    struct buf whole = read_whole();
    for (size_t len = whole.len; len-- > 0;) {
        ck_assert_int_eq(truncate(path(), (off_t)len), 0);
        ck_assert_msg(checkpoint_load(&two.checkpoint, path(), &err) == ST_INPUT, "cut to %zu",
                      len);
    }
    ck_assert_int_eq(two.state.report.epoch, 0);
    buf_fini(&whole);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    save();
    struct buf whole = read_whole();
    const int fd = open(path(), O_WRONLY);
    for (size_t bit = 0; bit < 8 * whole.len; bit++) {
        const char flipped = (char)(whole.data[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(pwrite(fd, &flipped, 1, (off_t)(bit / 8)), 1);
        ck_assert_msg(checkpoint_load(&two.checkpoint, path(), &err) == ST_INPUT, "bit %zu", bit);
        ck_assert_int_eq(pwrite(fd, whole.data + bit / 8, 1, (off_t)(bit / 8)), 1);
    }
    ASSERT_OK(checkpoint_load(&two.checkpoint, path(), &err));
    printf("# %zu bits and as many cuts as bytes\n", 8 * whole.len);
    close(fd);
    buf_fini(&whole);
}
END_TEST

static Suite *checkpoint_suite(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tc = tcase_create("checkpoint");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, what_is_saved_comes_back_to_the_bit);
    tcase_add_test(tc, a_run_that_has_not_begun_comes_back_too);
    tcase_add_test(tc, counters_beyond_32_bits_come_back);
    tcase_add_test(tc, a_checkpoint_is_a_model_file);
    tcase_add_test(tc, a_model_file_is_not_a_checkpoint);
    tcase_add_test(tc, its_size_is_known_before);
    tcase_add_test(tc, the_summary_says_what_it_is_of);
    tcase_add_test(tc, one_of_another_run_is_refused);
    tcase_add_test(tc, one_of_another_model_is_refused);
    tcase_add_test(tc, an_impossible_state_is_refused);
    tcase_add_test(tc, a_state_of_more_bytes_than_are_parsed_is_refused);
    tcase_add_test(tc, one_without_a_checksum_is_refused);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(checkpoint_suite())
