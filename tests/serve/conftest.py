"""Services that several tests share: one as it comes, one whose workers obey guilty pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from svgai.samples import paths
from tests.serve.running import Running, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("faulty"), faulty=True, SVGAI_MEMORY_LIMIT="700MB") as found:
        yield found


@pytest.fixture(scope="session")
def icon() -> bytes:
    """A small picture that is drawn in a moment."""
    return next(path for path in paths() if path.name == "icon-git-64px.png").read_bytes()
