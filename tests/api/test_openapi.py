"""The API's description is true: every answer of a film's life is what it says, and so are the refusals."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from kiwi.storage.postgres import Server
from tests.context import House, Studio, open_house, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("openapi")
    async with open_house(settings_for(server.url, folder), Studio(folder)) as house:
        yield house


class Described:
    """A client that holds every answer against the description."""

    def __init__(self, house: House, api: dict[str, Any]) -> None:
        self.house = house
        self.api = api
        self.checked: set[str] = set()

    async def ask(self, method: str, route: str, status: int = 200, json: Any = None, **names: Any) -> Any:
        answer = await self.house.client.request(method, route.format(**names), json=json)
        assert answer.status_code == status, answer.text
        self.check(method, route, answer)
        return answer.json() if answer.headers["content-type"] == "application/json" else answer

    def check(self, method: str, route: str, answer: httpx.Response) -> None:
        """jsonschema.ValidationError when an answer is not what was said of it."""
        answers = self.api["paths"][route][method.lower()]["responses"]
        said = answers.get(str(answer.status_code)) or answers[f"{answer.status_code // 100}XX"]
        shape = said["content"][answer.headers["content-type"].partition(";")[0]]["schema"]
        if "json" in answer.headers["content-type"]:
            jsonschema.validate(answer.json(), {**shape, "components": self.api["components"]})
        self.checked.add(route)


@pytest_asyncio.fixture(loop_scope="module")
async def described(house: House) -> Described:
    return Described(house, (await house.client.get("/openapi.json")).json())


async def test_every_answer_of_a_films_life_is_what_was_said(house: House, described: Described) -> None:
    ask = described.ask
    await ask("GET", "/api/health")
    await ask("POST", "/api/video/estimate", json={"text_input": "tea"})
    made = await ask("POST", "/api/video/create", 202, json={"text_input": "tea", "review": True})
    task_id = made["task_id"]
    await house.ended(task_id)
    waiting = await ask("GET", "/api/video/status/{task_id}", task_id=task_id)
    assert waiting["status"] == "awaiting_review"
    await ask("POST", "/api/video/task/{task_id}/review", 422, json={}, task_id=task_id)
    await ask("POST", "/api/video/task/{task_id}/review", 202, json={"approve": True}, task_id=task_id)
    await house.ended(task_id)
    done = await ask("GET", "/api/video/status/{task_id}", task_id=task_id)
    assert done["result"]["video_url"].endswith(".mp4")
    for suffix in ("mp4", "srt", "vtt", "jpg", "json"):
        await ask("GET", "/api/video/file/{name}", name=f"{task_id}.{suffix}")
    await ask("POST", "/api/video/task/{task_id}/scenes/{number}/retake", 202, json={"text": "Cocoa is better."}, task_id=task_id, number=2)
    await house.ended(task_id)
    await ask("POST", "/api/video/tickets", 201, json={"task_ids": [task_id]})
    await ask("GET", "/api/video/tasks")
    await ask("POST", "/api/video/task/{task_id}/cancel", task_id=task_id)
    await ask("DELETE", "/api/video/task/{task_id}", task_id=task_id)
    await ask("GET", "/api/video/status/{task_id}", 404, task_id=task_id)


async def test_every_answer_of_a_conversation_is_what_was_said(described: Described) -> None:
    ask = described.ask
    turn = await ask("POST", "/api/conversation/message", json={"message": "An advert for our new bakery in Lisbon"})
    known = turn["conversation_id"]
    await ask("GET", "/api/conversation/{conversation_id}", conversation_id=known)
    await ask("POST", "/api/conversation/{conversation_id}/generate", 202, conversation_id=known)
    await ask("DELETE", "/api/conversation/{conversation_id}", conversation_id=known)
    await ask("GET", "/api/conversation/{conversation_id}", 404, conversation_id=known)
    await ask("POST", "/api/conversation/message", 400, json={})


async def test_a_false_description_would_be_found(described: Described) -> None:
    described.api["components"]["schemas"]["Health"]["properties"]["version"] = {"type": "integer"}
    with pytest.raises(jsonschema.ValidationError):
        await described.ask("GET", "/api/health")


async def test_choices_keys_and_doors_are_described(described: Described) -> None:
    paths = described.api["paths"]
    create = paths["/api/video/create"]["post"]
    fields = create["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"theme", "camera", "size", "aspect", "fps"} <= {name for name, about in fields.items() if "enum" in about}
    assert described.api["components"]["securitySchemes"].keys() == {"bearer", "key"}
    for path, methods in paths.items():
        for operation in methods.values():
            assert len(operation["tags"]) == 1, path
            assert {"4XX", "5XX"} <= operation["responses"].keys()
