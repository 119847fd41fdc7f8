"""Who changes what is looked at: a Viewing and its markings themselves, and nobody from outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import viewer

ROOT = Path(viewer.__file__).parent
OWN = {ROOT / "ui/slices/viewing.py", ROOT / "marks/markings.py"}
# What a Viewing is called where it is not a parameter: by whoever holds it.
_NAMES = {"viewing", "_viewing"}


def set_from_outside(source: str) -> Iterator[str]:
    """What a module sets or deletes of a Viewing, or of what that holds, by whatever name it goes there."""
    tree = ast.parse(source)
    names = _NAMES | _other_names(tree)
    for node in ast.walk(tree):
        changed = _changed(node)
        if changed is not None and _holds(changed, names):
            yield ast.unparse(node)


def _changed(node: ast.AST) -> ast.expr | None:
    """The object of which an attribute or an item is set or deleted."""
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("setattr", "delattr"):
        return node.args[0]
    return None


def _other_names(tree: ast.Module) -> set[str]:
    """Of parameters that are a Viewing or its markings by their type, and of variables that are given a Viewing."""
    arguments = (node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation is not None)
    typed = {node.arg for node in arguments if ast.unparse(node.annotation).strip("\"'") in ("Viewing", "Markings")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _last(node.value) in _NAMES:
            typed |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return typed


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _holds(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is a Viewing, or leads there: `viewing.port`, `self._viewing.ports[0]`."""
    while True:
        if _last(node) in names:
            return True
        if not isinstance(node, ast.Attribute | ast.Subscript):
            return False
        node = node.value


@pytest.mark.parametrize(
    "line",
    [
        "window.viewing.following = f", "self._viewing.port.state = s", "viewing.ports[0] = p", "viewing.tool += 1",
        "for viewing.tool in tools: pass", "a, viewing.tool = 1, 2", "setattr(self._viewing, 'tool', t)",
        "def f(shown: Viewing): shown.tool = t", "def f(shown: 'Viewing'): shown.port.state = s",
        "shown = self._window.viewing\nshown.tool = t", "def f(m: Markings): m.touched = t",
        "del viewing.cross", "with a as viewing.tool: pass",
    ],
)  # fmt: skip
def test_each_way_to_set_something_from_outside_is_found(line):
    assert len(list(set_from_outside(line))) == 1


@pytest.mark.parametrize(
    "line", ["self._viewing = viewing", "viewing.set_tool(t)", "state = viewing.state", "a.tool = t"]
)
def test_nothing_else_is_taken_for_one(line):
    assert list(set_from_outside(line)) == []


def test_nobody_sets_an_attribute_of_a_viewing_but_itself():
    modules = [path for path in ROOT.rglob("*.py") if path not in OWN]
    assert sum("viewing" in path.read_text() for path in modules) > 15
    found = {path.name: [*set_from_outside(path.read_text())] for path in modules}
    assert {name: places for name, places in found.items() if places} == {}
