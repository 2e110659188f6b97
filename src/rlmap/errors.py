"""One family of errors.

Every error that a user can cause or meet is an :class:`RlmapError`. Its text is one clear
sentence that names the file, field or argument and says what to do. The command line prints
it and exits with status 2; the app shows it in place.
"""

from __future__ import annotations

from collections.abc import Sequence


class RlmapError(Exception):
    """Base of all errors that rlmap raises on purpose."""


class InputError(RlmapError):
    """An argument, a question or a file given by the user cannot be used."""


class UnknownNameError(InputError):
    """A name (concept, source, demo) does not exist.

    Parameters
    ----------
    kind : str
        What was looked for, for example ``"concept"``.
    name : str
        The name as given.
    nearest : sequence of str
        Existing names that are spelled alike, best first.
    """

    def __init__(self, kind: str, name: str, nearest: Sequence[str] = ()) -> None:
        self.kind = kind
        self.name = name
        self.nearest = tuple(nearest)
        hint = f" Did you mean {', '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(f"There is no {kind} named {name!r}.{hint}")


class GraphError(RlmapError):
    """The concept graph has problems; the text lists them with file and field."""


class ManifestError(RlmapError):
    """The manifest of sources has problems; the text lists them with file and field."""


class FetchError(RlmapError):
    """A source could not be fetched, or what came is not what the manifest names."""


class ExtractError(RlmapError):
    """A document could not be read."""


class ReaderError(RlmapError):
    """The process that reads documents cannot start: no fault of any document."""


class IndexMissingError(RlmapError):
    """There is no index yet, or it was built by an incompatible version."""


class ModelError(RlmapError):
    """The embedding model is missing or its weights are not the expected ones."""


class BusyError(RlmapError):
    """Another process is building or writing what this one needs to write."""


class DemoError(RlmapError):
    """A demo is not runnable: bad specification, missing PufferLib, no such device."""


class StorageError(RlmapError):
    """The data folder cannot be written or read: permissions, a full disk, an unknown schema."""
