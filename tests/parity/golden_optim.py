#!/usr/bin/python3
"""Writes tests/lib/optim/golden_optim.h: what torch.optim makes of a few weights.

    /usr/bin/python3 tests/parity/golden_optim.py > tests/lib/optim/golden_optim.h

Weights and gradients are float32 numbers of Python's own generator; the updates are computed in
float64, so that a test's tolerance is for the errors of ptblm alone.
"""
import inspect
import random

import torch

from golden import fill, flat, number, print_array

DENSE, ROWS, WIDTH, SEEN, STEPS = 11, 7, 3, 3, 8
CLIP = 1.5
# Name here, steps, rate, whether to clip, and the settings as torch.optim calls them.
CASES = [
    ("sgd", 3, 0.1, False, {}),
    ("sgd", 3, 0.1, True, {"weight_decay": 0.2}),
    ("sgd", 3, 0.1, True, {"momentum": 0.9}),
    ("sgd", 3, 0.1, False, {"momentum": 0.6, "weight_decay": 0.1}),
    ("sgd", 3, 0.1, False, {"momentum": 0.9, "nesterov": True}),
    ("sgd", 3, 0.1, True, {"momentum": 0.6, "nesterov": True, "weight_decay": 0.1}),
    ("adam", 3, 0.1, False, {}),
    ("adam", 3, 0.1, True, {"eps": 0.02}),
    ("adam", 3, 0.1, False, {"weight_decay": 0.2}),
    ("adam", 3, 0.1, True, {"betas": (0.0, 0.98), "eps": 1e-3}),
    ("adam", 8, 0.05, True, {"betas": (0.8, 0.9), "weight_decay": 0.1}),
    ("adamw", 3, 0.1, False, {}),
    ("adamw", 3, 0.1, True, {"weight_decay": 0.5, "eps": 0.02}),
    ("radam", 3, 0.1, False, {}),
    ("radam", 8, 0.1, False, {}),
    ("radam", 8, 0.1, True, {"weight_decay": 0.2, "eps": 0.02, "betas": (0.8, 0.95)}),
    ("rmsprop", 3, 0.05, False, {}),
    ("rmsprop", 3, 0.05, True, {"eps": 0.02, "alpha": 0.9, "weight_decay": 0.2}),
    ("rmsprop", 3, 0.05, False, {"centered": True}),
    ("rmsprop", 3, 0.05, True, {"momentum": 0.7}),
    ("rmsprop", 3, 0.05, True,
     {"momentum": 0.7, "centered": True, "weight_decay": 0.1, "eps": 0.02, "alpha": 0.95}),
    ("adagrad", 3, 0.1, False, {}),
    ("adagrad", 3, 0.1, True, {"eps": 0.02, "weight_decay": 0.2}),
    ("adagrad", 3, 0.1, True, {"lr_decay": 0.3, "initial_accumulator_value": 0.4}),
    ("sparse-adam", 3, 0.1, False, {}),
    ("sparse-adam", 3, 0.1, False, {"betas": (0.8, 0.98), "eps": 0.02}),
]
CLASSES = {
    "sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW,
    "radam": torch.optim.RAdam, "rmsprop": torch.optim.RMSprop, "adagrad": torch.optim.Adagrad,
    "sparse-adam": torch.optim.SparseAdam,
}
FIELDS = {"initial_accumulator_value": "initial_accumulator"}

TOP = """\
/* Updates of a few weights by torch.optim of PyTorch {version} in float64, from float32 weights and
 * gradients. Made by tests/parity/golden_optim.py; do not edit.
 *
 * The weights of all cases are a span [{dense}], after it a table [{rows}, {width}]. Gradients of a
 * step: the span's, and those of {seen} rows of the table, whose numbers stand in rows; that of
 * other rows is 0. Where a case clips, all are multiplied by min(1, clip / norm) first, with clip
 * {clip}.
 *
 *   golden_start      weights before the first step
 *   golden_grad       [{steps}][{dense}]
 *   golden_rows       [{steps}][{seen}]
 *   golden_row_grad   [{steps}][{seen}][{width}]
 *   golden_norm       [{steps}] of all gradients of the step
 *   weights, slots    after the last step */
#ifndef PTBLM_TESTS_GOLDEN_OPTIM_H
#define PTBLM_TESTS_GOLDEN_OPTIM_H

#include "lib/optim/optim.h"

enum {{
    GOLDEN_DENSE = {dense},
    GOLDEN_ROWS = {rows},
    GOLDEN_WIDTH = {width},
    GOLDEN_SEEN = {seen},
    GOLDEN_STEPS = {steps},
    GOLDEN_WEIGHTS = {weights}
}};
static const double golden_clip = {clip};

struct golden_slot {{
    const char *name; /* in PyTorch's state; NULL after the last */
    const double *values;
}};

struct golden_case {{
    const char *optim;
    int steps;
    double lr;
    bool clips;
    struct optim_settings settings;
    const double *weights;
    struct golden_slot slots[OPTIM_SLOTS_MAX + 1];
}};

/* What the classes of torch.optim take if nothing is given; lr 0: it must be given. */
struct golden_default {{
    const char *optim;
    double lr;
    struct optim_settings settings;
}};

// clang-format off
"""


def make_inputs():
    rng = random.Random(3)
    return {
        "start": fill(rng, (DENSE + ROWS * WIDTH,), 1.0),
        "grad": fill(rng, (STEPS, DENSE), 2.0),
        "rows": [rng.sample(range(ROWS), SEEN) for _ in range(STEPS)],
        "row_grad": fill(rng, (STEPS, SEEN, WIDTH), 2.0),
    }


def gradients(inputs, step):
    table = torch.zeros(ROWS, WIDTH, dtype=torch.float64)
    table[inputs["rows"][step]] = inputs["row_grad"][step]
    return inputs["grad"][step], table


def optimisers(name, span, table, options):
    """SparseAdam takes sparse gradients only; Adam takes the span for it."""
    if name == "sparse-adam":
        return [torch.optim.Adam([span], **options), torch.optim.SparseAdam([table], **options)]
    return [CLASSES[name]([span, table], **options)]


def run(inputs, name, steps, rate, clips, options):
    """Weights and slots after the last step."""
    span = inputs["start"][:DENSE].clone().requires_grad_()
    table = inputs["start"][DENSE:].reshape(ROWS, WIDTH).clone().requires_grad_()
    optims = optimisers(name, span, table, {"lr": rate, **options})
    for step in range(steps):
        span.grad, table.grad = (g.clone() for g in gradients(inputs, step))
        if clips:
            norm = torch.nn.utils.clip_grad_norm_([span, table], CLIP)
            assert norm > CLIP, "clipping must be seen to work"
        if name == "sparse-adam":
            rows = inputs["rows"][step]
            table.grad = torch.sparse_coo_tensor([rows], table.grad[rows], (ROWS, WIDTH))
        for optim in optims:
            optim.step()
    states = [optims[0].state[span], optims[-1].state[table]]
    slots = {key: flat([s[key] for s in states]) for key, value in states[0].items()
             if key != "step" and value is not None and value.numel() > 1}
    return flat([span, table]), slots


def settings_of(options):
    words = []
    for key, value in options.items():
        if key == "betas":
            words += [f".beta1 = {value[0]}", f".beta2 = {value[1]}"]
        else:
            words.append(f".{FIELDS.get(key, key)} = {str(value).lower()}")
    return words


def known(options):
    """Those that struct optim_settings has."""
    names = ("momentum", "nesterov", "centered", "betas", "alpha", "eps", "weight_decay",
             "lr_decay", "initial_accumulator_value")
    return {key: value for key, value in options.items() if key in names}


def defaults_of(name):
    return known(CLASSES[name]([torch.zeros(1)], lr=1.0).defaults)


def main():
    inputs = make_inputs()
    print(TOP.format(version=torch.__version__, dense=DENSE, rows=ROWS, width=WIDTH, seen=SEEN,
                     steps=STEPS, weights=DENSE + ROWS * WIDTH, clip=CLIP), end="")
    print_array("float", "golden_start", flat([inputs["start"]]))
    print_array("float", "golden_grad", flat([inputs["grad"]]))
    print_array("int32_t", "golden_rows", sum(inputs["rows"], []))
    print_array("float", "golden_row_grad", flat([inputs["row_grad"]]))
    norms = [sum((g * g).sum() for g in gradients(inputs, s)).sqrt().item() for s in range(STEPS)]
    print_array("double", "golden_norm", norms, 17)
    rows = []
    for i, (name, steps, rate, clips, options) in enumerate(CASES):
        weights, slots = run(inputs, name, steps, rate, clips, options)
        print_array("double", f"golden_weights_{i}", weights, 12)
        for key, values in slots.items():
            print_array("double", f"golden_{key}_{i}", values, 12)
        settings = ", ".join(settings_of({**defaults_of(name), **options})) or "0"
        listed = "".join(f'{{"{key}", golden_{key}_{i}}}, ' for key in slots)
        rows.append(f'    {{"{name}", {steps}, {number(rate, 9)}, {str(clips).lower()}, '
                    f'{{{settings}}},\n     golden_weights_{i}, {{{listed}{{NULL, NULL}}}}}},')
    print("\nstatic const struct golden_case golden_cases[] = {")
    print("\n".join(rows))
    print("};\n\nstatic const struct golden_default golden_defaults[] = {")
    for name, optim in CLASSES.items():
        rate = inspect.signature(optim).parameters["lr"].default
        rate = number(rate, 9) if isinstance(rate, float) else "0"
        print(f'    {{"{name}", {rate}, {{{", ".join(settings_of(defaults_of(name)))}}}}},')
    print("};\n// clang-format on\n\n#endif")


if __name__ == "__main__":
    main()
