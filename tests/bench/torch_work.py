"""The work of torch_step.py, written as one writes it for speed: the whole window and all layers in
one call of nn.LSTM, nn.GRU or nn.RNN, gradients set to none, and PyTorch's own optimiser."""
import ctypes
import functools
import os
import statistics
import sys
import time

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity"))
import wlm  # noqa: E402

RATE, CLIP, INIT = 0.1, 5.0, 0.05  # as in lib/task/bench.c
N_WINDOWS = 4


def measure(options):
    """The line of JSON as a dict."""
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    report = {"name": options.name, "mode": options.mode, "start_rss_mb": read_memory_mb("VmRSS")}
    report.update(WORK[options.mode](options))
    report.update(
        peak_rss_mb=read_memory_mb("VmHWM"),
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        blas=find_blas(),
    )
    return report


CELLS = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
    "rnn-relu": functools.partial(nn.RNN, nonlinearity="relu"),
}


class Stacked(nn.Module):
    """RNNModel of pytorch/examples/word_language_model, with the softmax left to the loss."""

    def __init__(self, cell, n_words, n_embed, n_hidden, n_layers, dropout=0.0):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(n_words, n_embed)
        between = dropout if n_layers > 1 else 0.0
        self.rnn = CELLS[cell](n_embed, n_hidden, n_layers, dropout=between)
        self.decoder = nn.Linear(n_hidden, n_words)

    def forward(self, words, state):
        output, state = self.rnn(self.drop(self.encoder(words)), state)
        return self.decoder(self.drop(output)), state


def load_model(path):
    """Layer by layer where the widths differ, the word vectors are tied, or PyTorch has no such
    cell."""
    metadata, tensors = wlm.load(path)
    cell, widths = wlm.shape_of(tensors, metadata)
    if cell not in CELLS or len(set(widths)) > 1 or "decoder.weight" not in tensors:
        return wlm.build(tensors, metadata)
    model = Stacked(cell, *tensors["encoder.weight"].shape, widths[0], len(widths))
    model.load_state_dict({name: t for name, t in tensors.items() if name != "vocab"})
    return model


def new_model(options):
    if options.model and options.mode != "make":
        return load_model(options.model)
    H = options.hidden
    model = Stacked(options.cell, options.vocab, H, H, options.layers, options.dropout)
    for parameter in model.parameters():
        nn.init.uniform_(parameter, -INIT, INIT)
    return model


def random_windows(model, options):
    """Pairs of x and y, [T, B] each, to be taken in turn."""
    shape = (2, options.steps, options.batch)
    return [torch.randint(model.encoder.num_embeddings, shape).unbind() for _ in range(N_WINDOWS)]


def detached(state):
    """A tensor, or tuples and lists of them, without the graph that made them."""
    if isinstance(state, torch.Tensor):
        return state.detach()
    return type(state)(detached(part) for part in state)


def window_loss(model, x, y, state):
    """The sum over t of the mean over b of the cross entropy, and the state behind the window."""
    logits, state = model(x, state)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum")
    return loss / x.shape[1], detached(state)


def time_windows(windows, repeats, work):
    """Runs work(x, y, state) -> state in turn over the windows; the median's figures."""
    seconds, state = [], None
    for i in range(-1, repeats):  # the first warms up
        x, y = windows[i % len(windows)]
        start = time.perf_counter()
        state = work(x, y, state)
        seconds.append(time.perf_counter() - start)
    step = statistics.median(seconds[1:])
    return {"step_ms": 1e3 * step, "words_per_second": x.numel() / step}


def time_step(options):
    model = new_model(options).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def step(x, y, state):
        optimizer.zero_grad(set_to_none=True)
        loss, state = window_loss(model, x, y, state)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        return state

    return time_windows(random_windows(model, options), options.repeats, step)


@torch.no_grad()
def time_eval(options):
    model = new_model(options).eval()

    def evaluate(x, y, state):
        loss, state = window_loss(model, x, y, state)
        loss.item()
        return state

    return time_windows(random_windows(model, options), options.repeats, evaluate)


def draw_words(model, word, state, n):
    """n words, each from the softmax of what the one before gave; the last, and the state."""
    for _ in range(n):
        logits, state = model(word, state)
        word = torch.multinomial(torch.softmax(logits[0], -1), 1)
    return word, state


@torch.no_grad()
def time_sample(options):
    model = new_model(options).eval()
    word, state = draw_words(model, torch.zeros(1, 1, dtype=torch.long), None, 2)
    start = time.perf_counter()
    draw_words(model, word, state, options.words)
    step = (time.perf_counter() - start) / options.words
    return {"step_ms": 1e3 * step, "words_per_second": 1 / step}


def time_load(options):
    seconds = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        new_model(options)
        seconds.append(time.perf_counter() - start)
    return {"step_ms": 1e3 * statistics.median(seconds)}


def make_model(options):
    """A file that ptblm reads too: words of falling counts, so that the order is a vocabulary's."""
    words = ["<eos>", "<unk>"] + [f"w{i}" for i in range(2, options.vocab)]
    lines = "".join(f"{word}\t{options.vocab - i}\n" for i, word in enumerate(words))
    vocab = torch.frombuffer(bytearray(lines.encode()), dtype=torch.uint8)
    tensors = {name: p.detach() for name, p in new_model(options).named_parameters()}
    wlm.save(options.model, {**tensors, "vocab": vocab},
             {"format": "pt", "ptblm.cell": options.cell})
    return {}


WORK = {
    "step": time_step,
    "eval": time_eval,
    "sample": time_sample,
    "load": time_load,
    "make": make_model,
}


def read_memory_mb(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no {field}")


def mapped_files():
    """(begin, end, path) for what is mapped from files."""
    with open("/proc/self/maps") as file:
        for line in file:
            fields = line.split(maxsplit=5)
            if len(fields) == 6 and fields[5].startswith("/"):
                begin, end = (int(number, 16) for number in fields[0].split("-"))
                yield begin, end, fields[5].strip()


def find_blas():
    """The file that the sgemm_ comes from which libtorch calls. Several BLAS may be mapped, for
    LAPACK brings one along; looked up from libtorch, the name leads to the one in use. "built in"
    where PyTorch has its own without that name."""
    files = list(mapped_files())
    torch_cpu = next((path for _, _, path in files if "/libtorch_cpu.so" in path), None)
    try:
        sgemm = ctypes.cast(ctypes.CDLL(torch_cpu).sgemm_, ctypes.c_void_p).value
    except (AttributeError, OSError):
        return "built in"
    return next((path for begin, end, path in files if begin <= sgemm < end), "built in")
