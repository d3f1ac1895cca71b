"""Memory and time of the largest pictures: python -m benchmarks.large. Each is converted by a process of its own.

Exit 1 where one took more than 500 MB beside its file, which the process holds as well.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.fspath(Path(__file__).parent.parent))

from tests.attack.large import converted, written

MOST_MEMORY = 500_000_000
_SIZES = ((4000, 3000), (4900, 3300), (6000, 4000), (7280, 7000))
_KINDS = (("photograph", ".jpg"), ("flat", ".png"), ("page", ".jpg"))


def main() -> None:
    worst = 0
    for width, height in _SIZES:
        for kind, suffix in _KINDS:
            with tempfile.TemporaryDirectory() as folder:
                path = written(Path(folder), kind, width, height, suffix)
                file = path.stat().st_size
                peak, cpu, ssim, size, tier = converted(path)
            beside = int(peak) - file
            worst = max(worst, beside)
            print(f"{kind} {width}x{height}, {file / 1e6:.1f} MB: T{tier}, SSIM {ssim}, {int(size):,} B, "
                  f"{beside / 1e6:.0f} MB beside the file, {float(cpu):.1f} s CPU", flush=True)  # fmt: skip
    sys.exit(1 if worst > MOST_MEMORY else 0)


if __name__ == "__main__":
    main()
