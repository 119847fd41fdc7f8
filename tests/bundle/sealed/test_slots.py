"""Who opens what: passwords of different roles, and their changes, which rewrite the header alone."""

from dataclasses import replace

import pytest

from bundle.sealed.errors import DamagedSeal, NoRight, NoSlotFree, NoSuchSlot, WrongPassword
from bundle.sealed.header import COPY, LENGTH, SLOTS, damaged_copies, parse, read_header, write_header
from bundle.sealed.medium import open_medium
from bundle.sealed.slots import (
    NewSlot,
    Role,
    add_slot,
    change_password,
    listed,
    new_header,
    open_header,
    remove_slot,
)
from tests.bundle.sealed.sticks import CHECKER, FILES, OTHER, QUICK, READER, RESEARCHER, make
from tests.bundle.sealed.sticks import SLOTS as PASSWORDS


@pytest.fixture(scope="module")
def header():
    return new_header(PASSWORDS, QUICK)[0]


def test_every_password_opens_the_scans_and_only_its_own_answers(header):
    keys = {slot.name: open_header(header, slot.password) for slot in PASSWORDS}
    assert len({bytes(found.master) for found in keys.values()}) == 1
    reader, other, checker, researcher = (
        keys[name] for name in ("Dr Quillfeather", "Dr Brackwater", "QA", "researcher")
    )
    assert (reader.role, checker.role, researcher.role) == (Role.READER, Role.CHECKER, Role.RESEARCHER)
    assert reader.journal and other.journal and bytes(reader.journal) != bytes(other.journal)
    assert not checker.journal and not checker.secret and not reader.secret
    assert reader.journal_of(other.slot_id) is None and checker.journal_of(reader.slot_id) is None
    assert [researcher.journal_of(found.slot_id) for found in (reader, other)] == [reader.journal, other.journal]


@pytest.mark.parametrize("typed", ["", "acorn beacon", RESEARCHER.upper(), f"{RESEARCHER} x", "\ud800"])
def test_a_wrong_password_opens_nothing(header, typed):
    with pytest.raises(WrongPassword):
        open_header(header, typed)


def test_nothing_in_a_header_tells_how_many_passwords_there_are(header):
    alone = new_header(PASSWORDS[:1], QUICK)[0]
    for content in (alone.to_bytes()[:COPY], header.to_bytes()[:COPY]):
        used = content[1280 : 1280 + 240 * SLOTS]
        assert all(len(set(used[at : at + 240])) > 100 for at in range(0, len(used), 240))
    assert len(alone.to_bytes()) == len(header.to_bytes()) == LENGTH
    assert b"Quillfeather" not in header.to_bytes()


def test_the_researcher_lists_and_nobody_else(header):
    names = [entry.name for entry in listed(header, open_header(header, RESEARCHER))]
    assert names == ["researcher", "Dr Quillfeather", "Dr Brackwater", "QA"]
    for password in (READER, CHECKER):
        with pytest.raises(NoRight):
            listed(header, open_header(header, password))


def test_a_forgotten_password_is_replaced_and_its_answers_stay_readable(header):
    before = open_header(header, READER)
    changed = change_password(header, open_header(header, RESEARCHER), "Dr Quillfeather", "kettle lagoon")
    after = open_header(changed, "kettle lagoon")
    assert (after.journal, after.slot_id, after.master) == (before.journal, before.slot_id, before.master)
    with pytest.raises(WrongPassword):
        open_header(changed, READER)
    assert open_header(changed, OTHER).journal == open_header(header, OTHER).journal


def test_readers_change_their_own_password_alone(header):
    reader = open_header(header, READER)
    assert open_header(change_password(header, reader, "", "kettle lagoon"), "kettle lagoon").journal == reader.journal
    with pytest.raises(NoRight):
        change_password(header, reader, "Dr Brackwater", "kettle lagoon")


def test_a_removed_password_opens_nothing_and_its_answers_stay_the_researchers(header):
    keys, gone = open_header(header, RESEARCHER), open_header(header, OTHER)
    rest = remove_slot(header, keys, "Dr Brackwater")
    with pytest.raises(WrongPassword):
        open_header(rest, OTHER)
    assert open_header(rest, RESEARCHER).journal_of(gone.slot_id) == gone.journal
    again = add_slot(rest, keys, NewSlot(Role.READER, "Dr Brackwater", OTHER))
    assert open_header(again, OTHER).journal != gone.journal


@pytest.mark.parametrize(
    ("name", "reason"), [("researcher", "must stay"), ("Dr Nobody", "no password of this name")]
)  # fmt: skip
def test_what_cannot_be_removed_is_said(header, name, reason):
    with pytest.raises(NoSuchSlot, match=reason):
        remove_slot(header, open_header(header, RESEARCHER), name)


def test_names_and_passwords_are_used_once_and_the_room_is_limited(header):
    keys = open_header(header, RESEARCHER)
    for slot in (NewSlot(Role.READER, "QA", "new one here"), NewSlot(Role.READER, "new", CHECKER)):
        with pytest.raises(NoSuchSlot, match="already"):
            add_slot(header, keys, slot)
    with pytest.raises(NoSuchSlot, match="longer"):
        add_slot(header, keys, NewSlot(Role.READER, "Ä" * 24, "new one here"))
    for number in range(SLOTS - len(PASSWORDS)):
        header = add_slot(header, keys, NewSlot(Role.READER, f"reader {number}", f"password {number}"))
    with pytest.raises(NoSlotFree):
        add_slot(header, keys, NewSlot(Role.READER, "one more", "one more password"))
    assert open_header(header, "password 11").name == "reader 11"


def test_a_change_rewrites_the_header_alone_and_leaves_no_old_slot(tmp_path):
    stick = make(tmp_path)
    before = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()}
    header = read_header(stick)
    write_header(stick, remove_slot(header, open_header(header, RESEARCHER), "QA"))
    after = {path: path.read_bytes() for path in stick.rglob("*") if path.is_file()}
    assert [path.name for path in before if before[path] != after[path]] == ["LOCK.BIN"]
    (place,) = [entry.place for entry in listed(header, open_header(header, RESEARCHER)) if entry.name == "QA"]
    assert header.slots[place] not in (stick / "BUNDLE/LOCK.BIN").read_bytes()
    assert open_medium(stick, READER).read("BUNDLE/INDEX.DB", 1 << 20) == FILES["BUNDLE/INDEX.DB"]


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("written", [0, 1, 100, 4000, COPY - 1])
def test_a_torn_write_leaves_one_whole_header(header, half, written):
    """The second copy is written first: after a power cut one of them is whole, old or new."""
    newer = change_password(header, open_header(header, READER), "", "kettle lagoon")
    old, new = header.to_bytes()[:COPY], newer.to_bytes()[:COPY]
    torn = new[:written] + old[written:]
    content = (old + torn, torn + new)[half]
    # One byte in 256 is the same in both headers: without it, a copy may be whole already.
    assert parse(content) == (newer if torn == new else (header, newer)[half])
    assert damaged_copies(content) != [] or torn in (old, new)


def test_a_header_damaged_twice_is_an_error_and_once_is_told(header):
    content = bytearray(header.to_bytes())
    content[2000] ^= 1
    assert parse(bytes(content)) == header
    assert damaged_copies(bytes(content)) == [1]
    content[COPY + 2000] ^= 1
    with pytest.raises(DamagedSeal):
        parse(bytes(content))


def test_a_slot_is_bound_to_its_place_and_its_stick(header):
    slots = list(header.slots)
    slots[1], slots[2] = slots[2], slots[1]
    with pytest.raises(DamagedSeal):
        open_header(replace(header, slots=tuple(slots)), READER)
    other = new_header(PASSWORDS[:1], QUICK)[0]
    with pytest.raises(WrongPassword):
        open_header(replace(other, slots=header.slots), READER)


@pytest.mark.parametrize(
    "name", ["", " ", "Quill\nfeather", "\x1b[31mred", "tab\there", " Zoë", "\udcff", "n" * 47, "é" * 24]
)
def test_a_name_that_a_list_cannot_show_is_refused(header, name):
    keys = open_header(header, RESEARCHER)
    with pytest.raises(NoSuchSlot) as refused:
        add_slot(header, keys, NewSlot(Role.READER, name, "juniper kitten lantern"))
    assert str(refused.value).isprintable()
    assert [entry.name for entry in listed(header, keys)] == [slot.name for slot in PASSWORDS]


def test_the_longest_name_keeps_every_letter(header):
    keys, name = open_header(header, RESEARCHER), "Zoë " + "n" * 41
    grown = add_slot(header, keys, NewSlot(Role.READER, name, "juniper kitten lantern"))
    assert open_header(grown, "juniper kitten lantern").name == name
    assert name in [entry.name for entry in listed(grown, keys)]
