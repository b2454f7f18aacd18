#!/usr/bin/python3
"""Training steps of ptblm beside PyTorch's: the same work, in the same run, in alternation.

    tests/bench/train.py --ptblm build/ptblm
    tests/bench/train.py --ptblm build/ptblm --preset medium --rounds 3 --peers blis

See README.md for what is measured.
"""
import json
import sys

sys.dont_write_bytecode = True
import peer  # noqa: E402

REPEATS = {"small": 9, "medium": 5, "large": 3}  # so that a round takes about as long for each
CELLS = ("lstm", "gru", "rnn", "rnn-relu")  # that both have
COLUMNS = "%-7s %-9s %9s %9s %7s %-15s %7s %7s %9s %9s %6s"


def read_options():
    parser = peer.new_parser("One training step of ptblm and of PyTorch, alternating.")
    parser.add_argument("--preset", type=peer.names_of(tuple(REPEATS)), default=list(REPEATS),
                        metavar="NAMES", help="shapes between commas [small,medium,large]")
    parser.add_argument("--cell", choices=CELLS, default="lstm", help="the recurrent cell [lstm]")
    parser.add_argument("--repeats", type=peer.count, metavar="N",
                        help="steps a measurement, of which the median is taken [9, 5, 3]")
    return parser.parse_args()


def measure_ptblm(options, preset, repeats):
    run = peer.Run([options.ptblm, "bench", "--measure", "step", "--preset", preset,
                    "--cell", options.cell,
                    "--repeats", str(repeats), "--threads", str(options.threads), "--json"])
    report = run.json()
    (step,) = report["presets"]
    return {"ms": step["step_ms"], "mb": run.peak_mb, "fraction": step["fraction"],
            "sgemm": report["sgemm_gflops"]}


def measure_torch(torch, options, preset, repeats):
    report = torch.run("--preset", preset, "--cell", options.cell,
                       "--repeats", str(repeats)).json()
    return {"ms": report["step_ms"], "mb": report["peak_rss_mb"], "start": report["start_rss_mb"]}


def measure_preset(options, peers, preset):
    """A list of measurements by program's name, one a round."""
    repeats = options.repeats or REPEATS[preset]
    work = {"ptblm": lambda: measure_ptblm(options, preset, repeats)}
    for torch in peers:
        work[torch.name] = lambda torch=torch: measure_torch(torch, options, preset, repeats)
    found = {name: [] for name in work}
    for i in range(options.rounds):
        for name in peer.in_turn(list(work), i):
            found[name].append(work[name]())
            peer.say(f"{preset} {i + 1}/{options.rounds} {name} {found[name][-1]['ms']:.1f} ms")
    return found


def compare(preset, name, ours, theirs):
    """One row: a preset against one peer. What PyTorch reaches of the product's rate follows from
    what ptblm does, for the work is the same."""
    values = {key: [one[key] for one in ours] for key in ours[0]}
    others = {key: [one[key] for one in theirs] for key in theirs[0]}
    shares = [f * a / b for f, a, b in zip(values["fraction"], values["ms"], others["ms"])]
    return {
        "preset": preset,
        "peer": name,
        "ptblm_ms": peer.spread(values["ms"]),
        "torch_ms": peer.spread(others["ms"]),
        "ratio": peer.ratios(others["ms"], values["ms"]),
        "sgemm_gflops": peer.spread(values["sgemm"]),
        "ptblm_fraction": peer.spread(values["fraction"]),
        "torch_fraction": peer.spread(shares),
        "ptblm_mb": max(values["mb"]),
        "torch_mb": max(others["mb"]),
        "torch_start_mb": max(others["start"]),
        "memory_ratio": max(others["mb"]) / max(values["mb"]),
    }


def print_row(row):
    ratio = row["ratio"]
    print(COLUMNS % (
        row["preset"], row["peer"],
        f"{row['ptblm_ms']['median']:.1f}", f"{row['torch_ms']['median']:.1f}",
        f"{ratio['median']:.2f}", f"({ratio['min']:.2f}-{ratio['max']:.2f})",
        f"{row['ptblm_fraction']['median']:.2f}", f"{row['torch_fraction']['median']:.2f}",
        f"{row['ptblm_mb']:.0f}", f"{row['torch_mb']:.0f}", f"{row['memory_ratio']:.2f}"))


def print_table(options, peers, rows):
    peer.print_peers(peers, options.threads)
    rates = [row["sgemm_gflops"] for row in rows]
    low, high = min(rate["min"] for rate in rates), max(rate["max"] for rate in rates)
    print(f"{options.cell}; sgemm {low:.1f} to {high:.1f} GFLOP/s; "
          f"{options.rounds} round{'s' if options.rounds > 1 else ''}, median (range)")
    print(COLUMNS % ("preset", "peer", "ptblm ms", "torch ms", "ratio", "", "ptblm", "torch",
                     "ptblm MB", "torch MB", "ratio"))
    for row in rows:
        print_row(row)


def main():
    options = read_options()
    peers = peer.find_peers(options)
    rows = []
    for preset in options.preset:
        found = measure_preset(options, peers, preset)
        rows += [compare(preset, t.name, found["ptblm"], found[t.name]) for t in peers]
    if options.json:
        described = [torch.describe() for torch in peers]
        print(json.dumps({"cell": options.cell, "threads": options.threads,
                          "rounds": options.rounds, "peers": described, "results": rows}, indent=2))
    else:
        print_table(options, peers, rows)


if __name__ == "__main__":
    peer.main(main)
