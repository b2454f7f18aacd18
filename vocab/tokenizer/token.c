#include "vocab/tokenizer/token.h"

#include <string.h>

size_t token_special(const char *bytes, size_t len)
{
    static const char *const specials[] = {TOKEN_UNK, TOKEN_EOS};
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        const size_t n = strlen(specials[i]);
        if (len >= n && memcmp(bytes, specials[i], n) == 0)
            return n;
    }
    return 0;
}
