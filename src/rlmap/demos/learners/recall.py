"""Recalling one of many things: attention, a recurrent network, or an average.

A sequence shows ``pairs`` pairs of a key and a value, all keys different, then one of the keys again: which value
belonged to it? Every network sees the same tokens (key and value of a pair as one-hot codes; the question has no
value).

- ``attention``: the question is compared with every pair, values are averaged with softmax weights (one layer, one
  head;
  Vaswani et al. 2017);
- ``lstm``: reads the pairs one after the other, then the question (Hochreiter and Schmidhuber 1997);
- ``mean``: averages all tokens and applies a network to the average and the question.

A step is one gradient step on a fresh batch. Reports ``accuracy`` on fresh sequences (guessing gives ``1 / values``)
and ``loss``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    network: str = "attention"
    pairs: int = 6
    keys: int = 10
    values: int = 4
    width: int = 32
    batch_size: int = 64
    learning_rate: float = 3e-3


class Reader(nn.Module):
    """Reads pairs and a question, answers with logits over values."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        if settings.network not in {"attention", "lstm", "mean"}:
            raise DemoError(f"The network {settings.network!r} is unknown: attention, lstm or mean.")
        self.network, width = settings.network, settings.width
        self.embed = nn.Linear(settings.keys + settings.values, width)
        if settings.network == "attention":
            self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        elif settings.network == "lstm":
            self.lstm = nn.LSTM(width, width, batch_first=True)
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, settings.values))

    def forward(self, pairs: Tensor, question: Tensor) -> Tensor:
        """Return logits (N, values) for pairs (N, T, features) and a question (N, features)."""
        tokens, asked = self.embed(pairs), self.embed(question)
        if self.network == "attention":
            scores = torch.einsum("nw,ntw->nt", self.query(asked), self.key(tokens)) / tokens.shape[-1] ** 0.5
            found = torch.einsum("nt,ntw->nw", scores.softmax(-1), self.value(tokens))
        elif self.network == "lstm":
            found = self.lstm(torch.cat([tokens, asked[:, None]], dim=1))[0][:, -1]
        else:
            found = tokens.mean(1)
        answer: Tensor = self.head(torch.cat([found, asked], dim=-1))
        return answer


def draw(settings: Settings, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Return pairs (N, T, features), questions (N, features) and the right values (N,)."""
    keys = torch.rand(count, settings.keys, generator=generator).argsort(1)[:, : settings.pairs]
    values = torch.randint(settings.values, (count, settings.pairs), generator=generator)
    asked = torch.randint(settings.pairs, (count,), generator=generator)
    rows = torch.arange(count)
    key_codes = nn.functional.one_hot(keys, settings.keys).float()
    value_codes = nn.functional.one_hot(values, settings.values).float()
    question = torch.cat([key_codes[rows, asked], torch.zeros(count, settings.values)], dim=-1)
    return torch.cat([key_codes, value_codes], dim=-1), question, values[rows, asked]


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps."""
    torch.manual_seed(trial.seed)
    generator = torch.Generator().manual_seed(trial.seed)
    reader = Reader(settings)
    optimiser = torch.optim.Adam(reader.parameters(), lr=settings.learning_rate)
    schedule = Schedule(trial.steps, 25)
    for step in range(1, trial.steps + 1):
        pairs, question, answer = draw(settings, settings.batch_size, generator)
        loss = nn.functional.cross_entropy(reader(pairs, question), answer)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        optimiser.step()
        if schedule.due(step):
            with trial.paused(), torch.no_grad():
                pairs, question, answer = draw(settings, 500, generator)
                accuracy = float((reader(pairs, question).argmax(1) == answer).float().mean())
            trial.report(step, accuracy=accuracy, loss=float(loss.detach()))
