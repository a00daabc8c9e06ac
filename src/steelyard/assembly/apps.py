"""What happens once in each process when Django is ready."""

from django.apps import AppConfig


class AssemblyConfig(AppConfig):
    name = "steelyard.assembly"

    def ready(self) -> None:
        from steelyard.assembly.connectors import attach_connectors

        attach_connectors()
