"""Where each image's SVG goes: a tree of folders that mirrors the one it was found in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from svgai import files
from svgai.errors import UsageError
from svgai.files import Job
from svgai.folders.find import Source


@dataclass(frozen=True, slots=True)
class Placed:
    """A job and its home: the output folder that keeps the manifest."""

    job: Job
    home: str


def place(
    sources: Sequence[Source], out: str | None, *, force: bool = False, no_clobber: bool = False, resume: bool = False
) -> list[Placed]:
    """Decide every target before any work. resume: whether a file that is there may be replaced is seen later.

    out: None is a sibling of each searched folder, `FOLDER-svg`. Several searched folders under one `out` keep their
    own folders there, as they lie below what they share. Raises UsageError as files.plan does.
    """
    if out is not None:
        files.check_folder(out)
        if out.lower().endswith(files.KINDS) and not os.path.isdir(out):
            raise UsageError(f"{out} would be a folder of that name", "give a folder")
    roots = sorted({s.root for s in sources})
    homes = {root: _sibling(root) if out is None else os.path.normpath(out) for root in roots}
    tops = homes if out is None else dict(zip(roots, _below(os.path.normpath(out), roots), strict=True))
    places = [os.path.split(os.path.join(tops[s.root], s.inner)) for s in sources]
    targets = files.distinct_targets(places)
    pairs = zip((s.path for s in sources), targets, strict=True)
    hint = f"--resume goes on with an earlier run, {files.HINT}"
    jobs = files.check(pairs, force=force or resume, no_clobber=no_clobber, hint=hint)
    return [Placed(job, homes[s.root]) for job, s in zip(jobs, sources, strict=True)]


def _sibling(root: str) -> str:
    named = root if os.path.basename(root) not in ("", os.curdir, os.pardir) else os.path.abspath(root)
    if not os.path.basename(named):
        raise UsageError(f"{root} has no folder beside it", "give -o")
    return named + "-svg"


def _below(out: str, roots: Sequence[str]) -> list[str]:
    real = [os.path.realpath(root) for root in roots]
    try:
        shared = os.path.commonpath(real)
    except ValueError as e:  # two drives, or nothing at all
        if not roots:
            return []
        raise UsageError(f"{' and '.join(roots)} share no folder", "convert them one by one") from e
    return [os.path.normpath(os.path.join(out, os.path.relpath(r, shared))) for r in real]
