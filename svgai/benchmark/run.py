"""Many images measured, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from svgai.benchmark.measure import Measured, Request, measure
from svgai.errors import SvgaiError
from svgai.outcome import Failed
from svgai.workers.limits import Limits
from svgai.workers.process import load_engines
from svgai.workers.slots import Slots

# Seconds of wall time after which an image that still runs has failed. By eye: 20 times tier 3's target.
PATIENCE = 300.0


def run(
    requests: Sequence[Request], jobs: int, function: Callable[[Request], Measured] = measure
) -> Iterator[Measured]:
    """Measure each request in a fresh process, `jobs` at a time, in their order. Raises NoWorkersError.

    Fresh: its peak memory is that of one conversion and nothing else. function: what measures.
    """
    with Slots(jobs, limits=Limits(PATIENCE, None), prepare=load_engines, fresh=True) as slots:
        tickets = [slots.submit(function, request) for request in requests]
        for request, ticket in zip(requests, tickets, strict=True):
            try:
                yield ticket.result()
            except SvgaiError as e:
                yield Measured(_failure(request, e))


def _failure(request: Request, error: SvgaiError) -> Failed:
    remedy = "convert it alone with --verbose"
    return Failed(source=request.source, target="-", code=error.code, cause=error.cause, remedy=remedy)
