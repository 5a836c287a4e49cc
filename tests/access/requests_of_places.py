"""How the doors of threads and themes are tried: plans, slow mode, locks of themes, notes and summaries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from forum.dialogue.actions import summaries
from forum.kernel.choices import SLOW_MINUTES
from forum.models import PointRequest, Summary
from forum.moderation.actions import notes, plans
from tests.access.moderation_requests import WHY, Door, Stage, how

MINUTES = SLOW_MINUTES[-1]
POINT = "Funding must be predictable."


def tomorrow() -> Any:
    return timezone.now() + timedelta(days=1)


def times() -> dict[str, Any]:
    return {"closes_at": tomorrow(), "opens_at": None}


def typed_times(stage: Stage) -> dict[str, Any]:
    return {"closes_at": f"{tomorrow():%Y-%m-%dT%H:%M}", "opens_at": "", **WHY}


def planned(stage: Stage) -> None:
    plans.plan_closing(stage.thread, **times(), **stage.chair())


def theme_planned(stage: Stage) -> None:
    plans.plan_closing(stage.theme, **times(), **stage.chair())


def theme_locked(stage: Stage) -> None:
    plans.lock_theme(stage.theme, **stage.chair())


def noted(stage: Stage) -> None:
    notes.write_note(stage.thread, source="Please stay with the question.", **stage.chair())


def points(stage: Stage) -> dict[str, Any]:
    return {"agreed": [{"text": POINT, "comments": [stage.comment.pk]}]}


def typed_points(stage: Stage) -> dict[str, Any]:
    label = f"{stage.theme.code}-{stage.comment.number}"
    return {"base": "0", "agreed": f"{POINT} [{label}]", "disputed": "", "open": ""}


def summarised(stage: Stage) -> None:
    who = stage.chair()["by"]
    summaries.write_summary(stage.thread, points=points(stage), base=0, by=who, now=timezone.now())


def missed(stage: Stage) -> None:
    _missed_by(stage, stage.people["bystander"])


def missed_by_whoever_asks(stage: Stage) -> None:
    may_ask = stage.person.is_authenticated and stage.person.is_verified
    _missed_by(stage, stage.person if may_ask else stage.people["bystander"])


def _missed_by(stage: Stage, who: Any) -> None:
    summarised(stage)
    asked = summaries.miss_point(stage.thread, text="And who pays?", by=who, now=timezone.now())
    stage.known["request_id"] = asked.pk


def explained(stage: Stage, by: Any) -> None:
    request = PointRequest.objects.get(pk=stage.known["request_id"])
    summaries.explain(request, thread=stage.thread, by=by, **how())


def missed_and_explained(stage: Stage) -> None:
    missed(stage)
    explained(stage, stage.chair()["by"])


def withheld(stage: Stage, by: Any) -> None:
    request = PointRequest.objects.get(pk=stage.known["request_id"])
    summaries.withhold(request, thread=stage.thread, by=by, **how())


def summarised_twice(stage: Stage) -> None:
    summarised(stage)
    stage.known["summary_id"] = Summary.objects.get(thread=stage.thread).pk
    anew: dict[str, Any] = {"agreed": [{"text": "It must be fair.", "comments": [stage.comment.pk]}]}
    summaries.write_summary(stage.thread, points=anew, base=1, by=stage.chair()["by"], now=timezone.now())


def with_hidden_summary(stage: Stage) -> None:
    summarised_twice(stage)
    summaries.hide_summary(earlier(stage), thread=stage.thread, **stage.chair())


def earlier(stage: Stage) -> Summary:
    return Summary.objects.get(pk=stage.known["summary_id"])


ANSWER = {"outcome": "explained", "reason": "Nobody spoke about money yet."}
NOT_SHOWN = {"outcome": "withheld", "reason": "It insults somebody."}

DOORS: dict[str, Door] = {
    # Plans and slow mode
    "plan_thread": Door(
        post=typed_times, act=lambda s, by: plans.plan_closing(s.thread, by=by, **times(), **how())
    ),
    "cancel_thread_plan": Door(planned, WHY, act=lambda s, by: plans.cancel_plan(s.thread, by=by, **how())),
    "slow_thread": Door(
        post={"minutes": str(MINUTES), **WHY},
        act=lambda s, by: plans.slow_down(s.thread, minutes=MINUTES, by=by, **how()),
    ),
    "plan_theme": Door(
        post=typed_times, act=lambda s, by: plans.plan_closing(s.theme, by=by, **times(), **how())
    ),
    "cancel_theme_plan": Door(theme_planned, WHY, act=lambda s, by: plans.cancel_plan(s.theme, by=by, **how())),
    "slow_theme": Door(
        post={"minutes": str(MINUTES), **WHY},
        act=lambda s, by: plans.slow_down(s.theme, minutes=MINUTES, by=by, **how()),
    ),
    "lock_theme": Door(post=WHY, act=lambda s, by: plans.lock_theme(s.theme, by=by, **how())),
    "unlock_theme": Door(theme_locked, WHY, act=lambda s, by: plans.unlock_theme(s.theme, by=by, **how())),
    # Notes and summaries
    "note": Door(
        post={"source": "Please stay with the question.", **WHY},
        act=lambda s, by: notes.write_note(s.thread, source="Please stay with the question.", by=by, **how()),
    ),
    "remove_note": Door(noted, WHY, act=lambda s, by: notes.remove_note(s.thread, by=by, **how())),
    "summary": Door(missed),
    "summary_history": Door(summarised),
    "edit_summary": Door(
        post=typed_points,
        act=lambda s, by: summaries.write_summary(
            s.thread, points=points(s), base=0, by=by, now=timezone.now()
        ),
    ),
    "miss_point": Door(summarised),
    "miss_point: send": Door(
        summarised,
        {"source": "And who pays?", "comment": ""},
        get=False,
        act=lambda s, by: summaries.miss_point(s.thread, text="And who pays?", by=by, now=timezone.now()),
    ),
    "answer_request": Door(missed, ANSWER, act=explained),
    "answer_request: own": Door(missed_by_whoever_asks, ANSWER, act=explained),
    "answer_request: withhold": Door(missed, NOT_SHOWN, get=False, act=withheld),
    "answer_request: withhold late": Door(missed_and_explained, NOT_SHOWN, get=False, act=withheld),
    "answer_request: withhold own": Door(missed_by_whoever_asks, NOT_SHOWN, get=False, act=withheld),
    "hide_summary": Door(
        summarised_twice, WHY, act=lambda s, by: summaries.hide_summary(earlier(s), thread=s.thread, by=by, **how())
    ),
    "show_summary": Door(
        with_hidden_summary, WHY, act=lambda s, by: summaries.show_summary(earlier(s), thread=s.thread, by=by, **how())
    ),
}  # fmt: skip
