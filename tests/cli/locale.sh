#!/bin/sh
# The user's locale changes nothing: what is printed, written and read has a decimal point, and sorts
# and folds letters as in C. The locale is built here.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
tiny="--preset test --hidden 8 --batch 10 --steps 10 --epochs 2 --threads 1"

# everything DIR: all that the commands print and write, in DIR.
everything() {
    mkdir "$1" && cd "$1" || return 1
    set -- --tokens 4000 --valid-tokens 500 --test-tokens 500
    # shellcheck disable=SC2086 # the settings are several words
    "$PTBLM" corpus -o corpus "$@" >corpus.out 2>corpus.err &&
        "$PTBLM" prepare corpus -o prepared >prepare.out 2>prepare.err &&
        "$PTBLM" train prepared $tiny --lr 0.5 --dropout 0.25 -o run -q >train.out 2>train.err &&
        "$PTBLM" eval run corpus >eval.out 2>eval.err && "$PTBLM" eval run corpus --json >json.out 2>json.err &&
        "$PTBLM" next run the --top 50 --json >next.out 2>next.err &&
        "$PTBLM" score run corpus/test.txt --words >score.out 2>score.err &&
        "$PTBLM" sample run --temperature 0.8 --top-p 0.9 >sample.out 2>sample.err &&
        "$PTBLM" info run --json >info.out 2>info.err && "$PTBLM" batches corpus >batches.out 2>batches.err &&
        printf 'Ilk IĞDIR I i İstanbul ı\n' >turkish && "$PTBLM" prepare --train turkish --tokenizer treebank -o t >t.out 2>t.err
    everything_status=$?
    rm -f run/checkpoint-*
    sed -E -i 's/"(seconds|words_per_second)":[^,]*,//g' run/log.jsonl && sed -i '/"directory":/d' run/config.json
    cd ..
    return $everything_status
}

everything c >"$out" 2>"$err"
result $? "there is what the commands give in C"

# Turkish has a comma in its numbers and other small letters than I's in its words.
name=tr_TR.UTF-8
mkdir locales
localedef -i tr_TR -f UTF-8 "locales/$name" >"$out" 2>&1
if [ "$(LOCPATH=$work/locales LC_ALL=$name env printf '%.1f' 1 2>/dev/null)" = 1,0 ]; then
    LOCPATH=$work/locales
    LC_ALL=$name
    export LOCPATH LC_ALL
    everything turkish >"$out" 2>"$err" && LC_ALL=C diff -r c turkish >"$out" 2>>"$err"
    result $? "the same to the byte in Turkish, where numbers have a comma"
    refused 2 "'--lr'" train c/corpus --lr 0,5 -o new && [ ! -e new ]
    result $? "nor is a comma read"
else
    skip "localedef cannot build $name" "the same to the byte in Turkish, where numbers have a comma"
    skip "localedef cannot build $name" "nor is a comma read"
fi

finish
