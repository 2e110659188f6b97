"""Kill a whole set-up (kill -9) at random moments and see what is left of it.

    python benchmarks/kill.py [--points 100] [--seed 0] [--model DIR] [--result FILE]

A small corpus of every kind of place (a folder, files of a web server, a PDF among them) is set up.
Then it changes: files are edited, added, removed and served with other bytes, and a set-up that
brings it up to date is killed. The moments are spread over its stages (fetch, read, read again, cutting,
encoding passages, sentences and the map, writing the index): a stage is drawn, then an event of it, then a
delay up to the next event, all known from a run that nobody disturbed. After every kill:

- *serves*: the index that served before (or the new one, if it was finished) opens and answers a
  question with a verified quote, as in a program that was started in between;
- *whole*: every document in the store is that of a whole file, none is half written;
- *alone*: no process of the killed set-up is left;
- *completes*: the next set-up ends without a problem, with the same index, byte for byte, as the
  undisturbed run;
- *once*: what the killed run had encoded and what the next one encodes have no text in common.

The model is copied from DIR (the folder ``model`` of a data folder), which saves its export.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pymupdf

from rlmap.corpus.documents import documents_of
from rlmap.corpus.store import CorpusStore
from rlmap.errors import RlmapError
from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.setting_up import set_up
from rlmap.pipeline.workspace import open_workspace
from rlmap.search.builds import current_build
from rlmap.settings import Settings, data_root, load_settings

RESULT = Path(__file__).parent / "results" / "kill.json"
QUESTION = "effect of discount rate in RL"
#: Articles that stay as they are, so that there is something to answer from at any time.
STEADY = ("discount-factor", "return", "value-function", "policy", "bellman-equation", "markov-decision-process")
STAGES = ("fetch", "read", "read again", "Cutting sentences", "Encoding passages", "Encoding sentences", "index")
NOUNS = ("policy", "value", "reward", "state", "action", "return", "horizon", "buffer", "critic", "gradient", "plan")
VERBS = ("estimates", "bounds", "lowers", "follows", "replaces", "predicts", "delays", "weighs", "clips", "samples")


class Files(ThreadingHTTPServer):
    """Serves ``files`` slowly enough that a kill can fall into a transfer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Slow)
        self.files: dict[str, bytes] = {}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Slow(BaseHTTPRequestHandler):
    server: Files

    def do_GET(self) -> None:
        data = self.server.files[self.path.lstrip("/")]
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the other side may have been killed
            for start in range(0, len(data), 4096):
                self.wfile.write(data[start : start + 4096])
                time.sleep(0.01)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@dataclass(slots=True)
class World:
    """A manifest with its files, in two states, and the data folder that is set up from it."""

    folder: Path
    server: Files
    settings: Settings

    def turn(self, version: int) -> None:
        """Write manifest and files as of ``version`` (1 or 2)."""
        corpus = self.settings.corpus_dir
        shutil.rmtree(corpus, ignore_errors=True)
        (corpus / "handbook").mkdir(parents=True)
        for name in STEADY:
            (original,) = (data_root() / "corpus" / "handbook").glob(f"*/{name}.md")
            shutil.copy(original, corpus / "handbook" / original.name)
        for number in range(2 + 2 * version):
            seed = number if number < 3 else 100 * version + number
            (corpus / "handbook" / f"page-{number}.md").write_text(article(seed, 8), encoding="utf-8")
        entries = [entry("rlmap-handbook", "handbook", '[source.local]\npath = "handbook"\ninclude = ["**/*.md"]')]
        for number in range(version - 1, 7 + version):
            name = f"web-{number}"
            seed = number if number < 5 else 100 * version + number
            data = pdf(seed) if number % 3 == 0 else article(seed, 6).encode()
            media_type = "application/pdf" if number % 3 == 0 else "text/markdown"
            self.server.files[name] = data
            place = f'[source.web]\nurl = "{self.server.url}/{name}"'
            entries.append(entry(name, "open", place, hashlib.sha256(data).hexdigest(), media_type))
        (corpus / "sources.toml").write_text("schema = 1\n" + "\n".join(entries), encoding="utf-8")

    def copy(self, name: str) -> World:
        """Return the same world with a data folder of its own."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.settings.home, home)
        return World(self.folder, self.server, Settings(root=self.settings.root, home=home))

    def encoded(self) -> set[bytes]:
        """Return the keys of the texts whose vectors are kept."""
        path = self.settings.index_dir / "vectors.sqlite"
        if not path.exists():
            return set()
        with contextlib.closing(sqlite3.connect(path)) as database:
            return {key for (key,) in database.execute("SELECT key FROM vectors")}


def entry(name: str, profile: str, place: str, sha256: str = "", media_type: str = "text/markdown") -> str:
    pinned = f'sha256 = "{sha256}"\n' if sha256 else ""
    return (
        f'[[source]]\nid = "{name}"\ntitle = "{name}"\nauthors = ["rlmap contributors"]\n'
        f'kind = "{"handbook" if profile == "handbook" else "docs"}"\nlicence = "CC0-1.0"\nprofile = "{profile}"\n'
        f'url = "http://127.0.0.1/{name}"\nmedia_type = "{media_type}"\nhow_to_read = "Made up."\n{pinned}{place}\n'
    )


def article(seed: int, paragraphs: int) -> str:
    return f"# Page {seed}\n\n" + "\n\n".join(sentences(random.Random(f"{seed} {n}")) for n in range(paragraphs)) + "\n"


def sentences(chance: random.Random) -> str:
    def one() -> str:
        a, b, c = chance.sample(NOUNS, 3)
        return f"The {a} of task {chance.randrange(10**6)} {chance.choice(VERBS)} the {b} because the {c} is late."

    return " ".join(one() for _ in range(3))


def pdf(seed: int) -> bytes:
    file = pymupdf.open()
    for page in range(2):
        text = "\n\n".join(sentences(random.Random(f"pdf {seed} {page} {n}")) for n in range(6))
        file.new_page().insert_textbox((72, 72, 520, 760), text, fontsize=11)
    file.set_metadata({})
    data: bytes = file.tobytes(no_new_id=True)
    return data


@dataclass(slots=True)
class Run:
    """A set-up in a process of its own, followed by its progress."""

    process: subprocess.Popen[str]
    events: list[tuple[str, float]] = field(default_factory=list)

    @classmethod
    def start(cls, settings: Settings) -> Run:
        command = [sys.executable, __file__, "--child", str(settings.root), str(settings.home)]
        return cls(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True))

    def follow(self) -> Iterator[str]:
        """Yield the stage of each event as it happens, until the process ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            stage = line.rstrip("\n")
            self.events.append((stage, time.monotonic()))
            yield stage

    def kill(self) -> bool:
        """Kill the process, not those it has started; return whether it was still running."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.process.returncode == -signal.SIGKILL

    def left(self, patience_s: float = 20.0) -> int:
        """Return how many processes of the session outlive the killed one."""
        until = time.monotonic() + patience_s
        while (alive := processes_of(self.process.pid)) and time.monotonic() < until:
            time.sleep(0.1)
        return alive


def processes_of(session: int) -> int:
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            found += int(its_session) == session and state != "Z"
    return found


def child(root: str, home: str) -> None:
    """Set up, and say each event of it on a line."""

    def progress(stage: str, done: int, total: int) -> None:
        # After the last summary of the map the files of the index are written.
        name = "index" if stage == "Encoding the map" and done == total else stage
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()

    set_up(Settings(root=Path(root), home=Path(home)), progress=progress)


@contextlib.contextmanager
def small_world(model: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="rlmap-kill-") as name:
        folder = Path(name)
        (folder / "root").mkdir()
        (folder / "root" / "graph").symlink_to(data_root() / "graph")
        world = World(folder, Files(), Settings(root=folder / "root", home=folder / "before"))
        world.settings.ensure_home()
        shutil.copytree(model, world.settings.model_dir)
        world.turn(1)
        set_up(world.settings)
        yield world


def same_index(one: Settings, other: Settings) -> bool:
    """Whether two data folders serve the same index, byte for byte."""
    name = current_build(one.index_dir)
    if name is None or name != current_build(other.index_dir):
        return False
    files = [sorted(p.relative_to(s.index_dir) for p in (s.index_dir / name).rglob("*")) for s in (one, other)]
    return files[0] == files[1] and all(
        (one.index_dir / path).read_bytes() == (other.index_dir / path).read_bytes()
        for path in files[0]
        if (one.index_dir / path).is_file()
    )


def faults_after_kill(world: World, builds: set[str | None]) -> list[str]:
    """Return what is wrong while nothing has been set up again."""
    faults = []
    settings = world.settings
    if current_build(settings.index_dir) not in builds:
        faults.append("serves: the index that serves is neither the old nor the new one")
    try:
        result = ask_question(open_workspace(settings), QUESTION)
        if not any(quote.verified for answer in result.answers for quote in answer.quotes):
            faults.append(f"serves: no verified quote ({result.state})")
    except RlmapError as error:
        faults.append(f"serves: {error}")
    store = CorpusStore(settings.corpus_db)
    for source in store.sources():
        on_disk: dict[str, str] = {}
        with contextlib.suppress(RlmapError):
            on_disk = {d.id: d.sha256 for d in documents_of(source, settings.files_dir, settings.corpus_dir)}
        for document in store.documents(source.id):
            extraction = store.extraction(document.id)
            whole = hashlib.sha256(extraction.text.encode()).hexdigest() == extraction.text_sha256
            known = on_disk.get(document.id) in {document.sha256, None} or document.sha256 in old_hashes(world)
            if not whole or not known:
                faults.append(f"whole: {document.id}")
    store.close()
    return faults


def old_hashes(world: World) -> set[str]:
    before = CorpusStore(world.folder / "before" / "corpus.sqlite")
    found = {document.sha256 for document in before.documents()}
    before.close()
    return found


def faults_of_next_run(world: World, after: World) -> list[str]:
    """Set up again, in this process, and return what is wrong then."""
    kept = world.encoded()
    first: dict[str, int] = {}
    last: dict[str, int] = {}

    def progress(stage: str, done: int, _total: int) -> None:
        if stage.startswith("Encoding"):
            first.setdefault(stage, done)
            last[stage] = done

    report = set_up(world.settings, progress=progress)
    faults = [f"completes: {problem}" for problem in report.problems]
    if not same_index(world.settings, after.settings):
        faults.append("completes: another index than that of the undisturbed run")
    encoded_now = sum(last[stage] - first[stage] for stage in last)
    if encoded_now != len(world.encoded() - kept) or not kept <= world.encoded():
        faults.append(f"once: {encoded_now} texts encoded, {len(world.encoded() - kept)} of them new")
    if world.encoded() != after.encoded():
        faults.append("once: other texts are encoded than in the undisturbed run")
    return faults


def undisturbed(world: World) -> tuple[World, list[tuple[str, float]]]:
    """Bring a copy up to date without a kill; return it, and each event with the time to the next."""
    after = world.copy("after")
    run = Run.start(after.settings)
    for _ in run.follow():
        pass
    if run.process.wait() != 0:
        raise SystemExit("The undisturbed set-up failed.")
    times = [*(at for _, at in run.events), time.monotonic()]
    return after, [(stage, times[n + 1] - times[n]) for n, (stage, _) in enumerate(run.events)]


def kill_once(world: World, target: int, delay_s: float) -> tuple[bool, int]:
    """Start a set-up and kill it ``delay_s`` after event ``target``; say if it ran, and what is left."""
    run = Run.start(world.settings)
    for count, _ in enumerate(run.follow()):
        if count == target:
            time.sleep(delay_s)
            break
    killed = run.kill()
    return killed, run.left()


class Trial(NamedTuple):
    """One kill: ``point`` counts them, ``target`` is an event of ``stage``."""

    point: int
    stage: str
    target: int
    delay_s: float


def trials(events: list[tuple[str, float]], points: int, seed: int) -> list[Trial]:
    chance = random.Random(seed)
    stages = [stage for stage in STAGES if any(name == stage for name, _ in events)]
    found = []
    for point in range(points):
        stage = chance.choice(stages)
        target = chance.choice([n for n, (name, _) in enumerate(events) if name == stage])
        found.append(Trial(point, stage, target, chance.uniform(0, events[target][1])))
    return found


def outcome_of(trial: Trial, world: World, after: World, builds: set[str | None]) -> tuple[Trial, bool, list[str]]:
    """Kill, look, set up again; return whether the kill came in time, and every fault."""
    own = world.copy(f"trial-{trial.point}")
    killed, left = kill_once(own, trial.target, trial.delay_s)
    faults = [f"alone: {left} processes are left"] if left else []
    faults += faults_after_kill(own, builds) + faults_of_next_run(own, after)
    shutil.rmtree(own.settings.home, ignore_errors=True)  # SQLite removes files of its own meanwhile
    return trial, killed, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--model", type=Path, default=load_settings().model_dir)
    parser.add_argument("--result", type=Path, default=RESULT)
    arguments = parser.parse_args()
    arguments.result.parent.mkdir(exist_ok=True, parents=True)
    result: dict[str, Any] = {"points": 0, "killed_in": {}, "faults": [], "seed": arguments.seed}
    with small_world(arguments.model) as world:
        world.turn(2)
        after, events = undisturbed(world)
        builds = {current_build(world.settings.index_dir), current_build(after.settings.index_dir)}
        result["texts_encoded_for_the_change"] = len(after.encoded() - world.encoded())
        if len(builds) != 2 or not after.encoded() > world.encoded():
            raise SystemExit("The change of the corpus changed nothing: this measures nothing.")
        killed: Counter[str] = Counter()
        with ThreadPoolExecutor(arguments.jobs) as pool:
            chosen = trials(events, arguments.points, arguments.seed)
            for future in as_completed([pool.submit(outcome_of, trial, world, after, builds) for trial in chosen]):
                trial, was_killed, found = future.result()
                killed[trial.stage if was_killed else "ended before the kill"] += 1
                result["points"] += 1
                result["killed_in"] = dict(killed)
                result["faults"] += [f"point {trial.point}, {trial.stage}: {fault}" for fault in found]
                # Written each time: a run that is stopped has still measured something.
                arguments.result.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
                print(f"{result['points']:4} killed in {trial.stage:20} {'; '.join(found) or 'fine'}", flush=True)
    print(json.dumps(result, indent=2))
    sys.exit(1 if result["faults"] else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:4])
    else:
        main()
