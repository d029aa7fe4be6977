"""Secrets are taken out before they are written."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from collector.runlog import redact, secret_search
from collector.runlog.secret_rules import secret_rule


def words(text: str) -> list[str]:
    return text.split()


def without_digits(shown: Any) -> Any:
    """What was redacted, its marks without the digits of chance."""
    if isinstance(shown, dict):
        return {key: without_digits(inner) for key, inner in shown.items()}
    if isinstance(shown, list):
        return [without_digits(inner) for inner in shown]
    return re.sub(r"(\[redacted:[a-z-]+):[0-9a-f]{4}\]", r"\1]", shown) if isinstance(shown, str) else shown


# Put together at run time, so that no scanner takes this file for a leak.
GITHUB = "gh" + "p_" + "a1B2" * 9
HUGGING = "hf" + "_" + "AbCd" * 8
AWS = "AK" + "IA" + "ABCDEFGH12345678"
OPENAI = "sk" + "-proj-" + "a1b2c3d4" * 5
JWT = "ey" + "JhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl"
KEY = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    words(
        "password db.password PASSWORD apiKey API_KEY openai_api_key AWS_SECRET_ACCESS_KEY hf_token HF_TOKEN "
        "access_token token clientSecret private_key ssh-key credentials passphrase"
    ),
)
def test_secret_names(name: str) -> None:
    """A value under such a name is a secret."""
    assert secret_rule(name) is not None


@pytest.mark.parametrize(
    "name",
    words(
        "tokenizer num_tokens max_tokens eos_token pad_token token_type key_dim num_keys monkey keyboard key "
        "lr passes compass author secretary_problem_size n_pass"
    ),
)
def test_names_that_only_look_secret(name: str) -> None:
    """Tokenizers, attention keys and the like stay readable."""
    assert secret_rule(name) is None


@pytest.mark.parametrize("secret", [GITHUB, HUGGING, AWS, OPENAI, JWT, KEY])
def test_known_shapes_inside_text(secret: str) -> None:
    """A secret that has a known shape is found anywhere in a text, and what is around it stays."""
    shown = redact.text(f"before {secret} after")
    assert secret not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert redact.is_redacted(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:hunter2@host/x.git", "https://[redacted:url-userinfo]@host/x.git"),
        ("https://host/x.git", "https://host/x.git"),
        ("git@host:a/b.git", "git@host:a/b.git"),
        ("ssh://git@host/a", "ssh://git@host/a"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted:authorization]"),
        ("url?api_key=12345&x=1", "url?api_key=[redacted:key-name]&x=1"),
        ('"db_password": "hunter2"', '"db_password": "[redacted:password-name]"'),
        ("the token limit is 512 tokens", "the token limit is 512 tokens"),
        ("loss=0.5 key_dim=64", "loss=0.5 key_dim=64"),
    ],
)
def test_text(text: str, shown: str) -> None:
    """Only the secret itself is replaced, by the name of the rule."""
    assert without_digits(redact.text(text)) == shown


def test_command() -> None:
    """What follows a secret flag, behind a blank or `=`, is replaced; the rest is as it was typed."""
    argv = words("train.py --token abc --lr 0.1 --password=xyz --api-key --fast db.password=qq --n_tokens 5")
    assert without_digits(redact.command(argv)) == words(
        "train.py --token [redacted:token-name] --lr 0.1 --password=[redacted:password-name] --api-key "
        "--fast db.password=[redacted:password-name] --n_tokens 5"
    )


def test_configuration() -> None:
    """Secrets go by name and by shape at every depth; numbers under `token` are token ids."""
    config = {"db": {"password": 1234, "port": 5}, "token": 50256, "urls": ["http://a:b@c"], "hf_token": "x"}
    assert without_digits(redact.tree(config)) == {
        "db": {"password": "[redacted:password-name]", "port": 5},
        "token": 50256,
        "urls": ["http://[redacted:url-userinfo]@c"],
        "hf_token": "[redacted:token-name]",
    }


def test_environment_is_never_dumped() -> None:
    """Only variables on the list and those asked for are recorded, secrets redacted."""
    env = {
        "RANK": "0",
        "HOME": "/home/x",
        "NCCL_DEBUG": "INFO",
        "MY_TOKEN": "abc",
        "MY_FLAG": "1",
        "PATH": "/",
    }
    assert without_digits(redact.environment(env, ["MY_TOKEN", "MY_FLAG"])) == {
        "MY_FLAG": "1",
        "MY_TOKEN": "[redacted:token-name]",
        "NCCL_DEBUG": "INFO",
        "RANK": "0",
    }


def test_what_is_redacted_stays_so() -> None:
    """A second pass changes nothing."""
    once = redact.text(f"password=hunter22 {GITHUB} http://a:b@c")
    assert redact.text(once) == once


def test_threads_that_come_first_at_once_see_every_rule() -> None:
    """Rules are compiled on first use, by whichever thread; none works with half of them."""
    gate = Barrier(4)

    def first_use(_: int) -> str:
        gate.wait(10)
        return redact.text(f"token {GITHUB}")

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(5):
                secret_search.compiled.cache_clear()
                re.purge()
                assert not [text for text in threads.map(first_use, range(4)) if GITHUB in text]
    finally:
        sys.setswitchinterval(before)
