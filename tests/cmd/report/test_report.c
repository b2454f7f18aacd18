/* The forms of numbers and words, and what is printed where. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/report/report.h"
#include "tests/support/tap.h"

static char out[REPORT_TEXT];

START_TEST(durations_change_unit_where_they_would_round_up)
{
    const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0, "0 ms"},
        {0.1234, "123 ms"},
        {0.9994, "999 ms"},
        {0.9996, "1.0 s"},
        {12.34, "12.3 s"},
        {59.94, "59.9 s"},
        {59.96, "1 min 00 s"},
        {185, "3 min 05 s"},
        {3599.4, "59 min 59 s"},
        {3599.6, "1 h 00 min"},
        {3720, "1 h 02 min"},
        {172769, "47 h 59 min"},
        {172771, "2 d 00 h"},
        {183600, "2 d 03 h"},
        {-1, "?"},
        {(double)NAN, "?"},
        {(double)INFINITY, "?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(report_duration(out, cases[i].seconds), cases[i].text);
}
END_TEST

START_TEST(counts_have_separators)
{
    ck_assert_str_eq(report_count(out, 0), "0");
    ck_assert_str_eq(report_count(out, 999), "999");
    ck_assert_str_eq(report_count(out, 1000), "1,000");
    ck_assert_str_eq(report_count(out, 929589), "929,589");
    ck_assert_str_eq(report_count(out, UINT64_MAX), "18,446,744,073,709,551,615");
}
END_TEST

START_TEST(rates_are_short)
{
    ck_assert_str_eq(report_rate(out, 0.25, "words"), "0.2 words/s");
    ck_assert_str_eq(report_rate(out, 9.94, "words"), "9.9 words/s");
    ck_assert_str_eq(report_rate(out, 9.96, "words"), "10 words/s");
    ck_assert_str_eq(report_rate(out, 999.6, "words"), "1000 words/s");
    ck_assert_str_eq(report_rate(out, 999.96, "words"), "1.0k words/s");
    ck_assert_str_eq(report_rate(out, 12420, "words"), "12.4k words/s");
    ck_assert_str_eq(report_rate(out, 2.5e9, "words"), "2.5G words/s");
    ck_assert_str_eq(report_rate(out, (double)NAN, "words"), "? words/s");
    ck_assert_str_eq(report_rate(out, (double)INFINITY, "words"), "? words/s");
}
END_TEST

START_TEST(bytes_have_units)
{
    ck_assert_str_eq(report_bytes(out, 1), "1 byte");
    ck_assert_str_eq(report_bytes(out, 999), "999 bytes");
    ck_assert_str_eq(report_bytes(out, 1500), "1.5 kB");
    ck_assert_str_eq(report_bytes(out, 999960), "1.0 MB");
    ck_assert_str_eq(report_bytes(out, 23100000), "23.1 MB");
    ck_assert_str_eq(report_bytes(out, UINT64_C(5000000000000)), "5000.0 GB");
}
END_TEST

START_TEST(perplexities_are_short_however_large)
{
    ck_assert_str_eq(report_perplexity(out, 116.0448, 3), "116.045");
    ck_assert_str_eq(report_perplexity(out, 1, 2), "1.00");
    ck_assert_str_eq(report_perplexity(out, 999999.25, 2), "999999.25");
    ck_assert_str_eq(report_perplexity(out, 1e6, 3), "1.000e+06");
    ck_assert_str_eq(report_perplexity(out, 1.84229758e41, 3), "1.842e+41");
    ck_assert_str_eq(report_perplexity(out, 1.7976931348623157e308, 2), "1.80e+308");
    ck_assert_str_eq(report_perplexity(out, (double)INFINITY, 2), "inf");
}
END_TEST

START_TEST(bars_keep_their_width)
{
    char bar[32];
    report_bar(bar, 12, 0);
    ck_assert_str_eq(bar, "[>         ]");
    report_bar(bar, 12, 0.55);
    ck_assert_str_eq(bar, "[=====>    ]");
    report_bar(bar, 12, 1);
    ck_assert_str_eq(bar, "[==========]");
    report_bar(bar, 12, 7);
    ck_assert_str_eq(bar, "[==========]");
    report_bar(bar, 12, (double)NAN);
    ck_assert_str_eq(bar, "[>         ]");
    report_bar(bar, 2, 0.5);
    ck_assert_str_eq(bar, "==");
    report_bar(bar, 0, 0.5);
    ck_assert_str_eq(bar, "");
}
END_TEST

/* What is escaped is test_escape's. */
START_TEST(escapes_have_letters)
{
    struct buf b = {0};
    char cut[16];
    ck_assert_int_eq(report_escape(&b, "a\n\x1b", 3, NULL), ST_OK);
    ck_assert_str_eq(b.data, "a\\n\\x1b");
    buf_fini(&b);
    ck_assert_str_eq(report_escape_cut(cut, sizeof cut, "a\t\x1b"), "a\\t\\x1b");
}
END_TEST

/* Runs `fn` in a child with standard error in a pipe, and gives back what it wrote. */
static const char *stderr_of(void (*fn)(void))
{
    static char text[16384];
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        fn();
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(ends[0], text + n, sizeof text - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    int how;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    ck_assert(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    return text;
}

static void say_all(void)
{
    report_set_command("train");
    report_note("note %d", 1);
    report_live("live");
    report_warning("odd");
    report_error("bad \033[1m file");
    report_live_end();
}

static void say_all_quietly(void)
{
    report_set_quiet(true);
    say_all();
}

static void say_names(void)
{
    report_note("wrote %s", "a\nb");
    report_warning("'%s' is \033[31mred\r", "a\n\n");
    report_error("'\302\233' and '\377' and 'na\303\257ve'\n");
}

static void say_long_name(void)
{
    char name[4000];
    memset(name, '\n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    report_error("%s!", name);
}

START_TEST(messages_name_the_command_and_are_escaped)
{
    ck_assert_str_eq(stderr_of(say_all), "note 1\nptblm train: warning: odd\n"
                                         "ptblm train: bad \\x1b[1m file\n");
}
END_TEST

START_TEST(quiet_keeps_warnings_and_errors)
{
    ck_assert_str_eq(stderr_of(say_all_quietly), "ptblm train: warning: odd\n"
                                                 "ptblm train: bad \\x1b[1m file\n");
}
END_TEST

START_TEST(a_message_is_one_line_whatever_names_are_in_it)
{
    ck_assert_str_eq(stderr_of(say_names), "wrote a\\nb\n"
                                           "ptblm: warning: 'a\\n\\n' is \\x1b[31mred\\r\n"
                                           "ptblm: '\\xc2\\x9b' and '\\xff' and "
                                           "'na\303\257ve'\\n\n");
    const char *text = stderr_of(say_long_name);
    ck_assert_uint_eq(strlen(text), strlen("ptblm: ") + 2 * 3999 + strlen("!\n"));
    ck_assert_str_eq(text + strlen(text) - 4, "\\n!\n");
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
}
END_TEST

static enum status close_stdout_on(const char *device, int flags, struct err *err)
{
    const int fd = open(device, flags);
    ck_assert_int_ge(fd, 0);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    printf("a result\n");
    return report_close_stdout(err);
}

/* These close standard output, on which TAP goes: in a child each, told by its exit status. */
static int in_child(int (*fn)(void))
{
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(fn());
    int how;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static int full_disk(void)
{
    struct err err = {0};
    const enum status status = close_stdout_on("/dev/full", O_WRONLY, &err);
    return status == ST_IO && strstr(err.text, strerror(ENOSPC)) != NULL ? 0 : 1;
}

static int closed_stdout(void)
{
    struct err err = {0};
    const enum status status = close_stdout_on("/dev/null", O_RDONLY, &err);
    return status == ST_IO && strstr(err.text, strerror(EBADF)) != NULL ? 0 : 1;
}

static int good_stdout(void)
{
    struct err err = {0};
    return close_stdout_on("/dev/null", O_WRONLY, &err) == ST_OK && err.text[0] == '\0' ? 0 : 1;
}

START_TEST(a_result_that_cannot_be_written_is_an_error)
{
    ck_assert_int_eq(in_child(full_disk), 0);
    ck_assert_int_eq(in_child(closed_stdout), 0);
    ck_assert_int_eq(in_child(good_stdout), 0);
}
END_TEST

static Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *tc = tcase_create("report");
    tcase_add_test(tc, durations_change_unit_where_they_would_round_up);
    tcase_add_test(tc, counts_have_separators);
    tcase_add_test(tc, rates_are_short);
    tcase_add_test(tc, bytes_have_units);
    tcase_add_test(tc, perplexities_are_short_however_large);
    tcase_add_test(tc, bars_keep_their_width);
    tcase_add_test(tc, escapes_have_letters);
    tcase_add_test(tc, messages_name_the_command_and_are_escaped);
    tcase_add_test(tc, quiet_keeps_warnings_and_errors);
    tcase_add_test(tc, a_message_is_one_line_whatever_names_are_in_it);
    tcase_add_test(tc, a_result_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(report_suite())
