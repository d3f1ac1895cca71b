"""A wheel holds compiled kernels and names its platform; where there is no C compiler it runs anywhere, on numpy."""

from __future__ import annotations

import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "svgai/kernels"


class CompiledKernels(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the kernels before the files of a wheel are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """version: `standard` or `editable`; both compile in place."""
        del version
        if self.target_name != "wheel":
            return
        build = runpy.run_path(str(Path(self.root) / FOLDER / "build.py"))
        try:
            library = build["compile_library"]()
        except build["NotCompiledError"] as e:
            self.app.display_warning(f"svgai: the kernels are not compiled, numpy will draw: {e}")
            return
        build_data["artifacts"].append(f"{FOLDER}/{library.name}")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
