"""Reasons name their words one by one; a theme says of the rules only what differs from the event."""

from collections.abc import Collection
from typing import Any

from django.db import migrations


def words_apart(apps: Any, editor: Any) -> None:
    """What was joined by commas is taken apart again; phrases with a comma in them are known from the rules."""
    holds = apps.get_model("forum", "Hold").objects.exclude(reasons=[])
    for hold in holds.select_related("comment__theme__event").iterator(chunk_size=500):
        theme = hold.comment.theme
        watched = {word for each in (theme, theme.event) for word in each.hold_rules.get("words", {}).get("words", [])}
        hold.reasons = [_with_words(reason, watched) for reason in hold.reasons]
        hold.save(update_fields=["reasons"])


def only_what_differs(apps: Any, editor: Any) -> None:
    """The page of a theme showed the event's rules as off and stored them so, whoever had meant that or not.

    Holding too much is seen and mended on the desk, holding too little by nobody: what is off is the event's to say
    again. Lists of words are kept.
    """
    for theme in apps.get_model("forum", "Theme").objects.exclude(hold_rules={}):
        rules = {kind: facts for kind, facts in theme.hold_rules.items() if facts.get("is_on")}
        words = theme.hold_rules.get("words", {}).get("words", [])
        if words and "words" not in rules:
            rules["words"] = {"words": words}
        theme.hold_rules = rules
        theme.save(update_fields=["hold_rules"])


def _with_words(reason: dict[str, Any], watched: Collection[str]) -> dict[str, Any]:
    if "words" in reason:
        return reason
    joined = reason.get("word", "")
    words = _apart(joined, watched) if reason["kind"] == "words" else joined.split()
    return {"kind": reason["kind"], "words": words, "number": reason["number"], "limit": reason["limit"]}


def _apart(joined: str, watched: Collection[str]) -> list[str]:
    parts, words = joined.split(", "), []
    while parts:
        size = next((n for n in range(len(parts), 1, -1) if ", ".join(parts[:n]) in watched), 1)
        words.append(", ".join(parts[:size]))
        parts = parts[size:]
    return words


class Migration(migrations.Migration):
    dependencies = [("forum", "0031_trust_of_themes")]

    operations = [
        migrations.RunPython(words_apart, migrations.RunPython.noop),
        migrations.RunPython(only_what_differs, migrations.RunPython.noop),
    ]
