"""A batch that is killed again and again, and then goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tests.attack.odd import pictures


def _batch(folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "svgai", "batch", "in", "-o", "out", "--jobs", "2", "--quality", "fast", *options]


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a batch that nobody disturbs makes, by name, and the seconds that it takes."""

    svgs: dict[str, bytes]
    seconds: float


def prepared(folder: Path, images: int, seed: int) -> Undisturbed:
    """The inputs laid in a folder, and an undisturbed batch of them."""
    (folder / "in").mkdir(parents=True)
    for k, (_, data) in enumerate(pictures(images, seed, 48)):
        (folder / "in" / f"{k}.png").write_bytes(data)
    start = time.monotonic()
    subprocess.run(_batch(folder), cwd=folder, check=True, capture_output=True)
    undisturbed = Undisturbed(_svgs(folder), time.monotonic() - start)
    (folder / "out").rename(folder / "undisturbed")
    return undisturbed


def _svgs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").glob("*.svg")}


def complaints(folder: Path, undisturbed: Undisturbed, kills: int, seed: int) -> Iterator[str]:
    """What is wrong after each of so many kills at moments drawn by lot, and after the run that ends the work.

    Before each run half of the SVGs are taken away, so that there is work to be killed at.
    """
    random = np.random.default_rng(seed)
    for _ in range(kills):
        for name in sorted(_svgs(folder)):
            if random.random() < 0.5:
                (folder / "out" / name).unlink()
        process = subprocess.Popen(
            _batch(folder, "--resume"), cwd=folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(float(random.uniform(0, undisturbed.seconds)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        _end(process.pid)
        for name, svg in _svgs(folder).items():
            try:
                ElementTree.fromstring(svg)
            except ElementTree.ParseError as e:
                yield f"{name} is half a file: {e}"
    done = subprocess.run(_batch(folder, "--resume"), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"--resume ends with {done.returncode}: {done.stderr[-300:]}"
    if _svgs(folder) != undisturbed.svgs:
        yield "the SVGs differ from those of an undisturbed run"


def _end(group: int) -> None:
    """Workers end by themselves when their parent is gone; those that are late are ended, so that no two runs mix."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
