"""svgai, with the faults of tests in its workers, and silence that is noticed sooner."""

from __future__ import annotations

from functools import partial

from svgai.cluster import sender, worker
from svgai.serve import joined, queue
from tests import faults
from tests.serve import faults as service_faults

if __name__ == "__main__":
    from svgai.cli import main

    worker.ALIVE, sender.SILENCE, sender._LOOK, sender._UNBEGUN = 0.5, 4.0, 0.5, 2.0
    queue.LEASE = 5.0
    worker.Worker = partial(worker.Worker, convert=faults.convert)  # type: ignore[misc, assignment]
    joined.Joined = partial(joined.Joined, convert=service_faults.convert)  # type: ignore[misc, assignment]
    main(prog_name="svgai")
