/* The forms of numbers and words in messages: no state, no output. */
#include "cmd/report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *report_duration(char out[REPORT_TEXT], double seconds)
{
    /* At these bounds the shorter form would round up to the next unit. */
    if (!(seconds >= 0) || seconds > 1e15)
        snprintf(out, REPORT_TEXT, "?");
    else if (seconds < 0.9995)
        snprintf(out, REPORT_TEXT, "%.0f ms", seconds * 1e3);
    else if (seconds < 59.95)
        snprintf(out, REPORT_TEXT, "%.1f s", seconds);
    else if (seconds < 3599.5) {
        const long s = lround(seconds);
        snprintf(out, REPORT_TEXT, "%ld min %02ld s", s / 60, s % 60);
    } else if (seconds < 48 * 3600.0 - 30) {
        const long min = lround(seconds / 60);
        snprintf(out, REPORT_TEXT, "%ld h %02ld min", min / 60, min % 60);
    } else {
        const long h = lround(seconds / 3600);
        snprintf(out, REPORT_TEXT, "%ld d %02ld h", h / 24, h % 24);
    }
    return out;
}

const char *report_count(char out[REPORT_TEXT], uint64_t n)
{
    char digits[24];
    const int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

/* "%.1f" of x in the largest of the units that leaves at least 1. */
static void scaled(char *out, size_t size, double x, const char *const units[4], const char *after)
{
    int u = 0;
    for (; u < 3 && x >= 999.95; u++)
        x /= 1000;
    snprintf(out, size, u == 0 && x >= 9.95 ? "%.0f%s%s" : "%.1f%s%s", x, units[u], after);
}

const char *report_rate(char out[REPORT_TEXT], double per_second, const char *unit)
{
    static const char *const units[4] = {"", "k", "M", "G"};
    if (!(per_second >= 0) || !isfinite(per_second)) {
        snprintf(out, REPORT_TEXT, "? %.32s/s", unit);
        return out;
    }
    char number[32];
    scaled(number, sizeof number, per_second, units, "");
    snprintf(out, REPORT_TEXT, "%.12s %.32s/s", number, unit);
    return out;
}

const char *report_bytes(char out[REPORT_TEXT], uint64_t bytes)
{
    static const char *const units[4] = {"", " kB", " MB", " GB"};
    if (bytes < 1000)
        snprintf(out, REPORT_TEXT, "%u byte%s", (unsigned)bytes, bytes == 1 ? "" : "s");
    else
        scaled(out, REPORT_TEXT, (double)bytes, units, "");
    return out;
}

const char *report_perplexity(char out[REPORT_TEXT], double perplexity, int decimals)
{
    snprintf(out, REPORT_TEXT, perplexity < 1e6 ? "%.*f" : "%.*e", decimals, perplexity);
    return out;
}

void report_bar(char *out, size_t width, double fraction)
{
    out[width] = '\0';
    if (width < 3) {
        memset(out, '=', width);
        return;
    }
    const double part = !(fraction > 0) ? 0 : fraction > 1 ? 1 : fraction;
    const size_t inner = width - 2;
    const size_t done = (size_t)(part * (double)inner);
    memset(out, ' ', width);
    memset(out + 1, '=', done);
    if (done < inner)
        out[1 + done] = '>';
    out[0] = '[';
    out[width - 1] = ']';
}
