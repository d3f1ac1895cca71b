"""A batch that is killed again and again, and then goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tests.attack.odd import pictures


def _batch(folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "svgai", "batch", "in", "-o", "out", "--jobs", "2", "--quality", "fast", *options]


def prepared(folder: Path, images: int, seed: int) -> dict[str, bytes]:
    """The inputs laid in a folder, and the SVGs of an undisturbed batch of them by name."""
    (folder / "in").mkdir(parents=True)
    for k, (_, data) in enumerate(pictures(images, seed, 48)):
        (folder / "in" / f"{k}.png").write_bytes(data)
    subprocess.run(_batch(folder), cwd=folder, check=True, capture_output=True)
    undisturbed = _svgs(folder)
    (folder / "out").rename(folder / "undisturbed")
    return undisturbed


def _svgs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").glob("*.svg")}


def complaints(folder: Path, undisturbed: dict[str, bytes], kills: int, seed: int) -> Iterator[str]:
    """What is wrong after each of so many kills at moments drawn by lot, and after the run that ends the work."""
    random = np.random.default_rng(seed)
    for _ in range(kills):
        process = subprocess.Popen(
            _batch(folder, "--resume"), cwd=folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(float(random.uniform(0.2, 1.5)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        _end(process.pid)
        for name, svg in _svgs(folder).items() if (folder / "out").exists() else ():
            try:
                ElementTree.fromstring(svg)
            except ElementTree.ParseError as e:
                yield f"{name} is half a file: {e}"
    done = subprocess.run(_batch(folder, "--resume"), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"--resume ends with {done.returncode}: {done.stderr[-300:]}"
    if _svgs(folder) != undisturbed:
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
