#!/usr/bin/python3
"""Training of a network that gives labels, in PyTorch, as one writes it for speed: all steps of a
batch in one call of nn.LSTM (packed where lengths differ), tensors that are made once, gradients set
to none, and the loss in one call. Prints one line of JSON: the seconds of each epoch, and the mean
loss of a label in the last. labels.py runs it.

    torch_labels.py images FOLDER     rows of MNIST's images as steps
    torch_labels.py columns FILE      tokens with labels, as in CoNLL-2000
"""
import argparse
import gzip
import json
import os
import random
import sys
import time

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_sequence

RATE, CLIP, INIT = 0.001, 5.0, 0.1
POOL = 50  # batches among whose sentences those of like length are put together, as in ptblm


class Images(nn.Module):
    """The last output of an LSTM over the rows of an image."""

    def __init__(self, width, hidden, labels):
        super().__init__()
        self.rnn = nn.LSTM(width, hidden)
        self.decoder = nn.Linear(hidden, labels)

    def forward(self, x):
        output, _ = self.rnn(x)
        return self.decoder(output[-1])


class Tokens(nn.Module):
    """A label for each step of a bidirectional LSTM over word vectors; all of them packed, so that
    nothing is computed for padding."""

    def __init__(self, words, labels, embedding, hidden):
        super().__init__()
        self.encoder = nn.Embedding(words, embedding)
        self.rnn = nn.LSTM(embedding, hidden, bidirectional=True)
        self.decoder = nn.Linear(2 * hidden, labels)

    def forward(self, ids):
        output, _ = self.rnn(PackedSequence(self.encoder(ids.data), ids.batch_sizes))
        return self.decoder(output.data)


class Trainer:
    """Steps of Adam on the mean over a batch of the loss of a sequence, the sum over its labels."""

    def __init__(self, model):
        for parameter in model.parameters():
            nn.init.uniform_(parameter, -INIT, INIT)
        self.model = model
        self.parameters = list(model.parameters())
        self.optimiser = torch.optim.Adam(self.parameters, lr=RATE)
        self.sum, self.labels = torch.zeros(()), 0

    def step(self, x, y, sequences):
        self.optimiser.zero_grad(set_to_none=True)
        nats = nn.functional.cross_entropy(self.model(x), y, reduction="sum")
        (nats / sequences).backward()
        nn.utils.clip_grad_norm_(self.parameters, CLIP)
        self.optimiser.step()
        self.sum += nats.detach()
        self.labels += len(y)

    def take_loss(self):
        loss = self.sum.item() / self.labels
        self.sum, self.labels = torch.zeros(()), 0
        return loss


def read_idx(path):
    with gzip.open(path) as file:
        data = file.read()
    dims = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return torch.frombuffer(bytearray(data[4 + 4 * len(dims):]), dtype=torch.uint8).reshape(dims)


def read_images(options):
    """The trainer, and what does an epoch. Rows come first, as nn.LSTM wants them."""
    x = read_idx(os.path.join(options.data, "train-images-idx3-ubyte.gz")).transpose(0, 1).contiguous()
    y = read_idx(os.path.join(options.data, "train-labels-idx1-ubyte.gz")).long()
    trainer = Trainer(Images(x.shape[2], options.hidden, int(y.max()) + 1))

    def epoch():
        for at in torch.randperm(len(y)).split(options.batch):
            trainer.step(x.index_select(1, at).float().div_(255), y[at], len(at))

    return trainer, epoch


def read_columns(path):
    """Pairs of tensors, words in lower case and labels, and how many there are of each."""
    sentences, words, labels = [([], [])], {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            columns = line.split()
            if not columns:
                sentences.append(([], []))
                continue
            sentences[-1][0].append(words.setdefault(columns[0].lower(), len(words)))
            sentences[-1][1].append(labels.setdefault(columns[-1], len(labels)))
    pairs = [(torch.tensor(ids), torch.tensor(of)) for ids, of in sentences if ids]
    return pairs, len(words), len(labels)


def shuffled_batches(sentences, size):
    """Sentences of like length together, the longest of a batch first; batches in random order."""
    random.shuffle(sentences)
    batches = []
    for i in range(0, len(sentences), POOL * size):
        pool = sorted(sentences[i:i + POOL * size], key=lambda s: len(s[0]), reverse=True)
        batches += [pool[j:j + size] for j in range(0, len(pool), size)]
    random.shuffle(batches)
    return batches


def read_tokens(options):
    """The trainer, and what does an epoch."""
    sentences, n_words, n_labels = read_columns(options.data)
    trainer = Trainer(Tokens(n_words + 1, n_labels, options.embedding, options.hidden))  # "<unk>"

    def epoch():
        for batch in shuffled_batches(sentences, options.batch):
            ids, labels = (pack_sequence(part) for part in zip(*batch))
            trainer.step(ids, labels.data, len(batch))

    return trainer, epoch


def measure(options):
    """The line of JSON as a dict."""
    random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    trainer, epoch = (read_images if options.kind == "images" else read_tokens)(options)
    seconds = []
    for _ in range(options.epochs):
        start = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - start)
        loss = trainer.take_loss()
    return {"seconds": seconds, "loss": loss, "torch": torch.__version__}


def main():
    parser = argparse.ArgumentParser(description="Epochs of training a network that gives labels.")
    parser.add_argument("kind", choices=["images", "columns"])
    parser.add_argument("data", help="MNIST's folder, or a file of columns")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--embedding", type=int, default=100)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    try:
        print(json.dumps(measure(parser.parse_args())))
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"torch_labels.py: {error}")


if __name__ == "__main__":
    main()
