"""The LangServe door: ``RemoteRunnable`` makes films like any other client; nothing else may import langserve."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from langchain_core.callbacks import adispatch_custom_event
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig, RunnableGenerator
from langserve import CustomUserType, add_routes
from langserve.serialization import Serializer
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sse_starlette import EventSourceResponse

from api.briefs import Wish, wish_of
from api.doors import Doors, Pause
from api.events import PAUSES, EventStream, line
from api.messages import told
from api.problems import Refusal, problem_of
from kiwi.errors import TaskBusy, TaskOver
from kiwi.task import Event, Status, Task
