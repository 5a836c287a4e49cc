"""The moderators' doors to planned closing, slow mode and notes, for threads and for whole themes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from forum.dialogue.rules import plans as rules
from forum.events.web.reason_forms import OptionalReasonForm, ReasonForm
from forum.moderation.actions import notes as note_acts
from forum.moderation.actions import plans as acts
from forum.moderation.rules import notes as note_rules
from forum.moderation.web.decision_pages import DecisionPage, on_theme, on_thread
from forum.moderation.web.plan_forms import NoteForm, PlanForm, SlowForm

PLAN = DecisionPage(
    title=_("Schedule closing: %(label)s"),
    lead=_(
        "It is locked automatically at the time you set, and unlocked again if you set a second "
        "time. Everyone can see the schedule. You can cancel it."
    ),
    button=_("Save schedule"),
    done=_("The schedule has been saved."),
    why_not=rules.why_not_plan,
    act=acts.plan_closing,
    form=PlanForm,
)
CANCEL_PLAN = DecisionPage(
    title=_("Cancel the schedule: %(label)s"),
    lead=_("It will no longer close or open automatically. If it is locked now, it stays locked."),
    button=_("Cancel schedule"),
    done=_("The schedule has been cancelled."),
    why_not=rules.why_not_cancel_plan,
    act=acts.cancel_plan,
    form=OptionalReasonForm,
)
SLOW = DecisionPage(
    title=_("Slow mode: %(label)s"),
    lead=_(
        "Slow mode gives people time to read each other in a heated discussion. It does not apply to "
        "moderators or to edits."
    ),
    button=_("Save slow mode"),
    done=_("Slow mode has been saved."),
    why_not=rules.why_not_slow,
    act=acts.slow_down,
    form=SlowForm,
)

plan_thread, plan_theme = on_thread(PLAN), on_theme(PLAN)
cancel_thread_plan, cancel_theme_plan = on_thread(CANCEL_PLAN), on_theme(CANCEL_PLAN)
slow_thread, slow_theme = on_thread(SLOW), on_theme(SLOW)
lock_theme = on_theme(
    DecisionPage(
        title=_("Lock this theme: %(label)s"),
        lead=_("Everyone can read it, but nobody can add, edit or withdraw anything in any of its threads."),
        button=_("Lock theme"),
        done=_("The theme has been locked."),
        why_not=rules.why_not_lock_theme,
        act=acts.lock_theme,
        form=ReasonForm,
    )
)
unlock_theme = on_theme(
    DecisionPage(
        title=_("Unlock this theme: %(label)s"),
        lead=_("Participants can post in it again, except in threads that are locked themselves."),
        button=_("Unlock theme"),
        done=_("The theme has been unlocked."),
        why_not=rules.why_not_unlock_theme,
        act=acts.unlock_theme,
        form=OptionalReasonForm,
    )
)
note = on_thread(
    DecisionPage(
        title=_("Pinned note: %(label)s"),
        lead=_("Tell everyone who reads or posts here what they should know. This replaces the earlier note."),
        button=_("Save note"),
        done=_("The note has been pinned to the thread."),
        why_not=note_rules.why_not_note,
        act=note_acts.write_note,
        form=NoteForm,
    )
)
remove_note = on_thread(
    DecisionPage(
        title=_("Remove the pinned note: %(label)s"),
        lead=_("The note will no longer be shown in the thread."),
        button=_("Remove note"),
        done=_("The note has been removed."),
        why_not=note_rules.why_not_remove_note,
        act=note_acts.remove_note,
        form=OptionalReasonForm,
    )
)
