"""The API over HTTP, and as OpenAPI describes it: one table of operations for both."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from msgspec import Struct
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import COULD_NOT, DatelineError, UsageError
from pipeline.ground.hidden import in_json
from pipeline.search.cursors import BadCursor
from pipeline.settings import VERSION
from pipeline.web import api, shapes
from pipeline.web.asked import Asked, NotThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request

    from pipeline.web.desk import Desk

log = structlog.get_logger()

BASE = "/api/v1"
REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    "400": "the query cannot be understood",
    "401": "no token was given, or another one",
    "404": "nothing is known of it",
    "503": "the archive cannot be read now",
}

WORDS: dict[str, Any] = {"type": "string", "minLength": 1}
MAYBE: dict[str, Any] = {"type": "string"}
PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
    "name": ("the site's name", WORDS),
    "url": ("the document, by any variant of its URL", WORDS),
    "text": ("a version, by the digest of its text", MAYBE),
    "passage": ("the words to be traced", WORDS),
    "q": ("words, by the query language of docs/search.md", WORDS),
    "site": ("of this site alone; empty is all", MAYBE),
    "what": ("changes of one kind", {"type": "string", "enum": sorted(api.EVENTS)}),
    "state": ("documents in one state", {"type": "string", "enum": sorted(api.STATES)}),
    "order": ("of hits", {"type": "string", "enum": sorted(api.ORDERS), "default": "best"}),
    "limit": (
        "how many at most",
        {"type": "integer", "minimum": 1, "maximum": api.MOST, "default": api.USUAL},
    ),
    "cursor": ("`next` of the page before", MAYBE),
}


class Operation(Struct, frozen=True, kw_only=True):
    """Something that may be asked: `query` are its parameters, those that it `needs` first."""

    path: str
    read: Callable[[Asked], shapes.Shape]
    shape: type[shapes.Shape]
    needs: tuple[str, ...] = ()
    query: tuple[str, ...] = ()


OPERATIONS = (
    Operation(path="/sites", read=api.sites, shape=shapes.Sites, query=("limit", "cursor")),
    Operation(
        path="/sites/{name}/documents",
        read=api.documents,
        shape=shapes.Documents,
        query=("state", "limit", "cursor"),
    ),
    Operation(
        path="/document",
        read=api.document,
        shape=shapes.Opened,
        needs=("url",),
        query=("text", "cursor"),
    ),
    Operation(
        path="/looks",
        read=api.looks,
        shape=shapes.Looks,
        needs=("url",),
        query=("limit", "cursor"),
    ),
    Operation(
        path="/changes",
        read=api.changes,
        shape=shapes.Changes,
        query=("site", "what", "limit", "cursor"),
    ),
    Operation(
        path="/search",
        read=api.search,
        shape=shapes.Hits,
        needs=("q",),
        query=("order", "limit", "cursor"),
    ),
    Operation(
        path="/trace",
        read=api.trace,
        shape=shapes.Standings,
        needs=("passage",),
        query=("limit",),
    ),
    Operation(path="/alarms", read=api.alarms, shape=shapes.Alarms),
)


def routes(desk: Desk) -> Iterator[Route]:
    """Every operation, and what describes them."""
    yield Route(f"{BASE}/openapi.json", _described)
    for operation in OPERATIONS:
        yield Route(BASE + operation.path, _endpoint(operation, desk))
    yield Route(BASE + "/{rest:path}", _unknown)


def _endpoint(operation: Operation, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answered, operation, Asked.by(request, desk))

    return answer


def _answered(operation: Operation, asked: Asked) -> Response:
    try:
        said = in_json(operation.read(asked).model_dump_json())
    except (NotThere, BadCursor) as error:
        return _problem(404, str(error))
    except UsageError as error:
        return _problem(400, str(error))
    except DatelineError as error:
        return _problem(503, str(error))
    except Exception:
        log.exception("api failed", code=COULD_NOT)
        return _problem(500, "a fault of ours; the log of the process that serves this says more")
    return Response(said, media_type="application/json")


def _problem(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status_code=status)


async def _described(_request: Request) -> Response:
    return JSONResponse(description())


async def _unknown(request: Request) -> Response:
    return _problem(404, f"the API has nothing at {request.url.path[:120]}")


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document."""
    models = [(one.shape, "serialization") for one in OPERATIONS]
    _, schemas = models_json_schema(
        [*models, (shapes.Problem, "serialization")],  # type: ignore[list-item]
        ref_template=REFERENCE,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dateline",
            "version": VERSION,
            "description": "What an archive holds, to read.  Nothing can be written here.",
        },
        "servers": [{"url": BASE}],
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in OPERATIONS},
    }


def _operation(one: Operation) -> dict[str, Any]:
    problem = {"application/json": {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    answer = {"schema": {"$ref": REFERENCE.format(model=one.shape.__name__)}}
    in_path = [name for name in PARAMETERS if "{" + name + "}" in one.path]
    return {
        "operationId": one.read.__name__,
        "summary": (one.read.__doc__ or "").strip(),
        "parameters": [
            *(_parameter(name, place="path", required=True) for name in in_path),
            *(_parameter(name, place="query", required=True) for name in one.needs),
            *(_parameter(name, place="query", required=False) for name in one.query),
        ],
        "responses": {
            "200": {
                "description": (one.shape.__doc__ or "").strip().partition("\n")[0],
                "content": {"application/json": answer},
            }
        }
        | {status: {"description": why, "content": problem} for status, why in PROBLEMS.items()},
    }


def _parameter(name: str, *, place: str, required: bool) -> dict[str, Any]:
    about, schema = PARAMETERS[name]
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": about,
        "schema": schema,
    }
