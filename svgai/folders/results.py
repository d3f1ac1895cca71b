"""Placed images and settings → results: what the command line and the library run alike."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from svgai.errors import StorageError
from svgai.folders import manifest, run
from svgai.folders.places import Placed
from svgai.folders.run import Result
from svgai.folders.worker import Order, Task
from svgai.outcome import Failed, Outcome
from svgai.provenance import fingerprint
from svgai.settings import Settings
from svgai.workers.limits import Limits


@dataclass(frozen=True, slots=True)
class How:
    """How a run goes about it. processes: workers; force: replace any file that is there; resume: reuse what an
    earlier run made."""

    processes: int
    limits: Limits
    force: bool = False
    resume: bool = False


def results(placed: Sequence[Placed], settings: Settings, how: How, share: int = 0) -> Generator[Result]:
    """One result for each image, as they come; its index is the image's place. Its homes must be held.

    share: bytes of a page that the pictures of each image may take, 0 where no page is wanted. Closing the iterator
    kills what runs. Raises NoWorkersError.
    """
    order, tasks = planned(placed, settings, how, share)
    return run.run(order, tasks, processes=how.processes, limits=how.limits)


def planned(placed: Sequence[Placed], settings: Settings, how: How, share: int) -> tuple[Order, list[Task]]:
    """What is to be done, whoever does it."""
    scratch = manifest.scratch(placed[0].home)
    order = Order(settings, fingerprint(settings), scratch, how.force, how.resume, share)
    known = {home: manifest.places(home) if how.resume else {} for home in {each.home for each in placed}}
    tasks = [
        Task(each.job, each.home, known[each.home].get(manifest.key(each.job.target, each.home), ()))
        for each in placed
    ]
    return order, tasks


def held_results(placed: Sequence[Placed], settings: Settings, how: How) -> Generator[Result]:
    """results, the homes held meanwhile and their manifests compact at the end; of nothing, nothing.

    Raises UsageError where another run has a home, NoWorkersError.
    """
    if not placed:
        return
    with homes_held(placed) as homes, closing(results(placed, settings, how)) as found:
        yield from found
        for home in homes:
            manifest.compact(home)


@contextmanager
def homes_held(placed: Sequence[Placed]) -> Iterator[list[str]]:
    """The homes of these images, in order, held for one run. Raises as manifest.held."""
    homes = sorted({each.home for each in placed})
    with ExitStack() as stack:
        for home in homes:
            stack.enter_context(manifest.held(home))
        yield homes


def check_storage(outcome: Outcome) -> None:
    """Raise StorageError where the outcome is one: what keeps one SVG from being written keeps all others too."""
    if isinstance(outcome, Failed) and outcome.code == StorageError.code:
        raise StorageError(outcome.cause, outcome.remedy)
