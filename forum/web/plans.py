"""The moderators' doors to planned closing, slow mode and notes, for threads and for whole themes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from forum.actions import notes as note_acts
from forum.actions import plans as acts
from forum.rules import notes as note_rules
from forum.rules import plans as rules
from forum.web.deciding import DecisionPage, on_theme, on_thread
from forum.web.plan_forms import NoteForm, PlanForm, SlowForm
from forum.web.reason_forms import OptionalReasonForm, ReasonForm

PLAN = DecisionPage(
    title=_("Plan when it closes: %(label)s"),
    lead=_("It locks itself then, and opens again if you say when. Everybody sees the plan; you can cancel it."),
    button=_("Set this plan"),
    done=_("The plan is set."),
    why_not=rules.why_not_plan,
    act=acts.plan_closing,
    form=PlanForm,
)
CANCEL_PLAN = DecisionPage(
    title=_("Cancel the plan: %(label)s"),
    lead=_("It neither closes nor opens by itself any more. What is locked by now stays locked."),
    button=_("Cancel the plan"),
    done=_("The plan is cancelled."),
    why_not=rules.why_not_cancel_plan,
    act=acts.cancel_plan,
    form=OptionalReasonForm,
)
SLOW = DecisionPage(
    title=_("Slow mode: %(label)s"),
    lead=_("In a heated hour it gives people time to read each other. Moderators are exempt, and editing is free."),
    button=_("Set slow mode"),
    done=_("Slow mode is set."),
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
        lead=_("Everybody can read it; nobody can add, edit or withdraw anything in any of its threads."),
        button=_("Lock the theme"),
        done=_("The theme is locked."),
        why_not=rules.why_not_lock_theme,
        act=acts.lock_theme,
        form=ReasonForm,
    )
)
unlock_theme = on_theme(
    DecisionPage(
        title=_("Unlock this theme: %(label)s"),
        lead=_("People can write in it again, except in threads that are locked themselves."),
        button=_("Unlock the theme"),
        done=_("The theme is open again."),
        why_not=rules.why_not_unlock_theme,
        act=acts.unlock_theme,
        form=OptionalReasonForm,
    )
)
note = on_thread(
    DecisionPage(
        title=_("Note at the head of this thread: %(label)s"),
        lead=_("Say what everybody should know who reads or writes here. It takes the place of the note before."),
        button=_("Set this note"),
        done=_("The note stands at the head of the thread."),
        why_not=note_rules.why_not_note,
        act=note_acts.write_note,
        form=NoteForm,
    )
)
remove_note = on_thread(
    DecisionPage(
        title=_("Remove the note: %(label)s"),
        lead=_("The note leaves the head of the thread."),
        button=_("Remove the note"),
        done=_("The note is removed."),
        why_not=note_rules.why_not_remove_note,
        act=note_acts.remove_note,
        form=OptionalReasonForm,
    )
)
