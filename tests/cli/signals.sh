#!/bin/sh
# Signals, at any moment, to any command: training saves and says how to go on, a second signal ends at
# once, the others end of the signal itself, and nobody leaves a file that is half written.
# Environment: PTBLM, the program; srcdir, the top of the source tree; MOMENTS, how many times each
# command gets each signal (1); SEED, of the moments (1).

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

moments=${MOMENTS:-1}
seed=${SEED:-1}
cd "$work" || exit 99
OMP_WAIT_POLICY=passive
TMPDIR=$work # of bench
export OMP_WAIT_POLICY TMPDIR
# The shell makes a background command deaf to SIGINT, and nohup to SIGHUP, which is why env begins it.
hearing=
names='TERM HUP'
if env --default-signal=INT,HUP true 2>/dev/null; then
    hearing='env --default-signal=INT,HUP'
    names='INT TERM HUP'
fi
tiny="--preset test --hidden 16 --batch 10 --steps 10 --threads 1"

# shellcheck disable=SC2086 # the settings are several words
run 0 corpus -o corpus --tokens 12000 --valid-tokens 1000 --test-tokens 1000 &&
    run 0 train corpus $tiny --epochs 4 -o whole -q && cp "$out" figures
result $? "there is a corpus, and a run that got no signal"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do cat corpus/train.txt; done >text

# start ARGUMENT...: runs the program in the background, as $pid.
start() {
    : >"$out"
    : >"$err"
    $hearing "$PTBLM" "$@" >"$out" 2>"$err" </dev/null &
    pid=$!
}

# stop SIGNAL: sends it, and sets $status.
stop() {
    kill -s "$1" "$pid" 2>/dev/null
    status=0
    wait "$pid" 2>/dev/null || status=$?
}

# lines_of RUN N: waits until its log has as many lines.
lines_of() {
    while kill -0 "$pid" 2>/dev/null && { [ ! -s "$1/log.jsonl" ] || [ "$(wc -l <"$1/log.jsonl")" -lt "$2" ]; }; do
        sleep 0.02
    done
}

# left_whole ARGUMENT...: whether what a command that was stopped left in ./new is whole.
left_whole() {
    [ -z "$(find . -name '.*.tmp.*')" ] || return 1
    case $status in
    0 | 129 | 130 | 143) ;;
    *) return 1 ;;
    esac
    [ -e new ] || return 0
    case $1 in
    corpus)
        for name in train valid test; do
            [ ! -e new/$name.txt ] || cmp -s new/$name.txt corpus/$name.txt || return 1
        done
        ;;
    prepare) [ ! -e new/prepared.json ] || "$PTBLM" batches new -n 1 >"$out" 2>>"$err" ;;
    train)
        for file in new/*.safetensors; do
            [ ! -e "$file" ] || "$PTBLM" info "$file" >"$out" 2>>"$err" || return 1
        done
        ;;
    *) false ;;
    esac
}

# A moment in the first part of a second, another each time.
moment() {
    drawn=$((drawn + 1))
    awk -v seed="$seed" -v n="$drawn" 'BEGIN { srand(seed * 10007 + n); rand(); printf "%.3f\n", 0.15 * rand() }'
}

drawn=0 bad=0 sent=0 early=0
for command in "corpus -o new --tokens 12000 --valid-tokens 1000 --test-tokens 1000" "prepare corpus -o new" \
    "train corpus $tiny --epochs 3 --checkpoint-windows 2 -o new" "eval model text" "sample model --words 1000000" \
    "score model text --words" "batches corpus -n 1000" "next model the" "info model" \
    "bench --measure files --hidden 16 --vocab 100 --repeats 1"; do
    [ -e model ] || cp -r whole model
    for name in $names; do
        n=0
        while [ "$n" -lt "$moments" ]; do
            n=$((n + 1)) sent=$((sent + 1))
            rm -rf new
            # shellcheck disable=SC2086
            start $command -q
            sleep "$(moment)"
            stop "$name"
            [ "$status" -eq 0 ] || early=$((early + 1))
            # shellcheck disable=SC2086
            if ! left_whole $command || [ -n "$(find . -name 'ptblm-bench-*')" ]; then
                bad=$((bad + 1))
                echo "# $name to $command: status $status"
                find . -newer model -name '[!.]*' | sed 's/^/# /'
            fi
        done
    done
done
echo "# seed $seed: $sent signals, $early came before the end, $bad left what they should not"
[ "$bad" -eq 0 ] && [ "$early" -gt "$moments" ]
result $? "each command and each signal, at random moments: nothing half written, nothing aside"

# --- training ---

bad=0
for name in $names; do
    rm -rf new
    # shellcheck disable=SC2086
    start train corpus $tiny --epochs 4 -o new -q
    lines_of new 3
    stop "$name"
    [ "$status" -eq 130 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q "interrupted .*'ptblm train --resume new' goes on" "$err" &&
        run 0 train --resume new -q && cmp -s "$out" figures && cmp -s new/model.safetensors whole/model.safetensors || bad=1
done
result $bad "each signal in training: status 130, one sentence, and resumed to the same model"

rm -rf new
# shellcheck disable=SC2086
start train corpus $tiny --epochs 4 -o new -q
lines_of new 3
kill -s TERM "$pid"
stop HUP
[ "$status" -eq 130 ] && grep -q "'ptblm train --resume new' goes on" "$err"
result $? "what comes twice at once, as from timeout, is one signal"

# A window that takes so long that both signals fall into it.
rm -rf new
start train corpus --preset test --hidden 1200 --batch 100 --steps 40 --threads 1 -o new -q
while kill -0 "$pid" 2>/dev/null && [ ! -e new/config.json ]; do sleep 0.02; done
sleep 0.3
kill -s TERM "$pid"
sleep 0.3
stop HUP
[ "$status" -eq 130 ] && [ ! -s "$err" ] && [ "$(ls -A new)" = config.json ]
result $? "the second signal ends at once, with status 130 and nothing aside"

rm -rf new
# shellcheck disable=SC2086
(
    trap '' HUP
    exec "$PTBLM" train corpus $tiny --epochs 4 -o new -q >"$out" 2>"$err" </dev/null
) &
pid=$!
lines_of new 3
stop HUP
[ "$status" -eq 0 ] && cmp -s new/model.safetensors whole/model.safetensors
result $? "what a parent has it ignore (nohup) is ignored"

# As with `train ... 2>&1 | tee log` and ^C: the reader goes first, and something is still to be said.
rm -rf new && mkfifo pipe
# shellcheck disable=SC2086
$hearing "$PTBLM" train corpus $tiny --epochs 400 --reports 1000 -o new >pipe 2>&1 </dev/null &
pid=$!
head -n 8 pipe >"$out"
sleep 0.1
stop TERM
set -- new/checkpoint-*
[ "$status" -eq 130 ] && run 0 eval "$1" corpus
result $? "a reader that goes first does not keep training from saving"
rm pipe

rm -rf new
# shellcheck disable=SC2086
start train corpus $tiny --epochs 4 -o new -q
for n in 3 9 15; do
    lines_of new $n
    kill -s STOP "$pid" 2>/dev/null
    sleep 0.2
    kill -s CONT "$pid" 2>/dev/null
done
stop CONT
[ "$status" -eq 0 ] && cmp -s new/model.safetensors whole/model.safetensors && cmp -s "$out" figures &&
    sed -n 's/.*"seconds":\([^,]*\),"words_per_second":\([^,]*\),.*/\1 \2/p' new/log.jsonl |
    awk '{ if (!($1 >= last && $2 > 0)) bad = 1; last = $1; n++ } END { exit bad || n < 20 || last < 0.6 }'
result $? "stopped and continued: the same model, and a clock that only goes forward"

# --- the others ---

# What waits for its input need not wait for it to end.
bad=0
mkfifo pipe
for command in "batches -" "train - -o new" "prepare - -o new" "score model" "eval model -"; do
    rm -rf new
    # shellcheck disable=SC2086
    { $hearing "$PTBLM" $command >"$out" 2>"$err" <pipe & } && pid=$!
    exec 9>pipe
    echo "the company said" >&9
    sleep 0.1
    kill -s TERM "$pid"
    exec 9>&-
    status=0
    wait "$pid" 2>/dev/null || status=$?
    if [ "$status" -ne 143 ] || [ -s "$err" ] || [ -e new ]; then bad=1 && echo "# $command: status $status"; fi
done
result $bad "a command that waits for its input ends of the signal itself, and leaves nothing"

bad=0
for command in "eval model text" "sample model --words 1000000000"; do
    # shellcheck disable=SC2086
    start $command
    until [ -s "$err" ] || [ -s "$out" ] || ! kill -0 "$pid"; do sleep 0.02; done
    sleep 0.05
    stop TERM
    sed -i '/^text: .* tokens/d' "$err"
    [ "$status" -eq 130 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q '^ptblm [a-z]*: interrupted' "$err" || bad=1
done
result $bad "eval and sample say that they were interrupted"

# Written into while it is in use, which the manual forbids.
cp whole/model.safetensors victim
start sample victim --words 3000000 -q
until [ -s "$out" ] || ! kill -0 "$pid"; do sleep 0.02; done
: >victim
status=0
wait "$pid" 2>/dev/null || status=$?
[ "$status" -eq 1 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q 'in use was cut short' "$err"
result $? "a model that is cut short while it is in use is an error"

finish
