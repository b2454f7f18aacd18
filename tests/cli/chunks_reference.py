"""Labels with errors, and what conlleval says of them: python3 chunks_reference.py draw SETS >labels,
or: score <labels. Lines "gold guess"; an empty line ends a sentence, a line "=" a set of them.

The scores come twice. `by_statements` goes through the tokens as the published script does, with its
strings and its statements one by one. `by_spans` knows nothing of that: it takes chunks for spans of
tokens, and counts those that are in both. Where labels are those of one scheme the two must agree."""
import random
import re
import sys
from collections import Counter

TYPES = ["NP", "VP", "A-B", "X"]


# --- labels ---

def spans(length):
    """Random chunks of a sentence, some of them side by side."""
    at = 0
    while at < length:
        if random.random() < 0.4:
            at += 1
            continue
        end = min(length, at + random.choice([1, 1, 2, 3, 5]))
        yield at, end, random.choice(TYPES)
        at = end


def write(scheme, length, chunks):
    labels, before = ["O"] * length, None
    for start, end, kind in chunks:
        touches = before is not None and before == (start, kind)
        inside = ["I"] * (end - start)
        if scheme == "IOB2" or (scheme == "IOB1" and touches):
            inside[0] = "B"
        elif scheme == "IOE2":
            inside[-1] = "E"
        elif scheme == "IOBES":
            inside[0], inside[-1] = "B", "E"
            if end - start == 1:
                inside = ["S"]
        elif scheme == "brackets":
            inside = [random.choice("[]") for _ in inside]
        elif scheme == "wild":
            inside = [random.choice(["B", "I", "E", "S", "[", "]", ".", "O", "X", ""]) for _ in inside]
        labels[start:end] = [tag + "-" + kind for tag in inside]
        before = (end, kind)
    if scheme == "IOB without types":
        labels = [label[0] for label in write("IOB2", length, chunks)]
    if scheme == "parts of speech":
        labels = [random.choice(["NN", "VB", ".", "B", "-", "0", "B-0"]) for _ in labels]
    return labels


def spoil(labels, known):
    """Errors in a copy: each label may become another of any kind."""
    labels = list(labels)
    for i, label in enumerate(labels):
        tag, hyphen, kind = label.partition("-")
        what = random.random()
        if what < 0.04:  # the other tag: splits, joins, begins with I, has a B inside
            labels[i] = {"B": "I", "I": "B", "E": "I"}.get(tag, tag) + hyphen + kind
        elif what < 0.08:  # another type, for this word or for what follows
            other, at = random.choice(TYPES), i
            while at < len(labels) and labels[at].partition("-")[2] == kind and hyphen:
                labels[at] = labels[at].partition("-")[0] + "-" + other
                at += 1
                if random.random() < 0.5:
                    break
        elif what < 0.12:  # longer or shorter
            labels[i] = "O"
        elif what < 0.16 and i > 0:
            labels[i] = labels[i - 1]
        elif what < 0.19:
            labels[i] = random.choice(known)
    return labels


SCHEMES = ["IOB2", "IOB1", "IOE2", "brackets", "IOB without types", "IOBES", "wild", "parts of speech"]


def draw(sets):
    random.seed(2000)
    for n in range(sets):
        scheme = SCHEMES[n % len(SCHEMES)]
        gold = []
        for _ in range(random.choice([0, 1, 3, 12])):
            length = random.randint(1, 14)
            gold.append(write(scheme, length, list(spans(length))))
        known = sorted({label for sentence in gold for label in sentence}) or ["O"]
        rounds = random.choice([0, 1, 1, 3])
        for sentence in gold:
            guess = sentence
            for _ in range(rounds):
                guess = spoil(guess, known)
            for pair in zip(sentence, guess):
                print(*pair)
            print()
        print("=")


# --- scores ---

def split(label):
    match = re.match("^([^-]*)-(.*)$", label)
    tag, kind = match.groups() if match else (label, "")
    return tag, "" if kind == "0" else kind


def ends(before, now):
    (tag0, kind0), (tag, kind) = before, now
    return ((tag0, tag) in {("B", "B"), ("B", "O"), ("I", "B"), ("I", "O"), ("E", "E"), ("E", "I"), ("E", "O")}
            or tag0 not in ("O", ".") and kind0 != kind or tag0 in ("[", "]"))


def begins(before, now):
    (tag0, kind0), (tag, kind) = before, now
    return ((tag0, tag) in {("B", "B"), ("I", "B"), ("O", "B"), ("O", "I"), ("E", "E"), ("E", "I"), ("O", "E")}
            or tag not in ("O", ".") and kind0 != kind or tag in ("[", "]"))


OUTSIDE = ("O", "")


def by_statements(sentences):
    gold, found, correct = Counter(), Counter(), Counter()
    tokens = right = 0
    in_correct, last_gold, last_guess = False, OUTSIDE, OUTSIDE
    for pair in (pair for sentence in sentences for pair in sentence + [None]):
        now_gold, now_guess = map(split, pair or ("O", "O"))
        if in_correct:
            if (ends(last_gold, now_gold) and ends(last_guess, now_guess) and last_guess[1] == last_gold[1]):
                in_correct = False
                correct[last_gold[1]] += 1
            elif ends(last_gold, now_gold) != ends(last_guess, now_guess) or now_guess[1] != now_gold[1]:
                in_correct = False
        if begins(last_gold, now_gold) and begins(last_guess, now_guess) and now_guess[1] == now_gold[1]:
            in_correct = True
        if begins(last_gold, now_gold):
            gold[now_gold[1]] += 1
        if begins(last_guess, now_guess):
            found[now_guess[1]] += 1
        if pair:
            right += now_gold == now_guess
            tokens += 1
        last_gold, last_guess = now_gold, now_guess
    if in_correct:
        correct[last_gold[1]] += 1
    return tokens, right, gold, found, correct


def chunks_of(labels):
    labels = [OUTSIDE] + [split(label) for label in labels] + [OUTSIDE]
    found, start = set(), None
    for i in range(1, len(labels)):
        if start is not None and ends(labels[i - 1], labels[i]):
            found.add((start, i, labels[start][1]))
            start = None
        if begins(labels[i - 1], labels[i]):
            assert start is None, "a chunk begins within another"
            start = i
    return found


def by_spans(sentences):
    counts = [Counter(), Counter(), Counter()]
    pairs = [pair for sentence in sentences for pair in sentence]
    for sentence in sentences:
        gold, found = (chunks_of([pair[i] for pair in sentence]) for i in (0, 1))
        for counter, chunks in zip(counts, (gold, found, gold & found)):
            counter.update(kind for _, _, kind in chunks)
    return (len(pairs), sum(split(a) == split(b) for a, b in pairs), *counts)


def figures(gold, found, correct):
    precision = 100 * correct / found if found else 0.0
    recall = 100 * correct / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return "precision: %6.2f%%; recall: %6.2f%%; FB1: %6.2f" % (precision, recall, f1)


def show(tokens, right, gold, found, correct):
    sums = [sum(counter.values()) for counter in (gold, found, correct)]
    print("processed %d tokens with %d phrases; found: %d phrases; correct: %d." % (tokens, *sums))
    if tokens:
        print("accuracy: %6.2f%%; %s" % (100 * right / tokens, figures(*sums)))
    last = ""
    for kind in sorted(list(gold) + list(found)):  # the script's way to leave out what comes twice
        if not last or last != kind:
            print("%17s: %s  %d" % (kind, figures(gold[kind], found[kind], correct[kind]), found[kind]))
        last = kind
    print("=")


def score():
    regular = re.compile(r"(([BIE](-\S*)?|O) )*$|(([][](-\S*)?|O) )*$")
    sentences, agreed = [[]], 0
    for line in sys.stdin:
        if line != "=\n":
            if line == "\n":
                sentences.append([])
            else:
                sentences[-1].append(tuple(line.split()))
            continue
        counts = by_statements([s for s in sentences if s])
        labels = {label for s in sentences for pair in s for label in pair}
        if regular.match("".join(label + " " for label in sorted(labels))):
            agreed += 1
            assert counts == by_spans(sentences), sentences
        show(*counts)
        sentences = [[]]
    print("by spans too: %d" % agreed, file=sys.stderr)


if sys.argv[1] == "draw":
    draw(int(sys.argv[2]))
else:
    score()
