"""An output folder that follows its input: what is new or changed is converted, what is gone can go."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from svgai.folders import manifest
from svgai.folders.changes import Changes
from svgai.folders.find import Rules, find
from svgai.folders.places import Placed, place
from svgai.folders.results import How, held_results
from svgai.folders.run import Result
from svgai.settings import Settings

# Whether an image is to be converted now, by its absolute path.
Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed: inputs with their rules, the output folder (None: a sibling of each) and how it is drawn."""

    inputs: tuple[str, ...]
    rules: Rules
    output: str | None
    settings: Settings
    how: How

    def placed(self) -> list[Placed]:
        """Every image that is there now, with its place. Raises UsageError."""
        return place(find(self.inputs, self.rules).sources, self.output, force=self.how.force, resume=True)


def convert(followed: Followed, wanted: Wanted) -> Generator[Result]:
    """Convert those of the images that are wanted and not up to date. Raises UsageError, NoWorkersError."""
    chosen = [each for each in followed.placed() if wanted(os.path.abspath(each.job.source))]
    how = replace(followed.how, processes=min(followed.how.processes, max(1, len(chosen))), resume=True)
    yield from held_results(chosen, followed.settings, how)


def written(changes: Changes) -> Wanted:
    """Whether an image has changed: it, or what a link leads to."""
    return lambda path: path in changes.written or os.path.realpath(path) in changes.written


def remove(gone: Sequence[Placed]) -> list[str]:
    """Remove the SVGs that svgai wrote for sources that are gone; their paths. Others' files stay."""
    removed = []
    for each in gone:
        known = manifest.places(each.home).get(manifest.key(each.job.target, each.home), ())
        there = manifest.digest_of(each.job.target)
        if there is not None and any(entry.svg == there for entry in manifest.read(each.home, known)):
            os.remove(each.job.target)
            removed.append(each.job.target)
    return removed
