#include "lib/nn/mask.h"

#include <string.h>

#include "lib/base/rng.h"
#include "lib/kern/kern.h"

static void apply_element(const struct mask_call *c)
{
    const size_t n = c->T * c->B * c->width;
    const uint64_t most = c->rows_max * c->width;
    const uint64_t stride = (most + 3) / 4 * 4; /* random numbers come in blocks of four */
    kern_dropout(n, c->keep, c->seed, RNG_DROPOUT + c->place, c->step * stride, c->x, c->y);
}

const struct mask_ops mask_element = {.name = "element", .apply = apply_element};

static const struct mask_ops *const kinds[] = {
    &mask_element,
};

const struct mask_ops *mask_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? kinds[i] : NULL;
}

const struct mask_ops *mask_find(const char *name)
{
    for (size_t i = 0; mask_at(i) != NULL; i++)
        if (strcmp(mask_at(i)->name, name) == 0)
            return mask_at(i);
    return NULL;
}

struct masks masks_dropout(size_t L, double drop, uint64_t seed)
{
    struct masks masks = {.seed = seed};
    for (size_t place = 0; place <= L && drop > 0.0; place++)
        masks.items[masks.n++] = (struct mask){&mask_element, place, drop};
    return masks;
}

bool masks_drop_at(const struct masks *masks, size_t place)
{
    for (size_t i = 0; masks != NULL && i < masks->n; i++)
        if (masks->items[i].place == place)
            return true;
    return false;
}

void masks_apply(const struct masks *masks, size_t place, size_t T, size_t B, size_t width,
                 const float *x, float *y)
{
    for (size_t i = 0; masks != NULL && i < masks->n; i++) {
        const struct mask *m = &masks->items[i];
        if (m->place != place)
            continue;
        const struct mask_call call = {.keep = 1.0 - m->drop,
                                       .seed = masks->seed,
                                       .step = masks->step,
                                       .place = (uint32_t)place,
                                       .rows_max = masks->rows_max > 0 ? masks->rows_max : T * B,
                                       .T = T,
                                       .B = B,
                                       .width = width,
                                       .x = x,
                                       .y = y};
        m->ops->apply(&call);
        x = y;
    }
}
