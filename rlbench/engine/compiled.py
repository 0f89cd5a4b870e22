"""Trace each function into one graph, compile it ahead of time and keep the library for the next process.

The artefact's name is a hash of the traced graph itself, so it is shared by whatever leads to the same graph
(another task of the same shapes, another learning rate) and never used for a different one.
"""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from filelock import FileLock
from torch import Tensor
from torch._C._aoti import AOTIModelPackageLoader
from torch.fx.experimental.proxy_tensor import make_fx

from rlbench.engine.eager import keep_freed_memory
from rlbench.engine.engine import Function

OPTIONS: dict[str, bool | int] = {"cpp.use_decompose_tanh": True, "compile_threads": 1}


class Compiled:
    """Ahead-of-time Inductor graphs, cached on disk under `cache`."""

    name = "compiled"

    def __init__(self, cache: Path):
        self.compile_s = 0.0
        self._cache = cache
        self._loaded: dict[object, Callable[[list[Tensor]], list[Tensor]]] = {}
        cache.mkdir(parents=True, exist_ok=True)
        keep_freed_memory()

    @torch.no_grad()
    def call(self, name: str, function: Function, *args: Tensor) -> tuple[Tensor, ...]:
        key = (name, *((a.shape, a.dtype) for a in args))
        if key not in self._loaded:
            start = time.perf_counter()
            self._loaded[key] = self._load(function, args)
            self.compile_s += time.perf_counter() - start
        # The library reads memory as it lay in the example, whatever strides an argument has.
        return tuple(self._loaded[key]([a.contiguous() for a in args]))

    def _load(self, function: Function, args: tuple[Tensor, ...]) -> Callable[[list[Tensor]], list[Tensor]]:
        example = tuple(a.contiguous().clone() for a in args)
        graph = make_fx(function, tracing_mode="fake")(*example)
        graph.graph.eliminate_dead_code()
        graph.recompile()
        artefact = self._cache / f"{_identity(graph, example)}.pt2"
        with FileLock(f"{artefact}.lock"):
            if not artefact.exists():
                _compile(graph, example, artefact)
        loader = AOTIModelPackageLoader(str(artefact), "model", True, 1, -1)
        return loader.boxed_run


def _identity(graph: torch.fx.GraphModule, example: tuple[Tensor, ...]) -> str:
    described = [
        graph.code,
        str([(tuple(a.shape), a.dtype, a.device.type) for a in example]),
        str([(name, value.tolist()) for name, value in graph.named_buffers()]),
        torch.__version__,
        torch.backends.cpu.get_cpu_capability(),
        str(sorted(OPTIONS.items())),
    ]
    return hashlib.sha256("\0".join(described).encode()).hexdigest()[:24]


def _compile(graph: torch.fx.GraphModule, example: tuple[Tensor, ...], artefact: Path) -> None:
    exported = torch.export.export(graph, example)
    part = artefact.with_name(f"{artefact.stem}.{os.getpid()}.pt2")
    torch._inductor.aoti_compile_and_package(exported, package_path=str(part), inductor_configs=dict(OPTIONS))
    os.replace(part, artefact)
