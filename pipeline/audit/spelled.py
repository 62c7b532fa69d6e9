"""The lines of a metadata record → the octets that its entry has in the log, at a tenth the cost.

`ledger.entries` says how entries are spelled.  What comes out here is only ever compared with what
the log holds, so that a mistake could make a good record look closer at, and no bad one good.
"""

from __future__ import annotations

from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUE = {"yes": "true", "no": "false"}


def spelled(  # noqa: C901, PLR0912 - one line for each name that may be there, in their order
    said: Sequence[str | Any], listed: list[tuple[str, str, str]], protocols: list[str]
) -> str:
    """What `encode` makes of the same values: names in order, what is not there left out.

    `said` are the values of `swift.LINES`, in its order.
    """
    (
        at, observed, visit, site, role, url, requested, attempt, origin, source, source_record,
        outcome, reason, score, detail, change, status, payload, entity, decoded, ip, certificate,
        config, rules, agent, _, _, tls,
    ) = said  # fmt: skip
    out = ["{"]
    add = out.append
    if agent:
        add(f'"agent":{quoted(agent)},')
    add(f'"at":{quoted(at)},"attempt":{attempt},')
    if certificate:
        add(f'"certificate":{quoted(certificate)},')
    if change:
        add(f'"change":{quoted(change)},')
    if config:
        add(f'"config":{quoted(config)},')
    if decoded:
        add(f'"decoded":{quoted(decoded)},')
    if detail:
        add(f'"detail":{quoted(detail)},')
    if entity:
        add(f'"entity":{quoted(entity)},')
    if ip:
        add(f'"ip":{quoted(ip)},')
    add(f'"kind":"capture","observed_at":{quoted(observed)},"origin":{quoted(origin)},')
    add(f'"outcome":{quoted(outcome)},')
    if payload:
        add(f'"payload_record":{quoted(payload)},')
    if protocols:
        add(f'"protocol":[{",".join(map(quoted, protocols))}],')
    if reason:
        add(f'"reason":{quoted(reason)},')
    if listed:
        each = [
            f'{{"block":"{block}","id":"{one}","type":"{kind}"}}' for one, kind, block in listed
        ]
        add(f'"records":[{",".join(each)}],')
    add(f'"requested":{quoted(requested)},"role":{quoted(role)},')
    if rules:
        add(f'"rules":{quoted(rules)},')
    if score:
        add(f'"score":{quoted(score)},')
    if site:
        add(f'"site":{quoted(site)},')
    if source:
        add(f'"source":{{"file":{quoted(source)},"record":{quoted(source_record)}}},')
    if status:
        add(f'"status":{status},')
    if tls:
        add(f'"tls_verified":{TRUE[tls]},')
    add(f'"url":{quoted(url)},"v":1,"visit":{quoted(visit)}}}')
    return "".join(out)
