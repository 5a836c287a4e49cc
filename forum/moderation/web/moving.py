"""Giving conversations another place: the moderators' doors to splitting, moving and merging."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.dialogue.queries import comments
from forum.dialogue.web.comment_acts import offer_link
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.moderation.actions import moving as acts
from forum.moderation.rules import moving as rules
from forum.moderation.web.decision_pages import DecisionPage, on_comment, on_thread
from forum.moderation.web.moving_forms import MergeForm, MoveForm, SplitForm

split = on_comment(
    DecisionPage(
        title=_("Split %(label)s into a new thread"),
        lead=_(
            "It becomes the first post of a new thread in the same theme, together with all replies to "
            "it. Numbers and links stay the same, and what people have read stays read."
        ),
        button=_("Split into new thread"),
        done=_("%(label)s is now a thread of its own."),
        why_not=rules.why_not_split,
        act=acts.split_branch,
        form=SplitForm,
        is_about_words=False,
        leads_to=lambda request, entry: reverse("thread", args=[entry.thread_id]),
    )
)
offer_link("split", _("Split into new thread"), order=240, why_not=rules.why_not_split)
move = on_thread(
    DecisionPage(
        title=_("Move to another theme: %(label)s"),
        lead=_(
            "The thread moves there with all its comments. They get new numbers; old links and old "
            "numbers still lead to them, and what people have read stays read."
        ),
        button=_("Move thread"),
        done=_("The thread has been moved."),
        why_not=rules.why_not_move,
        act=acts.move_thread,
        form=MoveForm,
    )
)
merge = on_thread(
    DecisionPage(
        title=_("Merge into another thread: %(label)s"),
        lead=_(
            "Its first post becomes a comment in the other thread, together with all replies to it, and "
            "its link redirects there. The other thread keeps its title, pinned note and summary. The "
            "pinned note of this thread is no longer shown. Its summary can be read among the versions "
            "of the other summary."
        ),
        button=_("Merge threads"),
        done=_("The threads have been merged."),
        why_not=rules.why_not_merge,
        act=acts.merge_thread,
        form=MergeForm,
        leads_to=lambda request, opening: place_in_thread(comments.get(request.user, opening.pk)),
    )
)
