# What the tests of the command line share; sourced by them.
# Environment: PTBLM, the program; srcdir, the top of the source tree.
#
# A test is a command, and then `result $? "what it shows"`; or `skip "why" "what it would show"`.
# `finish` is last.
# shellcheck shell=sh

PTBLM=${PTBLM:-./ptblm}
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
case $PTBLM in
/*) ;;
*) PTBLM=$PWD/$PTBLM ;;
esac
LC_ALL=C
export LC_ALL
work=$(mktemp -d "${TMPDIR:-/tmp}/ptblm-cli-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
out=$work/.out # standard output of the last program run
err=$work/.err # and its standard error
input=/dev/null
tests=0
failed=0

# Ends one test, which held if $1 is 0.
result() {
    tests=$((tests + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tests - $2"
    else
        failed=1
        echo "not ok $tests - $2"
        sed 's/^/# stderr: /' "$err"
    fi
}

# Ends one test, which held if nothing was written to $err.
clean() {
    [ ! -s "$err" ]
    result $? "$1"
}

skip() {
    tests=$((tests + 1))
    echo "ok $tests - $2 # SKIP $1"
}

finish() {
    echo "1..$tests"
    exit "$failed"
}

# run WANTED_STATUS ARGUMENT...: runs the program with $input as its standard input; true if it
# ended with that status.
run() {
    wanted=$1
    shift
    status=0
    "$PTBLM" "$@" >"$out" 2>"$err" <"$input" || status=$?
    [ "$status" -eq "$wanted" ] || {
        echo "status $status where $wanted was expected" >>"$err"
        return 1
    }
}

# The same with what comes through a pipe: piped WANTED_STATUS ARGUMENT... <FILE
piped() {
    cat >"$work/.in"
    input=$work/.in
    run "$@"
    piped_status=$?
    input=/dev/null
    return $piped_status
}

# Whether the bits of results are the same for any number of threads: not with every BLAS.
ignores_threads() {
    "$PTBLM" --version | grep -qE '^matrices (panels|loops|BLIS)$'
}

# One error: a status, nothing on standard output, one line on standard error (two where it is one of
# usage) that begins with the program's name and has $2 in it.
# refused WANTED_STATUS TEXT ARGUMENT...
refused() {
    refused_status=$1
    refused_text=$2
    shift 2
    run "$refused_status" "$@" || return 1
    lines=1
    [ "$refused_status" -eq 2 ] && lines=2
    [ ! -s "$out" ] && grep -q '^ptblm' "$err" && grep -qF -- "$refused_text" "$err" &&
        [ "$(grep -vc '^warning' "$err")" -eq "$lines" ] && ! grep -q '[^.]\.$' "$err"
}

# Under a sanitizer the program takes many times the memory.
if grep -q __asan_init "$PTBLM"; then
    sanitized=yes
else
    sanitized=
fi

# An input that is meant to do harm: refused with status 3 and one line, with at most LIMIT MB of
# memory (where that means something). The figures are shown beside the test.
# harmless LIMIT TEXT ARGUMENT...
harmless() {
    limit=$1
    text=$2
    shift 2
    begun=$(date +%s)
    status=0
    "${PTBLM%/*}/tests/cli/peak" "$work/.peak" "$PTBLM" "$@" >"$out" 2>"$err" <"$input" || status=$?
    megabytes=$(($(cat "$work/.peak") / 1000))
    echo "# $megabytes MB, $(($(date +%s) - begun)) s: $(cut -c 1-150 "$err")"
    [ "$status" -eq 3 ] && [ ! -s "$out" ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q '^ptblm' "$err" &&
        grep -qF -- "$text" "$err" && { [ -n "$sanitized" ] || [ "$megabytes" -le "$limit" ]; }
}

# The value of a `key value` line of the last output.
value_of() {
    sed -n "s/^$1 //p" "$out"
}

# near A B TOLERANCE: whether two numbers are that near to each other.
near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN {
        d = a - b
        if (d < 0) d = -d
        exit !(a != "" && b != "" && d <= t)
    }'
}

# Whether a file is JSON, one value a line where $2 is "lines". Without Python only the braces are
# looked at.
is_json() {
    if command -v python3 >/dev/null 2>&1; then
        python3 -c '
import json, sys
text = open(sys.argv[1]).read()
for part in text.splitlines() if sys.argv[2] == "lines" else [text]:
    json.loads(part)' "$1" "${2-}" 2>>"$err"
    else
        head -c 1 "$1" | grep -q '[[{]' && tail -c 2 "$1" | grep -q '[]}]'
    fi
}
