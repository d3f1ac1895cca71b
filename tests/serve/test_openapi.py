"""Whatever /openapi.json allows, no answer is a 5xx: schemathesis asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serve.running import running


def test_no_request_makes_the_service_fail(tmp_path: Path) -> None:
    """Bounded: so many examples of each operation, always the same."""
    with running(tmp_path, SVGAI_REQUEST_TIMEOUT="30") as service:
        program = Path(sys.executable).with_name("schemathesis")
        command = [
            str(program), "run", f"{service.url}/openapi.json", "--checks", "not_a_server_error", "--max-examples",
            "8",
            "--phases", "examples,fuzzing", "--generation-deterministic", "--request-timeout", "60",
            "--no-color", "--suppress-health-check", "all", "--exclude-path-regex", "/events$",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
        assert "Unresolvable" not in done.stdout
        assert "Traceback" not in service.lines()
