"""What system metrics are about, as far as others than their charts need to know."""

from __future__ import annotations

import re

_OF_ONE_RUN = re.compile(r"cpu/core\d+_percent|(?:disk|network)/(?!(?:read|written|received|sent)_).*|.*_max")


def is_compared(metric: str) -> bool:
    """Whether a project's page compares it; each CPU, each disk and the like stand on a run's own page."""
    return _OF_ONE_RUN.fullmatch(metric) is None
