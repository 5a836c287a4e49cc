"""What is not there for this person does not exist: every loader's miss is the same 404."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest

T = TypeVar("T")


def get_or_404(load: Callable[..., T], *args: Any) -> T:
    """What the loader returns; raises Http404 where it finds nothing."""
    try:
        return load(*args)
    except ObjectDoesNotExist as error:
        raise Http404 from error


def asked_number(request: HttpRequest, name: str) -> int | None:
    """A whole number from the address (?version=2), None without one; raises Http404 for anything else."""
    asked = request.GET.get(name, "")
    if not asked:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", asked):
        raise Http404
    return int(asked)
