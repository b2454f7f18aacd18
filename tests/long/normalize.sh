#!/bin/sh
# tests/cli/normalize.sh with every code point.
# Environment: as there.

EVERY=1 exec "${srcdir:-.}/tests/cli/normalize.sh"
