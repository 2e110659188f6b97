"""Texts to vectors: all-MiniLM-L6-v2 as an ONNX graph, without torch.

The graph is made once, at set-up, by :mod:`rlmap.search.export`. Passages and questions go
through the same graph, one text at a time: dynamic quantisation scales by the largest
activation of a batch, so a vector from a batch would depend on its neighbours, and one from a
batch of one depends on nothing but its text.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

import numpy as np
import numpy.typing as npt

from rlmap.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

#: Word pieces of a text that are read; the rest is cut off, as in the model's own configuration.
MAX_TOKENS = 256
DIMENSIONS = 384

_BATCH = 256

GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "model.json"


class Manifest(TypedDict):
    """What an export wrote about itself: the encoder's name, and the hash of each file."""

    name: str
    sha256: dict[str, str]


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their similarity."""

    @property
    def name(self) -> str:
        """Identifies model, precision and export: vectors of different names never mix."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    @property
    def batch(self) -> int:
        """How many texts it is best given at a time."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts as an array of shape ``(len(texts), dim)`` with rows of length 1."""


class OnnxEncoder:
    """The exported model; safe to share between threads.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        The graph: ``input_ids`` and ``attention_mask`` of shape (1, tokens) to ``embedding``.
    tokenizer : tokenizers.Tokenizer
        Its word pieces, without padding.
    name : str
        See :attr:`Encoder.name`.
    threads : int
        How many texts are encoded at the same time.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, name: str, threads: int) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._name = name
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None  # starts a thread when it first needs one

    @property
    def name(self) -> str:
        """Model, precision and the start of the graph's hash."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of a vector: 384."""
        return DIMENSIONS

    @property
    def batch(self) -> int:
        """256: a few seconds of work."""
        return _BATCH

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode each text on its own.

        Parameters
        ----------
        texts : sequence of str
            Any length; what lies beyond 256 word pieces is not read.

        Returns
        -------
        numpy.ndarray of float32, shape (len(texts), 384)
            Rows of Euclidean length 1. The same text gives the same bytes, whatever stands
            beside it and however many threads there are.
        """
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))  # so that threads end together
        run = map if self._pool is None or len(texts) == 1 else self._pool.map
        for place, vector in zip(longest_first, run(self._encode, [texts[p] for p in longest_first]), strict=True):
            vectors[place] = vector
        return vectors

    def _encode(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        input_ids = np.asarray([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": input_ids, "attention_mask": np.ones_like(input_ids)}
        vector: Vectors = self._session.run(None, inputs)[0][0]
        return vector


def load_encoder(model_dir: Path, *, threads: int | None = None) -> OnnxEncoder:
    """Load the encoder that set-up has exported.

    Parameters
    ----------
    model_dir : Path
        The folder that :func:`rlmap.search.export.export_model` has written.
    threads : int, optional
        Texts encoded at the same time; all usable cores unless given.

    Raises
    ------
    ModelError
        If the folder holds no encoder, or a file of it was changed since the export.
    """
    manifest = read_manifest(model_dir)
    if manifest is None:
        raise ModelError(f"There is no encoder in {model_dir}: run `rlmap setup`, which makes it.")
    for name, expected in manifest["sha256"].items():
        if file_sha256(model_dir / name) != expected:
            raise ModelError(
                f"{model_dir / name} is not the file that was exported: delete {model_dir}, run `rlmap setup`."
            )

    import onnxruntime  # noqa: PLC0415  (half of the start-up time of commands that do not search)
    from tokenizers import Tokenizer  # noqa: PLC0415  (as above)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts run side by side instead, which is faster for short ones
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(model_dir / GRAPH_FILE), sess_options=options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(model_dir / TOKENIZER_FILE))
    tokenizer.no_padding()  # the file asks for padding and truncation to 128
    tokenizer.enable_truncation(MAX_TOKENS)
    return OnnxEncoder(session, tokenizer, manifest["name"], threads or os.cpu_count() or 1)


def read_manifest(model_dir: Path) -> Manifest | None:
    """Read the manifest of an export, or return ``None`` where there is no export."""
    try:
        manifest: Manifest = json.loads((model_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except json.JSONDecodeError as error:
        raise ModelError(f"{model_dir / MANIFEST_FILE} is damaged: delete {model_dir}, run `rlmap setup`.") from error
    return manifest


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty string where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
