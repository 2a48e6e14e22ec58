"""How the embedded PostgreSQL is made and run."""

from collections.abc import Mapping

SUPERUSER = "kiwi"
"""Who made the cluster; earlier versions of this program were it themselves."""

CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
}
NEW_CLUSTER = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--auth-local=reject",
    "--auth-host=reject",
    "--wal-segsize=4",
)


def options(settings: Mapping[str, str]) -> list[str]:
    """Settings as arguments of the server."""
    return [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
