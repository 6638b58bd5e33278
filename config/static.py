"""Static files under names that change with their content, to be cached for ever."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStorage(ManifestStaticFilesStorage):
    """With DEBUG, or for a file that was not collected, the name is the plain one."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """What the manifest says, or else the same: no page breaks for a missing file."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """While collecting, what looks like an import in others' scripts may be none."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            return name
