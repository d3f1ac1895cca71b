"""Records behave as frozen dataclasses do."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import Any

import pytest

from svgai.records import Record, Value


class Point(Value):
    x: int
    y: int = 2
    seen: list[int] = field(default_factory=list)


class Named(Point, kw_only=True):
    name: str = "a"


class Even(Value):
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(self.number)


class Alone(Record):
    number: int


def test_fields_are_given_by_place_by_name_or_not_at_all() -> None:
    assert Point(1, 2, []) == Point(x=1) == Point(1, seen=[]) == replace(Point(5), x=1)
    assert Named(1, name="b").name == "b"
    assert asdict(Named(1)) == {"x": 1, "y": 2, "seen": [], "name": "a"}
    assert [each.name for each in fields(Named)] == ["x", "y", "seen", "name"]


def test_what_is_made_anew_is_shared_by_nobody() -> None:
    assert Point(1).seen is not Point(1).seen


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 1}), ((1,), {"z": 3}), ((1, 2, [], "b"), {})]
)
def test_a_wrong_call_is_a_type_error(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    for kind in (Point, Named):
        with pytest.raises(TypeError, match=f"{kind.__name__} takes"):
            kind(*given, **named)


def test_nothing_is_changed_or_deleted() -> None:
    point = Point(1)
    for name in ("x", "new"):
        with pytest.raises(FrozenInstanceError):
            setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert point == Point(1)


def test_values_are_equal_by_their_fields_and_records_when_they_are_the_same() -> None:
    assert Even(2) == Even(2)
    assert hash(Even(2)) == hash(Even(2))
    assert Even(2) != Even(4)
    assert Point(1) != Named(1)
    one = Alone(1)
    assert one == one
    assert Alone(1) != Alone(1)


def test_fields_are_checked() -> None:
    with pytest.raises(ValueError, match="3"):
        Even(3)
    with pytest.raises(ValueError, match="5"):
        replace(Even(2), number=5)


def test_records_are_copied_pickled_and_shown() -> None:
    named = Named(1, 3, [4], name="c")
    assert pickle.loads(pickle.dumps(named)) == copy.deepcopy(named) == named
    assert repr(named) == "Named(x=1, y=3, seen=[4], name='c')"
