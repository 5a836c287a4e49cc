"""Addresses. What has a number keeps its address wherever it moves; an event's pages carry its name."""

from django.urls import path, re_path

from forum.web import (
    citations,
    comments,
    drafts,
    events,
    feeds,
    maps,
    moderation,
    people,
    reading,
    search,
    stances,
    threads,
    versions,
)

LABELLED = r"^(?P<event_slug>[-a-zA-Z0-9_]+)/(?P<letter>[A-Z])-(?P<number>[0-9]{1,9})/$"  # /baku-2012/P-47/

urlpatterns = [
    path("", events.home, name="home"),
    path("accounts/profile/", people.profile, name="profile"),
    path("robots.txt", maps.robots, name="robots"),
    path("sitemap.xml", maps.sitemap, name="sitemap"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/feed.<slug:form>", feeds.of_person, name="person_feed"),
    path("threads/<int:thread_id>/feed.<slug:form>", feeds.of_thread, name="thread_feed"),
    path("preview/", drafts.preview, name="preview"),
    path("drafts/", drafts.listed, name="drafts"),
    path("drafts/<int:draft_id>/discard/", drafts.discard, name="discard_draft"),
    path("drafts/<slug:kind>/<int:target>/", drafts.keep, name="keep_draft"),
    path("threads/<int:thread_id>/", threads.thread, name="thread"),
    path("threads/<int:thread_id>/lock/", moderation.lock_thread, name="lock_thread"),
    path("threads/<int:thread_id>/unlock/", moderation.unlock_thread, name="unlock_thread"),
    path("themes/<int:theme_id>/read/", reading.theme, name="read_theme"),
    path("threads/<int:thread_id>/read/", reading.thread, name="read_thread"),
    path("comments/<int:comment_id>/read/", reading.branch, name="read_branch"),
    path("comments/<int:comment_id>/", comments.comment, name="comment"),
    path("comments/<int:comment_id>/reply/", comments.reply, name="reply"),
    path("comments/<int:comment_id>/edit/", comments.edit, name="edit"),
    path("comments/<int:comment_id>/withdraw/", comments.withdraw, name="withdraw"),
    path("comments/<int:comment_id>/remove/", moderation.remove, name="remove"),
    path("comments/<int:comment_id>/restore/", moderation.restore, name="restore"),
    path("comments/<int:comment_id>/history/", versions.history, name="history"),
    path("comments/<int:comment_id>/versions/<int:number>/hide/", moderation.hide_version, name="hide_version"),
    path("comments/<int:comment_id>/versions/<int:number>/show/", moderation.show_version, name="show_version"),
    path("comments/<int:comment_id>/cite/", citations.cite, name="cite"),
    path("comments/<int:comment_id>/cite.bib", citations.bibtex, name="cite_bibtex"),
    path("comments/<int:comment_id>/cite.json", citations.csl, name="cite_csl"),
    # Before the themes, whose names it would pass for.
    re_path(LABELLED, citations.labelled, name="labelled"),
    path("comments/<int:comment_id>/stance/", stances.stance, name="stance"),
    path("<slug:event_slug>/", events.event, name="event"),
    path("<slug:event_slug>/moderation/", moderation.log, name="moderation_log"),
    path("<slug:event_slug>/search/", search.search, name="search"),
    path("<slug:event_slug>/feed.<slug:form>", feeds.of_event, name="event_feed"),
    path("<slug:event_slug>/<slug:theme_slug>/feed.<slug:form>", feeds.of_theme, name="theme_feed"),
    path("<slug:event_slug>/<slug:theme_slug>/", events.theme, name="theme"),
    path("<slug:event_slug>/<slug:theme_slug>/open/", threads.open_thread, name="open_thread"),
]
