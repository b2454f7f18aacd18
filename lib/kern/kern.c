/* The choice of a kernel set. */
#include "lib/kern/kern.h"

#include <string.h>

#include "config.h"
#include "lib/kern/kern_sets.h"
#include "lib/kern/pool.h"

static const struct kern_ops *const sets[] = {
#ifdef PTBLM_X86_KERNELS
    &kern_avx512,
    &kern_avx2,
#endif
    &kern_ref,
};

enum { N_SETS = sizeof sets / sizeof *sets };

static const struct kern_ops *chosen;

const struct kern_ops *kern_set_at(size_t i)
{
    return i < N_SETS ? sets[i] : NULL;
}

bool kern_choose(const char *name)
{
    for (size_t i = 0; i < N_SETS; i++) {
        if ((name == NULL || strcmp(name, sets[i]->name) == 0) && sets[i]->usable()) {
            chosen = sets[i];
            return true;
        }
    }
    return false;
}

const struct kern_ops *kern(void)
{
    if (chosen == NULL)
        kern_choose(NULL);
    return chosen;
}

void kern_set_threads(int threads)
{
    pool_set_threads(threads);
}

int kern_threads(void)
{
    return pool_threads();
}
