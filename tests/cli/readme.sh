#!/bin/sh
# The README's commands work: the lines that begin with `ptblm`, `build/ptblm` or `printf`, in each
# fence of sh behind a comment `<!-- tested -->`, run in their order in one directory.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

awk '
    /^<!-- tested -->$/ { marked = 1; next }
    /^```sh$/ && marked { inside = 1; next }
    /^```/ { inside = marked = 0 }
    marked && !inside && /[^[:space:]]/ { marked = 0 }
    inside && (line != "" || /^((build\/)?ptblm|printf) /) {
        line = line $0
        if (sub(/\\$/, "", line)) next
        print line
        line = ""
    }
' "$srcdir/README.md" >"$work/lines"

if [ ! -s "$work/lines" ]; then
    skip "the README marks no commands as tested" "the README's commands work"
    finish
fi

mkdir "$work/bin" "$work/here" "$work/here/build" && ln -s "$PTBLM" "$work/bin/ptblm" &&
    ln -s "$PTBLM" "$work/here/build/ptblm" && cd "$work/here" || exit 99
PATH=$work/bin:$PATH
export PATH
: >"$err"

while read -r line; do
    sh -c "$line" >"$out" 2>"$err" </dev/null
    result $? "$(printf %s "$line" | tr '#\134' '  ')"
done <"$work/lines"

finish
