"""The import table of the house: arrows never turn back."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

GROUND = {"kiwi.errors", "kiwi.settings", "kiwi.clock", "kiwi.versions"}
"""What all may import; of ours it imports nothing, but that settings that cannot be are an error of ours."""
KEPT = {"kiwi.film", "kiwi.storage"}
SEEN = {*KEPT, "kiwi.render.look", "kiwi.render.canvas"}
"""What whoever draws may import."""
HIRED = {*KEPT, "kiwi.net", "kiwi.money", "kiwi.work"}
"""What whoever asks vendors may import."""

TABLE: dict[str, set[str]] = {
    **{name: set() for name in sorted(GROUND)},
    "kiwi.settings": {"kiwi.errors"},
    "kiwi.film": set(),
    "kiwi.storage": {"kiwi.film"},
    "kiwi.net": KEPT,
    "kiwi.access": KEPT,
    "kiwi.money": {*KEPT, "kiwi.access"},
    "kiwi.jail": KEPT,
    "kiwi.work": {*KEPT, "kiwi.jail", "kiwi.money"},
    "kiwi.tasks": {*KEPT, "kiwi.access", "kiwi.money", "kiwi.work"},
    "kiwi.render.look": {"kiwi.film"},
    "kiwi.render.canvas": {"kiwi.film", "kiwi.render.look"},
    "kiwi.render.cards.parts": SEEN,
    "kiwi.render.cards": {*SEEN, "kiwi.render.cards.parts"},
    "kiwi.render.footage": {*SEEN, "kiwi.render.cards.parts", "kiwi.render.cards"},
    "kiwi.render.join": {*SEEN, "kiwi.render.footage"},
    "kiwi.render.scene": {*SEEN, "kiwi.render.cards", "kiwi.render.footage", "kiwi.render.join"},
    "kiwi.render.sound": {*KEPT, "kiwi.render.join"},
    "kiwi.local.read": KEPT,
    "kiwi.local.hear": {*KEPT, "kiwi.local.read"},
    "kiwi.local.speak": {*KEPT, "kiwi.render.sound", "kiwi.local.read", "kiwi.local.hear"},
    "kiwi.local.knowledge": {*KEPT, "kiwi.local.read"},
    "kiwi.local.write": {*KEPT, "kiwi.local.read", "kiwi.local.speak", "kiwi.local.knowledge"},
    "kiwi.local.storyboard": {*KEPT, "kiwi.render.look", "kiwi.render.scene", "kiwi.local.read"},
    "kiwi.local.footage": {*KEPT, "kiwi.render.footage", "kiwi.render.join", "kiwi.local.hear"},
    "kiwi.local.score": {*KEPT, "kiwi.render.sound"},
    "kiwi.local.inspect": KEPT,
    "kiwi.local": {*KEPT, "kiwi.work", "kiwi.render.look"},
    "kiwi.providers.hire": {*HIRED, "kiwi.local.storyboard"},
    "kiwi.providers.vendors": {*HIRED, "kiwi.providers.hire"},
    "kiwi.providers.chat": {
        *HIRED,
        *("kiwi.local.read", "kiwi.local.speak", "kiwi.local.write", "kiwi.providers.hire", "kiwi.providers.vendors"),
    },
    "kiwi.providers": {*HIRED, "kiwi.local", "kiwi.providers.hire", "kiwi.providers.chat"},
    "kiwi.conversations": {*KEPT, "kiwi.access", "kiwi.tasks", "kiwi.local.read"},
    "kiwi.terminal": {
        *{*HIRED, "kiwi.access", "kiwi.jail", "kiwi.tasks", "kiwi.providers"},
        *{"kiwi.render.look", "kiwi.render.canvas", "kiwi.render.join", "kiwi.local.score", "kiwi.local.speak"},
    },
    "kiwi.client": set(),
    "graph.state": {"kiwi"},
    "nodes": {"graph.state", "kiwi"},
    "graph": {"graph.state", "nodes", "kiwi"},
    "api": {"graph", "graph.state", "kiwi"},
    "opening": {"api", "graph", "graph.state", "kiwi"},
    "server": {"opening", "api", "graph", "graph.state", "kiwi"},
    "studio": {"server", "graph"},
    "emulators": set(),
    "commands": {"opening", "server", "graph", "graph.state", "kiwi"},
    "cli": {"commands", "kiwi.storage"},
}
"""Folder to the folders it may import, itself and the ground aside; ``kiwi`` means all of it. Each row names only rows above it."""

FOREIGN = {
    "kiwi": {"langgraph", "langserve", "fastapi", "starlette"},
    "nodes": {"fastapi", "starlette", "langserve"},
    "graph": {"fastapi", "starlette", "langserve"},
}
"""Frameworks a part must not know."""


def part_of(module: str) -> str:
    """The row of the table that a dotted module belongs to: the longest that its name begins with; "" where none does."""
    names = module.split(".")
    return next((part for end in range(len(names), 0, -1) if (part := ".".join(names[:end])) in TABLE), "")


def sources() -> list[tuple[str, Path]]:
    """Every module of the product, dotted."""
    files = [*ROOT.glob("*.py")] + [
        file for part in ("kiwi", "graph", "nodes", "api", "commands", "emulators") for file in (ROOT / part).rglob("*.py")
    ]
    return [(str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__"), file) for file in files]


@cache
def parsed(file: Path) -> ast.Module:
    """A file of the product, read once for all rules."""
    return ast.parse(file.read_text("utf-8"))


def is_module(path: Path) -> bool:
    return path.with_suffix(".py").exists() or path.is_dir()


@cache
def imports(file: Path) -> set[str]:
    """Dotted names a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            folder = ROOT.joinpath(*node.module.split("."))
            modules = {f"{node.module}.{alias.name}" for alias in node.names if is_module(folder / alias.name)}
            found |= modules or {node.module}
    return found


OURS = {"graph", "nodes", "kiwi", "api", "opening", "server", "commands", "cli", "studio", "emulators"}


def broken_arrows(module: str, names: set[str]) -> set[str]:
    """Imports of ours that the table does not allow."""
    own = part_of(module)
    allowed = {own, *GROUND, *TABLE.get(own, set())} if own not in GROUND else {own, *TABLE[own]}
    ours = {name for name in names if name.split(".")[0] in OURS}
    return {name for name in ours if part_of(name) not in allowed and not ("kiwi" in allowed and name.startswith("kiwi."))}


@pytest.mark.parametrize(("module", "file"), sources(), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_arrows_never_turn_back(module: str, file: Path) -> None:
    names = imports(file)
    assert not broken_arrows(module, names)
    foreign = FOREIGN.get(module.split(".", maxsplit=1)[0], set())
    assert not {name for name in names if name.split(".")[0] in foreign}


def test_the_table_fails_when_it_is_broken() -> None:
    assert broken_arrows("kiwi.film.model", {"graph.state"}) == {"graph.state"}
    assert broken_arrows("kiwi.film.model", {"kiwi.render.look.themes"}) == {"kiwi.render.look.themes"}
    assert broken_arrows("kiwi.errors", {"kiwi.settings"}) == {"kiwi.settings"}
    assert broken_arrows("kiwi.client.wire", {"kiwi.film.model"}) == {"kiwi.film.model"}
    assert broken_arrows("nodes.brief", {"graph.build"}) == {"graph.build"}
    assert not broken_arrows("nodes.brief", {"graph.state", "kiwi.film.model"})


def test_no_row_names_one_below_it() -> None:
    rows = [*TABLE]
    later = {row: set(rows[number + 1 :]) for number, row in enumerate(rows)}
    assert not {row: names for row, allowed in TABLE.items() if (names := allowed & later[row])}


def test_every_folder_has_a_row_and_says_what_lives_there() -> None:
    folders = {file.parent for _, file in sources() if file.parent != ROOT}
    rows = {str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders} - {"kiwi"}
    assert {row for row in rows if row not in TABLE and row != "kiwi.render"} == set()
    assert not [folder for folder in folders if not ast.get_docstring(parsed(folder / "__init__.py"))]


def test_nodes_never_see_a_provider() -> None:
    for module, file in sources():
        if module.startswith("nodes"):
            assert not {name for name in imports(file) if name.startswith(("kiwi.providers", "kiwi.local", "kiwi.render"))}


@cache
def calls(tree: ast.AST) -> set[str]:
    """Dotted names of everything called or read as an attribute."""
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


PLACES = {
    "os.environ": {"kiwi.settings", "kiwi.jail.attempts"},
    "os.getenv": {"kiwi.settings"},
    "asyncio.create_subprocess_exec": {"kiwi.work.processes", "kiwi.storage.postgres"},
    "subprocess.Popen": {"kiwi.work.processes", "kiwi.storage.postgres"},
    "subprocess.run": {"kiwi.work.processes", "kiwi.storage.postgres"},
}
"""What exists in one place only."""


@pytest.mark.parametrize("name", PLACES)
def test_each_door_to_the_outside_is_in_one_place(name: str) -> None:
    users = {module for module, file in sources() if name in calls(parsed(file))}
    assert users <= PLACES[name]


HTTP_MAKERS = {
    *(f"httpx.{kind}" for kind in ("AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport")),
    *(f"httpx.{verb}" for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")),
    *(f"httpcore.{kind}" for kind in ("AsyncConnectionPool", "ConnectionPool", "AsyncHTTPProxy", "HTTPProxy", "request", "stream")),
    *("aiohttp.ClientSession", "requests.Session", "requests.get", "requests.post", "requests.request"),
    *("urllib.request.urlopen", "http.client.HTTPConnection", "http.client.HTTPSConnection"),
}
CLOCKS = {
    *("time.monotonic", "time.time", "time.time_ns", "time.perf_counter", "time.sleep", "asyncio.sleep", "anyio.sleep"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
}


def uses(tree: ast.AST) -> set[str]:
    """Full names of everything used, whatever it was imported as."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    return {".".join([known.get(first, first), *rest]) for first, *rest in (name.split(".") for name in names)}


def made(tree: ast.AST) -> set[str]:
    """Full names of everything called; a class that only annotates is not."""
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    called = [ast.Expr(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return uses(ast.Module([*imported, *called], []))


def test_benches_and_what_they_share_with_tests_import_no_test() -> None:
    files = [file for folder in ("bench", "testing") for file in (ROOT / folder).rglob("*.py")]
    assert not {name for file in files for name in imports(file) if name.split(".")[0] == "tests"}


def test_http_clients_are_made_in_one_place_only() -> None:
    makers = {module for module, file in sources() if HTTP_MAKERS & made(parsed(file))}
    assert {module for module in makers if not module.startswith("kiwi.client")} == {"kiwi.net.network"}


def test_providers_take_the_time_from_a_clock() -> None:
    broken = {module for module, file in sources() if CLOCKS & uses(parsed(file))}
    assert not {module for module in broken if module.startswith("kiwi.providers")}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import httpx\nhttpx.AsyncClient()", "httpx.AsyncClient"),
        ("import httpx as h\nwith h.Client() as c: c.get('/')", "httpx.Client"),
        ("from httpx import AsyncClient as Door\nDoor()", "httpx.AsyncClient"),
        ("def ask():\n    import httpx\n    return httpx.get('/')", "httpx.get"),
        ("from urllib.request import urlopen\nurlopen('x')", "urllib.request.urlopen"),
        ("from datetime import UTC, datetime\nnow = datetime.now(UTC)", "datetime.datetime.now"),
        ("from asyncio import sleep\nasync def f(): await sleep(1)", "asyncio.sleep"),
        ("import time as t\nt.monotonic()", "time.monotonic"),
    ],
)
def test_a_rule_on_names_is_broken_by_any_way_to_import_them(source: str, name: str) -> None:
    assert name in made(ast.parse(source)) & (HTTP_MAKERS | CLOCKS)


def test_a_class_that_annotates_is_not_made() -> None:
    assert not HTTP_MAKERS & made(ast.parse("import httpx\ndef f(http: httpx.AsyncClient) -> None: http.get('/')"))


def test_only_the_worker_has_a_broad_except() -> None:
    broad = [
        module
        for module, file in sources()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)  # cleaning up and passing it on hides nothing
    ]
    assert broad == ["graph.worker"]


def methods() -> list[tuple[str, ast.ClassDef, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every public method of a public class."""
    return [
        (module, holder, method)
        for module, file in sources()
        for holder in ast.walk(parsed(file))
        if isinstance(holder, ast.ClassDef) and not holder.name.startswith("_")
        for method in holder.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_")
    ]


def test_a_public_method_says_what_it_does_unless_it_fulfils_what_another_class_says() -> None:
    """Whoever implements a port or overrides a base adds a docstring only where there is something to add."""
    said = {method.name for _, _, method in methods() if ast.get_docstring(method)}
    silent = [
        f"{module}.{holder.name}.{method.name}"
        for module, holder, method in methods()
        if not ast.get_docstring(method) and not holder.bases and method.name not in said
    ]
    assert silent == []
    assert not [method.name for _, _, method in methods() if re.match(r"See [A-Z]\w+[.;]", ast.get_docstring(method) or "")]


@pytest.mark.parametrize(("module", "file"), sources(), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_no_module_is_longer_than_400_lines(module: str, file: Path) -> None:
    assert file.read_text("utf-8").count("\n") <= 400


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    words = [
        "".join(parts)
        for parts in (("pypi", ".org"), ("files.python", "hosted"), ("registry.npm", "js"), ("/wo", "rk/"), ("deb.deb", "ian.org"))
    ]
    own = {
        ".py",
        ".md",
        ".toml",
        ".lock",
        ".json",
        ".ipynb",
        ".yml",
        ".yaml",
        ".cfg",
        ".txt",
        ".sql",
        ".html",
        ".js",
        ".css",
        ".example",
        "",
    }
    for file in ROOT.rglob("*"):
        inside = file.relative_to(ROOT).parts
        if not file.is_file() or inside[0] in {".git", ".venv", "out"} or any(part.startswith(".") and part != ".ci" for part in inside):
            continue
        if file.suffix in own:
            text = file.read_text("utf-8", errors="replace")
            assert not [word for word in words if re.search(rf"(?<!\w){re.escape(word)}", text)], file
