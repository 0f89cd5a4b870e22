"""The hub that data sets and models are taken from, as far as planning must know it: names, revisions, what is here.

Planning loads no library of the hub's. What such a library has fetched lies where it always puts it:
https://huggingface.co/docs/huggingface_hub/guides/manage-cache.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

MODELS = {
    "GPT-2": "openai-community/gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e",
    "Pythia-70m": "EleutherAI/pythia-70m@a39f36b100fe8a5377810d56c3f4789b9c53ac42",
    "Pythia-160m": "EleutherAI/pythia-160m@50f5173d932e8e61f858120bcb800b97af589f46",
    "Qwen2.5-0.5B": "Qwen/Qwen2.5-0.5B@060db6499f32faf8b98477b0a26969ef7d8b9987",
    "SmolLM2-135M": "HuggingFaceTB/SmolLM2-135M@93efa2f097d58c2a74874c7e644dbc9b0cee75a2",
}
"""Models that need no more than their name: small, open, with weights as safetensors."""

PATIENCE_S = 5.0
NOT_THERE = (401, 404)
"""What the hub answers where it holds nothing of that name, or nothing that anybody may read."""


@dataclass(frozen=True)
class Pinned:
    """One state of one repository."""

    kind: str
    """`datasets` or `models`."""
    name: str
    """With its owner, as `openai/gsm8k`."""
    revision: str

    @classmethod
    def of(cls, kind: str, text: str) -> "Pinned":
        """From `owner/name@revision`, or from the name of a known model."""
        return cls(kind, *MODELS.get(text, text).split("@"))

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}"

    def absent(self) -> str | None:
        """Why it cannot be had here and now, in words; None where it can."""
        return None if self._cached() else _refused(self)

    def _cached(self) -> bool:
        folder = f"{self.kind}--{self.name.replace('/', '--')}"
        return (_cache_folder() / folder / "snapshots" / self.revision).is_dir()


def _cache_folder() -> Path:
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface"))
    return Path(os.environ.get("HF_HUB_CACHE", home / "hub")).expanduser()


@cache
def _refused(asked: Pinned) -> str | None:
    """Ask the hub, once in each process."""
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in {"1", "ON", "YES", "TRUE"}:
        return f"{asked.name} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it"
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    address = f"{endpoint}/api/{asked.kind}/{asked.name}/revision/{asked.revision}"
    try:
        with urlopen(Request(address, method="HEAD"), timeout=PATIENCE_S):
            return None
    except HTTPError as error:
        return f"{endpoint} has no {asked} that may be read" if error.code in NOT_THERE else None
    except OSError:
        return f"{asked.name} is not on this machine, and {endpoint} cannot be reached"
