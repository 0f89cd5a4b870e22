"""The words for what a setting may be: a type, a range and how to say it, in one name.

A dataclass field annotated with one of these is checked wherever its value comes from; the sentence
after the range is what a user reads when the value does not fit.
"""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len, MultipleOf
from pydantic import AllowInfNan

Positive = Annotated[float, Gt(0), AllowInfNan(False), "a number above 0"]
NonNegative = Annotated[float, Ge(0), AllowInfNan(False), "a number from 0 up"]
AtLeastOne = Annotated[float, Ge(1), AllowInfNan(False), "a number from 1 up"]
Fraction = Annotated[float, Ge(0), Le(1), "a number from 0 to 1"]
Count = Annotated[int, Ge(1), "an integer from 1 up"]
Pair = Annotated[int, Ge(2), "an integer from 2 up"]
Width = Annotated[int, Ge(16), MultipleOf(16), "a multiple of 16 from 16 up"]
Budget = Annotated[int, Ge(1_000), "an integer from 1,000 up, as 100_000"]
Folder = Annotated[str, Len(1), "the name of a folder"]
EngineName = Annotated[Literal["compiled", "eager"], "compiled or eager"]
DeviceName = Annotated[Literal["auto", "cpu", "cuda"], "auto, cpu or cuda"]
