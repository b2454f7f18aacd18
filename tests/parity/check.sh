#!/bin/sh
# The same perplexity here and in PyTorch: of a model that ptblm trained, and of one that PyTorch made,
# trained and wrote. Wants python3-torch; takes about a minute. Run by `make check-long`.
# Environment: PTBLM, srcdir; PYTHON, if it is not python3 that has torch.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

parity=$srcdir/tests/parity
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$candidate" -c 'import torch' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "1..0 # SKIP no python3 with torch: apt-get install python3-torch"
    exit 0
fi

# theirs MODEL: PyTorch's perplexity of the test text, and the number of words that it is over.
theirs() {
    PYTHONDONTWRITEBYTECODE=1 "$python" "$parity/wlm.py" "$1" "$work/text/test.txt" >"$out" 2>"$err" &&
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

run 0 corpus -o "$work/text" -n 100000 --valid-tokens 2000 --test-tokens 10000 --seed 3 &&
    run 0 train "$work/text" -o "$work/run" --preset small --layers 2 --embedding 12 --hidden 20 \
        --epochs 1 --threads 1 --quiet
result $? "ptblm trains a model"

mv "$work/run/model.safetensors" "$work/ours.safetensors"
same "$work/ours.safetensors"
result $? "PyTorch gives it the same perplexity"

# A model of another shape, with no more metadata than PyTorch's own files have.
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$parity "$python" - "$work" 2>"$err" <<'PYTHON'
import sys

import torch
import wlm

work, B, T = sys.argv[1], 20, 20
torch.manual_seed(1)
torch.set_num_threads(1)
_, tensors = wlm.load(f"{work}/ours.safetensors")
vocab = wlm.read_vocab(tensors)
model = wlm.WordLanguageModel(len(vocab), 24, 16, 3)
ids = wlm.read_ids(f"{work}/text/train.txt", vocab)
stream = ids[: len(ids) // B * B].reshape(B, -1).t()
state = None
for at in range(0, len(stream) - 1 - T, T):
    logits, state = model(stream[at : at + T], state)
    state = tuple(s.detach() for s in state)
    y = stream[at + 1 : at + 1 + T]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum") / B
    model.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    with torch.no_grad():
        for p in model.parameters():
            p -= p.grad
wlm.save(f"{work}/theirs.safetensors", {**model.tensors(), "vocab": tensors["vocab"]}, {"format": "pt"})
PYTHON
result $? "PyTorch trains a model and writes it"

same "$work/theirs.safetensors"
result $? "ptblm gives it the same perplexity"

finish
