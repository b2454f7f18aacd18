#include "lib/nn/cell_parts.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/kern/kern.h"

/* Where a parameter belongs. */
struct place {
    size_t layer;
    bool reverse;
};

static void add(struct param_list *list, const char *kind, const struct place *at, size_t rows,
                size_t cols, enum param_role role)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "rnn.%s_l%zu%s", kind, at->layer, at->reverse ? "_reverse" : "");
    param_add(list, name, rows, cols, role);
}

void cell_add_params(struct param_list *list, size_t layer, bool reverse, size_t gates, size_t I,
                     size_t H, size_t biases)
{
    const struct place at = {layer, reverse};
    add(list, "weight_ih", &at, gates * H, I, PARAM_INPUT);
    add(list, "weight_hh", &at, gates * H, H, PARAM_RECURRENT);
    add(list, "bias_ih", &at, gates * H, 0, PARAM_BIAS);
    if (biases == 2)
        add(list, "bias_hh", &at, gates * H, 0, PARAM_BIAS);
}

void cell_sum_biases(const struct cell_call *call, size_t n, size_t summed, float *bias)
{
    memcpy(bias, call->weights[B_IH], n * sizeof *bias);
    kern_axpy(summed, 1.0f, call->weights[B_HH], bias);
}

bool cell_packs(const struct cell_call *call)
{
    return call->B >= 4 && call->T >= 4;
}

void cell_note_steps(const struct cell_call *call, double pointwise)
{
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
    profile_move(call->profile, call->layer, PROFILE_RECURRENT, PROFILE_POINTWISE, pointwise);
}
