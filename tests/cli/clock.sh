#!/bin/sh
# A clock that is set while the program runs changes nothing. Here it is set at every look: the time of
# day, preloaded, is in 1971 and in 2100 by turns.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

shim=${PTBLM%/*}/tests/faults/clock.so
cd "$work" || exit 99

if grep -qE '__(asan|tsan|ubsan)_' "$PTBLM"; then
    echo "1..0 # SKIP nothing can be loaded before a sanitizer"
    exit 0
fi
case $(LD_PRELOAD=$shim date -u +%Y 2>/dev/null) in
1971 | 2100) ;;
*)
    echo "1..0 # SKIP no library can be preloaded, or it is not asked for the time"
    exit 0
    ;;
esac

tiny="--preset test --hidden 8 -b 4 -t 6 --reports 4 --checkpoint-windows 12 --threads 1"
run 0 corpus -o texts --tokens 2000 --valid-tokens 200 --test-tokens 200 -q

# A run that is resumed. (Shellcheck: the settings are several words.)
# shellcheck disable=SC2086
trained() {
    run 0 train texts $tiny -e 2 -o "$1" -q && run 0 train --resume "$1" -e 3 -q && cp "$out" "$1.out"
}

# What is no time in a log.
timeless() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

trained steady
result $? "a run is trained and resumed by a steady clock"
(
    LD_PRELOAD=$shim
    export LD_PRELOAD
    trained jumping
)
result $? "and by one that is set"
cmp -s steady.out jumping.out && cmp -s steady/model.safetensors jumping/model.safetensors
result $? "model and perplexities are the same to the byte"
timeless steady >steady.log
timeless jumping >jumping.log
[ -s steady.log ] && cmp -s steady.log jumping.log
result $? "so is the log, but for its times"
grep -oE '"seconds":[^,]*' jumping/log.jsonl |
    awk -F: '!($2 >= 0 && $2 < 1000) { bad = 1 } END { exit bad || NR == 0 }'
result $? "which are those that went by"
finish
