"""The words for what a setting may be where it is text: further ones of the kind of `rlbench.core.ranges`."""

import re
from typing import Annotated, Literal

from pydantic import StringConstraints

from rlbench.core.hub import MODELS

_PINNED = r"[\w.-]+/[\w.-]+@[0-9a-f]{40}"
_NAMES = "|".join(map(re.escape, MODELS))

DataOnHub = Annotated[
    str,
    StringConstraints(pattern=f"^{_PINNED}$"),
    "owner/name@revision of a data set, the revision as 40 hexadecimal digits,",
]
ModelOnHub = Annotated[
    str,
    StringConstraints(pattern=f"^({_PINNED}|{_NAMES})$"),
    f"owner/name@revision of a model, the revision as 40 hexadecimal digits, or one of {', '.join(MODELS)}",
]
Local = Annotated[str, "the path of a folder, or '' for none,"]
Word = Annotated[str, StringConstraints(pattern=r"^[\w.-]*$"), "a word, or '' for none,"]
Token = Annotated[str, "a token of the model's, or '' for its own one,"]
Template = Annotated[Literal["plain", "chat"], "plain or chat"]
