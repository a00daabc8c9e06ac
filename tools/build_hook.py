"""What happens when a wheel or an editable install is built: catalogues are compiled, the messenger is compressed."""

import gzip
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
        compress(Path(self.root, "src", "steelyard", "portal", "static", "messenger"))


def compress(bundle: Path) -> None:
    """A compressed copy beside each built file, which WhiteNoise hands to whoever takes it.

    Only of the messenger's, whose names change with their content: a copy is never older than its file.
    """
    for file in (one for kind in ("*.js", "*.css", "*.wasm") for one in bundle.glob(kind)):
        copy = file.with_name(file.name + ".gz")
        if not copy.exists():
            copy.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
