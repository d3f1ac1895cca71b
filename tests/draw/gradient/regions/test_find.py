"""Basins, surfaces, merges and mixes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.arrays import Colors, RegionLabels
from svgai.draw.gradient.regions import surfaces
from svgai.draw.gradient.regions.borders import borders
from svgai.draw.gradient.regions.clean import CleanRegions, clean_regions
from svgai.draw.gradient.regions.edge_colors import edge_colors_of
from svgai.draw.gradient.regions.merge import merged
from svgai.draw.gradient.regions.mixes import best_pairs, near_borders
from svgai.draw.gradient.regions.watershed import basins, edge_strength
from svgai.drawing import Declined
from svgai.picture.alpha import premultiplied
from tests import pictures
from tests.draw.gradient.shaded import between, grid


def quadratic(size: int = 32) -> Colors:
    x, y = (v / size for v in grid(size))
    planes = [40 + 90 * x + 30 * y * y, 200 - 60 * x * y, 20 + 150 * (x - 0.4) ** 2]
    return np.stack(planes, axis=2).astype(np.float32)


def segments_of(colors: Colors, price: float = 26.0) -> CleanRegions:
    found = clean_regions(colors, 0.0, price)
    assert not isinstance(found, Declined)
    return found


def halves(size: int = 32) -> RegionLabels:
    labels = np.zeros((size, size), np.int32)
    labels[:, size // 2 :] = 1
    return labels


def test_a_ramp_has_no_edges_and_a_step_has_one() -> None:
    x, _ = grid(40)
    ramp = premultiplied(between(x / 40, (0, 0, 0), (120, 60, 200)))
    assert edge_strength(ramp).max() < 1.5
    step = premultiplied(between((x > 20).astype(float), (0, 0, 0), (120, 60, 200)))
    assert edge_strength(step)[:, 19:21].min() > 50


def test_no_basin_crosses_an_edge() -> None:
    pixels = pictures.lopsided()
    colors = premultiplied(pictures.opaque(pixels).pixels)
    labels = basins(edge_strength(colors), colors)
    for k in range(labels.max() + 1):
        assert len(np.unique(pixels[labels == k], axis=0)) == 1


def test_basins_are_numbered_without_gaps() -> None:
    colors = premultiplied(pictures.opaque(pictures.noise(24, 24)).pixels)
    labels = basins(edge_strength(colors), colors)
    assert np.array_equal(np.unique(labels), np.arange(labels.max() + 1))


def test_a_quadratic_is_fitted_to_a_grey_level() -> None:
    colors = quadratic()
    labels = np.zeros((32, 32), np.int32)
    moments = surfaces.measure(colors, labels, np.ones((32, 32), np.float32), 1)
    shapes, _ = surfaces.fit(moments)
    assert surfaces.error_under(moments, shapes)[0] < 0.1 * colors.size
    y, x = (v.ravel().astype(float) - 16 for v in np.mgrid[:32, :32])
    got = surfaces.evaluate(shapes, labels.ravel(), x, y)
    assert np.abs(got - colors.reshape(-1, 3)).max() < 2


def test_sums_of_two_regions_are_those_of_their_union() -> None:
    colors, weights = quadratic(), np.ones((32, 32), np.float32)
    apart = surfaces.measure(colors, halves(), weights, 2).pooled(np.array([0, 0]), 1)
    whole = surfaces.measure(colors, np.zeros((32, 32), np.int32), weights, 1)
    np.testing.assert_allclose(apart.gram, whole.gram, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(apart.cross, whole.cross, rtol=1e-9, atol=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_merge_never_makes_the_error_smaller(seed: int) -> None:
    colors = np.random.default_rng(seed).uniform(0, 255, (12, 12, 3)).astype(np.float32)
    moments = surfaces.measure(colors, halves(12), np.ones((12, 12), np.float32), 2)
    union = surfaces.fit(moments.pooled(np.array([0, 0]), 1))[1][0]
    assert union >= surfaces.fit(moments)[1].sum() * (1 - 1e-6)


@pytest.mark.parametrize(("step", "regions"), [(0.0, 1), (60.0, 2)])
def test_merging_stops_at_a_step(step: float, regions: int) -> None:
    colors = quadratic()
    colors[:, 16:] += step
    strength = edge_strength(colors)
    moments = surfaces.measure(colors, halves(), np.ones((32, 32), np.float32), 2)
    assert len(np.unique(merged(moments, borders(halves(), strength), 4.5))) == regions


def test_borders_count_cracks() -> None:
    found = borders(halves(), np.full((32, 32), 5.0, np.float32))
    assert found.pairs.tolist() == [[0, 1]]
    assert found.length.tolist() == [32]
    assert found.strength.tolist() == [5]
    assert not found.soft.any()


def test_contracting_adds_lengths() -> None:
    labels = np.repeat(np.arange(4, dtype=np.int32), 6)[None] + np.zeros((5, 1), np.int32)
    labels[3:] = 3
    found = borders(labels, np.ones(labels.shape, np.float32))
    joined, origin = found.contracted(np.array([0, 0, 2, 3]))
    assert joined.length.sum() == found.length.sum() - 3
    assert (np.sort(joined.pairs, axis=1) == joined.pairs).all()
    assert len(origin) == len(joined.pairs)


@given(st.floats(0.05, 0.95))
@settings(max_examples=30, deadline=None)
def test_a_mix_tells_the_shares(share: float) -> None:
    labels = halves(16)
    colors = np.where(labels[..., None] == 0, np.array([250.0, 20, 30]), np.array([10.0, 60, 200])).astype(np.float32)
    weights = np.ones((16, 16), np.float32)
    weights[:, 7] = 1e-3
    known = edge_colors_of(colors, labels, weights)
    colors[:, 7] = share * colors[0, 0] + (1 - share) * colors[0, 15]
    got = best_pairs(colors, labels, known, np.array([8 * 16 + 7]))
    assert got.label[0] == (0 if share >= 0.5 else 1)
    assert got.share[0] == pytest.approx(max(share, 1 - share), abs=0.02)
    assert got.error[0] < 4


def test_near_borders_reaches_two_pixels() -> None:
    at = near_borders(halves(16))
    assert set((at % 16).tolist()) == {6, 7, 8, 9}


def test_an_anti_aliased_disc_is_two_regions() -> None:
    assert segments_of(premultiplied(pictures.coin())).count == 2


def test_a_soft_ramp_is_one_region() -> None:
    x, y = grid(96)
    assert segments_of(premultiplied(between((x + y) / 192, (0, 0, 80), (255, 200, 160)))).count == 1


def test_a_thin_line_is_kept() -> None:
    x, _ = grid(64)
    pixels = between(x / 64, (255, 255, 255), (200, 220, 255))
    pixels[30:32, 8:56, :3] = (60, 20, 90)
    found = segments_of(premultiplied(pixels), price=5.0)
    line = found.labels[30:32, 10:54]
    assert (line == line[0, 0]).all()
    assert (found.labels[:28] != line[0, 0]).all()
