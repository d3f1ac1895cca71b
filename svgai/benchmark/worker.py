"""python -m svgai.benchmark.worker: a Request pickled on stdin, a Measured on stdout.

A process of its own, so that its peak memory is that of a fresh worker and nothing else.
"""

from __future__ import annotations

import pickle
import sys

from svgai.benchmark.measure import measure

if __name__ == "__main__":
    request = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(measure(request)))
