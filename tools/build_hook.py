"""What happens when a wheel or an editable install is built: the catalogues are compiled."""

import importlib.util
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        spec = importlib.util.spec_from_file_location("catalogues", Path(self.root, "tools", "catalogues.py"))
        assert spec
        assert spec.loader
        catalogues = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(catalogues)
        catalogues.compile_all(Path(self.root, "src", "steelyard"))
