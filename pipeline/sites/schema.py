"""The JSON Schema of a site's declaration, for editors and for the curious.

`python -m pipeline.sites.schema > configs/site.schema.json` writes it; a test keeps it current.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from pipeline.alerts.config import Absence
from pipeline.ground.declaration import spell
from pipeline.sites.declaration import Declaration


class _AsWritten(GenerateJsonSchema):
    """Shows a default as a declaration would spell it: `3d`, where pydantic would say `P3D`."""

    def encode_default(self, dft: Any) -> Any:
        match dft:
            case timedelta():
                return spell(dft)
            case Absence():
                return str(dft)
        return super().encode_default(dft)


def schema_text() -> str:
    """The schema as it stands in `configs/site.schema.json`, with a final newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Declaration.model_json_schema(schema_generator=_AsWritten),
        "title": "A Dateline site",
    }
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
