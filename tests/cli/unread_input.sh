#!/bin/sh
# Standard input that is not asked for: a warning where bytes wait there, and none otherwise.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

warns() { grep -q "warning: standard input was not read: $1" "$err"; }

run 0 corpus -o texts --tokens 3000 --valid-tokens 300 --test-tokens 300 && cp texts/test.txt text &&
    run 0 train texts --preset test --hidden 8 -b 5 -t 5 -e 1 -o model -q
result $? "there is a text and a model"

cp text again
piped 0 eval model -q <text && warns "give - as the text to evaluate it" && piped 0 eval model - -q <text && ! warns &&
    piped 0 eval model again -q <text && ! warns
result $? "eval of the text of training says that the input is another"

# shellcheck disable=SC2002 # a pipe is what is tested
"$PTBLM" eval model -q 2>"$err" >"$out" <text && warns "give - as the text" && cat text | "$PTBLM" eval model -q 2>"$err" >"$out" &&
    warns "give - as the text" && : | "$PTBLM" eval model -q 2>"$err" >"$out" && ! warns && "$PTBLM" eval model -q 2>"$err" >"$out" \
    </dev/null && ! warns && "$PTBLM" eval model -q 2>"$err" >"$out" <&- && ! warns
result $? "from a file and from a pipe; not from an empty one, from /dev/null or where there is none"

"$PTBLM" next model -q 2>"$err" >"$out" <text && warns "give the words as TEXT" && "$PTBLM" next model the -q 2>"$err" >"$out" <text &&
    ! warns && "$PTBLM" sample model -q 2>"$err" >"$out" <text && warns "give a beginning by --prompt" &&
    "$PTBLM" batches -n 1 -q 2>"$err" >"$out" <text && warns "the text is the built-in corpus" &&
    "$PTBLM" train --preset test --max-steps 1 -o built -q 2>"$err" >"$out" <text && warns "the text is the built-in corpus"
result $? "so do next, sample, batches and train"

finish
