"""Who learns: what the levels mean, and what they let a plan take for known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rlmap.errors import InputError
from rlmap.types import Background, Concept, ConceptGraph, LearnerProfile, Level

#: What each level of a profile means, in the learner's words.
LEVELS: Mapping[str, tuple[str, str, str, str]] = {
    "maths": (
        "I am at ease with fractions and graphs; derivatives and probabilities are new or long ago.",
        "I can take a derivative and I know what an average and a probability are.",
        "I can take a partial derivative, multiply matrices and compute an expected value.",
        "I read proofs: conditional expectations, norms and convergence do not stop me.",
    ),
    "engineering": (
        "I have written small scripts, or nothing yet.",
        "I write programs of some hundred lines and can find my own bugs.",
        "I write numerical Python: arrays without loops, seeds, tests, version control.",
        "I profile programs, and know processes, floating point and how a graphics card is fed.",
    ),
    "deep_learning": (
        "I have never trained a neural network.",
        "I have followed a tutorial that trains a network.",
        "I train networks with an automatic differentiation library and know why a loss falls.",
        "I build networks of my own and know the usual architectures and optimisers.",
    ),
}

#: The area that each level speaks of, and the formalism up to which a level takes it for known.
_TAKEN_FOR_KNOWN: Mapping[str, tuple[str, tuple[int, int, int, int]]] = {
    "maths": ("mathematics", (-1, -1, 1, 2)),
    "engineering": ("engineering", (-1, -1, 0, 1)),
    "deep_learning": ("deep-learning", (-1, -1, 1, 2)),
}

#: What the words of a level let one expect, but not rely on: it is checked, not taught anew.
EXPECTED: Mapping[str, tuple[frozenset[str], ...]] = {
    "maths": (
        frozenset(),
        frozenset({"function-and-derivative", "random-variable", "expectation"}),
        frozenset({"gradient", "chain-rule", "softmax", "entropy", "confidence-interval", "monte-carlo-estimation"}),
        frozenset({"log-derivative-trick", "reparameterisation-trick", "importance-sampling", "kl-divergence"}),
    ),
    "engineering": (
        frozenset(),
        frozenset(),
        frozenset({"processes-and-threads", "profiling"}),
        frozenset(),
    ),
    "deep_learning": (
        frozenset(),
        frozenset({"loss-function", "gradient-descent", "multilayer-perceptron"}),
        frozenset({"backpropagation", "adam", "convolutional-network", "ensembles", "gradient-clipping"}),
        frozenset(),
    ),
}


def check_profile(profile: LearnerProfile) -> None:
    """Refuse a profile with values outside their ranges.

    Raises
    ------
    InputError
        Naming the field and the range.
    """
    for field in LEVELS:
        level = getattr(profile, field)
        if level not in range(4):
            raise InputError(f"The level {field} is {level!r}: give 0, 1, 2 or 3.")
    if not (math.isfinite(profile.hours_per_week) and 0 < profile.hours_per_week <= 168):
        raise InputError(f"hours_per_week is {profile.hours_per_week!r}: give a number above 0 and at most 168.")
    if not -1 <= profile.taste <= 1:
        raise InputError(f"taste is {profile.taste!r}: give a number from -1 (build) to 1 (theory).")


def taken_for_known(graph: ConceptGraph, profile: LearnerProfile) -> frozenset[str]:
    """Return what a plan takes for known: what the profile names, and what its levels say.

    Level 2 in mathematics takes the concepts of that area up to formalism 1 for known, level 3
    up to formalism 2; likewise deep learning; in engineering level 2 covers formalism 0, level 3
    formalism 1. What a level only lets one expect (:func:`expected_roughly`), and what the
    profile lists as ``unknown``, as known roughly, or as a goal, is never taken for known on the
    strength of a level.
    """
    wanted = profile.unknown | profile.known_roughly | set(profile.goals) | expected_roughly(graph, profile)
    by_level = {
        concept.id for concept in graph.concepts.values() if concept.id not in wanted and _covered(concept, profile)
    }
    named = {concept_id for concept_id in profile.known if concept_id in graph.concepts}
    return frozenset(named | by_level) - profile.unknown


def expected_roughly(graph: ConceptGraph, profile: LearnerProfile) -> frozenset[str]:
    """Return what the levels of a profile let one expect, as far as it is neither named as known nor as unknown.

    A path checks it where something leans on it, instead of teaching it anew.
    """
    expected = {concept_id for field in LEVELS for concept_id in EXPECTED[field][getattr(profile, field)]}
    told = profile.known | profile.unknown | set(profile.goals)
    return frozenset(concept_id for concept_id in expected if concept_id in graph.concepts) - told


def without_implied(graph: ConceptGraph, profile: LearnerProfile) -> LearnerProfile:
    """Return a profile that names nothing as known which its levels say anyway; it leads to the same plan."""
    bare = replace(profile, known=frozenset(), known_roughly=frozenset())
    roughly = profile.known_roughly - expected_roughly(graph, bare)
    implied = taken_for_known(graph, replace(bare, known_roughly=roughly))
    return replace(profile, known=profile.known - implied, known_roughly=roughly)


def _covered(concept: Concept, profile: LearnerProfile) -> bool:
    return any(
        concept.area == area and concept.formalism <= covered[getattr(profile, field)]
        for field, (area, covered) in _TAKEN_FOR_KNOWN.items()
    )


def background(profile: LearnerProfile) -> Background:
    """Return the side a learner comes from: the higher of the levels of mathematics and engineering."""
    if profile.engineering > profile.maths:
        return "engineer"
    return "mathematician" if profile.maths > profile.engineering else "any"


def formalism_at_ease(profile: LearnerProfile) -> Level:
    """Return the formalism at which the learner is at home: the level of mathematics."""
    return profile.maths
