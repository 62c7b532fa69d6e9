"""What a frozen value costs as a dataclass and as msgspec's struct: its class, itself, a copy.

    python benchmarks/values.py

Microseconds of CPU, the least of five rounds, on stdout.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from time import process_time
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = tuple(f"field{number}" for number in range(8))
BODY = "\n".join(f"    {name}: int" for name in FIELDS)
KINDS = {
    "dataclass": (
        f"@dataclass(frozen=True, slots=True, kw_only=True)\nclass Value:\n{BODY}\n",
        dataclasses.replace,
    ),
    "struct": (
        f"class Value(Struct, frozen=True, kw_only=True):\n{BODY}\n",
        msgspec.structs.replace,
    ),
}
ROUNDS, CLASSES, VALUES = 5, 100, 50_000


def least(work: Callable[[], object], times: int) -> float:
    """Microseconds that `work` takes, in the best of the rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(times):
            work()
        taken.append((process_time() - began) / times * 1e6)
    return min(taken)


def main() -> None:
    sys.modules["value"] = types.ModuleType("value")  # dataclasses look their module up
    given = dict.fromkeys(FIELDS, 1)
    sys.stdout.write(f"{'':10}{'class':>10}{'value':>10}{'copy':>10}\n")
    for kind, (source, replace) in KINDS.items():
        names: dict[str, Any] = {
            "__name__": "value",
            "dataclass": dataclasses.dataclass,
            "Struct": msgspec.Struct,
        }
        code = compile(source, kind, "exec", dont_inherit=True)
        made = least(lambda code=code, names=names: exec(code, names), CLASSES)  # noqa: S102 - it is the text above
        new = names["Value"]
        one = new(**given)
        costs = (
            made,
            least(lambda new=new: new(**given), VALUES),  # type: ignore[misc]
            least(lambda one=one, replace=replace: replace(one, field1=2), VALUES),  # type: ignore[misc]
        )
        sys.stdout.write(f"{kind:10}{''.join(f'{cost:>10.2f}' for cost in costs)}\n")


if __name__ == "__main__":
    main()
