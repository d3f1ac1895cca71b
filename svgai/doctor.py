"""Is this installation sound: engines load, and one tiny picture comes out as it should."""

from __future__ import annotations

from dataclasses import dataclass

import svgai
from svgai.draw import engines

# The worst that a sound installation may make of the picture: engines of areas reach 0.9999 and 0.0, and keep its red;
# the engine of photographs, which knows no corners, reaches 0.946 and 1.5.
_SSIM, _DELTA_E, _COLOR = 0.99, 0.5, "#e4002b"
_SSIM_PHOTOGRAPH, _DELTA_E_PHOTOGRAPH = 0.9, 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and the remedy where it is not as it should be."""

    name: str
    found: str
    remedy: str | None = None


def check() -> list[Finding]:
    """Every check. An engine that cannot be loaded ends them early."""
    try:
        import svgai.draw.vtracer.binding
        import svgai.pipeline  # noqa: F401 - it loads everything else
    except ImportError as e:
        remedy = f"pip install --force-reinstall {e.name or 'svgai'} in the environment that svgai runs in"
        return [Finding("engines", f"cannot be loaded ({e})", remedy)]
    return [Finding("engines", "all loaded"), _kernels(), *map(_drawn, engines.names())]


def _kernels() -> Finding:
    """Which of the two draws. Both are sound."""
    from svgai.kernels import library

    if library.in_use():
        return Finding("kernels", "compiled")
    why = f"{library.VARIABLE}=numpy" if library.FILE.exists() else "no C compiler when svgai was installed"
    return Finding("kernels", f"numpy, slower ({why})")


def _drawn(plan: str) -> Finding:
    """Trace, render and score a red square on white."""
    import numpy as np

    from svgai.errors import SvgaiError

    pixels = np.full((32, 32, 3), 255, np.uint8)
    pixels[8:24, 8:24] = (0xE4, 0x00, 0x2B)
    remedy = "pip install --force-reinstall svgai; if that does not help, report it with this output"
    try:
        result = svgai.convert(pixels, plan=plan, tier=1)
    except SvgaiError as e:
        return Finding(plan, str(e), remedy)
    s = result.score
    found = f"SSIM {s.ssim:.5f}, ΔE {s.delta_e:.3f}, {result.svg.bytes} bytes"
    if engines.named(plan).plans(1, pixels.shape[0] * pixels.shape[1]):
        sound = s.ssim >= _SSIM and s.delta_e <= _DELTA_E and _COLOR in result.svg.text
    else:
        sound = s.ssim >= _SSIM_PHOTOGRAPH and s.delta_e <= _DELTA_E_PHOTOGRAPH
    return Finding(plan, found, None if sound else remedy)
