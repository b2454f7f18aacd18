#!/usr/bin/python3
"""Sampling one running text with ptblm and with PyTorch from the same model, in alternation.

    tests/bench/sample.py --ptblm build/ptblm RUN
    tests/bench/sample.py --ptblm build/ptblm --preset medium

See README.md for what is measured.
"""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
import peer  # noqa: E402

COLUMNS = "%-9s %10s %10s %7s %-17s %9s %9s"


def read_options():
    parser = peer.new_parser("Words a second drawn by ptblm and by PyTorch, alternating.")
    parser.add_argument("model", nargs="?", metavar="RUN",
                        help="a model file, or the directory that holds it")
    parser.add_argument("--preset", choices=("small", "medium", "large"),
                        help="instead, a model of this shape with random weights [medium]")
    parser.add_argument("--words", type=peer.count, default=2000, metavar="N",
                        help="how many more the longer text of ptblm has [2000]")
    parser.add_argument("--torch-words", type=peer.count, default=400, metavar="N",
                        help="the same for PyTorch, which is slower [400]")
    options = parser.parse_args()
    if options.model and options.preset:
        parser.error("a model and --preset exclude each other")
    return options


def find_model(options, peers, folder):
    if options.model is None:
        path = os.path.join(folder, f"{options.preset or 'medium'}.safetensors")
        peers[0].run("--mode", "make", "--preset", options.preset or "medium", "--model", path)
        return path
    path = options.model
    if os.path.isdir(path):
        path = os.path.join(path, "model.safetensors")
    if not os.path.exists(path):
        raise peer.Failure(f"there is no model '{path}'")
    return path


def measure(sample, words):
    """Start-up is in both of two lengths, and falls out of their difference."""
    short = max(words // 10, 1)
    first = sample(short)
    second = sample(short + words)
    seconds = second.seconds - first.seconds
    if seconds <= 0:
        raise peer.Failure(f"{words} words are too few to be timed: "
                           "raise --words and --torch-words")
    start_up = first.seconds - seconds * short / words
    return {"rate": words / seconds, "start_up": start_up, "mb": second.peak_mb}


def measure_rounds(options, peers, model):
    """A list of measurements by program's name, one a round."""

    def ptblm(n):
        return peer.Run([options.ptblm, "sample", model, "--words", str(n), "--threads",
                         str(options.threads)])

    work = {"ptblm": lambda: measure(ptblm, options.words)}
    for torch in peers:
        work[torch.name] = lambda torch=torch: measure(
            lambda n: torch.run("--mode", "sample", "--model", model, "--words", str(n)),
            options.torch_words)
    found = {name: [] for name in work}
    for i in range(options.rounds):
        for name in peer.in_turn(list(work), i):
            found[name].append(work[name]())
            peer.say(f"{i + 1}/{options.rounds} {name} {found[name][-1]['rate']:.0f} words/s")
    return found


def compare(name, ours, theirs):
    def of(list_, key):
        return [one[key] for one in list_]

    return {
        "peer": name,
        "ptblm_words_per_second": peer.spread(of(ours, "rate")),
        "torch_words_per_second": peer.spread(of(theirs, "rate")),
        "ratio": peer.ratios(of(ours, "rate"), of(theirs, "rate")),
        "ptblm_start_up_s": peer.spread(of(ours, "start_up")),
        "torch_start_up_s": peer.spread(of(theirs, "start_up")),
        "ptblm_mb": max(of(ours, "mb")),
        "torch_mb": max(of(theirs, "mb")),
    }


def print_table(options, peers, model, rows):
    peer.print_peers(peers, options.threads)
    print(f"{os.path.basename(model)}; {options.rounds} round{'s' if options.rounds > 1 else ''}, "
          "median (range)")
    print(COLUMNS % ("peer", "ptblm w/s", "torch w/s", "ratio", "", "ptblm MB", "torch MB"))
    for row in rows:
        ratio = row["ratio"]
        print(COLUMNS % (
            row["peer"], f"{row['ptblm_words_per_second']['median']:.0f}",
            f"{row['torch_words_per_second']['median']:.1f}", f"{ratio['median']:.2f}",
            f"({ratio['min']:.2f}-{ratio['max']:.2f})", f"{row['ptblm_mb']:.0f}",
            f"{row['torch_mb']:.0f}"))


def main():
    options = read_options()
    peers = peer.find_peers(options)
    with tempfile.TemporaryDirectory(prefix="ptblm-bench-") as folder:
        model = find_model(options, peers, folder)
        found = measure_rounds(options, peers, model)
    rows = [compare(torch.name, found["ptblm"], found[torch.name]) for torch in peers]
    if options.json:
        described = [torch.describe() for torch in peers]
        print(json.dumps({"threads": options.threads, "rounds": options.rounds, "model": model,
                          "peers": described, "results": rows}, indent=2))
    else:
        print_table(options, peers, model, rows)


if __name__ == "__main__":
    peer.main(main)
