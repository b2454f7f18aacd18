#!/usr/bin/python3
"""Curves of the valid perplexity of runs over computing and over time: a table and a picture.

    tests/bench/curves.py fast strong best -o tests/bench/curves
    tests/bench/curves.py fast recipe.json

RUN is a run's folder, whose log.jsonl is read, or what recipe.py --json printed. Needs nothing but
Python itself.
"""
import argparse
import json
import math
import os
import sys
from xml.sax.saxutils import escape

FIELDS = "flops", "seconds", "valid_perplexity"
PANELS = ("flops", "training computing, floating-point operations"), ("seconds", "seconds")
# Okabe and Ito's colours, which nearly everybody can tell apart; then again with dashes.
COLOURS = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
DASHES = "", "6 3", "2 3"
PANEL_WIDTH, PANEL_HEIGHT, LEFT, GAP, TOP, BELOW, LINE = 420, 320, 60, 70, 20, 55, 18
TICKS = 3, 10  # at least and at most so many where it can be


class Failure(Exception):
    """A sentence for the user."""


def read_options():
    parser = argparse.ArgumentParser(
        description="Valid perplexity of runs over computing and over time.")
    parser.add_argument("runs", metavar="RUN", nargs="+",
                        help="a run's folder, or the output of recipe.py --json")
    parser.add_argument("-o", "--output", metavar="NAME", default="curves",
                        help="write NAME.tsv and NAME.svg [curves]")
    return parser.parse_args()


# --- reading: a curve is a name and its points, dicts of FIELDS ---


def is_figure(value):
    return isinstance(value, (int, float)) and math.isfinite(value) and value >= 0


def read_point(line, where):
    """The figures of an evaluation. Logs of older versions have no flops: None. The line of a start
    from another model has neither flops nor seconds."""
    nothing = 0 if line.get("kind") == "start" else None
    point = {name: line.get(name, nothing) for name in FIELDS}
    for name, value in point.items():
        if not is_figure(value) and (value is not None or name != "flops"):
            raise Failure(f"{where}: {name} is {json.dumps(value)}, not a figure")
    if point["valid_perplexity"] < 1:
        raise Failure(f"{where}: a perplexity of {point['valid_perplexity']} is below 1")
    return point


def read_log(path):
    """The evaluations; a last line that is still being written is left out."""
    points = []
    with open(path, encoding="utf-8") as file:
        for i, text in enumerate(file):
            if not text.endswith("\n"):
                break
            line, where = json.loads(text), f"{path}:{i + 1}"
            if not isinstance(line, dict):
                raise Failure(f"{where}: not a line of a log")
            if "valid_perplexity" in line:
                points.append(read_point(line, where))
    return points


def read_recipe(path):
    """The curves of ptblm and of each peer, which spend the same computing in an epoch."""
    with open(path, encoding="utf-8") as file:
        results = json.load(file)["results"]
    curves = {}
    for result in results:
        for program, name in (("ptblm", "ptblm"), ("torch", f"PyTorch {result['peer']}")):
            curves[name] = [read_point({
                "flops": row["flops"],
                "seconds": row[f"{program}_seconds"]["median"],
                "valid_perplexity": row[f"{program}_perplexity"],
            }, path) for row in result["epochs"]]
    return list(curves.items())


def read_run(path, name):
    try:
        if os.path.isfile(path):
            return [(f"{name}: {program}", points) for program, points in read_recipe(path)]
        return [(name, read_log(os.path.join(path, "log.jsonl")))]
    except OSError as error:
        raise Failure(f"'{error.filename}' cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"'{path}' is neither a run nor the output of recipe.py --json: "
                      f"{type(error).__name__}: {error}") from error


def names_of(paths):
    """The last part of each path, or the path where two end alike."""
    names = [os.path.basename(os.path.abspath(path)) for path in paths]
    return [path if names.count(name) > 1 else name for path, name in zip(paths, names)]


def read_curves(paths):
    curves = []
    for path, name in zip(paths, names_of(paths)):
        for curve in read_run(path, name):
            if not curve[1]:
                raise Failure(f"'{path}' has no valid perplexity yet")
            if any(point["flops"] is None for point in curve[1]):
                say(f"note: '{path}' was logged without flops, and has no curve over them")
            curves.append(curve)
    return curves


# --- the table ---


def cell(value):
    return "-" if value is None else f"{value:.10g}"


def write_table(curves, file):
    print("run", "flops", "seconds", "valid perplexity", sep="\t", file=file)
    for name, points in curves:
        for point in points:
            label = " ".join(name.split())  # no tabs or line ends
            print(label, *(cell(point[field]) for field in FIELDS), sep="\t", file=file)


# --- the picture ---


def drawn(points, x):
    """Pairs of the points that a logarithm can show: not the start of a run, at 0."""
    return [(point[x], point["valid_perplexity"]) for point in points if point[x]]


class Axis:
    """A logarithmic axis that holds all values, between two places of the picture."""

    def __init__(self, values, begin, end):
        low, high = min(values, default=1), max(values, default=10)
        room = max(0.04 * math.log(high / low), 0.05)
        self.low, self.high = math.log(low) - room, math.log(high) + room
        self.begin, self.end = begin, end

    def place(self, value):
        part = (math.log(value) - self.low) / (self.high - self.low)
        return self.begin + part * (self.end - self.begin)

    def multiples(self, steps):
        """The values on the axis that are a power of ten times one of the steps."""
        first, last = (math.floor(at / math.log(10)) for at in (self.low, self.high))
        values = [step * 10.0 ** power for power in range(first, last + 1) for step in steps]
        return [v for v in values if self.low <= math.log(v) <= self.high]

    def ticks(self):
        """Round values: the fewest that are enough."""
        tenths = [i / 10 for i in range(10, 100)]
        kinds = (1,), (1, 2, 5), range(1, 10), tenths[::5], tenths[::2], tenths
        found = [self.multiples(steps) for steps in kinds]
        enough = next((ticks for ticks in found if len(ticks) >= TICKS[0]), found[-1])
        return enough[::max(1, math.ceil(len(enough) / TICKS[1]))]


def tick_label(value):
    return f"{value:g}" if value < 1e5 else f"{value:.1e}".replace(".0e", "e").replace("e+", "e")


def text(x, y, words, **attributes):
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def line(x1, y1, x2, y2, colour):
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}"/>'


def draw_grid(x, y, title):
    """The lines and figures of both axes, and the frame."""
    parts = []
    for value in x.ticks():
        at = x.place(value)
        parts += [line(at, y.begin, at, y.end, "#ddd"),
                  text(at, y.begin + 16, tick_label(value), text_anchor="middle")]
    for value in y.ticks():
        at = y.place(value)
        parts += [line(x.begin, at, x.end, at, "#ddd"),
                  text(x.begin - 6, at + 4, tick_label(value), text_anchor="end")]
    parts.append(f'<rect x="{x.begin}" y="{y.end}" width="{x.end - x.begin}" '
                 f'height="{y.begin - y.end}" fill="none" stroke="#888"/>')
    parts.append(text((x.begin + x.end) / 2, y.begin + 36, title, text_anchor="middle"))
    return parts


def style(i):
    dash = DASHES[i // len(COLOURS) % len(DASHES)]
    return COLOURS[i % len(COLOURS)], f' stroke-dasharray="{dash}"' if dash else ""


def draw_curve(i, name, pairs, x, y):
    """A line through the evaluations, and a dot for each that tells its figures."""
    colour, dash = style(i)
    places = [(x.place(a), y.place(b)) for a, b in pairs]
    path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
    parts = [f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dash}/>'] \
        if len(places) > 1 else []
    for (a, b), (at_x, at_y) in zip(pairs, places):
        said = escape(f"{name}: {b:.2f} at {a:.4g}")
        parts.append(f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="2.6" fill="{colour}">'
                     f"<title>{said}</title></circle>")
    return parts


def draw_panel(curves, i):
    field, title = PANELS[i]
    left = LEFT + i * (PANEL_WIDTH + GAP)
    shown = [drawn(points, field) for _, points in curves]
    x = Axis([a for pairs in shown for a, _ in pairs], left, left + PANEL_WIDTH)
    both = [b for _, points in curves for field, _ in PANELS for _, b in drawn(points, field)]
    y = Axis(both, TOP + PANEL_HEIGHT, TOP)  # the same in both panels
    parts = draw_grid(x, y, title)
    for j, ((name, _), pairs) in enumerate(zip(curves, shown)):
        parts += draw_curve(j, name, pairs, x, y)
    return parts


def draw_legend(curves):
    """Names under the panels, in as many lines as there are curves."""
    parts = []
    for i, (name, points) in enumerate(curves):
        y = TOP + PANEL_HEIGHT + BELOW + LINE * i
        colour, dash = style(i)
        lowest = min(point["valid_perplexity"] for point in points)
        parts += [f'<path d="M{LEFT} {y}h28" stroke="{colour}" stroke-width="1.8"{dash}/>',
                  text(LEFT + 36, y + 4, f"{name}, lowest {lowest:.2f}")]
    return parts


def draw(curves):
    width = LEFT + 2 * PANEL_WIDTH + GAP + 20
    height = TOP + PANEL_HEIGHT + BELOW + LINE * len(curves)
    middle = TOP + PANEL_HEIGHT / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        text(14, middle, "valid perplexity", text_anchor="middle",
             transform=f"rotate(-90 14 {middle})"),
    ]
    for i in range(len(PANELS)):
        parts += draw_panel(curves, i)
    return "\n".join([*parts, *draw_legend(curves), "</svg>", ""])


def say(words):
    print(f"curves.py: {words}", file=sys.stderr)


def main():
    options = read_options()
    try:
        curves = read_curves(options.runs)
        with open(options.output + ".tsv", "w", encoding="utf-8") as file:
            write_table(curves, file)
        with open(options.output + ".svg", "w", encoding="utf-8") as file:
            file.write(draw(curves))
    except Failure as failure:
        sys.exit(f"curves.py: {failure}")
    except OSError as error:
        sys.exit(f"curves.py: '{error.filename}' cannot be written: {error.strerror}")


if __name__ == "__main__":
    main()
