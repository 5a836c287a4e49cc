"""How the doors are tried that are about people: flags, reports, sanctions, removing much at once, and blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.models import Person
from forum.kernel.choices import BlockKind, FlagKind, ReportOutcome, SanctionKind
from forum.kernel.errors import refuse_if
from forum.kernel.reasons import Reason
from forum.models import Block, IllegalReport, LogEntry, Sanction, Trust
from forum.moderation.actions import blocks, bulk_removal, flags, reports, sanctions
from forum.moderation.actions.trust import end_trust
from tests.access.moderation_requests import WHY, Door, Stage, about, how, why

NOTICE = {"explanation": "It names where somebody lives.", "name": "Eve", "email": "eve@example.org"}
REPORT = NOTICE | {"is_true": "on"}
REPLY = {"outcome": ReportOutcome.REMOVED.value, "statement": "It is removed.", **WHY}
BLOCK = {"kind": BlockKind.DOMAIN.value, "value": "spam.example", "term": "week", **WHY}
UNTIL = {"until": None}


def flagged_by(stage: Stage, who: Any) -> Any:
    return flags.flag_comment(stage.comment, by=who, kind=FlagKind.OTHER, note="Look here.", now=timezone.now())


def flagged(stage: Stage) -> None:
    flagged_by(stage, stage.people["bystander"])


def flagged_by_whoever_asks(stage: Stage) -> None:
    flagged(stage)
    if stage.person.is_authenticated and stage.person.is_verified and stage.person != stage.author:
        flagged_by(stage, stage.person)


def reported(stage: Stage) -> None:
    made = reports.report_comment(stage.comment, reports.Notice(**NOTICE), key="a" * 20, now=timezone.now())
    stage.known |= {"report_id": made.pk, "report_number": made.number, "secret": made.secret}


def nothing_reported_yet(stage: Stage) -> None:
    cache.clear()  # one address sends only so many reports an hour, and the table has more columns


def answered(stage: Stage, by: Any) -> None:
    report = IllegalReport.objects.get(pk=stage.known["report_id"])
    reports.decide_report(report, by=by, outcome=ReportOutcome.REMOVED, statement="It is removed.", **about())


def about_the_author(stage: Stage) -> None:
    stage.known["person_id"] = stage.author.pk


def about_a_colleague(stage: Stage) -> None:
    """The moderator of the whole event who wrote something."""
    stage.known["person_id"] = stage.people["author who moderates"].pk


def laying(kind: SanctionKind, *, in_theme: bool) -> dict[str, Any]:
    """What tries a sanction on whoever the stage is about."""

    def sent(stage: Stage) -> dict[str, Any]:
        where = str(stage.theme.pk if in_theme else 0)
        return {"kind": kind.value, "theme": where, "pace": "3", "term": "week", "note": "", **WHY}

    def laid(stage: Stage, by: Any) -> Any:
        target = Person.objects.get(pk=stage.known["person_id"])
        theme_id = stage.theme.pk if in_theme else None
        return sanctions.sanction(target, kind, stage.event, theme_id=theme_id, pace=3, by=by, **UNTIL, **how())

    return {"post": sent, "act": laid, "get": False}


def silenced(stage: Stage) -> None:
    _lay(stage, SanctionKind.SILENCE, "chair", theme_id=stage.theme.pk)


def warned(stage: Stage) -> None:
    _lay(stage, SanctionKind.WARNING, "chair")


def suspended(stage: Stage) -> None:
    _lay(stage, SanctionKind.SUSPENSION, "chair")


def banned(stage: Stage) -> None:
    _lay(stage, SanctionKind.BAN, "staff")


def _lay(stage: Stage, kind: SanctionKind, by: str, **facts: Any) -> None:
    who = Person.objects.get(pk=stage.people[by].pk)
    laid = sanctions.sanction(stage.author, kind, stage.event, by=who, **UNTIL, **how(), **facts)
    stage.known["sanction_id"] = laid.pk


def trusted(*, in_theme: bool) -> Callable[[Stage], None]:
    """A stage on which the chair trusts the author, in the theme or in the whole event."""

    def prepare(stage: Stage) -> None:
        theme = stage.theme if in_theme else None
        given = {"by": stage.chair()["by"], "created_at": timezone.now()}
        trust = Trust.objects.create(event=stage.event, theme=theme, person=stage.author, **given)
        stage.known["trust_id"] = trust.pk

    return prepare


def trusted_no_more(stage: Stage, by: Any) -> None:
    end_trust(stage.known["trust_id"], by=by, **how())


def lifted(stage: Stage, by: Any) -> None:
    assert Sanction.objects.filter(pk=stage.known["sanction_id"]).exists()
    sanctions.lift(stage.known["sanction_id"], by=by, **how())


def seen(stage: Stage) -> dict[str, Any]:
    return {"since": "", "last": str(stage.comment.pk), "count": "2", **WHY}


def clear(stage: Stage, how_and_who: dict[str, Any]) -> LogEntry | None:
    return bulk_removal.bulk_remove(stage.author, stage.event, since=None, last=stage.comment.pk, **how_and_who)


def cleared_by(stage: Stage, by: Any) -> None:
    """Where there was nothing to remove, it says so by what it returns."""
    refuse_if(None if clear(stage, {"by": by, **how()}) else Reason.NOTHING_TO_RESTORE)


def cleared(stage: Stage) -> None:
    entry = clear(stage, stage.chair())
    assert entry
    stage.known |= {"entry_id": entry.pk, "batch": entry.batch}


def brought_back(stage: Stage, by: Any) -> None:
    bulk_removal.bulk_restore(LogEntry.objects.get(pk=stage.known["entry_id"]), by=by, **how())


def block(stage: Stage, by: Any) -> Block:
    return blocks.block(BlockKind.DOMAIN, "spam.example", stage.event, by=by, **UNTIL, **how())


def blocked(stage: Stage) -> None:
    stage.known["block_id"] = block(stage, stage.chair()["by"]).pk


def let_in(stage: Stage, by: Any) -> None:
    blocks.lift_block(Block.objects.get(pk=stage.known["block_id"]), by=by, now=timezone.now())


DOORS: dict[str, Door] = {
    # Flags and reports
    "flag": Door(),
    "flag: send": Door(
        post={"kind": FlagKind.OTHER.value, "note": "Look here."}, get=False, act=flagged_by
    ),
    "take_back_flag": Door(
        flagged_by_whoever_asks, {}, get=False, act=lambda s, by: flags.take_back_flag(s.comment, by=by)
    ),
    "flags": Door(flagged),
    "keep": Door(flagged, why, act=lambda s, by: flags.dismiss_case(s.comment, by=by, **about())),
    "report": Door(nothing_reported_yet, REPORT),
    "report_state": Door(reported),
    "reports": Door(reported),
    "decide_report": Door(reported, lambda s: REPLY | why(s), act=answered),
    # Sanctions
    "moderated_people": Door(silenced),
    "moderate_person": Door(about_the_author),
    "moderate_person: warn in the theme": Door(about_the_author, **laying(SanctionKind.WARNING, in_theme=True)),
    "moderate_person: silence in the theme": Door(about_the_author, **laying(SanctionKind.SILENCE, in_theme=True)),
    "moderate_person: silence": Door(about_the_author, **laying(SanctionKind.SILENCE, in_theme=False)),
    "moderate_person: pace": Door(about_the_author, **laying(SanctionKind.PACE, in_theme=False)),
    "moderate_person: suspend": Door(about_the_author, **laying(SanctionKind.SUSPENSION, in_theme=False)),
    "moderate_person: ban": Door(about_the_author, **laying(SanctionKind.BAN, in_theme=False)),
    "moderate_person: a colleague": Door(about_a_colleague, **laying(SanctionKind.WARNING, in_theme=True)),
    "lift_sanction": Door(silenced, WHY, act=lifted),
    "lift_sanction: suspension": Door(suspended, WHY),
    "lift_sanction: ban": Door(banned, WHY),
    "sanction": Door(warned, {}),
    "end_trust": Door(trusted(in_theme=True), WHY, act=trusted_no_more),
    "end_trust: whole event": Door(trusted(in_theme=False), WHY, act=trusted_no_more),
    "clear_person": Door(about_the_author),
    "clear_person: send": Door(about_the_author, seen, get=False, act=cleared_by),
    "undo_removals": Door(cleared, WHY, act=brought_back),
    "undo_batch: removals": Door(cleared, {}, get=False),
    # Blocks
    "blocks": Door(post=BLOCK, act=block),
    "lift_block": Door(blocked, {}, get=False, act=let_in),
}  # fmt: skip
