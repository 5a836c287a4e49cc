from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from forum import checks  # noqa: F401, PLC0415 - registers the checks
        from forum.events.actions.sessions import connect_logout_signal  # noqa: PLC0415 - needs the app registry

        connect_logout_signal()
