#!/usr/bin/python3
"""Training of a language model in PyTorch, as one writes it for speed: all layers and steps of a
window in one call of nn.LSTM, windows that are cut once, gradients set to none, and PyTorch's own
optimiser. Prints one line of JSON: after each epoch, the seconds since training began, evaluations
included, and the perplexity of the valid text. recipe.py runs it, and has the options' values.

    torch_recipe.py TRAIN VALID --epochs 5 --hidden 200 --layers 2 ...
"""
import argparse
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy

NOT_COUNTED = -100  # the target that cross_entropy leaves out


class Tied(nn.Module):
    """RNNModel of pytorch/examples/word_language_model with tied word vectors, the softmax left to
    the loss. Biases begin at 0."""

    def __init__(self, n_words, options):
        super().__init__()
        n, between = options.hidden, options.dropout if options.layers > 1 else 0.0
        self.drop = nn.Dropout(options.dropout)
        self.encoder = nn.Embedding(n_words, n)
        self.rnn = nn.LSTM(n, n, options.layers, dropout=between)
        self.decoder = nn.Linear(n, n_words)
        self.decoder.weight = self.encoder.weight
        for name, parameter in self.named_parameters():
            if "bias" in name:
                nn.init.zeros_(parameter)
            else:
                nn.init.uniform_(parameter, -options.init_scale, options.init_scale)

    def forward(self, words, state):
        output, state = self.rnn(self.drop(self.encoder(words)), state)
        return self.decoder(self.drop(output)), state


def read_text(path, vocab, grow):
    """Ids of the words and of <eos> at each line's end; with `grow` new words join the vocab."""
    ids = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            for word in line.split() + ["<eos>"]:
                ids.append(vocab.setdefault(word, len(vocab)) if grow
                           else vocab.get(word, vocab["<unk>"]))
    return torch.tensor(ids)


def train_windows(ids, batch, steps):
    """Pairs of x and y, [T, B] each, cut as ptblm and the TensorFlow tutorial do."""
    length = len(ids) // batch
    rows = ids[:length * batch].view(batch, length).t().contiguous()
    if length <= steps:
        raise ValueError(f"{len(ids)} words are too few for {batch} rows of {steps} steps")
    return [(rows[at:at + steps], rows[at + 1:at + 1 + steps])
            for at in range(0, length - steps, steps)]


def valid_windows(ids, streams, steps):
    """The same for all targets of a text, in streams of lengths that differ by one at most."""
    first = [1 + s * (len(ids) - 1) // streams for s in range(streams + 1)]
    longest = max(end - begin for begin, end in zip(first, first[1:]))
    x = torch.zeros(longest, streams, dtype=torch.long)
    y = torch.full((longest, streams), NOT_COUNTED)
    for s, (begin, end) in enumerate(zip(first, first[1:])):
        x[:end - begin, s] = ids[begin - 1:end - 1]
        y[:end - begin, s] = ids[begin:end]
    return list(zip(x.split(steps), y.split(steps)))


@torch.no_grad()
def evaluate(model, windows):
    """The perplexity."""
    model.eval()
    nats, words, state = 0.0, 0, None
    for x, y in windows:
        logits, state = model(x, state)
        nats += cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum",
                              ignore_index=NOT_COUNTED).item()
        words += int((y != NOT_COUNTED).sum())
    return math.exp(nats / words)


class Trainer:
    """Steps of SGD on the loss that is summed over the steps of a window and averaged over its
    rows. The rate falls to 0 in a straight line."""

    def __init__(self, model, options, steps):
        self.model, self.options, self.steps, self.step = model, options, steps, 0
        self.parameters = list(model.parameters())
        self.optimiser = torch.optim.SGD(self.parameters, lr=options.lr, foreach=True)

    def epoch(self, windows):
        self.model.train()
        state = None
        for x, y in windows:
            self.optimiser.param_groups[0]["lr"] = self.options.lr * (1 - self.step / self.steps)
            self.optimiser.zero_grad(set_to_none=True)
            logits, state = self.model(x, state)
            loss = cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum") / x.shape[1]
            loss.backward()
            nn.utils.clip_grad_norm_(self.parameters, self.options.max_grad_norm)
            self.optimiser.step()
            state = tuple(part.detach() for part in state)
            self.step += 1


def measure(options):
    """The line of JSON as a dict."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    vocab = {"<unk>": 0, "<eos>": 1}
    train = read_text(options.train, vocab, True)
    valid = read_text(options.valid, vocab, False)
    windows = train_windows(train, options.batch, options.steps)
    checks = valid_windows(valid, options.batch, options.steps)
    model = Tied(len(vocab), options)
    trainer = Trainer(model, options, options.epochs * len(windows))
    curve, start = [], time.perf_counter()
    for _ in range(options.epochs):
        trainer.epoch(windows)
        perplexity = evaluate(model, checks)
        curve.append({"seconds": time.perf_counter() - start, "valid_perplexity": perplexity})
    return {"vocabulary": len(vocab), "words": trainer.step * options.steps * options.batch,
            "curve": curve, "torch": torch.__version__}


def main():
    parser = argparse.ArgumentParser(description="Training of a language model in PyTorch.")
    parser.add_argument("train", help="text")
    parser.add_argument("valid", help="text")
    for name in ("epochs", "hidden", "layers", "batch", "steps", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("lr", "max-grad-norm", "dropout", "init-scale"):
        parser.add_argument(f"--{name}", type=float, required=True)
    parser.add_argument("--threads", type=int, default=1)
    try:
        print(json.dumps(measure(parser.parse_args())))
    except (OSError, ValueError, RuntimeError, OverflowError) as error:
        sys.exit(f"torch_recipe.py: {error}")


if __name__ == "__main__":
    main()
