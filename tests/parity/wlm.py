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


class WordLanguageModel(nn.Module):
    """RNNModel of pytorch/examples/word_language_model, with the softmax left to the loss."""

    def __init__(self, n_words, n_embed, n_hidden, n_layers, dropout=0.0):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(n_words, n_embed)
        self.rnn = nn.LSTM(n_embed, n_hidden, n_layers, dropout=dropout if n_layers > 1 else 0.0)
        self.decoder = nn.Linear(n_hidden, n_words)

    def forward(self, words, state):
        """words [T, B], state (h, c) of [L, B, H] each or None; logits [T, B, V] and the state."""
        output, state = self.rnn(self.drop(self.encoder(words)), state)
        return self.decoder(self.drop(output)), state

    def tensors(self):
        """The parameters by name in the order of the file's description, as float32."""
        return {name: p.detach().float() for name, p in self.named_parameters()}


def build(tensors):
    """The model that a file's tensors make."""
    n_words, n_embed = tensors["encoder.weight"].shape
    n_hidden = tensors["decoder.weight"].shape[1]
    n_layers = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    model = WordLanguageModel(n_words, n_embed, n_hidden, n_layers)
    model.load_state_dict({name: t for name, t in tensors.items() if name != "vocab"})
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
    print(f"perplexity {perplexity(build(tensors), ids):.6f}")


if __name__ == "__main__":
    main()
