/* The directory of a run: refused, replaced, written. */
#include <sys/stat.h>

#include "lib/base/io/io.h"
#include "lib/file/json.h"
#include "lib/task/run/run.h"
#include "tests/support/task_support.h"

static struct run run;

static const char *run_dir(void)
{
    return test_path("run");
}

static void write_text(const char *path, const char *text)
{
    ASSERT_OK(io_write_file(path, text, strlen(text), &err));
}

static void check_text(const char *path, const char *want)
{
    struct buf text = {0};
    ASSERT_OK(io_read_file(path, 1 << 16, &text, &err));
    ck_assert_str_eq(text.data, want);
    buf_fini(&text);
}

static void create(bool replace)
{
    run_fini(&run);
    ASSERT_OK(run_create(&run, run_dir(), replace, &err));
}

static void setup(void)
{
    test_dir_make();
    run = (struct run){0};
}

static void teardown(void)
{
    run_fini(&run);
    test_dir_remove();
}

START_TEST(a_new_run_has_names_and_no_files)
{
    create(false);
    ck_assert(io_is_dir(run_dir()));
    ck_assert_str_eq(run.dir, run_dir());
    ck_assert_str_eq(run.model, test_path("run/model.safetensors"));
    ck_assert_str_eq(run.log, test_path("run/log.jsonl"));
    ck_assert_str_eq(run.config, test_path("run/config.json"));
    ck_assert(!io_exists(run.model) && !io_exists(run.log) && !io_exists(run.config));
}
END_TEST

START_TEST(any_file_of_a_run_makes_it_one_that_is_not_replaced)
{
    static const char *const files[] = {"run/model.safetensors", "run/log.jsonl",
                                        "run/config.json"};
    for (size_t i = 0; i < 3; i++) {
        create(false);
        write_text(test_path(files[i]), "old");
        run_fini(&run);
        ASSERT_FAILS(run_create(&run, run_dir(), false, &err), ST_USAGE, "holds a run already");
        ck_assert_ptr_nonnull(strstr(err.text, run_dir()));
        check_text(test_path(files[i]), "old");
        ck_assert_int_eq(unlink(test_path(files[i])), 0);
    }
}
END_TEST

START_TEST(replacing_keeps_the_old_run_until_the_new_one_begins)
{
    struct json *config = NULL;
    create(false);
    write_text(run.model, "model");
    write_text(run.log, "log");
    write_text(run.config, "config");
    write_text(test_path("run/notes"), "mine");
    create(true);
    check_text(run.model, "model");
    check_text(run.log, "log");
    check_text(run.config, "config");
    ASSERT_OK(json_new_object(&config, &err));
    for (int times = 0; times < 2; times++) {
        ASSERT_OK(run_begin(&run, config, &err));
        ck_assert(!io_exists(run.model) && !io_exists(run.log));
        check_text(run.config, "{}\n");
        check_text(test_path("run/notes"), "mine");
    }
    json_free(config);
}
END_TEST

START_TEST(a_run_that_cannot_begin_leaves_the_one_before)
{
    struct json *config = NULL;
    create(false);
    write_text(run.model, "model");
    write_text(run.log, "log");
    ck_assert_int_eq(mkdir(run.config, 0777), 0);
    ASSERT_OK(json_new_object(&config, &err));
    ASSERT_FAILS(run_begin(&run, config, &err), ST_IO, "config.json");
    json_free(config);
    check_text(run.model, "model");
    check_text(run.log, "log");
}
END_TEST

START_TEST(a_run_in_use_is_locked)
{
    struct run other;
    create(false);
    write_text(run.config, "{}");
    ASSERT_FAILS(run_create(&other, run_dir(), true, &err), ST_IO, "is in use");
    ASSERT_FAILS(run_open(&other, run_dir(), &err), ST_IO, "is in use");
    run_fini(&run);
    ASSERT_OK(run_open(&run, run_dir(), &err));
}
END_TEST

START_TEST(a_directory_without_config_is_not_a_run_to_open)
{
    ASSERT_FAILS(run_open(&run, run_dir(), &err), ST_INPUT, "holds no run");
    create(false);
    run_fini(&run);
    ASSERT_FAILS(run_open(&run, run_dir(), &err), ST_INPUT, "holds no run");
}
END_TEST

START_TEST(temporary_files_of_a_killed_process_are_removed)
{
    static const char *const stale[] = {"run/.model.safetensors.tmp.7", "run/.config.json.tmp.7.1",
                                        "run/.checkpoint-00000003.safetensors.tmp.7"};
    static const char *const others[] = {"run/.notes.tmp.7", "run/.model.safetensors",
                                         "run/checkpoint.tmp.7"};
    ASSERT_OK(io_make_dir(run_dir(), NULL, &err));
    for (size_t i = 0; i < 3; i++) {
        write_text(test_path(stale[i]), "half");
        write_text(test_path(others[i]), "mine");
    }
    create(false);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(!io_exists(test_path(stale[i])));
        check_text(test_path(others[i]), "mine");
    }
}
END_TEST

START_TEST(the_log_is_cut_to_what_it_was)
{
    uint64_t bytes;
    bool whole;
    create(false);
    ASSERT_OK(run_measure_log(&run, &bytes, &err));
    ck_assert_uint_eq(bytes, 0);
    write_text(run.log, "{\"kind\":\"report\"}\n");
    ASSERT_OK(run_measure_log(&run, &bytes, &err));
    ASSERT_OK(io_append(run.log, "{\"ki", 4, &err));
    ASSERT_OK(run_cut_log(&run, bytes, &whole, &err));
    check_text(run.log, "{\"kind\":\"report\"}\n");
    ck_assert(whole);
    ASSERT_OK(run_cut_log(&run, bytes + 1, &whole, &err));
    ck_assert(!whole);
    check_text(run.log, "{\"kind\":\"report\"}\n");
}
END_TEST

START_TEST(a_line_is_found_by_its_kind_after_an_offset)
{
    struct json *line = NULL;
    int64_t n;
    create(false);
    ASSERT_OK(run_find_line(&run, 0, "test", &line, &err));
    ck_assert_ptr_null(line);
    write_text(run.log, "{\"kind\":\"test\",\"n\":1}\n[]\n{\"kin\n{\"kind\":\"test\",\"n\":2}\n"
                        "{\"kind\":\"late\"}");
    ASSERT_OK(run_find_line(&run, 0, "test", &line, &err));
    ASSERT_OK(json_get_int(line, "n", &n, &err));
    ck_assert_int_eq(n, 1);
    json_free(line);
    ASSERT_OK(run_find_line(&run, 22, "test", &line, &err));
    ASSERT_OK(json_get_int(line, "n", &n, &err));
    ck_assert_int_eq(n, 2);
    json_free(line);
    ASSERT_OK(run_find_line(&run, 0, "late", &line, &err)); /* has no line end yet */
    ck_assert_ptr_null(line);
    ASSERT_OK(run_find_line(&run, 1000, "test", &line, &err));
    ck_assert_ptr_null(line);
}
END_TEST

START_TEST(a_directory_made_for_nothing_is_removed)
{
    create(false);
    run_fini(&run);
    ck_assert(!io_exists(run_dir()));
    create(false);
    write_text(run.config, "{}");
    run_fini(&run);
    check_text(test_path("run/config.json"), "{}");
}
END_TEST

START_TEST(an_empty_directory_that_was_there_stays)
{
    ASSERT_OK(io_make_dir(run_dir(), NULL, &err));
    create(false);
    run_fini(&run);
    ck_assert(io_is_dir(run_dir()));
}
END_TEST

START_TEST(a_place_that_cannot_be_a_directory_is_found_at_once)
{
    write_text(test_path("file"), "text");
    ASSERT_FAILS(run_create(&run, test_path("file"), true, &err), ST_IO, test_path("file"));
    ASSERT_FAILS(run_create(&run, test_path("file/run"), true, &err), ST_IO, test_path("file/run"));
    ASSERT_FAILS(run_create(&run, test_path("no/run"), true, &err), ST_IO, test_path("no/run"));
    ck_assert_ptr_null(run.dir);
    check_text(test_path("file"), "text");
}
END_TEST

START_TEST(the_log_grows_a_line_at_a_time_and_the_config_is_whole)
{
    struct json *o = NULL;
    create(false);
    ASSERT_OK(json_new_object(&o, &err));
    ASSERT_OK(json_set_int(o, "step", 1, &err));
    ASSERT_OK(run_log(&run, o, &err));
    ASSERT_OK(json_set_int(o, "step", 2, &err));
    ASSERT_OK(run_log(&run, o, &err));
    ASSERT_OK(run_write_config(&run, o, &err));
    json_free(o);
    check_text(run.log, "{\"step\":1}\n{\"step\":2}\n");
    check_text(run.config, "{\n  \"step\": 2\n}\n");
}
END_TEST

START_TEST(a_saved_model_is_the_model)
{
    struct model *m = model_random(20, 4, 2, 1.0f, 3), *loaded = NULL;
    struct model_notes notes = {0};
    create(false);
    ASSERT_OK(run_save_model(&run, m, &notes, &err));
    ASSERT_OK(model_load(&loaded, &notes, run.model, &err));
    for (size_t i = 0; i < m->params.n; i++)
        ck_assert_mem_eq(model_weight(loaded, i), model_weight(m, i),
                         param_size(&m->params.items[i]) * sizeof(float));
    model_notes_fini(&notes);
    model_free(m);
    model_free(loaded);
}
END_TEST

START_TEST(the_model_is_known_by_its_hash)
{
    struct model *m = model_random(20, 4, 2, 1.0f, 3);
    struct model_notes notes = {0};
    struct safetensors_staged staged;
    create(false);
    ASSERT_FAILS(run_check_model(&run, 0, &err), ST_INPUT, "is missing");
    ASSERT_OK(run_stage_model(&run, &staged, m, &notes, &err));
    ASSERT_FAILS(run_check_model(&run, staged.hash, &err), ST_INPUT, "is missing");
    ASSERT_OK(io_writer_commit(staged.file, &err));
    ASSERT_OK(run_check_model(&run, staged.hash, &err));
    ASSERT_FAILS(run_check_model(&run, staged.hash + 1, &err), ST_INPUT, "is another model");
    ck_assert_int_eq(truncate(run.model, (off_t)io_size(run.model) - 1), 0);
    ASSERT_FAILS(run_check_model(&run, staged.hash, &err), ST_INPUT, run.model);
    model_free(m);
}
END_TEST

static Suite *run_suite(void)
{
    Suite *suite = suite_create("run");
    TCase *tc = tcase_create("run");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_new_run_has_names_and_no_files);
    tcase_add_test(tc, any_file_of_a_run_makes_it_one_that_is_not_replaced);
    tcase_add_test(tc, replacing_keeps_the_old_run_until_the_new_one_begins);
    tcase_add_test(tc, a_run_that_cannot_begin_leaves_the_one_before);
    tcase_add_test(tc, a_run_in_use_is_locked);
    tcase_add_test(tc, a_directory_without_config_is_not_a_run_to_open);
    tcase_add_test(tc, temporary_files_of_a_killed_process_are_removed);
    tcase_add_test(tc, the_log_is_cut_to_what_it_was);
    tcase_add_test(tc, a_line_is_found_by_its_kind_after_an_offset);
    tcase_add_test(tc, the_model_is_known_by_its_hash);
    tcase_add_test(tc, a_directory_made_for_nothing_is_removed);
    tcase_add_test(tc, an_empty_directory_that_was_there_stays);
    tcase_add_test(tc, a_place_that_cannot_be_a_directory_is_found_at_once);
    tcase_add_test(tc, the_log_grows_a_line_at_a_time_and_the_config_is_whole);
    tcase_add_test(tc, a_saved_model_is_the_model);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(run_suite())
