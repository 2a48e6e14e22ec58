"""The doors through which another process scripts the vendors, reads their ledgers and makes them forget."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, HTTPException

from emulators.scenarios import Script
from emulators.vendor import Received, Vendor


class VendorScript(Script):
    """A script and whom it is for."""

    vendor: str


def told(request: Received) -> dict[str, Any]:
    """A request of the ledger in JSON; the key it came with is not told."""
    body = request.json if request.json is not None else f"{len(request.body)} bytes"
    headers = {name: "***" if "key" in name or name == "authorization" else value for name, value in request.headers.items()}
    return {"method": request.method, "path": request.path, "headers": headers, "json": body, "at": request.at}


def ledger(vendor: Vendor) -> dict[str, Any]:
    """What a vendor was asked and what it would have charged for."""
    return {
        "requests": [told(request) for request in vendor.requests],
        "creates": len(vendor.creates),
        "peak_jobs": vendor.peak_jobs,
        "peak_requests": vendor.peak_requests,
        "purchases": [vars(purchase) for purchase in vendor.purchases],
    }


def add_doors(app: FastAPI, vendors: Mapping[str, Vendor]) -> None:
    """Add ``/__emulator`` to the application."""

    @app.post("/__emulator/scenario", status_code=204)
    async def scenario(script: VendorScript) -> None:
        if script.vendor not in vendors:
            raise HTTPException(404, f"No vendor is called {script.vendor}; there are {', '.join(vendors)}.")
        vendors[script.vendor].script(**script.model_dump(exclude={"vendor"}))

    @app.get("/__emulator/requests")
    async def requests() -> dict[str, Any]:
        return {name: ledger(vendor) for name, vendor in vendors.items()}

    @app.delete("/__emulator", status_code=204)
    async def forget() -> None:
        for vendor in vendors.values():
            vendor.clear()
