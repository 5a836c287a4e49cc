"""Time zones: which there are, and what people call them."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

UNIVERSAL = {"UTC", "UCT", "GMT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"}
REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether this names a time zone, in the letters in which it is written."""
    return name in _zones()


def check_zone(name: str) -> None:
    """Raises ValidationError unless this names a time zone."""
    if not is_zone(name):
        sentence = _("There is no time zone %(name)s. Enter one such as Asia/Baku, with its capital letters.")
        raise ValidationError(sentence, params={"name": name})


def zone_of(name: str) -> ZoneInfo:
    """The zone with this name; UTC where there is none."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def zone_name(name: str) -> str:
    """What people call a zone, such as "Baku time" for Asia/Baku."""
    return _zone_name(name, get_language())


@cache
def _zone_name(name: str, language: str | None) -> str:
    area, _slash, city = name.rpartition("/")
    if city in UNIVERSAL or not is_zone(name):
        return gettext("universal time")
    if area == "Etc":  # its signs are the other way round: Etc/GMT+4 is four hours behind
        sign, hours = city[3], city[4:]
        return gettext("universal time %(hours)s") % {"hours": f"{'−' if sign == '+' else '+'}{hours}"}
    return gettext("%(city)s time") % {"city": city.replace("_", " ")}


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones of the regions of the world for a select: a group for each region, its zones by their cities."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(_zones()):
        region, _slash, city = name.partition("/")
        if region in REGIONS:
            groups.setdefault(region, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return list(groups.items())
