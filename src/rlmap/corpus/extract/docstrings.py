"""Whether a docstring teaches: most describe code, some explain the idea behind it.

Only the latter may answer a question about reinforcement learning. The two are told apart by
their nouns: those of learning and mathematics against those of programming. What a parameter is
called for counts only where the text says what follows from its value; what a function returns,
and one line on what it does, never count.
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
#: Words that say why, or what follows: without one, the body of a parameter only says what it holds.
_CONSEQUENCE = re.compile(
    r"\b(?:larger|smaller|higher|lower|greater|increas\w+|decreas\w+|reduc\w+|because|since|so that|therefore|thus|"
    r"hence|due to|which (?:means|leads|allows|prevents|encourages|makes|helps|gives|can|is|results)|trade-?offs?|"
    r"balanc\w+|encourag\w+|prevent\w*|stabili[sz]\w+|bias\w*|variance|leads? to|results? in|controls?|determin\w+|"
    r"means|rather than|instead of|in order to|too (?:large|small|high|low|much|little|fast|slow)|by \w+ing)\b",
    re.IGNORECASE,
)
#: The sections of a docstring that say what goes in and what comes out.
_INPUTS = frozenset(("parameters", "args", "arguments", "keyword args", "keyword arguments", "attributes", "options"))
_OUTPUTS = frozenset(("returns", "return", "yields", "yield", "raises", "shape", "shapes", "effects", "see also"))
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_SUMMARY = re.compile(
    r"(?:perform|compute|calculate|return|evaluate|normali[sz]e|get|set|create|run|execute|apply|update|sample|reset|"
    r"build|generate|estimate|train|load|convert|initiali[sz]e|add|select|collect|process|obtain)(?:e?s)?\b",
    re.IGNORECASE,
)
_SUMMARY_WORDS = 60
_CITATION_WORDS = 60
_CITATION = re.compile(
    r"\(pp?\. ?\d|\bIn (?:international conference|proceedings|advances in)|arXiv preprint", re.IGNORECASE
)
_DANGLING = re.compile(
    r"\b(?:as|described in|defined (?:as|in)|given by|see|following|according to)[ :.]*$", re.IGNORECASE
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
    if not _says_why(text, section_path, len(found)) or _breaks_off(text, len(found)):
        return False
    ideas = sum(word in _IDEAS for word in found)
    code = sum(word in _CODE for word in found) + 2 * len(_OPTION.findall(text))
    if _is_private(section_path):
        return False
    if len(found) < LEAST_WORDS and not (_DEFINITION.search(text) and len(found) >= LEAST_WORDS_OF_A_DEFINITION):
        return False
    return ideas >= max(3, 0.1 * len(found)) and ideas > 1.3 * code and explains(text, LEAST_WORDS_OF_A_DEFINITION)


def _is_private(section_path: tuple[str, ...]) -> bool:
    """Whether a passage is the main text of a private function; notebooks call every function ``_``."""
    name = section_path[0].rpartition(".")[2] if len(section_path) == 1 else ""
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _says_why(text: str, section_path: tuple[str, ...], count: int) -> bool:
    """Whether a passage is more than what goes in, what comes out, or one line on what is done."""
    sections = {part.lower() for part in section_path[1:]}
    if sections & _OUTPUTS:
        return False
    is_parameter = bool(sections & _INPUTS) or (
        len(section_path) > 1 and _IDENTIFIER.fullmatch(section_path[-1]) is not None
    )
    documents_function = len(section_path) == 1 and section_path[0].rpartition(".")[2].islower()
    is_summary = documents_function and count < _SUMMARY_WORDS and _SUMMARY.match(text) and "math" not in text
    return not (is_parameter or is_summary) or _CONSEQUENCE.search(text) is not None


def _breaks_off(text: str, count: int) -> bool:
    """Whether a passage is an entry of a list of references, or ends before what it announces."""
    return _DANGLING.search(text) is not None or (_CITATION.search(text) is not None and count < _CITATION_WORDS)
