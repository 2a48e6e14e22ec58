"""Gemini's file store: resumable uploads, files by their ids, and the download of what was generated."""

import asyncio
import base64
import hashlib
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from emulators.faults import deliver
from emulators.gemini_wire import camel, said
from emulators.scenarios import Scenario, Stage
from emulators.timeline import Job, Phase
from emulators.vendor import Refused, Vendor

HOST = "https://generativelanguage.googleapis.com"
"""Where addresses point, on the emulator too: the official client takes an id out of nothing else, and asks its own base URL for it."""
KEPT = timedelta(hours=48)
ALPHABET = string.ascii_lowercase + string.digits


@dataclass
class Upload:
    """A file that a client sends."""

    id: str
    title: str
    kind: str
    since: datetime
    content: bytes = b""
    whole: bool = field(default=False)

    def told(self) -> dict[str, Any]:
        """The file as the API describes it."""
        digest = base64.b64encode(hashlib.sha256(self.content).hexdigest().encode()).decode()
        return {
            "name": f"files/{self.id}",
            **({"displayName": self.title} if self.title else {}),
            "mimeType": self.kind,
            "sizeBytes": str(len(self.content)),
            "createTime": moment(self.since),
            "updateTime": moment(self.since),
            "expirationTime": moment(self.since + KEPT),
            "sha256Hash": digest,
            "uri": f"{HOST}/v1beta/files/{self.id}",
            "state": "ACTIVE",
            "source": "UPLOADED",
        }


def moment(when: datetime) -> str:
    """A moment as the API writes it."""
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_id(length: int = 12) -> str:
    """An id of small letters and digits, as files and operations have."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Files:
    """The doors of the file store, beside a vendor's others."""

    def __init__(self, vendor: Vendor, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.vendor, self.now = vendor, now
        self.uploads: dict[str, Upload] = {}
        self.generated: dict[str, Job] = {}
        """File id to the job that made it."""

    def clear(self) -> None:
        """Forget all files."""
        self.uploads.clear()
        self.generated.clear()

    def add_routes(self, app: FastAPI) -> None:
        """Add the doors."""
        app.add_api_route("/upload/v1beta/files", self.upload, methods=["POST"], response_model=None)
        app.add_api_route("/v1beta/files", self.listed, methods=["GET"], response_model=None)
        app.add_api_route("/v1beta/files/{file_id}:download", self.download, methods=["GET"], response_model=None)
        app.add_api_route("/v1beta/files/{file_id}", self.one, methods=["GET"], response_model=None)
        app.add_api_route("/v1beta/files/{file_id}", self.delete, methods=["DELETE"], response_model=None)

    @property
    def contents(self) -> dict[str, bytes]:
        """The uploaded files by their ids."""
        return {file.id: file.content for file in self.uploads.values() if file.whole}

    def publish(self, job: Job) -> str:
        """Give out the address of what a job made; each time counts as a new link."""
        known = next((file_id for file_id, maker in self.generated.items() if maker is job), None)
        file_id = known or new_id()
        self.generated[file_id] = job
        job.links += 1
        return f"{HOST}/v1beta/files/{file_id}:download?alt=media"

    async def upload(self, request: Request) -> Response:
        """POST /upload/v1beta/files: start an upload, or take a piece of it."""
        if "upload_id" not in request.query_params:
            self.vendor.admit(request)
            if request.headers.get("x-goog-upload-protocol") != "resumable":
                raise Refused(said(400, "Only resumable uploads are emulated."))
        commands = {command.strip() for command in request.headers.get("x-goog-upload-command", "").split(",")}
        if "start" in commands:
            return self.start(request)
        file = self.uploads.get(request.query_params.get("upload_id", ""))
        if file is None or not commands & {"upload", "finalize"}:
            raise Refused(said(404, "The upload was not found."))
        if int(request.headers.get("x-goog-upload-offset", "0")) != len(file.content):
            raise Refused(said(400, "The offset is not where the upload stands."))
        file.content += request.scope["emulators.received"].body
        if "finalize" not in commands:
            return Response(headers={"x-goog-upload-status": "active", "x-goog-upload-size-received": str(len(file.content))})
        file.whole = True
        return JSONResponse({"file": file.told()}, headers={"x-goog-upload-status": "final"})

    def start(self, request: Request) -> Response:
        """Say where to send the bytes."""
        body = request.scope["emulators.received"].json
        asked = camel(body).get("file", {}) if isinstance(body, dict) else {}
        kind = asked.get("mimeType") or request.headers.get("x-goog-upload-header-content-type", "")
        if not kind:
            raise Refused(said(400, "Unable to determine the file's MIME type."))
        name = str(asked.get("name", "")).removeprefix("files/") or new_id()
        if name in self.uploads:
            raise Refused(said(409, f"Resource already exists: files/{name}"))
        self.uploads[name] = Upload(name, str(asked.get("displayName", "")), kind, self.now())
        address = f"{self.vendor.origin(request)}/upload/v1beta/files?upload_id={name}&upload_protocol=resumable"
        return JSONResponse({}, headers={"x-goog-upload-url": address, "x-goog-upload-status": "active"})

    async def listed(self, request: Request) -> Response:
        """GET /v1beta/files."""
        self.vendor.admit(request)
        files = [file.told() for file in self.uploads.values() if file.whole]
        return JSONResponse({"files": files} if files else {})

    async def one(self, request: Request, file_id: str) -> Response:
        """GET /v1beta/files/{id}."""
        self.vendor.admit(request)
        return JSONResponse(self.found(file_id).told())

    async def delete(self, request: Request, file_id: str) -> Response:
        """DELETE /v1beta/files/{id}."""
        self.vendor.admit(request)
        del self.uploads[self.found(file_id).id]
        return JSONResponse({})

    def found(self, file_id: str) -> Upload:
        """An uploaded file; Refused when there is none."""
        file = self.uploads.get(file_id)
        if file is None or not file.whole:
            raise Refused(said(403, f"You do not have permission to access the File {file_id} or it may not exist."))
        return file

    async def download(self, request: Request, file_id: str) -> Response:
        """GET /v1beta/files/{id}:download?alt=media: the bytes of what was generated."""
        self.vendor.admit(request)
        if file_id in self.uploads:
            raise Refused(said(400, "Only generated files can be downloaded."))
        job = self.generated.get(file_id)
        if job is None or job.phase(self.vendor.clock()) is not Phase.DONE:
            raise Refused(said(404, f"File {file_id} was not found."))
        fault = self.vendor.fault(job, Stage.DOWNLOAD)
        if fault:
            return fault
        if job.script.scenario is Scenario.EXPIRED_URL and job.script.due(job.links):
            raise Refused(said(job.script.status or 403, f"You do not have permission to access the File {file_id} or it may not exist."))
        return deliver(job.script, await asyncio.to_thread(job.media))
