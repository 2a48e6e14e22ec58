"""The API's description is true: every answer of a film's life is what it says, so are the refusals, and its examples work."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from api.examples import TASK_ID
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for
from tests.api.test_webhooks import a_receiver, allow, settled
from tests.databases import an_empty_database

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:astream_log:langchain_core._api.deprecation.LangChainDeprecationWarning"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("openapi")
    async with open_house(settings_for(an_empty_database(server), folder), Studio(folder)) as house:
        yield house


class Described:
    """A client that holds every answer against the description."""

    def __init__(self, house: House, api: dict[str, Any]) -> None:
        self.house = house
        self.api = api
        self.checked: set[tuple[str, str]] = set()

    async def ask(self, method: str, route: str, status: int = 200, json: Any = None, **names: Any) -> Any:
        answer = await self.house.client.request(method, route.format(**names), json=json)
        assert answer.status_code == status, answer.text
        self.check(method, route, answer)
        return answer.json() if answer.headers.get("content-type") == "application/json" else answer

    def check(self, method: str, route: str, answer: httpx.Response) -> None:
        """jsonschema.ValidationError when an answer is not what was said of it."""
        answers = self.api["paths"][route][method.lower()]["responses"]
        said = answers.get(str(answer.status_code)) or answers[f"{answer.status_code // 100}XX"]
        if answer.is_success:
            self.checked.add((method.lower(), route))
        if not answer.content:
            assert "content" not in said, "something was to come"
            return
        shape = said["content"][answer.headers["content-type"].partition(";")[0]]["schema"]
        if "json" in answer.headers["content-type"]:
            self.hold(answer.json(), shape)

    def hold(self, value: Any, shape: dict[str, Any]) -> None:
        jsonschema.validate(value, {**shape, "components": self.api["components"]}, format_checker=jsonschema.FormatChecker())

    @property
    def routes(self) -> set[tuple[str, str]]:
        return {(method, path) for path, methods in self.api["paths"].items() for method in methods}

    async def awaiting(self, stage: str = "script") -> str:
        """A film that waits for its review."""
        made = await self.ask("POST", "/api/video/create", 202, json={"text_input": "tea", "review": stage})
        assert (await self.house.ended(made["task_id"]))["status"] == "awaiting_review"
        return str(made["task_id"])


@pytest_asyncio.fixture(loop_scope="module")
async def described(house: House) -> Described:
    return Described(house, (await house.client.get("/openapi.json")).json())


async def test_every_route_answers_what_was_said_of_it(house: House, described: Described) -> None:
    for route in (
        "/api/health",
        "/readyz",
        "/metrics",
        "/api/session",
        *(f"/video/{name}_schema" for name in ("input", "output", "config")),
    ):
        await described.ask("GET", route)
    for method in ("POST", "DELETE"):
        await described.ask(method, "/api/session", 204)
    await a_film(house, described)
    await a_retake(house, described)
    await a_conversation(described)
    await webhooks(house, described)
    await runnables(described)
    assert described.routes - described.checked == set()


async def a_film(house: House, described: Described) -> None:
    ask = described.ask
    await ask("POST", "/api/video/estimate", json={"text_input": "tea"})
    task_id = await described.awaiting("storyboard")
    waiting = await ask("GET", "/api/video/status/{task_id}", task_id=task_id)
    board = await ask("GET", "/api/video/task/{task_id}/storyboard", task_id=task_id)
    assert (board["stage"], board["revision"], len(board["scenes"])) == ("storyboard", waiting["data"]["review"]["revision"], 3)
    await ask("GET", "/api/video/task/{task_id}/scenes/{number}/still.jpg", task_id=task_id, number=1)
    review = "/api/video/task/{task_id}/review"
    await ask("POST", review, 422, json={}, task_id=task_id)
    await ask("POST", review, 202, json={"approve": True, "revision": board["revision"], "scenes": board["scenes"]}, task_id=task_id)
    assert (await house.ended(task_id))["status"] == "completed"
    await ask("GET", "/api/video/task/{task_id}/preview.mp4", task_id=task_id)
    for suffix in ("mp4", "srt", "vtt", "jpg", "json"):
        await ask("GET", "/api/video/file/{name}", name=f"{task_id}.{suffix}")
    turned_down = await described.awaiting()
    await ask("POST", review, 200, json={"approve": False}, task_id=turned_down)
    await ask("POST", "/api/video/task/{task_id}/retry", 202, task_id=turned_down)
    await ask("POST", "/api/video/task/{task_id}/cancel", task_id=turned_down)


async def a_retake(house: House, described: Described) -> None:
    ask = described.ask
    task_id = await house.create()
    await house.ended(task_id)
    await ask("POST", "/api/video/task/{task_id}/scenes/{number}/retake", 202, json={"text": "Cocoa is better."}, task_id=task_id, number=2)
    again = await house.ended(task_id)
    assert [version["current"] for version in again["result"]["versions"]] == [False, True]
    await ask("GET", "/api/video/status/{task_id}", task_id=task_id)
    await ask("DELETE", "/api/video/task/{task_id}/scenes/{number}", 202, task_id=task_id, number=2)
    await house.ended(task_id)
    await ask("POST", "/api/video/task/{task_id}/variant", 202, json={"aspect": "9:16"}, task_id=task_id)
    await ask("POST", "/api/video/tickets", 201, json={"task_ids": [task_id]})
    await ask("GET", "/api/video/tasks")
    await ask("GET", "/api/video/events/{task_id}", task_id=task_id)
    many = await house.client.get(f"/api/video/events?ids={task_id}")
    described.check("GET", "/api/video/events", many)
    waited = await house.client.post("/api/video/create", json={"text_input": "tea"}, headers={"Prefer": "wait=30"})
    assert waited.status_code == 200
    described.check("POST", "/api/video/create", waited)
    await ask("DELETE", "/api/video/task/{task_id}", task_id=task_id)
    await ask("GET", "/api/video/status/{task_id}", 404, task_id=task_id)


async def a_conversation(described: Described) -> None:
    ask = described.ask
    turn = await ask("POST", "/api/conversation/message", json={"message": "An advert for our new bakery in Lisbon"})
    known = turn["conversation_id"]
    await ask("GET", "/api/conversation/{conversation_id}", conversation_id=known)
    await ask("POST", "/api/conversation/{conversation_id}/generate", 202, conversation_id=known)
    await ask("DELETE", "/api/conversation/{conversation_id}", conversation_id=known)
    await ask("GET", "/api/conversation/{conversation_id}", 404, conversation_id=known)
    await ask("POST", "/api/conversation/message", 400, json={})


async def webhooks(house: House, described: Described) -> None:
    async with a_receiver() as receiver:
        allow(house, receiver)
        await described.ask("POST", "/api/video/create", 202, json={"text_input": "tea", "webhook_url": receiver.url})
        delivery = (await settled(house, "delivered"))[0]["id"]
        assert len(await described.ask("GET", "/api/webhooks/deliveries")) == 1
        await described.ask("GET", "/api/webhooks/deliveries/{delivery_id}", delivery_id=delivery)
        await described.ask("POST", "/api/webhooks/deliveries/{delivery_id}/resend", 202, delivery_id=delivery)
        told = described.api["webhooks"]["film"]["post"]
        for event in await receiver.told(2):
            described.hold(event, told["requestBody"]["content"]["application/json"]["schema"])
        assert {header["name"] for header in told["parameters"]} <= receiver.came[0][0].keys()
    await described.ask("GET", "/api/webhooks/secret")
    assert (await described.ask("POST", "/api/webhooks/secret/rotate"))["former_signs_until"]


async def runnables(described: Described) -> None:
    asked = {"text_input": "tea"}
    assert (await described.ask("POST", "/video/invoke", json={"input": asked}))["output"]["video_url"].endswith(".mp4")
    await described.ask("POST", "/video/batch", json={"inputs": [asked]})
    for name in ("stream", "stream_log", "stream_events"):
        await described.ask("POST", f"/video/{name}", json={"input": asked})


async def test_every_example_works(house: House, described: Described) -> None:
    tried = 0
    for path, methods in described.api["paths"].items():
        for method, operation in methods.items():
            if not (body := operation.get("requestBody", {}).get("content", {}).get("application/json")):
                continue
            for name, example in body["examples"].items():
                described.hold(example["value"], body["schema"])
                route, sent = await addressed(described, path, example["value"])
                answer = await house.client.request(method, route, json=sent)
                assert answer.is_success, f"{path} {name}: {answer.text}"
                described.check(method, path, answer)
                tried += 1
    assert tried >= 15


async def addressed(described: Described, path: str, sent: Any) -> tuple[str, Any]:
    """A route and an example about a film or a conversation that there is."""
    if path.endswith("/review"):
        task_id = await described.awaiting()
    elif "task_id" in path + json.dumps(sent):
        task_id = await described.house.create()
        await described.house.ended(task_id)
    else:
        task_id = ""
    talk = ""
    if "conversation_id" in path:
        talk = (await described.ask("POST", "/api/conversation/message", json={"message": "An advert for our bakery"}))["conversation_id"]
    return path.format(task_id=task_id, number=1, conversation_id=talk), json.loads(json.dumps(sent).replace(TASK_ID, task_id))


async def test_a_false_description_would_be_found(described: Described) -> None:
    described.api["components"]["schemas"]["Health"]["properties"]["version"] = {"type": "integer"}
    with pytest.raises(jsonschema.ValidationError):
        await described.ask("GET", "/api/health")


async def test_choices_keys_and_doors_are_described(described: Described) -> None:
    paths = described.api["paths"]
    fields = described.api["components"]["schemas"]["FilmRequest"]["properties"]
    assert {"theme", "camera", "size", "aspect", "fps", "review", "label"} <= {name for name, about in fields.items() if "enum" in about}
    usual = {name: about["default"] for name, about in fields.items() if "default" in about}
    assert {"theme", "fps", "strict"} <= usual.keys()
    described.hold(usual, {"type": "object", "properties": fields})
    models = described.api["components"]["schemas"]
    assert {"awaiting_review", "completed"} < {*models["Status"]["enum"]}
    assert models["State"]["enum"] == ["waiting", "delivered", "failed"]
    assert described.api["components"]["securitySchemes"].keys() == {"bearer", "key", "session"}
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len({*names}) == len(names), "a generated client has one function for each route"
    assert {"films_create", "conversations_message", "events_ticket"} <= {*names}
    for path, methods in paths.items():
        for operation in methods.values():
            assert len(operation["tags"]) == 1, path
            assert {"4XX", "5XX"} <= operation["responses"].keys()
