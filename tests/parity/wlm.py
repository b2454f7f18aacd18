#!/usr/bin/python3
"""ptblm's models in PyTorch, and PyTorch's for ptblm.

Reads and writes the safetensors files of `ptblm train` without the safetensors package, and builds
from them the model of PyTorch's word_language_model example. As a program it tells a text's
perplexity under a model, to be held against that of `ptblm eval`:

    wlm.py MODEL TEXT

Needs python3-torch (Debian), nothing else. The checksum in a file is not looked at, and files
written here have none: ptblm reads them all the same.
"""
import json
import math
import struct
import sys

import torch
from torch import nn

DTYPES = {"U8": torch.uint8, "F32": torch.float32, "I64": torch.int64}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
MAX_HEADER = 100_000_000


def load(path):
    """The metadata, a dict of strings, and the tensors, a dict by name. U64 tensors are left out:
    PyTorch has no such type, and models none of them."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > MAX_HEADER:
            raise ValueError(f"'{path}' is not a safetensors file: a header of {length} bytes")
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] == "U64":
            continue
        begin, end = entry["data_offsets"]
        dtype = DTYPES[entry["dtype"]]
        if begin == end:
            flat = torch.empty(0, dtype=dtype)
        else:
            flat = torch.frombuffer(data[begin:end], dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"])
    return metadata, tensors


def save(path, tensors, metadata=None):
    """Laid out like the reference writer does: by falling type, then by name."""
    rank = {name: i for i, name in enumerate(DTYPES)}
    order = sorted(tensors, key=lambda name: (-rank[NAMES[tensors[name].dtype]], name.encode()))
    header = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    blocks, offset = [], 0
    for name in order:
        tensor = tensors[name].detach().contiguous()
        block = tensor.numpy().tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(block)],
        }
        blocks.append(block)
        offset += len(block)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for block in blocks:
            file.write(block)


class ChoGRU(nn.Module):
    """One layer of TensorFlow's GRUCell: the reset gate before the product, one bias; gates r, z, n."""

    def __init__(self, n_in, n_hidden):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.empty(3 * n_hidden, n_in))
        self.weight_hh_l0 = nn.Parameter(torch.empty(3 * n_hidden, n_hidden))
        self.bias_ih_l0 = nn.Parameter(torch.zeros(3 * n_hidden))
        for p in (self.weight_ih_l0, self.weight_hh_l0):
            nn.init.uniform_(p, -(n_hidden**-0.5), n_hidden**-0.5)

    def forward(self, x, h):
        H = self.weight_hh_l0.shape[1]
        h = x.new_zeros(x.shape[1], H) if h is None else h[0]
        sides, out = x @ self.weight_ih_l0.t() + self.bias_ih_l0, []
        for side in sides:
            r, z = torch.sigmoid(side[:, : 2 * H] + h @ self.weight_hh_l0[: 2 * H].t()).chunk(2, 1)
            n = torch.tanh(side[:, 2 * H :] + (r * h) @ self.weight_hh_l0[2 * H :].t())
            h = (1 - z) * n + z * h
            out.append(h)
        return torch.stack(out), h.unsqueeze(0)


class CappedLSTM(nn.Module):
    """One layer of an LSTM with c = f c + min(i, 1 - f) g and one bias (Melis et al. 2018); with
    rounds, a Mogrifier (Melis et al. 2020): x^-1 = x, h^0 = h, and for i = 1 to rounds
    odd i   x^i = 2 sigmoid(W^i h^{i-1} + b^i) x^{i-2}
    even i  h^i = 2 sigmoid(W^i x^{i-1} + b^i) h^{i-2}
    where W^i is left right, or weight if rank is 0."""

    def __init__(self, n_in, n_hidden, rounds=0, rank=0):
        super().__init__()
        self.rounds, self.rank, self.H = rounds, rank, n_hidden
        self.add_weights(n_in, n_hidden)
        for i in range(1, rounds + 1):
            out, read = (n_in, n_hidden) if i % 2 else (n_hidden, n_in)
            if rank:
                self.add(f"mogrifier{i}_left", out, rank)
                self.add(f"mogrifier{i}_right", rank, read)
            else:
                self.add(f"mogrifier{i}_weight", out, read)
            self.add(f"mogrifier{i}_bias", out)

    def add_weights(self, n_in, n_hidden):
        self.add("weight_ih", 4 * n_hidden, n_in)
        self.add("weight_hh", 4 * n_hidden, n_hidden)
        self.add("bias_ih", 4 * n_hidden)

    def add(self, name, *shape):
        scale = self.H**-0.5
        self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(shape).uniform_(-scale, scale)))

    def of(self, name):
        return getattr(self, f"{name}_l0")

    def mogrify(self, x, h):
        for i in range(1, self.rounds + 1):
            if self.rank:
                weight = self.of(f"mogrifier{i}_left") @ self.of(f"mogrifier{i}_right")
            else:
                weight = self.of(f"mogrifier{i}_weight")
            bias = self.of(f"mogrifier{i}_bias")
            if i % 2:
                x = 2 * torch.sigmoid(h @ weight.t() + bias) * x
            else:
                h = 2 * torch.sigmoid(x @ weight.t() + bias) * h
        return x, h

    def step(self, x, h, c):
        sums = x @ self.of("weight_ih").t() + h @ self.of("weight_hh").t() + self.of("bias_ih")
        i, f, g, o = sums.chunk(4, 1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + torch.minimum(i, 1 - f) * g
        return o * torch.tanh(c), c

    def forward(self, rows, state):
        h, c = state or [rows.new_zeros(1, rows.shape[1], self.H)] * 2
        h, c, out = h[0], c[0], []
        for x in rows:
            h, c = self.step(*self.mogrify(x, h), c)
            out.append(h)
        return torch.stack(out), (h.unsqueeze(0), c.unsqueeze(0))


class NormLSTM(nn.Module):
    """One layer of the LSTM of Ba, Kiros and Hinton 2016: layer normalisation of what comes of the
    input and of the state, each over all gates, and of the cell; gates i, f, g, o."""

    def __init__(self, n_in, n_hidden):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * n_hidden, n_in))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * n_hidden, n_hidden))
        self.bias_ih_l0 = nn.Parameter(torch.zeros(4 * n_hidden))
        for kind, n in (("ih", 4 * n_hidden), ("hh", 4 * n_hidden), ("c", n_hidden)):
            self.register_parameter(f"gain_{kind}_l0", nn.Parameter(torch.ones(n)))
            self.register_parameter(f"shift_{kind}_l0", nn.Parameter(torch.zeros(n)))
        for p in (self.weight_ih_l0, self.weight_hh_l0):
            nn.init.uniform_(p, -(n_hidden**-0.5), n_hidden**-0.5)

    def normal(self, kind, x):
        gain, shift = (getattr(self, f"{what}_{kind}_l0") for what in ("gain", "shift"))
        return nn.functional.layer_norm(x, x.shape[-1:], gain, shift)

    def forward(self, x, state):
        H = self.weight_hh_l0.shape[1]
        zero = x.new_zeros(x.shape[1], H)
        h, c = (zero, zero) if state is None else (s[0] for s in state)
        sides, out = self.normal("ih", x @ self.weight_ih_l0.t()) + self.bias_ih_l0, []
        for side in sides:
            i, f, g, o = (side + self.normal("hh", h @ self.weight_hh_l0.t())).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(self.normal("c", c))
            out.append(h)
        return torch.stack(out), (h.unsqueeze(0), c.unsqueeze(0))


class RLSTM(CappedLSTM):
    """The RLSTM of Melis 2022: f sees i g and h, o sees the new c alone. weight_ih has the rows of i
    and g, weight_hh of i, g and f, the bias of i, g, f and o."""

    def add_weights(self, n_in, n_hidden):
        self.add("weight_ih", 2 * n_hidden, n_in)
        self.add("weight_hh", 3 * n_hidden, n_hidden)
        self.add("weight_fu", n_hidden, n_hidden)
        self.add("weight_oc", n_hidden, n_hidden)
        self.add("bias_ih", 4 * n_hidden)

    def step(self, x, h, c):
        from_i, from_g = (x @ self.of("weight_ih").t()).chunk(2, 1)
        of_i, of_g, of_f = (h @ self.of("weight_hh").t()).chunk(3, 1)
        b_i, b_g, b_f, b_o = self.of("bias_ih").chunk(4)
        i, g = torch.sigmoid(from_i + of_i + b_i), torch.tanh(from_g + of_g + b_g)
        f = torch.sigmoid((i * g) @ self.of("weight_fu").t() + of_f + b_f)
        c = f * c + torch.minimum(i, 1 - f) * g
        o = torch.sigmoid(c @ self.of("weight_oc").t() + b_o)
        return o * torch.tanh(c), c


CELLS = {
    "lstm": nn.LSTM,
    "lstm-capped": CappedLSTM,
    "rlstm": RLSTM,
    "mogrifier": CappedLSTM,
    "mogrifier-rlstm": RLSTM,
    "lstm-norm": NormLSTM,
    "gru": nn.GRU,
    "gru-cho": ChoGRU,
    "rnn": nn.RNN,
    "rnn-relu": lambda n_in, n_hidden: nn.RNN(n_in, n_hidden, nonlinearity="relu"),
}


class WordLanguageModel(nn.Module):
    """RNNModel of pytorch/examples/word_language_model, with the softmax left to the loss; layers of
    any cell and widths, tied where asked, then with a projection where the last is not as wide."""

    def __init__(
        self, n_words, n_embed, n_hidden, n_layers=1, cell="lstm", tied=False, **rounds
    ):
        """rounds: of a Mogrifier, rounds and rank."""
        super().__init__()
        widths = n_hidden if isinstance(n_hidden, list) else [n_hidden] * n_layers
        self.encoder = nn.Embedding(n_words, n_embed)
        self.layers = nn.ModuleList(
            CELLS[cell](n_in, n, **rounds) for n_in, n in zip([n_embed] + widths, widths)
        )
        self.projection = None
        if tied and widths[-1] != n_embed:
            self.projection = nn.Linear(widths[-1], n_embed, bias=False)
        self.decoder = nn.Linear(n_embed if tied else widths[-1], n_words)
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, words, state):
        """words [T, B]; state is a list of each layer's, or None; logits [T, B, V] and the state."""
        rows, after = self.encoder(words), []
        for layer, before in zip(self.layers, state or [None] * len(self.layers)):
            rows, last = layer(rows, before)
            after.append(last)
        if self.projection is not None:
            rows = self.projection(rows)
        return self.decoder(rows), after

    def own_name(self, name):
        """"layers.1.weight_hh_l0" for the file's "rnn.weight_hh_l1"."""
        if not name.startswith("rnn."):
            return name
        kind, layer = name.removeprefix("rnn.").rsplit("_l", 1)
        return f"layers.{layer}.{kind}_l0"

    def file_name(self, name):
        if not name.startswith("layers."):
            return name
        _, layer, kind = name.split(".")
        return f"rnn.{kind.removesuffix('_l0')}_l{layer}"

    def tensors(self):
        """The parameters by name in the order of the file's description, as float32."""
        return {self.file_name(name): p.detach().float() for name, p in self.named_parameters()}


def shape_of(tensors, metadata):
    """The cell and the layers' widths of a file's tensors."""
    widths = []
    while f"rnn.weight_hh_l{len(widths)}" in tensors:
        widths.append(tensors[f"rnn.weight_hh_l{len(widths)}"].shape[1])
    gates = tensors["rnn.weight_hh_l0"].shape[0] // widths[0]
    return metadata.get("ptblm.cell", {4: "lstm", 3: "gru", 1: "rnn"}.get(gates)), widths


def rounds_of(tensors):
    """The rounds of a Mogrifier and the rank of its matrices."""
    rounds = 0
    while f"rnn.mogrifier{rounds + 1}_bias_l0" in tensors:
        rounds += 1
    if rounds == 0:
        return {}
    left = tensors.get("rnn.mogrifier1_left_l0")
    return {"rounds": rounds, "rank": 0 if left is None else left.shape[1]}


def build(tensors, metadata):
    """The model that a file's tensors make."""
    n_words, n_embed = tensors["encoder.weight"].shape
    cell, widths = shape_of(tensors, metadata)
    model = WordLanguageModel(
        n_words,
        n_embed,
        widths,
        cell=cell,
        tied="decoder.weight" not in tensors,
        **rounds_of(tensors),
    )
    own = {model.own_name(name): t for name, t in tensors.items() if name != "vocab"}
    if "decoder.weight" not in own:
        own["decoder.weight"] = own["encoder.weight"]
    model.load_state_dict(own)
    return model.eval()


def read_vocab(tensors):
    """Ids by word, from the lines "word<TAB>count" of the tensor "vocab"; words are bytes."""
    lines = tensors["vocab"].numpy().tobytes().removesuffix(b"\n").split(b"\n")
    return {line.split(b"\t")[0]: i for i, line in enumerate(lines)}


def read_ids(path, vocab):
    """A text's ids: words between spaces, and <eos> for the end of each line."""
    ids = []
    with open(path, "rb") as file:
        for line in file:
            for word in line.split() + [b"<eos>"]:
                ids.append(vocab.get(word, vocab[b"<unk>"]))
    return torch.tensor(ids)


@torch.no_grad()
def perplexity(model, ids, window=512):
    """Of all words but the first, as one stream with the state carried on."""
    total, state = 0.0, None
    for at in range(0, len(ids) - 1, window):
        y = ids[at + 1 : at + 1 + window]
        x = ids[at : at + len(y)]
        logits, state = model(x.unsqueeze(1), state)
        total += nn.functional.cross_entropy(logits.squeeze(1), y, reduction="sum").item()
    return math.exp(total / (len(ids) - 1))


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} MODEL TEXT")
    metadata, tensors = load(sys.argv[1])
    ids = read_ids(sys.argv[2], read_vocab(tensors))
    print(f"words {len(ids) - 1}")
    print(f"perplexity {perplexity(build(tensors, metadata), ids):.6f}")


if __name__ == "__main__":
    main()
