"""Training of a network that gives labels, in PyTorch, as one writes it for speed: one call of
nn.LSTM for all steps (packed where lengths differ), Adam, and the loss in one call. Prints one line
of JSON with the seconds of an epoch. labels.py runs it.

    torch_labels.py images FOLDER     rows of MNIST's images as steps
    torch_labels.py columns FILE      tokens with labels, as in CoNLL-2000
"""
import argparse
import gzip
import json
import os
import random
import time

import torch
from torch import nn


class Images(nn.Module):
    """The last output of an LSTM over the rows of an image."""

    def __init__(self, hidden):
        super().__init__()
        self.rnn = nn.LSTM(28, hidden, batch_first=False)
        self.decoder = nn.Linear(hidden, 10)

    def forward(self, x):
        output, _ = self.rnn(x)
        return self.decoder(output[-1])


class Tokens(nn.Module):
    """A label for each step of a bidirectional LSTM over word vectors."""

    def __init__(self, words, labels, embedding, hidden):
        super().__init__()
        self.encoder = nn.Embedding(words, embedding)
        self.rnn = nn.LSTM(embedding, hidden, bidirectional=True)
        self.decoder = nn.Linear(2 * hidden, labels)

    def forward(self, ids, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.encoder(ids), lengths,
                                                   enforce_sorted=False)
        output, _ = self.rnn(packed)
        return self.decoder(output.data), packed


def read_idx(path):
    with gzip.open(path) as file:
        data = file.read()
    dims = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return torch.frombuffer(bytearray(data[4 + 4 * len(dims):]), dtype=torch.uint8).reshape(dims)


def image_epochs(options):
    x = read_idx(os.path.join(options.data, "train-images-idx3-ubyte.gz"))[:options.examples]
    y = read_idx(os.path.join(options.data, "train-labels-idx1-ubyte.gz"))[:options.examples].long()
    model = Images(options.hidden)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    loss = nn.CrossEntropyLoss()
    for _ in range(options.epochs):
        start = time.perf_counter()
        order = torch.randperm(len(x))
        for i in range(0, len(x), options.batch):
            at = order[i:i + options.batch]
            batch = (x[at].float() / 255).transpose(0, 1)
            optimiser.zero_grad(set_to_none=True)
            loss(model(batch), y[at]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
        yield time.perf_counter() - start


def read_columns(path):
    sentences, words, labels = [[]], {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            columns = line.split()
            if not columns:
                sentences.append([])
                continue
            word = words.setdefault(columns[0], len(words))
            sentences[-1].append((word, labels.setdefault(columns[-1], len(labels))))
    return [s for s in sentences if s], len(words), len(labels)


def token_epochs(options):
    sentences, n_words, n_labels = read_columns(options.data)
    sentences = sentences[:options.examples]
    model = Tokens(n_words, n_labels, options.embedding, options.hidden)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    loss = nn.CrossEntropyLoss()
    for _ in range(options.epochs):
        start = time.perf_counter()
        # sentences of like length together, in random order
        random.shuffle(sentences)
        pool = 50 * options.batch
        batches = []
        for i in range(0, len(sentences), pool):
            part = sorted(sentences[i:i + pool], key=len, reverse=True)
            batches += [part[j:j + options.batch] for j in range(0, len(part), options.batch)]
        random.shuffle(batches)
        for batch in batches:
            lengths = torch.tensor([len(s) for s in batch])
            ids = nn.utils.rnn.pad_sequence([torch.tensor([w for w, _ in s]) for s in batch])
            y = nn.utils.rnn.pad_sequence([torch.tensor([l for _, l in s]) for s in batch])
            optimiser.zero_grad(set_to_none=True)
            logits, packed = model(ids, lengths)
            targets = nn.utils.rnn.pack_padded_sequence(y, lengths, enforce_sorted=False).data
            loss(logits, targets).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
        yield time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["images", "columns"])
    parser.add_argument("data")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--embedding", type=int, default=100)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--examples", type=int, default=10**9)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    epochs = image_epochs(options) if options.kind == "images" else token_epochs(options)
    print(json.dumps({"seconds": list(epochs), "torch": torch.__version__}))


main()
