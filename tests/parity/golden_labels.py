#!/usr/bin/python3
"""Writes tests/lib/model/golden_labels.h: what PyTorch makes of tiny networks of labels, on packed
sequences of different lengths.

    /usr/bin/python3 tests/parity/golden_labels.py > tests/lib/model/golden_labels.h

Inputs are float32 numbers of Python's own generator, as those of golden.py, and everything is
computed in float64.
"""
import random

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import fill, flat, print_array

STEPS = 3
RATE = 0.01
V, C, B, T = 8, 4, 4, 5
E, H, L = 3, 3, 2
LENGTHS = [[3, 5, 1, 4], [2, 2, 5, 1], [1, 4, 3, 5]]
MODULES = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
    "rnn-relu": lambda *a, **k: nn.RNN(*a, **k, nonlinearity="relu"),
}
# cell, head, both directions, words rather than numbers
CASES = [
    ("lstm", "last", True, True),
    ("lstm", "mean", True, True),
    ("lstm", "max", True, True),
    ("lstm", "steps", True, True),
    ("lstm", "last", False, False),
    ("gru", "last", True, True),
    ("gru", "mean", True, True),
    ("gru", "steps", True, False),
    ("rnn", "last", True, True),
    ("rnn", "mean", True, False),
    ("rnn", "steps", True, True),
    ("rnn-relu", "last", True, True),
]

TOP = """\
/* Tiny networks of labels computed by PyTorch {version} in float64 from float32 inputs, on packed
 * sequences. Made by tests/parity/golden_labels.py; do not edit.
 *
 * Every case: two layers, of one or both directions, over words or numbers, and {steps} batches. For
 * each batch, from the weights as they are: the loss, the mean over the sequences of the sum of the
 * cross entropy of its labels, in nats; its gradients; a step of torch.optim.Adam with rate {rate}.
 *
 * Arrays, C order, the last index fastest:
 *   lengths         [{steps}][B]
 *   ids, or x       [{steps}][T][B], [{steps}][T][B][E]; padding is 0
 *   targets         [{steps}][B] or, of the head steps, [{steps}][T][B]
 *   logits          of the first batch, [B][C] or [T][B][C], 0 in padding
 *   loss            [{steps}]
 *   weights_start, gradients, weights_last
 *                   all parameters one after the other, as `params` says: name, rows, cols (1 for a
 *                   bias), offset of the first number. Before the first step, of the first batch,
 *                   after the last step. */
#ifndef PTBLM_TESTS_GOLDEN_LABELS_H
#define PTBLM_TESTS_GOLDEN_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {{
    GOLDEN_STEPS = {steps},
    GOLDEN_V = {V},
    GOLDEN_C = {C},
    GOLDEN_B = {B},
    GOLDEN_T = {T},
    GOLDEN_E = {E},
    GOLDEN_H = {H},
    GOLDEN_L = {L}
}};
static const double golden_rate = {rate};

struct golden_param {{
    const char *name;
    size_t rows, cols, offset;
}};

struct golden_case {{
    const char *cell, *head;
    bool both, words;
    size_t n_params; /* entries of params */
    size_t n_floats; /* entries of weights_start, gradients, weights_last */
    const struct golden_param *params;
    const int32_t *lengths, *ids, *targets;
    const float *x;
    const float *logits;
    const double *loss;
    const float *weights_start, *gradients, *weights_last;
}};
"""


class Labels(nn.Module):
    def __init__(self, cell, head, both, words):
        super().__init__()
        self.head = head
        self.encoder = nn.Embedding(V, E) if words else None
        self.rnn = MODULES[cell](E, H, num_layers=L, bidirectional=both)
        self.decoder = nn.Linear(H * (2 if both else 1), C)

    def forward(self, x, lengths):
        """Logits [B, C], or [T, B, C], of x [T, B] or [T, B, E]."""
        rows = self.encoder(x) if self.encoder is not None else x
        packed = pack_padded_sequence(rows, lengths, enforce_sorted=False)
        out, state = self.rnn(packed)
        if self.head == "last":
            h = state[0] if isinstance(state, tuple) else state
            directions = 2 if self.rnn.bidirectional else 1
            return self.decoder(torch.cat(list(h[-directions:]), dim=1))
        if self.head == "max":
            return self.decoder(pad_packed_sequence(out, padding_value=-float("inf"))[0].amax(0))
        out, _ = pad_packed_sequence(out, total_length=T)
        if self.head == "mean":
            return self.decoder(out.sum(0) / lengths.unsqueeze(1))
        return self.decoder(out)


def valid(lengths):
    """[T, B]: whether a step is not padding."""
    return torch.arange(T).unsqueeze(1) < lengths.unsqueeze(0)


def loss_of(model, logits, targets, lengths):
    nats = nn.functional.cross_entropy(
        logits.reshape(-1, C), targets.reshape(-1), reduction="none")
    if model.head == "steps":
        nats = nats[valid(lengths).reshape(-1)]
    return nats.sum() / B


def draw(rng, model, words, lengths):
    """x and targets of a batch."""
    if words:
        x = torch.tensor([[rng.randrange(V) for _ in range(B)] for _ in range(T)])
        x = x * valid(lengths)
    else:
        x = fill(rng, (T, B, E), 1.0) * valid(lengths).unsqueeze(2)
    rows = T if model.head == "steps" else 1
    targets = torch.tensor([[rng.randrange(C) for _ in range(B)] for _ in range(rows)])
    return x, targets * valid(lengths) if model.head == "steps" else targets


def run(case, rng):
    """The arrays of a case by name."""
    model = Labels(*case).double()
    params = list(model.parameters())
    with torch.no_grad():
        for p in params:
            p.copy_(fill(rng, p.shape, 0.6))
    optimizer = torch.optim.Adam(params, lr=RATE)
    source = "ids" if case[3] else "x"
    arrays = {"weights_start": flat(params), "lengths": [], source: [], "targets": [], "loss": []}
    for step in range(STEPS):
        lengths = torch.tensor(LENGTHS[step])
        x, targets = draw(rng, model, case[3], lengths)
        logits = model(x, lengths)
        loss = loss_of(model, logits, targets, lengths)
        optimizer.zero_grad()
        loss.backward()
        for name, tensor in (("lengths", lengths), (source, x), ("targets", targets)):
            arrays[name] += tensor.reshape(-1).tolist()
        arrays["loss"].append(loss.item())
        if step == 0:
            if model.head == "steps":
                logits = logits * valid(lengths).unsqueeze(2)
            arrays["logits"] = flat([logits])
            arrays["gradients"] = flat([p.grad for p in params])
        optimizer.step()
    arrays["weights_last"] = flat(params)
    return model, arrays


def prefix_of(case):
    cell, head, both, words = case
    return "golden_" + "_".join(
        [cell.replace("-", "_"), head, "both" if both else "one", "words" if words else "numbers"])


def print_params(prefix, model):
    print(f"static const struct golden_param {prefix}_params[] = {{")
    offset = 0
    for name, p in model.named_parameters():
        rows, cols = p.shape if p.dim() == 2 else (p.shape[0], 1)
        print(f'    {{"{name}", {rows}, {cols}, {offset}}},')
        offset += p.numel()
    print("};")


def print_case(case, rng):
    prefix = prefix_of(case)
    model, arrays = run(case, rng)
    print()
    print_params(prefix, model)
    for name, values in arrays.items():
        if name in ("lengths", "ids", "targets"):
            print_array("int32_t", f"{prefix}_{name}", values)
        elif name == "loss":
            print_array("double", f"{prefix}_{name}", values, 15)
        else:
            print_array("float", f"{prefix}_{name}", values)
    return list(arrays), len(list(model.parameters())), len(arrays["weights_start"])


def print_table(cases):
    print("\nstatic const struct golden_case golden_cases[] = {")
    for case, names, n_params, n_floats in cases:
        prefix, (cell, head, both, words) = prefix_of(case), case
        print(f'    {{\n        .cell = "{cell}", .head = "{head}",')
        print(f"        .both = {str(both).lower()}, .words = {str(words).lower()},")
        print(f"        .n_params = {n_params},\n        .n_floats = {n_floats},")
        for name in ["params"] + names:
            print(f"        .{name} = {prefix}_{name},")
        print("    },")
    print("};\n\nenum { GOLDEN_CASES = sizeof golden_cases / sizeof *golden_cases };")


def main():
    rng = random.Random(2)
    print(TOP.format(version=torch.__version__, steps=STEPS, rate=RATE, V=V, C=C, B=B, T=T, E=E,
                     H=H, L=L), end="")
    print("\n// clang-format off")
    print_table([(case, *print_case(case, rng)) for case in CASES])
    print("// clang-format on\n\n#endif")


if __name__ == "__main__":
    main()
