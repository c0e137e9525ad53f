"""Build hook: put the FAQ, compiled, into the wheel, so that the very first question is answered at once."""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileFAQ(BuildHookInterface[Any]):
    """Compile data/faq.yaml, with the files that it includes, by the code that will read it."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled FAQ to the wheel. An editable install reads the files themselves, as they are edited."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from spasmcli.cache import sealed
        from spasmcli.compile import compile_document
        from spasmcli.faqfile.check import load_document

        gc.disable()  # compiling makes no rubbish, and looking for it at millions of features takes a tenth
        database = compile_document(load_document(str(Path(self.root) / "data" / "faq.yaml")))
        self._folder = tempfile.TemporaryDirectory()
        place = Path(self._folder.name) / "faq.db"
        place.write_bytes(sealed(database))
        build_data["force_include"][str(place)] = "spasmcli/data/faq.db"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the compiled FAQ, which the wheel holds now."""
        if self._folder:
            self._folder.cleanup()
