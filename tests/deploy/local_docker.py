"""What `docker` and `docker-compose` are in the machine: a container is a process here, with an address of its own.

The files are read and merged by the real docker-compose. Of a container the process keeps the environment, the user,
the root that cannot be written to, the mounts and the names; its image's programs are Debian's. There is no Grafana.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

STATE = Path("/run/local-docker")
_COMPOSE = "/usr/bin/docker-compose"
# The third byte of a service's addresses: the last is the number of the replica.
_NETWORKS = {"svg-ai": 1, "vectorizer-api": 1, "redis": 2, "nginx": 3, "prometheus": 4, "alertmanager": 5, "worker": 6,
             "broker": 7}  # fmt: skip
# Of svgai's own image.
_OURS = ("svg-ai", "vectorizer-api", "worker")
_PLACES = ("/app", "/data", "/prometheus", "/alertmanager", "/var/cache/nginx")
# A container's beginning: mounts of its own, in which the root cannot be written to.
# A checkout beneath /tmp must stay in sight.
_TMP = "" if Path(__file__).is_relative_to("/tmp") else "mount -t tmpfs -o mode=1777 tmpfs /tmp && "
_ISOLATED = f'mount --make-rprivate / && mount -o remount,bind,ro / && {_TMP}exec "$@"'


@dataclass(frozen=True, slots=True)
class Container:
    """A process that stands for a container, as its state file says."""

    service: str
    number: int
    pid: int
    environment: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.service}_{self.number}"

    @property
    def log(self) -> Path:
        return STATE / f"{self.name}.log"

    @property
    def runs(self) -> bool:
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def stop(self, seconds: float) -> None:
        """SIGTERM, and SIGKILL after a time, as Docker does."""
        deadline = time.monotonic() + seconds
        # Between a look and a signal it may have ended by itself, as nginx does whose upstream is gone.
        with suppress(ProcessLookupError):
            if self.runs:
                os.kill(self.pid, signal.SIGTERM)
            while self.runs:
                if time.monotonic() > deadline:
                    os.kill(self.pid, signal.SIGKILL)
                time.sleep(0.02)


def containers() -> list[Container]:
    """All that were started and not removed."""
    return [Container(**json.loads(path.read_text())) for path in sorted(STATE.glob("*.json"))]


def address(service: str, number: int) -> str:
    return f"127.0.{_NETWORKS[service]}.{number}"


def names() -> None:
    """Write /etc/hosts: each service has the addresses of its containers, and svgai's the name api. One that was
    killed keeps its own, as Docker would start it again at once."""
    lines = ["127.0.0.1 localhost machine"]
    for each in containers():
        more = " api" if each.service in _OURS else ""
        lines.append(f"{address(each.service, each.number)} {each.service}{more}")
    Path("/etc/hosts").write_text("\n".join(lines) + "\n")


def mount(service: dict[str, Any], config: dict[str, Any]) -> None:
    """Put files, volumes and secrets where the container has them."""
    secrets = [f"{config['secrets'][entry['source']]['file']}:/run/secrets/{entry['source']}"
               for entry in service.get("secrets", [])]  # fmt: skip
    for entry in service.get("volumes", []) + secrets:
        source, target, *_ = entry.split(":")
        place = Path(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        device = ((config.get("volumes") or {}).get(source) or {}).get("driver_opts", {}).get("device")
        if device:
            place.mkdir(exist_ok=True)
            if not place.is_mount():
                subprocess.run(["mount", "--bind", device, target], check=True)
        elif not source.startswith("/"):
            place.mkdir(exist_ok=True)
        elif "nginx" in target and Path(source).is_file():
            _copy_for_nginx(Path(source), place, service["ports"])
        elif source != target:
            if place.is_symlink() or place.is_file():
                place.unlink()
            elif place.is_dir():
                shutil.rmtree(place)
            place.symlink_to(source)


def _copy_for_nginx(source: Path, place: Path, ports: list[Any]) -> None:
    """Its port is the published one, and Debian's version knows no `resolve`."""
    published = ports[0]["published"] if isinstance(ports[0], dict) else ports[0].split(":")[0]
    text = source.read_text().replace("listen 80;", f"listen 127.0.0.1:{published};").replace(" resolve;", ";")
    place.write_text(text)


def argv(name: str, number: int, service: dict[str, Any]) -> list[str]:
    """The local command of a service."""
    own = address(name, number)
    said = service.get("command", [])
    match name:
        case "svg-ai" | "vectorizer-api" | "worker":
            alone = ["--reuid=33", "--regid=33", "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
            return [
                "unshare",
                "--mount",
                "sh",
                "-c",
                _ISOLATED,
                "sh",
                "setpriv",
                *alone,
                "svgai",
                *(said or ["serve"]),
            ]
        case "redis" | "broker":
            return [*said, "--bind", own, "--dir", "/data", "--protected-mode", "no"]
        case "nginx":
            return ["nginx", "-g", "daemon off;"]
        case "prometheus":
            return ["prometheus", *said]
        case "alertmanager":
            return ["prometheus-alertmanager", *said, "--cluster.listen-address="]
        case _:
            raise ValueError(name)


def start(name: str, number: int, config: dict[str, Any]) -> None:
    """Start a container of a service."""
    service = config["services"][name]
    if name not in _NETWORKS:
        click.echo(f"{name}: there is none on this machine")
        return
    for place in _PLACES:
        Path(place).mkdir(parents=True, exist_ok=True)
    mount(service, config)
    environment = {k: str(v if v is not None else "") for k, v in (service.get("environment") or {}).items()}
    if "API_HOST" in environment:
        environment |= {"API_HOST": address(name, number), "OUTPUT_DIR": "outputs", "SVGAI_DATA": "data",
                        "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
    base = {key: os.environ[key] for key in ("PATH", "LANG", "OPENBLAS_NUM_THREADS") if key in os.environ}
    with (STATE / f"{name}_{number}.log").open("ab") as log:
        process = subprocess.Popen(argv(name, number, service), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                   cwd="/app" if "API_HOST" in environment else "/", env=base | environment,
                                   start_new_session=True)  # fmt: skip
    found = {"service": name, "number": number, "pid": process.pid, "environment": environment}
    (STATE / f"{name}_{number}.json").write_text(json.dumps(found))
    names()


def remove(found: list[Container]) -> None:
    """Stop and forget containers."""
    for each in found:
        if each.runs:
            os.kill(each.pid, signal.SIGTERM)
    for each in found:
        each.stop(40)
        (STATE / f"{each.name}.json").unlink()
        each.log.unlink(missing_ok=True)
    names()


class Compose:
    """docker-compose with the files of a command line."""

    def __init__(self, files: list[str]) -> None:
        self._text = _merged(files)
        self.config: dict[str, Any] = yaml.load(self._text, yaml.CSafeLoader)

    def show(self, _: list[str]) -> None:
        click.echo(self._text)

    def _order(self) -> list[str]:
        """Services, each after those that it depends on."""
        rank = {"redis": 0, "broker": 0, "svg-ai": 1, "vectorizer-api": 1}
        return sorted(self.config["services"], key=lambda name: (rank.get(name, 2), name))

    def _of(self, names: list[str]) -> list[Container]:
        for name in names:
            if name not in self.config["services"]:
                raise click.ClickException(f"No such service: {name}")
        return [each for each in containers() if not names or each.service in names]

    def up(self, words: list[str]) -> None:
        scale = dict(word.split("=") for word in _values(words, "--scale"))
        again = "--force-recreate" in words
        wanted = [word for word in words if not word.startswith("-")] or self._order()
        for name in [n for n in self._order() if n in wanted]:
            service = self.config["services"][name]
            count = int(scale.get(name, service.get("scale", 1)))
            there = [each for each in containers() if each.service == name]
            changed = again or _fingerprint(service) != _kept(name)
            remove([each for each in there if changed or each.number > count or not each.runs])
            running = {each.number for each in containers() if each.service == name}
            for number in range(1, count + 1):
                if number not in running:
                    start(name, number, self.config)
            (STATE / f"{name}.fingerprint").write_text(_fingerprint(service))

    def down(self, _: list[str]) -> None:
        remove(containers())

    def restart(self, words: list[str]) -> None:
        for each in self._of(words):
            each.stop(40)
            start(each.service, each.number, self.config)

    def stop(self, words: list[str]) -> None:
        for each in self._of(words):
            each.stop(40)
            (STATE / f"{each.name}.json").unlink()
        names()

    def ps(self, _: list[str]) -> None:
        click.echo(f"{'Name':24} State")
        for each in containers():
            click.echo(f"{each.name:24} {'Up' if each.runs else 'Exit'}")

    def logs(self, words: list[str]) -> None:
        """With -f until it is ended. --since is a time before which nothing here was started."""
        _values(words, "--since")
        most = [int(value) for value in _values(words, "--tail")]
        wanted = self._of([word for word in words if not word.startswith("-")])
        seen: dict[str, int] = {}
        while True:
            for each in wanted:
                lines = each.log.read_text(errors="replace").splitlines()
                fresh = lines[seen.get(each.name, 0) :] if each.name in seen else lines[-most[0] :] if most else lines
                seen[each.name] = len(lines)
                for line in fresh:
                    print(f"{each.name}  | {line}", flush=True)
            if "-f" not in words:
                return
            time.sleep(0.1)

    def exec(self, words: list[str]) -> None:
        while words[0].startswith("-"):
            words.pop(0)
        name, *command = words
        found = [each for each in self._of([name]) if each.runs]
        if not found:
            raise click.ClickException(f"No container found for {name}_1")
        each = found[0]
        enter = ["nsenter", f"--target={each.pid}", "--mount", "--root", "--wd"]
        served = each.service in _OURS
        user = ["setpriv", "--reuid=33", "--regid=33", "--clear-groups", "--bounding-set=-all"] if served else []
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | each.environment
        if each.service == "redis" and command[0] == "redis-cli":
            command[1:1] = ["-h", address("redis", each.number)]
        sys.stdout.flush()
        os.execvpe(enter[0], [*enter, *user, *command], environment)


def _merged(files: list[str]) -> str:
    """What the real docker-compose makes of files; kept, as it takes a second, for as long as they are the same."""
    named = [part for name in files for part in ("-f", name)]
    read = [Path(name) for name in files] + sorted(Path().glob("docker-compose*.yml")) + [Path(".env")]
    about = repr(named) + "".join(path.read_text() for path in read if path.is_file())
    kept = STATE / f"{hashlib.sha256(about.encode()).hexdigest()}.yml"
    if not kept.exists():
        out = subprocess.run([_COMPOSE, *named, "config"], stdout=subprocess.PIPE, text=True, check=False)
        if out.returncode != 0:
            sys.exit(out.returncode)
        if any(not path.is_file() for path in read[: len(files)]):
            return out.stdout
        kept.write_text(out.stdout)
    return kept.read_text()


def _values(words: list[str], option: str) -> list[str]:
    """Take the values of an option out of the words."""
    found = []
    while option in words:
        at = words.index(option)
        found.append(words[at + 1])
        del words[at : at + 2]
    for word in [w for w in words if w.startswith(f"{option}=")]:
        found.append(word.partition("=")[2])
        words.remove(word)
    return found


def _fingerprint(service: dict[str, Any]) -> str:
    return json.dumps({k: v for k, v in service.items() if k not in ("scale", "deploy")}, sort_keys=True)


def _kept(name: str) -> str:
    path = STATE / f"{name}.fingerprint"
    return path.read_text() if path.exists() else ""


def docker(words: list[str]) -> None:
    """docker stats, as its table."""
    if words[:1] != ["stats"]:
        raise click.ClickException(f"docker {' '.join(words)}: there is no engine on this machine")
    wanted = [word for word in words[1:] if not word.startswith("-")]
    while True:
        click.echo(f"{'NAME':24} {'CPU %':>8} {'MEM USAGE':>12}")
        for each in containers():
            if each.runs and (not wanted or each.name in wanted):
                out = subprocess.run(["ps", "-o", "pcpu=,rss=", "--pid", str(each.pid), "--ppid", str(each.pid)],
                                     stdout=subprocess.PIPE, text=True, check=False).stdout  # fmt: skip
                rows = [line.split() for line in out.splitlines()]
                cpu, memory = sum(float(r[0]) for r in rows), sum(int(r[1]) for r in rows)
                click.echo(f"{each.name:24} {cpu:7.2f}% {memory / 1024:9.1f}MiB")
        if "--no-stream" in words:
            return
        time.sleep(1)


def main() -> None:
    STATE.mkdir(parents=True, exist_ok=True)
    program, *words = sys.argv[1:]
    if program == "docker":
        docker(words)
        return
    files = []
    while words and words[0] == "-f":
        files.append(words[1])
        del words[:2]
    command, *rest = words
    compose = Compose(files)
    run: dict[str, Callable[[list[str]], None]] = {
        "config": compose.show, "up": compose.up, "down": compose.down, "restart": compose.restart,
        "stop": compose.stop, "ps": compose.ps, "logs": compose.logs, "exec": compose.exec,
    }  # fmt: skip
    if command not in run:
        raise click.ClickException(f"docker-compose {command}: not on this machine")
    run[command](rest)


if __name__ == "__main__":
    try:
        main()
    except click.ClickException as error:
        click.echo(f"ERROR: {error.message}", err=True)
        sys.exit(1)
