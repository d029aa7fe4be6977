"""Invented secrets of every kind that a rule claims, put together at run time: no scanner finds them."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX = "0123456789abcdef"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Planted(NamedTuple):
    """One secret: the text around it that its rule needs, and what must not be left of it."""

    rule: str
    text: str
    secret: str


def _letters(chance: Random, count: int, alphabet: str = LETTERS) -> str:
    # A letter and a digit at fixed places: a key without any digit has a chance of one in a million.
    middle = "".join(chance.choice(alphabet) for _ in range(count - 2))
    return f"a7{middle}" if alphabet is not UPPER else f"A7{middle}"


def _shapes(chance: Random) -> dict[str, list[str]]:
    def some(count: int, alphabet: str = LETTERS) -> str:
        return _letters(chance, count, alphabet)

    head, body = "ey" + "J" + some(17), "ey" + "J" + some(40)
    return {
        "aws-key": ["AK" + "IA" + some(16, UPPER), "AS" + "IA" + some(16, UPPER)],
        "github-token": ["gh" + f"{kind}_" + some(36) for kind in "pousr"]
        + ["github" + "_pat_" + some(22) + "_" + some(59)],
        "gitlab-token": ["gl" + "pat-" + some(20), "gl" + "rt-" + some(20)],
        "bitbucket-token": ["AT" + "BB" + some(32), "AT" + "ATT3xFf" + some(180)],
        "huggingface-token": ["hf" + "_" + some(34), "api" + "_org_" + some(34)],
        "wandb-key": ["wandb" + "_v1_" + some(80), "local" + "-" + some(40, HEX)],
        "anthropic-key": ["sk" + "-ant-api03-" + some(93) + "AA"],
        "openai-key": ["sk" + "-" + some(48), "sk" + "-proj-" + some(120), "sk" + "-or-v1-" + some(64, HEX)],
        "groq-key": ["gs" + "k_" + some(52)],
        "xai-key": ["xa" + "i-" + some(80)],
        "nvidia-key": ["nv" + "api-" + some(64)],
        "replicate-token": ["r" + "8_" + some(37)],
        "perplexity-key": ["pp" + "lx-" + some(48)],
        "pinecone-key": ["pc" + "sk_" + some(50)],
        "langsmith-key": ["ls" + "v2_pt_" + some(32, HEX) + "_" + some(10, HEX)],
        "langfuse-key": ["sk" + "-lf-" + "12345678-1234-1234-1234-" + some(12, HEX)],
        "kaggle-token": ["KG" + "AT_" + some(32, HEX)],
        "runpod-key": ["rp" + "a_" + some(44, UPPER)],
        "neptune-token": ["ey" + "JhcGlf" + some(120) + "=="],
        "json-web-token": [f"{head}.{body}.{some(43)}"],
        "google-key": ["AI" + "za" + some(35)],
        "google-oauth": ["ya" + "29." + some(100), "GOC" + "SPX-" + some(28), "1/" + "/0" + some(60)],
        "azure-secret": ["a1b" + "8Q~" + some(34)],
        "slack-token": [
            "xo" + "xb-123456789012-123456789012-" + some(24),
            "xa" + "pp-1-A0123-456-" + some(64, HEX),
        ],
        "discord-token": ["M" + some(25) + "." + some(6) + "." + some(38)],
        "telegram-token": ["123456789" + ":AA" + some(33), "bot" + "123456789" + ":AA" + some(33)],
        "stripe-key": ["sk" + "_live_" + some(24), "rk" + "_test_" + some(40), "wh" + "sec_" + some(32)],
        "sendgrid-key": ["S" + "G." + some(22) + "." + some(43)],
        "mailgun-key": ["ke" + "y-" + some(32, HEX)],
        "mailchimp-key": [some(32, HEX) + "-us" + "12"],
        "twilio-key": ["S" + "K" + some(32, HEX)],
        "npm-token": ["np" + "m_" + some(36)],
        "pypi-token": ["py" + "pi-AgE" + "IcHlwaS5vcmc" + some(120)],
        "rubygems-key": ["ruby" + "gems_" + some(48, HEX)],
        "docker-token": ["dc" + "kr_pat_" + some(27)],
        "digitalocean-token": ["do" + "p_v1_" + some(64, HEX)],
        "heroku-key": ["HR" + "KU-" + some(60)],
        "databricks-token": ["da" + "pi" + some(32, HEX)],
        "vault-token": ["hv" + "s." + some(90)],
        "terraform-token": [some(14) + ".atl" + "asv1." + some(67)],
        "doppler-token": ["dp" + ".pt." + some(43)],
        "grafana-token": ["gl" + "sa_" + some(32) + "_" + some(8, HEX), "gl" + "c_" + some(80)],
        "newrelic-key": ["NR" + "AK-" + some(27, UPPER)],
        "sentry-token": ["snt" + "rys_" + some(80), "snt" + "ryu_" + some(64, HEX)],
        "postman-key": ["PM" + "AK-" + some(24, HEX) + "-" + some(34, HEX)],
        "pulumi-token": ["pu" + "l-" + some(40, HEX)],
        "planetscale-token": ["pscale" + "_tkn_" + some(43)],
        "supabase-key": ["sb" + "p_" + some(40, HEX), "sb" + "_secret_" + some(31)],
        "linear-key": ["li" + "n_api_" + some(40)],
        "notion-token": ["nt" + "n_" + some(46)],
        "figma-token": ["fi" + "gd_" + some(40)],
        "shopify-token": ["sh" + "pat_" + some(32, HEX)],
        "square-token": ["sq" + "0csp-" + some(43)],
        "airtable-token": ["pa" + "t" + some(14) + "." + some(64, HEX)],
        "dropbox-token": ["s" + "l." + some(130)],
        "tailscale-key": ["ts" + "key-auth-" + some(17) + "-" + some(30)],
        "prefect-key": ["pn" + "u_" + some(36)],
        "jfrog-key": ["AK" + "Cp" + some(69), "cmVm" + "dGtu" + some(56)],
        "onepassword-token": ["op" + "s_eyJ" + some(250)],
        "age-key": ["AGE" + "-SECRET-KEY-1" + some(58, UPPER)],
    }


def _places(chance: Random) -> list[Planted]:
    def some(count: int, alphabet: str = LETTERS) -> str:
        return _letters(chance, count, alphabet)

    def around(rule: str, before: str, secret: str, after: str = "") -> Planted:
        return Planted(rule, before + secret + after, secret)

    begin, end = "-----BEGIN {} PRIVATE " + "KEY-----", "-----END {} PRIVATE KEY-----"
    lines = [some(64) for _ in range(4)]
    return [
        Planted("private-key", "\n".join([begin.format("RSA"), *lines, end.format("RSA")]), lines[2]),
        Planted(
            "private-key", "\\n".join([begin.format("OPENSSH"), *lines, end.format("OPENSSH")]), lines[3]
        ),
        around("url-userinfo", "postgres://trainer:", some(14), "@db.internal:5432/runs"),
        around("url-userinfo", "https://", some(40, HEX), "@github.com/acme/model.git"),
        around("authorization", "Authorization: Basic ", some(28) + "="),
        around("authorization", "'authorization': 'Bearer ", some(40), "'"),
        around("bearer", "curl -H 'X-Auth: Bearer ", some(32), "' https://api"),
        around("cookie", "Set-Cookie: session=", some(40), "; HttpOnly"),
        around("netrc", "machine api.wandb.ai login user password ", some(40, HEX)),
        around("docker-auth", '{"auths": {"https://index.docker.io": {"auth": "', some(32), '"}}}'),
        around("curl-user", "curl -u alice:", some(12), " https://host/x"),
        around("sshpass", "sshpass -p ", some(12), " ssh host"),
        around("signed-url", "https://b.s3.amazonaws.com/k?X-Amz-Signature=", some(64, HEX)),
        around(
            "signed-url", "https://a.blob.core.windows.net/c/f?sv=2024&sig=", some(43) + "%3D", "&se=2026"
        ),
        around("wandb-login", "wandb login --relogin ", some(40, HEX)),
        around("webhook", "https://hooks.slack.com/services/", "T0AB12345/B0AB12345/" + some(24)),
        around("webhook", "https://discord.com/api/webhooks/", "123456789012345678/" + some(68)),
        around("password-name", "password: ", "correcthorse7"),
        around("password-name", "export DB_PASS=", some(10)),
        around("password-name", "Namespace(lr=0.1, smtp_password='", "two words 9", "')"),
        around("password-name", '{"AWS_SECRET_ACCESS_KEY": "', some(40), '"}'),
        around("password-name", "python train.py --password ", some(12), " --lr 0.1"),
        around("key-name", 'api_key = "', some(20), '"'),
        around("key-name", "WANDB_API_KEY=", some(40, HEX)),
        around("key-name", "DefaultEndpointsProtocol=https;AccountKey=", some(86) + "=="),
        around("token-name", "--hf_token=", some(20)),
        around("token-name", "http://127.0.0.1:8888/?token=", some(48, HEX)),
        around("token-name", "{'accessToken': '", some(24), "'}"),
        around("webhook-name", "alert_webhook_url: ", "https://chat.acme.dev/in/" + some(20)),
    ]


def planted() -> list[Planted]:
    """The same invented secrets each time."""
    chance = Random(7)
    shapes = _shapes(chance).items()
    return [Planted(rule, text, text) for rule, texts in shapes for text in texts] + _places(chance)
