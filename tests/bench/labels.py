#!/usr/bin/python3
"""Networks that give labels, beside other programs: the same work, in the same run, in alternation.

    tests/bench/labels.py DATA --ptblm build/ptblm
    tests/bench/labels.py DATA --ptblm build/ptblm --work images,columns --peers blis --rounds 3
    tests/bench/labels.py DATA --ptblm build/ptblm --work predict

DATA is a folder with MNIST's files (mnist/), conll2000.zip and qc.zip, anywhere below it. See
README.md for what is measured.
"""
import glob
import gzip
import json
import os
import shutil
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True
import peer  # noqa: E402

TORCH_LABELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_labels.py")
MNIST = {"train-images-idx3-ubyte.gz": 16, "train-labels-idx1-ubyte.gz": 8}  # bytes of the header
TRAINING = ["--layers", "1", "--hidden", "128", "--dropout", "0", "--max-grad-norm", "5",
            "--init-scale", "0.1", "--optim", "adam", "--lr", "0.001", "--schedule", "constant",
            "--keep-train", "--checkpoint-minutes", "0", "--quiet"]
# Of each network: how many sequences a batch has, and the options of ptblm.
NETWORKS = {
    "images": (128, ["--preset", "images", "--head", "last", "--no-bidirectional"]),
    "columns": (16, ["--preset", "tags", "--head", "steps", "--bidirectional", "--embedding", "100",
                     "--features", "none", "--lower", "--min-count", "1"]),
}
COLUMNS = "%-8s %-9s %9s %9s %7s %-15s %9s %9s"


def read_options():
    parser = peer.new_parser("Labels: training of ptblm and PyTorch, and ptblm predict and fastText.")
    parser.add_argument("data", metavar="DATA", help="folder of the data sets")
    parser.add_argument("--work", type=peer.names_of((*NETWORKS, "predict")), metavar="NAMES",
                        default=[*NETWORKS, "predict"],
                        help="what to measure [images,columns,predict]")
    parser.add_argument("--epochs", type=peer.count, default=2, metavar="N",
                        help="of each training, of which the last is timed [2]")
    parser.add_argument("--examples", type=peer.count, metavar="N",
                        help="train on the first N images or sentences [all]")
    parser.add_argument("--lines", type=peer.count, default=100000, metavar="N",
                        help="sentences that ptblm predicts [100000]")
    parser.add_argument("--fasttext-lines", type=peer.count, default=2000000, metavar="N",
                        help="and fastText, which is faster [2000000]")
    parser.add_argument("--predict-epochs", type=peer.count, default=15, metavar="N",
                        help="epochs of the model that predicts [15]")
    parser.add_argument("--fasttext", default="fasttext", metavar="PROGRAM",
                        help="fastText [fasttext, of the Debian package of that name]")
    return parser.parse_args()


def find(folder, name):
    found = sorted(glob.glob(os.path.join(glob.escape(folder), "**", name), recursive=True))
    if not found:
        raise peer.Failure(f"there is no {name} below '{folder}'")
    return found[0]


def read_member(folder, archive, member):
    with zipfile.ZipFile(find(folder, archive)) as files:
        return files.read(member)


# --- training ---


def write_images(options, folder):
    """MNIST's train files, or their first images; returns what each program reads."""
    for name, header in MNIST.items():
        path = find(options.data, name)
        if not options.examples:
            shutil.copy(path, folder)
            continue
        with gzip.open(path) as file:
            data = file.read()
        n = min(options.examples, int.from_bytes(data[4:8], "big"))
        size = (len(data) - header) // int.from_bytes(data[4:8], "big")
        with gzip.open(os.path.join(folder, name), "wb", 1) as file:
            file.write(data[:4] + n.to_bytes(4, "big") + data[8:header + n * size])
    return folder, folder


def write_columns(options, folder):
    text = read_member(options.data, "conll2000.zip", "conll2000/train.txt").decode()
    sentences = text.strip("\n").split("\n\n")[:options.examples]
    path = os.path.join(folder, "train.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n\n".join(sentences) + "\n")
    return folder, path


def train_ptblm(options, name, data):
    """Seconds and loss of the last epoch. The log has its sequences or words, and their rate."""
    batch, network = NETWORKS[name]
    with tempfile.TemporaryDirectory() as place:
        run = os.path.join(place, "run")
        peer.Run([options.ptblm, "train", data, "-o", run, *network, *TRAINING,
                  "--batch", str(batch), "--epochs", str(options.epochs),
                  "--threads", str(options.threads)])
        with open(os.path.join(run, "log.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
    last = [line for line in lines if line["kind"] == "epoch"][-1]
    return {"seconds": last["words"] / last["words_per_second"], "loss": last["train_loss"]}


def train_torch(options, torch, name, data):
    batch, _ = NETWORKS[name]
    report = torch.run_script(TORCH_LABELS, name, data, "--batch", str(batch),
                              "--epochs", str(options.epochs)).json()
    return {"seconds": report["seconds"][-1], "loss": report["loss"]}


def alternate(options, name, work):
    """A list of measurements by program's name, one a round."""
    found = {program: [] for program in work}
    for i in range(options.rounds):
        for program in peer.in_turn(list(work), i):
            found[program].append(work[program]())
            peer.say(f"{name} {i + 1}/{options.rounds} {program} {found[program][-1]['seconds']:.2f} s")
    return found


def compare_training(options, peers, name):
    """A row for each peer."""
    with tempfile.TemporaryDirectory() as folder:
        write = {"images": write_images, "columns": write_columns}[name]
        ours, theirs = write(options, folder)
        work = {"ptblm": lambda: train_ptblm(options, name, ours)}
        for torch in peers:
            work[torch.name] = lambda torch=torch: train_torch(options, torch, name, theirs)
        found = alternate(options, name, work)
    seconds = {program: [one["seconds"] for one in rounds] for program, rounds in found.items()}
    return [{
        "work": name,
        "peer": torch.name,
        "ptblm_seconds": peer.spread(seconds["ptblm"]),
        "torch_seconds": peer.spread(seconds[torch.name]),
        "ratio": peer.ratios(seconds[torch.name], seconds["ptblm"]),
        "ptblm_loss": found["ptblm"][0]["loss"],
        "torch_loss": found[torch.name][0]["loss"],
    } for torch in peers]


def print_training(options, peers, rows):
    peer.print_peers(peers, options.threads)
    print(f"seconds of epoch {options.epochs}, {options.rounds} "
          f"round{'s' if options.rounds > 1 else ''}, median (range)")
    print(COLUMNS % ("work", "peer", "ptblm s", "torch s", "ratio", "", "loss", "torch"))
    for row in rows:
        ratio = row["ratio"]
        print(COLUMNS % (
            row["work"], row["peer"], f"{row['ptblm_seconds']['median']:.2f}",
            f"{row['torch_seconds']['median']:.2f}", f"{ratio['median']:.2f}",
            f"({ratio['min']:.2f}-{ratio['max']:.2f})",
            f"{row['ptblm_loss']:.4f}", f"{row['torch_loss']:.4f}"))


# --- prediction ---


def read_questions(options, part):
    """Pairs of coarse label and text of TREC's questions."""
    text = read_member(options.data, "qc.zip", f"qc/{part}.txt").decode("latin-1")
    lines = [line.split(" ", 1) for line in text.splitlines() if line.strip()]
    return [(label.split(":")[0], question.strip()) for label, question in lines]


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def train_predictors(options, folder):
    """Trains both on the same file; returns their commands, without the file to predict."""
    train = os.path.join(folder, "train.txt")
    write_lines(train, [f"__label__{label} {text}" for label, text in read_questions(options, "train")])
    run, model = os.path.join(folder, "run"), os.path.join(folder, "fasttext")
    peer.say("training ptblm and fastText on qc.zip")
    peer.Run([options.ptblm, "train", "--train", train, "-o", run, "--task", "classify",
              "--epochs", str(options.predict_epochs), "--threads", str(options.threads), "--quiet"])
    # what its tutorial on classification ends with, and vectors that fit the small set
    peer.Run([options.fasttext, "supervised", "-input", train, "-output", model, "-epoch", "25",
              "-lr", "0.5", "-wordNgrams", "2", "-dim", "100", "-thread", str(options.threads)])
    ptblm = [options.ptblm, "predict", run, "--quiet", "--threads"]
    commands = {"ptblm": [*ptblm, str(options.threads)]}
    if options.threads > 1:  # fastText predicts with one
        commands["ptblm, 1 thread"] = [*ptblm, "1"]
    commands["fasttext"] = [options.fasttext, "predict", model + ".bin"]
    return commands


def accuracy(output, questions):
    """Of labels, one a line, with or without fastText's prefix."""
    labels = [line.split("\t")[0].strip().replace("__label__", "") for line in output.splitlines()]
    if len(labels) != len(questions):
        raise peer.Failure(f"{len(labels)} labels were predicted for {len(questions)} sentences")
    return sum(a == b for a, (b, _) in zip(labels, questions)) / len(labels)


def write_questions(options, folder, texts):
    """The test questions once, and over and over for each program: its file, and how many more."""
    write_lines(os.path.join(folder, "short"), texts)
    files = {}
    for program, lines in (("ptblm", options.lines), ("fasttext", options.fasttext_lines)):
        times = -(-lines // len(texts))
        files[program] = os.path.join(folder, f"long-{program}"), times * len(texts)
        write_lines(files[program][0], texts * (1 + times))
    return files


def predict(command, short, long, questions):
    """Sentences a second over the difference of a long and a short file, so that neither start nor
    the reading of the model counts."""
    little = peer.Run([*command, short])
    path, more = long
    seconds = peer.Run([*command, path]).seconds - little.seconds
    if seconds <= 0:
        raise peer.Failure(f"{more} sentences are too few to be timed with '{command[0]}': see --lines "
                           "and --fasttext-lines")
    return {"seconds": seconds, "rate": more / seconds,
            "accuracy": accuracy(little.output, questions)}


def compare_prediction(options):
    """A row for each program."""
    with tempfile.TemporaryDirectory() as folder:
        questions = read_questions(options, "test")
        commands = train_predictors(options, folder)
        files = write_questions(options, folder, [text for _, text in questions])
        work = {
            program: lambda command=command, name=program.split(",")[0]:
            predict(command, os.path.join(folder, "short"), files[name], questions)
            for program, command in commands.items()}
        found = alternate(options, "predict", work)
    rates = {program: [one["rate"] for one in rounds] for program, rounds in found.items()}
    return [{
        "program": program,
        "sentences_per_second": peer.spread(rates[program]),
        "share_of_fasttext": peer.ratios(rates[program], rates["fasttext"]),
        "accuracy": found[program][0]["accuracy"],
    } for program in commands]


def print_prediction(options, rows):
    print("predict TREC's questions: sentences a second, share of fastText's, accuracy on the test "
          "questions")
    for row in rows:
        print("%-16s %12.0f %9.4f %8.1f %%" % (
            row["program"], row["sentences_per_second"]["median"],
            row["share_of_fasttext"]["median"], 100 * row["accuracy"]))


def main():
    options = read_options()
    networks = [name for name in options.work if name in NETWORKS]
    peers = peer.find_peers(options) if networks else []
    rows = [row for name in networks for row in compare_training(options, peers, name)]
    predictions = compare_prediction(options) if "predict" in options.work else []
    if options.json:
        print(json.dumps({"threads": options.threads, "rounds": options.rounds,
                          "peers": [torch.describe() for torch in peers],
                          "training": rows, "prediction": predictions}, indent=2))
        return
    if rows:
        print_training(options, peers, rows)
    if predictions:
        print_prediction(options, predictions)


if __name__ == "__main__":
    peer.main(main)
