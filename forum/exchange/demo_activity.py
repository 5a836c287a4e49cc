"""What has happened in the demonstration event of late: something to review, to read and to answer for each account."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from accounts.models import Person
from forum.dialogue.actions.comments import post_reply
from forum.dialogue.actions.drafts import Words, keep_draft, reply_spot, thread_spot
from forum.dialogue.actions.following import follow
from forum.dialogue.actions.people import open_account, placeholder
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.actions.summaries import miss_point, write_summary
from forum.kernel.choices import BlockKind, Decision, FlagKind, HoldKind, PointKind, SanctionKind, StanceKind
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, Event, LogEntry, Notification, OutgoingMail, Theme, Thread
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.blocks import block
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.holding import set_hold_rules
from forum.moderation.actions.moderation import lock_thread, remove_comment
from forum.moderation.actions.notes import write_note
from forum.moderation.actions.plans import plan_closing
from forum.moderation.actions.reports import Notice, report_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.sanctions import sanction

Scene = tuple[int, Callable[[], object]]  # how many hours ago, and what happened
DATA = Path(__file__).parent / "demo" / "activity.toml"
REVIEWED = datetime(2012, 11, 4, 12, 0, tzinfo=UTC)  # the day before the meeting
HELD_OVER = datetime(2012, 11, 6, 8, 0, tzinfo=UTC)  # the day after it


class Activity:
    """Plays it once, through the actions that pages use. Nobody gets an email of what happened before they came."""

    def __init__(self, event: Event, people: dict[str, Person], *, now: datetime) -> None:
        self.event, self.people, self.now = event, dict(people), now
        self.data: dict[str, Any] = tomllib.loads(DATA.read_text())
        self.said: dict[str, str] = self.data["texts"]
        self.posted: dict[str, int] = {}

    @in_one_transaction
    def play(self) -> None:
        for person in self.data["person"]:
            known = {name: person[name] for name in ("name", "group", "organisation")}
            self.people[person["key"]] = placeholder(f"demo:{person['key']}", **known)
        for person in self.people.values():
            person.is_verified = True  # nobody can log in as most of them, and all speak as if they could
        self._before_the_meeting()
        self._set_rules()
        self._follow()
        posts: list[Scene] = [(comment["hours"], partial(self._post, comment)) for comment in self.data["comment"]]
        # In the order of time, in which lists show what happened.
        for _, scene in sorted([*posts, *self._moderation()], key=itemgetter(0), reverse=True):
            scene()
        self._begin_drafts()
        OutgoingMail.objects.filter(sent_at=None).delete()
        Notification.objects.filter(queued_at=None).update(queued_at=self.now)

    def _before_the_meeting(self) -> None:
        for row in self.data["reaction"]:
            for kind in StanceKind:
                for key in row.get(kind.value, []):
                    take_stance(self._comment(row["to"]), by=self.people[key], kind=kind, now=REVIEWED)
        points: Any = {kind.value: [] for kind in PointKind}
        for point in self.data["point"]:
            named = [self._comment(key).pk for key in point["comments"]]
            points[point["kind"]].append({"text": point["text"], "comments": named})
        mo = self.people["mo"]
        write_summary(self._thread("map2-1"), points=points, base=0, by=mo, now=REVIEWED)
        write_note(self._thread("nxt3-1"), source=self.said["pinned"], by=mo, reason="", now=REVIEWED)
        lock_thread(self._thread("mtg1-1"), by=mo, reason=self.said["locked"], now=HELD_OVER)

    def _set_rules(self) -> None:
        rules: Any = {
            HoldKind.LINKS.value: {"is_on": True, "number": 2},
            HoldKind.WORDS.value: {"is_on": True, "words": self.said["rules_words"]},
        }
        set_hold_rules(self.event, None, rules=rules, by=self.people["olga"], now=self._ago(200))

    def _follow(self) -> None:
        themes = {theme.slug: theme for theme in Theme.objects.filter(event=self.event)}
        for key, target in (
            ("ada", themes["next-steps"]),
            ("ada", self._thread("cas3-1")),
            ("mo", self._thread("map2-1")),
            ("mo", themes["priorities"]),
            ("olga", themes["meeting"]),
            ("olga", self._thread("nxt1-1")),
        ):
            follow(target, by=self.people[key], now=self._ago(200))

    def _moderation(self) -> list[Scene]:
        mo, olga = self.people["mo"], self.people["olga"]
        return [
            (188, partial(self._remove, "advertised", by=mo, hours=188)),
            (160, self._block),
            (140, partial(self._remove, "compared", by=olga, hours=140, rule="advertised")),
            (139, self._limit),
            (118, partial(self._remove, "lectured", by=mo, hours=118)),
            (108, partial(self._remove, "wandered", by=mo, hours=108)),
            (100, partial(self._appeal, "compared", hours=100)),
            (70, partial(self._appeal, "lectured", hours=70)),
            (60, self._plan_closing),
            (32, self._request_point),
            (27, partial(self._flag, by="leyla", note="", hours=27)),
            (26, partial(self._flag, by="haruka", note=self.said["accused_note"], hours=26)),
            (24, self._ask_for_changes),
            (20, self._report),
        ]

    def _block(self) -> None:
        block(
            BlockKind.DOMAIN,
            "mass-mail.example",
            self.event,
            reason=self.said["blocked"],
            until=self.now + timedelta(days=30),
            by=self.people["olga"],
            now=self._ago(160),
        )

    def _limit(self) -> None:
        limited = self.people["bastien"]
        open_account(limited, email=f"{limited.pk}@parley.example", password=token_urlsafe())  # which nobody knows
        sanction(
            limited,
            SanctionKind.PACE,
            self.event,
            pace=1,
            reason=self.said["limited"],
            until=self.now + timedelta(days=14),
            by=self.people["mo"],
            now=self._ago(139),
        )

    def _plan_closing(self) -> None:
        plan_closing(
            self._thread("nxt1-1"),
            closes_at=(self.now + timedelta(days=14)).replace(minute=0, second=0, microsecond=0),
            opens_at=None,
            by=self.people["olga"],
            reason=self.said["closing"],
            now=self._ago(60),
        )

    def _request_point(self) -> None:
        miss_point(
            self._thread("map2-1"),
            text=self.said["request"],
            by=self.people["haruka"],
            now=self._ago(32),
            comment=self._comment("map2-4"),
        )

    def _flag(self, *, by: str, note: str, hours: int) -> None:
        flagged, now = self._comment("accused"), self._ago(hours)
        flag_comment(flagged, by=self.people[by], kind=FlagKind.ATTACK, note=note, now=now)

    def _ask_for_changes(self) -> None:
        review_comment(
            self._comment("returned"),
            Decision.REVISE,
            by=self.people["mo"],
            reason=self.said["returned"],
            seen=None,
            now=self._ago(24),
        )

    def _report(self) -> None:
        notice = Notice(self.said["reported"], ground="Copyright", name="Records desk", email="records@reports.example")
        report_comment(self._comment("cas2-1"), notice, key=self._key("report"), now=self._ago(20), confirms=False)

    def _begin_drafts(self) -> None:
        for number, draft in enumerate(self.data["draft"]):
            by = self.people[draft["by"]]
            place = (
                reply_spot(self._comment(draft["to"]))
                if "to" in draft
                else thread_spot(Theme.objects.get(event=self.event, slug=draft["theme"]))
            )
            words = Words(draft["text"], self._key(f"draft-{number}"), title=draft.get("title", ""))
            keep_draft(place, by=by, words=words, base=0, now=self._ago(2))

    def _post(self, comment: dict[str, Any]) -> None:
        posted = post_reply(
            self._comment(comment["to"]),
            by=self.people[comment["by"]],
            source=comment["text"].strip(),
            key=self._key(comment["id"]),
            now=self._ago(comment["hours"]),
        )
        self.posted[comment["id"]] = posted.pk

    def _remove(self, key: str, *, by: Person, hours: int, rule: str = "") -> LogEntry:
        article = Article.objects.get(event=self.event, title=self.said[f"{rule or key}_rule"])
        return remove_comment(
            self._comment(key),
            by=by,
            reason=self.said[key],
            now=self._ago(hours),
            seen=None,
            article=article,
        )

    def _appeal(self, key: str, *, hours: int) -> None:
        comment = self._comment(key)
        decision = LogEntry.objects.get(comment=comment)
        said = self.said[f"{key}_appeal"]
        appeal(comment, by=comment.author, text=said, about=decision.pk, now=self._ago(hours))

    def _comment(self, key: str) -> Comment:
        """One that was imported, or one of those posted since, as its page would load it."""
        rows = Comment.objects.select_related("thread__theme__event", "version", "author")
        known: Any = {"pk": self.posted[key]} if key in self.posted else {"origin": f"demo:{key}"}
        comment = rows.get(theme__event=self.event, **known)
        comment.author.is_verified = True
        return comment

    def _thread(self, opening: str) -> Thread:
        return self._comment(opening).thread

    def _ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)

    def _key(self, name: str) -> str:
        """The key of a form, the same one each time."""
        return uuid5(NAMESPACE_URL, f"demo:{name}").hex
