"""What train.py, sample.py, labels.py and recipe.py share: finding PyTorch and the libraries it
multiplies with, running ptblm and PyTorch one after the other, and medians. Needs nothing but
Python itself, so that it can say what is missing."""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

TORCH_STEP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_step.py")
BLIS_FOLDERS = "/usr/lib/*/blis-*"


class Failure(Exception):
    """A sentence for the user."""


class Run:
    """A program that ended well: its output, seconds from start to end, the most memory it had."""

    def __init__(self, command, environment=None):
        with tempfile.TemporaryFile("w+", errors="replace") as errors:
            start = time.perf_counter()
            try:
                child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                         stderr=errors, text=True, errors="replace")
            except OSError as error:
                raise Failure(f"'{command[0]}' cannot be run: {error.strerror}") from error
            with child.stdout:
                self.output = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.perf_counter() - start
            self.peak_mb = usage.ru_maxrss / 1024
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                errors.seek(0)
                said = errors.read().strip().splitlines() or [f"status {child.returncode}"]
                raise Failure(f"'{' '.join(command)}' failed: {said[-1]}")

    def json(self):
        return json.loads(self.output)


class Torch:
    """PyTorch with one library of matrix products."""

    def __init__(self, name, python, threads, folder=None):
        self.name = name
        self.threads = threads
        self.python = python
        self.environment = thread_environment(threads)
        self.environment.pop("LD_LIBRARY_PATH", None)
        if folder:
            self.environment["LD_LIBRARY_PATH"] = folder
        probe = self.run("--hidden", "8", "--vocab", "8", "--repeats", "1").json()
        self.version, self.blas = probe["torch"], probe["blas"]
        if folder and os.path.dirname(self.blas) != folder:
            raise Failure(f"LD_LIBRARY_PATH={folder} did not put BLIS in place: "
                          f"this PyTorch multiplies with {self.blas}; see --peers")

    def run(self, *arguments):
        return self.run_script(TORCH_STEP, *arguments)

    def run_script(self, script, *arguments):
        command = [self.python, script, "--threads", str(self.threads), *arguments]
        return Run(command, self.environment)

    def describe(self):
        return {"name": self.name, "torch": self.version, "blas": self.blas}


def thread_environment(threads):
    names = "OMP_NUM_THREADS", "BLIS_NUM_THREADS", "OPENBLAS_NUM_THREADS"
    return {**os.environ, **dict.fromkeys(names, str(threads))}


def find_python():
    candidates = [os.environ["PYTHON"]] if os.environ.get("PYTHON") else []
    candidates += ["python3", "/usr/bin/python3"]
    for python in candidates:
        try:
            Run([python, "-c", "import torch"])
            return python
        except Failure:
            continue
    raise Failure(f"none of {', '.join(candidates)} can load PyTorch; on Debian: apt-get install "
                  "python3-torch, or set PYTHON to the interpreter that has it")


def find_blis(folder):
    """The folder that holds BLIS under the name of libblas.so.3."""
    pattern = folder or BLIS_FOLDERS
    for found in sorted(glob.glob(pattern)):
        if os.path.exists(os.path.join(found, "libblas.so.3")):
            return os.path.abspath(found)
    raise Failure(f"there is no libblas.so.3 in {pattern}; on Debian: apt-get install "
                  "libblis4-pthread, or name BLIS's folder with --blis, or leave it out with "
                  "--peers installed")


def find_peers(options):
    """The peers wanted, each tried; and what is to be said before anything is measured."""
    python = find_python()
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f"warning: the machine is busy with other work (load {load:.1f}): "
            "figures will scatter")
    make = {
        "installed": lambda: Torch("installed", python, options.threads),
        "blis": lambda: Torch("blis", python, options.threads, find_blis(options.blis)),
    }
    return [make[name]() for name in options.peers]


def count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def names_of(known):
    """A type for argparse: some of the names, between commas."""

    def read(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
        return names

    return read


def new_parser(description, rounds=5, peers=("installed", "blis")):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--ptblm", default=os.environ.get("PTBLM", "./ptblm"), metavar="PROGRAM",
                        help="what is measured [the environment's PTBLM, or ./ptblm]")
    parser.add_argument("--rounds", type=count, default=rounds, metavar="N",
                        help=f"how often each program runs [{rounds}]")
    parser.add_argument("--threads", type=count, default=len(os.sched_getaffinity(0)), metavar="N",
                        help="of ptblm and of PyTorch [all cores the process may use]")
    parser.add_argument("--peers", type=names_of(("installed", "blis")), metavar="NAMES",
                        default=list(peers),
                        help="PyTorch as it is installed, with BLIS, or both "
                             f"[{','.join(peers)}]")
    parser.add_argument("--blis", metavar="FOLDER",
                        help="where BLIS's libblas.so.3 is [/usr/lib/*/blis-*]")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def in_turn(items, i):
    """The items, begun with another one each time: none always comes behind the same other."""
    return items[i % len(items):] + items[:i % len(items)]


def spread(values):
    """Median and range."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios(above, below):
    """Of measurements that stand in the same round."""
    return spread([a / b for a, b in zip(above, below)])


def say(text):
    print(text, file=sys.stderr, flush=True)


def print_peers(peers, threads):
    print(f"{threads} thread{'s' if threads > 1 else ''} each")
    for peer in peers:
        print(f"PyTorch {peer.version} {peer.name}: {peer.blas}")


def main(work):
    """Runs work; a failure is a sentence and status 1."""
    try:
        work()
    except Failure as failure:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
