"""The certificate that films are signed with."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiwi.errors import SetupIncomplete
from kiwi.settings import Settings
from kiwi.storage.identity import SELF_MADE, signing_for
from kiwi.terminal.doctor import examine_signing

KEYS: dict[str, Callable[[], Any]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "RSA": lambda: rsa.generate_private_key(65_537, 2_048),
}


def certify(folder: Path, kind: str = "P-256", days: int = 30, name: str = "Harbour Films Ltd") -> tuple[Path, Path]:
    """An operator's own certificate and key, vouched for by an authority of its own."""
    own, above = KEYS[kind](), KEYS["P-256"]()
    now = datetime.datetime.now(datetime.UTC)
    usages = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )

    def make(subject: str, key: Any, *, authority: bool) -> x509.Certificate:
        names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (subject, "Authority")]
        builder = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=60))
        builder = builder.not_valid_after(now + datetime.timedelta(days=days))
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        builder = builder.add_extension(
            x509.KeyUsage(**usages, digital_signature=not authority, key_cert_sign=authority, crl_sign=authority), critical=True
        )
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        if not authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        return builder.sign(above, hashes.SHA256())

    chain = [make(name, own, authority=False), make("Authority", above, authority=True)]
    certificate, key = folder / "chain.pem", folder / "own.pem"
    certificate.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
    shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(own.private_bytes(*shape))
    return certificate, key


def test_without_one_of_the_operators_a_machine_makes_its_own_once_and_says_so(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        made = {one.digest for one in several.map(lambda _: signing_for("", "", tmp_path), range(8))}
    signing = signing_for("", "", tmp_path)
    assert {signing.digest} == made
    assert (signing.name, signing.self_made, signing.trouble) == (SELF_MADE, True, "")
    assert [path.name for path in tmp_path.iterdir()] == ["identity"]
    assert {oct(Path(path).stat().st_mode)[-3:] for path in (signing.certificate, signing.key)} == {"600"}


def test_the_operators_own_is_named_by_its_owner(tmp_path: Path) -> None:
    certificate, key = certify(tmp_path)
    signing = signing_for(str(certificate), str(key), tmp_path)
    assert (signing.name, signing.self_made) == ("Harbour Films Ltd", False)
    assert not (tmp_path / "identity").exists()


def test_one_that_cannot_sign_is_told_at_the_start(tmp_path: Path) -> None:
    certificate, key = certify(tmp_path)
    (tmp_path / "other").mkdir()
    _, strangers = certify(tmp_path / "other")
    (tmp_path / "late").mkdir()
    late = certify(tmp_path / "late", days=-1)
    (tmp_path / "text.pem").write_text("no PEM")
    cases: list[tuple[tuple[Path | str, Path | str], str]] = [
        ((certificate, ""), "belong together"),
        (("", key), "belong together"),
        ((certificate, strangers), "is not the key of"),
        ((tmp_path / "gone.pem", key), "cannot be read: No such file"),
        ((tmp_path / "text.pem", key), "must hold PEM"),
        ((certificate, tmp_path / "text.pem"), "must hold PEM"),
        (late, "has expired"),
    ]
    for (certificate_file, key_file), says in cases:
        with pytest.raises(SetupIncomplete, match=says):
            signing_for(str(certificate_file), str(key_file), tmp_path)


def test_a_folder_that_takes_none_is_told_with_the_film_not_by_failing(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    signing = signing_for("", "", tmp_path / "data")
    assert not signing.certificate
    assert "No certificate could be made" in signing.trouble


def test_doctor_tries_the_certificate_before_a_film_has_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Settings(_env_file=None, data_dir=tmp_path / "data")
    found = examine_signing(own)
    assert (found.well, found.says) == (True, f"films are signed by {SELF_MADE}, whom nobody else vouches for")
    certificate, key = certify(tmp_path)
    named = Settings(_env_file=None, data_dir=tmp_path / "data", sign_certificate=str(certificate), sign_key_file=str(key))
    assert examine_signing(named).says == "films are signed by Harbour Films Ltd"
    assert "belong together" in examine_signing(named.model_copy(update={"sign_key_file": ""})).says
    real = x509.ExtendedKeyUsage
    monkeypatch.setattr(x509, "ExtendedKeyUsage", lambda _: real([ExtendedKeyUsageOID.SERVER_AUTH]))
    certify(tmp_path)  # one for a web server, which may not sign
    found = examine_signing(named)
    assert not found.well
    assert "films cannot be signed: " in found.says
    assert "certificate is invalid" in found.says
