#!/bin/sh
# A run that is killed (-9, now and then TERM) at random moments, again and again, and taken up each
# time, ends with the model and log of one that was not. Takes some minutes.
# Environment: PTBLM, srcdir; KILLS, how many (200); SEED, of the moments (1).

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

kills=${KILLS:-200}
seed=${SEED:-1}
cd "$work" || exit 99
# Trains for a second or two; saves so often that many kills fall into a save.
tiny="--preset test --hidden 24 --layers 2 --dropout 0.2 --batch 10 --steps 10 --epochs 3 --threads 1 --checkpoint-windows 3"

log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

run 0 corpus -o corpus -n 30000 --valid-tokens 3000 --test-tokens 3000 --seed 2
# shellcheck disable=SC2086 # the settings are several words
run 0 train corpus $tiny -o whole -q && log_of whole >whole.log
result $? "there is a run that was not killed"

# What could not be resumed because there was nothing yet is begun again.
take_up() {
    if [ -e killed/config.json ]; then
        exec "$PTBLM" train --resume killed -q
    else
        # shellcheck disable=SC2086
        exec "$PTBLM" train corpus $tiny -o killed --force -q
    fi
}

# Seconds until the kill, and its signal, one line each.
awk -v n="$kills" -v seed="$seed" 'BEGIN {
    srand(seed)
    for (i = 0; i < 4 * n; i++) printf "%.3f %s\n", 0.02 + 0.5 * rand() * rand(), rand() < 0.2 ? "TERM" : "KILL"
}' >moments

runs=0 killed=0 bad=0
while [ "$killed" -lt "$kills" ] && read -r seconds signal; do
    take_up >"$out" 2>"$err" </dev/null &
    pid=$!
    sleep "$seconds"
    kill -s "$signal" "$pid" 2>/dev/null
    status=0
    wait "$pid" 2>/dev/null || status=$?
    case $status in
    137 | 130 | 143) killed=$((killed + 1)) ;; # 143: before the handler was there
    0)
        runs=$((runs + 1))
        log_of killed >killed.log
        cmp killed/model.safetensors whole/model.safetensors && cmp killed.log whole.log || bad=$((bad + 1))
        rm -r killed
        ;;
    *)
        bad=$((bad + 1))
        sed "s/^/# status $status: /" "$err"
        ;;
    esac
done <moments
if [ -d killed ]; then
    (take_up) >"$out" 2>"$err" && runs=$((runs + 1)) && log_of killed >killed.log &&
        cmp killed/model.safetensors whole/model.safetensors && cmp killed.log whole.log || bad=$((bad + 1))
fi
echo "# seed $seed: $killed kills, $runs runs came to their end, $bad were wrong"
[ "$bad" -eq 0 ] && [ "$runs" -gt 0 ] && [ "$killed" -eq "$kills" ]
result $? "killed at random moments, and resumed"

finish
