#!/bin/sh
# The same perplexity here and in PyTorch: of a model that ptblm trained, and of one that PyTorch made,
# trained and wrote. Wants python3-torch; takes two minutes. Run by `make check-long`.
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

for cell in lstm lstm-norm gru gru-cho rnn rnn-relu; do
    run 0 train "$work/text" -o "$work/run" -f --preset small --cell $cell --layers 2 --embedding 12 \
        --hidden 20 --lr 0.5 --epochs 1 --threads 1 --quiet &&
        mv "$work/run/model.safetensors" "$work/$cell.safetensors" && same "$work/$cell.safetensors"
    result $? "PyTorch gives a model of $cell the same perplexity"
done

# Models of other shapes, with no more metadata than PyTorch's own files have; but a cell that cannot
# be told by the number of its gates must be named.
theirs_of() {
    PYTHONPATH=$parity "$python" - "$work" "$1" 2>"$err" <<'PYTHON'
import sys

import torch
import wlm

work, cell, B, T = sys.argv[1], sys.argv[2], 20, 20
torch.manual_seed(1)
torch.set_num_threads(1)
_, tensors = wlm.load(f"{work}/lstm.safetensors")
vocab = wlm.read_vocab(tensors)
model = wlm.WordLanguageModel(len(vocab), 24, [16, 20, 12], cell=cell, tied=cell != "lstm")
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
named = {"ptblm.cell": cell} if cell in ("lstm-norm", "gru-cho", "rnn-relu") else {}
wlm.save(
    f"{work}/theirs.safetensors",
    {**model.tensors(), "vocab": tensors["vocab"]},
    {"format": "pt", **named},
)
PYTHON
}

for cell in lstm lstm-norm gru gru-cho rnn rnn-relu; do
    theirs_of $cell && same "$work/theirs.safetensors"
    result $? "ptblm gives PyTorch's model of $cell the same perplexity"
done

finish
