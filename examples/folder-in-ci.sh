#!/bin/sh
# Fails where an SVG of icons/ is missing or was made from another picture, other settings or another version; to be
# run in the repository, whose icons-svg/ is committed together with icons-svg/.svgai/manifest.jsonl.
set -eu
if ! svgai batch icons -o icons-svg --check; then
  # What it would be, for people: the tests' page, and a summary.
  svgai batch icons -o icons-new --strict --report junit.xml --report summary.md || true
  exit 1
fi
