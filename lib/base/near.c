/* The optimal string alignment distance (Damerau-Levenshtein without edits inside a transposed
 * pair), because typing errors are single letters and swapped neighbours. */
#include "lib/base/near.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 32 }; /* longer words are nobody's typing error */

static size_t min3(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* d[i][j] is the distance of the first i letters of a from the first j of b. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= n; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            const size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, change);
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    }
    return d[n][m];
}

/* A word that a name begins with ("tr", "train"), or that goes on where a name ends ("evaluate",
 * "eval"), is as near as one with a wrong letter. */
static size_t word_distance(const char *a, size_t n, const char *b, size_t m)
{
    const size_t shorter = n < m ? n : m;
    if (shorter >= (n < m ? 2 : 3) && memcmp(a, b, shorter) == 0)
        return 1;
    return distance(a, n, b, m);
}

/* Of two that are as near, one with the same first letter: few people mistype that. */
static bool is_better(const struct near *near, const char *candidate, size_t d)
{
    const char first = near->word[0];
    return d < near->distance ||
           (d == near->distance && candidate[0] == first && near->name[0] != first);
}

void near_try(struct near *near, const char *candidate)
{
    const size_t n = strlen(near->word), m = strlen(candidate);
    if (n == 0 || n > WORD_MAX || m > WORD_MAX)
        return;
    const size_t allowed = (n < m ? n : m) < 3 ? 1 : (n + 1) / 3;
    const size_t d = word_distance(near->word, n, candidate, m);
    if (d > allowed || d >= m || (near->name != NULL && !is_better(near, candidate, d)))
        return;
    near->name = candidate;
    near->distance = d;
}

const char *near_find(const char *word, const char *(*name_at)(size_t i))
{
    struct near near = {.word = word};
    for (size_t i = 0; name_at(i) != NULL; i++)
        near_try(&near, name_at(i));
    return near.name;
}
