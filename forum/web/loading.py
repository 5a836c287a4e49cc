"""What is not there for this person does not exist: every loader's miss is the same 404."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

T = TypeVar("T")


def found(load: Callable[..., T], *args: Any) -> T:
    """What the loader returns; raises Http404 where it finds nothing."""
    try:
        return load(*args)
    except ObjectDoesNotExist as error:
        raise Http404 from error
