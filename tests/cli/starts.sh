#!/bin/sh
# Two starts on one new directory at the same time: the one that has its lock has it to itself, and
# whoever is refused, stopped or too late removes nothing. Wants strace, to hold a start up in one call.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
if ! strace -o trace -e trace=mkdir -e inject=mkdir:delay_enter=1 true 2>/dev/null; then
    echo "1..0 # SKIP no strace that may trace: apt-get install strace"
    exit 0
fi
# A leak detector cannot run under strace.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

run 0 corpus -o corpus --tokens 2000 --valid-tokens 300 --test-tokens 300
result $? "there is a corpus"

# late CALL ARGUMENT...: starts the program, which is held up for a second when it comes to CALL.
late() {
    call=$1
    shift
    : >trace
    # shellcheck disable=SC2016 # for the shell that is started
    strace -o trace -e trace="$call" -e inject="$call":delay_enter=1000000 \
        sh -c 'echo $$ >late.pid && exec "$@"' sh "$PTBLM" "$@" >late.out 2>late.err </dev/null &
    late=$!
    while ! grep -q "$call(" trace && kill -0 $late 2>/dev/null; do sleep 0.02; done
}

# first COMMAND SECOND ARGUMENT...: COMMAND makes ./new and then waits for its text, a pipe, when SECOND
# has already looked what is there.
first() {
    command=$1
    shift
    rm -rf new text && mkfifo text
    late mkdir "$@" -o new -q
    options=
    [ "$command" = prepare ] || options=$tiny
    # shellcheck disable=SC2086
    "$PTBLM" "$command" --train text -o new -q $options >"$out" 2>"$err" </dev/null &
    first=$!
    while [ ! -d new ]; do sleep 0.02; done
}

# ended PID: waits for a process; its status is $status.
ended() {
    status=0
    wait "$1" || status=$?
}

# goes_on: whether the first has its directory still, and comes to its end.
goes_on() {
    [ -d new ] && timeout 30 sh -c 'cat corpus/train.txt >text' && ended $first && [ $status -eq 0 ]
}

tiny="--preset test --hidden 4 --batch 5 --steps 5 --epochs 1"
for pair in "train train corpus $tiny" "train prepare corpus" "train corpus" "prepare prepare corpus"; do
    # shellcheck disable=SC2086
    first $pair && ended $late
    [ $status -eq 1 ] && grep -q "'new' is in use by another process" late.err && goes_on
    result $? "of two starts on one directory the second is refused, and the first goes on: $pair"
done

# shellcheck disable=SC2086
first train train corpus $tiny && kill -TERM "$(cat late.pid)" && ended $late
goes_on
result $? "a start that is stopped before it is refused removes nothing"

for command in "train none" "prepare none" "corpus --seed 1"; do
    rm -rf new
    # shellcheck disable=SC2086
    late mkdir $command -o new
    kill -TERM "$(cat late.pid)" && ended $late
    grep -q SIGTERM trace && [ ! -e new ]
    result $? "${command%% *} that is stopped while it makes its directory leaves none"
done

rm -rf new && mkdir new
late flock prepare corpus -o new
rmdir new && mkdir new
ended $late
[ $status -eq 1 ] && grep -q "'new' is in use" late.err && [ -z "$(ls -A new)" ]
result $? "the lock of a directory that was removed meanwhile is none of the one that is there now"

for command in "train corpus $tiny" "prepare corpus" corpus; do
    rm -rf new
    # shellcheck disable=SC2086
    strace -y -o trace -e trace=mkdir,fsync "$PTBLM" $command -o new -q >"$out" 2>"$err" &&
        awk -v parent="$(pwd -P)" '/^mkdir.* = 0$/ { made = NR } index($0, "fsync(") == 1 && index($0, "<" parent ">") { synced = NR }
            END { exit !(made && synced == made + 1) }' trace
    result $? "${command%% *} syncs the directory that its own is made in"
done

finish
