"""A picture as it is to be drawn: decoded, cleaned of what was done to it, classified, in the colours asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from svgai.draw.inks.choice import Choice
from svgai.draw.inks.inked import Inked, inked
from svgai.drawing import Color
from svgai.option_kinds import AUTO, CURRENT, KEEP, ONLY, REMOVE
from svgai.options import CLEAN
from svgai.picture import background
from svgai.picture.classify import Classification, Tier, decide, measure
from svgai.picture.degradation import Degradation
from svgai.picture.deskew import deskewed
from svgai.picture.load import load
from svgai.picture.parts import parts
from svgai.picture.raster import Raster
from svgai.picture.restore import Restored, restored, without_blur
from svgai.settings import Settings


def source(image: bytes | Raster, settings: Settings) -> Raster:
    """The picture to be drawn: decoded, made straight and its background treated as the settings say. Raises
    SvgaiError."""
    raster = load(image, settings.frame) if isinstance(image, bytes) else image
    if settings.deskew:
        raster = deskewed(raster)
    if settings.background == KEEP:
        return raster
    if settings.background == REMOVE:
        return background.remove(raster)
    return background.compose(raster, Color.from_hex(settings.background))


# A blurred picture is sharpened where 0.5 of it lies at the ten commonest levels of its channels: a sky has 0.13,
# drawings of shades 0.6 and more.
_FEW_COLORS = 0.5


class Classified(NamedTuple):
    """The picture as it is to be drawn, what was found to be done to it, and its classification."""

    raster: Raster
    degradation: Degradation
    classification: Classification


def _as_it_is(raster: Raster) -> tuple[Restored, Classification]:
    """A picture with nothing taken away."""
    return Restored(raster, Degradation(coding=raster.noise)), decide(measure(raster))


def _cleaned(raster: Raster, settings: Settings) -> tuple[Restored, Classification]:
    """The picture as it would be clean; as it is where that is a photograph, unless it was printed or said to be."""
    clean = restored(raster, settings.source, settings.keep_paper)
    found = decide(measure(clean.raster))
    if found.tier is Tier.COMPLEX:
        is_sure = clean.found.screen or settings.source != AUTO or clean.raster is raster
        return (clean, found) if is_sure else _as_it_is(raster)
    sharp = without_blur(clean)
    if sharp is clean:
        return clean, found
    sharp_found = decide(measure(sharp.raster))
    is_drawing = sharp_found.tier is not Tier.COMPLEX and sharp_found.features.common > _FEW_COLORS
    return (sharp, sharp_found) if is_drawing else (clean, found)


def classified(raster: Raster, settings: Settings) -> Classified:
    """The picture as it would be clean and its classification, the tier replaced where the settings force one.

    It stays as it is where it is then a photograph: a photograph's grain belongs to it, and so does all that an SSIM
    asked for by the user may be about. A picture with a photograph in it is complex, whatever lies around that; a page
    of paper has none: what textures it is the paper.
    """
    wanted = settings.target_ssim is None and settings.source != CLEAN
    clean, found = _cleaned(raster, settings) if wanted else _as_it_is(raster)
    on_paper = clean.found.paper is not None or clean.found.screen > 0
    if found.tier is not Tier.COMPLEX and not on_paper and (mixed := parts(raster)) is not None:
        reason = f"a photograph over {mixed.photograph.mean():.0%} of the picture, beside flat parts"
        clean, found = _as_it_is(raster)[0], replace(found, tier=Tier.COMPLEX, reasons=(reason,))
    elif clean.raster is not raster:
        found = replace(found, reasons=(*found.reasons, f"drawn and scored without {', '.join(clean.found.words)}"))
    if raster.frames > 1:
        which = f"picture {settings.frame} of the {raster.frames} in its file"
        found = replace(found, reasons=(*found.reasons, which))
    if settings.strokes == ONLY:
        reason = "strokes alone, scored on the picture's background: that and areas are left out"
        found = replace(found, reasons=(*found.reasons, reason))
    if raster.skew is not None:
        found = replace(found, reasons=(*found.reasons, f"straightened: {raster.skew.words}"))
    if settings.tier is not None:
        found = replace(found, tier=Tier(settings.tier), forced=True)
    return Classified(clean.raster, replace(clean.found, skew=raster.skew), found)


def recolored(raster: Raster, settings: Settings) -> Inked | None:
    """The picture in the colours that the settings want; None where they want its own. Raises ColorError."""
    ink = None if settings.mono is None else Color(0, 0, 0)
    if settings.mono not in (None, CURRENT):
        ink = Color.from_hex(str(settings.mono))
    names = settings.palette.split(",") if settings.palette else []
    palette = tuple(Color.from_hex(name) for name in names) or None
    choice = Choice(settings.colors, palette, settings.palette_limit, settings.merge, ink, settings.threshold)
    return inked(raster, choice) if choice.wanted else None


def reclassified(raster: Raster, before: Classification, settings: Settings) -> Classification:
    """The classification of a picture in other colours than before."""
    found = decide(measure(raster)) if settings.tier is None else before
    return replace(found, reasons=(*found.reasons, "drawn and scored in the colours that were asked for"))
