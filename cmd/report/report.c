#include "cmd/report/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/base/utf8.h"

enum { LINE_MAX_BYTES = 4096 };

static struct {
    const char *command;
    bool quiet;
    bool drawn;        /* a live line is on the terminal */
    double last_live;  /* when report_live_due last said yes */
    int stdout_reason; /* errno of the first failure */
} state;

void report_set_command(const char *name)
{
    state.command = name;
}

void report_set_quiet(bool quiet)
{
    state.quiet = quiet;
}

/* Messages contain names of files and words as they are; here they are made safe to show. */
static void put_line(const char *text)
{
    char shown[4 * LINE_MAX_BYTES];
    fprintf(stderr, "%s\n", report_escape_cut(shown, sizeof shown, text));
}

__attribute__((format(printf, 2, 0))) static void put_message(const char *kind, const char *fmt,
                                                              va_list ap)
{
    char text[LINE_MAX_BYTES];
    vsnprintf(text, sizeof text, fmt, ap);
    report_live_end();
    const bool named = state.command != NULL;
    fprintf(stderr, "ptblm%s%s: %s", named ? " " : "", named ? state.command : "", kind);
    put_line(text);
}

void report_note(const char *fmt, ...)
{
    if (state.quiet)
        return;
    char text[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    report_live_end();
    put_line(text);
}

void report_warning(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_message("warning: ", fmt, ap);
    va_end(ap);
}

void report_error(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_message("", fmt, ap);
    va_end(ap);
}

bool report_is_live(void)
{
    if (state.quiet || !isatty(STDERR_FILENO))
        return false;
    const char *term = getenv("TERM");
    return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

bool report_live_due(void)
{
    const double now = io_seconds();
    if (!report_is_live() || now - state.last_live < 0.1)
        return false;
    state.last_live = now;
    return true;
}

/* Found anew at every redraw, because windows are resized. */
static size_t terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* Cuts the text after `columns` characters, counting each UTF-8 sequence as one column. */
static void cut_columns(char *text, size_t columns)
{
    for (; *text != '\0'; text++) {
        if (!utf8_continues(*text) && columns-- == 0) {
            *text = '\0';
            return;
        }
    }
}

void report_live(const char *fmt, ...)
{
    if (!report_is_live())
        return;
    char text[LINE_MAX_BYTES], shown[LINE_MAX_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    report_escape_cut(shown, sizeof shown, text);
    /* One column less than the width, because some terminals wrap a full line. */
    cut_columns(shown, terminal_width() - 1);
    fprintf(stderr, "\r%s\033[K", shown);
    fflush(stderr);
    state.drawn = true;
}

void report_live_end(void)
{
    if (!state.drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    state.drawn = false;
}

void report_live_share(void *ctx, uint64_t done, uint64_t all, double nats)
{
    enum { WIDTH = 22 };
    char bar[WIDTH + 1];
    (void)ctx;
    (void)nats;
    if (!report_live_due())
        return;
    report_bar(bar, WIDTH, (double)done / (double)all);
    report_live("%s", bar);
}

/* A closed pipe (EPIPE) needs no message. */
static enum status stdout_failure(int reason, struct err *err)
{
    if (reason == EPIPE)
        return err_set(err, ST_IO, "%s", "");
    if (reason == 0)
        return err_set(err, ST_IO, "cannot write all of the result to standard output");
    return err_set(err, ST_IO, "cannot write the result to standard output: %s", strerror(reason));
}

enum status report_write(const char *bytes, size_t len, struct err *err)
{
    errno = 0;
    if (fwrite(bytes, 1, len, stdout) == len)
        return ST_OK;
    return stdout_failure(errno, err);
}

bool report_stdout_failed(void)
{
    const bool failed = ferror(stdout) != 0;
    if (failed && state.stdout_reason == 0)
        state.stdout_reason = errno;
    return failed;
}

enum status report_close_stdout(struct err *err)
{
    errno = 0;
    const bool failed_before = ferror(stdout) != 0;
    const bool failed = fflush(stdout) != 0 || failed_before;
    const int why = state.stdout_reason != 0 ? state.stdout_reason : errno;
    const bool closed = fclose(stdout) == 0 || errno == EBADF;
    if (!failed && closed)
        return ST_OK;
    return stdout_failure(failed ? why : errno, err);
}
