"""The rules by which a text or a value is taken for a secret: every one of them, and nothing else.

Three kinds. A *name* rule looks at what a value is called. A *place* rule looks at what stands around a
secret, and is tried where one of its hints stands. A *shape* rule knows the secret itself by the beginning
its issuer gives it; each contains sixteen letters, digits, `_` or `-` in a row, which most texts do not.

`docs/reference/redaction.md` is compared with this file. Nothing here promises that all else is harmless.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class NameRule(NamedTuple):
    """A rule about what a value is called; `secret_rule` decides."""

    name: str
    about: str


class TextRule(NamedTuple):
    """A pattern whose group `secret` is what must go, or all of it where there is no such group."""

    name: str
    about: str
    hints: tuple[str, ...]
    """Texts of which one must be there: in lower case and where the pattern begins, for a place rule."""
    pattern: str
    """Without regard to case for a place rule, exact for a shape rule."""
    needs: str = ""
    """A text that stands somewhere wherever a hint does: one search instead of several."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PASSWORD_WORDS = _set(
    "password passwords passwd pwd passphrase passcode passkey secret secrets credential credentials apikey "
    "apikeys accesskey secretkey privatekey authtoken accesstoken apitoken refreshtoken"
)
"""A name with one of these words holds a secret, whatever its value is."""

PASS_OWNERS = _set(
    "db database smtp mail email mysql pg redis user root ftp ssh proxy admin login http sudo my"
)
"""Before a last `pass`: db_pass, but not forward_pass."""

TOKENIZER_WORDS = _set(
    "bos eos pad unk sep cls mask image special start end stop next per additional extra audio video first "
    "last prev previous current target source input output prompt new begin reserved dummy padding each one "
    "single predicted generated sampled vision text system think eot register distill summary memory query "
    "action state speech lang language decoder encoder forced placeholder initializer trigger class modifier "
    "sub fill newline separator unknown boundary frame patch time object concept oov sos"
)
"""Before `token` these tell of tokenizers: eos_token is no secret."""

TOKEN_OWNERS = _set("access api auth refresh session bearer hf github gitlab id csrf deploy wandb hub")
"""Before `token` and `tokens` these leave no doubt; num_tokens is none."""

SINGLE_WORDS = _set("password passwd pwd pass passphrase passcode secret apikey key")
"""A whole number is a secret only where one of these is the last word: `secret_hits: 1200` is a count."""

KEY_OWNERS = _set(
    "api access secret private ssh encryption signing auth account master service client license licence "
    "subscription shared storage consumer app application deploy session ingest write admin webhook "
    "wandb comet openai anthropic hf huggingface neptune mistral cohere github gitlab aws azure gcp google "
    "stripe sentry datadog decryption cipher hmac rsa pem redact"
)
"""Before a last `key` these tell of keys that open something: api_key, but not key_dim."""

DESCRIBING_WORDS = _set(
    "file files filename path paths dir folder env var variable length len size count num min max policy "
    "required enabled type format field prompt help hint name names regex pattern strength reset expires "
    "expiry ttl rotation manager provider backend store url uri endpoint"
)
"""As the last word these tell of something beside the secret: password_file, token_type."""

NAME_RULES = (
    NameRule(
        "password-name", "a name with `password`, `passwd`, `secret`, `credentials`, `apikey` and the like"
    ),
    NameRule("key-name", "a name ending in `key` after `api`, `access`, `private`, `account` and the like"),
    NameRule("token-name", "a name ending in `token`, but not the tokens of tokenizers such as `eos_token`"),
    NameRule("webhook-name", "a name with `webhook`: whoever knows such an address can write there"),
    NameRule("own-name", "a name of your own, from `COLLECT_REDACT_NAMES`"),
)

PLACE_RULES = (
    TextRule(
        "private-key",
        "PEM and PGP private keys, on one line or many",
        ("-----begin",),
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[A-Za-z0-9+/=\s\\:,.\"'|>-]{0,20000}?-----END [A-Z0-9 ]{0,40}-----"
        r"|(?:\s|\\[nr]|[\"'>|,+])*(?:[\w-]{3,20}: [^\n]{0,100}\n){0,3}\s*"
        r"(?:[A-Za-z0-9+/=]{16,}(?:\s|\\[nr]|[\"'>|,+])*)+)",
    ),
    TextRule(
        "url-userinfo",
        "user and password before the host of an address; a user alone in `git@` and `ssh://user@` stays",
        ("://",),
        r"(?<!ssh)(?<!sftp)(?<!rsync)://(?!git@)(?P<secret>[^\s/?#@'\"<>\\]{1,300})@(?!sha256:)"
        r"|://(?P<secret_pair>[^\s/?#@:'\"<>\\]{1,100}:[^\s/?#@'\"<>\\]{1,300})@",
    ),
    TextRule(
        "authorization",
        "the value of an `Authorization` header, whatever its scheme",
        ("authorization",),
        r"authorization\\?['\"]?\s{0,3}[:=]\s{0,3}\\?['\"]?"
        r"(?:(?:bearer|basic|token|apikey|digest|negotiate|key)\s+)?"
        r"(?!(?:digest|negotiate)\s)(?P<secret>[^\s'\",;)}\]\[\\{]{8,4000})",
        "auth",
    ),
    TextRule(
        "bearer",
        "what follows the word `Bearer`",
        ("bearer",),
        r"bearer\s{1,3}(?P<secret>(?=[^\s'\"]{0,200}[0-9])[A-Za-z0-9._~+/-]{16,4000}={0,2})",
    ),
    TextRule(
        "cookie",
        "the value of a `Cookie` or `Set-Cookie` header",
        ("cookie",),
        r"cookie\\?['\"]?\s{0,3}:\s{0,3}\\?['\"]?(?P<secret>[\w.%-]{1,80}=[^\r\n'\"]{8,4000})",
    ),
    TextRule(
        "netrc",
        "the password of a line as `.netrc` has it",
        ("login",),
        r"login\s{1,8}\S{1,200}\s{1,8}password\s{1,8}(?P<secret>\S{1,300})",
    ),
    TextRule(
        "docker-auth",
        "`auth` of a registry in Docker's configuration",
        ('"auth"',),
        r"\"auth\"\s{0,8}:\s{0,8}\"(?P<secret>[A-Za-z0-9+/=_-]{12,4000})\"",
        "auth",
    ),
    TextRule(
        "curl-user",
        "the password of `curl -u user:password`",
        ("curl ", "wget "),
        r"(?:curl|wget)\s[^\n]{0,400}?\s?(?:-u|--user)[\s=]{1,3}['\"]?[^\s:'\"]{1,100}:(?P<secret>[^\s'\"]{1,300})",
    ),
    TextRule(
        "sshpass",
        "the password of `sshpass -p`",
        ("sshpass",),
        r"sshpass\s{1,3}-p\s{0,3}['\"]?(?P<secret>[^\s'\"]{1,300})",
        "pass",
    ),
    TextRule(
        "signed-url",
        "the signature or session token of a signed address of S3, Google or Azure storage",
        ("sig=", "signature=", "x-amz-security-token="),
        r"(?:sig|signature|x-amz-security-token)=(?P<secret>[A-Za-z0-9%+/=_-]{20,4000})",
        "://",
    ),
    TextRule(
        "wandb-login",
        "the key that `wandb login` was given",
        ("wandb",),
        r"wandb['\",\s]{1,4}login['\",\s]{1,4}(?:--[\w=-]{1,40}['\",\s]{1,4}){0,4}(?P<secret>[0-9A-Za-z_-]{40,200})",
    ),
    TextRule(
        "webhook",
        "addresses of Slack, Discord, Teams and Google Chat webhooks",
        ("hooks.slack.com/", "/api/webhooks/", "webhook.office.com/", "chat.googleapis.com/v1/spaces/"),
        r"(?:hooks\.slack\.com/(?:services|workflows|triggers)/|/api/webhooks/|webhook\.office\.com/webhookb2/"
        r"|chat\.googleapis\.com/v1/spaces/)(?P<secret>[\w@/?=&%.-]{16,1000})",
        "://",
    ),
)
"""Tried, in this order, where a hint stands."""

SHAPE_RULES = (
    TextRule(
        "aws-key",
        "access key ids of AWS",
        ("AKIA", "ASIA", "ABIA", "ACCA"),
        r"A(?:KI|SI|BI|CC)A[A-Z0-9]{16}\b",
    ),
    TextRule(
        "github-token",
        "GitHub tokens",
        ("gh", "github_pat_"),
        r"(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})",
    ),
    TextRule(
        "gitlab-token",
        "GitLab tokens",
        ("gl",),
        r"(?:glpat|gldt|glrt|glcbt|glptt|glft|glimt|glagent|gloas|glsoat|glffct)-[\w.-]{15,200}",
    ),
    TextRule(
        "bitbucket-token",
        "Bitbucket app passwords and Atlassian tokens",
        ("AT",),
        r"AT(?:BB|ATT3xFf|CTT3xFf)[\w=-]{20,400}",
    ),
    TextRule(
        "huggingface-token", "Hugging Face tokens", ("hf_", "api_org_"), r"(?:hf|api_org)_[A-Za-z0-9]{30,64}"
    ),
    TextRule(
        "wandb-key",
        "keys of Weights & Biases in their newer form",
        ("wandb_v1_", "local-"),
        r"(?:wandb_v1_\w{30,200}|local-[0-9a-f]{40})",
    ),
    TextRule("anthropic-key", "Anthropic keys", ("sk-ant-",), r"sk-ant-[\w-]{20,250}"),
    TextRule("langfuse-key", "Langfuse keys", ("-lf-",), r"[sp]k-lf-[0-9a-f-]{30,40}"),
    TextRule(
        "openai-key",
        "OpenAI keys, and those of others in their form",
        ("sk-",),
        r"sk-(?:[a-zA-Z0-9]{1,10}-){0,2}(?=[\w-]{0,200}[0-9])(?=[\w-]{0,200}[A-Za-z])[A-Za-z0-9_-]{32,250}",
    ),
    TextRule("groq-key", "Groq keys", ("gsk_",), r"gsk_[A-Za-z0-9]{32,80}"),
    TextRule("xai-key", "xAI keys", ("xai-",), r"xai-[A-Za-z0-9]{40,120}"),
    TextRule("nvidia-key", "NVIDIA API keys", ("nvapi-",), r"nvapi-[\w-]{32,120}"),
    TextRule("replicate-token", "Replicate tokens", ("r8_",), r"r8_[A-Za-z0-9]{30,60}"),
    TextRule("perplexity-key", "Perplexity keys", ("pplx-",), r"pplx-[A-Za-z0-9]{30,80}"),
    TextRule("pinecone-key", "Pinecone keys", ("pcsk_",), r"pcsk_\w{30,120}"),
    TextRule("langsmith-key", "LangSmith keys", ("lsv2_",), r"lsv2_(?:pt|sk)_\w{30,80}"),
    TextRule("kaggle-token", "Kaggle tokens", ("KGAT_",), r"KGAT_[0-9A-Za-z]{30,64}"),
    TextRule("runpod-key", "RunPod keys", ("rpa_",), r"rpa_[A-Z0-9]{30,80}"),
    TextRule("neptune-token", "Neptune API tokens", ("eyJhcGlf",), r"eyJhcGlf[A-Za-z0-9+/=_-]{20,2000}"),
    TextRule(
        "json-web-token", "JSON web tokens", ("eyJ",), r"eyJ[\w-]{10,4000}\.[\w-]{10,8000}\.[\w-]{5,4000}"
    ),
    TextRule("google-key", "Google API keys", ("AIza",), r"AIza[\w-]{35,45}"),
    TextRule(
        "google-oauth",
        "Google OAuth tokens and client secrets",
        ("ya29.", "GOCSPX-", "1//0"),
        r"(?:ya29\.[\w.-]{20,2000}|GOCSPX-[\w-]{20,64}|1//0[\w-]{20,200})",
    ),
    TextRule(
        "azure-secret", "client secrets of Azure applications", ("Q~",), r"[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}"
    ),
    TextRule(
        "slack-token",
        "Slack tokens",
        ("xox", "xapp-"),
        r"(?:xox[abceoprs]-[\w.-]{10,400}|xapp-[0-9]-[\w-]{20,400})",
    ),
    TextRule(
        "discord-token",
        "tokens of Discord bots",
        (".",),
        r"[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,45}(?![\w.-])",
    ),
    TextRule("telegram-token", "tokens of Telegram bots", (":AA",), r"(?:bot)?[0-9]{8,10}:AA[\w-]{32,36}"),
    TextRule(
        "stripe-key",
        "Stripe keys",
        ("_live_", "_test_", "whsec_"),
        r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/=]{24,80})",
    ),
    TextRule("sendgrid-key", "SendGrid keys", ("SG.",), r"SG\.[\w-]{16,32}\.[\w-]{32,64}"),
    TextRule("mailgun-key", "Mailgun keys", ("key-",), r"key-[0-9a-f]{32}\b"),
    TextRule("mailchimp-key", "Mailchimp keys", ("-us",), r"[0-9a-f]{32}-us[0-9]{1,2}\b"),
    TextRule("twilio-key", "Twilio keys", ("SK",), r"SK[0-9a-f]{32}\b"),
    TextRule("npm-token", "npm tokens", ("npm_",), r"npm_[A-Za-z0-9]{36}\b"),
    TextRule("pypi-token", "PyPI tokens", ("pypi-AgE",), r"pypi-AgE[\w-]{40,400}"),
    TextRule("rubygems-key", "RubyGems keys", ("rubygems_",), r"rubygems_[0-9a-f]{48}\b"),
    TextRule("docker-token", "Docker Hub tokens", ("dckr_",), r"dckr_[op]at_[\w-]{20,64}"),
    TextRule("digitalocean-token", "DigitalOcean tokens", ("_v1_",), r"do[opr]_v1_[0-9a-f]{64}"),
    TextRule("heroku-key", "Heroku keys", ("HRKU-",), r"HRKU-[\w-]{36,100}"),
    TextRule("databricks-token", "Databricks tokens", ("dapi",), r"dapi[0-9a-f]{32}(?:-[0-9])?\b"),
    TextRule("vault-token", "HashiCorp Vault tokens", ("hvs.", "hvb.", "hvr."), r"hv[sbr]\.[\w-]{20,300}"),
    TextRule(
        "terraform-token",
        "Terraform Cloud tokens",
        (".atlasv1.",),
        r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,100}",
    ),
    TextRule("doppler-token", "Doppler tokens", ("dp.",), r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,80}"),
    TextRule(
        "grafana-token",
        "Grafana tokens",
        ("glsa_", "glc_", "eyJrIjoi"),
        r"(?:glsa_\w{32,60}|glc_[A-Za-z0-9+/=]{32,400}|eyJrIjoi[\w=-]{50,400})",
    ),
    TextRule("newrelic-key", "New Relic keys", ("NR",), r"NR(?:AK|II|JS|RA)-[A-Za-z0-9-]{19,60}"),
    TextRule("sentry-token", "Sentry tokens", ("sntrys_", "sntryu_"), r"sntry[su]_[\w+/=-]{40,400}"),
    TextRule("postman-key", "Postman keys", ("PMAK-",), r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    TextRule("pulumi-token", "Pulumi tokens", ("pul-",), r"pul-[0-9a-f]{40}\b"),
    TextRule(
        "planetscale-token",
        "PlanetScale passwords and tokens",
        ("pscale_",),
        r"pscale_(?:pw|tkn|oauth)_[\w.-]{30,80}",
    ),
    TextRule(
        "supabase-key",
        "Supabase keys",
        ("sbp_", "sb_secret_"),
        r"(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,80})",
    ),
    TextRule("linear-key", "Linear keys", ("lin_",), r"lin_(?:api|oauth)_[A-Za-z0-9]{32,80}"),
    TextRule("notion-token", "Notion tokens", ("ntn_",), r"ntn_[A-Za-z0-9]{40,60}"),
    TextRule("figma-token", "Figma tokens", ("figd_",), r"figd_[\w-]{36,60}"),
    TextRule("shopify-token", "Shopify tokens", ("shp",), r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    TextRule(
        "square-token", "Square tokens", ("sq0", "EAAA"), r"(?:sq0(?:atp|csp)-[\w-]{22,60}|EAAA[\w-]{56,70})"
    ),
    TextRule("airtable-token", "Airtable tokens", ("pat",), r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b"),
    TextRule("dropbox-token", "Dropbox tokens", ("sl.",), r"sl\.(?:u\.)?[\w-]{60,2000}"),
    TextRule("tailscale-key", "Tailscale keys", ("tskey-",), r"tskey-[a-z]{2,12}-[\w-]{16,80}"),
    TextRule("prefect-key", "Prefect keys", ("pn",), r"pn[ub]_[A-Za-z0-9]{36}\b"),
    TextRule(
        "jfrog-key",
        "JFrog keys and tokens",
        ("AKCp", "cmVmdGtu"),
        r"(?:AKCp[A-Za-z0-9]{60,80}|cmVmdGtu[A-Za-z0-9]{50,64})",
    ),
    TextRule(
        "onepassword-token",
        "tokens of 1Password service accounts",
        ("ops_eyJ",),
        r"ops_eyJ[A-Za-z0-9+/=_-]{100,4000}",
    ),
    TextRule("age-key", "secret keys of age", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[A-Z0-9]{50,60}"),
)

OWN_PATTERN = "own-pattern"
"""The rule of patterns from COLLECT_REDACT_PATTERNS."""

RULE_NAMES = (*(rule.name for rule in (*NAME_RULES, *PLACE_RULES, *SHAPE_RULES)), OWN_PATTERN)

ENVIRONMENT_NAMES = _set(
    "CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_LAUNCH_BLOCKING CUBLAS_WORKSPACE_CONFIG HIP_VISIBLE_DEVICES "
    "OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS PYTHONHASHSEED "
    "RANK LOCAL_RANK WORLD_SIZE LOCAL_WORLD_SIZE GROUP_RANK TF_DETERMINISTIC_OPS TF32_OVERRIDE "
    "TOKENIZERS_PARALLELISM ACCELERATE_MIXED_PRECISION JAX_PLATFORMS"
)
"""Environment variables that are recorded; every other one is left out."""

ENVIRONMENT_PREFIXES = ("NCCL_", "XLA_", "PYTORCH_", "TORCH_NCCL_", "SLURM_JOB_", "SLURM_STEP_", "OMPI_COMM_")
"""Beginnings of further variables that are recorded."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: `openaiAPIKey` is openai, api, key."""
    return [word.lower() for word in _WORDS.findall(name)]


def secret_rule(name: str) -> str | None:
    """The rule by which a value under this name is a secret, or None."""
    words = words_of(name)
    if "webhook" in words or "webhooks" in words:
        return "webhook-name"
    if not words or words[-1] in DESCRIBING_WORDS:
        return None
    if words[-1] == "authorization":
        return "authorization"
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if not PASSWORD_WORDS.isdisjoint(words) or (last == "pass" and before in PASS_OWNERS):
        return "password-name"
    if last in ("key", "keys") and before in KEY_OWNERS:
        return "key-name"
    if last == "token" and before not in TOKENIZER_WORDS:
        return "token-name"
    return "token-name" if last == "tokens" and before in TOKEN_OWNERS else None
