"""Databases for tests."""

import itertools

import psycopg

from kiwi.storage.postgres import Server

NUMBERS = itertools.count(1)


def an_empty_database(server: Server) -> str:
    """The URL of a database that nobody else uses."""
    name = f"test_{next(NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return server.url.replace("/postgres?", f"/{name}?")
