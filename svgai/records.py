"""Frozen records whose classes are made in a tenth of the time that dataclasses.dataclass takes.

dataclass writes the methods of each class as text and compiles them: .6 ms a class, 65 ms of a process that converts
one icon. Records share their methods. fields(), replace() and asdict() of dataclasses take records too.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Record:
    """What a class of annotated fields inherits to be as under @dataclass(frozen=True, eq=False)."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    # The names that may be given by place come first; the values of those that need not be given, or how to make them.
    _by_place: ClassVar[tuple[str, ...]] = ()
    _names: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, Any]] = {}
    _factories: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        super().__init_subclass__()
        made = fields(dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls))
        cls._by_place = tuple(each.name for each in made if not each.kw_only)
        cls._names = frozenset(each.name for each in made)
        cls._defaults = {each.name: each.default for each in made if each.default is not MISSING}
        cls._factories = {each.name: each.default_factory for each in made if each.default_factory is not MISSING}

    def __init__(self, *values: Any, **named: Any) -> None:
        state = self.__dict__
        state.update(zip(self._by_place, values))  # noqa: B905 - _complete finds that there were more
        state.update(named)
        if state.keys() != self._names or len(values) + len(named) != len(state):
            self._complete(len(values) + len(named))
        self.__post_init__()

    def _complete(self, given: int) -> None:
        """Set what was not given. Raises TypeError as a call does; given: how many arguments there were."""
        state = self.__dict__
        missing = self._names - state.keys()
        needed = missing - self._defaults.keys() - self._factories.keys()
        if needed or given != len(state) or len(state) + len(missing) != len(self._names):
            raise TypeError(f"{type(self).__name__} takes {sorted(self._names)}, not {given} as {sorted(state)}")
        for name in missing:
            state[name] = self._defaults[name] if name in self._defaults else self._factories[name]()

    def __post_init__(self) -> None:
        """Check the fields."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
        return f"{type(self).__qualname__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be deleted")


class Value(Record):
    """A record that equals another of its class whose fields are equal."""

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(frozenset(self.__dict__.items()))
