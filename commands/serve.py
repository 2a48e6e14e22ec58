"""``kiwi serve``: the server."""

from typing import Annotated

import typer

from kiwi.terminal.exits import ending, guarded


def serve(
    host: Annotated[str, typer.Option(help="Address to serve on; beyond this machine only where a key is asked for.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to serve on; 0: any that is free.")] = None,
) -> None:
    """Serve REST, WebSocket, events and LangServe, and make the films."""
    from kiwi.net.listening import check_free
    from kiwi.settings import Settings

    settings = Settings()
    host, port = host or settings.host, settings.port if port is None else port
    with ending():
        check_free(host, port)
    import server

    guarded(server.serve(settings, host, port))
