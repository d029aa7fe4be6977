"""Take secrets out before anything reaches the disk: what is not written can not leak.

Every rule has a name, and a redacted place shows which one applied: `[redacted:password-name]`. The rules
catch what looks like a secret; they never promise that nothing else is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PASSWORD_WORDS = _set(
    "password passwd pwd passphrase passcode secret secrets credential credentials apikey authorization"
)
"""A name with one of these words holds a secret, whatever its value is."""

TOKENIZER_WORDS = _set(
    "bos eos pad unk sep cls mask image special start end stop next per additional extra audio video"
)
"""Before `token` these tell of tokenizers: eos_token is no secret."""

KEY_OWNERS = _set("api access secret private ssh encryption signing auth account master service")
"""Before `key` these tell of keys that open something: api_key, but not key_dim."""

ENVIRONMENT_NAMES = _set(
    "CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_LAUNCH_BLOCKING CUBLAS_WORKSPACE_CONFIG HIP_VISIBLE_DEVICES "
    "OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS PYTHONHASHSEED "
    "RANK LOCAL_RANK WORLD_SIZE LOCAL_WORLD_SIZE GROUP_RANK TF_DETERMINISTIC_OPS TF32_OVERRIDE "
    "TOKENIZERS_PARALLELISM ACCELERATE_MIXED_PRECISION JAX_PLATFORMS"
)
"""Environment variables that are recorded; every other one is left out."""

ENVIRONMENT_PREFIXES = ("NCCL_", "XLA_", "PYTORCH_", "TORCH_NCCL_", "SLURM_JOB_", "SLURM_STEP_", "OMPI_COMM_")
"""Beginnings of further variables that are recorded."""


class Rule(NamedTuple):
    """A pattern whose group `secret` is what must go, or all of it where there is no such group."""

    name: str
    pattern: str
    hints: tuple[str, ...]
    """Lower-case texts of which one must be there for the pattern to be tried at all."""


RULES = (
    Rule(
        "private-key",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|\Z)",
        ("-----begin",),
    ),
    Rule("url-userinfo", r"\b[a-z][a-z0-9+.-]{1,20}://(?!git@)(?P<secret>[^\s/@'\"]{1,300})@", ("://",)),
    Rule(
        "authorization",
        r"\b(?:bearer|basic|token)\s+(?P<secret>[A-Za-z0-9._~+/=-]{12,})",
        ("bearer ", "basic ", "authorization"),
    ),
    Rule(
        "github-token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})",
        ("gh",),
    ),
    Rule("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{15,}", ("glpat-",)),
    Rule("huggingface-token", r"\b(?:hf|api_org)_[A-Za-z0-9]{20,}", ("hf_", "api_org_")),
    Rule("aws-key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", ("akia", "asia")),
    Rule("google-key", r"\bAIza[A-Za-z0-9_-]{35}", ("aiza",)),
    Rule("slack-token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}", ("xox",)),
    Rule("secret-key", r"\b(?:sk|rk|pk)[-_](?:[a-z]{2,8}[-_])?[A-Za-z0-9_-]{20,}", ("k-", "k_")),
    Rule("json-web-token", r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}", ("eyj",)),
    Rule(
        "assignment",
        r"\b[\w.-]*?(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token)"
        r"['\"]?\s*[=:]\s*['\"]?(?P<secret>[^\s'\"&,;\[\]{}()]{4,})",
        ("passw", "passphrase", "secret", "key", "token"),
    ),
)
"""Tried in this order on every text that is recorded: command, config, git remote, traceback."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MARK = "[redacted:"


def secret_rule(name: str) -> str | None:
    """The rule by which a value under this name is a secret, or None."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not PASSWORD_WORDS.isdisjoint(words):
        return "password-name"
    before = dict(zip(words[1:], words, strict=False))
    if "key" in words and before.get("key") in KEY_OWNERS:
        return "key-name"
    if words and words[-1] == "token" and before.get("token") not in TOKENIZER_WORDS:
        return "token-name"
    return None


def text(value: str) -> str:
    """The text with everything that a rule knows replaced by its mark."""
    lowered = value.lower()
    for rule, pattern in zip(RULES, _patterns(), strict=True):
        if any(hint in lowered for hint in rule.hints):
            value = pattern.sub(lambda match, name=rule.name: _replace(match, name), value)  # type: ignore[misc]
    return value


def tree(value: Any, name: str = "") -> Any:
    """A configuration with secret values and secrets inside texts replaced."""
    if isinstance(value, dict):
        return {key: tree(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [tree(inner, name) for inner in value]
    rule = secret_rule(name) if name else None
    if rule is not None and _holds_secret(value, rule):
        return f"{_MARK}{rule}]"
    return text(value) if isinstance(value, str) else value


def command(argv: Sequence[str]) -> list[str]:
    """The arguments of a command with what follows `--token`, `--token=` or `token=` replaced."""
    shown: list[str] = []
    pending: str | None = None
    for argument in argv:
        if pending is not None and not argument.startswith("--"):
            shown.append(f"{_MARK}{pending}]")
            pending = None
            continue
        name, equals, value = argument.partition("=")
        rule = secret_rule(name) if argument.startswith("-") or equals else None
        pending = rule if rule and not equals else None
        hide = rule is not None and bool(value)
        shown.append(f"{name}={_MARK}{rule}]" if hide else text(argument))
    return shown


def environment(env: Mapping[str, str], extra: Iterable[str] = ()) -> dict[str, str]:
    """The variables on the list and those in `extra`, secrets inside them replaced; never a dump of all."""
    wanted = ENVIRONMENT_NAMES.union(extra)
    picked = sorted(name for name in env if name in wanted or name.startswith(ENVIRONMENT_PREFIXES))
    return {name: tree(env[name], name) for name in picked}


def is_redacted(value: Any) -> bool:
    """Whether a recorded value has a redacted place."""
    return isinstance(value, str) and _MARK in value


def _holds_secret(value: Any, rule: str) -> bool:
    if value is None or isinstance(value, bool) or value == "":
        return False
    # `token: 50256` is a token id; `password: 1234` is a password.
    return isinstance(value, str) or rule == "password-name"


def _replace(match: re.Match[str], name: str) -> str:
    whole, mark = match.group(), f"{_MARK}{name}]"
    if "secret" not in match.re.groupindex:
        return mark
    if match.group("secret").startswith(_MARK):
        return whole
    start, end = match.span("secret")
    return whole[: start - match.start()] + mark + whole[end - match.start() :]


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    # Compiled on first use: 3 ms that a process without texts does not pay. As one value, for several threads
    # come here at once (facts are gathered while a text is logged), and none may see half of the rules.
    return tuple(re.compile(rule.pattern, 0 if rule.name.endswith("-key") else re.I) for rule in RULES)
