"""A time stamp token (RFC 3161) and what it is held against → what it proves, or why nothing.

A token says that some octets existed when its authority looked at its clock.  It is worth what
the certificates are worth that it is held against: `Trust` says which.  Pure: neither network,
nor files, nor clock.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct
from rfc3161_client import PKIStatus, VerifierBuilder

from pipeline.ledger.asking import Refusal
from pipeline.ledger.tokens import UNREADABLE, certificates, parse

if TYPE_CHECKING:
    from datetime import datetime

    from rfc3161_client import TimeStampResponse

SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
# An authority's chain has three certificates, seldom four.
LONGEST_CHAIN = 8

Certificate = x509.Certificate


class Trust(Struct, frozen=True, kw_only=True):
    """The certificates that a token is held against.

    `leaves` are the authority's own, and if there are any, one of them must have signed: whoever
    else has a certificate under the same root can stamp times too, and a token brings its own
    chain.  An authority changes its leaf every few years; the former ones stay in the list.
    """

    leaves: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...]
    roots: tuple[Certificate, ...]

    @classmethod
    def read(cls, octets: bytes) -> Self:
        """From a PEM file with any number of certificates in any order, or a DER one.

        Raises ValueError, in words for a person, when there is no root among them.
        """
        try:
            found = tuple(dict.fromkeys(_certificates_in(octets)))
            leaves = tuple(each for each in found if _is_authority(each))
        except UNREADABLE as error:
            raise ValueError(f"no certificates in PEM or DER: {error}") from error
        roots = tuple(each for each in found if _issued(each, each))
        if not roots:
            raise ValueError(
                f"{len(found)} certificates, but no root (one that signed itself) among them:"
                " give the authority's whole chain, its own certificate and the root's included"
            )
        others = tuple(each for each in found if each not in (*leaves, *roots))
        return cls(leaves=leaves, intermediates=others, roots=roots)


class Stamp(Struct, frozen=True, kw_only=True):
    """What a token proves: the octets existed at `stamped_at`, as its signer says.

    `chain` is the signer's certificate and its issuers up to the root, in DER.  `pinned` says
    that the signer itself was named beforehand, not its root alone.  Authorities give whole
    seconds as a rule, rounded down.
    """

    stamped_at: datetime
    policy: str
    serial: int
    chain: tuple[bytes, ...]
    pinned: bool

    @property
    def pem(self) -> bytes:
        """The chain as a PEM file, the signer first."""
        loaded = [x509.load_der_x509_certificate(each) for each in self.chain]
        return b"".join(each.public_bytes(Encoding.PEM) for each in loaded)


AnchorCheck = Stamp | Refusal


def check(
    token: bytes, checkpoint: bytes, trust: Trust, *, nonce: int | None = None
) -> AnchorCheck:
    """When `token`, a whole response, says that the octets of `checkpoint` existed, or why not.

    Needs neither network nor clock: certificates must have been valid at the token's own time.
    """
    try:
        response = parse(token)
        if response.status != PKIStatus.GRANTED:
            words = "; ".join(response.status_string) or "it says no more"
            return Refusal(reason="refused", detail=f"PKI status {response.status}: {words}")
        info = response.tst_info
        imprint = info.message_imprint
        digest = hashlib.sha256(checkpoint).digest()
        if nonce is not None and info.nonce != nonce:
            detail = f"asked with nonce {nonce}, answered with {info.nonce}"
            return Refusal(reason="wrong_nonce", detail=detail)
        if imprint.hash_algorithm != SHA256 or imprint.message != digest:
            stamped = f"{imprint.hash_algorithm.dotted_string} {imprint.message.hex()}"
            detail = f"stamps {stamped}, the checkpoint is sha256:{digest.hex()}"
            return Refusal(reason="wrong_imprint", detail=detail)
        return _hold_against(response, digest, trust)
    except UNREADABLE as error:
        return Refusal(reason="garbage", detail=f"no time stamp token: {error}")


def _hold_against(response: TimeStampResponse, digest: bytes, trust: Trust) -> AnchorCheck:
    info = response.tst_info
    carried = certificates(response)
    signer = _signer(response, (*trust.leaves, *carried, *trust.roots))
    if signer is None:
        return Refusal(reason="untrusted", detail="the signer's certificate is not at hand")
    pinned = signer in trust.leaves or signer in trust.roots
    if trust.leaves and not pinned:
        detail = f"signed by {_name(signer)}, expected {_names(trust.leaves)}"
        return Refusal(reason="untrusted", detail=detail)
    chain = _chain(signer, (*trust.intermediates, *carried), trust.roots)
    if chain is None:
        detail = f"{_name(signer)} has no chain to {_names(trust.roots)}"
        return Refusal(reason="untrusted", detail=detail)
    # This chain and no other: of two roots of one name, OpenSSL tries only the first.
    verifier = VerifierBuilder(
        tsa_certificate=signer, intermediates=list(chain[1:-1]), roots=[chain[-1]]
    ).build()
    try:
        verifier.verify(response, digest)
    except UNREADABLE as error:
        at = info.gen_time.isoformat()
        return Refusal(reason="untrusted", detail=f"{_name(signer)} at {at}: {error}")
    return Stamp(
        stamped_at=info.gen_time,
        policy=info.policy.dotted_string,
        serial=info.serial_number,
        chain=tuple(each.public_bytes(Encoding.DER) for each in chain),
        pinned=pinned,
    )


def _certificates_in(octets: bytes) -> list[Certificate]:
    if b"-----BEGIN" in octets:
        return x509.load_pem_x509_certificates(octets)
    return [x509.load_der_x509_certificate(octets)]


def _is_authority(certificate: Certificate) -> bool:
    """Whether it stamps times itself.  Issuers may bear the same key usage, but are CAs."""
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    try:
        issues = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        issues = False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage and not issues


def _signer(response: TimeStampResponse, candidates: tuple[Certificate, ...]) -> Certificate | None:
    """The certificate that the token names as its signer; those we know come first."""
    infos = list(response.signed_data.signer_infos)
    if len(infos) != 1:
        raise ValueError(f"{len(infos)} signers where RFC 3161 wants one")
    named = (infos[0].issuer, infos[0].serial_number)
    return next((each for each in candidates if (each.issuer, each.serial_number) == named), None)


def _chain(
    signer: Certificate, between: tuple[Certificate, ...], roots: tuple[Certificate, ...]
) -> tuple[Certificate, ...] | None:
    """`signer` and its issuers up to one of `roots`, or None when they do not lead there."""
    chain = [signer]
    while chain[-1] not in roots:
        issuer = next((each for each in (*roots, *between) if _issued(chain[-1], each)), None)
        if issuer is None or issuer in chain or len(chain) == LONGEST_CHAIN:
            return None
        chain.append(issuer)
    return tuple(chain)


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _name(certificate: Certificate) -> str:
    return f"{certificate.subject.rfc4514_string()} (serial {certificate.serial_number:x})"


def _names(several: tuple[Certificate, ...]) -> str:
    return " or ".join(map(_name, several))
