"""The slots of a header: which keys each password opens, and how passwords are added, changed and removed.

All slots share one salt for Argon2id, so that one second of stretching tells for all of them whether a password is
right. The researcher's secret makes the journal key of every other slot, so that no forgotten password loses an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
import secrets
import struct

from bundle.layout import LOCK
from bundle.sealed.chunking import NEWEST
from bundle.sealed.errors import DamagedSeal, NoRight, NoSlotFree, NoSuchSlot, WrongPassword
from bundle.sealed.header import COMMITMENT, ENTRY, PART_BITS, PAYLOAD, RECORD, SLOT_SALT, SLOTS, LockHeader
from bundle.sealed.primitives import (
    KEY,
    NONCE,
    Stretching,
    argon2id,
    hkdf,
    info_of,
    key_for,
    password_bytes,
    same,
    seal,
    unseal,
)

_PAYLOAD = struct.Struct(f">B16s{KEY}s{KEY}s{KEY}sB46s")
_ENTRY = struct.Struct(">B16sB46s")
LONGEST_NAME = 46
_NOTHING = bytes(KEY)


class Role(IntEnum):
    """What a password is for. A reader's opens the scans and that reader's own answers, a checker's the scans alone."""

    RESEARCHER = 1
    READER = 2
    CHECKER = 3


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A password to put into a slot, with the name that the researcher's list has for it."""

    role: Role
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class ListedSlot:
    """One line of the researcher's list."""

    place: int
    role: Role
    slot_id: bytes
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What one password opens. A checker has no `journal` key; only the researcher has the `secret` of all of them.

    `wipe` overwrites the keys. Copies that the interpreter and the libraries made in memory are beyond its reach.
    """

    stick: bytes
    place: int
    role: Role
    slot_id: bytes
    name: str
    master: bytearray
    journal: bytearray
    secret: bytearray

    def copy(self) -> "Keys":
        """The same keys, which a `wipe` of these leaves alone."""
        master, journal, secret = map(bytearray, (self.master, self.journal, self.secret))
        return replace(self, master=master, journal=journal, secret=secret)

    def wipe(self) -> None:
        """Overwrite the keys."""
        for key in (self.master, self.journal, self.secret):
            key[:] = bytes(len(key))

    def journal_of(self, slot_id: bytes) -> bytes | None:
        """The journal key of a slot, None if this password does not open it."""
        if self.secret:
            return journal_key(self.secret, self.stick, slot_id)
        return bytes(self.journal) if self.journal and slot_id == self.slot_id else None


def journal_key(secret: bytes | bytearray, stick: bytes, slot_id: bytes) -> bytes:
    """The key of a reader's journals, from the researcher's secret."""
    return key_for("journal", secret, stick, slot_id)


def new_header(
    slots: Sequence[NewSlot], stretching: Stretching, part_bits: int = PART_BITS, version: int = NEWEST
) -> tuple[LockHeader, Keys]:
    """A header with these slots, the researcher's first, and the researcher's keys; its volume is sealed later."""
    if not slots or slots[0].role is not Role.RESEARCHER:
        raise ValueError("the first slot is the researcher's")
    first, stick, slot_id, secret = slots[0], secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(KEY)
    journal, master = journal_key(secret, stick, slot_id), secrets.token_bytes(KEY)
    keys = Keys(stick, 0, first.role, slot_id, first.name, *map(bytearray, (master, journal, secret)))
    header = LockHeader(
        stick, secrets.token_bytes(16), stretching, bytes(RECORD), b"", part_bits=part_bits, generation=0,
        version=version,
    )  # fmt: skip
    header = _listed_in(_filled(header, keys, first.password), keys, [ListedSlot(0, first.role, slot_id, first.name)])
    for slot in slots[1:]:
        header = add_slot(header, keys, slot)
    return replace(header, generation=1), keys


def open_header(header: LockHeader, password: str) -> Keys:
    """The keys that a password opens; raises WrongPassword."""
    stretched = _stretched(header, password)
    for place, slot in enumerate(header.slots):
        keys = _opened(header, place, slot, stretched)
        if keys is not None:
            return keys
    raise WrongPassword


def listed(header: LockHeader, keys: Keys) -> list[ListedSlot]:
    """The names and roles of all slots; raises NoRight, DamagedSeal."""
    if not keys.secret:
        raise NoRight
    plain = unseal(_list_key(keys), header.listed[:NONCE], header.listed[NONCE:], header.fixed)
    if plain is None:
        raise DamagedSeal(LOCK, "the list of passwords")
    return list(_entries(plain))


def add_slot(header: LockHeader, keys: Keys, slot: NewSlot) -> LockHeader:
    """The header with one more password; raises NoRight, NoSlotFree, NoSuchSlot."""
    there = listed(header, keys)
    check_new_name(there, slot.name)
    _check_is_new(header, slot.name, slot.password)
    place = min(set(range(SLOTS)) - {entry.place for entry in there})
    entry = ListedSlot(place, slot.role, secrets.token_bytes(16), slot.name)
    return _listed_in(_filled(header, _keys_of(keys, entry), slot.password), keys, [*there, entry])


def check_new_name(there: Sequence[ListedSlot], name: str) -> None:
    """Raise NoSlotFree or NoSuchSlot if no password of this name can be added to those that are there."""
    if len(there) == SLOTS:
        raise NoSlotFree(SLOTS)
    if not name.isprintable() or name != name.strip() or not name:  # a terminal would obey it, or nobody see it
        raise NoSuchSlot(ascii(name), "a name has letters, and neither a blank at its ends nor signs that are not seen")
    if len(name.encode()) > LONGEST_NAME:
        raise NoSuchSlot(name, f"the name is longer than {LONGEST_NAME} bytes")
    if name in [entry.name for entry in there]:
        raise NoSuchSlot(name, "there is a password of this name already")


def check_name(header: LockHeader, keys: Keys, name: str) -> None:
    """Raise NoRight, or NoSuchSlot if there is no password of this name."""
    _named(header, keys, name)


def change_password(header: LockHeader, keys: Keys, name: str, password: str) -> LockHeader:
    """The header with another password in one slot: the researcher's choice, or one's own. Raises NoRight, NoSuchSlot.

    Keys stay the same, so no other byte of the medium changes.
    """
    mine = not name or name == keys.name
    owner = keys if mine else _keys_of(keys, _named(header, keys, name))
    _check_is_new(header, owner.name, password)
    return _filled(header, owner, password)


def remove_slot(header: LockHeader, keys: Keys, name: str) -> LockHeader:
    """The header without a password; raises NoRight, NoSuchSlot. The researcher's must stay."""
    gone = _named(header, keys, name)
    if gone.role is Role.RESEARCHER:
        raise NoSuchSlot(name, "the researcher's password must stay, or nobody could read all answers any more")
    rest = [entry for entry in listed(header, keys) if entry != gone]
    return _listed_in(header.with_slot(gone.place, None), keys, rest)


def _named(header: LockHeader, keys: Keys, name: str) -> ListedSlot:
    found = [entry for entry in listed(header, keys) if entry.name == name]
    if not found:
        raise NoSuchSlot(name, "there is no password of this name")
    return found[0]


def _check_is_new(header: LockHeader, name: str, password: str) -> None:
    """Two slots with one password: only the first would ever open."""
    try:
        open_header(header, password)
    except WrongPassword:
        return
    raise NoSuchSlot(name, "this password is in use already; choose another one")


def _keys_of(keys: Keys, entry: ListedSlot) -> Keys:
    """The keys that another slot is to open."""
    journal = b"" if entry.role is Role.CHECKER else journal_key(keys.secret, keys.stick, entry.slot_id)
    return Keys(
        keys.stick, entry.place, entry.role, entry.slot_id, entry.name, keys.master, bytearray(journal), bytearray()
    )


# Bytes


def _stretched(header: LockHeader, password: str) -> bytes:
    return argon2id(password_bytes(password), header.salt, header.stretching)


def _slot_keys(header: LockHeader, stretched: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """(key, commitment) of a slot: AES-GCM alone would let one ciphertext open under several keys."""
    both = hkdf(stretched, salt, info_of("slot", header.stick), KEY + COMMITMENT)
    return both[:KEY], both[KEY:]


def _filled(header: LockHeader, keys: Keys, password: str) -> LockHeader:
    """The header with these keys in their place, under a password; the key is new every time, the nonce never is."""
    salt, name = secrets.token_bytes(SLOT_SALT), keys.name.encode()
    key, commitment = _slot_keys(header, _stretched(header, password), salt)
    plain = _PAYLOAD.pack(
        keys.role, keys.slot_id, keys.master, keys.journal or _NOTHING, keys.secret or _NOTHING, len(name), name
    )
    sealed = seal(key, bytes(NONCE), plain, header.fixed + bytes([keys.place]))
    return header.with_slot(keys.place, salt + commitment + sealed)


def _opened(header: LockHeader, place: int, slot: bytes, stretched: bytes) -> Keys | None:
    salt, commitment, sealed = (
        slot[:SLOT_SALT],
        slot[SLOT_SALT : SLOT_SALT + COMMITMENT],
        slot[SLOT_SALT + COMMITMENT :],
    )
    key, expected = _slot_keys(header, stretched, salt)
    if not same(commitment, expected):
        return None
    plain = unseal(key, bytes(NONCE), sealed, header.fixed + bytes([place]))
    if plain is None or len(plain) != PAYLOAD:
        raise DamagedSeal(LOCK, "the slot of this password")
    role, slot_id, master, journal, secret, length, name = _PAYLOAD.unpack(plain)
    return Keys(
        header.stick, place, Role(role), slot_id, name[:length].decode(), bytearray(master),
        bytearray() if journal == _NOTHING else bytearray(journal),
        bytearray() if secret == _NOTHING else bytearray(secret),
    )  # fmt: skip


def _list_key(keys: Keys) -> bytes:
    return key_for("list", keys.secret, keys.stick)


def _listed_in(header: LockHeader, keys: Keys, entries: Sequence[ListedSlot]) -> LockHeader:
    plain = bytearray(SLOTS * ENTRY)
    for entry in entries:
        name = entry.name.encode()
        _ENTRY.pack_into(plain, entry.place * ENTRY, entry.role, entry.slot_id, len(name), name)
    nonce = secrets.token_bytes(NONCE)
    return replace(header, listed=nonce + seal(_list_key(keys), nonce, bytes(plain), header.fixed))


def _entries(plain: bytes) -> Iterator[ListedSlot]:
    for place in range(SLOTS):
        role, slot_id, length, name = _ENTRY.unpack_from(plain, place * ENTRY)
        if role:
            yield ListedSlot(place, Role(role), slot_id, name[:length].decode())
