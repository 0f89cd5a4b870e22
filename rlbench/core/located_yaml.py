"""YAML with the line of everything in it, and with what YAML lets pass unsaid: keys twice, keys that are no text."""

from pathlib import Path
from typing import Any

import yaml

from rlbench.core.validation import Problem


class Unreadable(Exception):
    """A file that cannot be read as YAML: one line that says where and why."""


class LocatedYaml:
    """The plain values of a file, the line of each place in it, and problems that no value shows any more."""

    def __init__(self, path: Path):
        self.problems: list[Problem] = []
        self._lines: dict[tuple, int] = {}
        self._loader = yaml.SafeLoader("")
        self.value = self._construct(_compose(path), ())

    def line(self, path: tuple) -> int:
        """The line of a place, or of the nearest place around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _construct(self, node: yaml.Node | None, path: tuple) -> Any:
        if node is None:
            return None
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: tuple) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node, path) if isinstance(key_node, yaml.ScalarNode) else None
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                self._lines[*path, line] = line
                self.problems.append(Problem((*path, line), "a key is wanted that is plain text"))
                continue
            here = (*path, key)
            if key in value:
                self.problems.append(Problem(here, f"stands twice, first on line {self._lines[here]}"))
            self._lines[here] = line
            value[key] = self._construct(value_node, here)
        return value

    def _scalar(self, node: yaml.Node, path: tuple) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            self.problems.append(Problem(path, str(getattr(error, "problem", error))))
            return None


def _compose(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise Unreadable(f"{where}: not YAML: {getattr(error, 'problem', error)}") from None
