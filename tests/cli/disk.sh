#!/bin/sh
# Disks that are full, read-only or fail, limits on files, streams that are closed, and users who may
# not write: one sentence with the file and the reason, what was there stays, and nothing is left that
# is half written.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck disable=SC3045 # ulimit -f

# Small disks are mounted where nobody else sees them: the rest of this script is run there.
if [ -z "${PTBLM_MOUNTS-}" ]; then
    for how in -m -rm; do
        if unshare "$how" mount -t tmpfs -o size=64k tmpfs "${TMPDIR:-/tmp}" 2>/dev/null; then
            PTBLM_MOUNTS=yes exec unshare "$how" sh "$0"
        fi
    done
    PTBLM_MOUNTS=no
fi

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
chmod 755 "$work"
mkdir disk
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
OMP_WAIT_POLICY=passive
export OMP_WAIT_POLICY
tiny="--preset test --hidden 8 --batch 10 --steps 10 --threads 1"
tokens="--tokens 12000 --valid-tokens 1000 --test-tokens 1000"

# shellcheck disable=SC2086 # the settings are several words
run 0 corpus -o corpus $tokens && run 0 prepare corpus -o prepared -q && run 0 train corpus $tiny --epochs 2 -o model -q &&
    cp "$out" model.figures
result $? "there is a corpus, prepared, and a model of it"
cat corpus/train.txt corpus/train.txt corpus/train.txt >text

# --- full disks ---

# disk SIZE: an empty disk of that size in ./disk
disk() {
    umount disk 2>/dev/null
    mount -t tmpfs -o "size=$1" tmpfs disk
}

# complains TEXT: one line on standard error that begins with the program's name and has TEXT in it.
complains() {
    [ "$(wc -l <"$err")" -eq 1 ] && grep -q '^ptblm' "$err" && grep -qE -- "$1" "$err"
}

# fits_or_fails ARGUMENT...: status 0, or 1 with file and reason; no file aside is left.
fits_or_fails() {
    status=0
    "$PTBLM" "$@" >"$out" 2>"$err" </dev/null || status=$?
    [ -z "$(find disk -name '.*.tmp.*')" ] || return 1
    case $status in
    0) fitted=$((fitted + 1)) ;;
    1) failures=$((failures + 1)) && complains "('disk/.*(No space left on device|MB free)|kB can still be written in 'disk/)" ;;
    *) false ;;
    esac
}

# corpus_whole: each text that is there is the one that belongs there.
corpus_whole() {
    for name in train valid test; do
        [ ! -e "disk/c/$name.txt" ] || cmp "corpus/$name.txt" "disk/c/$name.txt" 2>>"$err" || return 1
    done
}

# model_whole RUN: each model that is there can be used.
model_whole() {
    for file in "$1"/*.safetensors; do
        [ ! -e "$file" ] || "$PTBLM" info "$file" >"$out" 2>>"$err" || return 1
    done
}

if [ "$PTBLM_MOUNTS" = yes ]; then
    fitted=0 failures=0 bad=0
    for size in 4k 16k 64k 96k 160k 1m; do
        # shellcheck disable=SC2086
        disk $size && fits_or_fails corpus -o disk/c $tokens -q && corpus_whole &&
            { [ "$status" -eq 0 ] || [ -e disk/c/train.txt ] || [ ! -e disk/c ]; } || bad=1
        disk $size && fits_or_fails prepare corpus -o disk/p -q &&
            if [ "$status" -eq 0 ]; then
                cmp prepared/train.ids disk/p/train.ids 2>>"$err"
            else
                [ ! -e disk/p ]
            fi || bad=1
        # shellcheck disable=SC2086
        disk $size && fits_or_fails train corpus $tiny --epochs 2 -o disk/r -q && model_whole disk/r &&
            { [ "$status" -eq 0 ] || [ ! -e disk/r ]; } || bad=1
    done
    echo "# $fitted fitted, $failures did not"
    [ "$bad" -eq 0 ] && [ "$fitted" -ge 3 ] && [ "$failures" -ge 9 ]
    result $? "disks of six sizes: what does not fit is refused or leaves nothing half written"

    # Once the ids do not fit, once the ids of a short text do, but not their long vocabulary.
    head -n 20 text >short
    awk 'BEGIN { print "<unk>\n<eos>"; for (i = 0; i < 9000; i++) print "word" i }
        { for (i = 1; i <= NF; i++) if ($i !~ /^</ && !seen[$i]++) print $i }' short >words
    disk 160k && run 0 prepare corpus -o disk/p -q && head -c 1000000 /dev/zero >disk/full 2>/dev/null
    refused 1 "'disk/p/train.ids': No space left on device" prepare text -o disk/p --force -q &&
        head -c 40000 /dev/zero >disk/full &&
        refused 1 "vocabulary and record need" prepare --train short --vocab words -o disk/p --force -q &&
        run 0 batches disk/p --ids && cp "$out" have && run 0 batches prepared --ids && cmp -s "$out" have
    result $? "a prepared directory stays where another does not fit in its place"

    bad=0
    for command in "score model text" "score model text --words" "sample model --words 20000" "batches corpus -n 500" "corpus --tokens 12000" \
        "next model the --top 100000" "eval model corpus" "info model" "batches corpus"; do
        disk 64k && head -c 1000000 /dev/zero >disk/full 2>/dev/null
        status=0
        # shellcheck disable=SC2086
        "$PTBLM" $command -q >disk/out 2>"$err" || status=$?
        if [ "$status" -ne 1 ] || ! complains 'standard output: No space left on device'; then bad=1 && break; fi
    done
    result $bad "a full disk under standard output is named as the reason"

    # The disk fills while training runs: checkpoints are missed, then the log ends the run.
    # shellcheck disable=SC2086
    run 0 train corpus $tiny --epochs 12 --reports 10 --checkpoint-windows 9 -o whole -q && cp "$out" figures
    # shellcheck disable=SC2086
    disk 1m && { "$PTBLM" train corpus $tiny --epochs 12 --reports 10 --checkpoint-windows 9 -o disk/r -q >"$out" 2>"$err" & }
    pid=$!
    while kill -0 "$pid" 2>/dev/null && { [ ! -s disk/r/log.jsonl ] || [ "$(wc -l <disk/r/log.jsonl)" -lt 20 ]; }; do
        sleep 0.02
    done
    while kill -0 "$pid" 2>/dev/null; do # again, for what a file aside had and gave back
        head -c 2000000 /dev/zero >>disk/full 2>/dev/null
        sleep 0.01
    done
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 1 ] && [ -z "$(find disk -name '.*.tmp.*')" ] && model_whole disk/r &&
        tail -n 1 "$err" | grep -q "'disk/r/[a-z]*\.[a-z]*': No space .*; when that is fixed, 'ptblm train --resume disk/r' goes on" &&
        ! grep -v '^ptblm train: ' "$err" | grep -q .
    result $? "a disk that fills in the middle ends the run, which says how to go on"
    log_of() {
        sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
    }
    rm -f disk/full
    run 0 train --resume disk/r -q && cmp -s "$out" figures && cmp disk/r/model.safetensors whole/model.safetensors &&
        log_of disk/r >log.a && log_of whole >log.b && cmp log.a log.b
    result $? "and with room again it goes on to the same model and log"

    # --- read-only ---

    disk 2m && cp -r corpus model disk && mount -o remount,bind,ro disk
    bad=0
    # shellcheck disable=SC2086
    refused 1 "'disk/c': Read-only file system" corpus -o disk/c && refused 1 "'disk/corpus/train.txt': Read-only" \
        corpus -o disk/corpus --force $tokens && refused 1 "'disk/p': Read-only" prepare corpus -o disk/p -q &&
        refused 1 "'disk/r': Read-only" train corpus $tiny --epochs 2 -o disk/r && refused 1 "'disk/model/model.safetensors': Read-only" \
        train corpus $tiny --epochs 2 -o disk/model --force && refused 1 "'disk/model/model.safetensors': Read-only" train \
        --resume disk/model --epochs 9
    result $? "a read-only disk is refused before the work"
    run 0 eval disk/model disk/corpus && run 0 sample disk/model && run 0 info disk/model/model.safetensors
    result $? "and read all the same"
    umount disk
else
    for what in "disks of six sizes: what does not fit is refused or leaves nothing half written" \
        "a prepared directory stays where another does not fit in its place" \
        "a full disk under standard output is named as the reason" \
        "a disk that fills in the middle ends the run, which says how to go on" \
        "and with room again it goes on to the same model and log" \
        "a read-only disk is refused before the work" "and read all the same"; do
        skip "no disk may be mounted here: neither unshare -m nor unshare -rm" "$what"
    done
fi

# --- limits on files ---

# limited ARGUMENT...: with files of 4 or 8 kB at the most, and SIGXFSZ as it comes.
limited() {
    status=0
    (
        ulimit -f 8
        exec "$PTBLM" "$@"
    ) >file 2>"$work/.limited" || status=$?
    cp "$work/.limited" "$err"
    [ "$status" -eq 1 ]
}

# shellcheck disable=SC2086
limited corpus -o new $tokens && complains "'new/train.txt': File too large" && [ ! -e new ] &&
    limited prepare corpus -o new -q && complains "'new/train.ids': File too large" && [ ! -e new ] &&
    limited train corpus $tiny --epochs 2 -o new -q && complains "\(ulimit -f\)" && [ ! -e new ]
result $? "a limit on files, of which no signal is the answer"

# shellcheck disable=SC2086
limited score model text --words && complains 'standard output: File too large' &&
    limited sample model --words 20000 && complains 'standard output: File too large' &&
    limited corpus --tokens 12000 && complains 'standard output: File too large'
result $? "nor under standard output"

# --- what cannot be read ---

if [ -r /proc/self/mem ]; then
    refused 1 "'/proc/self/mem' at byte 0: Input/output error" batches /proc/self/mem &&
        refused 1 "'/proc/self/mem' at byte 0: Input/output error" score model /proc/self/mem &&
        refused 1 "'/proc/self/mem' at byte 0: Input/output error" prepare --train /proc/self/mem -o new && [ ! -e new ] &&
        refused 1 "'/proc/self/mem' at byte 0: Input/output error" train --train /proc/self/mem -o new && [ ! -e new ] &&
        refused 1 "'/proc/self/mem' at byte 0: Input/output error" train corpus --vocab /proc/self/mem -o new && [ ! -e new ]
    result $? "a disk that cannot be read"
    exec 8</proc/self/mem # of this shell
    status=0
    "$PTBLM" batches - <&8 >"$out" 2>"$err" || status=$?
    exec 8<&-
    [ "$status" -eq 1 ] && complains "'standard input' at byte 0: Input/output error"
    result $? "nor can standard input"
else
    skip "there is no /proc/self/mem" "a disk that cannot be read"
    skip "there is no /proc/self/mem" "nor can standard input"
fi

# --- streams ---

status=0
"$PTBLM" batches - <&- >"$out" 2>"$err" || status=$?
[ "$status" -eq 1 ] && complains "standard input"
result $? "a standard input that is closed"

# shellcheck disable=SC2086
"$PTBLM" train corpus $tiny --epochs 2 -o mute 2>&- >"$out" </dev/null && cmp -s mute/model.safetensors model/model.safetensors &&
    "$PTBLM" eval mute 2>&- >"$out" && [ -s "$out" ]
result $? "a standard error that is closed is missed by nobody"

status=0
# shellcheck disable=SC2086
"$PTBLM" train corpus $tiny --epochs 2 -o deaf 2>&- >&- <&- || status=$?
[ "$status" -eq 1 ] && cmp -s deaf/model.safetensors model/model.safetensors && [ "$(find deaf -type f | wc -l)" -eq 5 ]
result $? "all streams closed: the model is whole, and none of its bytes are messages"

bad=0
for command in "score model text" "sample model --words 100000000" "batches corpus -n 100000" "corpus --tokens 100000" "--help"; do
    # shellcheck disable=SC2086
    { "$PTBLM" $command 2>"$err" && echo 0 >status || echo $? >status; } | head -n 1 >"$out"
    case $command in corpus*) sed -i '/^train: /d' "$err" ;; esac
    sed -i '/tokens; rows/d' "$err"
    if [ -s "$err" ] || [ ! -s "$out" ]; then bad=1 && break; fi
    case $(cat status) in 0 | 1 | 141) ;; *) bad=1 && break ;; esac
done
result $bad "a reader who has seen enough ends the program without a word"

# shellcheck disable=SC2086
{ "$PTBLM" train corpus $tiny --epochs 2 -o piped 2>&1 >figures && echo 0 >status || echo $? >status; } | head -n 1 >"$out"
[ "$(cat status)" = 0 ] && cmp -s piped/model.safetensors model/model.safetensors && [ -s figures ]
result $? "training goes on where nobody reads its messages any more"

# --- other users ---

# Run by root, what follows is run as nobody; in a name space, without what lets root write everywhere.
drop=
if [ "$(id -u)" -eq 0 ]; then
    for drop in 'setpriv --reuid=65534 --regid=65534 --clear-groups' 'setpriv --bounding-set=-all --inh-caps=-all'; do
        # shellcheck disable=SC2086
        $drop "$PTBLM" --version >"$out" 2>&1 && break
        drop=none
    done
fi
mkdir closed open && chmod 777 open && cp -r corpus prepared model closed && chmod -R a+rX closed && cp text closed/text &&
    mkdir -p closed/many/secret && for i in 1 2 3; do echo some text >"closed/many/$i"; done && echo more >closed/many/secret/4 &&
    chmod 000 closed/text closed/many/secret && chmod -R a-w closed
# shellcheck disable=SC2086
if [ "$drop" != none ] && ! $drop sh -c ': >closed/probe' 2>/dev/null; then
    program=$PTBLM
    cat >plain <<EOF
#!/bin/sh
exec $drop "$program" "\$@"
EOF
    chmod 755 plain
    PTBLM=$work/plain
    refused 1 "'closed/c': Permission denied" corpus -o closed/c && refused 1 "'closed/corpus/train.txt': Permission denied" \
        corpus -o closed/corpus --force $tokens && refused 1 "'closed/p': Permission denied" prepare corpus -o closed/p &&
        refused 1 "'closed/r': Permission denied" train corpus $tiny --epochs 2 -o closed/r && refused 1 "'closed/model/model.safetensors': Permission" \
        train corpus $tiny --epochs 2 -o closed/model --force && refused 1 "'closed/model/model.safetensors': Permission denied" train --resume \
        closed/model --epochs 9 && cmp closed/model/model.safetensors model/model.safetensors
    result $? "a user who may not write is told before the work, and nothing changes"
    refused 1 "'closed/prepared" prepare corpus -o closed/prepared --force -q && run 0 batches closed/prepared
    result $? "a prepared directory that may not be written stays of use"
    refused 1 "'closed/text': Permission denied" batches closed/text && refused 1 "'closed/text': Permission denied" \
        eval model closed/text && refused 1 "'closed/text': Permission denied" info closed/text &&
        refused 1 "'closed/text': Permission denied" train --train closed/text -o open/r && [ ! -e open/r ]
    result $? "a file that may not be read is named"
    refused 3 "cannot open the folder 'closed/many/secret': Permission denied; to read the other documents without it, leave it out with --exclude" \
        prepare closed/many -o open/p && run 0 prepare closed/many -o open/p --exclude 'secret/*' &&
        grep -qxF "left out    1, by --include and --exclude: 'secret'" "$err" &&
        refused 3 "'closed/many/secret': Permission denied" prepare closed/many -o open/q --exclude '1'
    result $? "a folder of documents that may not be read is named, and can be left out"
    run 0 eval closed/model closed/corpus && run 0 train closed/corpus $tiny --epochs 2 -o open/run -q && cmp "$out" model.figures &&
        run 0 train --resume closed/model && cmp "$out" model.figures
    result $? "what may be read is of use, and what may be written is written"
    PTBLM=$program
else
    for what in "a user who may not write is told before the work, and nothing changes" \
        "a prepared directory that may not be written stays of use" "a file that may not be read is named" \
        "a folder of documents that may not be read is named, and can be left out" \
        "what may be read is of use, and what may be written is written"; do
        skip "no user without rights can be had here: setpriv is missing, or may not read the program" "$what"
    done
fi
chmod -R u+rwX closed

finish
