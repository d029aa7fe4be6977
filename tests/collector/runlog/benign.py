"""What training really prints and records, with all that only looks like a secret: at least a megabyte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


METRICS = _words(
    "train/loss val/loss token_accuracy tokens_per_second num_tokens tokens/s key_padding_loss "
    "monkey_score secret_loss password_acc attn/key_norm k_proj.weight author_acc eos_token_prob "
    "next_token_loss pass@1 forward_pass_ms n_pass keypoint_ap keys/recall num_keys credential_f1 "
    "auth_f1 throughput/token lr"
)

WORDS = _words(
    "loading checkpoint shards tokenizer vocab bearing basic training token classification attention "
    "key value query heads gradient overflow skipping step reducing loss scale epoch evaluating author "
    "secretary keyboard password-free passes compass passage authentic bypass overpass monkeys turkey "
    "donkey tokenized detokenize"
)

PACKAGES = _words(
    "torch==2.4.1+cu121 torchvision==0.19.1 transformers==4.44.2 tokenizers==0.19.1 huggingface- "
    "hub==0.24.6 keyring==25.3.0 keras==3.5.0 passlib==1.7.4 google-auth==2.34.0 google-auth- "
    "oauthlib==1.2.1 tiktoken==0.7.0 nvidia-cuda-nvrtc-cu12==12.1.105 nvidia-cusparselt-cu12==0.6.2 sk- "
    "learn-contrib-lightning-extra==0.6.2 oauthlib==3.2.2 jupyterlab_pygments==0.3.0 python- "
    "dateutil==2.9.0.post0 secretstorage==3.3.3 requests-oauthlib==2.0.0 msal==1.31.0 azure- "
    "identity==1.17.1 pytorch-lightning==2.4.0 pyasn1-modules==0.4.0"
)

CODE = """\
diff --git a/train.py b/train.py
index 3f0a1b2c..9d8e7f6a 100644
--- a/train.py
+++ b/train.py
@@ -1,12 +1,18 @@ def main(args):
+    api_key = os.environ["OPENAI_API_KEY"]
+    token = os.getenv("HF_TOKEN")
+    client = OpenAI(api_key=api_key, password=args.password)
+    parser.add_argument("--password", type=str, help="password of the database")
+    parser.add_argument("--hub_token", default=None, help="The token to use to push to the Model Hub.")
+def login(user: str, password: str, token: Optional[str] = None) -> None:
+    if password is None or token == "":
+        raise ValueError("password: must not be empty")
+    self.eos_token = "<|endoftext|>"; self.pad_token = "[PAD]"; sep_token = "</s>"
+    headers = {"Authorization": f"Bearer {token}"}
+    key = torch.randn(batch, heads, seq, key_dim)
+    token_type_ids = tokenizer(text, max_length=512)["token_type_ids"]
+    secret = config.get("secret"); credentials = load_credentials(path)
+    url = "https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/model-00001-of-00004.safetensors"
"""

TEXTS = (
    "Token indices sequence length is longer than the specified maximum for this model (612 > 512).",
    "Setting `pad_token_id` to `eos_token_id`:50256 for open-end generation.",
    "{'token': 50256, 'token_str': ' world', 'score': 0.98, 'eos_token': '<|endoftext|>', 'bos_token': 1}",
    "special tokens: {'additional_special_tokens': ['<|im_start|>', '<|im_end|>'], 'mask_token': '[MASK]'}",
    "remote: https://github.com/acme/model.git ssh://git@github.com/a/model.git git@github.com:a/model.git",
    "pulling docker://ubuntu@sha256:9b8dec3bf938bc80fbe758d856e96fdfab5f56c39d44b0cff351e847bb1b01ea",
    "W1125 23:00:01.123456 140735 torch/distributed/run.py:757] Setting OMP_NUM_THREADS environment variable",
    "usage: train.py [-h] [--token TOKEN] [--password PASSWORD] [--api-key KEY] [--keys N]",
    "password authentication is not used; basic transformation of inputs; the bearer of this message",
    "dict_keys(['input_ids', 'attention_mask', 'token_type_ids']) missing keys: [] unexpected: ['lm_head']",
    "model.layers.31.self_attn.k_proj.weight torch.Size([1024, 4096]) bfloat16 key_proj query_key_value",
    "/opt/conda/lib/python3.11/site-packages/transformers/tokenization.py:1601: FutureWarning: token=None",
    "NCCL INFO Channel 00/08 : 0 1 2 3 4 5 6 7 comm 0x55d4c8a0b2f0 commId 0x9a3f2b1c7d6e5f40 nranks 8",
    "data: s3://acme-datasets/imagenet-1k/train-00042-of-01024.tar gs://bucket/run?email=a@b.example",
    "hyperparameters: key_dim=64 num_heads=8 token_dropout=0.1 max_token=4096 sort_key=length primary_key=id",
    "==================================================================================================",
    "sampled next token: Ġtransformer12b (id 48221) | token | count | key | value |",
    "secret_hits: 1200 password_attempts=3 passphrases: 0 pwd: /data/project cookie: chocolate",
)


def benign(size_bytes: int = 1 << 20) -> Iterator[str]:
    """Texts of the kinds that are recorded, until they have the size."""
    chance = Random(11)
    total = 0
    while total < size_bytes:
        for make in (_steps, _bars, _hashes, _config, _packages, _prose, _fixed):
            text = make(chance)
            total += len(text)
            yield text


def _steps(chance: Random) -> str:
    lines = []
    for step in range(200):
        values = " ".join(f"{name}={chance.random():.4g}" for name in chance.sample(METRICS, 6))
        lines.append(f"2026-11-25 23:{step % 60:02}:01,{step:03} INFO trainer: step {step}/5000 {values}")
        counts = " ".join(f"{name}: {chance.randrange(10**6)}" for name in chance.sample(METRICS, 3))
        lines.append(f"[rank{step % 8}] {counts} | {chance.choice(METRICS)} | {chance.random():.5f} |")
    return "\n".join(lines)


def _bars(chance: Random) -> str:
    full = "".join(
        f"\rEpoch {n}: {n}%|{'█' * (n // 4)}{' ' * (25 - n // 4)}| {n}/100 [00:{n:02}<00:10, tok/s={n}]"
        for n in range(100)
    )
    return f"\x1b[32m{full}\x1b[0m\n"


def _hashes(chance: Random) -> str:
    def some(count: int) -> str:
        return "".join(chance.choice("0123456789abcdef") for _ in range(count))

    def uuid() -> str:
        return "-".join(some(count) for count in (8, 4, 4, 4, 12))

    lines = [
        f"commit {some(40)} tree {some(40)} sha256:{some(64)} md5 {some(32)} run {uuid()}" for _ in range(60)
    ]
    lines += [
        f"runlogs/digits/calm-river-{some(6)}/media/{some(64)}.png blake2b={some(128)}" for _ in range(30)
    ]
    return "\n".join(lines)


def _config(chance: Random) -> str:
    names = _words(
        "tokenizer num_tokens key_dim monkey max_new_tokens eos_token_id token_budget keypoints "
        "passes n_pass author hidden_size token_type_vocab_size secretary compass "
        "attention_key_dropout keyboard_layout tokens_per_batch"
    )
    tree = {
        name: chance.choice([chance.random(), chance.randrange(9999), "adamw", True, None]) for name in names
    }
    tree["model"] = {
        "name": "meta-llama/Llama-3.1-8B-Instruct",
        "revision": "5206a32e0bd3067aef1ce90f5528ade7d866253f",
    }
    return f"{json.dumps(tree, indent=2)}\n{tree!r}\n" + "\n".join(
        f"{name}: {value}" for name, value in tree.items()
    )


def _packages(chance: Random) -> str:
    return "\n".join(chance.sample(PACKAGES, len(PACKAGES)))


def _prose(chance: Random) -> str:
    return "\n".join(" ".join(chance.choices(WORDS, k=14)) + "." for _ in range(60))


def _fixed(chance: Random) -> str:
    return CODE + "\n".join(chance.sample(TEXTS, len(TEXTS)))
