import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.merkle import EMPTY_ROOT
from pipeline.ledger.notes import NoteInvalid, SigningKey, sign
from pipeline.ledger.proof import Proof, read_proof, write_proof

KEY = SigningKey("example.org/log", bytes(range(32)))
OTHER = SigningKey("witness.example", bytes(32))
HASHES = st.binary(min_size=32, max_size=32)
SIZES = st.integers(0, 2**63 - 1)
EMPTY = Checkpoint(origin="example.org/log", size=0, root=EMPTY_ROOT)


@given(SIZES, HASHES)
def test_checkpoints_print_and_parse(size, root):
    checkpoint = Checkpoint(origin="example.org/log", size=size, root=root)
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    opened, note = open_checkpoint(sign(checkpoint.text, KEY, OTHER), [KEY.verify_key])
    assert (opened, note.signed_by) == (checkpoint, (KEY.verify_key,))


def test_a_checkpoint_has_three_lines():
    assert EMPTY.text == "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        f"\n0\n{ROOT}\n",
        f"a\n\n{ROOT}\n",
        f"a\n00\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n1_0\n{ROOT}\n",
        f"a\n٣\n{ROOT}\n",
        f"a\n1 \n{ROOT}\n",
        f"a\n{10**19}\n{ROOT}\n",
        f"a\n0\n{ROOT}",
        f"a\n0\n{ROOT}\n\n",
        f"a\n0\n{ROOT}\nextension\n",
        f"a\n0\n{ROOT[:-2]}V=\n",
        f"a\n0\n{ROOT[:-4]}\n",
        "a\n0\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ValueError):
        Checkpoint.parse(text)


def test_a_checkpoint_is_signed_by_the_log_it_speaks_of():
    """A witness' signature over another log's checkpoint makes it nobody's."""
    with pytest.raises(NoteInvalid, match="signed by witness"):
        open_checkpoint(sign(EMPTY.text, OTHER), [KEY.verify_key, OTHER.verify_key])
    with pytest.raises(NoteInvalid, match="no checkpoint"):
        open_checkpoint(sign("hello\n", KEY), [KEY.verify_key])


@given(SIZES, st.lists(HASHES, max_size=63), st.binary(max_size=100))
def test_proofs_print_and_parse(index, path, checkpoint):
    proof = read_proof(write_proof(index, path, checkpoint))
    assert proof == Proof(index=index, path=tuple(path), checkpoint=checkpoint)


def test_a_proof_looks_so():
    text = write_proof(7, [EMPTY_ROOT], b"checkpoint\n").decode()
    assert text == f"c2sp.org/tlog-proof@v1\nindex 7\n{ROOT}\n\ncheckpoint\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2\nindex 7\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 07\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex  7\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 7\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 7\nAAAA\n\ncheckpoint\n",
        f"c2sp.org/tlog-proof@v1\nindex 7\n{ROOT}\ncheckpoint\n",
        f"c2sp.org/tlog-proof@v1\r\nindex 7\r\n{ROOT}\r\n\r\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 7\n" + f"{ROOT}\n" * 64 + "\ncheckpoint\n",
    ],
)
def test_what_is_no_proof_is_refused(text):
    with pytest.raises(ValueError):
        read_proof(text.encode())


@given(st.binary(max_size=100))
def test_any_octets_are_refused(octets):
    with pytest.raises(ValueError):
        read_proof(octets)
