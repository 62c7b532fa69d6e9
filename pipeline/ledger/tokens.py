"""The octets of a time stamp response (RFC 3161) → its parsed form, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from rfc3161_client import VerificationError, decode_timestamp_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfc3161_client import TimeStampResponse

# All that the parsers below us say of octets that are no token, and of tokens that do not hold.
# An assertion of rfc3161-client's stands where neither token nor verifier has a certificate, and
# a KeyError of cryptography's where a name is of a string type that it does not know.
UNREADABLE = (
    AssertionError,
    CryptographyDeprecationWarning,
    LookupError,
    OverflowError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    VerificationError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

CERTIFICATES = 0xA0  # SignedData's [0] IMPLICIT CertificateSet (RFC 5652 section 5.1)


def parse(octets: bytes) -> TimeStampResponse:
    """The response in `octets`, whole and nothing behind it.  Raises one of UNREADABLE."""
    return decode_timestamp_response(_in_order(octets))


def certificates(response: TimeStampResponse) -> tuple[x509.Certificate, ...]:
    """Those that the token carries, in a fixed order.  Raises one of UNREADABLE."""
    carried = sorted(response.signed_data.certificates)
    return tuple(x509.load_der_x509_certificate(each) for each in carried)


def _in_order(octets: bytes) -> bytes:
    """`octets` with the token's certificates sorted, as DER wants a SET OF.

    OpenSSL writes them in the order in which its operator named them, and rfc3161-client refuses
    that.  No signature covers their order.  What is not understood here comes back as it is.
    """
    try:
        begin, end = _certificates(octets)
        parts = [octets[at:after] for at, after in _children(octets, begin, end)]
    except (IndexError, ValueError):
        return octets
    return octets[:begin] + b"".join(sorted(parts)) + octets[end:]


def _certificates(octets: bytes) -> tuple[int, int]:
    """Where the contents of SignedData.certificates lie; an empty place where there are none.

    TimeStampResp → TimeStampToken (ContentInfo) → [0] content → SignedData.
    """
    _status, (token, _) = _children(octets, *_contents(octets, 0))
    _type, (content, _) = _children(octets, *_contents(octets, token))
    signed_data, _ = _contents(octets, content)
    for at, _ in _children(octets, *_contents(octets, signed_data)):
        if octets[at] == CERTIFICATES:
            return _contents(octets, at)
    return 0, 0


def _children(octets: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each element between `begin` and `end`.  Raises ValueError, IndexError."""
    while begin < end:
        _, after = _contents(octets, begin)
        if after > end:
            raise ValueError("an element is longer than what it stands in")
        yield begin, after
        begin = after


def _contents(octets: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at `at` begin and end (X.690 section 8.1.3)."""
    length, begin = octets[at + 1], at + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(octets[at + 2 : begin])
    return begin, begin + length
