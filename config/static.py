"""Static files whose names change with their content, so that they can be cached for ever."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStorage(ManifestStaticFilesStorage):
    """Keeps the plain name with DEBUG, and for a file that was not collected."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The name in the manifest, or the plain one: no page fails because a file is missing."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """Ignores text in third-party scripts that looks like an import and is not."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            return name
