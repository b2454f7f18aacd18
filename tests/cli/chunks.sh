#!/bin/sh
# Chunks beside two implementations of conlleval's definition in Python, on random labels of every
# scheme with every kind of error.
# Environment: PTBLM, the program, beside which is tests/cli/chunks_of; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

chunks_of=${PTBLM%/*}/tests/cli/chunks_of
reference=$srcdir/tests/cli/chunks_reference.py

if command -v python3 >/dev/null 2>&1; then
    export PYTHONUTF8=1
    python3 "$reference" draw 4000 >"$work/labels" 2>"$err" && [ "$(grep -c '^=$' "$work/labels")" -eq 4000 ] &&
        [ "$(grep -c '^$' "$work/labels")" -gt 10000 ]
    result $? "there are labels"

    python3 "$reference" score <"$work/labels" >"$work/want" 2>"$err" &&
        "$chunks_of" <"$work/labels" >"$out" 2>>"$err" && diff "$work/want" "$out" | head -20 >>"$err" &&
        cmp "$work/want" "$out" 2>>"$err"
    result $? "the figures are those of other implementations, on what every scheme and error gives"

    [ "$(sed -n 's/^by spans too: //p' "$err")" -gt 2000 ]
    result $? "most are labels whose chunks are plain spans"
else
    skip "python3 is not there" "the figures are those of other implementations"
fi

finish
