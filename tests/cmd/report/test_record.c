/* A record in both of its forms. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cmd/report/record.h"
#include "tests/support/tap.h"

static struct record r;
static struct buf out;
static struct err err;

static void setup(void)
{
    r = (struct record){0};
    out = (struct buf){0};
    err = (struct err){0};
}

static void teardown(void)
{
    record_fini(&r);
    buf_fini(&out);
}

static void check_form(enum record_form form, const char *want)
{
    out.len = 0;
    ck_assert_int_eq(record_format(&r, form, &out, &err), ST_OK);
    ck_assert_uint_eq(out.len, strlen(want));
    ck_assert_int_eq(memcmp(out.len > 0 ? out.data : "", want, out.len), 0);
}

static void check(const char *lines, const char *json)
{
    check_form(RECORD_LINES, lines);
    check_form(RECORD_JSON, json);
}

START_TEST(fields_keep_their_order)
{
    record_add_int(&r, "tokens", 12);
    record_add_int(&r, "least", INT64_MIN);
    record_add_text(&r, "cell", "lstm");
    check("tokens 12\nleast -9223372036854775808\ncell lstm\n",
          "{\"tokens\":12,\"least\":-9223372036854775808,\"cell\":\"lstm\"}\n");
}
END_TEST

START_TEST(reals_are_rounded_in_lines_alone)
{
    record_add_real(&r, "perplexity", 116.04487, 4);
    record_add_real(&r, "whole", 3.0, 2);
    record_add_digits(&r, "p", 0.012345678912345, 8);
    record_add_real(&r, "none", (double)NAN, 4);
    record_add_real(&r, "much", (double)INFINITY, 4);
    check("perplexity 116.0449\nwhole 3.00\np 0.012345679\nnone nan\nmuch inf\n",
          "{\"perplexity\":116.04487,\"whole\":3.0,\"p\":0.012345678912345,\"none\":\"nan\","
          "\"much\":\"inf\"}\n");
}
END_TEST

START_TEST(texts_and_paths_are_escaped_as_their_form_wants)
{
    record_add_text(&r, "word", "a\tb \303\251");
    record_add_path(&r, "file", "x\n\377");
    check("word a\\tb \303\251\nfile x\\n\\xff\n",
          "{\"word\":\"a\\tb \303\251\",\"file\":\"file:x%0A%FF\"}\n");
}
END_TEST

START_TEST(a_text_that_is_not_utf8_is_no_json)
{
    record_add_text(&r, "word", "\377");
    check_form(RECORD_LINES, "word \\xff\n");
    ck_assert_int_eq(record_format(&r, RECORD_JSON, &out, &err), ST_INPUT);
}
END_TEST

START_TEST(values_are_copied)
{
    char word[] = "then";
    record_add_text(&r, "word", word);
    memset(word, 'x', 4);
    check("word then\n", "{\"word\":\"then\"}\n");
}
END_TEST

START_TEST(an_object_has_a_prefix_in_lines)
{
    record_add_int(&r, "n", 1);
    record_open(&r, "tensors", "tensor ");
    record_add_shape(&r, "weight", 10, 20);
    record_add_shape(&r, "bias", 20, 0);
    record_close(&r);
    record_add_int(&r, "m", 2);
    check("n 1\ntensor weight 10 x 20\ntensor bias 20\nm 2\n",
          "{\"n\":1,\"tensors\":{\"weight\":[10,20],\"bias\":[20]},\"m\":2}\n");
}
END_TEST

START_TEST(parts_have_blank_lines_between)
{
    static const char *const names[] = {"train", "test"};
    for (size_t i = 0; i < N_OF(names); i++) {
        record_open_part(&r, "split", names[i]);
        record_add_int(&r, "tokens", (int64_t)i);
        record_close(&r);
    }
    check("split train\ntokens 0\n\nsplit test\ntokens 1\n",
          "{\"train\":{\"tokens\":0},\"test\":{\"tokens\":1}}\n");
}
END_TEST

static void add_item(const char *word, double p)
{
    record_open_item(&r);
    record_add_text(&r, "word", word);
    record_add_digits(&r, "p", p, 3);
    record_close(&r);
}

START_TEST(a_list_is_rows_of_values_as_they_are)
{
    record_add_int(&r, "n", 1);
    record_open_list(&r, "words");
    add_item("the\033", 0.25);
    add_item("cat", 0.12345);
    record_close(&r);
    record_add_int(&r, "m", 2);
    check("n 1\nthe\033\t0.25\ncat\t0.123\nm 2\n",
          "{\"n\":1,\"words\":[{\"word\":\"the\\u001b\",\"p\":0.25},{\"word\":\"cat\","
          "\"p\":0.12345}],\"m\":2}\n");
}
END_TEST

START_TEST(a_table_has_a_blank_line_and_a_heading)
{
    record_add_int(&r, "n", 1);
    record_open_table(&r, "none");
    record_close(&r);
    record_open_table(&r, "words");
    add_item("the", 0.25);
    add_item("cat", 0.5);
    record_close(&r);
    check("n 1\n\nword\tp\nthe\t0.25\ncat\t0.5\n",
          "{\"n\":1,\"none\":[],\"words\":[{\"word\":\"the\",\"p\":0.25},{\"word\":\"cat\","
          "\"p\":0.5}]}\n");
}
END_TEST

START_TEST(a_record_may_be_a_list)
{
    record_open_list(&r, NULL);
    add_item("the", 0.5);
    add_item("cat", 0.25);
    record_close(&r);
    check("the\t0.5\ncat\t0.25\n",
          "[{\"word\":\"the\",\"p\":0.5},{\"word\":\"cat\",\"p\":0.25}]\n");
}
END_TEST

START_TEST(an_empty_record_is_an_empty_object)
{
    check("", "{}\n");
    record_open_list(&r, NULL);
    record_close(&r);
    check("", "[]\n");
}
END_TEST

START_TEST(json_shows_its_members)
{
    static const char text[] = "{\"lr\":0.5,\"name\":\"a\\nb\",\"widths\":[1,2]}";
    struct json *value;
    ck_assert_int_eq(json_parse(&value, "it", text, strlen(text), &err), ST_OK);
    record_add_json(&r, "training", value);
    record_add_int(&r, "n", 1);
    check("training.lr 0.5\ntraining.name a\\nb\ntraining.widths [1,2]\nn 1\n",
          "{\"training\":{\"lr\":0.5,\"name\":\"a\\nb\",\"widths\":[1,2]},\"n\":1}\n");
}
END_TEST

START_TEST(items_within_objects_within_items_are_json)
{
    record_open_list(&r, "models");
    record_open_item(&r);
    record_add_text(&r, "name", "small");
    record_open_list(&r, "parts");
    add_item("a", 1.0);
    record_close(&r);
    record_open(&r, "rate", "");
    record_add_int(&r, "ms", 7);
    record_close(&r);
    record_close(&r);
    record_close(&r);
    check_form(RECORD_JSON, "{\"models\":[{\"name\":\"small\",\"parts\":[{\"word\":\"a\","
                            "\"p\":1.0}],\"rate\":{\"ms\":7}}]}\n");
}
END_TEST

START_TEST(many_fields_are_kept)
{
    enum { MANY = 1000 };
    record_open_list(&r, NULL);
    for (int i = 0; i < MANY; i++)
        add_item("w", 1.0 / (1 + i));
    record_close(&r);
    ck_assert_int_eq(record_format(&r, RECORD_LINES, &out, &err), ST_OK);
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++)
        lines += out.data[i] == '\n';
    ck_assert_uint_eq(lines, MANY);
}
END_TEST

START_TEST(memory_that_ran_out_is_remembered)
{
    record_add_int(&r, "n", 1);
    r.failed = true;
    record_add_text(&r, "word", "x");
    record_add_json(&r, "training", NULL);
    ck_assert_uint_eq(r.n, 1);
    for (enum record_form form = RECORD_LINES; form <= RECORD_JSON; form++) {
        err = (struct err){0};
        ck_assert_int_eq(record_format(&r, form, &out, &err), ST_NOMEM);
        ck_assert_ptr_nonnull(strstr(err.text, "out of memory"));
        ck_assert_uint_eq(out.len, 0);
    }
}
END_TEST

static Suite *record_suite(void)
{
    Suite *suite = suite_create("record");
    TCase *tc = tcase_create("record");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, fields_keep_their_order);
    tcase_add_test(tc, reals_are_rounded_in_lines_alone);
    tcase_add_test(tc, texts_and_paths_are_escaped_as_their_form_wants);
    tcase_add_test(tc, a_text_that_is_not_utf8_is_no_json);
    tcase_add_test(tc, values_are_copied);
    tcase_add_test(tc, an_object_has_a_prefix_in_lines);
    tcase_add_test(tc, parts_have_blank_lines_between);
    tcase_add_test(tc, a_list_is_rows_of_values_as_they_are);
    tcase_add_test(tc, a_table_has_a_blank_line_and_a_heading);
    tcase_add_test(tc, a_record_may_be_a_list);
    tcase_add_test(tc, an_empty_record_is_an_empty_object);
    tcase_add_test(tc, json_shows_its_members);
    tcase_add_test(tc, items_within_objects_within_items_are_json);
    tcase_add_test(tc, many_fields_are_kept);
    tcase_add_test(tc, memory_that_ran_out_is_remembered);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(record_suite())
