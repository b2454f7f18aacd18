/* Everything that is printed for people: messages and the live line on standard error, and the
 * forms of numbers and words. Results go to standard output (cmd/report/record.h, or printf). There
 * are no colours, so NO_COLOR has nothing to turn off. */
#ifndef PTBLM_CMD_REPORT_REPORT_H
#define PTBLM_CMD_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/escape.h"

/* The command whose name errors and warnings carry ("ptblm train: ..."); NULL: just "ptblm: ". */
void report_set_command(const char *name);

/* Silences notes and the live line. */
void report_set_quiet(bool quiet);

/* Print one line on standard error; the newline is added. --quiet silences notes, but not warnings
 * and errors. Control bytes and what is not UTF-8 are escaped, so names can be given as they are.
 */
void report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The live line, which is redrawn in place and cut to the terminal's width. It exists only if
 * standard error is a terminal that is not dumb and --quiet is not set; otherwise these do nothing,
 * and the caller prints notes at longer intervals. Messages clear it before they print. */
bool report_is_live(void);

/* Whether to draw it again, for what changes all the time: at most ten times a second. */
bool report_live_due(void);

void report_live(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_live_end(void);

/* A bar of what is done as the live line, as often as that is due: for the `progress` of
 * evaluations, whose other arguments it has no use for. */
void report_live_share(void *ctx, uint64_t done, uint64_t all, double nats);

/* Writes to standard output, and finds a failure at once. */
enum status report_write(const char *bytes, size_t len, struct err *err);

/* Whether printing has failed. To be called right after printing, while errno is the reason. */
bool report_stdout_failed(void);

/* Closes standard output. ST_IO if something could not be written; the text is empty if the reason
 * is a closed pipe. */
enum status report_close_stdout(struct err *err);

/* "ptblm VERSION" and the kernels, BLAS and threads in use, on standard output. */
void report_version(void);

/* The following write into `out` and return it, so that they can be arguments of printf. */
enum { REPORT_TEXT = 48 };

/* "123 ms", "12.3 s", "3 min 05 s", "1 h 02 min", "2 d 03 h"; "?" if not finite or negative */
const char *report_duration(char out[REPORT_TEXT], double seconds);

/* "929,589" */
const char *report_count(char out[REPORT_TEXT], uint64_t n);

/* "12.4k words/s" */
const char *report_rate(char out[REPORT_TEXT], double per_second, const char *unit);

/* "512 bytes", "1.5 kB", "23.1 MB"; powers of 1000 */
const char *report_bytes(char out[REPORT_TEXT], uint64_t bytes);

/* "116.045" with 3 decimals, "1.842e+41" from a million on */
const char *report_perplexity(char out[REPORT_TEXT], double perplexity, int decimals);

/* A progress bar of exactly `width` characters and a NUL: "[=====>    ]". */
void report_bar(char *out, size_t width, double fraction);

/* Text with what could drive a terminal made visible, as "\n", "\t", "\x1b": appended to *out. */
static inline enum status report_escape(struct buf *out, const char *bytes, size_t len,
                                        struct err *err)
{
    return escape_add(out, bytes, len, ESCAPE_LETTERS, err);
}

/* The same for a string into a fixed block, cut with "..." if it does not fit; size >= 16. */
static inline const char *report_escape_cut(char *out, size_t size, const char *text)
{
    return escape_cut(out, size, text, strlen(text), ESCAPE_LETTERS);
}

#endif
