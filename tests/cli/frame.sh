#!/bin/sh
# The command-line frame: what goes to which stream, with which exit status.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

run 2 && [ ! -s "$out" ] && grep -q '^usage: ' "$err"
result $? "no command is a usage error with a hint"

run 0 --help && [ ! -s "$err" ] && [ "$(sed -n 1p "$out")" = "Example:" ]
result $? "--help goes to standard output and begins with an example"

run 0 help && cp "$out" "$work/overview" && run 0 --help && cmp -s "$out" "$work/overview"
result $? "help is --help"

run 0 --version && [ ! -s "$err" ] && grep -q '^ptblm [0-9]' "$out" &&
    grep -Eq '^matrices (panels|loops|[A-Z].*)$' "$out" && grep -Eq '^blas [A-Za-z]+$' "$out"
result $? "--version goes to standard output"

run 2 trian && grep -q "unknown command 'trian'; did you mean 'train'?" "$err"
result $? "an unknown command gets the nearest suggested"

run 0 batches --help && cp "$out" "$work/help" && run 0 help batches && cmp -s "$out" "$work/help"
result $? "help COMMAND is COMMAND --help"

run 2 help trian && grep -q "did you mean 'train'" "$err"
result $? "help of an unknown command is an error"

run 0 help help && cmp -s "$out" "$work/overview" && run 0 help --help && cmp -s "$out" "$work/overview" &&
    run 0 help -h && cmp -s "$out" "$work/overview" && run 2 help help help && run 2 help --hlep
result $? "help of help is the overview"

run 0 --version && cp "$out" "$work/version" && run 0 --vers && cmp -s "$out" "$work/version" &&
    run 0 -V && cmp -s "$out" "$work/version" && run 0 help --version && cmp -s "$out" "$work/version" &&
    run 0 train --version && cmp -s "$out" "$work/version" && run 0 train -o "$work/none" -V && cmp -s "$out" "$work/version" &&
    run 0 --he && cmp -s "$out" "$work/overview" && [ ! -e "$work/none" ]
result $? "the program's own options may be cut short, and stand behind a command too"

run 2 --hlep && grep -q "unknown option '--hlep'; did you mean '--help'?" "$err" &&
    run 2 --versoin && grep -q "unknown option '--versoin'; did you mean '--version'?" "$err" &&
    run 2 -help && grep -q "'-help'; did you mean '--help'?" "$err" &&
    run 2 -version && grep -q "'-version'; did you mean '--version'?" "$err" &&
    run 2 -x && grep -q "unknown option '-x'" "$err" && run 2 -- train && run 2 - && run 2 '' &&
    run 2 -o train && [ ! -s "$out" ]
result $? "and get a hint where they are nearly right"

run 2 tr && grep -q "unknown command 'tr'; did you mean 'train'?" "$err" &&
    run 2 hel && grep -q "did you mean 'help'?" "$err" && run 2 help tr && grep -q "did you mean 'train'?" "$err"
result $? "the beginning of a command is a hint at it"

run 2 batches --bacth 2 && grep -q "^ptblm batches: unknown option '--bacth'; did" "$err" &&
    grep -q "^try 'ptblm batches --help'\$" "$err"
result $? "a usage error names the command and where its help is"

run 2 batches a b && grep -q "'b' is one operand too many" "$err"
result $? "too many operands are refused"

run 3 batches "$work/none" && grep -q "^ptblm batches: .*none" "$err" && ! grep -q '^try' "$err"
result $? "a missing text is status 3, without a hint at the usage"

printf 'A girl walked into a bar, and she\n' >"$work/girl"
cat >"$work/want" <<'END'
window 0
x 0  A     girl    walked  into  a     bar,  and  she
y 0  girl  walked  into    a     bar,  and   she  <eos>
END
run 0 batches "$work/girl" -b 1 -t 8 && cmp -s "$out" "$work/want" && grep -q ' 9 tokens' "$err"
result $? "batches shows x and y, y shifted by one"

"$PTBLM" batches - -b 1 -t 8 -q <"$work/girl" >"$out" 2>"$err" && cmp -s "$out" "$work/want" &&
    [ ! -s "$err" ]
result $? "standard input does as well, and --quiet silences the notes"

run 3 batches "$work/girl" -b 2 -t 8 && grep -q 'too few' "$err"
result $? "a text too short for a window is an error that says so"

run 0 corpus -o "$work/g" --tokens 3000 --valid-tokens 300 --test-tokens 300 &&
    [ "$(grep -c '^true_perplexity [0-9.]*$' "$out")" = 3 ] && [ ! -s "$err" ]
result $? "corpus writes three texts and their true perplexity"

run 2 corpus -o "$work/g" && grep -q -- "--force" "$err"
result $? "corpus does not write over texts"

run 0 corpus --split train --tokens 3000 && cmp -s "$out" "$work/g/train.txt" &&
    grep -q 'true perplexity' "$err"
result $? "without --output the text goes to standard output, the figures to standard error"

run 0 prepare "$work/g" -o "$work/p" && [ ! -s "$out" ] && grep -q '^train ' "$err"
result $? "prepare says what it read on standard error"

run 2 prepare "$work/g" -o "$work/p" && grep -q -- "--force" "$err" &&
    run 0 prepare "$work/g" -o "$work/p" --force
result $? "prepare writes over a prepared directory with --force only"

run 0 batches "$work/g" --ids && cp "$out" "$work/want" && run 0 batches "$work/p" --ids &&
    cmp -s "$out" "$work/want"
result $? "a prepared directory gives the ids of its texts"

run 3 prepare "$work/none" -o "$work/q" && [ ! -e "$work/q" ]
result $? "a failed prepare leaves no directory behind"

status=0
"$PTBLM" corpus --tokens 3000 >/dev/full 2>"$err" || status=$?
[ "$status" -eq 1 ] && grep -q '^ptblm corpus: cannot write .*standard output: No space' "$err"
result $? "a full disk is status 1 and a sentence"

status=0
"$PTBLM" corpus --tokens 3000 >&- 2>"$err" || status=$?
[ "$status" -eq 1 ] && grep -q '^ptblm corpus: cannot write' "$err"
result $? "a closed standard output is status 1 and a sentence"

"$PTBLM" corpus --tokens 30000 -q 2>"$err" | sed 1q >"$out"
[ "$(wc -l <"$out")" -eq 1 ] && [ ! -s "$err" ]
result $? "a reader that leaves early hears nothing"

run 4 train "$work/g" -o "$work/wild" --preset test --hidden 8 -b 5 -t 5 -e 1 --lr 100 --kernels ref -q &&
    grep -Eq 'a train perplexity of [0-9]\.[0-9]+e\+[0-9]+, where' "$err"
result $? "a huge perplexity is short in a message"

run 0 batches "$work/g" && ! grep -q "$(printf '[\r\033]')" "$err"
result $? "nothing is redrawn where standard error is no terminal"

finish
