"""The door of sessions: a browser shows its key once; a film's player and pictures can send no header, so a cookie stands for it."""

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.auth import Caller, Keyring, caller_of
from api.cookies import digest_in_cookie, drop_cookie, is_secure, set_cookie
from kiwi.access.sessions import Session

UNCACHED = {"Cache-Control": "no-store"}

router = APIRouter(prefix="/api/session", tags=["session"])


@router.get("")
async def session(request: Request) -> Response:
    """Whether a key is asked for here, and whether this browser has shown one."""
    caller = request.scope.get("state", {}).get("caller")
    told = {"needs_key": _keyring(request).locks, "signed_in": isinstance(caller, Caller)}
    return JSONResponse({**told, "name": caller.owner} if isinstance(caller, Caller) else told, headers=UNCACHED)


@router.post("", status_code=204)
async def sign_in(request: Request) -> Response:
    """Show a key as ``Authorization: Bearer …``, and be given a cookie that opens what the key does, for twelve hours at most."""
    caller, keyring = caller_of(request), _keyring(request)
    answer = Response(status_code=204, headers=UNCACHED)
    if keyring.sessions is not None and caller.digest:
        await set_cookie(answer, keyring.sessions, Session(caller.owner, caller.key, caller.digest), secure=is_secure(request))
    return answer


@router.delete("", status_code=204)
async def sign_out(request: Request) -> Response:
    """Revoke the cookie; streams that it opened are cut within seconds."""
    keyring = _keyring(request)
    if keyring.sessions is not None and (digest := await digest_in_cookie(request.scope, keyring.sessions)):
        await keyring.sessions.close(digest)
    answer = Response(status_code=204, headers=UNCACHED)
    drop_cookie(answer)
    return answer


def _keyring(request: Request) -> Keyring:
    keyring = request.app.state.keyring
    assert isinstance(keyring, Keyring)
    return keyring
