"""C sources → the shared library of kernels: `python -m svgai.kernels.build`, and in every build of a wheel.

Imports nothing of svgai: hatch_build.py runs it where no dependency is installed yet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
LIBRARY = FOLDER / "kernels.so"
# -ffp-contract=off: no fused multiply-add, so that all builds round alike. -fno-math-errno: sqrt is one instruction.
FLAGS = ("-O3", "-std=c11", "-shared", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Werror=implicit")


class NotCompiledError(Exception):
    """Why there are no compiled kernels."""


def compile_library(library: Path = LIBRARY) -> Path:
    """Compile every .c file of this folder into it. Raises NotCompiledError, which leaves no library behind."""
    library.unlink(missing_ok=True)
    compiler = _compiler()
    sources = sorted(map(str, FOLDER.glob("*.c")))
    # A process that has the library open keeps the old one: it is replaced by name, not written into.
    made = library.with_suffix(f".{os.getpid()}.so")
    command = [compiler, *FLAGS, *sources, "-o", str(made), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        made.unlink(missing_ok=True)
        raise NotCompiledError(f"{compiler} failed: {done.stderr[-500:]}")
    return made.replace(library)


def _compiler() -> str:
    """The C compiler: CC, or the first of cc, gcc and clang that there is."""
    if os.name != "posix":
        raise NotCompiledError(f"kernels are compiled on Linux and macOS only, not on {sys.platform}")
    named = os.environ.get("CC")
    names = [named] if named else ["cc", "gcc", "clang"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NotCompiledError(f"no C compiler: looked for {', '.join(names)}")
    return found


if __name__ == "__main__":
    try:
        print(compile_library())
    except NotCompiledError as e:
        sys.exit(f"svgai: {e}")
