"""Every error that a user meets has a code, a cause and a remedy, and comes whole out of another process."""

from __future__ import annotations

import pickle

import pytest

from svgai import errors
from svgai.errors import InternalError, NoWorkersError, SvgaiError, UsageError, internal

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SvgaiError | UsageError | NoWorkersError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_code_cause_and_remedy_survive_a_trip(kind: type[SvgaiError]) -> None:
    error = pickle.loads(pickle.dumps(kind("it is broken", "mend it")))
    assert type(error) is kind
    assert (error.cause, error.remedy, str(error)) == ("it is broken", "mend it", "it is broken; mend it")
    assert error.code


def test_codes_tell_errors_apart() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_a_fault_of_our_own_says_where_it_was() -> None:
    try:
        raise ZeroDivisionError("by\nzero")
    except ZeroDivisionError as e:
        found = internal(e)
    assert isinstance(found, InternalError)
    assert found.cause.startswith("a fault of svgai: ZeroDivisionError: by zero (test_errors.py:")
    assert internal(ValueError("nowhere")).cause == "a fault of svgai: ValueError: nowhere"
