"""The compose files: valid, merged as the manuals merge them, and safe by rules of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from svgai.serve.environment import configuration
from tests.deploy.programs import DEPLOY, run

FILES = sorted(DEPLOY.glob("docker-compose*.yml"))
# Every combination that a manual or docs/operations.md starts.
COMBINATIONS = (
    ("docker-compose.yml",),
    ("docker-compose.yml", "docker-compose.tls.yml"),
    ("docker-compose.prod.yml",),
    ("docker-compose.prod.yml", "docker-compose.monitoring.yml"),
    ("docker-compose.prod.yml", "docker-compose.monitoring.yml", "docker-compose.scale.yml"),
    ("docker-compose.prod.yml", "docker-compose.monitoring.yml", "docker-compose.tls.yml"),
    ("docker-compose.prod.yml", "docker-compose.monitoring.yml", "docker-compose.workers.yml"),
    ("docker-compose.maintenance.yml",),
)
SERVICES = ("svg-ai", "vectorizer-api")


def merged(folder: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """What docker-compose makes of files, in a deployment's folder."""
    arguments = [part for name in names for part in ("-f", name)]
    found: dict[str, Any] = yaml.safe_load(run("docker-compose", *arguments, "config", cwd=folder, PWD=str(folder)))
    return found


@pytest.fixture(scope="module", params=COMBINATIONS, ids=" ".join)
def deployment(request: pytest.FixtureRequest, installed: Path) -> dict[str, Any]:
    return merged(installed, request.param)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_of_the_compose_specification(path: Path) -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)


def test_a_combination_uses_every_file() -> None:
    used = {name for names in COMBINATIONS for name in names} | {"docker-compose.base.yml"}
    assert {path.name for path in FILES} == used


def test_every_network_volume_and_secret_is_defined_here(deployment: dict[str, Any]) -> None:
    """The ancestor's network was external: `up` failed until somebody made it."""
    for kind in ("networks", "volumes", "secrets"):
        defined = deployment.get(kind, {})
        assert not [name for name, value in defined.items() if (value or {}).get("external")]
        for service in deployment["services"].values():
            for entry in service.get(kind, []):
                name = entry["source"] if isinstance(entry, dict) else str(entry).partition(":")[0]
                assert name in defined or name.startswith("/"), (kind, entry)


def test_what_is_mounted_from_the_folder_exists(deployment: dict[str, Any], installed: Path) -> None:
    for name, service in deployment["services"].items():
        for entry in service.get("volumes", []):
            source = Path(entry.partition(":")[0])
            if source.is_relative_to(installed):
                assert source.exists(), (name, entry)


def test_every_image_has_its_version(deployment: dict[str, Any]) -> None:
    for name, service in deployment["services"].items():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+(-[\w.]+)?", service["image"]), (name, service["image"])


def test_replicas_have_neither_a_port_nor_a_name_of_the_machine(deployment: dict[str, Any]) -> None:
    """Three of them cannot share one; the schema and docker-compose accept it."""
    for name in SERVICES:
        service = deployment["services"].get(name, {})
        assert "ports" not in service
        assert "container_name" not in service


def test_only_nginx_is_reached_from_outside(deployment: dict[str, Any]) -> None:
    for name, service in deployment["services"].items():
        outside = [p for p in service.get("ports", []) if not str(p).startswith("127.0.0.1:")]
        assert not outside or name == "nginx", (name, outside)


def test_a_container_may_do_no_more_than_it_must(deployment: dict[str, Any]) -> None:
    for name, service in deployment["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service["restart"] == "unless-stopped", name
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory"} <= set(limits), name
        assert "privileged" not in service, name
        assert not [v for v in service.get("volumes", []) if "docker.sock" in v], name
        assert re.fullmatch(r"\d+:\d+", service.get("user", "")) or name in ("nginx", "worker", *SERVICES), name


def test_redis_is_reached_by_the_service_alone(deployment: dict[str, Any]) -> None:
    services = deployment["services"]
    if "redis" in services:
        assert set(services["redis"]["networks"]) == {"backend"}
        assert deployment["networks"]["backend"]["internal"] is True
        inside = {name for name, service in services.items() if "backend" in service["networks"]}
        assert inside - {*SERVICES, "worker"} <= {"redis", "broker"}


def test_the_service_understands_the_environment_of_its_container(deployment: dict[str, Any]) -> None:
    for name in SERVICES:
        if name in deployment["services"]:
            given = deployment["services"][name]["environment"]
            found = configuration({k: str(v or "") for k, v in given.items()})
            assert found.production
            assert found.host == "0.0.0.0"
            assert found.port == {"svg-ai": 5000, "vectorizer-api": 8000}[name]
            assert found.redis_url == "redis://redis:6379"
            assert found.prometheus_port == 9464
            assert found.allowed_origins == ()
            assert not found.keys
            grace = deployment["services"][name]["stop_grace_period"]
            assert float(grace.rstrip("s")) > found.grace


def test_scale_starts_three(installed: Path) -> None:
    found = merged(installed, COMBINATIONS[4])["services"]["svg-ai"]
    assert (found["scale"], found["deploy"]["replicas"]) == (3, 3)
    assert found["deploy"]["update_config"] == {"parallelism": 1, "delay": "10s", "order": "start-first"}


def test_workers_draw_what_the_service_announces(installed: Path) -> None:
    found = merged(installed, COMBINATIONS[6])["services"]
    service, worker = found["svg-ai"], found["worker"]
    assert worker["scale"] == 2
    assert worker["command"] == ["worker", "--service"]
    assert worker["environment"]["SVGAI_BROKER_URL"] == service["environment"]["SVGAI_BROKER_URL"]
    assert worker["volumes"] == service["volumes"]
    assert "noeviction" in found["broker"]["command"]


def test_maintenance_takes_the_place_of_nginx(installed: Path) -> None:
    """The same service on the same port, so that docker-compose replaces it, and no port is taken twice."""
    usual = merged(installed, COMBINATIONS[3])["services"]
    closed = merged(installed, COMBINATIONS[-1])["services"]
    assert list(closed) == ["nginx"]
    ports = [[str(p["published"]) if isinstance(p, dict) else p.split(":")[0] for p in found["nginx"]["ports"]]
             for found in (usual, closed)]  # fmt: skip
    assert ports == [["80"], ["80"]]


def test_the_example_says_which_files_are_meant(installed: Path) -> None:
    """Plain `docker-compose logs svg-ai`, as the manual has it, knows svg-ai."""
    names = run("docker-compose", "config", "--services", cwd=installed, PWD=str(installed)).split()
    assert {"svg-ai", "redis", "nginx", "prometheus", "alertmanager", "grafana"} == set(names)
