"""What a stored result depends on."""

from __future__ import annotations

import hashlib

import pytest

from svgai import provenance
from svgai.provenance import digest, fingerprint
from svgai.settings import Settings


def test_the_fingerprint_changes_with_the_settings() -> None:
    pinned = Settings(parameters={"vtracer": {"mode": "polygon"}})
    every = [Settings(), Settings(tier=1), Settings(quality="fast"), pinned]
    assert len(set(map(fingerprint, every))) == 4
    assert fingerprint(Settings()) == fingerprint(Settings())


def test_the_fingerprint_changes_with_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(Settings())
    assert "missing" not in provenance.versions().values()
    monkeypatch.setattr(provenance, "__version__", "0.0.0")
    assert fingerprint(Settings()) != before


def test_a_digest_is_sha_256() -> None:
    assert digest(b"svg") == hashlib.sha256(b"svg").hexdigest()
