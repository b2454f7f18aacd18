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

/* Bytes of the UTF-8 character at s that may be shown as they are; 0: show s[0] as an escape.
 * Control characters are U+0000-001F, 007F and 0080-009F; overlong forms and surrogates are not
 * UTF-8 (RFC 3629). */
static size_t printable_len(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7f ? 1 : 0;
    const size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    const unsigned head = (unsigned)s[0] << 8 | s[1];
    const bool control = head >= 0xc280 && head <= 0xc29f;
    const bool overlong = (head >= 0xe080 && head <= 0xe09f) || (head >= 0xf080 && head <= 0xf08f);
    const bool outside = (head >= 0xeda0 && head <= 0xedbf) || head >= 0xf490;
    return control || overlong || outside ? 0 : len;
}

/* The next character of s into out (at most 4 bytes and a NUL); returns the bytes used. */
static size_t escape_char(char out[5], const unsigned char *s, size_t n)
{
    const size_t len = printable_len(s, n);
    if (len > 0) {
        memcpy(out, s, len);
        out[len] = '\0';
        return len;
    }
    if (s[0] == '\n' || s[0] == '\t' || s[0] == '\r')
        snprintf(out, 5, "\\%c", s[0] == '\n' ? 'n' : s[0] == '\t' ? 't' : 'r');
    else
        snprintf(out, 5, "\\x%02x", s[0]);
    return 1;
}

enum status report_escape(struct buf *out, const char *bytes, size_t len, struct err *err)
{
    char shown[5];
    for (size_t i = 0; i < len;) {
        i += escape_char(shown, (const unsigned char *)bytes + i, len - i);
        TRY(buf_add_text(out, shown, err));
    }
    return ST_OK;
}

const char *report_escape_cut(char *out, size_t size, const char *text)
{
    const size_t len = strlen(text);
    char shown[5];
    size_t n = 0, cut = 0; /* cut: the last place with room for the dots */
    for (size_t i = 0; i < len;) {
        i += escape_char(shown, (const unsigned char *)text + i, len - i);
        const size_t more = strlen(shown);
        if (n + more >= size) {
            memcpy(out + cut, "...", 4);
            return out;
        }
        memcpy(out + n, shown, more);
        n += more;
        cut = n + 4 <= size ? n : cut;
    }
    out[n] = '\0';
    return out;
}
