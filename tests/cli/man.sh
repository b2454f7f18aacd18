#!/bin/sh
# The manual and the program's own help list the same commands and options, with the same letters.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

man=$srcdir/cmd/ptblm.1
wrong=$err # what is wrong, in the test at hand

# Lines that are in the first file only, each with a remark.
only_in() {
    comm -23 "$1" "$2" | sed "s/\$/ $3/"
}

# Command names from the overview.
commands() {
    "$PTBLM" --help | sed -n '/^Commands:/,/^$/ s/^  \([a-z]*\) .*/\1/p' | sort
}

# "o output" or "- train" for each option of a command.
help_options() {
    "$PTBLM" "$1" --help-all | sed -n '/^Options:/,$ {
        s/\[no-\]//
        s/^  -\(.\), --\([a-z0-9-]*\).*/\1 \2/p
        s/^      --\([a-z0-9-]*\).*/- \1/p
    }' | sort
}

# The same for the item lines of a section of the manual: `.Ss NAME ...` or `.Sh NAME`.
man_options() {
    awk -v start="$1" '
        /^\.S[sh]/ { inside = index($0 " ", start " ") == 1 }
        inside && /^\.It Fl/ {
            letter = "-"
            for (i = 2; i < NF; i++) {
                if ($i == "Fl" && $(i + 2) == ",") letter = $(i + 1)
                if ($i == "Fl" && $(i + 1) == "Fl") { print letter, $(i + 2); break }
            }
        }' "$man" | sort
}

# "NAME" for each shared option that a command's section mentions after "Shared options:".
man_shared() {
    awk -v start=".Ss $1" '
        /^\.S[sh]/ { inside = index($0 " ", start " ") == 1; shared = 0 }
        inside && /^Shared options:/ { shared = 1 }
        inside && shared && /^\.Fl Fl / { print $3 }' "$man" | sort
}

commands >"$work/commands"
sed -n 's/^\.Ss \([a-z]*\) .*/\1/p' "$man" | sort >"$work/man-commands"
[ -s "$work/commands" ]
result $? "the program lists its commands"
{
    only_in "$work/commands" "$work/man-commands" "is not in the manual"
    only_in "$work/man-commands" "$work/commands" "is in the manual only"
} >"$wrong"
clean "the manual has the program's commands"

man_options '.Sh SHARED OPTIONS' >"$work/shared"
: >"$work/used"
while read -r command; do
    help_options "$command" >"$work/help"
    man_options ".Ss $command" >"$work/own"
    # Shared options count where the section names them.
    man_shared "$command" >"$work/named"
    awk 'NR == FNR { named[$1]; next } $2 in named' "$work/named" "$work/shared" |
        sort - "$work/own" >"$work/manual"
    {
        only_in "$work/help" "$work/manual" "is not in the manual"
        only_in "$work/manual" "$work/help" "is in the manual only"
        cut -d' ' -f2 "$work/shared" | sort | comm -23 "$work/named" - | sed 's/$/ is not shared/'
        cut -d' ' -f2 "$work/help" | sort | uniq -d | sed 's/$/ is there twice/'
    } >"$wrong"
    clean "the manual has the options of $command"
    cat "$work/named" >>"$work/used"
    "$PTBLM" "$command" --help >"$work/text"
    "$PTBLM" "$command" --help-all >"$work/whole"
    {
        awk 'length > 80 { print "too wide: " $0 }' "$work/text" "$work/whole"
        grep -q -e --help-all "$work/text" || cmp "$work/text" "$work/whole" 2>&1
        [ "$(sed -n 1p "$work/text")" = "Example:" ] || echo "the help begins with no example"
        [ "$(wc -l <"$work/text")" -le 50 ] || echo "the help has more than 50 lines"
    } >"$wrong"
    clean "the help of $command fits a screen and begins with an example"
done <"$work/commands"

sort -u "$work/used" >"$work/used-once"
cut -d' ' -f2 "$work/shared" | sort >"$work/names"
only_in "$work/names" "$work/used-once" "is used by no command" >"$wrong"
clean "every shared option is some command's"

if command -v mandoc >/dev/null 2>&1; then
    mandoc -T lint -W warning "$man" >"$wrong"
    clean "mandoc finds nothing wrong with the manual"
else
    skip "there is no mandoc" "mandoc finds nothing wrong with the manual"
fi
finish
