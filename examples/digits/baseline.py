"""Classic models on the same digits, by a script that knows nothing of any tracker: it only prints.

    collect --project digits --name baselines -- python examples/digits/baseline.py

The site then has its console, exit status, machine and provenance, without a line of code.
"""

from __future__ import annotations

import sys
import time

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

GREEN, PLAIN = "\033[32m", "\033[0m"

MODELS = {
    "5 nearest neighbours": KNeighborsClassifier(5),
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=400)),
    "random forest": RandomForestClassifier(100, random_state=0),
    "support vectors": SVC(gamma=0.001, C=10),
}


def main() -> None:
    images, labels = load_digits(return_X_y=True)
    print(f"{len(images)} images, 5-fold cross-validation")
    for done, (name, model) in enumerate(MODELS.items(), start=1):
        # One line, rewritten in place: a terminal and the site show only its last state.
        print(f"\r[{done}/{len(MODELS)}] {name} …", end="", flush=True)
        started = time.perf_counter()
        scores = cross_val_score(model, images, labels, cv=5)
        seconds = time.perf_counter() - started
        print(f"\r{name:22s} {GREEN}{scores.mean():.4f}{PLAIN} ± {scores.std():.4f}   {seconds:.1f} s")
    print("these are figures to beat", file=sys.stderr)


if __name__ == "__main__":
    main()
