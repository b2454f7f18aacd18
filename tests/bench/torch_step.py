#!/usr/bin/python3
"""What PyTorch needs for the work that ptblm does: one measurement, printed as one line of JSON.

    torch_step.py --preset medium
    torch_step.py --mode sample --model RUN/model.safetensors --words 500

The work itself is in torch_work.py. Here are the options, and what has to be settled before PyTorch
is loaded, for its libraries read the number of threads when they start. Needs python3-torch.
"""
import argparse
import json
import os
import struct
import sys

MODEL = ("hidden", "layers", "vocab")
SHAPE = (*MODEL, "batch", "steps", "dropout")
# The TensorFlow tutorial's, as in lib/task/settings/preset.c.
PRESETS = {
    "small": (200, 2, 10000, 20, 20, 0.0),
    "medium": (650, 2, 10000, 20, 35, 0.5),
    "large": (1500, 2, 10000, 20, 35, 0.65),
}
CELLS = ("lstm", "gru", "rnn", "rnn-relu")  # PyTorch's own
# What is timed, and the options that it takes.
MODES = {
    "step": ("a training step: forward, loss, backward, clip, SGD",
             (*SHAPE, "cell", "preset", "repeats")),
    "eval": ("a window's forward and loss, without gradients",
             (*MODEL, "batch", "steps", "cell", "preset", "model", "repeats")),
    "sample": ("drawing one word after the other", (*MODEL, "cell", "preset", "model", "words")),
    "load": ("reading a model file", ("model", "repeats")),
    "make": ("nothing; a model of random weights is written", (*MODEL, "cell", "preset", "model")),
}


def count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def share(text):
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 0 and below 1")
    return number


def read_options():
    modes = "; ".join(f"{name}: {what}" for name, (what, _) in MODES.items())
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=MODES, default="step",
                        help=f"what to time [step]. {modes}")
    parser.add_argument("--preset", choices=PRESETS, help="the shape [small]")
    parser.add_argument("--cell", choices=CELLS, help="the recurrent cell [lstm]")
    for name in SHAPE:
        kind = share if name == "dropout" else count
        parser.add_argument(f"--{name}", type=kind, metavar="N", help="instead of the preset's")
    parser.add_argument("--model", metavar="FILE", help="a model file in the place of a shape")
    parser.add_argument("--words", type=count, metavar="N", help="how many to draw [200]")
    parser.add_argument("--repeats", type=count, metavar="N",
                        help="measurements of which the median is taken [5]")
    parser.add_argument("--threads", type=count, default=len(os.sched_getaffinity(0)), metavar="N",
                        help="threads [all cores the process may use]")
    options = parser.parse_args()
    check_options(parser, options)
    return options


def check_options(parser, options):
    given = {name for name, value in vars(options).items() if value is not None}
    given -= {"mode", "threads"}
    for name in sorted(given.difference(MODES[options.mode][1])):
        parser.error(f"--mode {options.mode} does not take --{name}")
    if options.mode in ("load", "make") and not options.model:
        parser.error(f"--mode {options.mode} needs --model FILE")
    if options.model and options.mode != "make":
        for name in sorted(given.intersection((*MODEL, "cell", "preset"))):
            parser.error(f"--model and --{name} exclude each other: the file has the shape")


def complete_options(options):
    """The defaults where nothing was given, and the name that the measurement goes by."""
    changed = any(getattr(options, name) is not None for name in SHAPE)
    preset = options.preset or "small"
    defaults = dict(zip(SHAPE, PRESETS[preset]), cell="lstm", words=200, repeats=5)
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    if options.model:
        options.name = os.path.basename(options.model)
    else:
        options.name = f"{options.hidden}x{options.layers}" if changed else preset


def main():
    options = read_options()
    complete_options(options)
    for variable in ("OMP_NUM_THREADS", "BLIS_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(options.threads)
    sys.dont_write_bytecode = True  # the source tree may be read-only, and is to stay clean
    try:
        import torch_work
    except ImportError as error:
        sys.exit(f"torch_step.py: {sys.executable} cannot load PyTorch: {error}; "
                 "on Debian: apt-get install python3-torch, and run with /usr/bin/python3")
    try:
        print(json.dumps(torch_work.measure(options)))
    except (OSError, ValueError, KeyError, RuntimeError, struct.error) as error:
        sys.exit(f"torch_step.py: {options.name}: {error}")


if __name__ == "__main__":
    main()
