#!/usr/bin/env python3
"""How the cost of a training step grows with the size of the layers, the vocabulary, the batch and
the threads: every shape is timed by `ptblm bench` in turn, --rounds times, and the medians are
printed beside what the operations of the products alone would cost at the machine's rate."""

import argparse
import json
import os
import statistics
import subprocess
import sys

BASE = {"hidden": 400, "layers": 2, "vocab": 10000, "batch": 20, "steps": 20, "threads": 2}
SERIES = (
    ("hidden", (200, 400, 650, 1000, 1500)),
    ("vocab", (10000, 20000, 50000, 100000, 200000)),
    ("batch", (20, 32, 64, 128)),
    ("threads", (1, 2)),
)


def measure(program, shape, repeats):
    """One run of the bench: the preset's object and the machine's rate."""
    command = [program, "bench", "--json", "--quiet", "--measure", "step", "--repeats", str(repeats)]
    for name, value in shape.items():
        command += ["--" + name, str(value)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit("growth.py: %s failed" % " ".join(command))
    found = json.loads(done.stdout)
    return found["presets"][0], found["sgemm_gflops"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ptblm", default=os.environ.get("PTBLM", "./ptblm"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--series", default=",".join(name for name, _ in SERIES))
    options = parser.parse_args()
    shapes = [(name, dict(BASE, **{name: value}))
              for name, values in SERIES if name in options.series.split(",") for value in values]
    seen = [[] for _ in shapes]
    for _ in range(options.rounds):
        for place, (_, shape) in zip(seen, shapes):
            place.append(measure(options.ptblm, shape, options.repeats))
    print("%-8s %8s %10s %10s %10s %9s %9s" %
          ("", "", "step ms", "words/s", "GFLOP/s", "sgemm", "fraction"))
    for (name, shape), runs in zip(shapes, seen):
        rows = [(p["step_ms"], p["words_per_second"], p["gflops"], rate, p["gflops"] / rate)
                for p, rate in runs]
        print("%-8s %8d %10.1f %10.0f %10.1f %9.1f %9.2f" %
              ((name, shape[name]) + tuple(statistics.median(column) for column in zip(*rows))))


if __name__ == "__main__":
    main()
