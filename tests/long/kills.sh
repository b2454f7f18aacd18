#!/bin/sh
# A run that is killed (-9, now and then TERM) at random moments, again and again, and taken up each
# time, ends with the model and log of one that was not: of a language model, of one with every technique
# within a budget, of one that goes back to its best weights, of classes, of labels by a CRF. Takes some
# minutes.
# Environment: PTBLM, srcdir; KILLS, how many of each run (200); SEED, of the moments (1).

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

kills=${KILLS:-200}
seed=${SEED:-1}
cd "$work" || exit 99
# Each trains for a second or two, and saves so often that many kills fall into a save.
often="--threads 1 --checkpoint-windows 3 -q"

log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

# labelled N SEED: opinions with their labels. Columns of words and chunks: the same with FORM=columns.
labelled() {
    awk -v n="$1" -v seed="$2" -v form="${FORM-}" '
        function word(words, of) { split(words, of, " "); return of[1 + int(5 * rand())] }
        BEGIN {
            srand(seed)
            for (i = 0; i < n; i++) {
                label = rand() < .5 ? "neg" : "pos"
                text = ""
                for (k = 0; k < 3 + 6 * rand(); k++)
                    text = text " the " word("film plot actor music end") " was " \
                        word(label == "neg" ? "bad dull poor weak cold" : "good great fine lovely warm")
                if (form == "") { print label "\t" substr(text, 2); continue }
                for (k = split(text, tokens, " "); k > 0; k--)
                    print tokens[k], tokens[k] ~ /was/ ? "B-VP" : rand() < .5 ? "B-NP" : "I-NP"
                print ""
            }
        }'
}

# take_up ARGUMENT...: what could not be resumed because there was nothing yet is begun again.
take_up() {
    if [ -e killed/config.json ]; then
        exec "$PTBLM" train --resume killed -q
    else
        # shellcheck disable=SC2086 # the settings are several words
        exec "$PTBLM" train "$@" $often -o killed --force
    fi
}

is_whole() {
    log_of killed >killed.log
    cmp killed/model.safetensors whole/model.safetensors && cmp killed.log whole.log
}

# Seconds until the kill, and its signal, one line each.
awk -v n="$kills" -v seed="$seed" 'BEGIN {
    srand(seed)
    for (i = 0; i < 4 * n; i++) printf "%.3f %s\n", 0.02 + 0.5 * rand() * rand(), rand() < 0.2 ? "TERM" : "KILL"
}' >moments

# killed_and_resumed TITLE ARGUMENT...: a run of `train ARGUMENT...`.
killed_and_resumed() {
    title=$1
    shift
    rm -rf whole killed
    # shellcheck disable=SC2086
    run 0 train "$@" $often -o whole && log_of whole >whole.log
    result $? "$title: there is a run that was not killed"

    runs=0 killed=0 bad=0
    while [ "$killed" -lt "$kills" ] && read -r seconds signal; do
        take_up "$@" >"$out" 2>"$err" </dev/null &
        pid=$!
        sleep "$seconds"
        kill -s "$signal" "$pid" 2>/dev/null
        status=0
        wait "$pid" 2>/dev/null || status=$?
        case $status in
        137 | 130 | 143) killed=$((killed + 1)) ;; # 143: before the handler was there
        0)
            runs=$((runs + 1))
            is_whole || bad=$((bad + 1))
            rm -r killed
            ;;
        *)
            bad=$((bad + 1))
            sed "s/^/# status $status: /" "$err"
            ;;
        esac
    done <moments
    if [ -d killed ]; then
        (take_up "$@") >"$out" 2>"$err" && runs=$((runs + 1)) && is_whole || bad=$((bad + 1))
    fi
    echo "# $title, seed $seed: $killed kills, $runs runs came to their end, $bad were wrong"
    [ "$bad" -eq 0 ] && [ "$runs" -gt 0 ] && [ "$killed" -eq "$kills" ]
    result $? "$title: killed at random moments, and resumed"
}

run 0 corpus -o corpus -n 30000 --valid-tokens 3000 --test-tokens 3000 --seed 2 && mkdir films chunks &&
    for part in "train 600 1" "valid 60 2" "test 60 3"; do
        # shellcheck disable=SC2086
        set -- $part && labelled "$2" "$3" >"films/$1.txt" && FORM=columns labelled "$2" "$3" >"chunks/$1.txt"
    done
result $? "there are texts, with and without labels"

killed_and_resumed "a language model" corpus --preset test --hidden 24 --layers 2 --dropout 0.2 --batch 10 --steps 10 \
    --epochs 3
killed_and_resumed "every technique, averaged, within a budget" corpus --preset test --cell mogrifier-rlstm \
    --mogrifier-rank 4 --hidden 16 --layers 2 --tie --sum-layers --batch 10 --steps 10 --random-steps --shuffle-streams \
    --dropout 0.2 --dropout-kind locked --dropout-word 0.1 --dropout-state 0.1 --weight-drop 0.1 --dropout-samples 2 \
    --ar 1 --tar 1 --zero-state 0.05 --clip-value 0.5 --schedule linear --average two-tailed --optim adam \
    --lr 0.01 --epochs 9 --flops 2.5e10
killed_and_resumed "an average that goes back to the best" corpus --preset test --hidden 24 --layers 2 --dropout 0.2 \
    --batch 10 --steps 10 --epochs 6 --optim adam --lr 0.3 --schedule plateau --average ema --average-decay 0.9 \
    --back-to-best
killed_and_resumed "classes of texts" films --task classify --head max --hidden 24 --layers 2 --dropout 0.2 --batch 4 \
    --epochs 3
killed_and_resumed "labels by a CRF" chunks --preset chunks --features suffix2,shape --hidden 24 --dropout 0.2 --batch 4 \
    --epochs 3

finish
