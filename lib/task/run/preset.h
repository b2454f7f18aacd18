/* The settings of a training run, and the presets of the TensorFlow PTB tutorial
 * (tensorflow/models, tutorials/rnn/ptb/ptb_word_lm.py: SmallConfig, MediumConfig, LargeConfig,
 * TestConfig). */
#ifndef PTBLM_TASK_RUN_PRESET_H
#define PTBLM_TASK_RUN_PRESET_H

#include <stddef.h>

struct preset {
    const char *name;
    double init_scale;    /* weights start uniform in [-init_scale, init_scale) */
    double learning_rate; /* of the loss summed over T and averaged over B */
    double max_grad_norm;
    int layers;
    int steps; /* T */
    int hidden;
    int hold;       /* epochs at the first learning rate: max_epoch */
    int epochs;     /* max_max_epoch */
    double dropout; /* 1 - keep_prob */
    double lr_decay;
    int batch; /* B */
};

/* The i-th preset, NULL behind the last. */
const struct preset *preset_at(size_t i);

/* NULL where there is none of that name. */
const struct preset *preset_find(const char *name);

#endif
