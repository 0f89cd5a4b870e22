"""Tables, figures and charts exist by having a file: every module of a folder is asked, no list is kept."""

import importlib
import pkgutil
from types import ModuleType


def modules_of(package: ModuleType) -> list[ModuleType]:
    """The modules directly inside a package, imported, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def described(module: ModuleType) -> tuple[str, str, str]:
    """Its name, and from its docstring the first line, which is a caption, and all the rest."""
    name = module.__name__.rpartition(".")[2]
    caption, _, text = (module.__doc__ or name).strip().partition("\n")
    return name, caption.strip(), " ".join(text.split())
