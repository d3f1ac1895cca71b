"""A machine that draws the service's jobs and answers no requests: what `svgai worker --service` is made of."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable

from svgai.errors import StorageError, UsageError
from svgai.serve import logs, work
from svgai.serve.environment import Configuration
from svgai.serve.wanted import Defaults
from svgai.serve.workshop import Workshop, folders
from svgai.workers.slot import Slot

# Seconds after which a job is asked for again where what is needed for it is gone.
_RECOVERY = 5.0


class Joined(Workshop):
    """A workshop whose jobs the broker names. It has the service's environment, and its database and files."""

    def __init__(self, wanted: Configuration, defaults: Defaults, convert: work.Convert = work.convert) -> None:
        uploads = folders(wanted).uploads
        if wanted.storage_url is None and not uploads.is_dir():
            raise UsageError(f"there is no {uploads}", "SVGAI_DATA is the folder of a service that has been started")
        instance = f"{socket.gethostname()}:worker-{wanted.prometheus_port or 0}"
        super().__init__(wanted, defaults, instance, convert, _nobody_waits)
        self._end_metrics: Callable[[], None] | None = None

    def start(self) -> None:
        logs.configure(self.wanted.log_format, debug=self.wanted.debug)
        super().start()
        if self.wanted.prometheus_port is not None:
            self._end_metrics = self.metrics.listen(self.wanted.host, self.wanted.prometheus_port)

    def draw(self, slot: Slot, job: str) -> None:
        """Draw a job if it still waits; where database or store are gone it is announced again.

        Raises NoWorkersError.
        """
        try:
            taken = self.queue.take(job)
            if taken is not None:
                self.drawer.run(slot, taken)
        except StorageError as e:
            logs.line(logging.CRITICAL, str(e), job=job)
            time.sleep(_RECOVERY)

    def stop(self) -> None:
        super().stop()
        if self._end_metrics is not None:
            self._end_metrics()


def _nobody_waits(_: str) -> None:
    """A replica looks at the table."""
