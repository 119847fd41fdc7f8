"""Passwords at a terminal: asked twice, a strong one proposed, weak ones refused, and never shown."""

import os
import pty
import subprocess
import sys
import time

import pytest

from builder.cli.sealing.strength import WORDS, bits_of, check_strength, proposal, proposal_bits, word_list
from builder.errors.sealing import WeakPassword
from bundle.sealed.header import read_header
from bundle.sealed.slots import open_header
from tests.bundle.sealed.sticks import READER, RESEARCHER, make

NEW = "lagoon market nectar orchid pillow"


def talk(*arguments: object, say: list[str]) -> tuple[str, int]:
    """What a person sees at a terminal, who answers each question; and the exit code."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", "from builder.cli.main import main; main()", *map(str, arguments)]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True) as process:
        os.close(slave)
        seen, waiting, until = b"", list(say), time.monotonic() + 120
        while time.monotonic() < until:
            try:
                block = os.read(master, 1 << 12)
            except OSError:  # the other end was closed
                break
            seen += block
            if waiting and seen.rstrip(b" ").endswith(b":"):
                time.sleep(0.2)
                os.write(master, waiting.pop(0).encode() + b"\n")
        code = process.wait(60)
    os.close(master)
    return seen.decode().replace("\r", ""), code


def test_a_password_is_asked_twice_and_a_strong_one_proposed(tmp_path):
    stick = make(tmp_path)
    seen, code = talk(
        "password", "change", stick, "Dr Quillfeather", say=[RESEARCHER, "too short", "too short", NEW, NEW]
    )
    assert code == 0
    assert "A strong password, if you want to take it:" in seen
    assert "too weak: it has fewer than 12 characters" in seen
    assert "The password is good." in seen
    assert RESEARCHER not in seen and NEW not in seen and "too short" not in seen
    assert max(len(line) for line in seen.splitlines() if str(stick) not in line) <= 120
    assert open_header(read_header(stick), NEW).name == "Dr Quillfeather"


@pytest.mark.parametrize(
    "asked", [("add", "Dr Quillfeather"), ("add", "two\nlines"), ("add", "n" * 47), ("change", "Dr Nobody")]
)
def test_a_name_that_does_not_do_is_refused_before_a_password_is_thought_of(tmp_path, asked):
    action, name = asked
    seen, code = talk("password", action, make(tmp_path), name, say=[RESEARCHER])
    assert code == 2
    assert "Nothing was changed." in seen
    assert "A strong password" not in seen


def test_two_different_passwords_are_none(tmp_path):
    stick = make(tmp_path)
    seen, code = talk("password", "change", stick, say=[READER, NEW, NEW + "x", NEW, NEW])
    assert code == 0
    assert "do not match" in seen
    assert open_header(read_header(stick), NEW).name == "Dr Quillfeather"


def test_a_proposal_is_five_words_of_a_thousand_and_good():
    assert len(word_list()) == len(set(word_list())) == 1024
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 12 for word in word_list())
    assert proposal_bits() == pytest.approx(50)
    proposals = {proposal() for _ in range(50)}
    assert len(proposals) == 50
    for words in proposals:
        assert len(words.split()) == WORDS
        assert len(set(words.split())) < WORDS or check_strength(words) == "good"


@pytest.mark.parametrize(
    "weak",
    ["", "short", "Krankenhaus", "aaaaaaaaaaaaaaaa", "123456789012345", "abcdefghijklmnop", "acorn acorn acorn acorn",
     "Krankenhaus1", "a a a a a a a a a a a a a"],
)  # fmt: skip
def test_what_can_be_guessed_is_refused(weak):
    with pytest.raises(WeakPassword):
        check_strength(weak)


@pytest.mark.parametrize(
    "strong", ["acorn beacon cricket delta ember", "Xk7#pQ2!mZ9$wR", "Zwölf Boxkämpfer jagen Eva quer"]
)
def test_what_cannot_is_good(strong):
    assert check_strength(strong) == "good"
    assert bits_of(strong) > bits_of(strong[: len(strong) // 2])
