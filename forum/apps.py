from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from forum import checks  # noqa: F401, PLC0415 - registers the checks
        from forum.actions.sessions import heed_sessions  # noqa: PLC0415 - needs the app registry

        heed_sessions()
