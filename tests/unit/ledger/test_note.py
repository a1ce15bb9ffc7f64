from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from carefolio.ledger.note import (
    Checkpoint,
    key_id,
    origin_of,
    read_checkpoint,
    sign_checkpoint,
)

ROOT = bytes(range(32))
# The example that Go's package golang.org/x/mod/sumdb/note documents.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAYING = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_the_documented_example():
    name, number, packed = NEUMANN.split("+", 2)
    public, signature = b64decode(packed)[1:], b64decode(SIGNATURE)
    assert key_id(name, public).hex() == number
    assert signature[:4] == key_id(name, public)
    Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], SAYING)


def test_what_is_signed_can_be_read(ledger):
    note = sign_checkpoint(ledger.keyring, 42, ROOT)
    public = ledger.keyring.public
    assert read_checkpoint(note, public) == Checkpoint(origin_of(public), 42, ROOT)
    lines = note.split("\n")
    assert lines[:4] == [origin_of(public), "42", b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"\N{EM DASH} {origin_of(public)} ")


def test_other_signers_are_left_alone(ledger):
    note = sign_checkpoint(ledger.keyring, 42, ROOT)
    text, ours = note.split("\n\n")
    both = f"{text}\n\n\N{EM DASH} witness.example AAAAAAAA\n{ours}"
    assert read_checkpoint(both, ledger.keyring.public).size == 42


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n42\n", "\n43\n"),
        lambda note: note.replace("\n42\n", "\n42\n\n"),
        lambda note: note.replace("carefolio/", "carefolia/"),
        lambda note: note[:-6] + "AAA=\n",
        lambda note: note[:-6] + "\n",
        lambda note: note.split("\n\n")[0],
        lambda note: "",
    ],
)
def test_a_forged_note_is_refused(ledger, change):
    with pytest.raises(ValueError, match="signature does not hold"):
        read_checkpoint(change(sign_checkpoint(ledger.keyring, 42, ROOT)), ledger.keyring.public)


def test_another_key_is_refused(ledger):
    note = sign_checkpoint(ledger.keyring, 42, ROOT)
    with pytest.raises(ValueError, match="signature does not hold"):
        read_checkpoint(note, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_a_wrong_key_id_is_refused(ledger):
    note = sign_checkpoint(ledger.keyring, 42, ROOT)
    head, _, line = note.rstrip("\n").rpartition(" ")
    packed = b64encode(b"four" + b64decode(line)[4:]).decode()
    with pytest.raises(ValueError, match="signature does not hold"):
        read_checkpoint(f"{head} {packed}\n", ledger.keyring.public)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{origin}\n042\n{root}\n", "of this log"),
        ("another/log\n42\n{root}\n", "of this log"),
        ("{origin}\n42\nAAAA\n", "of this log"),
        ("{origin}\nmany\n{root}\n", "not a checkpoint"),
        ("{origin}\n42\n*\n", "not a checkpoint"),
        ("{origin}\n", "not a checkpoint"),
    ],
)
def test_signed_text_that_is_no_checkpoint(ledger, text, words):
    keyring = ledger.keyring
    name = origin_of(keyring.public)
    text = text.format(origin=name, root=b64encode(ROOT).decode())
    signature = b64encode(key_id(name, keyring.public) + keyring.sign(text.encode())).decode()
    with pytest.raises(ValueError, match=words):
        read_checkpoint(f"{text}\n\N{EM DASH} {name} {signature}\n", keyring.public)
