"""Runs the Dockerfile's steps in an empty Debian, where there is no Docker: `python benchmarks/image.py [FOLDER]`.

It must be root.

Each stage becomes a folder that debootstrap fills with the release that FROM names. RUN, COPY, WORKDIR, ARG, ENV, USER
and HEALTHCHECK do there by chroot what Docker would do; then the image's own command is started as its user, asked for
its health, and given a picture. It takes some minutes, and 2 GB beneath FOLDER (else a temporary one).
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
# Debian's major releases by name; a point release is what the mirror has of it today.
_RELEASES = {"12": "bookworm"}
_PORT = 5987
# What the manuals run in a container; ping must have no capability.
_PROGRAMS = ("curl --version", "ps aux", "top -b -n 1", "free -h", "/sbin/getcap /bin/ping", "id -u", "svgai doctor",
             "svgai worker --help", "python -c 'import svgai.serve.joined, svgai.cluster.worker'")  # fmt: skip


@dataclass
class Stage:
    """A root, and what the Dockerfile has said so far."""

    root: Path
    folder: str = "/"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    user: str = "0:0"
    check: list[str] = field(default_factory=list)
    start: list[str] = field(default_factory=list)

    def command(self, *argv: str, user: str = "0:0") -> list[str]:
        said = [f"{name}={value}" for name, value in self.environment.items()]
        return ["chroot", f"--userspec={user}", str(self.root), "env", "-i", *said, "sh", "-c",
                f"cd {shlex.quote(self.folder)} && exec \"$@\"", "sh", *argv]  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of every instruction."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE.read_text())
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


def begin(folder: Path, rest: str) -> tuple[str, Stage]:
    """A new stage from `debian:VERSION [AS NAME]`; its name."""
    image, _, name = re.sub(r"(?i) as ", " ", rest).partition(" ")
    major = image.removeprefix("debian:").partition(".")[0]
    root = folder / (name or "image")
    pristine = folder / _RELEASES[major]
    if not pristine.exists():
        subprocess.run(["debootstrap", "--variant=minbase", _RELEASES[major], str(pristine)], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    subprocess.run(["cp", "--archive", str(pristine), str(root)], check=True)
    for name_of in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name_of}", root / "etc" / name_of)
    # Where this machine reaches its package index through a proxy with a certificate of its own, the build does too.
    if certificates := os.environ.get("PIP_CERT"):
        shutil.copy(certificates, root / "tmp" / "certificates")
    # A /proc of its own; debootstrap has made /dev with the few devices that are needed, and nothing of the machine's.
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    (root / "dev" / "shm").mkdir(exist_ok=True)
    (root / "dev" / "shm").chmod(0o1777)
    stage = Stage(root)
    if certificates:
        stage.environment["PIP_CERT"] = "/tmp/certificates"
    return name or "image", stage


def copy(stages: dict[str, Stage], stage: Stage, rest: str) -> None:
    """COPY [--from=STAGE] SOURCE… TARGET."""
    words = rest.split()
    source = ROOT
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")].root
    *names, target = words
    place = stage.root / (stage.folder.lstrip("/") if not target.startswith("/") else "") / target.lstrip("/")
    for name in names:
        path = source / name.lstrip("/")
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.so") if source == ROOT else None
            shutil.copytree(path, place, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place / path.name)


def settings(stage: Stage, text: str) -> None:
    """ENV NAME=VALUE…, and ARG with its default."""
    for word in shlex.split(text):
        name, _, value = word.partition("=")
        stage.environment[name] = re.sub(r"\$(\w+)", lambda found: stage.environment.get(found[1], ""), value)


def follow(folder: Path) -> Stage:
    """Run every instruction; the last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(folder)
    for word, rest in instructions():
        began = time.monotonic()
        if word == "FROM":
            name, stage = begin(folder, rest)
            stages[name] = stage
        elif word == "COPY":
            copy(stages, stage, rest)
        else:
            obey(stage, word, rest)
        print(f"{time.monotonic() - began:6.1f} s  {word} {rest[:90]}", flush=True)
    return stage


def obey(stage: Stage, word: str, rest: str) -> None:
    """An instruction within a stage."""
    match word:
        case "RUN":
            subprocess.run(stage.command("sh", "-c", rest, user=stage.user), check=True, stdin=subprocess.DEVNULL)
        case "WORKDIR":
            stage.folder = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "ENV" | "ARG":
            settings(stage, rest)
        case "USER":
            stage.user = rest
        case "HEALTHCHECK":
            stage.check = re.findall(r'"([^"]*)"', rest.partition("CMD")[2])
        case "ENTRYPOINT" | "CMD":
            stage.start += re.findall(r'"([^"]*)"', rest)
        case "EXPOSE" | "STOPSIGNAL" | "VOLUME":
            pass
        case _:
            raise ValueError(f"{word}: this instruction is not known here")


def output(stage: Stage, line: str) -> str:
    """What a line of the shell prints in a stage, as its user."""
    argv = stage.command("sh", "-c", line, user=stage.user)
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout


def try_out(stage: Stage) -> None:
    """Start the image's command as its user; its own check and a picture."""
    stage.environment |= {"PORT": str(_PORT), "API_HOST": "127.0.0.1"}
    for line in _PROGRAMS:
        print(f"$ {line}\n  {(output(stage, line) or '(nothing)').splitlines()[0]}")
    shutil.copy(ROOT / "samples" / "icon-git-64px.png", stage.root / "tmp" / "icon.png")
    with subprocess.Popen(stage.command(*stage.start, user=stage.user)) as service:
        try:
            health = stage.command(*stage.check, user=stage.user)
            deadline = time.monotonic() + 60
            while subprocess.run(health, capture_output=True, check=False).returncode != 0:
                if time.monotonic() > deadline:
                    raise TimeoutError("the service never became healthy")
            svg = output(stage, f"curl -sf --data-binary @/tmp/icon.png http://127.0.0.1:{_PORT}/convert")
            print(f"healthy, and a drawing of {len(svg)} bytes: {svg[:60]!r}")
        finally:
            service.terminate()
    size = subprocess.run(
        ["du", "-smx", str(stage.root)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()[0]
    print(f"the image holds {size} MB; the service ended with {service.returncode}")


def main() -> None:
    # Mounts of our own: they end with this process, whatever happens.
    if "--alone" not in sys.argv:
        sys.exit(subprocess.run(["unshare", "--mount", sys.executable, *sys.argv, "--alone"], check=False).returncode)
    said = [word for word in sys.argv[1:] if word != "--alone"]
    with tempfile.TemporaryDirectory(dir=said[0] if said else None, ignore_cleanup_errors=True) as folder:
        try:
            try_out(follow(Path(folder)))
        finally:
            for place in Path(folder).glob("*/proc"):
                subprocess.run(["umount", "--lazy", str(place)], stderr=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
