"""Giving conversations another place: the moderators' doors to splitting, moving and merging."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.actions import moving as acts
from forum.queries import comments
from forum.rules import moving as rules
from forum.web.boxes import place_in_thread
from forum.web.deciding import DecisionPage, on_comment, on_thread
from forum.web.moving_forms import MergeForm, MoveForm, SplitForm

split = on_comment(
    DecisionPage(
        title=_("Make %(label)s a thread of its own"),
        lead=_(
            "It becomes the opening of a new thread in the same theme, and everything that answers it goes along. All"
            " numbers and addresses stay, and what people have read stays read."
        ),
        button=_("Make it a thread"),
        done=_("%(label)s opens a thread of its own now."),
        why_not=rules.why_not_split,
        act=acts.split_branch,
        form=SplitForm,
        is_about_words=False,
        leads_to=lambda request, thread: reverse("thread", args=[thread.pk]),
    )
)
move = on_thread(
    DecisionPage(
        title=_("Move to another theme: %(label)s"),
        lead=_(
            "The thread goes there with everything in it. Its comments take new numbers there; whoever follows an old"
            " address or an old number still finds them, and what people have read stays read."
        ),
        button=_("Move the thread"),
        done=_("The thread stands in its new theme."),
        why_not=rules.why_not_move,
        act=acts.move_thread,
        form=MoveForm,
    )
)
merge = on_thread(
    DecisionPage(
        title=_("Merge into another thread: %(label)s"),
        lead=_(
            "Its opening becomes a branch of the other thread, with everything that answers it, and its address leads"
            " there. The other thread keeps its title, its note and its summary. The note of this one is not shown any"
            " more, and its summary can be read among the versions of the other's."
        ),
        button=_("Merge the threads"),
        done=_("The two threads are one."),
        why_not=rules.why_not_merge,
        act=acts.merge_thread,
        form=MergeForm,
        leads_to=lambda request, opening: place_in_thread(comments.get(request.user, opening.pk)),
    )
)
