"""What the writer lays down and the reader finds: C2SP's files, and proofs over them."""

import hashlib
import os
import random

import pytest

from pipeline.errors import LedgerBroken
from pipeline.ground.evidence import KeyEntry
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.entries import encode
from pipeline.ledger.log import Log
from pipeline.ledger.merkle import leaf_hash, node_hash, verify_consistency, verify_inclusion
from pipeline.ledger.notes import sign
from pipeline.ledger.reader import LogReader
from pipeline.ledger.tiles import Tile, number_path, open_tiles, width_of


def files(archive):
    return sorted(
        str(path.relative_to(archive / "log"))
        for path in (archive / "log").rglob("*")
        if path.is_file()
    )


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "000"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_numbers_become_paths(index, path):
    assert number_path(index) == path


def test_the_standards_log_of_70000():
    assert list(open_tiles(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert Tile(0, 273, 112).path == "tile/0/273.p/112"
    assert Tile(1, 0).path == "tile/1/000"
    assert width_of(0, 273, 70_000) == 112
    assert width_of(0, 274, 70_000) == 0
    assert list(open_tiles(256)) == [(0, 1, 0), (1, 0, 1)]
    assert list(open_tiles(0)) == []


def test_a_new_log_is_empty_and_signed(archive, key, grow):
    log = grow(0)
    assert files(archive) == ["checkpoint"]
    assert (archive / "keys/log.vkey").read_text() == f"{key.verify_key}\n"
    reader = LogReader.open(archive)
    checkpoint, _ = open_checkpoint(reader.octets, [key.verify_key])
    assert checkpoint == reader.checkpoint == log.committed
    assert (reader.size, reader.root(), list(reader.entries())) == (0, checkpoint.root, [])


def test_roots_and_proofs_of_all_sizes_to_600_are_the_recursions(
    archive, grow, numbered, root_by_the_book
):
    log, leaves = grow(0), []
    pick = random.Random(6962)  # noqa: S311 - a sample, no key
    for size in range(1, 601):
        leaves.append(leaf_hash(encode(numbered(log.size))))
        log.append(numbered(log.size))
        log.sync()
        reader = LogReader.open(archive)
        root = root_by_the_book(leaves)
        assert (reader.size, reader.checkpoint.root) == (size, root)
        if size % 7 == 0 or size % 256 in {0, 1, 255}:
            assert reader.root() == root
            assert list(reader.leaves()) == leaves
        for index in {0, size - 1, pick.randrange(size)}:
            path = reader.inclusion(index)
            assert verify_inclusion(
                leaf=reader.leaf(index), index=index, size=size, path=path, root=root
            )
        old = pick.randrange(1, size + 1)
        assert verify_consistency(
            old_size=old,
            old_root=reader.root(old),
            size=size,
            root=root,
            path=reader.consistency(old),
        )
        assert old % 16 or reader.root(old) == root_by_the_book(leaves[:old])


def test_proofs_hold_between_any_two_sizes(archive, grow, root_by_the_book):
    grow(600, by=97)
    reader = LogReader.open(archive)
    leaves = list(reader.leaves())
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 600):
        root = root_by_the_book(leaves[:size])
        assert reader.root(size) == root
        for index in range(0, size, 37):
            path = reader.inclusion(index, size)
            proof = {"index": index, "size": size, "path": path, "root": root}
            assert verify_inclusion(leaf=leaves[index], **proof)
        for old in range(1, size + 1, 41):
            assert verify_consistency(
                old_size=old,
                old_root=root_by_the_book(leaves[:old]),
                size=size,
                root=root,
                path=reader.consistency(old, size),
            )


@pytest.mark.parametrize("by", [7, 100, 255, 256, 257, 700])
def test_only_the_files_of_the_standard_are_there(archive, grow, by):
    """Batches leave partial tiles of sizes that were signed, and none of a tile that is full."""
    grow(700, by=by)
    found = set(files(archive))
    needed = {"checkpoint"}
    for kind in ("0", "entries"):
        needed |= {f"tile/{kind}/{name}" for name in ("000", "001", "002.p/188")}
    needed.add("tile/1/000.p/2")
    assert needed <= found
    others = found - needed
    signed_sizes = {*range(0, 700, by), 700}
    for name in others:
        assert ".p/" in name, name
        index, width = name.rsplit("/", 2)[1:]
        if "tile/1/" in name:
            assert (index, width) == ("000.p", "1")
        else:
            assert index == "002.p"
            assert 512 + int(width) in signed_sizes
    for name in found - {"checkpoint"}:
        octets = (archive / "log" / name).stat().st_size
        if "entries" not in name:
            assert octets == 32 * (int(name.rsplit("/", 1)[1]) if ".p/" in name else 256)


def test_bundles_hold_each_entry_behind_its_length(archive, grow, numbered):
    grow(3)
    entries = [encode(numbered(index)) for index in range(3)]
    octets = b"".join(len(one).to_bytes(2, "big") + one for one in entries)
    assert (archive / "log/tile/entries/000.p/3").read_bytes() == octets
    hashes = b"".join(hashlib.sha256(b"\0" + one).digest() for one in entries)
    assert (archive / "log/tile/0/000.p/3").read_bytes() == hashes


def test_batches_and_reopenings_make_the_same_log(tmp_path, grow):
    whole = grow(530, into=tmp_path / "a", beside=None)
    for _ in range(53):
        parts = grow(10, into=tmp_path / "b", beside=None)
    assert parts.checkpoint_octets == whole.checkpoint_octets
    for name in files(tmp_path / "a"):
        octets = (tmp_path / "a/log" / name).read_bytes()
        assert (tmp_path / "b/log" / name).read_bytes() == octets


def test_entries_come_back_in_any_stretch(archive, grow, numbered):
    grow(600)
    reader = LogReader.open(archive)
    expected = [(index, encode(numbered(index))) for index in range(600)]
    assert list(reader.entries()) == expected
    assert list(reader.entries(255, 257)) == expected[255:257]
    assert list(reader.entries(300, 300)) == []
    assert list(reader.entries(598)) == expected[598:]
    assert reader.entry(512) == expected[512][1]
    assert list(reader.leaves(250, 520)) == [leaf_hash(one) for _, one in expected[250:520]]
    assert reader.leaf(599) == leaf_hash(expected[599][1])


def test_a_sync_without_new_entries_writes_nothing(archive, grow):
    log = grow(3)
    before = (archive / "log/checkpoint").stat()
    log.sync()
    after = (archive / "log/checkpoint").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_not_synced_is_not_in_the_log(archive, grow, numbered):
    log = grow(3)
    assert log.append(numbered(3)) == 3
    assert (log.size, log.committed.size) == (4, 3)
    reader = LogReader.open(archive)
    assert reader.size == 3
    for ask in (reader.entry, reader.leaf):
        with pytest.raises(IndexError):
            ask(3)
        with pytest.raises(IndexError):
            ask(-1)
    for ask in (reader.root, lambda size: list(reader.entries(0, size)), reader.consistency):
        with pytest.raises(ValueError):
            ask(4)
    with pytest.raises(ValueError):
        reader.inclusion(3)


def test_an_entry_that_cannot_be_encoded_leaves_the_log_as_it_was(grow, at):
    log = grow(3)
    for text in ("x" * 70_000, "\ud800"):
        with pytest.raises(ValueError):
            log.append(KeyEntry(at=at, vkey=text, signature=""))
    assert log.size == 3
    log.sync()
    assert log.committed.size == 3


def test_a_reader_keeps_to_its_checkpoint_while_the_log_grows(archive, grow, numbered):
    """The partial tiles it was to read are gone by then; the full ones hold the same."""
    grow(250)
    reader = LogReader.open(archive)
    grow(300)
    assert not (archive / "log/tile/0/000.p").exists()
    assert len(reader.hashes(0, 0)) == 250
    assert reader.root() == reader.checkpoint.root
    assert [octets for _, octets in reader.entries()] == [encode(numbered(i)) for i in range(250)]
    path = reader.inclusion(3)
    root = reader.checkpoint.root
    assert verify_inclusion(leaf=reader.leaf(3), index=3, size=250, path=path, root=root)
    pinned = LogReader.open(archive, checkpoint=reader.octets)
    assert (pinned.size, pinned.root()) == (250, root)


def many_times(root, levels):
    """A tree of 2**levels equal leaves, from the bottom: the hash of each height."""
    heights = [root]
    for _ in range(levels):
        heights.append(node_hash(heights[-1], heights[-1]))
    return heights


def test_a_proof_in_a_log_of_ten_million_reads_few_tiles(archive, key):
    """All entries are the same, so a tile is one hash 256 times and can be linked, not written."""
    size = 10_000_003
    heights = many_times(leaf_hash(b"{}"), 24)
    root = None
    for height in range(24):
        if size >> height & 1:
            root = heights[height] if root is None else node_hash(heights[height], root)
    log = archive / "log"
    wanted = {0, 1, 255, 256, 65_535, 65_536, 4_999_999, 9_961_472, 9_999_872, size - 1}
    for level in range(3):
        for index in {*(one >> (8 * level + 8) for one in wanted), size >> (8 * level + 8)}:
            width = width_of(level, index, size)
            path = log / Tile(level, index, width).path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(heights[8 * level] * width)
    checkpoint = Checkpoint(origin=key.name, size=size, root=root)
    (log / "checkpoint").write_bytes(sign(checkpoint.text, key))
    for index in wanted:
        reader = LogReader.open(archive)
        path = reader.inclusion(index)
        assert reader.tiles_read <= 6
        assert verify_inclusion(leaf=heights[0], index=index, size=size, path=path, root=root)
    reader = LogReader.open(archive)
    assert reader.root() == root
    assert reader.tiles_read == 3
    reader = LogReader.open(archive)
    path = reader.consistency(9_999_900)
    assert reader.tiles_read < 10
    old = {"old_size": 9_999_900, "old_root": reader.root(9_999_900)}
    assert verify_consistency(**old, size=size, root=root, path=path)


def read_whole(archive):
    reader = LogReader.open(archive)
    return list(reader.entries()), list(reader.leaves())


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/001.p/44", "tile/entries/001.p/44"])
@pytest.mark.parametrize("harm", ["missing", "empty", "short", "long", "folder"])
def test_a_file_that_is_not_what_it_must_be_is_named(archive, grow, name, harm):
    grow(300)
    path = archive / "log" / name
    octets = path.read_bytes()
    path.unlink()
    match harm:
        case "empty" | "short" | "long":
            path.write_bytes({"empty": b"", "short": octets[:-1], "long": octets + b"\0"}[harm])
        case "folder":
            path.mkdir()
    with pytest.raises(LedgerBroken) as raised:
        read_whole(archive)
    assert raised.value.path == path


def test_a_tile_with_too_few_whole_hashes_is_refused(archive, grow):
    grow(300)
    path = archive / "log/tile/0/000"
    path.write_bytes(path.read_bytes()[:-32])
    with pytest.raises(LedgerBroken, match="255 of 256"):
        LogReader.open(archive).leaf(0)


def test_a_giant_file_is_not_read_into_memory(archive, grow):
    grow(3)
    os.truncate(archive / "log/tile/0/000.p/3", 1 << 40)
    with pytest.raises(LedgerBroken, match="more than"):
        LogReader.open(archive).leaf(0)


def test_a_log_that_only_claims_its_size_is_refused(archive, key, grow):
    grow(3)
    giant = Checkpoint(origin=key.name, size=2**62, root=bytes(32))
    octets = sign(giant.text, key)
    reader = LogReader.open(archive, checkpoint=octets)
    for ask in (lambda: reader.inclusion(0), lambda: next(reader.entries()), reader.root):
        with pytest.raises(LedgerBroken, match="is missing"):
            ask()


def test_a_log_opens_by_its_right_edge_alone(archive, key, signed, grow):
    """Old tiles may lie elsewhere: opening reads no more of them than the root needs."""
    grow(700)
    (archive / "log/tile/0/000").unlink()
    (archive / "log/tile/entries/001").unlink()
    assert Log.open(archive, key, signed=signed).size == 700
