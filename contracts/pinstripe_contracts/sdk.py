"""stripe-python as source: its modules, classes and operations, read with `ast`.

The SDK is never imported: its annotations name classes that only a type checker can see.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

DELETED_OBJECT = "v2.deleted_object"
PAGES = {"ListObject": "page", "SearchResultObject": "search"}


@dataclass(frozen=True, slots=True)
class Place:
    """A class, by its module and the chain of classes that leads to it."""

    module: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """One parsed file of the SDK."""

    name: str
    tree: ast.Module

    @cached_property
    def imports(self) -> dict[str, Place]:
        """What each imported name stands for, `if TYPE_CHECKING` included."""
        guarded = [inner for node in self.tree.body if isinstance(node, ast.If) for inner in node.body]
        return {
            alias.asname or alias.name: Place(node.module or "", (alias.name,))
            for node in (*self.tree.body, *guarded)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes at the top of the file."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def functional(self) -> dict[str, ast.Dict]:
        """The fields of `Base = TypedDict("Name", {...})`, the form that takes reserved words as keys."""
        found = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(func=ast.Name(id="TypedDict"), args=[_, ast.Dict() as fields]),
                ):
                    found[name] = fields
        return found


@dataclass(frozen=True, slots=True)
class Call:
    """One operation, as a method of an SDK service makes it; `params` is where its params class stands."""

    method: str
    path: str
    returns: tuple[str, ...]
    host: str
    params: Place | None


@dataclass
class Sdk:
    """The source of one version of stripe-python."""

    root: Path
    _modules: dict[str, Module] = field(default_factory=dict)

    @classmethod
    def installed(cls) -> Sdk:
        """The `stripe` package of this environment, found without importing it."""
        spec = importlib.util.find_spec("stripe")
        if spec is None or spec.origin is None:
            msg = "The stripe package is not installed: the contract is derived from its source."
            raise LookupError(msg)
        return cls(Path(spec.origin).parent)

    @property
    def version(self) -> str:
        """The version of stripe-python."""
        return constant(self.module("stripe._version").tree, "VERSION")

    @property
    def api_version(self) -> str:
        """The API version that stripe-python pins."""
        return constant(self.module("stripe._api_version").classes["_ApiVersion"], "CURRENT")

    def module(self, name: str) -> Module:
        """A module of the SDK, parsed once; a package means its `__init__`."""
        if name not in self._modules:
            path = self.root.joinpath(*name.split(".")[1:])
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            self._modules[name] = Module(name, ast.parse(file.read_text(encoding="utf-8")))
        return self._modules[name]

    def node(self, place: Place) -> ast.ClassDef:
        """The class that stands at a place."""
        found = self.module(place.module).classes[place.classes[0]]
        for name in place.classes[1:]:
            found = next(node for node in found.body if isinstance(node, ast.ClassDef) and node.name == name)
        return found

    def resolve(self, name: str, module: str, within: tuple[str, ...] = ()) -> Place:
        """The class that a name means inside a class body: one of its own, one of the module, or an imported one."""
        if within and any(
            isinstance(n, ast.ClassDef) and n.name == name for n in self.node(Place(module, within)).body
        ):
            return Place(module, (*within, name))
        if name in self.module(module).classes:
            return Place(module, (name,))
        place = self.module(module).imports[name]
        return self.resolve(place.classes[0], place.module)

    @cached_property
    def objects(self) -> dict[str, Place]:
        """Every API object by its `object` value, plus the nameless answer to a v2 deletion."""
        found = {DELETED_OBJECT: Place("stripe.v2._deleted_object", ("DeletedObject",))}
        for module in self._walk("_*.py", without=("params/", "events/", "_service.py")):
            for node in module.classes.values():
                name = object_value(node)
                assert name not in found, f"Two classes of the SDK call themselves {name!r}."
                if name is not None:
                    found[name] = Place(module.name, (node.name,))
        return found

    @cached_property
    def names(self) -> dict[Place, str]:
        """The name of every API object by its class."""
        return {place: name for name, place in self.objects.items()}

    @cached_property
    def thin_events(self) -> dict[str, Place]:
        """The class of every thin event by its type."""
        found = {
            constant(node, "LOOKUP_TYPE"): Place(module.name, (node.name,))
            for module in self._walk("events/_v*_event.py")
            for node in module.classes.values()
            if any(isinstance(base, ast.Name) and base.id == "Event" for base in node.bases)
        }
        return dict(sorted(found.items()))

    def event_types(self) -> dict[str, list[str]]:
        """The types of v1 events, as events spell them and as endpoints may ask for them, and those of thin events."""
        event = dict(annotated(self.node(self.objects["event"])))["type"]
        create = self.module("stripe.params._webhook_endpoint_create_params").classes["WebhookEndpointCreateParams"]
        words = {*literal_words(event), *literal_words(dict(annotated(create))["enabled_events"])}
        return {"v1": sorted(words - {"*"}), "thin": sorted(self.thin_events)}

    def calls(self) -> list[Call]:
        """Every operation, by path and method; a second method for the same operation is dropped."""
        found: dict[tuple[str, str], Call] = {}
        for module in self._walk("_*_service.py"):
            for node in module.classes.values():
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        for call in self._requests(module, method):
                            found.setdefault((call.path, call.method), call)
        return [found[key] for key in sorted(found)]

    def _walk(self, pattern: str, without: tuple[str, ...] = ()) -> Iterator[Module]:
        for file in sorted(self.root.rglob(pattern)):
            path = file.relative_to(self.root)
            if not any(part in path.as_posix() for part in without):  # Parsing is what takes the time.
                yield self.module(".".join(("stripe", *path.with_suffix("").parts)))

    def _requests(self, module: Module, method: ast.FunctionDef) -> Iterator[Call]:
        for node in ast.walk(method):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="_request" | "_request_stream"),
                    args=[ast.Constant(value=str() as verb), path, *_],
                    keywords=keywords,
                ):
                    host = next(keyword.value for keyword in keywords if keyword.arg == "base_address")
                    yield Call(
                        method=verb.upper(),
                        path=_path(path),
                        returns=self._returned(module, method.returns),
                        host=str(ast.literal_eval(host)),
                        params=self._params(module, method.args),
                    )

    def _returned(self, module: Module, annotation: ast.expr | None) -> tuple[str, ...]:
        assert annotation is not None
        match unquoted(annotation):
            case ast.Constant(value=None):
                return ()
            case ast.Name(id="Any"):
                return ("bytes",)
            case ast.Subscript(value=ast.Name(id=wrapper), slice=inner) if wrapper in PAGES:
                is_v2 = module.imports[wrapper].module.startswith("stripe.v2")
                return (f"v2 {PAGES[wrapper]}" if is_v2 else PAGES[wrapper], *self._object_names(module, inner))
            case node:
                return ("object", *self._object_names(module, node))

    def _object_names(self, module: Module, node: ast.expr) -> list[str]:
        classes = [option.id for option in union(node) if isinstance(option, ast.Name)]
        return [self.names[self.resolve(name, module.name)] for name in classes]

    def _params(self, module: Module, arguments: ast.arguments) -> Place | None:
        for argument in (*arguments.args, *arguments.kwonlyargs):
            if argument.arg == "params" and argument.annotation is not None:
                options = [option for option in union(unquoted(argument.annotation)) if isinstance(option, ast.Name)]
                return self.resolve(options[0].id, module.name)
        return None


def unquoted(node: ast.expr) -> ast.expr:
    """An annotation without the quotes of a forward reference."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node


def union(node: ast.expr) -> list[ast.expr]:
    """The options of a union, however it is spelt; `None` is left out of `Optional`."""
    match unquoted(node):
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return [*union(left), *union(right)]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=options)):
            return [leaf for option in options for leaf in union(option)]
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return union(inner)
        case leaf:
            return [leaf]


def annotated(node: ast.ClassDef) -> list[tuple[str, ast.expr]]:
    """The annotated fields of a class in order, class variables left out."""
    return [
        (entry.target.id, entry.annotation)
        for entry in node.body
        if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name) and not _is_class_variable(entry)
    ]


def literal_words(node: ast.expr) -> list[str]:
    """The words of every `Literal` inside an annotation, in order."""
    found: list[str] = []
    for inner in ast.walk(unquoted(node)):
        match inner:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=words):
                elements = words.elts if isinstance(words, ast.Tuple) else [words]
                found += [word for word in map(ast.literal_eval, elements) if isinstance(word, str)]
    return found


def constant(node: ast.Module | ast.ClassDef, name: str) -> str:
    """The string assigned to a name in a module or a class body."""
    for entry in node.body:
        match entry:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=str() as value)) if found == name:
                return value
    raise LookupError(name)


def table(node: ast.ClassDef, name: str) -> dict[str, str]:
    """The literal dict assigned to a name in a class body, empty if there is none."""
    for entry in node.body:
        match entry:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict() as value) if found == name:
                return dict(ast.literal_eval(value))
    return {}


def object_value(node: ast.ClassDef) -> str | None:
    """The `object` value that a class of the SDK declares."""
    for entry in node.body:
        match entry:
            case ast.AnnAssign(target=ast.Name(id="OBJECT_NAME"), value=ast.Constant(value=str() as value)):
                return value
    return None


def _is_class_variable(entry: ast.AnnAssign) -> bool:
    return isinstance(entry.annotation, ast.Subscript) and ast.unparse(entry.annotation.value) == "ClassVar"


def _path(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str() as path):
            return path
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as path), attr="format"), keywords=keywords):
            # The keywords must be exactly the placeholders: a positional one would have no name to match by.
            return path.format(**{keyword.arg: f"{{{keyword.arg}}}" for keyword in keywords if keyword.arg})
    msg = f"A path is neither a string nor a format call: {ast.unparse(node)}"
    raise ValueError(msg)
