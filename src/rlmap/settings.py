"""The one place for configuration: where data lives, and the few numbers that users may set."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from rlmap.errors import StorageError

#: Questions longer than this (characters) are refused: nobody types them.
MAX_QUESTION_CHARS = 2_000


#: In place of an address: the language model of the extra ``rlmap[generate]``, on this machine.
LOCAL_MODEL = "local"


def data_root() -> Path:
    """Return the folder that holds ``graph/``, ``corpus/``, ``demos/`` and ``app.py``.

    In an installed package that is ``rlmap/_data``; in a checkout, its top level.

    Raises
    ------
    StorageError
        If neither exists: the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_data", package.parents[1]):
        if (candidate / "graph" / "concepts").is_dir():
            return candidate
    raise StorageError(
        f"The folder graph/concepts is missing beside {package}: reinstall rlmap (pip install --force-reinstall .)."
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is. ``root`` is read only; all state is under ``home``.

    ``store`` is where an index is built: ``"embedded"`` or an address of Milvus. ``None`` leaves it
    where it is.
    ``model_url`` is the base address of an OpenAI-compatible endpoint that may propose search
    terms, :data:`LOCAL_MODEL` or empty for none; ``model_name`` and ``model_key`` are what it is asked for and with.
    ``reranker_dir`` holds a cross-encoder that puts the best passages in order, ``None`` for none.
    """

    root: Path
    home: Path
    store: str | None = None
    model_url: str = ""
    model_name: str = ""
    model_key: str = field(default="", repr=False)
    reranker_dir: Path | None = None

    @property
    def graph_dir(self) -> Path:
        """The concept files, tracks and notation."""
        return self.root / "graph"

    @property
    def corpus_dir(self) -> Path:
        """The manifest, the handbook and the judged questions."""
        return self.root / "corpus"

    @property
    def demos_dir(self) -> Path:
        """One folder for each demo."""
        return self.root / "demos"

    @property
    def files_dir(self) -> Path:
        """Fetched files, one folder for each source."""
        return self.home / "files"

    @property
    def corpus_db(self) -> Path:
        """Documents, canonical texts and passages (SQLite)."""
        return self.home / "corpus.sqlite"

    @property
    def own_file(self) -> Path:
        """The list of the user's own sources."""
        return self.home / "own.json"

    @property
    def uploads_dir(self) -> Path:
        """Documents that the user gave to the app."""
        return self.home / "uploads"

    @property
    def index_dir(self) -> Path:
        """Index builds; the file ``current`` names the one that serves."""
        return self.home / "index"

    @property
    def model_dir(self) -> Path:
        """The exported query encoder."""
        return self.home / "model"

    @property
    def runs_dir(self) -> Path:
        """Events, configuration and checkpoints of demo runs."""
        return self.home / "runs"

    @property
    def visits_file(self) -> Path:
        """Which pages of the app were open last."""
        return self.home / "visits.json"

    @property
    def progress_db(self) -> Path:
        """What the learner has done (SQLite)."""
        return self.home / "progress.sqlite"

    @property
    def feedback_dir(self) -> Path:
        """What the user thinks of quotes, as judgments."""
        return self.home / "feedback"

    def ensure_home(self) -> None:
        """Create the data folder.

        Raises
        ------
        StorageError
            If it cannot be created or written.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The data folder {self.home} cannot be created ({error.strerror}): "
                "set RLMAP_HOME to a folder you can write."
            ) from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise StorageError(
                f"The data folder {self.home} is not writable: set RLMAP_HOME to a folder you can write."
            )


def load_settings() -> Settings:
    """Read the settings from the environment.

    ``RLMAP_HOME`` overrides the user data folder, ``RLMAP_STORE`` says where an index is built;
    ``RLMAP_MODEL_URL``, ``RLMAP_MODEL`` and ``RLMAP_MODEL_KEY`` name a language model that may
    propose search terms; ``RLMAP_RERANKER`` is the folder of a cross-encoder.
    """
    reranker = os.environ.get("RLMAP_RERANKER")
    override = os.environ.get("RLMAP_HOME")
    home = Path(override).expanduser() if override else Path(platformdirs.user_data_dir("rlmap", False))
    return Settings(
        root=data_root(),
        home=home.resolve(),
        store=os.environ.get("RLMAP_STORE") or None,
        model_url=os.environ.get("RLMAP_MODEL_URL", ""),
        model_name=os.environ.get("RLMAP_MODEL", "default"),
        model_key=os.environ.get("RLMAP_MODEL_KEY", ""),
        reranker_dir=Path(reranker).expanduser() if reranker else None,
    )


def milvus_token() -> str:
    """Return the token for Milvus from ``RLMAP_MILVUS_TOKEN``; empty where none is needed."""
    return os.environ.get("RLMAP_MILVUS_TOKEN", "")
