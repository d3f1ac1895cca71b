"""Whether the SVGs of an output folder are what a run would write now: by the manifest, nothing is drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from svgai.folders import manifest
from svgai.folders.manifest import digest_of
from svgai.folders.places import Placed
from svgai.provenance import fingerprint
from svgai.settings import Settings

MISSING = "missing"
LAYERS = "a layer's file is missing or changed"
FOREIGN = "not what svgai wrote"
OLD = "made from another source, other settings or another version"


def stale(placed: Sequence[Placed], settings: Settings) -> Iterator[tuple[Placed, str]]:
    """Those whose SVG is not up to date, each with the reason: MISSING, LAYERS, FOREIGN or OLD."""
    made_by = fingerprint(settings)
    known = {home: manifest.places(home) for home in {each.home for each in placed}}
    for each in placed:
        reason = _reason(each, known[each.home].get(manifest.key(each.job.target, each.home), ()), made_by)
        if reason:
            yield each, reason


def _reason(each: Placed, at: Sequence[int], made_by: str) -> str:
    if not os.path.lexists(each.job.target):
        return MISSING
    there = digest_of(each.job.target)
    entries = [entry for entry in manifest.read(each.home, at) if entry.svg == there]
    if not entries:
        return FOREIGN
    source = digest_of(each.job.source)
    made = [entry for entry in entries if (entry.source, entry.made_by) == (source, made_by)]
    if made and not any(manifest.layers_there(entry, each.job.target) for entry in made):
        return LAYERS
    return "" if made else OLD
