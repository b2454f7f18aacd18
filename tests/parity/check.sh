#!/bin/sh
# The same perplexity here and in PyTorch: of a model that ptblm trained, and of one that PyTorch made,
# trained and wrote. Wants python3-torch; takes three minutes. Run by `make check-long`.
# Environment: PTBLM, srcdir; PYTHON, if it is not python3 that has torch.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

# shellcheck source=tests/parity/torch.sh
. "$srcdir/tests/parity/torch.sh"

# theirs MODEL: PyTorch's perplexity of the test text, and the number of words that it is over.
theirs() {
    "$python" "$parity/wlm.py" "$1" "$work/text/test.txt" >"$out" 2>"$err" &&
        words=$(value_of words) && perplexity=$(value_of perplexity)
}

# same MODEL: both count the same words and agree to more than four digits.
same() {
    theirs "$1" && run 0 eval "$1" "$work/text/test.txt" --threads 1 --json || return 1
    ours=$("$python" -c 'import json, sys
report = json.load(open(sys.argv[1]))
print(report["perplexity"], report["tokens"])' "$out") || return 1
    echo "# $(basename "$1"): PyTorch $perplexity over $words words; ptblm $ours"
    near "${ours#* }" "$words" 0 && near "${ours% *}" "$perplexity" \
        "$(awk -v p="$perplexity" 'BEGIN { print p * 0.00002 }')"
}

run 0 corpus -o "$work/text" -n 100000 --valid-tokens 2000 --test-tokens 10000 --seed 3
result $? "there is a text"

# ours NAME OPTION...: what ptblm makes with the options.
ours() {
    name=$1
    shift
    run 0 train "$work/text" -o "$work/run" -f --preset small --layers 2 --embedding 12 --hidden 20 \
        --optim adam --lr 0.03 --epochs 1 --threads 1 --quiet "$@" &&
        mv "$work/run/model.safetensors" "$work/$name.safetensors" && same "$work/$name.safetensors"
    result $? "PyTorch gives a model of $name the same perplexity"
}

for cell in lstm lstm-norm lstm-capped rlstm mogrifier mogrifier-rlstm gru gru-cho rnn rnn-relu; do
    ours $cell --cell $cell
done
for cell in mogrifier mogrifier-rlstm; do
    ours "$cell-of-a-rank" --cell $cell --mogrifier-rounds 4 --mogrifier-rank 6
done
ours sum-of-layers --cell lstm-capped --sum-layers

# Models of other shapes, with no more metadata than PyTorch's own files have; but a cell that cannot
# be told by the number of its gates must be named.
theirs_of() {
    PYTHONPATH=$parity "$python" - "$work" "$@" 2>"$err" <<'PYTHON'
import sys

import torch
import wlm

(work, cell), B, T = sys.argv[1:3], 20, 20
rounds, rank = (int(n) for n in sys.argv[3:] or (0, 0))
torch.manual_seed(1)
torch.set_num_threads(1)
_, tensors = wlm.load(f"{work}/lstm.safetensors")
vocab = wlm.read_vocab(tensors)
model = wlm.WordLanguageModel(
    len(vocab), 24, [16, 20, 12], cell=cell, tied=cell != "lstm", rounds=rounds, rank=rank
)
ids = wlm.read_ids(f"{work}/text/train.txt", vocab)
stream = ids[: len(ids) // B * B].reshape(B, -1).t()
state = None
for at in range(0, len(stream) - 1 - T, T):
    logits, state = model(stream[at : at + T], state)
    state = [tuple(s.detach() for s in h) if isinstance(h, tuple) else h.detach() for h in state]
    y = stream[at + 1 : at + 1 + T]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum") / B
    model.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.5 * p.grad
named = {"ptblm.cell": cell} if cell not in ("lstm", "gru", "rnn") else {}
wlm.save(
    f"{work}/theirs.safetensors",
    {**model.tensors(), "vocab": tensors["vocab"]},
    {"format": "pt", **named},
)
PYTHON
}

while read -r cell rounds rank; do
    theirs_of "$cell" ${rounds:+"$rounds" "$rank"} && same "$work/theirs.safetensors"
    result $? "ptblm gives PyTorch's model of $cell${rank:+ of rank $rank} the same perplexity"
done <<'CELLS'
lstm
lstm-norm
lstm-capped
rlstm
mogrifier 5 0
mogrifier 5 4
mogrifier-rlstm 6 0
mogrifier-rlstm 3 4
gru
gru-cho
rnn
rnn-relu
CELLS

finish
