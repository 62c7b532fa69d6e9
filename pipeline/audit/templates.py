"""The writer's own functions → the heads of its records, with names in braces for what varies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.archive import records
from pipeline.archive.message import read_message
from pipeline.model import Capture, Peer

if TYPE_CHECKING:
    from pipeline.archive.records import Record

_NAMED = Capture(
    visit="",
    url="{uri}",
    attempt=1,
    began_at=datetime(1, 1, 1, tzinfo=UTC),
    peer=Peer(ip="{shared}", port=0, protocol=()),
)


def _template(record: Record, **named: str) -> str:
    """The head of `record` with a name in braces for each value that varies."""
    names = {
        "WARC-Record-ID": "<{id}>",
        "WARC-Date": "{date}",
        "WARC-Block-Digest": "{block}",
        "Content-Length": "{length}",
    }
    said = [(name, names.get(name, value)) for name, value in record.fields]
    text = "WARC/1.1\r\n" + "".join([f"{name}: {value}\r\n" for name, value in said])
    for line, name in {"WARC-IP-Address: {shared}\r\n": "{shared}", **named}.items():
        text = text.replace(line, name)
    return text


_ANSWER = read_message(b"HTTP/1.1 200 OK\r\n\r\n")
if _ANSWER is None:
    raise AssertionError("the shortest response that there is")
RESPONSE = _template(
    records.response(_NAMED, _ANSWER),
    **{f"WARC-Payload-Digest: {_ANSWER.entity_digest}\r\n": "{payload}"},
)
REQUEST = _template(
    records.request(_NAMED, concurrent_to="{to}"),
    **{"WARC-Concurrent-To: <{to}>\r\n": "{concurrent}"},
)
METADATA = _template(
    records.metadata("{uri}", _NAMED.began_at, (), concurrent_to="{to}"),
    **{"WARC-Concurrent-To: <{to}>\r\n": "{concurrent}"},
)
RESOURCE = _template(records.resource("{uri}", _NAMED.began_at, "{media}", b""))
