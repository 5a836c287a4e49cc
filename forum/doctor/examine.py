"""The order in which a site is examined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error as DatabaseError

from forum.doctor import contents, domain, machine, post, readiness


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    level: Level
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`failures` and `warnings` say what is wrong. One that `stops` makes those after it senseless when it fails;
    `always` marks those which need nothing."""

    about: str
    failures: tuple[Callable[[], list[str]], ...] = ()
    warnings: tuple[Callable[[], list[str]], ...] = ()
    stops: bool = False
    always: bool = False


CHECKS = (
    Check("settings", failures=(readiness.setting_problems,), always=True),
    Check("addresses", failures=(machine.address_problems,), always=True),
    Check("proxy", warnings=(machine.proxy_warnings,), always=True),
    Check("processes", warnings=(machine.process_warnings,), always=True),
    Check("redis", failures=(readiness.redis_problems, readiness.redis_is_away), always=True),
    Check("mail", failures=(post.mail_problems,), warnings=(post.mail_warnings,), always=True),
    Check("mail dns", warnings=(domain.domain_warnings,), always=True),
    Check("folder", failures=(readiness.file_problems,), always=True),
    Check("disk", warnings=(machine.disk_warnings,), always=True),
    Check("time zones", failures=(machine.zone_problems,), always=True),
    Check("database", failures=(readiness.present_database_problems,), stops=True),
    Check("migrations", failures=(readiness.future_problems, readiness.migration_problems), stops=True),
    Check("restored", warnings=(contents.restored_warnings,)),
    Check("clock", failures=(machine.clock_problems,)),
    Check("trees", failures=(contents.tree_problems,)),
    Check("counts", failures=(contents.count_problems,)),
    Check("search", failures=(contents.search_problems,)),
    Check("files", failures=(contents.missing_file_problems,), warnings=(contents.stray_file_warnings,)),
    Check("names", warnings=(contents.name_warnings,)),
    Check(
        "emails",
        failures=(contents.due_problems,),
        warnings=(contents.given_up_warnings, contents.uncertain_warnings),
    ),
)


def examine() -> Iterator[Finding]:
    """Every finding, in the order in which one should mend them."""
    stopped_by = ""
    for check in CHECKS:
        if stopped_by and not check.always:
            yield Finding(check.about, Level.SKIPPED, f"Skipped: fix {stopped_by} first.")
            continue
        try:
            found = [Finding(check.about, Level.FAILURE, problem) for look in check.failures for problem in look()]
            stopped_by = check.about if found and check.stops else stopped_by
            found += [Finding(check.about, Level.WARNING, problem) for look in check.warnings for problem in look()]
        except (DatabaseError, OSError) as error:  # it failed meanwhile, or a table is damaged
            first_line = str(error).strip().partition("\n")[0]
            sentence = f"This check failed: {first_line}. Check the database and the disk."
            found = [Finding(check.about, Level.FAILURE, sentence)]
        yield from found or [Finding(check.about, Level.OK)]
