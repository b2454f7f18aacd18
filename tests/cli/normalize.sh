#!/bin/sh
# Texts that --normalize nfc puts in Unicode's form C have the ids of what Python makes of them, and the
# choice is the model's: it holds in every later use. EVERY=1 asks for every code point.
# Environment: PTBLM, the program; srcdir, the top of the source tree; EVERY.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

on='--epochs 1 --hidden 8 --batch 5 --steps 5 --lr 0.2 --threads 1 -q'

fingerprint() {
    grep '^fingerprint' "$err"
}

# The same words in the two spellings: e and an acute accent, or one letter.
i=0
while [ $i -lt 60 ]; do
    printf 'the cafe\314\201 %d is nai\314\210ve\n' $((i % 5)) >>d.txt
    printf 'the caf\303\251 %d is na\303\257ve\n' $((i % 5)) >>c.txt
    i=$((i + 1))
done
run 0 prepare --train c.txt -o c && fingerprint >want && run 0 prepare --train d.txt -o d && ! fingerprint | cmp -s want - &&
    run 0 prepare --train d.txt --normalize nfc -o n && fingerprint | cmp -s want - &&
    grep -q '^normalized  nfc, Unicode [0-9]' "$err" && grep -q '"normalize": "nfc"' n/prepared.json &&
    grep -q '"unicode": "' n/prepared.json && grep -q '"version": 1' d/prepared.json
result $? "two spellings of one text have the same ids"

# shellcheck disable=SC2086
run 0 train d.txt --normalize nfc -o r $on && cp "$out" want && run 0 train c.txt -o rc $on && cmp -s "$out" want &&
    run 0 eval r d.txt -q && cp "$out" want && [ "$(value_of unknown)" -eq 0 ] && run 0 eval r c.txt -q && cmp -s "$out" want &&
    run 0 eval r/model.safetensors d.txt -q && cmp -s "$out" want && run 0 eval r -q && run 0 info r && grep -q '^normalize nfc [0-9]' "$out"
result $? "a model keeps the choice: eval reads either spelling"

piped 0 score r -q <d.txt && cp "$out" want && piped 0 score r -q <c.txt && cmp -s "$out" want &&
    run 0 next r "$(printf 'the cafe\314\201')" && cp "$out" want && [ ! -s "$err" ] && run 0 next r "$(printf 'the caf\303\251')" &&
    cmp -s "$out" want && run 0 sample r --prompt "$(printf 'the cafe\314\201')" --seed 1 -q
result $? "so do score, next and sample"

run 0 eval r d.txt --normalize none -q && [ "$(value_of unknown)" -eq 120 ]
result $? "--normalize none turns it off"

# shellcheck disable=SC2086
run 0 train n -o rn $on && run 0 eval rn d.txt -q && [ "$(value_of unknown)" -eq 0 ] && run 0 train --resume rn --epochs 2 -q &&
    refused 2 "given with --resume" train --resume rn --normalize none &&
    refused 2 "was prepared with the normalization 'nfc', not 'none'" train n --normalize none -o x &&
    refused 2 "was prepared with no normalization, not 'nfc'" train d --normalize nfc -o x &&
    run 0 train d.txt --from r -o f --epochs 1 --lr 0.1 --batch 5 --steps 5 -q && run 0 eval f c.txt -q && [ "$(value_of unknown)" -eq 0 ]
result $? "a prepared directory keeps the choice, and so do --resume and --from"

refused 2 "nfc" prepare --train c.txt --normalize nfd -o x
result $? "another form is refused"

if command -v python3 >/dev/null 2>&1; then
    # All that have a decomposition, all that combine, and random mixtures; with EVERY all code points.
    EVERY=${EVERY-} python3 - <<'PYTHON'
import os, random, sys, unicodedata as u
codes = [c for c in range(0x21, 0x110000) if not 0xd800 <= c < 0xe000 and u.category(chr(c)) not in ("Cn", "Cc")
         and not chr(c).isspace()]
if not os.environ["EVERY"]:
    codes = [c for c in codes if not 0xac00 <= c < 0xd7a4 or c % 50 == 0]
    codes = [c for c in codes if u.decomposition(chr(c)) or u.combining(chr(c)) or c % 100 == 0]
random.seed(11)
marks = [c for c in codes if u.combining(chr(c))]
words = ["a" + chr(c) + "\u0301\u0323" for c in codes] + [chr(c) for c in codes]
words += ["".join(chr(random.choice(random.choice((codes, marks)))) for _ in range(6)) for _ in range(20000)]
lines = [" ".join(words[i:i + 20]) for i in range(0, len(words), 20)]
open("raw", "w").write("\n".join(lines) + "\n")
open("python", "w").write("\n".join(u.normalize("NFC", line) for line in lines) + "\n")
PYTHON
    run 0 prepare --train raw --normalize nfc -o ids && fingerprint >want && run 0 prepare --train python -o ids --force &&
        fingerprint | cmp -s want -
    result $? "the form is that of Python's unicodedata${EVERY:+, for every code point}"
else
    skip "python3 is not there" "the form is that of Python's unicodedata"
fi

finish
