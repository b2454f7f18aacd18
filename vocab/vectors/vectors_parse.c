#include "vocab/vectors/vectors_parse.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "lib/base/ascii.h"

/* --- numbers --- */

enum {
    EXPONENT_MAX = 100 * 1000 * 1000, /* no line has as many zeros as would undo more */
    /* With up to 19 digits before it, a power of ten below the first is less than half the smallest
     * float, and above the second more than the largest. */
    POWER_MIN = -80,
    POWER_MAX = 60,
};

/* A number as it is read: digits * 10^power. */
struct decimal {
    uint64_t digits;
    int power;
};

/* Appends digits while they are such; what comes after the 19th is counted in *more, for it does
 * not fit, and does not matter. */
static const char *read_digits(uint64_t *digits, int *more, const char *at, const char *end)
{
    uint64_t n = *digits;
    for (; at < end && ascii_is_digit(*at); at++)
        if (n < UINT64_C(1000000000000000000))
            n = 10 * n + (uint64_t)(*at - '0');
        else
            ++*more;
    *digits = n;
    return at;
}

/* "12", "12.5", "12.", ".5"; NULL if there is no digit. */
static const char *read_decimal(struct decimal *d, const char *at, const char *end)
{
    int more = 0;
    const char *point = read_digits(&d->digits, &d->power, at, end);
    if (point == end || *point != '.')
        return point > at ? point : NULL;
    const char *last = read_digits(&d->digits, &more, point + 1, end);
    d->power -= (int)(last - (point + 1)) - more;
    return last - at > 1 ? last : NULL;
}

/* What follows an "e"; NULL if that is no exponent. */
static const char *read_exponent(struct decimal *d, const char *at, const char *end)
{
    int exponent = 0;
    const bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    if (at == end)
        return NULL;
    for (; at < end && ascii_is_digit(*at); at++)
        exponent = exponent > EXPONENT_MAX ? exponent : 10 * exponent + (*at - '0');
    d->power += negative ? -exponent : exponent;
    return at;
}

static double value_of(const struct decimal *d)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int most = (int)(sizeof powers / sizeof *powers) - 1;
    const double digits = (double)d->digits;
    if (d->digits == 0 || d->power < POWER_MIN)
        return 0.0;
    if (d->power > POWER_MAX)
        return (double)INFINITY;
    if (d->power < -most || d->power > most)
        return digits * pow(10.0, d->power);
    return d->power < 0 ? digits / powers[-d->power] : digits * powers[d->power];
}

static bool is_named(const char *bytes, size_t len)
{
    static const char *const names[] = {"nan", "inf", "infinity"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && strncasecmp(bytes, names[i], len) == 0)
            return true;
    return false;
}

enum vectors_number vectors_parse_number(const char *bytes, size_t len, float *x)
{
    struct decimal d = {.digits = 0};
    const char *end = bytes + len;
    const bool negative = len > 0 && *bytes == '-';
    const char *first = bytes + (len > 0 && (*bytes == '-' || *bytes == '+'));
    const char *at = read_decimal(&d, first, end);
    if (at == NULL)
        return is_named(first, (size_t)(end - first)) ? VECTORS_NOT_FINITE : VECTORS_NO_NUMBER;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = read_exponent(&d, at + 1, end);
    if (at != end)
        return VECTORS_NO_NUMBER;
    const float value = (float)value_of(&d);
    if (!isfinite(value))
        return VECTORS_NOT_FINITE;
    *x = negative ? -value : value;
    return VECTORS_NUMBER;
}

/* --- lines --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice trim(struct slice line)
{
    while (line.len > 0 && is_blank(line.bytes[line.len - 1]))
        line.len--;
    for (; line.len > 0 && is_blank(line.bytes[0]); line.len--)
        line.bytes++;
    return line;
}

struct slice vectors_last_field(struct slice *line)
{
    size_t end = line->len, at;
    while (end > 0 && is_blank(line->bytes[end - 1]))
        end--;
    for (at = end; at > 0 && !is_blank(line->bytes[at - 1]);)
        at--;
    line->len = at;
    return (struct slice){line->bytes + at, end - at};
}

size_t vectors_count_fields(struct slice line)
{
    size_t n = 0;
    while (vectors_last_field(&line).len > 0)
        n++;
    return n;
}

/* A whole number without a sign that is not too large. */
static bool parse_size(struct slice field, uint64_t *n)
{
    *n = 0;
    for (size_t i = 0; i < field.len; i++)
        if (!ascii_is_digit(field.bytes[i]) || __builtin_mul_overflow(*n, 10, n) ||
            __builtin_add_overflow(*n, (uint64_t)(field.bytes[i] - '0'), n))
            return false;
    return field.len > 0;
}

bool vectors_parse_sizes(struct slice line, uint64_t *n, uint64_t *width)
{
    const struct slice second = vectors_last_field(&line), first = vectors_last_field(&line);
    return parse_size(second, width) && parse_size(first, n) && trim(line).len == 0;
}

size_t vectors_guess_width(struct slice line)
{
    float x;
    for (size_t n = 0;; n++) {
        const struct slice field = vectors_last_field(&line);
        if (trim(line).len == 0)
            return n;
        const enum vectors_number number = vectors_parse_number(field.bytes, field.len, &x);
        if (number == VECTORS_NOT_FINITE)
            return 0;
        if (number == VECTORS_NO_NUMBER)
            return n;
    }
}

/* Whether a word with blanks ends with a number, which is taken for a value too many. */
static bool ends_with_value(struct slice word)
{
    float x;
    const struct slice field = vectors_last_field(&word);
    if (word.len == 0)
        return false;
    return vectors_parse_number(field.bytes, field.len, &x) != VECTORS_NO_NUMBER;
}

static enum vectors_defect other_width(struct vectors_line *parsed, struct slice line)
{
    const size_t fields = vectors_count_fields(line);
    parsed->found = fields > 0 ? fields - 1 : 0;
    return VECTORS_OTHER_WIDTH;
}

enum vectors_defect vectors_parse_line(struct vectors_line *parsed, struct slice line, size_t width,
                                       float *values)
{
    struct slice rest = line, bad = {0};
    size_t bad_at = 0;
    for (size_t i = width; i-- > 0;) {
        const struct slice field = vectors_last_field(&rest);
        if (field.len == 0)
            return other_width(parsed, line);
        if (vectors_parse_number(field.bytes, field.len, &values[i]) != VECTORS_NUMBER) {
            bad = field;
            bad_at = i + 1;
        }
    }
    /* A word may be empty where a blank is in its place. */
    if (rest.len == 0 || ends_with_value(trim(rest)))
        return other_width(parsed, line);
    *parsed = (struct vectors_line){.word = trim(rest), .found = bad_at, .field = bad};
    return bad_at > 0 ? VECTORS_BAD_VALUE : VECTORS_FINE;
}
