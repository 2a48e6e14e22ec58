"""``kiwi mcp``: the tools of an assistant."""

from kiwi.terminal.exits import guarded


def mcp() -> None:
    """Be the tools of an assistant that speaks the Model Context Protocol, over stdin and stdout, and make its films."""
    import server
    from kiwi.settings import Settings

    guarded(server.serve_mcp(Settings()))
