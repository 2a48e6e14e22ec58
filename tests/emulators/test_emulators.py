"""The emulators' own machinery: scripts, ledger, clock, links, broken deliveries, and real media."""

import io
import itertools
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import httpx
import pytest
from fastapi import Request
from starlette.responses import JSONResponse, Response

from emulators import VENDORS
from emulators.landscape import Place, View, view_of
from emulators.media import Clip, render_clip, render_still, video
from emulators.running import Emulators, running_emulators
from emulators.scenarios import HAPPY, REFUSALS, Scenario, Script, Stage
from emulators.timeline import Phase, SteppedClock
from emulators.vendor import Vendor

ROOT = Path(__file__).parents[2]
SMALL = Clip(320, 180, 1)


class Kiosk(Vendor):
    """The smallest vendor: sells one small clip."""

    name = "kiosk"
    optional = ("note",)

    def add_routes(self) -> None:
        self.app.add_api_route("/jobs", self.order, methods=["POST"], response_model=None)
        self.app.add_api_route("/jobs/{job_id}", self.look, methods=["GET"], response_model=None)

    def key_of(self, request: Request) -> str:
        return request.headers.get("x-key", "")

    def refuse(self, script: Script) -> Response:
        return JSONResponse({"error": script.scenario}, script.status or 400)

    async def order(self, request: Request) -> Response:
        self.admit(request)
        prompt = (await request.json())["prompt"]
        return await self.create(request, prompt, lambda script: JSONResponse({"id": self.sell(script, prompt)}))

    def sell(self, script: Script, prompt: str) -> str:
        return self.open_job(script, prompt, lambda: video(SMALL, prompt, script)).id

    async def look(self, request: Request, job_id: str) -> Response:
        job, now = self.jobs[job_id], self.clock()
        body = {"phase": job.phase(now), "progress": job.progress(now), "note": "optional"}
        if job.phase(now) is Phase.DONE:
            body["url"] = self.link(request, job)
        return self.answer(job, Stage.POLL, body)


@pytest.fixture(scope="module")
def emulators() -> Iterator[Emulators]:
    with running_emulators(Kiosk(SteppedClock(), queue_seconds=5, run_seconds=10)) as emulators:
        yield emulators


@pytest.fixture
def kiosk(emulators: Emulators) -> Kiosk:
    kiosk = emulators.vendor(Kiosk)
    kiosk.clear()
    return kiosk


@pytest.fixture
def client(emulators: Emulators) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulators.url("kiosk"), headers={"x-key": "any"}, timeout=5, trust_env=False) as client:
        yield client


def order(client: httpx.Client, prompt: str = "a boat") -> str:
    """Order a clip and return the job's id."""
    job: str = client.post("/jobs", json={"prompt": prompt}).raise_for_status().json()["id"]
    return job


def finished(kiosk: Kiosk, client: httpx.Client, scenario: Scenario = Scenario.HAPPY, **details: object) -> str:
    """Order a clip under a scenario, let its time pass and return its link."""
    kiosk.script(scenario, **details)
    job = order(client)
    advance(kiosk, 15)
    url: str = client.get(f"/jobs/{job}").json()["url"]
    return url


def advance(kiosk: Kiosk, seconds: float) -> None:
    assert isinstance(kiosk.clock, SteppedClock)
    kiosk.clock.advance(seconds)


def test_a_job_queues_runs_and_ends_on_the_stepped_clock(kiosk: Kiosk, client: httpx.Client) -> None:
    job = order(client)
    seen = []
    for _ in range(4):
        answer = client.get(f"/jobs/{job}").json()
        seen.append((answer["phase"], round(answer["progress"], 2)))
        advance(kiosk, 5)
    assert seen == [("queued", 0), ("running", 0), ("running", 0.5), ("done", 1)]


def test_a_link_leads_to_a_real_clip(kiosk: Kiosk, client: httpx.Client, emulators: Emulators) -> None:
    url = finished(kiosk, client)
    assert url.startswith(emulators.url("kiosk"))
    answer = client.get(url)
    assert answer.headers["content-type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content)) as clip:
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == (320, 180)


def test_the_ledger_tells_requests_creates_and_purchases_apart(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.OUT_OF_CREDITS)
    assert client.post("/jobs", json={"prompt": "a boat"}).status_code == 400
    job = order(client)
    client.get(f"/jobs/{job}")
    assert [(request.method, request.path) for request in kiosk.requests] == [("POST", "/jobs")] * 2 + [("GET", f"/jobs/{job}")]
    assert kiosk.requests[0].json == {"prompt": "a boat"}
    assert kiosk.requests[0].headers["x-key"] == "any"
    assert len(kiosk.creates) == 2
    assert [purchase.job for purchase in kiosk.purchases] == [job]


def test_the_busiest_moment_is_remembered(kiosk: Kiosk, client: httpx.Client) -> None:
    for _ in range(3):
        order(client)
    advance(kiosk, 20)
    order(client)
    assert (kiosk.peak_jobs, kiosk.peak_requests) == (3, 1)
    with ThreadPoolExecutor(2) as pool:
        kiosk.script(Scenario.ACCEPTED_THEN_SILENT, times=2)
        waits = [pool.submit(client.post, "/jobs", json={"prompt": "a boat"}, timeout=0.5) for _ in range(2)]
        assert all(isinstance(wait.exception(), httpx.ReadTimeout) for wait in waits)
    assert kiosk.peak_requests == 2


def test_a_script_is_for_so_many_creates_and_a_standing_one_until_cleared(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.BUSY, times=2, status=429)
    kiosk.script(Scenario.SERVER_ERROR, times=None, status=503)
    codes = [client.post("/jobs", json={"prompt": "a boat"}).status_code for _ in range(4)]
    kiosk.clear()
    assert [*codes, client.post("/jobs", json={"prompt": "a boat"}).status_code] == [429, 429, 503, 503, 200]


def test_a_marker_in_the_prompt_scripts_its_create(kiosk: Kiosk, client: httpx.Client) -> None:
    prompt = "a boat [[scenario:SERVER_ERROR status=502 times=1]]"
    assert [client.post("/jobs", json={"prompt": prompt}).status_code for _ in range(2)] == [502, 200]
    assert Script.marked("a boat [[scenario:out-of-credits]]") == Script(scenario=Scenario.OUT_OF_CREDITS, times=None)
    assert Script.marked("a boat") is None


def test_keys_are_good_unless_named_ones_are_wanted(kiosk: Kiosk, client: httpx.Client) -> None:
    assert client.post("/jobs", json={"prompt": "a boat"}, headers={"x-key": ""}).json() == {"error": "bad-key"}
    kiosk.keys = frozenset({"good"})
    try:
        assert client.post("/jobs", json={"prompt": "a boat"}).json() == {"error": "bad-key"}
        assert client.post("/jobs", json={"prompt": "a boat"}, headers={"x-key": "good"}).status_code == 200
    finally:
        kiosk.keys = frozenset()
    assert len(kiosk.creates) == 1


def test_another_process_scripts_reads_and_clears_over_http(kiosk: Kiosk, client: httpx.Client, emulators: Emulators) -> None:
    door = f"{emulators.origin}/__emulator"
    assert client.post(f"{door}/scenario", json={"vendor": "kiosk", "scenario": "busy", "status": 429}).status_code == 204
    assert client.post("/jobs", json={"prompt": "a boat"}).status_code == 429
    told = client.get(f"{door}/requests").json()["kiosk"]
    assert (told["creates"], told["purchases"]) == (1, [])
    assert told["requests"][0]["headers"]["x-key"] == "***"
    assert client.post(f"{door}/scenario", json={"vendor": "nobody"}).status_code == 404
    assert client.post(f"{door}/scenario", json={"vendor": "kiosk", "scenario": "no such"}).status_code == 422
    client.delete(door)
    assert kiosk.requests == []


def test_accepted_then_silent_has_opened_a_job_though_nobody_hears_of_it(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.ACCEPTED_THEN_SILENT)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/jobs", json={"prompt": "a boat"}, timeout=0.2)
    assert (len(kiosk.creates), len(kiosk.purchases), len(kiosk.jobs)) == (1, 1, 1)


@pytest.mark.parametrize(("stage", "done"), [(Stage.CREATE, 1), (Stage.POLL, 1)])
def test_a_connection_can_be_cut_without_a_word(kiosk: Kiosk, client: httpx.Client, stage: Stage, done: int) -> None:
    kiosk.script(Scenario.ACCEPTED_THEN_CUT, on=stage)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(f"/jobs/{order(client)}")
    assert len(kiosk.purchases) == done


def test_a_download_can_fail_once_like_any_other_door(kiosk: Kiosk, client: httpx.Client) -> None:
    url = finished(kiosk, client, Scenario.SERVER_ERROR, on=Stage.DOWNLOAD, status=503)
    assert [client.get(url).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("scenario", [Scenario.HTML_BODY, Scenario.EMPTY_BODY, Scenario.TRUNCATED_JSON])
@pytest.mark.parametrize("stage", [Stage.CREATE, Stage.POLL])
def test_garbled_answers_are_not_json(kiosk: Kiosk, client: httpx.Client, scenario: Scenario, stage: Stage) -> None:
    kiosk.script(scenario, on=stage)
    answer = client.post("/jobs", json={"prompt": "a boat"})
    if stage is Stage.POLL:
        answer = client.get(f"/jobs/{answer.json()['id']}")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(kiosk.purchases) == 1


def test_the_nth_poll_fails_and_the_next_does_not(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.SERVER_ERROR, on=Stage.POLL, nth=2, count=2, status=503)
    job = order(client)
    assert [client.get(f"/jobs/{job}").status_code for _ in range(4)] == [200, 503, 503, 200]


def test_fields_come_and_go(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.EXTRA_FIELDS)
    kiosk.script(Scenario.MISSING_OPTIONAL)
    more, less = (client.get(f"/jobs/{order(client)}").json() for _ in range(2))
    assert set(more) - set(less) == {"addedLater", "note"}


@pytest.mark.parametrize(
    ("scenario", "phases"),
    [
        (Scenario.THROTTLED_LONG, ["queued", "queued", "queued"]),
        (Scenario.NEVER_FINISHES, ["running", "running", "running"]),
        (Scenario.CANCELLED_REMOTELY, ["running", "cancelled", "cancelled"]),
        (Scenario.MODERATED_OUTPUT, ["running", "running", "failed"]),
        (Scenario.FAILED, ["running", "running", "failed"]),
    ],
)
def test_jobs_go_their_own_way(kiosk: Kiosk, client: httpx.Client, scenario: Scenario, phases: list[str]) -> None:
    kiosk.script(scenario)
    job, seen = order(client), []
    for _ in range(3):
        advance(kiosk, 5.1)
        seen.append(client.get(f"/jobs/{job}").json()["phase"])
    assert seen == phases


def test_a_job_that_never_finishes_is_nearly_done_for_ever(kiosk: Kiosk, client: httpx.Client) -> None:
    kiosk.script(Scenario.NEVER_FINISHES)
    job = order(client)
    advance(kiosk, 100_000)
    assert 0.9 < client.get(f"/jobs/{job}").json()["progress"] < 1


def test_a_cancelled_job_stays_cancelled_and_a_finished_one_cannot_be(kiosk: Kiosk, client: httpx.Client) -> None:
    stopped, ended = kiosk.jobs[order(client)], kiosk.jobs[order(client)]
    assert stopped.cancel(kiosk.clock())
    advance(kiosk, 20)
    assert not ended.cancel(kiosk.clock())
    assert (stopped.phase(kiosk.clock()), ended.phase(kiosk.clock())) == (Phase.CANCELLED, Phase.DONE)


@pytest.mark.parametrize(("count", "codes"), [(1, [403, 403, 200]), (None, [403, 403, 403])])
def test_an_expired_link_is_replaced_by_a_later_poll(kiosk: Kiosk, client: httpx.Client, count: int | None, codes: list[int]) -> None:
    first = finished(kiosk, client, Scenario.EXPIRED_URL, count=count)
    second = client.get(f"/jobs/{kiosk.purchases[0].job}").json()["url"]
    assert [client.get(url).status_code for url in (first, first, second)] == codes
    assert b"<Code>AccessDenied</Code>" in client.get(first).content


@pytest.mark.parametrize("scenario", [Scenario.SHORT_CONTENT_LENGTH, Scenario.CUT_CHUNKED])
def test_a_cut_download_is_a_protocol_error(kiosk: Kiosk, client: httpx.Client, scenario: Scenario) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(finished(kiosk, client, scenario))


def test_a_download_without_length_ends_early_and_nobody_says_so(kiosk: Kiosk, client: httpx.Client) -> None:
    answer = client.get(finished(kiosk, client, Scenario.NO_LENGTH_EARLY_CLOSE))
    whole = kiosk.jobs[kiosk.purchases[0].job].media().content
    assert answer.status_code == 200
    assert not {"content-length", "transfer-encoding"} & set(answer.headers)
    assert answer.content == whole[: len(whole) // 2]


def test_other_deliveries_are_wrong_in_their_own_way(kiosk: Kiosk, client: httpx.Client) -> None:
    assert client.get(finished(kiosk, client, Scenario.ZERO_BYTES)).content == b""
    assert client.get(finished(kiosk, client, Scenario.HTML_DOWNLOAD)).headers["content-type"].startswith("text/html")
    assert client.get(finished(kiosk, client, Scenario.WRONG_CONTENT_TYPE)).headers["content-type"].startswith("text/plain")
    assert client.get(finished(kiosk, client, Scenario.NOT_A_VIDEO)).content[:3] == b"\xff\xd8\xff"
    assert len(client.get(finished(kiosk, client, Scenario.OVERSIZED, size=300_000, declared=False)).content) == 300_000
    assert client.get(finished(kiosk, client, Scenario.REDIRECT_TO_PRIVATE)).headers["location"].startswith("http://169.254.169.254")
    assert client.get(finished(kiosk, client, Scenario.REDIRECT_TO_FILE)).headers["location"].startswith("file:///")


def test_an_oversized_file_is_declared_and_need_not_be_read(kiosk: Kiosk, client: httpx.Client) -> None:
    with client.stream("GET", finished(kiosk, client, Scenario.OVERSIZED)) as answer:
        assert int(answer.headers["content-length"]) > 2**31


def test_a_slow_drip_is_slower_than_a_patient_client(kiosk: Kiosk, client: httpx.Client) -> None:
    with client.stream("GET", finished(kiosk, client, Scenario.SLOW_DRIP, seconds=0.01)) as answer:
        pieces = [len(piece) for piece, _ in zip(answer.iter_raw(), range(5), strict=False)]
    assert sum(pieces) < int(answer.headers["content-length"]) / 10


def test_stopping_hangs_up_on_those_who_still_wait() -> None:
    kiosk = Kiosk()
    with running_emulators(kiosk) as emulators, httpx.Client(trust_env=False) as client:
        kiosk.script(Scenario.ACCEPTED_THEN_SILENT)
        with pytest.raises(httpx.ReadTimeout):
            client.post(f"{emulators.url('kiosk')}/jobs", json={"prompt": "a boat"}, headers={"x-key": "any"}, timeout=0.1)
        url = emulators.origin
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as client:
        client.get(url)


def test_the_foreground_says_where_it_is_and_ends_in_peace_on_a_signal() -> None:
    command = [sys.executable, "-W", "error", "-m", "emulators", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            places = dict(process.stdout.readline().strip().split(": ", 1) for _ in VENDORS)
            assert set(places) == {vendor.name for vendor in VENDORS}
            assert all(httpx.get(f"{url}/nowhere", trust_env=False).status_code == 404 for url in places.values())
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, complaints) == (0, "")


def test_emulators_know_nothing_of_the_house_and_the_house_nothing_of_them() -> None:
    house = {"kiwi", "graph", "nodes", "api", "server", "cli", "studio"}
    for file in (ROOT / "emulators").glob("*.py"):
        assert not imported(file) & house, file
    for part in house:
        for file in [ROOT / f"{part}.py"] if (ROOT / f"{part}.py").exists() else (ROOT / part).rglob("*.py"):
            assert "emulators" not in imported(file), file


def imported(file: Path) -> set[str]:
    """The packages a file imports from."""
    return set(re.findall(r"^\s*(?:from|import) (\w+)", file.read_text("utf-8"), re.MULTILINE))


def probe(clip: bytes) -> tuple[str, str, int, int, float, int, int]:
    """Codec, pixels, width, height, seconds, rotation and number of sound tracks of a clip, all of it decoded."""
    with av.open(io.BytesIO(clip), "r") as opened:
        stream = opened.streams.video[0]
        frames = list(opened.decode(stream))
        seconds = frames[-1].time + 1 / float(stream.average_rate or 1) if frames[-1].time is not None else 0.0
        shape = stream.codec_context.name, frames[0].format.name, frames[0].width, frames[0].height
        return *shape, round(seconds, 2), frames[0].rotation, len(opened.streams.audio)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (Scenario.HAPPY, ("h264", "yuv420p", 320, 180, 1.0, 0, 0)),
        (Scenario.WRONG_SIZE, ("h264", "yuv420p", 480, 480, 1.0, 0, 0)),
        (Scenario.SHORT_CLIP, ("h264", "yuv420p", 320, 180, 0.5, 0, 0)),
        (Scenario.WITH_AUDIO, ("h264", "yuv420p", 320, 180, 1.0, 0, 1)),
        (Scenario.ROTATED, ("h264", "yuv420p", 320, 180, 1.0, -90, 0)),
        (Scenario.HEVC, ("hevc", "yuv420p", 320, 180, 1.0, 0, 0)),
        (Scenario.TEN_BIT, ("h264", "yuv420p10le", 320, 180, 1.0, 0, 0)),
        (Scenario.MOOV_AT_END, ("h264", "yuv420p", 320, 180, 1.0, 0, 0)),
    ],
)
def test_clips_are_delivered_as_scripted(scenario: Scenario, expected: tuple[object, ...]) -> None:
    assert probe(video(SMALL, "a boat", Script(scenario=scenario)).content) == expected


def test_frame_rates_are_delivered_as_scripted() -> None:
    def gaps(scenario: Scenario) -> set[float]:
        with av.open(io.BytesIO(video(SMALL, "a boat", Script(scenario=scenario)).content), "r") as clip:
            times = [frame.time or 0.0 for frame in clip.decode(video=0)]
        return {round(after - before, 3) for before, after in itertools.pairwise(times)}

    assert gaps(Scenario.HAPPY) == {0.042}
    assert gaps(Scenario.WRONG_FPS) == {0.067}
    assert len(gaps(Scenario.VARIABLE_FPS)) > 1


def test_the_index_is_where_it_was_ordered() -> None:
    front, back = (video(SMALL, "a boat", Script(scenario=scenario)).content for scenario in (Scenario.HAPPY, Scenario.MOOV_AT_END))
    assert front.index(b"moov") < front.index(b"mdat")
    assert back.index(b"moov") > back.index(b"mdat")


def test_words_choose_the_place_and_every_prompt_has_bytes_of_its_own() -> None:
    assert view_of("waves on a beach at night") == View(Place.SEA, True, view_of("waves on a beach at night").palette)
    assert view_of("A busy street").place is Place.CITY
    prompts = [f"thing number {number}" for number in range(200)]
    views = {view_of(prompt) for prompt in prompts}
    assert {view.place for view in views} == set(Place)
    assert len(views) < len({render_clip(Clip(64, 64, 0.2), prompt) for prompt in prompts}) == 200


def test_pictures_move_differ_by_prompt_and_stay_small() -> None:
    clip = render_clip(Clip(1280, 720, 2), "a boat")
    assert len(clip) < 200_000
    with av.open(io.BytesIO(clip), "r") as opened:
        first, *_, last = (frame.to_ndarray(format="gray") for frame in opened.decode(video=0))
    assert (first != last).mean() > 0.05
    assert render_still(320, 180, "a boat") != render_still(320, 180, "a cat")
    assert render_still(320, 180, "a boat", ".jpg")[:2] == b"\xff\xd8"


def test_every_refusal_is_known_to_scripts() -> None:
    assert all(Script(scenario=scenario).at(Stage.CREATE) for scenario in REFUSALS)
    assert not HAPPY.at(Stage.CREATE)
