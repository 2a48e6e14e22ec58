"""Identity: the certificate that films are signed with, the operator's own or one that this machine makes for itself."""

import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiwi.errors import SetupIncomplete
from kiwi.film.origin import Signing

FOLDER = "identity"
CERTIFICATE, KEY = "certificate.pem", "key.pem"
SELF_MADE = "KIWI-Video, self-made on this machine"
VALID_DAYS = 3_650
USAGES = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")


def signing_for(certificate: str, key: str, data_folder: Path) -> Signing:
    """Who signs: the operator's certificate, named by its files, or one that is made once for this data folder and named as such.

    SetupIncomplete for an operator's certificate that cannot sign. Where ours cannot be made, the signing says why.
    """
    if certificate or key:
        if not (certificate and key):
            raise SetupIncomplete("KIWI_SIGN_CERTIFICATE and KIWI_SIGN_KEY_FILE belong together: set both, or neither.")
        return _operators(Path(certificate).expanduser().resolve(), Path(key).expanduser().resolve())
    folder = data_folder / FOLDER
    try:
        if not (folder / CERTIFICATE).exists():
            _make(folder)
        return _signing(folder / CERTIFICATE, folder / KEY, self_made=True)
    except (OSError, ValueError) as trouble:
        return Signing(trouble=f"No certificate could be made in {folder}: {trouble}.")


def _operators(certificate: Path, key: Path) -> Signing:
    try:
        signing = _signing(certificate, key, self_made=False)
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except OSError as trouble:
        raise SetupIncomplete(f"The certificate to sign films with cannot be read: {trouble.strerror}: {trouble.filename}.") from trouble
    except (ValueError, TypeError) as trouble:
        raise SetupIncomplete(
            "KIWI_SIGN_CERTIFICATE and KIWI_SIGN_KEY_FILE must hold PEM, the key without a passphrase: one of them does not."
        ) from trouble
    shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if first.public_key().public_bytes(*shape) != private.public_key().public_bytes(*shape):
        raise SetupIncomplete("KIWI_SIGN_KEY_FILE is not the key of KIWI_SIGN_CERTIFICATE: the signer's own must be the first in it.")
    if first.not_valid_after_utc < datetime.now(UTC):
        raise SetupIncomplete("KIWI_SIGN_CERTIFICATE has expired: renew it.")
    return signing


def _signing(certificate: Path, key: Path, *, self_made: bool) -> Signing:
    """ValueError; OSError."""
    content = certificate.read_bytes()
    subject = x509.load_pem_x509_certificates(content)[0].subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME) or list(subject)
    name = str(names[0].value) if names else "nobody named"
    return Signing(certificate=str(certificate), key=str(key), name=name, self_made=self_made, digest=hashlib.sha256(content).hexdigest())


def _make(folder: Path) -> None:
    """Make certificate and key; of several processes that do so at once the first to have done it wins."""
    part = folder.with_name(f".{FOLDER}.{secrets.token_hex(4)}")
    part.mkdir(mode=0o700, parents=True)
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(own=authority, name=f"{SELF_MADE} (root)", issuer=authority, issuer_name=f"{SELF_MADE} (root)", authority=True)
    leaf = _certificate(own=own, name=SELF_MADE, issuer=authority, issuer_name=f"{SELF_MADE} (root)", authority=False)
    private = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(part / KEY, [private])
    _write(part / CERTIFICATE, [one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root)])
    try:
        part.rename(folder)
    except OSError:
        if not (folder / CERTIFICATE).exists():
            raise
        (part / KEY).unlink()
        (part / CERTIFICATE).unlink()
        part.rmdir()


def _write(path: Path, contents: Sequence[bytes]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(contents)
        file.flush()
        os.fsync(file.fileno())


def _certificate(
    own: ec.EllipticCurvePrivateKey, name: str, issuer: ec.EllipticCurvePrivateKey, issuer_name: str, *, authority: bool
) -> x509.Certificate:
    """As C2PA wants a signer's and the one behind it."""
    now = datetime.now(UTC)
    usages = dict.fromkeys(USAGES, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer_name))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.KeyUsage(**usages, digital_signature=not authority, key_cert_sign=authority, crl_sign=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "KIWI-Video"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
