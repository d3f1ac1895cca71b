"""What a Python program calls: the same functions as behind the command line, on values."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from typing import Any, Unpack

from svgai import files, layer_files, pipeline, prepared
from svgai.comparison import Comparison, compared
from svgai.errors import SvgaiError
from svgai.export.kinds import data_of
from svgai.export.layers import layers_of
from svgai.inspection import Inspection, inspected
from svgai.keywords import BatchKeywords, Keywords, settings_of
from svgai.outcome import Outcome, as_json, converted
from svgai.picture.given import Given, path_of, picture_of
from svgai.picture.raster import Raster
from svgai.pipeline import Conversion
from svgai.settings import Settings


class Result(Conversion):
    """A Conversion in a caller's hands. source: the path it came from; None where that was no file's."""

    source: str | None

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> str:
        """Write it as the path's ending says (.svg, .svgz, .png, .pdf, .eps, .dxf), whole or not at all; the path.

        Layers that are wanted in files of their own stand beside it. force: replace files that are there. Raises
        OutputError.
        """
        target = os.path.expanduser(os.fspath(path))
        layers = layers_of(self, target)
        layer_files.write(layers, replace=layers if force else ())
        files.write(target, data_of(self, target), replace=force)
        return target

    def to_dict(self) -> dict[str, Any]:
        """The record that `svgai convert --json` prints; source and target are empty where there are none."""
        return as_json(converted(self.source or "", "", self))

    def _repr_html_(self) -> str:
        """What a notebook shows: the source over the SVG, with an edge to be drawn, and the verdict."""
        from svgai.report.notebook import slider

        return slider(self)


def convert(image: Given, **settings: Unpack[Keywords]) -> Result:
    """Convert one image: a path, the bytes of an image file, a file open for bytes, an array or a PIL image.

    An array is (h, w) grey, (h, w, 2) grey and alpha, (h, w, 3) RGB or (h, w, 4) RGBA with straight alpha, sRGB, in
    uint8, uint16, bool or floating point from 0 to 1. settings: the fields of svgai.Settings. Nothing is printed or
    written. Raises svgai.errors.SvgaiError where the image cannot be converted; TypeError and ValueError where it is
    no picture, or where a setting is unknown or illegal.
    """
    wanted = settings_of(settings)
    path, picture = _picture(image)
    with _named(path):
        made = pipeline.convert(picture, wanted.named(path) if path else wanted)
    return Result(**{f.name: getattr(made, f.name) for f in fields(made)}, source=path)


def inspect(image: Given, **settings: Unpack[Keywords]) -> Inspection:
    """An image's features, its tier and why, and the plans that would be tried. Takes and raises as convert."""
    wanted = settings_of(settings)
    path, picture = _picture(image)
    with _named(path):
        return inspected(picture, wanted)


def compare(image: Given, svg: str | bytes | os.PathLike[str], **settings: Unpack[Keywords]) -> Comparison:
    """How good anybody's SVG of an image is.

    svg: a Path, or the text or bytes of the SVG; a str without `<` is a path. Takes and raises as convert.
    """
    wanted = settings_of(settings)
    path, picture = _picture(image)
    with _named(path):
        raster = prepared.source(picture, wanted)
    size = len(picture) if isinstance(picture, bytes) else picture.pixels.nbytes
    return compared(raster, _text(svg), wanted, size)


def _picture(image: Given) -> tuple[str | None, bytes | Raster]:
    """The path, where the image is a file's, and what it holds."""
    path = path_of(image)
    if path is None:
        return None, picture_of(image)
    with _named(path):
        return path, files.read(path)


@contextmanager
def _named(path: str | None) -> Iterator[None]:
    """An error that this ends with says the file's name."""
    try:
        yield
    except SvgaiError as e:
        if path is None:
            raise
        raise type(e)(f"{path}: {e.cause}", e.remedy) from e


def _text(svg: str | bytes | os.PathLike[str]) -> str:
    if isinstance(svg, bytes):
        return svg.decode("utf-8", "replace")
    if isinstance(svg, str) and "<" in svg:
        return svg
    path = str(path_of(svg))
    with _named(path):
        return files.read(path).decode("utf-8", "replace")


def batch(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int, Outcome], None] | None = None,
    **options: Unpack[BatchKeywords],
) -> Generator[Outcome]:
    """Convert folders, files and globs in worker processes; yields what became of each image, as they are ready.

    output: a folder; None is FOLDER-svg beside each FOLDER. progress: called with how many are done, how many there
    are, and the outcome. A failed image is an outcome (svgai.Failed), never an exception. Closing the generator ends
    the run. Raises svgai.errors.UsageError before any work, StorageError where nothing can be written any more,
    TypeError and ValueError on illegal options. On Windows and macOS a script that calls it needs the
    `if __name__ == "__main__"` of all programs with worker processes.
    """
    from svgai.folders.find import Rules, find
    from svgai.folders.places import place
    from svgai.folders.results import How, check_storage, held_results
    from svgai.workers.limits import Limits
    from svgai.workers.pool import cores

    run, wanted = _parted(options)
    given = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    rules = Rules(run.pop("recursive", True), run.pop("hidden", False))
    found = find([os.path.expanduser(os.fspath(each)) for each in given], rules)
    out = None if output is None else os.path.expanduser(os.fspath(output))
    force, resume = run.pop("force", False), run.pop("resume", False)
    placed = place(found.sources, out, force=force, resume=resume)
    layer_files.check([each.job for each in placed], wanted.layers, force=force or resume)
    limits = Limits(run.pop("timeout", 300.0), run.pop("memory_limit", 10**9))
    how = How(run.pop("jobs", None) or cores(), limits, force, resume)
    total = len(placed) + len(found.failed)

    def outcomes() -> Generator[Outcome]:
        yield from found.failed
        with closing(held_results(placed, wanted, how)) as made:
            for result in made:
                check_storage(result.outcome)
                yield result.outcome

    def told() -> Generator[Outcome]:
        for done, outcome in enumerate(outcomes(), 1):
            if progress:
                progress(done, total, outcome)
            yield outcome

    return told()


def _parted(options: BatchKeywords) -> tuple[dict[str, Any], Settings]:
    """The options of the run, and the settings of its conversions."""
    own = set(BatchKeywords.__annotations__) - set(Keywords.__annotations__)
    given: dict[str, Any] = dict(options)
    run = {name: given.pop(name) for name in own & set(given)}
    return run, settings_of(given)
