"""Measures of a ranking against judgments, and intervals by bootstrap.

A ranking is a sequence of document ids, best first; judgments map ids to grades, 0 for not
relevant, absent ones counting as 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

Grades = Mapping[str, int]


def ndcg_at(k: int, ranking: Sequence[str], grades: Grades) -> float:
    """Return the normalised discounted cumulative gain of the first ``k``, in [0, 1].

    Gains are the grades themselves (Järvelin and Kekäläinen 2002), as trec_eval counts them.
    0 where nothing is relevant.
    """
    gained = _discounted([grades.get(document, 0) for document in ranking[:k]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k])
    return gained / ideal if ideal else 0.0


def recall_at(k: int, ranking: Sequence[str], grades: Grades) -> float:
    """Return the share of relevant documents (grade >= 1) among the first ``k``; 0 if there is none."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Grades) -> float:
    """Return one over the rank of the first relevant document, 0 if none was found."""
    return next((1 / rank for rank, document in enumerate(ranking, 1) if grades.get(document, 0) > 0), 0.0)


def alpha_ndcg_at(
    k: int, ranking: Sequence[str], grades: Grades, voices: Mapping[str, str], alpha: float = 0.5
) -> float:
    """Return the alpha-nDCG of the first ``k``: each further document of one voice gains less.

    Parameters
    ----------
    k, ranking, grades
        As above; a document is relevant from grade 1.
    voices : mapping of str to str
        The aspect that each judged document covers, here the work it is from.
    alpha : float
        Gain lost with each earlier document of the same voice (Clarke et al. 2008).
    """
    relevant = sorted(document for document, grade in grades.items() if grade > 0)
    if not relevant:
        return 0.0
    per_voice = Counter(voices[document] for document in relevant)
    ideal = sorted(((1 - alpha) ** nth for count in per_voice.values() for nth in range(count)), reverse=True)
    seen: Counter[str] = Counter()
    gains = []
    for document in ranking[:k]:
        if grades.get(document, 0) > 0:
            gains.append((1 - alpha) ** seen[voices[document]])
            seen[voices[document]] += 1
        else:
            gains.append(0.0)
    return _discounted(gains) / _discounted(ideal[:k])


def voice_recall_at(k: int, ranking: Sequence[str], grades: Grades, voices: Mapping[str, str]) -> float:
    """Return the share of voices with a relevant document that the first ``k`` hold (S-recall, Zhai et al. 2003)."""
    wanted = {voices[document] for document, grade in grades.items() if grade > 0}
    found = {voices[document] for document in ranking[:k] if grades.get(document, 0) > 0}
    return len(found) / len(wanted) if wanted else 0.0


def bootstrap_interval(values: Sequence[float], *, draws: int = 2000, level: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of the mean of ``values`` over resampled questions.

    The same values give the same interval: the generator is seeded.
    """
    sample = np.asarray(values, dtype=float)
    places = np.random.default_rng(0).integers(0, len(sample), size=(draws, len(sample)))
    means = sample[places].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_ratio(
    counted: Sequence[float], of: Sequence[float], *, draws: int = 2000, level: float = 0.95
) -> tuple[float, float]:
    """Return the percentile interval of ``sum(counted) / sum(of)`` over resampled questions.

    A draw in which ``of`` sums to nothing counts as 0. Seeded as :func:`bootstrap_interval`.
    """
    above, below = np.asarray(counted, dtype=float), np.asarray(of, dtype=float)
    places = np.random.default_rng(0).integers(0, len(above), size=(draws, len(above)))
    wholes = below[places].sum(axis=1)
    ratios = np.divide(above[places].sum(axis=1), wholes, out=np.zeros(draws), where=wholes > 0)
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))
