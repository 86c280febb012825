"""A self-signed certificate, such as a console has when it comes from the factory.

Its name is not the address anybody uses, so that a client has to pin it or to look away, as with a real one.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.errors import DacError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "qradar.localdomain"
DAYS = 3650


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of a certificate and its private key, both PEM."""

    certificate: Path
    key: Path


def factory_certificate(database: Path) -> TlsFiles:
    """The certificate beside a console's database, made when missing. It stays the same, so that it can be pinned.

    Raises DacError without the package `cryptography`, which only this needs.
    """
    files = TlsFiles(database.with_suffix(".crt"), database.with_suffix(".key"))
    if not (files.certificate.exists() and files.key.exists()):
        database.parent.mkdir(parents=True, exist_ok=True)
        certificate, key = _self_signed()
        _write(files.key, key, mode=0o600)
        _write(files.certificate, certificate, mode=0o644)
    return files


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)


def _self_signed() -> tuple[bytes, bytes]:
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    except ImportError as error:
        hint = "pip install 'dac[tls]', or name files of your own with --certificate and --key"
        raise DacError("a certificate can only be made with the package cryptography", hint=hint) from error
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem), private
