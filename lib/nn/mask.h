/* Masks: the kinds of dropout. What is kept is multiplied by 1 / keep, so that a network needs no
 * change to be used without masks (inverted scaling, Srivastava et al. 2014). A mask is drawn from
 * the random numbers of (seed, place, step), so that forward and backward get the same one by
 * calling the same function. */
#ifndef PTBLM_NN_MASK_H
#define PTBLM_NN_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MASKS_MAX = 64 };

/* Rows over time, [T*B, width], to apply a mask to. */
struct mask_rows {
    size_t T, B, width;
    const int32_t *ids; /* [T*B] the words of the rows; NULL: they are no words */
    const float *x;
    float *y; /* may be x */
};

struct mask_call {
    double keep; /* in (0, 1) */
    uint64_t seed, step;
    uint32_t place;
    size_t rows_max; /* T*B of the largest call of any step, so that steps share no numbers */
    struct mask_rows of;
};

struct mask_ops {
    const char *name;
    bool by_word; /* it wants ids, and is for the input alone */
    void (*apply)(const struct mask_call *call);
};

/* Each element independently, with a new mask at each time step (on non-recurrent connections:
 * Zaremba et al. 2014). Each unit of each row for all steps of a window (Gal and Ghahramani 2016,
 * "A theoretically grounded application of dropout in recurrent neural networks"; the "locked"
 * dropout of Merity et al. 2018). A type of word, at all its places in a window (their "embedding
 * dropout"; Gal and Ghahramani, section 4.2). */
extern const struct mask_ops mask_element, mask_locked, mask_word;

/* The i-th kind of the table, NULL after the last; that of a name, NULL if there is none. Those
 * that can be at any place come first; mask_name_at gives their names, NULL after the last. */
const struct mask_ops *mask_at(size_t i);
const struct mask_ops *mask_find(const char *name);
const char *mask_name_at(size_t i);

/* Where a mask applies: to the output of the input block (0), or of layer l - 1 (l). */
struct mask {
    const struct mask_ops *ops;
    size_t place;
    double drop; /* the share that is dropped, in (0, 1) */
};

/* The masks of a network, and the seed and step to draw them with. */
struct masks {
    struct mask items[MASKS_MAX];
    size_t n;
    double state;   /* the share of units of the last state that its products do not see, in [0, 1)
                     */
    double weights; /* the share of recurrent weights that a window is without, in [0, 1) */
    uint64_t seed;
    uint64_t step;   /* each step of a training run has new ones */
    size_t rows_max; /* T*B of the largest step; 0: all are as large as this one */
};

/* Shares that are dropped. */
struct mask_settings {
    const struct mask_ops *kind; /* of the next three */
    double input, between, output;
    double word;    /* types of words */
    double state;   /* see struct masks */
    double weights; /* likewise */
};

/* Dropout of elements, of this share at all three places. */
struct mask_settings mask_settings_even(double drop);

/* The masks of a stack of L layers: at the input, between two layers, at the last one's output. */
struct masks masks_new(const struct mask_settings *settings, size_t L, uint64_t seed);

/* Whether anything is dropped at a place. */
bool masks_drop_at(const struct masks *masks, size_t place);

/* y = all masks of a place over x, one after the other. */
void masks_apply(const struct masks *masks, size_t place, const struct mask_rows *rows);

/* The factors of the state of a layer's direction (0 or 1), [B, H]: 0 or 1 / keep, for all steps of
 * a window. masks->state must be above 0. */
void masks_draw_state(const struct masks *masks, size_t layer, size_t direction, size_t B, size_t H,
                      float *factors);

/* to = from [n] under the mask of parameter number `param` ("DropConnect", Wan et al. 2013; on
 * recurrent weights, one mask for a window: Merity et al. 2018). masks->weights must be above 0;
 * `to` may be `from`. */
void masks_drop_weights(const struct masks *masks, size_t param, size_t n, const float *from,
                        float *to);

#endif
