"""The tree of errors: complete, drawn in the docstring, and made from a Failure alone."""

import inspect

import pytest

from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.gateway import errors
from tui.gateway.errors import CLASS_OF, AnswerError, GatewayError, TransportError, TunnelError, error_for

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, GatewayError)]
GROUPS = (TransportError, TunnelError, AnswerError)


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_has_a_class_of_one_of_the_three_groups(kind: FailureKind) -> None:
    error = error_for(Failure(kind, "seen"), Timing(connect=0.5))
    assert sum(isinstance(error, group) for group in GROUPS) == 1
    assert error.failure == Failure(kind, "seen")
    assert error.timing == Timing(connect=0.5)
    assert "seen" in str(error)


def test_no_class_stands_for_two_kinds_or_for_none() -> None:
    assert len(set(CLASS_OF.values())) == len(CLASS_OF) == len(FailureKind)
    assert set(CLASSES) - {GatewayError, *GROUPS} == set(CLASS_OF.values())


@pytest.mark.parametrize("cls", CLASSES)
def test_the_docstring_draws_every_class(cls: type[GatewayError]) -> None:
    drawn = (errors.__doc__ or "").replace("│", " ").replace("├──", " ").replace("└──", " ")
    assert cls.__name__ in drawn.split()


def test_without_a_timing_nothing_was_measured() -> None:
    assert error_for(Failure(FailureKind.REFUSED, "")).timing == Timing()
