#!/bin/sh
# The program is killed, or a system call fails, at each of the calls that it makes while it saves: a
# first checkpoint, and ones that take the place of others. Whatever happens, what is there under the
# name of a checkpoint or model is whole, and resuming comes to the end of a run without faults. The
# same of a prepared directory: it is the old one, the new one, or none. Wants strace; takes some
# minutes.
# Environment: PTBLM, srcdir.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
if ! strace -o trace -e trace=write -e inject=write:error=EIO:when=1 true 2>/dev/null; then
    echo "1..0 # SKIP no strace that may trace: apt-get install strace"
    exit 0
fi
# A leak detector cannot run under strace.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

tiny="--preset test --hidden 4 --batch 5 --steps 20 --epochs 1 --threads 1 --reports 1 --checkpoint-windows 4"

log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

# whole RUN: every file under its final name can be read.
whole() {
    for file in "$1"/*.safetensors; do
        [ ! -e "$file" ] || "$PTBLM" info "$file" >/dev/null 2>>"$err" || return 1
    done
}

# ends RUN: taken up without faults it comes to the end of the run without faults; one that had not
# begun is begun.
ends() {
    if [ -e "$1/config.json" ]; then
        "$PTBLM" train --resume "$1" -q >"$out" 2>>"$err" || return 1
    else
        # shellcheck disable=SC2086
        "$PTBLM" train corpus $tiny -o "$1" --force -q >"$out" 2>>"$err" || return 1
    fi
    log_of "$1" >log.a
    cmp "$1/model.safetensors" end/model.safetensors >>"$err" && cmp log.a end.log >>"$err" &&
        [ -z "$(find "$1" -name '.*.tmp.*')" ]
}

# 1500 tokens are 14 windows: saves behind the 4th, 8th, 12th and the last.
run 0 corpus -o corpus -n 1500 --valid-tokens 200 --test-tokens 200
# shellcheck disable=SC2086
run 0 train corpus $tiny -o end -q && log_of end >end.log
result $? "there is a run without faults"

# A run that stands behind its 8th window, with two checkpoints.
cp -r end half
rm half/model.safetensors half/checkpoint-*
# shellcheck disable=SC2086
strace -f -o trace -e trace=rename -e inject=rename:signal=KILL:when=4 \
    "$PTBLM" train corpus $tiny -o half --force -q >"$out" 2>"$err"
set -- half/checkpoint-*
[ $# -eq 2 ]
result $? "and one that was killed when it had two checkpoints"

# inject CALL ACTION N ARGUMENT...: runs the program with ACTION at the N-th CALL; false where it ended
# without having met it.
inject() {
    fault="$1:$2:when=$3"
    shift 3
    status=0
    strace -f -o trace -e trace="${fault%%:*}" -e inject="$fault" "$PTBLM" "$@" -q \
        >"$out" 2>>"$err" </dev/null || status=$?
    grep -qE 'INJECTED|killed by SIGKILL' trace
}

# attempt CALL ACTION N: $command starts from a copy of $start (or nothing).
attempt() {
    rm -rf run
    : >"$err"
    [ -z "$start" ] || cp -r "$start" run
    if [ "$command" = prepare ]; then
        inject "$@" prepare corpus -o run --force
    elif [ -n "$start" ]; then
        inject "$@" train --resume run
    else
        # shellcheck disable=SC2086
        inject "$@" train corpus $tiny -o run
    fi
}

# Whether what the fault left is as it must be.
run_is_right() {
    case $status in
    0) cmp run/model.safetensors end/model.safetensors >>"$err" || return 1 ;;
    1 | 3 | 137) ;;
    *) return 1 ;;
    esac
    whole run && ends run
}

prepared_is_right() {
    case $status in
    0) diff -r run prepared >>"$err" ;;
    1 | 3) { [ ! -e run ] || [ -z "$(find run -name '.*.tmp.*')" ]; } && old_or_none ;;
    137 | 127) old_or_none ;; # 127: the program could not be loaded
    *) false ;;
    esac
}

# What is no prepared directory is refused as one.
old_or_none() {
    if "$PTBLM" batches run --ids >ids 2>>"$err"; then
        cmp ids ids.prepared >>"$err" || cmp ids "ids.$start" >>"$err"
    fi
}

as_it_must_be() {
    if [ "$command" = prepare ]; then prepared_is_right; else run_is_right; fi
}

# faults NAME ACTION CALL...: ACTION at every one of these calls. strace counts each kind for itself.
faults() {
    name=$1 action=$2 points=0 bad=0
    shift 2
    for call; do
        n=1
        while attempt "$call" "$action" "$n"; do
            points=$((points + 1))
            as_it_must_be || { bad=$((bad + 1)) && sed "s/^/# $call $n, status $status: /" "$err"; }
            n=$((n + 1))
        done
    done
    echo "# $name: $points points, $bad wrong"
    [ "$bad" -eq 0 ] && [ "$points" -gt 2 ]
}

command=train
for start in '' half; do
    what=${start:+an overwrite}
    what=${what:-a first save}
    faults "killed, $what" signal=KILL openat write fsync close rename unlink ftruncate mkdir flock read pread64 fadvise64 \
        statfs getdents64 newfstatat
    result $? "killed at each call of $what"
    faults "ENOSPC, $what" error=ENOSPC write
    result $? "a full disk at each write of $what"
    faults "EIO, $what" error=EIO fsync rename unlink ftruncate
    result $? "an error of each sync, rename, removal and cut of $what"
done

# A map would end in a signal where the disk cannot be read.
cp -r half blind
newest=$(find blind -name 'checkpoint-*' | sort | tail -n 1)
status=0
strace -f -o trace -P "$newest" -e trace=read,pread64 -e inject=read,pread64:error=EIO "$PTBLM" train --resume blind -q >"$out" 2>"$err" ||
    status=$?
[ "$status" -eq 0 ] && grep -q "warning: cannot read '$newest' at byte 0: .*going back to the checkpoint before" "$err" &&
    cmp blind/model.safetensors end/model.safetensors 2>>"$err"
result $? "a checkpoint that the disk cannot read is passed over"

command=prepare
run 0 corpus -o other -n 2000 --valid-tokens 200 --test-tokens 200 --seed 2 && run 0 prepare other -o other_prepared &&
    run 0 prepare corpus -o prepared
result $? "there are prepared directories of two corpora"
for start in prepared other_prepared; do
    "$PTBLM" batches $start --ids >ids.$start 2>"$err"
done
for start in '' other_prepared; do
    what=${start:+"an old one in its place"}
    what=${what:-"a prepared directory"}
    faults "killed, $what" signal=KILL openat write pwrite64 fsync close rename unlink read pread64
    result $? "killed at each call of $what"
    faults "ENOSPC, $what" error=ENOSPC write pwrite64
    result $? "a full disk at each write of $what"
    faults "EIO, $what" error=EIO fsync rename unlink pread64
    result $? "an error of each sync, rename, removal and second reading of $what"
done

# What a power cut could not undo: the data are synced before the name is changed, the directory after.
cp -r half ordered
strace -f -y -o trace -e trace=fsync,rename "$PTBLM" train --resume ordered -q >"$out" 2>"$err" &&
    awk 'function aside() { return match($0, /\/\.[^\/]*\.tmp\.[0-9.]+/) ? substr($0, RSTART, RLENGTH) : "" }
         /fsync\(.*\.tmp\./ { synced[aside()] = 1 }
         /rename\(/ { renames++; if (!(aside() in synced) || open) bad = 1; open = 1 }
         /fsync\(.*\/ordered>/ { open = 0 }
         END { exit bad || open || renames < 3 }' trace
result $? "each rename stands between the sync of the file and that of the directory"

finish
