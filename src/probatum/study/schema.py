"""The protocol's form as a JSON Schema, so that an editor helps while it is written."""

import json
from pathlib import Path

from probatum.study.protocol import Protocol


def schema_text() -> str:
    """The JSON Schema of a protocol, as text that is always the same.

    Examples
    --------
    >>> json.loads(schema_text())["title"]
    'Protocol'
    """
    schema = Protocol.model_json_schema()
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the schema where editors look for it, beside the studies."""
    path.write_text(schema_text(), encoding="utf-8")
