/* Everything that is printed for people: messages and the live line on standard error, and the
 * forms of numbers and words. Results go to standard output with plain printf. No colour is used
 * anywhere, so NO_COLOR has nothing to turn off. */
#ifndef PTBLM_CMD_REPORT_REPORT_H
#define PTBLM_CMD_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The command whose name errors and warnings carry ("ptblm train: ..."); NULL: just "ptblm: ". */
void report_set_command(const char *name);

/* Silences notes and the live line. */
void report_set_quiet(bool quiet);
bool report_is_quiet(void);

/* One line each on standard error; the newline is added. Notes are plain text and are silenced
 * by --quiet, warnings and errors are not. Control bytes and what is not UTF-8 are escaped, so
 * that a name can be given as it is. */
void report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The live line: redrawn in place and cut to the terminal's width. It exists only where standard
 * error is a terminal that is not dumb and --quiet is not set; otherwise these do nothing, and
 * the caller prints notes at longer intervals. Messages clear it before they print. */
bool report_is_live(void);
void report_live(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void report_live_end(void);

/* Writes to standard output; for results so long that a failure should be found at once, and with
 * its reason. */
enum status report_write(const char *bytes, size_t len, struct err *err);

/* Whether printing has failed. Asked right behind it, so that errno is still the reason. */
bool report_stdout_failed(void);

/* Ends standard output and reports in *err what could not be written (ST_IO; a closed pipe gives
 * ST_IO with an empty text). */
enum status report_close_stdout(struct err *err);

/* "ptblm VERSION" and the kernels, BLAS and threads in use, on standard output. */
void report_version(void);

/* The following write into `out` and return it, so that they can stand among printf's arguments. */
enum { REPORT_TEXT = 48 };

/* "123 ms", "12.3 s", "3 min 05 s", "1 h 02 min", "2 d 03 h"; "?" where not finite or negative */
const char *report_duration(char out[REPORT_TEXT], double seconds);

/* "929,589" */
const char *report_count(char out[REPORT_TEXT], uint64_t n);

/* "12.4k words/s" */
const char *report_rate(char out[REPORT_TEXT], double per_second, const char *unit);

/* "512 bytes", "1.5 kB", "23.1 MB"; powers of 1000 */
const char *report_bytes(char out[REPORT_TEXT], uint64_t bytes);

/* "116.045" with 3 decimals, "1.842e+41" from a million on; for messages alone: results
 * have every digit */
const char *report_perplexity(char out[REPORT_TEXT], double perplexity, int decimals);

/* A progress bar of exactly `width` characters and a NUL: "[=====>    ]". */
void report_bar(char *out, size_t width, double fraction);

/* Text with what could drive a terminal made visible: control characters and bytes that are not
 * UTF-8 become "\n", "\t", "\x1b". Appends to *out. */
enum status report_escape(struct buf *out, const char *bytes, size_t len, struct err *err);

/* The same of a string into a fixed block, cut with "..." where it does not fit; size >= 16. */
const char *report_escape_cut(char *out, size_t size, const char *text);

#endif
