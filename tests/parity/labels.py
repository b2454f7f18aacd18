#!/usr/bin/python3
"""ptblm's models of labels in PyTorch, on packed sequences.

    labels.py data FOLDER
        writes small data of every kind: lines, columns, images of bytes and of floats
    labels.py MODEL TEST REPORT PREDICTED
        evaluates a model on test data and holds the result against `ptblm eval MODEL TEST --json`
        and `ptblm predict MODEL TEST --json --top LABELS`; status 1 if a loss, an accuracy or a
        probability is further off than 1e-5, or a label is another

The file is read by its own description (lib/model/model_file.h). The network is PyTorch's, in
float64; the CRF and the search for its best path are written out here. Needs python3-torch (Debian),
nothing else.
"""
import json
import os
import random
import struct
import sys

import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

import wlm

TOLERANCE = 1e-5
BATCH = 16
MODULES = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
    "rnn-relu": lambda *a, **k: nn.RNN(*a, **k, nonlinearity="relu"),
}


# --- data ---


def write_lines(rng, path, n):
    """Opinions with their labels; one in seven has the words of another."""
    kinds = {"neg": "bad dull poor weak", "pos": "good great fine warm", "so-so": "long loud old new"}
    things = "film plot actor music end".split()
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(n):
            label = rng.choice(list(kinds))
            seen = label if rng.random() < 0.85 else rng.choice(list(kinds))
            parts = [f"the {rng.choice(things)} was {rng.choice(kinds[seen].split())}"]
            while rng.random() < 0.5:
                parts.append(f"and so was the {rng.choice(things)} of {rng.randrange(40)}")
            print(label, " ".join(parts), sep="\t", file=file)


def write_columns(rng, path, n):
    """Sentences with words, parts of speech and chunks; words of every shape."""
    things = "Dog cats Häuser ÉTÉ naïve X-ray 7.5 日本 U.S. 1990s".split()
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(n):
            for part in range(rng.randint(1, 3)):
                if part > 0:
                    print(rng.choice("sees eats finds".split()), "VB", "B-VP", file=file)
                chunk = [rng.choice("the DT|a DT|this DT".split("|"))] if rng.random() < 0.7 else []
                while rng.random() < 0.4:
                    chunk.append(rng.choice("red old big".split()) + " JJ")
                number = rng.choice(["", "", "", str(rng.randrange(99))])
                chunk.append(rng.choice(things) + number + rng.choice([" NN", " NN", " VB"]))
                for i, token in enumerate(chunk):
                    print(token, "B-NP" if i == 0 or rng.random() < 0.1 else "I-NP", file=file)
            print(". . O\n", file=file)


def write_images(rng, prefix, n, floats):
    """Images of 6 x 5, bright above, in the middle or below."""
    rows, cols = 6, 5
    labels = [rng.randrange(3) for _ in range(n)]
    values = [
        min(255, max(0, int(rng.gauss(170 if row // 2 == label else 80, 90))))
        for label in labels for row in range(rows) for _ in range(cols)
    ]
    with open(f"{prefix}-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">4B3I", 0, 0, 13 if floats else 8, 3, n, rows, cols))
        if floats:
            file.write(struct.pack(f">{len(values)}f", *(v / 100 - 1 for v in values)))
        else:
            file.write(bytes(values))
    with open(f"{prefix}-labels-idx1-ubyte", "wb") as file:
        file.write(struct.pack(">4BI", 0, 0, 8, 1, n) + bytes(labels))


def write_data(folder):
    rng = random.Random(1)
    for kind in ("lines", "columns", "bytes", "floats"):
        os.makedirs(f"{folder}/{kind}")
    for name, n in (("train", 400), ("valid", 60), ("test", 150)):
        write_lines(rng, f"{folder}/lines/{name}.txt", n)
        write_columns(rng, f"{folder}/columns/{name}.txt", n // 2)
    for name, n in (("train", 300), ("t10k", 150)):
        write_images(rng, f"{folder}/bytes/{name}", n, False)
        write_images(rng, f"{folder}/floats/{name}", n, True)


# --- examples: for each sequence its steps, a tensor, and its labels, a list of names ---


def read_names(tensor):
    return tensor.numpy().tobytes().decode().removesuffix("\n").split("\n")


def kind_of(c):
    """Of a character in a shape."""
    if c.isascii():
        return "d" if c.isdigit() else c if not c.isalpha() else "X" if c.isupper() else "x"
    return "X" if c.lower() != c else "x" if c.upper() != c else "o"


def feature_value(name, columns, word):
    if name.startswith("column"):
        number = int(name.removeprefix("column"))
        return columns[number - 1 if number > 0 else number]
    if name.startswith("suffix"):
        return word[-int(name.removeprefix("suffix")):]
    if name.startswith("prefix"):
        return word[:int(name.removeprefix("prefix"))]
    if name == "lower":
        return word.lower()
    kinds = [kind_of(c) for c in word]
    return "".join(k for i, k in enumerate(kinds) if i == 0 or k != kinds[i - 1])


def read_tab(path, tensors, _):
    vocab = wlm.read_vocab(tensors)
    with open(path, "rb") as file:
        for line in file:
            label, text = line.split(b"\t", 1)
            ids = [vocab.get(word, vocab[b"<unk>"]) for word in text.split()]
            yield torch.tensor(ids).unsqueeze(1), [label.decode()]


def column_of(number, standard):
    number = number or standard
    return number - 1 if number > 0 else number


def read_columns(path, tensors, how):
    vocab = wlm.read_vocab(tensors)
    features = [] if how["features"] == "none" else how["features"].split(",")
    values = [
        {name: j for j, name in enumerate(read_names(tensors[f"features.{i}.values"]))}
        for i in range(len(features))
    ]

    def ids_of(columns):
        word = columns[column_of(how["word_column"], 1)]
        known = word.lower() if how["lower"] else word
        if how["zero_digits"]:
            known = "".join("0" if c in "0123456789" else c for c in known)
        ids = [vocab.get(known.encode(), vocab[b"<unk>"])]
        for name, table in zip(features, values):
            ids.append(table.get(feature_value(name, columns, word), 0))
        return ids

    with open(path, encoding="utf-8") as file:
        for sentence in file.read().strip("\n").split("\n\n"):
            rows = [line.split() for line in sentence.split("\n")]
            yield (
                torch.tensor([ids_of(row) for row in rows]),
                [row[column_of(how["label_column"], -1)] for row in rows],
            )


def read_idx(path):
    """The numbers of an IDX file, in its own shape."""
    with open(path, "rb") as file:
        _, _, kind, rank = file.read(4)
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        data = file.read()
    if kind == 8:
        return torch.tensor(list(data)).reshape(shape)
    return torch.tensor(struct.unpack(f">{len(data) // 4}f", data)).double().reshape(shape)


def read_images(path, _, how):
    images = read_idx(path)
    if not images.is_floating_point():
        images = images / 255.0
    labels = read_idx(path.replace("images-idx3", "labels-idx1")).tolist()
    shape = {"rows": images.shape[1:], "pixels": (-1, 1)}[how["sequence"]]
    for image, label in zip(images.double(), labels):
        yield image.reshape(shape), [str(label)]


READERS = {"tab": read_tab, "columns": read_columns, "idx": read_images}


# --- the network ---


class Labeller(nn.Module):
    """Vectors of words and features, or numbers; layers of one or both directions; a linear map."""

    def __init__(self, tensors, metadata):
        super().__init__()
        names = [n for n in tensors if n == "encoder.weight" or n.startswith("features.")]
        self.tables = [tensors[n].double() for n in sorted(names) if n.endswith(".weight")]
        self.head = metadata["ptblm.head"]
        self.both = "rnn.weight_hh_l0_reverse" in tensors
        self.layers = nn.ModuleList()
        while f"rnn.weight_ih_l{len(self.layers)}" in tensors:
            self.layers.append(self.layer_of(tensors, metadata["ptblm.cell"], len(self.layers)))
        weight = tensors["decoder.weight"]
        self.decoder = nn.Linear(weight.shape[1], weight.shape[0])
        self.decoder.load_state_dict({"weight": weight, "bias": tensors["decoder.bias"]})
        self.double().eval()

    def layer_of(self, tensors, cell, n):
        own = {}
        for name in tensors:
            kind, _, layer = name.removeprefix("rnn.").partition(f"_l{n}")
            if name.startswith("rnn.") and layer in ("", "_reverse") and f"_l{n}" in name:
                own[f"{kind}_l0{layer}"] = tensors[name]
        n_in, n_hidden = own["weight_ih_l0"].shape[1], own["weight_hh_l0"].shape[1]
        layer = MODULES[cell](n_in, n_hidden, bidirectional=self.both)
        layer.load_state_dict(own)
        return layer

    def rows(self, steps):
        if not self.tables:
            return steps
        return torch.cat([t[steps[:, i]] for i, t in enumerate(self.tables)], dim=1)

    def forward(self, sequences):
        """For each of the sequences, the scores of its labels: [1, C], or [steps, C]."""
        packed = pack_sequence([self.rows(steps) for steps in sequences], enforce_sorted=False)
        for layer in self.layers:
            packed, state = layer(packed)
        if self.head == "last":
            h = state[0] if isinstance(state, tuple) else state
            return list(self.decoder(torch.cat(list(h), dim=1)).unsqueeze(1))
        padded, lengths = pad_packed_sequence(packed, batch_first=True)
        outputs = [rows[:n] for rows, n in zip(padded, lengths)]
        if self.head == "mean":
            outputs = [rows.mean(0, keepdim=True) for rows in outputs]
        elif self.head == "max":
            outputs = [rows.amax(0, keepdim=True) for rows in outputs]
        return [self.decoder(rows) for rows in outputs]


class Softmax:
    """Each row for itself."""

    def nats(self, scores, labels):
        return nn.functional.cross_entropy(scores, torch.tensor(labels), reduction="sum").item()

    def guesses(self, scores):
        return scores.argmax(1).tolist()

    def probabilities(self, scores):
        return scores.softmax(1)


class CRF:
    """score(y) = start[y_0] + sum of scores[t, y_t] + sum of transitions[y_t-1, y_t] + end[y_n-1]"""

    def __init__(self, tensors, names, bio):
        self.transitions, self.start, self.end = (
            tensors[f"crf.{name}"].double() for name in ("transitions", "start", "end")
        )
        forbidden = torch.zeros(len(names) + 1, len(names))
        if bio:
            for j, name in enumerate(names):
                for i, before in enumerate(names + ["start"]):
                    if name.startswith("I-") and before not in ("B-" + name[2:], name):
                        forbidden[i, j] = -torch.inf
        self.forbidden = forbidden

    def log_sum(self, scores):
        """ln of the sum over all paths of exp(score)."""
        a = self.start + scores[0]
        for row in scores[1:]:
            a = (a.unsqueeze(1) + self.transitions).logsumexp(0) + row
        return (a + self.end).logsumexp(0)

    def nats(self, scores, labels):
        y = torch.tensor(labels)
        score = scores[range(len(y)), y].sum() + self.transitions[y[:-1], y[1:]].sum()
        return (self.log_sum(scores) - score - self.start[y[0]] - self.end[y[-1]]).item()

    def guesses(self, scores):
        """The best path of those that are allowed (Viterbi)."""
        a, back = self.start + self.forbidden[-1] + scores[0], []
        for row in scores[1:]:
            a, best = (a.unsqueeze(1) + self.transitions + self.forbidden[:-1]).max(0)
            a = a + row
            back.append(best)
        path = [(a + self.end).argmax().item()]
        for best in reversed(back):
            path.append(best[path[-1]].item())
        return path[::-1]

    def probabilities(self, scores):
        """Of each label at each step: the gradient of log_sum."""
        with torch.enable_grad():
            scores = scores.detach().requires_grad_()
            return torch.autograd.grad(self.log_sum(scores), scores)[0]


# --- the comparison ---


@torch.no_grad()
def evaluate(tensors, metadata, path):
    """The mean of -ln p of a label, the accuracy, the labels of all steps, their probabilities."""
    how = json.loads(metadata["ptblm.examples"])
    names = read_names(tensors["labels"])
    model = Labeller(tensors, metadata)
    head = CRF(tensors, names, how["bio"]) if model.head == "crf" else Softmax()
    examples = list(READERS[how["form"]](path, tensors, how))
    nats, gold, guesses, p = 0.0, [], [], []
    for at in range(0, len(examples), BATCH):
        batch = examples[at : at + BATCH]
        for scores, (_, labels) in zip(model([steps for steps, _ in batch]), batch):
            nats += head.nats(scores, [names.index(label) for label in labels])
            gold += labels
            guesses += [names[i] for i in head.guesses(scores)]
            p += [dict(zip(names, row)) for row in head.probabilities(scores).tolist()]
    right = sum(a == b for a, b in zip(gold, guesses))
    return nats / len(gold), right / len(gold), guesses, p


def read_predicted(path):
    """What `ptblm predict --json` says of each line, image or token."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            answer = json.loads(line)
            yield from answer.get("tokens", [answer])


def compare(model, test, report, predicted):
    metadata, tensors = wlm.load(model)
    loss, accuracy, guesses, p = evaluate(tensors, metadata, test)
    with open(report, encoding="utf-8") as file:
        ours = json.load(file)
    answers = list(read_predicted(predicted))
    if not len(guesses) == len(answers) == ours["labels"]:
        sys.exit(f"{len(guesses)} labels; ptblm: {ours['labels']}, {len(answers)} predicted")
    same = sum(a["label"] == guess for a, guess in zip(answers, guesses))
    tops = [{top["label"]: top["probability"] for top in a["top"]} for a in answers]
    off = max(abs(wanted[name] - top[name]) for wanted, top in zip(p, tops) for name in wanted)
    print(f"PyTorch loss {loss:.8f}, accuracy {accuracy:.6f}; "
          f"ptblm {ours['loss']:.8f}, {ours['accuracy']:.6f}; "
          f"{same} of {len(guesses)} labels the same; probabilities at most {off:.1e} apart")
    near = max(abs(loss - ours["loss"]), abs(accuracy - ours["accuracy"]), off) <= TOLERANCE
    return 0 if near and same == len(guesses) else 1


def main():
    torch.set_num_threads(1)
    if len(sys.argv) == 3 and sys.argv[1] == "data":
        write_data(sys.argv[2])
    elif len(sys.argv) == 5:
        sys.exit(compare(*sys.argv[1:]))
    else:
        sys.exit(f"usage: {sys.argv[0]} data FOLDER, or {sys.argv[0]} MODEL TEST REPORT PREDICTED")


if __name__ == "__main__":
    main()
