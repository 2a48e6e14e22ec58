"""Schemathesis over our OpenAPI: requests that fit each operation's schema, and requests that do not."""

import contextlib
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

from testing.fuzzing import ANSWER_SECONDS, Found


def try_operations(url: str, schema: dict[str, Any], examples: int, first: int = 0, headers: dict[str, str] | None = None) -> Found:
    """Try every operation of a schema with so many examples of each kind, the same ones for the same ``first`` seed."""
    found = Found()
    for result in schemathesis.openapi.from_dict(schema).get_all_operations():
        operation: APIOperation[Any, Any, Any] = result.ok()  # type: ignore[union-attr]  # ours has no operation that cannot be read
        may_miss = bool(operation.body or operation.query)  # any text fits into a path, and it takes long to find that out
        for kind in (GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if may_miss else [])):
            with contextlib.suppress(Unsatisfiable):  # what takes anything has no misfits
                _try(operation, kind, url, examples, first, headers or {}, found)
    return found


def _try(
    operation: APIOperation[Any, Any, Any], kind: GenerationMode, url: str, examples: int, first: int, headers: dict[str, str], found: Found
) -> None:
    silent = [*HealthCheck]

    @seed(first)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=silent)
    @given(case=operation.as_strategy(generation_mode=kind))
    def ask(case: Case) -> None:
        try:
            status = case.call(base_url=url, headers=headers, timeout=ANSWER_SECONDS).status_code
        except requests.Timeout:
            status = 599
        except (requests.RequestException, UnicodeError, ValueError):
            return  # what cannot be sent breaks nothing
        found.statuses[str(status)] += 1
        if status >= 500:
            found.broken.append(f"{status}: {case.as_curl_command()[:800]}")

    ask()
