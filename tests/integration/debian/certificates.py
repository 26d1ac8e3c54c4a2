"""A private authority and the certificates that a server could show, good and bad."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

NAME = "db.d2a.test"
"""The server's name; `.test` is reserved, so that it can never be anybody's."""

_Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Authority:
    """A private certificate authority of one test run."""

    def __init__(self, folder: Path, title: str, *, edwards: bool = False) -> None:
        self.folder = folder
        self.file = folder / f"{title}.crt"
        self._key: _Key
        self._hash: hashes.SHA256 | None
        if edwards:
            self._key, self._hash = ed25519.Ed25519PrivateKey.generate(), None
        else:
            self._key, self._hash = ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test {title}")])
        own = (
            _begun(self._name, self._name, self._key, days=30)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, self._hash)
        )
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def server(self, title: str, name: str = NAME, *, days: int = 30) -> tuple[Path, Path]:
        """Write a server's certificate and key; return both files. Negative days: expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        # The address is for the PgBouncer beside it; a desk asks for the name.
        names = [x509.DNSName(name), x509.IPAddress(IPv4Address("127.0.0.1"))]
        made = (
            _begun(subject, self._name, key, days=days)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, self._hash)
        )
        certificate, secret = self.folder / f"{title}.crt", self.folder / f"{title}.key"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.touch(mode=0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, secret


def _begun(
    subject: x509.Name, issuer: x509.Name, key: _Key, *, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )
