#!/bin/sh
# A run that is killed or interrupted and taken up again ends with the files of one that was not; who
# may take it up, and what it says where it cannot.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck disable=SC3045 # ulimit -v: where there is none, the test is skipped
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
tiny="corpus --preset test --hidden 64 --layers 2 --dropout 0.2 --batch 10 --steps 10 --epochs 2 --threads 1"

# The log without the fields of the clock.
log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

# same RUN: whether model and log are those of the run that was never stopped.
same() {
    cmp "$1/model.safetensors" whole/model.safetensors 2>>"$err" && log_of "$1" >log.a &&
        log_of whole >log.b && cmp log.a log.b 2>>"$err"
}

# One that is killed may leave more than two.
newest_of() {
    find "$1" -name 'checkpoint-*' | sort | tail -n 1
}

# begin RUN SIGNAL LINES [ARGUMENT...]: trains until the log has that many lines, sends the signal,
# and sets $status. The shell makes a background command deaf to SIGINT, which is why env begins it.
begin() {
    begun=$1 signal=$2 lines=$3
    shift 3
    # shellcheck disable=SC2086 # the settings are several words
    $deafness "$PTBLM" train $tiny -o "$begun" "$@" >"$out" 2>"$err" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null && { [ ! -s "$begun/log.jsonl" ] || [ "$(wc -l <"$begun/log.jsonl")" -lt "$lines" ]; }; do
        sleep 0.005
    done
    kill -s "$signal" "$pid" 2>/dev/null
    status=0
    wait "$pid" 2>/dev/null || status=$?
}
deafness=
if env --default-signal=INT true 2>/dev/null; then
    deafness='env --default-signal=INT'
fi

run 0 corpus -o corpus --tokens 12000 --valid-tokens 1500 --test-tokens 1500
# shellcheck disable=SC2086
run 0 train $tiny -o whole -q && cp "$out" figures
result $? "there is a run that was not stopped"

# --- stopped and taken up ---

for n in 1 13 18; do
    begin "killed$n" KILL "$n" --checkpoint-windows 7
    [ "$status" -eq 137 ] && run 0 train --resume "killed$n" -q && cmp -s "$out" figures && same "killed$n"
    result $? "killed when the log has $n lines, and resumed"
done

begin term TERM 4
set -- term/checkpoint-*
[ "$status" -eq 130 ] && grep -q "interrupted in epoch 1 after .*'ptblm train --resume term' goes on" "$err" &&
    [ $# -eq 1 ] && run 0 eval term -q && run 0 eval "$1" -q && run 0 train --resume term &&
    grep -Eq '^resuming    (in|after) epoch 1,' "$err" && same term
result $? "terminated, and resumed"

if ignores_threads; then
    begin threads TERM 15 && run 0 train --resume threads --threads 2 && grep -q '2 threads' "$err" && same threads
    result $? "and with another number of threads"
else
    skip "the bits of this library's products depend on the threads" "and with another number of threads"
fi

if "$PTBLM" --version | grep -q '^kernels ref$'; then
    skip "there is one set of kernels" "other kernels are said to change bits"
else
    begin kernels TERM 15 && run 0 train --resume kernels --kernels ref &&
        grep -q '^resuming    with kernels ref and matrices' "$err"
    result $? "other kernels are said to change bits"
fi

if [ -n "$deafness" ]; then
    begin int INT 14
    [ "$status" -eq 130 ] && grep -q 'interrupted in epoch 2' "$err" && run 0 train --resume int -q && same int
    result $? "interrupted, and resumed"
else
    skip "env has no --default-signal" "interrupted, and resumed"
fi

# The same again and again, each time a few windows on.
begin often TERM 1
stops=1
while [ "$stops" -lt 12 ] && [ "$status" -eq 130 ]; do
    "$PTBLM" train --resume often -q >"$out" 2>"$err" &
    pid=$!
    sleep 0.1
    kill -s TERM "$pid" 2>/dev/null
    status=0
    wait "$pid" || status=$?
    stops=$((stops + 1))
done
[ "$status" -eq 0 ] || run 0 train --resume often -q
result $? "stopped $stops times"
same often
result $? "and the same in the end"

begin early KILL 1
run 0 train --resume early && grep -q 'from the start: there is no checkpoint yet' "$err" && same early
result $? "a run without a checkpoint begins again"

mkdir elsewhere && begin moved TERM 2 && mv moved elsewhere/moved &&
    (cd elsewhere && run 0 train --resume moved -q) && same elsewhere/moved
result $? "a run that was moved finds its text"

# Names as they were meant in the directory where the run was begun: what is in the corpus goes before
# the file of that name beside it, other paths count from there.
mkdir parts && cp corpus/train.txt parts/a.txt && cp corpus/valid.txt parts/b.txt && cp corpus/test.txt a.txt &&
    cp corpus/test.txt c.txt && run 0 prepare corpus -o prepared -q && tiny=${tiny#corpus }
begin named KILL 4 parts --train a.txt --valid b.txt --test c.txt --vocab prepared/vocab.txt --checkpoint-windows 7
cp -r named named2
[ "$status" -eq 137 ] && (cd / && run 0 train --resume "$work/named" -q && cmp -s "$out" "$work/figures")
result $? "names of the corpus and other paths are found again from another directory"

run 0 train --resume named2 -q && cmp -s "$out" figures
result $? "and from the same one"
tiny="corpus $tiny"

# --- ended ---

ls -l --time-style=full-iso whole >before 2>/dev/null || ls -l whole >before
run 0 train --resume whole && cmp -s "$out" figures && grep -q '^finished    whole has all its 2 epochs' "$err" &&
    { ls -l --time-style=full-iso whole >after 2>/dev/null || ls -l whole >after; } && cmp -s before after
result $? "a run that has ended says so, gives its figures, and stays as it is"

mv corpus away && run 0 train --resume whole -q && cmp -s "$out" figures
result $? "also where its text is gone"
mv away corpus

cp -r whole more && run 0 train --resume more --epochs 3 -q && cp "$out" want && tiny3=$(echo "$tiny" | sed 's/epochs 2/epochs 3/')
# shellcheck disable=SC2086
run 0 train $tiny3 -o three -q && cmp -s "$out" want && log_of more >log.a && log_of three >log.b && cmp -s log.a log.b &&
    grep -q '"epochs": 3' more/config.json
result $? "it goes on for more epochs as if it had been asked for them at once"

# shellcheck disable=SC2086
run 0 train $tiny --max-steps 50 -o short -q && cp "$out" figures50 && run 0 train --resume short --epochs 9 &&
    cmp -s "$out" figures50 && grep -q '^finished    short has all its 50 steps; --max-steps asks for more' "$err" &&
    run 0 train --resume short --max-steps 0 -q && cmp -s "$out" figures &&
    cmp -s short/model.safetensors whole/model.safetensors
result $? "a run that --max-steps ended says so, and goes on without it to the same end"

# --- refused ---

begin stopped TERM 3 && cp -r stopped mended
for option in "--hidden 8" "--lr 2" "--seed 7" "--output other" "--force" "--steps 5" "--tokenizer chars"; do
    # shellcheck disable=SC2086
    refused 2 "cannot be given with --resume" train --resume stopped $option || break
done && refused 2 "takes no corpus" train --resume stopped corpus && refused 2 "too few" train --resume more --epochs 2
result $? "options that would change the result"

refused 3 "'nothing' holds no run to resume" train --resume nothing && refused 3 "'corpus' holds no run" train --resume corpus
result $? "a directory that holds no run"

refused 3 "it is a file; give the directory of its run" train --resume whole/model.safetensors &&
    refused 3 "there is no such directory" train --resume nothing
result $? "what is no directory"

mv corpus away
refused 3 "'stopped' cannot be resumed, because its text cannot be read as it was" train --resume stopped -q
result $? "a text that is gone"
mv away corpus

cp -r corpus kept && echo "one more line" >>corpus/test.txt
refused 3 "'stopped' cannot be resumed, because its text has changed: the fingerprint of 'corpus/test.txt' is" \
    train --resume stopped -q
result $? "a text that has changed, if only the test text"
rm -r corpus && mv kept corpus
mv corpus/valid.txt valid
refused 3 "because its text has changed: it no longer has a valid text" train --resume stopped -q
result $? "or that is not there any more"
mv valid corpus/valid.txt

"$PTBLM" train --resume stopped --epochs 1000 -q >/dev/null 2>&1 &
pid=$!
sleep 0.5
used="'stopped' is in use by another process: wait until it ends, or give another directory"
refused 1 "$used" train --resume stopped && refused 1 "$used" train corpus -o stopped --force
result $? "a second writer"
kill -s KILL "$pid"
wait "$pid" 2>/dev/null
run 0 eval stopped/model.safetensors -q
result $? "whose lock ends with it"

# --- damaged ---

begin hurt KILL 14 --checkpoint-windows 7
newest=$(basename "$(newest_of hurt)")
size=$(wc -c <"hurt/$newest")
cp -r hurt lost
printf x | dd of="hurt/$newest" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
run 0 train --resume hurt -q && grep -q "^ptblm train: warning: 'hurt/$newest' is damaged.*going back" "$err" &&
    [ "$(wc -l <"$err")" -eq 1 ] && same hurt
result $? "a damaged checkpoint is passed over, with a warning, to the same end"

for file in lost/checkpoint-*; do : >"$file"; done
run 3 train --resume lost -q && grep -q "'lost' cannot be resumed, because none of its checkpoints can be used" "$err" &&
    grep -q -- "--force" "$err"
result $? "none that is whole is an error with a remedy"

cp mended/config.json config
changed() {
    sed "$1" config >mended/config.json && run 3 train --resume mended -q &&
        grep -q "'mended/config.json' was changed: its '$2' is $3, but the run was trained with $4; put that back" "$err"
}
changed 's/"batch": 10/"batch": 5/' batch 5 10 && changed 's/"lr": 1.0/"lr": 1.5/' lr 1.5 1.0 &&
    changed 's/"seed": 1,/"seed": 2,/' seed 2 1 && changed 's/"decay"/"constant"/' schedule '"constant"' '"decay"'
result $? "settings that were changed by hand are named"

# A link to /dev/full in a checkpoint's place stands for a disk that is full at that time.
begin full KILL 4 --checkpoint-windows 7
last=$(newest_of full | sed 's/[^0-9]*0*\([0-9]*\).*/\1/')
next=full/checkpoint-$(printf %08d $((last / 7 * 7 + 7))).safetensors
if [ -w /dev/full ]; then
    ln -s /dev/full "$next"
    run 0 train --resume full -q && cmp -s "$out" figures && same full && [ "$(wc -l <"$err")" -eq 3 ] &&
        grep -q "^ptblm train: warning: cannot write '$next': No space .*; training goes on" "$err" &&
        grep -q 'warning: 1 checkpoint could not be written; the model is whole' "$err"
    result $? "a checkpoint that cannot be written is a warning"
else
    skip "there is no /dev/full" "a checkpoint that cannot be written is a warning"
fi

# --- a run that an older program began ---

# By commit d560c43, whose checkpoints and config.json have none of what came later; it was stopped in
# epoch 6 of 30 and goes on to what that program reached when it was not stopped:
# train text --preset test --hidden 8 --layers 2 --dropout 0.2 --batch 5 --steps 8 --epochs 30
#     --optim adam --lr 0.01 --schedule plateau --tie --threads 1 --kernels ref
gzip -dc "$srcdir/tests/cli/old-run.tar.gz" | tar -xof - && run 0 train --resume run -q &&
    grep -qx 'best_epoch 24' "$out" && near "$(value_of test_perplexity)" 6.6954 0.0001 && [ ! -s "$err" ]
result $? "a run of an older program goes on as that would have"

# --- memory ---

if (ulimit -v 2000000 && "$PTBLM" --version) >/dev/null 2>&1; then
    status=0
    (ulimit -v 2000000 && exec "$PTBLM" train --preset test --hidden 20000 -o huge -q) >"$out" 2>"$err" || status=$?
    [ "$status" -eq 1 ] && [ ! -e huge ] && [ "$(wc -l <"$err")" -eq 1 ] &&
        grep -q 'training needs about .* GB of memory, and the limit on addresses (ulimit -v) leaves' "$err"
    result $? "memory that cannot be had is refused before the work"
else
    skip "the program cannot run with 2 GB of addresses here" "memory that cannot be had is refused before the work"
fi

# --- divergence ---

# shellcheck disable=SC2086
run 4 train $tiny -o wild --lr 1e5 -q && grep -q "try a smaller --lr, .*--resume wild --on-divergence retry'" "$err" &&
    run 4 train --resume wild -q
result $? "a run that diverges stops, and would again"

# shellcheck disable=SC2086
run 0 train $tiny -o tamed --lr 1e4 --on-divergence retry -q && retries=$(grep -c '"kind":"retry".*"flops":0' tamed/log.jsonl) &&
    [ "$retries" -ge 1 ] && grep -q "\"retries\": $retries" tamed/config.json &&
    [ "$(grep -c 'going back to step 0 with half the learning rate' "$err")" -eq "$retries" ] &&
    grep -q "\"kind\":\"epoch\",\"epoch\":1.*\"lr\":$(awk -v n="$retries" 'BEGIN { printf "%.10g", 1e4 / 2 ^ n }')" tamed/log.jsonl
result $? "with --on-divergence retry it goes back and halves the rate, and says so"

tiny="$tiny --lr 1e4 --on-divergence retry" && begin tried KILL 8 --checkpoint-windows 5 &&
    run 0 train --resume tried -q && cmp -s tried/model.safetensors tamed/model.safetensors &&
    log_of tried >log.a && log_of tamed >log.b && cmp -s log.a log.b
result $? "such a run is resumed to the same end"

finish
