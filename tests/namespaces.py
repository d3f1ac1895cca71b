"""Whether this kernel lets a test have mounts and a network of its own; in some containers nobody may."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache

import pytest

_TRIED = """
set -e
mount -t tmpfs probe "$0"
mkdir "$0/upper" "$0/work" "$0/root"
mount -t overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" probe "$0/root"
"""


@cache
def refusal() -> str | None:
    """What the kernel says where it does not; None where it does."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return "there is no unshare: .ci/run installs it"
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [unshare, *user, "--net", "--mount", "--uts", "--pid", "--fork", "sh", "-c", _TRIED, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip() or f"unshare ended with {done.returncode}"


def needed() -> None:
    """Skip the test, with what the kernel says, where there are none: nothing of ours could be tried there."""
    said = refusal()
    if said is not None:
        pytest.skip(f"this kernel gives no namespaces ({said})")
