"""`svgai serve` whose workers do what guilty pictures ask for."""

from __future__ import annotations

from functools import partial

from tests.serve.faults import convert

if __name__ == "__main__":
    from svgai.cli import main
    from svgai.serve import service

    service.Service = partial(service.Service, convert=convert)  # type: ignore[misc, assignment]
    main(prog_name="svgai")
