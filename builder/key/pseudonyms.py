"""Pseudonyms, UIDs and date offsets: all are HMAC-SHA-256 under one study key that stays with the researcher."""

import base64
from dataclasses import dataclass
import hashlib
import hmac
import re
import uuid

# Dates are shifted back by one to ten years: never into the future, and far enough that the season reveals nothing.
_SHORTEST_SHIFT_DAYS = 365
_SHIFT_RANGE_DAYS = 3285
_SECONDS_A_DAY = 86_400
# PS3.5 9.1. The first component is one digit in ISO 8824, and three in some old files; a longer one is a number or a
# date that somebody put in place of a UID.
_UID = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d*))+")
_LONGEST_UID = 64


def digest(secret: bytes, purpose: str, value: str) -> bytes:
    """The keyed hash of a value for one purpose, 32 bytes; different purposes never give the same hash."""
    message = f"{purpose}\0{value}".encode("utf-8", "surrogateescape")
    return hmac.new(secret, message, hashlib.sha256).digest()


def is_uid(value: str) -> bool:
    """Whether a value has the form of a UID, and may stay if UIDs stay."""
    return len(value) <= _LONGEST_UID and bool(_UID.fullmatch(value))


def new_uid(secret: bytes, value: str) -> str:
    """A UID under 2.25 (PS3.5 B.2) for a value: the same for the same key, and meaningless without it."""
    # The version and variant bits make it a UUID, as 2.25 requires.
    return f"2.25.{uuid.UUID(bytes=digest(secret, 'uid', value)[:16], version=4).int}"


@dataclass(frozen=True)
class StudyKey:
    """The secret of one study; it never goes on a medium."""

    secret: bytes

    def pseudonym(self, person_key: str) -> str:
        """A patient's new ID, such as 'P-3QX7K2MAHD': 50 bits of the keyed hash, in unambiguous letters."""
        return "P-" + base64.b32encode(digest(self.secret, "patient", person_key)).decode()[:10]

    def uid_secret(self) -> bytes:
        """The secret for new UIDs; workers may have it, since it reveals nothing about pseudonyms."""
        return digest(self.secret, "uid secret", "")

    def uid(self, value: str) -> str:
        """The new UID for an old one, or for a substitute."""
        return new_uid(self.uid_secret(), value)

    def study(self, uid_key: str) -> str:
        """The identity of a study under this key, whatever UID a policy gives it."""
        return self.uid(f"study {uid_key}")

    def offset_seconds(self, person_key: str, attempt: int = 0) -> int:
        """The shift of all dates and times of one patient, in seconds, always back.

        Each attempt has another time of day; the days are the same.
        """
        number = int.from_bytes(digest(self.secret, "dates", person_key)[:8])
        days = _SHORTEST_SHIFT_DAYS + number % _SHIFT_RANGE_DAYS
        if attempt:
            number = int.from_bytes(digest(self.secret, "time of day", f"{person_key}\0{attempt}")[:8])
        return -(days * _SECONDS_A_DAY + number // _SHIFT_RANGE_DAYS % _SECONDS_A_DAY)

    def fraction_secret(self, person_key: str) -> bytes:
        """The secret by which fractions of seconds of one patient are replaced."""
        return digest(self.secret, "fractions of seconds", person_key)[:16]
