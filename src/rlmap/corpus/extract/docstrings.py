"""Whether a docstring teaches: most describe code, some explain the idea behind it.

Only the latter may answer a question about reinforcement learning. The two are told apart by
their nouns: those of learning and mathematics against those of programming.
"""

from __future__ import annotations

import re

from rlmap.corpus.extract.prose import explains, vocabulary, words

#: The shortest docstring passage that is kept, in words; a definition may be shorter.
LEAST_WORDS = 22
LEAST_WORDS_OF_A_DEFINITION = 10

_IDEAS = vocabulary(
    """
    advantage advantages agent agents algorithm approximation approximate approximates asymptotic bandit bandits
    baseline belief beliefs bellman bias biased bonus bootstrap bootstrapping bootstraps clipped clipping
    constraint converge converges convergence correction cost credit critic curiosity curriculum decision
    decisions demonstrations deterministic discount discounted discounting distribution distributions divergence
    dynamics eligibility entropy environment episode episodes episodic equilibrium equilibria error errors
    estimate estimates estimation estimator estimators expectation expected expert experience exploit
    exploitation explore exploration explored fitness future game games generalization generalize gradient
    gradients greedy heuristic horizon imitation importance improve improvement improves information intrinsic
    intuition iteration learn learned learning learns lambda likelihood linear long markov maximize maximise
    maximizes maximizing mean minimize minimizes model models momentum monte noise noisy nonstationary objective
    observation observations offline online optimal optimality optimization optimum outcome overestimation
    overestimate penalty performance planning player players policies policy population posterior preference
    preferences prediction prior priority probabilities probability random recursive regret regularization
    reinforcement replay return returns reward rewards risk rollout rollouts sampling search self-play sparse
    stable stability state states stationary stochastic strategy strategies successor supervised target temporal
    theorem theory trade-off tradeoff trajectory trajectories transition transitions trees trust uncertainty
    unbiased utility value values variance weight weights world
    """
)
_CODE = vocabulary(
    """
    api argument arguments array arrays attribute attributes bool boolean buffer cache call callable callback
    called calls checkpoint class classes code column columns component components config configs configuration
    copy create creates cuda dataclass default defaults device devices dict dictionary directory dtype enum
    example extension field fields file files flag format forward function functions get gets getter gpu handle
    helper hook identifier implementation implemented implements import index indices inherit init initialize
    initializes input inputs instance instances instantiate int integer interface iterator json kernel key keys
    keyword kwarg kwargs launch layer layers library list lists loader load loads log logged logger logging logs
    mask method methods module modules name named namedtuple names none object objects op ops option optional
    output outputs override overrides overridden padding padded parallel parameter parse pass passed path paths
    pickle plot print property provided python pytorch read register registry render reset resets returned row
    rows save saved script scripts seed serialize server set setter setting setup shape shapes spec specs
    specified str string strings subclass subclasses tensor tensordict tensors tensorboard tf thread threads
    torch token tokens tuple type types update-rule user util utility-function utils vectorized version wandb
    wrap wrapped wrapper wrappers worker workers write writes yaml
    """
)
_DEFINITION = re.compile(
    r"\b(?:is|are) (?:an?|the|one|used|based|known|called|defined)\b|\brefers? to\b|\bmeans\b|\bin which\b",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"\b(?:defaults? to|default is|default:|must be|if (?:true|false|none)|set (?:this|it)? ?to)\b", re.IGNORECASE
)


def teaches(text: str, section_path: tuple[str, ...]) -> bool:
    """Whether a docstring passage explains an idea rather than the use of some code.

    Parameters
    ----------
    text : str
        Its display text.
    section_path : tuple of str
        Where it stands; the first entry is the qualified name of what it documents.
    """
    found = [word.lower() for word in words(text)]
    ideas = sum(word in _IDEAS for word in found)
    code = sum(word in _CODE for word in found) + 2 * len(_OPTION.findall(text))
    private = bool(section_path) and any(
        part.startswith("_") and not part.startswith("__") for part in section_path[0].split(".")
    )
    needed = 40 if private else LEAST_WORDS
    if len(found) < needed and not (
        _DEFINITION.search(text) and len(found) >= LEAST_WORDS_OF_A_DEFINITION and not private
    ):
        return False
    return ideas >= max(3, 0.1 * len(found)) and ideas > 1.3 * code and explains(text, LEAST_WORDS_OF_A_DEFINITION)
