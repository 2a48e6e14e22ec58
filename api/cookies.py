"""The session cookie: a signed token, which says nothing by itself, in the place of a key that a page cannot send along."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from kiwi.access.keys import digest_of_key
from kiwi.access.sessions import SESSION_SECONDS, Session, Sessions

COOKIE = "kiwi_session"
LONGEST_COOKIE = 400


async def set_cookie(response: Response, sessions: Sessions, session: Session, *, secure: bool) -> None:
    """Begin a session and have the browser keep its cookie, out of reach of scripts and of other sites."""
    signed = URLSafeTimedSerializer(await sessions.secret(), salt=COOKIE).dumps(await sessions.open(session))
    response.set_cookie(COOKIE, str(signed), max_age=SESSION_SECONDS, path="/", httponly=True, samesite="strict", secure=secure)


def drop_cookie(response: Response) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


async def digest_in_cookie(scope: Scope, sessions: Sessions) -> bytes:
    """The digest of the token in a request's cookie; empty: there is none, or we have not signed it, or too long ago."""
    said = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")
    if not said or len(said) > LONGEST_COOKIE:
        return b""
    try:
        token = URLSafeTimedSerializer(await sessions.secret(), salt=COOKIE).loads(said, max_age=SESSION_SECONDS)
    except BadSignature:
        return b""
    return digest_of_key(str(token))


def is_from_own_page(scope: Scope) -> bool:
    """Whether the page that asks came from the very host that it asks: other pages of the same site are sent the cookie, too."""
    headers = Headers(scope=scope)
    scheme, _, rest = headers.get("origin", "").partition("://")
    return scheme in {"http", "https"} and rest == headers.get("host", "")


def is_secure(connection: HTTPConnection) -> bool:
    """Whether a request came over TLS, as far as a proxy that is believed says."""
    return connection.url.scheme in {"https", "wss"}
