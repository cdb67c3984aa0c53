"""The pages: an overview, one for each service with its operations, and one for all types."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.reference.examples import Examples
from services.gateway.rest.reference.rows import Row, kind_of, parameter_row, rows_of, short

_PACKAGE = "services.gateway.rest.reference"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as its page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    rpc: str
    public: bool
    stream: bool
    parameters: list[Row]
    body: list[Row]
    answer: list[Row]
    curl: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service."""

    package: str
    name: str
    description: str
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class Type:
    """A component: an object with fields, or an enum with values."""

    name: str
    title: str
    description: str
    rows: list[Row]
    values: Mapping[str, str]


class Reference:
    """Renders the pages of one document, each once."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._components = cast("Mapping[str, Schema]", cast(Schema, document["components"])["schemas"])
        self._examples = Examples(self._components)

    @cached_property
    def pages(self) -> Mapping[str, bytes]:
        """The pages by name, compressed with gzip: `` (the overview), `types`, and each service by its name."""
        templates = _templates()
        shown = {"info": self._document["info"], "services": self._services}
        pages = {"": templates.get_template("overview.html").render(shown, here="")}
        pages["types"] = templates.get_template("types.html").render(shown, here="types", types=list(self._types()))
        for service in self._services:
            page = templates.get_template("service.html").render(shown, here=service.name, service=service)
            pages[service.name] = page
        return {name: gzip.compress(page.encode()) for name, page in pages.items()}

    @cached_property
    def _services(self) -> list[Service]:
        tags = cast("list[Mapping[str, str]]", self._document["tags"])
        operations = list(self._operations())
        return [
            Service(
                tag["x-package"],
                tag["name"],
                tag["description"],
                [each for name, each in operations if name == tag["name"]],
            )
            for tag in tags
        ]

    def _operations(self) -> Iterator[tuple[str, Operation]]:
        paths = cast("Mapping[str, Mapping[str, Schema]]", self._document["paths"])
        for path, methods in paths.items():
            for method, operation in methods.items():
                yield cast("list[str]", operation["tags"])[0], self._operation(method.upper(), path, operation)

    def _operation(self, method: str, path: str, operation: Schema) -> Operation:
        body = _content(operation.get("requestBody"))
        schema = self._behind(cast(Schema, body.get("schema", {})))
        answer = _content(cast(Schema, operation["responses"])["200"])
        example = self._examples.body(schema) if body else ""
        return Operation(
            str(operation["operationId"]),
            method,
            path,
            str(operation["summary"]),
            str(operation["description"]),
            str(operation["x-rpc"]).lstrip("/"),
            public={} in cast("list[Schema]", operation["security"]),
            stream="x-event" in answer,
            parameters=[parameter_row(each) for each in cast("list[Schema]", operation.get("parameters", []))],
            body=rows_of(schema),
            answer=rows_of(self._behind(cast(Schema, answer.get("x-event", answer["schema"])))),
            curl=self._examples.curl(method, path, operation, example),
        )

    def _types(self) -> Iterator[Type]:
        for name, schema in self._components.items():
            values = cast("Mapping[str, str]", schema.get("x-enum-descriptions", {}))
            description = str(schema.get("description", "")).partition("\n- `")[0]
            yield Type(name, short(name), description, rows_of(schema), values)

    def _behind(self, schema: Schema) -> Schema:
        component = kind_of(schema).component if "$ref" in schema else ""
        return self._components[component] if component else schema


def stylesheet() -> bytes:
    """The one style sheet of the pages."""
    return files(_PACKAGE).joinpath("assets", "reference.css").read_bytes()


def _content(holder: object) -> Schema:
    """The one media type of a request body or response; empty where there is none."""
    contents = cast("Mapping[str, Schema]", cast(Schema, holder or {}).get("content", {}))
    return next(iter(contents.values()), {})


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["markdown"] = lambda text: Markup(_MARKDOWN.render(text))  # noqa: S704 - renders no HTML of its own
    environment.filters["inline"] = lambda text: Markup(_MARKDOWN.renderInline(text))  # noqa: S704
    environment.filters["breakable"] = _breakable
    return environment


def _breakable(path: str) -> Markup:
    """A path that may be broken after its slashes and before its verb."""
    return Markup("/<wbr>").join(path.split("/"))
