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

import cells

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


class WordLanguageModel(nn.Module):
    """RNNModel of pytorch/examples/word_language_model, with the softmax left to the loss; layers of
    any cell and widths, tied where asked, then with a projection where the last is not as wide. With
    `sums` the softmax reads the sum of all layers' outputs."""

    def __init__(self, n_words, n_embed, n_hidden, n_layers=1, cell="lstm", tied=False, rounds=0,
                 rank=0, sums=False):
        super().__init__()
        self.sums = sums
        widths = n_hidden if isinstance(n_hidden, list) else [n_hidden] * n_layers
        self.encoder = nn.Embedding(n_words, n_embed)
        self.layers = nn.ModuleList(
            cells.make(cell, n_in, n, rounds, rank) for n_in, n in zip([n_embed] + widths, widths)
        )
        self.projection = None
        if tied and widths[-1] != n_embed:
            self.projection = nn.Linear(widths[-1], n_embed, bias=False)
        self.decoder = nn.Linear(n_embed if tied else widths[-1], n_words)
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, words, state):
        """words [T, B]; state is a list of each layer's, or None; logits [T, B, V] and the state. Keeps
        the outputs [T, B, H] of the last layer, and what the softmax or its projection read."""
        rows, outputs, after = self.encoder(words), [], []
        for layer, before in zip(self.layers, state or [None] * len(self.layers)):
            rows, last = layer(rows, before)
            outputs.append(rows)
            after.append(last)
        self.last, self.read = rows, sum(outputs) if self.sums else rows
        rows = self.read
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


def build(tensors, metadata):
    """The model that a file's tensors make."""
    n_words, n_embed = tensors["encoder.weight"].shape
    cell, widths = shape_of(tensors, metadata)
    rounds, rank = cells.rounds_of(tensors)
    model = WordLanguageModel(
        n_words, n_embed, widths, cell=cell, tied="decoder.weight" not in tensors, rounds=rounds,
        rank=rank, sums=metadata.get("ptblm.sums_layers") == "yes"
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
