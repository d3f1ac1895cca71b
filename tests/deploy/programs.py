"""The programs that these tests start; without one of them a test fails, and says how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# Where the daemons of Debian lie, which the path of a plain user leaves out.
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def program(name: str) -> str:
    """The path of a program: of this Python's environment, or of the system."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name, path=f"{os.environ['PATH']}:{_SBIN}")
    assert found, f"these tests need {name}: .ci/run installs it"
    return found


def run(name: str, *arguments: str | Path, cwd: Path = DEPLOY, **more: str) -> str:
    """stdout and stderr of a program that succeeds. more: variables of its environment."""
    done = subprocess.run([program(name), *map(str, arguments)], cwd=cwd, env=os.environ | more, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout
