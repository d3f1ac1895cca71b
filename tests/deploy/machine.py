"""A machine of one's own: its network, processes and name are its own, and what it writes is gone with it.

Namespaces of Linux, and the real root beneath an overlay in memory: so commands run as an operator's manual has them,
with port 80, /etc/hosts, /opt and /backups, beside everything else that runs on this computer.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import namespaces
from tests.deploy.programs import ROOT, program

# Which folders of the real root are used; those that are mounts of their own must be mounted again.
_USED = (ROOT, Path(sys.prefix), Path(sys.base_prefix))
_PATH = f"/usr/local/sbin:/usr/local/bin:{Path(sys.prefix) / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin"
# The name server of Docker's networks answers here. ping works as in Docker's containers: by the kernel's sockets,
# which are open to all, and as a copy without the capability that a container without any could not start.
_SETUP = """
set -e
mount -t tmpfs machine {memory}
mkdir {memory}/upper {memory}/work {memory}/root
mount -t overlay -o lowerdir=/,upperdir={memory}/upper,workdir={memory}/work machine {root}
for place in /dev /proc /sys; do mount --rbind $place {root}$place; done
mount -t tmpfs -o mode=1777 scratch {root}/tmp
for place in {mounted}; do mkdir -p {root}$place; mount --bind $place {root}$place; done
mkdir -p {root}{folder}
mount --bind {folder} {root}{folder}
ip link set lo up
hostname machine
echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range
rm -f {root}/etc/resolv.conf {root}/etc/hosts
echo nameserver 127.0.0.11 > {root}/etc/resolv.conf
echo "127.0.0.1 localhost machine" > {root}/etc/hosts
cp {root}/usr/bin/ping {root}/usr/bin/ping.without && mv {root}/usr/bin/ping.without {root}/usr/bin/ping
for place in {parents}; do chmod a+x {root}$place; done
for name in docker docker-compose; do
  printf '#!/bin/sh\\nPYTHONPATH={source} exec {python} -m tests.deploy.local_docker %s "$@"\\n' $name \
    > {root}/usr/local/bin/$name
done
printf '#!/bin/sh\\nPYTHONPATH={source} exec {python} -m svgai "$@"\\n' > {root}/usr/local/bin/svgai
printf '#!/bin/sh\\nexec "$@"\\n' > {root}/usr/local/bin/sudo
chmod +x {root}/usr/local/bin/*
PYTHONPATH={source} {python} -m tests.deploy.names {root}/etc/hosts &
exec chroot {root} bash -c 'cd /; echo ready; while :; do sleep 1000 & wait $!; done'
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended; output: of stdout and stderr together."""

    code: int
    output: str


class Machine:
    """folder: is seen inside at the same path, and written to. init: the process that everything ends with."""

    def __init__(self, folder: Path, init: int) -> None:
        self.folder = folder
        self._enter = [program("nsenter"), f"--target={init}", "--net", "--mount", "--pid", "--uts", "--root"]

    def command(self, *argv: str, cwd: Path | None = None) -> list[str]:
        """What runs a program in here."""
        clean = [f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "TMPDIR=/tmp", "OPENBLAS_NUM_THREADS=1"]
        where = cwd or self.folder
        return [*self._enter, f"--wdns={where}", "env", "-i", *clean, *argv]

    def run(self, line: str, cwd: Path | None = None, seconds: float = 60) -> Ran:
        """A line of bash, as it would be typed. Its end is its own: what it starts in the background goes on."""
        argv = self.command("bash", "-c", line, cwd=cwd)
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              text=True, timeout=seconds, check=False)  # fmt: skip
        return Ran(done.returncode, done.stdout)

    def must(self, line: str, cwd: Path | None = None, seconds: float = 60) -> str:
        """The output of a line that succeeds."""
        ran = self.run(line, cwd, seconds)
        assert ran.code == 0, f"{line}: {ran.code}\n{ran.output}"
        return ran.output


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine while this lasts."""
    namespaces.needed()
    memory = folder / "machine"
    memory.mkdir()
    # What is a mount of its own, and what lies beneath the machine's own /tmp.
    other = [str(p) for p in _USED if p.stat().st_dev != Path("/").stat().st_dev or p.is_relative_to("/tmp")]
    parents = sorted({str(parent) for p in _USED for parent in (p, *p.parents) if parent != Path("/")})
    setup = _SETUP.format(
        memory=memory, root=memory / "root", folder=folder, mounted=" ".join(other), parents=shlex.join(parents),
        source=ROOT, python=sys.executable,
    )  # fmt: skip
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    unshare = [program("unshare"), *user, "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child",
               "--mount-proc", "bash", "-c", setup]  # fmt: skip
    with subprocess.Popen(unshare, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as outside:
        try:
            assert outside.stdout is not None
            said = outside.stdout.readline()
            assert said == "ready\n", said + outside.stdout.read()
            children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children").read_text().split()
            yield Machine(folder, int(children[0]))
        finally:
            outside.kill()
