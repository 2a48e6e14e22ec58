"""``kiwi doctor``: what a film needs of this machine."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from kiwi.terminal.exits import Exit
from kiwi.terminal.saying import print_json

if TYPE_CHECKING:
    from kiwi.settings import Settings
    from kiwi.terminal.doctor import Finding


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """Check what a film needs of this machine and say how to get what is missing."""
    findings = asyncio.run(_examine())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.well else 'MISS'}  {finding.name}: {finding.says}")
            if not finding.well:
                typer.echo(f"      to mend: {finding.remedy}")
    raise typer.Exit(Exit.DONE if all(finding.well for finding in findings) else Exit.MUST_CHANGE)


async def _examine() -> "list[Finding]":
    from kiwi.settings import Settings
    from kiwi.terminal.doctor import examine, examine_jail, examine_providers, examine_signing

    settings = Settings()
    findings = [*examine(settings.data_folder), examine_signing(settings)]
    return [*findings, await examine_jail(settings.data_folder), await examine_providers(settings), await _database(settings)]


async def _database(settings: "Settings") -> "Finding":
    from kiwi.errors import SetupIncomplete
    from kiwi.storage.database import open_database
    from kiwi.terminal.doctor import Finding

    try:
        async with open_database(settings.database_url or None, settings.data_folder) as database:
            rows = await (await (await database.connect()).execute("show server_version")).fetchall()
            return Finding("database", True, f"PostgreSQL {rows[0]['server_version']}{'' if settings.database_url else ', embedded'}")
    except SetupIncomplete as trouble:
        return Finding("database", False, str(trouble), "set KIWI_DATABASE_URL to a PostgreSQL you run, or give KIWI_DATA_DIR a local disk")
