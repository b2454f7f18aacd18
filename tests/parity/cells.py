"""The recurrent cells of ptblm in PyTorch: its own, and those that it has not, written from the
equations of their papers with a step at a time. Parameters are named and ordered as in ptblm's files.
"""
import torch
from torch import nn


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


def round_shapes(n_in, n_hidden, rounds, rank):
    """By name, what the rounds of a Mogrifier add to a cell; rank 0: full matrices."""
    shapes = {}
    for i in range(1, rounds + 1):
        n_out, n_read = (n_in, n_hidden) if i % 2 == 1 else (n_hidden, n_in)
        if rank > 0:
            shapes[f"mogrifier{i}_left"] = (n_out, rank)
            shapes[f"mogrifier{i}_right"] = (rank, n_read)
        else:
            shapes[f"mogrifier{i}_weight"] = (n_out, n_read)
        shapes[f"mogrifier{i}_bias"] = (n_out,)
    return shapes


class Stepwise(nn.Module):
    """A layer of a cell with the states h and c that is given by its `step`, after the rounds of a
    Mogrifier if there are any: what a round scales are the input and the state of the step."""

    def __init__(self, n_in, n_hidden, rounds=0, rank=0):
        super().__init__()
        self.n_hidden, self.rounds, self.rank = n_hidden, rounds, rank
        shapes = {**self.shapes(n_in, n_hidden), **round_shapes(n_in, n_hidden, rounds, rank)}
        for name, shape in shapes.items():
            values = torch.empty(shape).uniform_(-(n_hidden**-0.5), n_hidden**-0.5)
            self.register_parameter(f"{name}_l0", nn.Parameter(values))

    def param(self, name):
        return getattr(self, f"{name}_l0")

    def round_matrix(self, i):
        if self.rank == 0:
            return self.param(f"mogrifier{i}_weight")
        return self.param(f"mogrifier{i}_left") @ self.param(f"mogrifier{i}_right")

    def mogrify(self, x, h):
        """Melis, Kocisky and Blunsom 2020, equations 1 and 2, with biases."""
        for i in range(1, self.rounds + 1):
            read = h if i % 2 == 1 else x
            gate = torch.sigmoid(read @ self.round_matrix(i).t() + self.param(f"mogrifier{i}_bias"))
            if i % 2 == 1:
                x = 2 * gate * x
            else:
                h = 2 * gate * h
        return x, h

    def forward(self, x, state):
        zeros = x.new_zeros(x.shape[1], self.n_hidden)
        h, c = (zeros, zeros) if state is None else (state[0][0], state[1][0])
        out = []
        for row in x:
            h, c = self.step(*self.mogrify(row, h), c)
            out.append(h)
        return torch.stack(out), (h.unsqueeze(0), c.unsqueeze(0))


class CappedLSTM(Stepwise):
    """Melis, Dyer and Blunsom 2018: the input gate is at most 1 - f. One bias; gates i, f, g, o."""

    @staticmethod
    def shapes(n_in, H):
        return {"weight_ih": (4 * H, n_in), "weight_hh": (4 * H, H), "bias_ih": (4 * H,)}

    def step(self, x, h, c):
        sides = x @ self.param("weight_ih").t() + h @ self.param("weight_hh").t()
        i, f, g, o = (sides + self.param("bias_ih")).chunk(4, 1)
        i, f, o = torch.sigmoid(i), torch.sigmoid(f), torch.sigmoid(o)
        c = f * c + torch.minimum(i, 1 - f) * torch.tanh(g)
        return o * torch.tanh(c), c


class RewiredLSTM(Stepwise):
    """Melis 2022, the RLSTM: the forget gate sees i g, and the output gate the new c. The rows of
    weight_ih are i, g; of weight_hh i, g, f; of the bias i, g, f, o."""

    @staticmethod
    def shapes(n_in, H):
        return {"weight_ih": (2 * H, n_in), "weight_hh": (3 * H, H), "weight_fu": (H, H),
                "weight_oc": (H, H), "bias_ih": (4 * H,)}

    def step(self, x, h, c):
        W_ii, W_ig = self.param("weight_ih").chunk(2)
        W_hi, W_hg, W_hf = self.param("weight_hh").chunk(3)
        b_i, b_g, b_f, b_o = self.param("bias_ih").chunk(4)
        i = torch.sigmoid(x @ W_ii.t() + h @ W_hi.t() + b_i)
        g = torch.tanh(x @ W_ig.t() + h @ W_hg.t() + b_g)
        f = torch.sigmoid((i * g) @ self.param("weight_fu").t() + h @ W_hf.t() + b_f)
        c = f * c + torch.minimum(i, 1 - f) * g
        o = torch.sigmoid(c @ self.param("weight_oc").t() + b_o)
        return o * torch.tanh(c), c


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


CELLS = {
    "lstm": nn.LSTM,
    "lstm-norm": NormLSTM,
    "lstm-capped": CappedLSTM,
    "rlstm": RewiredLSTM,
    "mogrifier": CappedLSTM,
    "mogrifier-rlstm": RewiredLSTM,
    "gru": nn.GRU,
    "gru-cho": ChoGRU,
    "rnn": nn.RNN,
    "rnn-relu": lambda n_in, n_hidden: nn.RNN(n_in, n_hidden, nonlinearity="relu"),
}
MOGRIFIERS = ("mogrifier", "mogrifier-rlstm")
WITH_C = ("lstm", "lstm-norm", "lstm-capped", "rlstm", *MOGRIFIERS)  # their state is h and c


def make(cell, n_in, n_hidden, rounds=0, rank=0):
    """A layer; rounds and rank are a Mogrifier's."""
    options = {"rounds": rounds, "rank": rank} if cell in MOGRIFIERS else {}
    return CELLS[cell](n_in, n_hidden, **options)


def rounds_of(tensors):
    """Rounds and rank of a file's tensors; 0 and 0 where they are no Mogrifier's."""
    rounds = 0
    while f"rnn.mogrifier{rounds + 1}_bias_l0" in tensors:
        rounds += 1
    left = tensors.get("rnn.mogrifier1_left_l0")
    return rounds, 0 if left is None else left.shape[1]
