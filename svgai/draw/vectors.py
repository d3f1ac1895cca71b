"""Vectors of the plane, (..., 2), y down."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Points


def cross(one: Points, other: Points) -> Floats:
    """(...): the cross product; above 0 where `other` lies clockwise of `one` on the screen."""
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def turn(before: Points, after: Points) -> Floats:
    """(...): the angle from one direction to another, −π to π, above 0 clockwise on the screen."""
    return np.asarray(np.arctan2(cross(before, after), (before * after).sum(axis=-1)))


def right_hand(along: Points) -> Points:
    """(..., 2): the same turned by 90° to the right, clockwise on the screen."""
    return np.stack([-along[..., 1], along[..., 0]], axis=-1)


def unit(along: Points) -> Points:
    """(..., 2): the same at length 1; what is shorter than 1e-12 stays near 0."""
    return np.asarray(along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-12))


def walked(points: Points) -> Floats:
    """(n,): the distance walked along the points, (n, 2), up to each."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
