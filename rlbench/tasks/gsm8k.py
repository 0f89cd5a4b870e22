"""Word problems of school arithmetic: right or wrong, and nothing between.

Anchors: no answer right, every answer right.
"""

from rlbench.core.anchors import Anchors
from rlbench.corpora.gsm8k import GradeSchool
from rlbench.language.data_task import DataTask
from rlbench.language.fine_tuning import FineTuning
from rlbench.language.given_data import GivenData
from rlbench.language.given_model import GivenModel

task = DataTask(
    name="gsm8k",
    corpus=GradeSchool(),
    anchors=Anchors(random=0.0, solved=1.0),
    data=GivenData(
        hub="openai/gsm8k@e53f048856ff4f594e959d75785d2c2d37b678ee", subset="main", split="train", held_out="test"
    ),
    model=GivenModel(hub="Qwen2.5-0.5B"),
    tuning=FineTuning(steps=200, texts=32, lr=1e-5),
    prompt_tokens=192,
    answer_tokens=256,
)
