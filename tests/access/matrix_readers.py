"""Who may read which hidden text, and where. What is planted for it stands in matrix_secrets.py."""

from __future__ import annotations

from dataclasses import dataclass

AUTHOR = ("author",)
DECIDING = ("in theme", "in event", "organiser")  # those who moderate the theme
COLLEAGUES = ("elsewhere", *DECIDING)  # who moderates anything in the event
SUMMING = (*DECIDING, "rapporteur")
EVERYBODY = (
    "anonymous", "unverified", "participant", "author", "suspended", *COLLEAGUES, "rapporteur", "other event", "staff",
)  # fmt: skip
ANYWHERE = ()


@dataclass(frozen=True)
class Secret:
    """Who reads it at which addresses, by their names in the URLconf."""

    readers: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def may_stand(self, role: str, address: str) -> bool:
        return any(role in roles and (address in places or places == ANYWHERE) for roles, places in self.readers)

    @property
    def roles(self) -> set[str]:
        return {role for roles, _ in self.readers for role in roles}


def read_by(*readers: tuple[tuple[str, ...], tuple[str, ...]]) -> Secret:
    return Secret(readers)


OWN = ("comment", "history", "appeal")  # where authors find what became of their comment
WAITS = ("comment", "history", "desk", "review", "redact")
STANDS_IN = ("thread", "reply")  # in its place, among the others
NOBODY = read_by()

SECRETS = {
    # Comments
    "held": read_by((AUTHOR, (*OWN, "edit", *STANDS_IN)), (DECIDING, WAITS)),
    "opening": read_by((AUTHOR, (*OWN, "edit", *STANDS_IN)), (DECIDING, WAITS)),
    "title": read_by((DECIDING, ("desk", "review", "rename_thread"))),
    "revised": read_by((AUTHOR, (*OWN, "edit", *STANDS_IN)), (DECIDING, ("comment", "history"))),
    "rejected": read_by((AUTHOR, (*OWN, *STANDS_IN)), (DECIDING, ("comment", "history"))),
    "removed": read_by((AUTHOR, OWN), (DECIDING, ("comment", "history", "restore", "appeals", "decide_appeal"))),
    "withdrawn": read_by((AUTHOR, OWN), (DECIDING, ("comment", "history"))),
    "version": read_by((AUTHOR, ("history",)), (DECIDING, ("history", "show_version"))),
    "current": read_by((AUTHOR, ("history",)), (DECIDING, ("history", "show_version"))),
    "changed": read_by((AUTHOR, ("history",)), (DECIDING, ("history",))),
    "redacted": read_by((AUTHOR, ("history",)), (DECIDING, ("history", "show_version"))),
    "sent": read_by(((*AUTHOR, *DECIDING), ("file",))),
    "sentname": read_by(((*AUTHOR, *DECIDING), ("file",))),
    "sentalt": NOBODY,
    # What is said of them
    "appeal": read_by((AUTHOR, ("appeal", "comment")), (DECIDING, ("appeals", "decide_appeal"))),
    "flag": read_by((DECIDING, ("flags",))),
    "closedflag": NOBODY,
    "keptbecause": read_by((("participant",), ("notifications",)), (DECIDING, ("moderation_log", "moderate_person"))),
    "report": read_by((DECIDING, ("reports", "decide_report"))),
    "closedreport": NOBODY,
    "ground": read_by((DECIDING, ("reports", "decide_report"))),
    "reporter": read_by((DECIDING, ("reports", "decide_report"))),
    "mail": read_by((DECIDING, ("reports", "decide_report"))),
    "statement": read_by((EVERYBODY, ("report_state",)), (DECIDING, ("reports",))),  # who has the secret address
    # Summaries
    "summary": read_by((DECIDING, ("summary_history", "show_summary"))),
    "withheld": read_by(((*AUTHOR, *DECIDING), ("summary",))),
    "missed": read_by(
        (AUTHOR, ("summary",)), ((*DECIDING, "rapporteur"), ("summary", "edit_summary", "answer_request"))
    ),
    # One's own
    "draft": read_by((AUTHOR, ("drafts", "discard_draft", "open_thread", "comment", *STANDS_IN))),
    "drafttitle": read_by((AUTHOR, ("drafts", "discard_draft", "open_thread"))),
    "unsent": read_by((AUTHOR, ("file",))),
    "unsentname": read_by((AUTHOR, ("file",))),
    "unsentalt": NOBODY,
    "address": read_by(
        (AUTHOR, ("account_email", "email_settings", "theme_by_email", "report")),
        (("staff",), ("accounts_person_changelist",)),
    ),
    # What colleagues know
    "sanction": read_by((AUTHOR, ("sanction", "notifications")), ((*COLLEAGUES, "staff"), ("moderate_person",))),
    "lifted": read_by((AUTHOR, ("sanction", "notifications")), ((*COLLEAGUES, "staff"), ("moderate_person",))),
    "note": read_by(((*COLLEAGUES, "staff"), ("moderate_person",))),
    "block": read_by((("organiser", "staff"), ("blocks",))),
    "blocked": read_by((("organiser", "staff"), ("blocks",))),
    "reply": read_by((DECIDING, ANYWHERE), (("elsewhere",), ("desk",))),
    "replytitle": read_by((DECIDING, ANYWHERE), (("elsewhere",), ("desk",))),
    "rule": read_by((("organiser",), ("hold_rules",))),
}
