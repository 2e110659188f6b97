"""Events as JSON lines: one object a line, readable while another process still writes.

A line counts only once its newline is there, so a reader never sees half an event.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from rlmap.errors import DemoError
from rlmap.types import Event, Failed, Finished, Metric, Started

_KINDS: dict[str, type[Started] | type[Metric] | type[Finished] | type[Failed]] = {
    "started": Started,
    "metric": Metric,
    "finished": Finished,
    "failed": Failed,
}
_NAMES = {record: name for name, record in _KINDS.items()}

#: Fields that are tuples in the record and lists in JSON.
_TUPLES = {"arms", "seeds", "effects"}


def encode_event(event: Event) -> str:
    """Return ``event`` as one line of JSON, newline included.

    Numbers that JSON has no word for (NaN, infinities) become ``null``.
    """
    fields = {"event": _NAMES[type(event)], **asdict(event)}
    return json.dumps(_finite(fields), ensure_ascii=False, allow_nan=False) + "\n"


def decode_event(line: str) -> Event:
    """Return the event written on ``line``.

    Raises
    ------
    DemoError
        If the line is not an event of this version.
    """
    try:
        fields = json.loads(line)
        record = _KINDS[fields.pop("event")]
        return record(**{key: _restored(key, value) for key, value in fields.items()})
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DemoError(f"This line of events.jsonl is not an event ({error}): {line[:80]!r}.") from error


def write_event(file: TextIO, event: Event) -> None:
    """Append ``event`` to an open file and hand it to the operating system at once."""
    file.write(encode_event(event))
    file.flush()


class EventReader:
    """Reads what has been added to an event file since the last call.

    Parameters
    ----------
    path : Path
        The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def complete_bytes(self) -> int:
        """Return how many bytes of the file are whole lines; a writer may be in the middle of the next one."""
        return self._path.read_bytes().rfind(b"\n") + 1 if self._path.exists() else 0

    def poll(self) -> list[Event]:
        """Return the events completed since the last call, oldest first."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        complete = data[: data.rfind(b"\n") + 1]
        self._offset += len(complete)
        return [decode_event(line) for line in complete.decode().split("\n") if line]


def is_last(event: Event) -> bool:
    """Whether ``event`` ends its run; a failure of one arm and seed does not."""
    return isinstance(event, Finished) or (isinstance(event, Failed) and event.arm is None)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _restored(key: str, value: Any) -> Any:
    if key in _TUPLES and isinstance(value, list):
        return tuple(value)
    if key == "value" and value is None:
        return math.nan
    return value
