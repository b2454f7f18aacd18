#include "lib/nn/cell/cell_gru_parts.h"

#include "lib/kern/gemm.h"

size_t gru_tape_size(size_t B, size_t T, const struct cell_shape *shape)
{
    return (GRU_RZ + 2) * T * B * shape->H;
}

struct gru_tape gru_tape_of(const struct cell_call *call)
{
    const size_t states = call->T * call->B * call->shape.H;
    float *n = call->tape + GRU_RZ * states;
    return (struct gru_tape){.rz = call->tape, .n = n, .of_h = n + states};
}

size_t gru_packed_size(size_t H)
{
    return cell_packed_size(GRU_RZ, H, H) + cell_packed_size(1, H, H);
}

float *gru_packed_n(float *packed, size_t H)
{
    return packed + cell_packed_size(GRU_RZ, H, H);
}

void gru_multiply_input(const struct cell_call *call, const float *bias, float *rz, float *n)
{
    const size_t rows = call->T * call->B, I = call->shape.I, H = call->shape.H;
    const float *w = call->weights[W_IH];
    gemm_bias(rows, GRU_RZ * H, I, call->x, w, bias, rz);
    gemm_bias(rows, H, I, call->x, w + GRU_RZ * H * I, bias + GRU_RZ * H, n);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

void gru_pack(const struct cell_call *call, float *packed)
{
    const size_t H = call->shape.H;
    if (!cell_packs(call))
        return;
    recurrent_pack(GRU_RZ, H, H, call->weights[W_HH], packed);
    recurrent_pack(1, H, H, call->weights[W_HH] + GRU_RZ * H * H, gru_packed_n(packed, H));
}

void gru_pack_back(const struct cell_call *call, float *packed)
{
    const size_t H = call->shape.H;
    recurrent_pack_back(H, GRU_RZ * H, call->weights[W_HH], packed);
    recurrent_pack_back(H, H, call->weights[W_HH] + GRU_RZ * H * H, gru_packed_n(packed, H));
}

void gru_input_weights_back(const struct cell_call *call, const struct cell_grad *grad,
                            const float *rz, const float *n)
{
    const size_t rows = call->T * call->B, I = call->shape.I, H = call->shape.H;
    float *dw = grad->dweights[W_IH], *db = grad->dweights[B_IH];
    gemm_gradient(GRU_RZ * H, I, rows, rz, call->x, 0.0f, dw, db);
    gemm_gradient(H, I, rows, n, call->x, 0.0f, dw + GRU_RZ * H * I, db + GRU_RZ * H);
}

void gru_input_back(const struct cell_call *call, const struct cell_grad *grad, const float *rz,
                    const float *n)
{
    const size_t rows = call->T * call->B, I = call->shape.I, H = call->shape.H;
    const float *w = call->weights[W_IH];
    if (grad->dx == NULL)
        return;
    gemm(false, false, rows, I, GRU_RZ * H, rz, w, 0.0f, grad->dx);
    gemm(false, false, rows, I, H, n, w + GRU_RZ * H * I, 1.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}
