"""The promise to a client: tasks, their event log, leases, quotas and what is kept how long. Imports `kiwi.work` and below."""
