#!/usr/bin/python3
"""The time to a perplexity: one recipe, trained by ptblm and by PyTorch in the same run.

    tests/bench/recipe.py simple-examples.tgz --ptblm build/ptblm
    tests/bench/recipe.py FOLDER --ptblm build/ptblm --epochs 3 --json > recipe.json

DATA is simple-examples.tgz, or a folder with ptb.train.txt and ptb.valid.txt anywhere below it. See
README.md for what is measured.
"""
import argparse
import glob
import json
import os
import shutil
import statistics
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
import peer  # noqa: E402

TORCH_RECIPE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_recipe.py")
TEXTS = "ptb.train.txt", "ptb.valid.txt"
# What both programs are given; --epochs, --seed and --dropout are added.
RECIPE = ["--hidden", "200", "--layers", "2", "--batch", "20", "--steps", "20", "--lr", "1",
          "--max-grad-norm", "5", "--init-scale", "0.1"]
# And ptblm, to which PyTorch's program has no other choice.
OURS = ["--preset", "small", "--tie", "--cell", "lstm", "--optim", "sgd", "--schedule", "linear",
        "--checkpoint-minutes", "0", "--quiet"]
COLUMNS = "%-9s %5s %9s %11s %9s %11s %9s %6s %s"


def share(text):
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 0 and below 1")
    return number


def read_options():
    parser = peer.new_parser("The time in which ptblm and PyTorch reach a perplexity.",
                             rounds=1, peers=["blis"])
    parser.add_argument("data", metavar="DATA",
                        help="simple-examples.tgz, or a folder of its texts")
    parser.add_argument("--epochs", type=peer.count, default=5, metavar="E",
                        help="of each training [5]")
    parser.add_argument("--dropout", type=share, default=0.0, metavar="P",
                        help="of input, between layers and of output [0]")
    parser.add_argument("--seed", type=peer.count, default=1, metavar="N",
                        help="of each program's own random numbers [1]")
    return parser.parse_args()


def recipe_of(options):
    return [*RECIPE, "--epochs", str(options.epochs), "--seed", str(options.seed),
            "--dropout", str(options.dropout)]


# --- the text ---


def extract(archive, folder):
    """The texts of an archive; each only once in it, or the first."""
    with tarfile.open(archive) as files:
        for member in files:
            name = os.path.basename(member.name)
            path = os.path.join(folder, name)
            if name in TEXTS and member.isfile() and not os.path.exists(path):
                with files.extractfile(member) as source, open(path, "wb") as target:
                    shutil.copyfileobj(source, target)


def find_texts(data, folder):
    """The paths of the train and the valid text."""
    if not os.path.isdir(data):
        try:
            extract(data, folder)
        except (OSError, EOFError, tarfile.TarError) as error:
            why = getattr(error, "strerror", None) or "it is no whole archive"
            sentence = f"'{data}' is no folder and cannot be read as a .tgz: {why}"
            raise peer.Failure(sentence) from error
    below = folder if not os.path.isdir(data) else data
    found = [sorted(glob.glob(os.path.join(glob.escape(below), "**", name), recursive=True))
             for name in TEXTS]
    for name, paths in zip(TEXTS, found):
        if not paths:
            raise peer.Failure(f"there is no {name} in '{data}'")
    return [paths[0] for paths in found]


# --- the runs ---


def train_ptblm(options, texts):
    train, valid = texts
    with tempfile.TemporaryDirectory() as place:
        run = os.path.join(place, "run")
        peer.Run([options.ptblm, "train", "--train", train, "--valid", valid, "-o", run, *OURS,
                  *recipe_of(options), "--threads", str(options.threads)])
        with open(os.path.join(run, "log.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        with open(os.path.join(run, "config.json"), encoding="utf-8") as file:
            vocabulary = json.load(file)["vocabulary"]
    epochs = [line for line in lines if line["kind"] == "epoch"]
    keep = "seconds", "flops", "valid_perplexity"
    return {"vocabulary": vocabulary, "words": epochs[-1]["words"],
            "curve": [{name: line[name] for name in keep} for line in epochs]}


def train_torch(options, torch, texts):
    return torch.run_script(TORCH_RECIPE, *texts, *recipe_of(options)).json()


def check_work(ours, theirs):
    """That both programs read the same words and trained on as many."""
    for what in ("vocabulary", "words"):
        if ours[what] != theirs[what]:
            raise peer.Failure(f"the work is not the same: {what} {ours[what]} in ptblm and "
                               f"{theirs[what]} in PyTorch; is the text words between blanks?")


def alternate(options, peers, texts):
    """A list of curves by program's name, one a round."""
    work = {"ptblm": lambda: train_ptblm(options, texts)}
    for torch in peers:
        work[torch.name] = lambda torch=torch: train_torch(options, torch, texts)
    found = {program: [] for program in work}
    for i in range(options.rounds):
        for program in peer.in_turn(list(work), i):
            found[program].append(work[program]())
            last = found[program][-1]["curve"][-1]
            peer.say(f"{i + 1}/{options.rounds} {program} {last['seconds']:.1f} s, valid "
                     f"perplexity {last['valid_perplexity']:.2f}")
    for torch in peers:
        check_work(found["ptblm"][0], found[torch.name][0])
    return {program: [one["curve"] for one in rounds] for program, rounds in found.items()}


# --- the comparison ---


def time_to(curve, perplexity):
    """The seconds in which a curve first comes down to a perplexity, in a straight line between two
    evaluations; None if it never does, or did before the first, where nothing is known."""
    before = None
    for point in curve:
        if point["valid_perplexity"] <= perplexity:
            break
        before = point
    else:
        return None
    if before is None:
        return point["seconds"] if point["valid_perplexity"] == perplexity else None
    fall = before["valid_perplexity"] - point["valid_perplexity"]
    part = (before["valid_perplexity"] - perplexity) / fall
    return before["seconds"] + part * (point["seconds"] - before["seconds"])


def lowest_of_both(ours, theirs):
    """The lowest perplexity that both reach."""
    return max(min(point["valid_perplexity"] for point in curve) for curve in (ours, theirs))


def times_to(ours, theirs, perplexities):
    """How long both need to a perplexity, which differs by round: medians, and ptblm's time over
    PyTorch's. None where one of the times is not known."""
    pairs = [(time_to(a, p), time_to(b, p)) for a, b, p in zip(ours, theirs, perplexities)]
    a, b = ([pair[i] for pair in pairs] for i in (0, 1))
    known = None not in a and None not in b
    return {
        "perplexity": statistics.median(perplexities),
        "ptblm_seconds": peer.spread(a) if None not in a else None,
        "torch_seconds": peer.spread(b) if None not in b else None,
        "ratio": peer.ratios(a, b) if known else None,
    }


def seconds_at(curves, i):
    return peer.spread([curve[i]["seconds"] for curve in curves])


def compare_epoch(ours, theirs, i):
    """The two evaluations behind an epoch, and how long ptblm takes to PyTorch's perplexity."""
    perplexities = [curve[i]["valid_perplexity"] for curve in theirs]
    same = times_to(ours, theirs, perplexities)
    return {
        "epoch": i + 1,
        "flops": ours[0][i]["flops"],
        "ptblm_seconds": seconds_at(ours, i),
        "ptblm_perplexity": ours[0][i]["valid_perplexity"],
        "torch_seconds": seconds_at(theirs, i),
        "torch_perplexity": statistics.median(perplexities),
        "ptblm_seconds_to_same": same["ptblm_seconds"],
        "ratio": same["ratio"],
    }


def compare(torch, curves):
    ours, theirs = curves["ptblm"], curves[torch.name]
    lowest = [lowest_of_both(a, b) for a, b in zip(ours, theirs)]
    return {
        "peer": torch.name,
        "epochs": [compare_epoch(ours, theirs, i) for i in range(len(ours[0]))],
        "lowest": times_to(ours, theirs, lowest),
    }


def figure(spread, digits):
    return "-" if spread is None else f"{spread['median']:.{digits}f}"


def figure_and_range(ratio):
    if ratio is None:
        return "-", ""
    return f"{ratio['median']:.3f}", f"({ratio['min']:.3f}-{ratio['max']:.3f})"


def print_lowest(result):
    lowest = result["lowest"]
    ratio, between = figure_and_range(lowest["ratio"])
    print(f"{result['peer']}: perplexity {lowest['perplexity']:.2f}, the lowest that both reach: "
          f"ptblm {figure(lowest['ptblm_seconds'], 1)} s, PyTorch "
          f"{figure(lowest['torch_seconds'], 1)} s, ratio {ratio} {between}".rstrip())


def print_table(options, peers, results):
    peer.print_peers(peers, options.threads)
    print(f"{options.rounds} round{'s' if options.rounds > 1 else ''}, median (range); "
          "perplexity of valid; same: ptblm at PyTorch's perplexity; ratio: ptblm's time over "
          "PyTorch's")
    print(COLUMNS % ("peer", "epoch", "ptblm s", "perplexity", "torch s", "perplexity", "same s",
                     "ratio", ""))
    for result in results:
        for row in result["epochs"]:
            line = COLUMNS % (
                result["peer"], row["epoch"], figure(row["ptblm_seconds"], 1),
                f"{row['ptblm_perplexity']:.2f}", figure(row["torch_seconds"], 1),
                f"{row['torch_perplexity']:.2f}", figure(row["ptblm_seconds_to_same"], 1),
                *figure_and_range(row["ratio"]))
            print(line.rstrip())
    for result in results:
        print_lowest(result)


def main():
    options = read_options()
    peers = peer.find_peers(options)
    with tempfile.TemporaryDirectory() as folder:
        curves = alternate(options, peers, find_texts(options.data, folder))
    results = [compare(torch, curves) for torch in peers]
    if options.json:
        print(json.dumps({"recipe": [*OURS, *recipe_of(options)], "threads": options.threads,
                          "rounds": options.rounds,
                          "peers": [torch.describe() for torch in peers],
                          "results": results}, indent=2))
    else:
        print_table(options, peers, results)


if __name__ == "__main__":
    peer.main(main)
