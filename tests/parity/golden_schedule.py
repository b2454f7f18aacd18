#!/usr/bin/python3
"""Writes tests/lib/optim/golden_schedule.h: the rates of PyTorch's schedulers.

    /usr/bin/python3 tests/parity/golden_schedule.py > tests/lib/optim/golden_schedule.h
"""
import random
import warnings

import torch
from torch.optim import lr_scheduler

from golden import print_array

LR = 0.4
TOP = """\
/* Learning rates of the schedulers of PyTorch {version}. Made by tests/parity/golden_schedule.py;
 * do not edit.
 *
 * By steps: rates[i] is that of step i of the run. By epochs (ReduceLROnPlateau): rates[i] is that
 * of epoch i, when metrics[i] was measured after it. */
#ifndef PTBLM_TESTS_GOLDEN_SCHEDULE_H
#define PTBLM_TESTS_GOLDEN_SCHEDULE_H

#include "lib/optim/schedule.h"

struct golden_rates {{
    const char *schedule;
    struct schedule_settings settings;
    int n;
    const double *rates;
}};

struct golden_plateau {{
    struct schedule_settings settings;
    bool lower_is_better;
    int n;
    const double *metrics, *rates;
}};

// clang-format off
"""
# Name and settings here, the scheduler, its steps, and how many rates to note.
BY_STEP = [
    ("linear", ".final_share = 0.1", 23,
     lambda o, n: lr_scheduler.LinearLR(o, 1.0, 0.1, n)),
    ("linear", ".final_share = 0.0, .warmup = 0.0", 7,
     lambda o, n: lr_scheduler.LinearLR(o, 1.0, 0.0, n)),
    ("cosine", ".final_share = 0.0", 23,
     lambda o, n: lr_scheduler.CosineAnnealingLR(o, n)),
    ("cosine", ".final_share = 0.05", 40,
     lambda o, n: lr_scheduler.CosineAnnealingLR(o, n, 0.05 * LR)),
    ("constant", ".warmup = 8.0", 20,
     lambda o, n: lr_scheduler.LinearLR(o, 1 / 8, 1.0, 7)),
    ("one-cycle", ".warmup = 0.3, .start_divisor = 25.0, .end_divisor = 1e4", 50,
     lambda o, n: lr_scheduler.OneCycleLR(o, LR, n, cycle_momentum=False)),
    ("one-cycle", ".warmup = 0.25, .start_divisor = 10.0, .end_divisor = 50.0", 37,
     lambda o, n: lr_scheduler.OneCycleLR(o, LR, n, pct_start=0.25, div_factor=10.0,
                                          final_div_factor=50.0, cycle_momentum=False)),
]
# decay, patience, min_gain, whether lower is better
PLATEAU = [(0.25, 0, 0.0, True), (0.5, 2, 0.0, True), (0.5, 1, 0.05, True), (0.7, 1, 0.02, False)]
EPOCHS = 30


def optimiser():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)


def rates_by_step(make, steps):
    optim = optimiser()
    scheduler = make(optim, steps)
    rates = []
    for _ in range(steps):
        rates.append(optim.param_groups[0]["lr"])
        if len(rates) < steps:
            optim.step()
            scheduler.step()
    return rates


def metrics_of(lower, rng):
    """Getting better, more slowly all the time, with noise."""
    metrics = [100 + 200 / (1 + i) + rng.uniform(-8, 8) for i in range(EPOCHS)]
    return metrics if lower else [100 - m / 4 for m in metrics]


def rates_by_epoch(decay, patience, gain, lower, metrics):
    optim = optimiser()
    scheduler = lr_scheduler.ReduceLROnPlateau(
        optim, "min" if lower else "max", decay, patience, gain, "rel", eps=0.0)
    rates = []
    for metric in metrics:
        rates.append(optim.param_groups[0]["lr"])
        scheduler.step(metric)
    return rates


def main():
    warnings.simplefilter("error")
    rng = random.Random(5)
    print(TOP.format(version=torch.__version__), end="")
    rows = []
    for i, (name, settings, steps, make) in enumerate(BY_STEP):
        print_array("double", f"golden_rates_{i}", rates_by_step(make, steps), 17)
        rows.append(f'    {{"{name}", {{.lr = {LR}, {settings}}}, {steps}, golden_rates_{i}}},')
    print("static const struct golden_rates golden_rates[] = {\n" + "\n".join(rows) + "\n};")
    rows = []
    for i, (decay, patience, gain, lower) in enumerate(PLATEAU):
        metrics = metrics_of(lower, rng)
        rates = rates_by_epoch(decay, patience, gain, lower, metrics)
        assert 3 < len(set(rates)) < EPOCHS
        print_array("double", f"golden_metrics_{i}", metrics, 17)
        print_array("double", f"golden_plateau_{i}", rates, 17)
        rows.append(f"    {{{{.lr = {LR}, .decay = {decay}, .patience = {patience}, "
                    f".min_gain = {gain}}}, {str(lower).lower()}, {EPOCHS},\n"
                    f"     golden_metrics_{i}, golden_plateau_{i}}},")
    print("static const struct golden_plateau golden_plateaus[] = {\n" + "\n".join(rows) + "\n};")
    print("// clang-format on\n\n#endif")


if __name__ == "__main__":
    main()
