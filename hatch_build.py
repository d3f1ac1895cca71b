"""Compiles svgai/draw/kernels/*.c into one shared library where a C compiler is found; without one numpy draws."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("svgai/draw/kernels")
LIBRARY = "kernels.so"
# -ffp-contract=off: no fused multiply-add, so that all builds round alike.
FLAGS = ("-O3", "-std=c11", "-shared", "-fPIC", "-ffp-contract=off", "-Wall", "-Werror=implicit")


def compiler() -> str | None:
    """The C compiler: CC, or the first of cc, gcc and clang that there is."""
    wanted = os.environ.get("CC")
    return next(
        (found for name in ([wanted] if wanted else ["cc", "gcc", "clang"]) if (found := shutil.which(name))), None
    )


class CompiledKernels(BuildHookInterface):  # type: ignore[type-arg]
    """The wheel holds the library and names its platform, or holds none and runs anywhere."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered. version: `standard` or `editable`."""
        del version
        root = Path(self.root)
        if self.target_name != "wheel" or os.name != "posix" or (cc := compiler()) is None:
            return
        sources = sorted(map(str, (root / FOLDER).glob("*.c")))
        target = root / FOLDER / LIBRARY
        made = subprocess.run([cc, *FLAGS, *sources, "-o", str(target), "-lm"], capture_output=True, text=True)
        if made.returncode:
            print(f"svgai: the kernels were not compiled, numpy will draw: {made.stderr[-500:]}", file=sys.stderr)
            target.unlink(missing_ok=True)
            return
        build_data["artifacts"].append(str(FOLDER / LIBRARY))
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
