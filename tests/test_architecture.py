"""The import table of the house: arrows never turn back."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TABLE: dict[str, set[str]] = {
    "kiwi": set(),
    "graph.state": {"kiwi"},
    "nodes": {"graph.state", "kiwi"},
    "graph": {"graph.state", "nodes", "kiwi"},
    "api": {"graph", "graph.state", "kiwi"},
    "server": {"api", "graph", "graph.state", "kiwi"},
    "studio": {"server"},
    "emulators": set(),
    "cli": {"server", "graph", "graph.state", "kiwi"},
}
"""Part of the house to the parts it may import, itself aside."""

FOREIGN = {
    "kiwi": {"langgraph", "langserve", "fastapi", "starlette"},
    "nodes": {"fastapi", "starlette", "langserve"},
    "graph": {"fastapi", "starlette", "langserve"},
}
"""Frameworks a part must not know."""


def part_of(module: str) -> str:
    """The row of the table that a dotted module belongs to."""
    return module if module == "graph.state" else module.split(".", maxsplit=1)[0]


def sources() -> list[tuple[str, Path]]:
    """Every module of the product, dotted."""
    files = [*ROOT.glob("*.py")] + [file for part in ("kiwi", "graph", "nodes", "api", "emulators") for file in (ROOT / part).rglob("*.py")]
    return [(str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__"), file) for file in files]


@cache
def parsed(file: Path) -> ast.Module:
    """A file of the product, read once for all rules."""
    return ast.parse(file.read_text("utf-8"))


@cache
def imports(file: Path) -> set[str]:
    """Dotted names a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names if node.module == "graph"}
    return found


def broken_arrows(module: str, names: set[str]) -> set[str]:
    """Imports of ours that the table does not allow."""
    own = part_of(module)
    ours = {name for name in names if part_of(name) in TABLE or name.split(".")[0] in {"graph", "nodes", "kiwi", "api", "server", "cli"}}
    return {name for name in ours if part_of(name) != own and part_of(name) not in TABLE[own]}


@pytest.mark.parametrize(("module", "file"), sources(), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_arrows_never_turn_back(module: str, file: Path) -> None:
    names = imports(file)
    assert not broken_arrows(module, names)
    foreign = FOREIGN.get(module.split(".", maxsplit=1)[0], set())
    assert not {name for name in names if name.split(".")[0] in foreign}


def test_the_table_fails_when_it_is_broken() -> None:
    assert broken_arrows("kiwi.film", {"graph.state"}) == {"graph.state"}
    assert broken_arrows("nodes.brief", {"graph.build"}) == {"graph.build"}
    assert not broken_arrows("nodes.brief", {"graph.state", "kiwi.film"})


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
    "asyncio.create_subprocess_exec": {"kiwi.processes", "kiwi.postgres"},
    "subprocess.Popen": {"kiwi.processes", "kiwi.postgres"},
    "subprocess.run": {"kiwi.processes", "kiwi.postgres"},
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


def test_http_clients_are_made_in_one_place_only() -> None:
    makers = {module for module, file in sources() if HTTP_MAKERS & made(parsed(file))}
    assert {module for module in makers if not module.startswith("kiwi.client")} == {"kiwi.network"}


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
            assert not [word for word in words if word in text], file
