"""``kiwi worker``: films for other machines' servers."""

from kiwi.terminal.exits import guarded


def worker() -> None:
    """Make films for servers that share KIWI_DATABASE_URL and KIWI_DATA_DIR."""
    import server
    from kiwi.settings import Settings

    guarded(server.work(Settings()))
