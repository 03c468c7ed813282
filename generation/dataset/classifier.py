"""Can a classifier tell two collections of programs apart? 0.5: not at all; 1: every time.

Source: Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

import numpy as np

from generation.errors import SetupError

SAMPLE = 1500  # programs of either side that are compared
_COLUMNS = 4096  # that the features are hashed to
_FEWEST = 20

Program = Collection[str]  # the 3-paths that occur in one program


def distinguishability(ours: Sequence[Program], theirs: Sequence[Program]) -> float | None:
    """Area under the ROC curve of a linear classifier on which 3-paths occur, trained on one half of the
    programs and measured on the other. None where there are too few. SetupError without scikit-learn."""
    try:
        from sklearn.feature_extraction import FeatureHasher
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
        from sklearn.preprocessing import normalize
    except ModuleNotFoundError as error:
        raise SetupError(
            "telling rows from the reference needs scikit-learn; install it with: "
            "pip install 'warp-ir-pairs[stats]'"
        ) from error
    if min(len(ours), len(theirs)) < _FEWEST:
        return None
    hasher = FeatureHasher(_COLUMNS, input_type="string", alternate_sign=False)
    rows = normalize(hasher.transform(map(sorted, chain(ours, theirs))))
    labels = np.repeat([1, 0], [len(ours), len(theirs)])
    test = np.concatenate([np.arange(len(side)) % 2 == 0 for side in (ours, theirs)])
    model = LogisticRegression(C=10.0, max_iter=1000).fit(rows[~test], labels[~test])
    return float(roc_auc_score(labels[test], model.decision_function(rows[test])))


class Sample:
    """A part of all programs that does not depend on the order in which they come."""

    def __init__(self, size: int = SAMPLE):
        self.size = size
        self._kept: dict[object, Program] = {}

    def add(self, key: object, program: Program) -> None:
        self._kept.setdefault(key, program)
        if len(self._kept) >= 2 * self.size:
            self._kept = dict(sorted(self._kept.items())[: self.size])

    def programs(self) -> list[Program]:
        """Those with the smallest keys, which are hashes."""
        return [self._kept[key] for key in sorted(self._kept)[: self.size]]
