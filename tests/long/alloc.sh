#!/bin/sh
# Memory runs out at every allocation of every subcommand, once and for ever. Takes some minutes.
# Environment: PTBLM, srcdir.

ALLOC_POINTS=all
# shellcheck source=tests/cli/alloc.sh
. "${srcdir:-.}/tests/cli/alloc.sh"
