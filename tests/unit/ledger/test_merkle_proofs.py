import base64
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parent / "vectors/merkle.jsonl").read_text().splitlines()
]
LEAVES = [
    leaf_hash(bytes.fromhex(entry))
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION_OF_5_IN_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
CONSISTENCY_OF_6_WITH_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
TREE = [leaf_hash(b"%d" % index) for index in range(70)]


def roots(leaves, ranges):
    return [root_of(leaves[start:stop]) for start, stop in ranges]


def unspelled(hashes):
    return [base64.b64decode(one) for one in hashes or []]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector):
    path = unspelled(vector["proof"])
    if vector["kind"] == "inclusion":
        holds = verify_inclusion(
            leaf=base64.b64decode(vector["leafHash"]),
            index=vector["leafIdx"],
            size=vector["treeSize"],
            path=path,
            root=base64.b64decode(vector["root"]),
        )
    else:
        holds = verify_consistency(
            old_size=vector["size1"],
            old_root=base64.b64decode(vector["root1"]),
            size=vector["size2"],
            root=base64.b64decode(vector["root2"]),
            path=path,
        )
    assert holds is not vector["wantErr"]


def test_all_196_vectors_are_there():
    kinds = Counter((vector["kind"], vector["wantErr"]) for vector in VECTORS)
    assert kinds.total() == 196
    assert kinds["inclusion", False] == kinds["consistency", False] == 6


def test_literal_roots():
    assert [root_of(LEAVES[:size]).hex() for size in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_literal_proofs():
    assert [one.hex() for one in roots(LEAVES, inclusion_ranges(5, 8))] == INCLUSION_OF_5_IN_8
    found = [one.hex() for one in roots(LEAVES, consistency_ranges(6, 8))]
    assert found == CONSISTENCY_OF_6_WITH_8


def test_roots_are_those_of_the_recursion(root_by_the_book):
    for size in range(71):
        assert root_of(TREE[:size]) == root_by_the_book(TREE[:size])


def test_every_inclusion_proof_of_every_small_tree_verifies():
    for size in range(1, 71):
        root = root_of(TREE[:size])
        for index in range(size):
            path = roots(TREE, inclusion_ranges(index, size))
            proof = {"index": index, "size": size, "path": path, "root": root}
            assert verify_inclusion(leaf=TREE[index], **proof)
            assert not verify_inclusion(leaf=TREE[index - 1] if size > 1 else root[::-1], **proof)


def test_every_consistency_proof_of_every_small_tree_verifies():
    for size in range(1, 71):
        for old_size in range(1, size + 1):
            assert verify_consistency(
                old_size=old_size,
                old_root=root_of(TREE[:old_size]),
                size=size,
                root=root_of(TREE[:size]),
                path=roots(TREE, consistency_ranges(old_size, size)),
            )


@given(st.integers(1, 70), st.data())
def test_a_changed_inclusion_proof_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = roots(TREE, inclusion_ranges(index, size))
    at = data.draw(st.integers(0, len(path)))
    changed = data.draw(
        st.sampled_from(
            [
                [*path[:at], bytes(32), *path[at:]],
                [*path[:at], bytes(32), *path[at + 1 :]],
                [*path[:at], path[at][:-1] if at < len(path) else b"", *path[at + 1 :]],
                path[:-1] if path else [bytes(32)],
            ]
        )
    )
    root = root_of(TREE[:size])
    assert not verify_inclusion(leaf=TREE[index], index=index, size=size, path=changed, root=root)


def test_proofs_out_of_range_are_refused():
    for index, size in ((0, 0), (-1, 3), (3, 3)):
        with pytest.raises(ValueError):
            inclusion_ranges(index, size)
        assert not verify_inclusion(leaf=TREE[0], index=index, size=size, path=[], root=TREE[0])
    for old_size, size in ((0, 0), (0, 3), (4, 3), (-1, 3)):
        with pytest.raises(ValueError):
            consistency_ranges(old_size, size)
        assert not verify_consistency(
            old_size=old_size, old_root=EMPTY_ROOT, size=size, root=EMPTY_ROOT, path=[]
        )
