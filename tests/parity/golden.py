#!/usr/bin/python3
"""Writes tests/lib/model/golden_networks.h: what PyTorch makes of tiny language models, of every cell,
of layers of different widths, with tied word vectors, of the sum of the layers, and of other
objectives. The cells that PyTorch has not are written in cells.py from their equations; their
gradients are those of autograd.

    /usr/bin/python3 tests/parity/golden.py > tests/lib/model/golden_networks.h

Weights, states and ids come from Python's own generator and are float32 numbers; everything is
then computed in float64, so that the numbers do not depend on PyTorch's version and a test's
tolerance is for the errors of ptblm alone.
"""
import random

import torch

from cells import WITH_C
from wlm import WordLanguageModel

N_WINDOWS = 3
RATE = 1.0
CLIP = 0.5
V, B, T = 17, 3, 4
CASES = [
    {"cell": "lstm", "E": 6, "widths": [5, 5], "tied": False},
    {"cell": "lstm", "E": 6, "widths": [5], "tied": False},
    {"cell": "lstm", "E": 5, "widths": [4, 5], "tied": True},
    {"cell": "gru", "E": 6, "widths": [5, 4], "tied": False},
    {"cell": "gru", "E": 5, "widths": [4], "tied": True},
    {"cell": "gru-cho", "E": 5, "widths": [4, 5], "tied": True},
    {"cell": "gru-cho", "E": 6, "widths": [5], "tied": False},
    {"cell": "rnn", "E": 5, "widths": [6, 4], "tied": True},
    {"cell": "rnn-relu", "E": 6, "widths": [5, 4], "tied": False},
    {"cell": "lstm-capped", "E": 6, "widths": [5, 4], "tied": False},
    {"cell": "lstm-capped", "E": 5, "widths": [4], "tied": True},
    {"cell": "rlstm", "E": 6, "widths": [5, 4], "tied": False},
    {"cell": "rlstm", "E": 5, "widths": [4], "tied": True},
    {"cell": "mogrifier", "E": 6, "widths": [5], "tied": False, "rounds": 5, "rank": 0},
    {"cell": "mogrifier", "E": 4, "widths": [5, 3], "tied": True, "rounds": 4, "rank": 0},
    {"cell": "mogrifier", "E": 6, "widths": [4], "tied": False, "rounds": 2, "rank": 3},
    {"cell": "mogrifier", "E": 5, "widths": [4, 4], "tied": False, "rounds": 5, "rank": 2,
     "sums": True},
    {"cell": "mogrifier-rlstm", "E": 5, "widths": [4], "tied": False, "rounds": 3, "rank": 0},
    {"cell": "mogrifier-rlstm", "E": 4, "widths": [4, 3], "tied": False, "rounds": 2, "rank": 0},
    {"cell": "mogrifier-rlstm", "E": 5, "widths": [6], "tied": False, "rounds": 1, "rank": 1},
    {"cell": "mogrifier-rlstm", "E": 4, "widths": [4, 4], "tied": True, "rounds": 5, "rank": 2,
     "sums": True},
    {"cell": "lstm-norm", "E": 5, "widths": [6, 5], "tied": True},
    {"cell": "lstm", "E": 6, "widths": [5, 4], "tied": False, "objective": {"smoothing": 0.2}},
    {"cell": "gru", "E": 5, "widths": [4, 5], "tied": True, "objective": {"ar": 2.0, "tar": 1.0}},
    {"cell": "mogrifier", "E": 4, "widths": [4, 4], "tied": True, "rounds": 2, "rank": 2,
     "sums": True, "objective": {"smoothing": 0.1, "ar": 0.7, "tar": 1.5}},
]

TOP = """\
/* Tiny language models computed by PyTorch {version} in float64 from float32 inputs.
 * Made by tests/parity/golden.py; do not edit.
 *
 * Every case: {windows} windows of ids, one after the other, with the state carried from each to
 * the next. In each window, from the weights as they are:
 *   loss       the sum over t of the mean over b of the cross entropy, in nats
 *   gradients  of that loss, or of the objective; no gradient flows into the window before
 *   norm       sqrt of the sum of squares of all gradients
 *   update     weights -= rate * gradients * (norm > clip ? clip / norm : 1), with rate {rate} and
 *              clip {clip}
 *
 * Arrays, C order, the last index fastest:
 *   x, y            [{windows}][T][B] ids and the ids to predict
 *   state_start, state_first, state_last
 *                   what each layer carries, [B][H] of h and, of an LSTM, of c: before the first
 *                   window, after the first, after the last
 *   logits          [T][B][V] of the first window (not normalised)
 *   loss, norm      [{windows}]
 *   weights_start, gradients, weights_last
 *                   all parameters one after the other, as `params` says: name, rows, cols (1 for a
 *                   bias), offset of the first number. Before the first update, of the first
 *                   window, after the last update. */
#ifndef PTBLM_TESTS_GOLDEN_NETWORKS_H
#define PTBLM_TESTS_GOLDEN_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {{ GOLDEN_WINDOWS = {windows} }};
static const double golden_rate = {rate}, golden_clip = {clip};

struct golden_param {{
    const char *name;
    size_t rows, cols, offset;
}};

struct golden_case {{
    const char *cell;
    size_t V, E, B, T, L;
    size_t widths[2];    /* [L] units of each layer */
    size_t rounds, rank; /* of a Mogrifier */
    bool tied, sums;     /* the layers' outputs */
    /* Of label smoothing and of the penalties on the last layer (lib/nn/head/objective.h). */
    double smoothing, ar, tar;
    size_t n_params; /* entries of params */
    size_t n_floats; /* entries of weights_start, gradients, weights_last */
    const struct golden_param *params;
    const int32_t *x, *y;
    const float *state_start, *state_first, *state_last;
    const float *logits;
    const double *loss, *norm;
    const float *weights_start, *gradients, *weights_last;
}};
"""


def number(value, digits):
    text = f"{value:.{digits}g}"
    return text if any(c in text for c in ".en") else text + ".0"


def print_array(kind, name, values, digits=9):
    """As C, in lines of at most 100 columns."""
    if kind == "int32_t":
        words = [str(v) for v in values]
    else:
        words = [number(v, digits) + ("f" if kind == "float" else "") for v in values]
    print(f"static const {kind} {name}[{len(words)}] = {{")
    line = "   "
    for word in words:
        if len(line) + len(word) + 2 > 100:
            print(line)
            line = "   "
        line += f" {word},"
    print(line + "\n};")


def flat(tensors):
    return torch.cat([t.detach().reshape(-1) for t in tensors]).tolist()


def flat_state(state):
    """Layer after layer, h and then c where there is one."""
    return flat([s for layer in state for s in (layer if isinstance(layer, tuple) else [layer])])


def fill(rng, shape, scale):
    """Uniform float32 numbers as float64."""
    n = torch.Size(shape).numel()
    values = torch.tensor([rng.uniform(-scale, scale) for _ in range(n)], dtype=torch.float32)
    return values.double().reshape(shape)


def objective_of(model, logits, y, smoothing=0.0, ar=0.0, tar=0.0):
    """What the gradients are of. The penalties of Merity, McCann and Socher 2017 go with the mean
    over T and B of the loss; ours is the sum over T, and so they are taken T times."""
    nats = cross_entropy(logits, y, label_smoothing=smoothing)
    change = model.last[1:] - model.last[:-1]
    return nats + T * (ar * model.read.pow(2).mean() + tar * change.pow(2).mean())


def cross_entropy(logits, y, **options):
    return torch.nn.functional.cross_entropy(
        logits.reshape(-1, V), y.reshape(-1), reduction="sum", **options) / B


def run(case, rng):
    """The arrays of a case by name."""
    model = WordLanguageModel(
        V, case["E"], case["widths"], cell=case["cell"], tied=case["tied"],
        rounds=case.get("rounds", 0), rank=case.get("rank", 0), sums=case.get("sums", False)
    ).double()
    params = list(model.parameters())
    with torch.no_grad():
        for p in params:
            p.copy_(fill(rng, p.shape, 0.6))
    state = []
    for H in case["widths"]:
        h = fill(rng, (1, B, H), 0.5)
        state.append((h, fill(rng, (1, B, H), 1.0)) if case["cell"] in WITH_C else h)
    stream = torch.tensor([[rng.randrange(V) for _ in range(B)] for _ in range(N_WINDOWS * T + 1)])
    arrays = {
        "weights_start": flat(params),
        "x": stream[:-1].reshape(-1).tolist(),
        "y": stream[1:].reshape(-1).tolist(),
        "state_start": flat_state(state),
        "loss": [],
        "norm": [],
    }
    for window in range(N_WINDOWS):
        x, y = stream[window * T : (window + 1) * T], stream[window * T + 1 : (window + 1) * T + 1]
        logits, state = model(x, state)
        state = [tuple(s.detach() for s in layer) if isinstance(layer, tuple) else layer.detach()
                 for layer in state]
        loss = cross_entropy(logits, y)
        gradients = torch.autograd.grad(
            objective_of(model, logits, y, **case.get("objective", {})), params)
        norm = torch.sqrt(sum((g * g).sum() for g in gradients))
        assert norm > CLIP, "the clipping must be seen to work"
        arrays["loss"].append(loss.item())
        arrays["norm"].append(norm.item())
        if window == 0:
            arrays["logits"] = flat([logits])
            arrays["gradients"] = flat(gradients)
            arrays["state_first"] = flat_state(state)
        with torch.no_grad():
            for p, g in zip(params, gradients):
                p -= RATE * CLIP / norm * g
    arrays["state_last"] = flat_state(state)
    arrays["weights_last"] = flat(params)
    return model, arrays


def print_params(prefix, model):
    print(f"static const struct golden_param {prefix}_params[] = {{")
    offset = 0
    for name, p in model.named_parameters():
        rows, cols = p.shape if p.dim() == 2 else (p.shape[0], 1)
        print(f'    {{"{model.file_name(name)}", {rows}, {cols}, {offset}}},')
        offset += p.numel()
    print("};")


def prefix_of(case):
    kind = "tied" if case["tied"] else "untied"
    rank = f"_rank{case['rank']}" if case.get("rank") else ""
    words = [case["cell"].replace("-", "_") + rank, str(len(case["widths"])), kind]
    return "_".join(["golden", *words, *case.get("objective", {})])


def print_case(case, rng):
    prefix = prefix_of(case)
    model, arrays = run(case, rng)
    print()
    print_params(prefix, model)
    for name, values in arrays.items():
        if name in "xy":
            print_array("int32_t", f"{prefix}_{name}", values)
        elif name in ("loss", "norm"):
            print_array("double", f"{prefix}_{name}", values, 15)
        else:
            print_array("float", f"{prefix}_{name}", values)
    return list(arrays), len(list(model.parameters())), len(arrays["weights_start"])


def print_table(cases):
    print("\nstatic const struct golden_case golden_cases[] = {")
    for case, names, n_params, n_floats in cases:
        prefix, widths = prefix_of(case), ", ".join(str(n) for n in case["widths"])
        print(f'    {{\n        .cell = "{case["cell"]}", .V = {V}, .E = {case["E"]}, .B = {B}, .T = {T},')
        print(f'        .L = {len(case["widths"])}, .widths = {{{widths}}},')
        print(f'        .tied = {str(case["tied"]).lower()},')
        if "rounds" in case:
            print(f'        .rounds = {case["rounds"]}, .rank = {case["rank"]},')
        if "sums" in case:
            print(f'        .sums = {str(case["sums"]).lower()},')
        for name, value in case.get("objective", {}).items():
            print(f"        .{name} = {value},")
        print(f"        .n_params = {n_params},\n        .n_floats = {n_floats},")
        for name in ["params"] + names:
            print(f"        .{name} = {prefix}_{name},")
        print("    },")
    print("};\n\nenum { GOLDEN_CASES = sizeof golden_cases / sizeof *golden_cases };")


def main():
    rng = random.Random(1)
    version = torch.__version__
    print(TOP.format(version=version, windows=N_WINDOWS, rate=RATE, clip=CLIP), end="")
    print("\n// clang-format off")
    print_table([(case, *print_case(case, rng)) for case in CASES])
    print("// clang-format on\n\n#endif")


if __name__ == "__main__":
    main()
