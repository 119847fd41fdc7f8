"""`mkbundle key`: a study is copied, comes back after a loss, and goes on at one place alone."""

from pathlib import Path
import shutil

from click.testing import CliRunner
import pytest

from builder.cli.main import cli
from builder.errors.build import PrivateFileOnDrive
from builder.errors.register import CopyIsOfOtherStudy, NoCopy, NoRegister, StudyHandedOver, StudyIsThere, StudyIsWhole
from builder.key.register import register_path
from tests.builder.cli.study.test_who import who
from tests.builder.key.studies import ask, build_stick, check_sound, crosswalk, key_of, on_stick, write_study


def key(work: Path, action: str, folder: Path) -> list[str]:
    done = CliRunner().invoke(cli, ["key", action, str(folder), "--key", str(key_of(work))], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    assert done.return_value == 0
    return done.output.splitlines()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    build_stick(tmp_path, "A", write_study(tmp_path, 1), write_study(tmp_path, 2))
    return tmp_path


def test_a_copy_is_whole_private_and_never_replaces_another(work):
    before = crosswalk(work)
    assert "read back and verified" in "\n".join(key(work, "copy", work / "safe"))
    names = {path.name for path in (work / "safe").iterdir()}
    assert names >= {"study.key", "study.db", "study.crosswalk.csv", "study.images.csv"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (work / "safe").iterdir())
    assert who(work, "MRN-1", key=work / "safe" / "study.key") == who(work, "MRN-1")
    with pytest.raises(StudyIsThere):
        key(work, "copy", work / "safe")
    with pytest.raises(PrivateFileOnDrive):
        key(work, "copy", work / "A")
    assert crosswalk(work) == before


@pytest.mark.parametrize("loss", ["folder", "key", "register", "damage"])
def test_a_lost_study_comes_back_and_gives_no_number_twice(work, loss):
    key(work, "copy", work / "safe")
    build_stick(work, "B", write_study(work, 3))  # of which the copy knows nothing
    keys = key_of(work).parent
    if loss == "folder":
        shutil.rmtree(keys)
    elif loss == "key":
        key_of(work).unlink()
    elif loss == "register":
        register_path(key_of(work)).unlink()
    else:
        register_path(key_of(work)).write_bytes(b"no database" * 999)
    assert "the next new case is CASE-103." in "\n".join(key(work, "restore", work / "safe"))
    if loss == "damage":
        assert (keys / "study.db.replaced").read_bytes() == b"no database" * 999
    before = on_stick(work / "A")
    build_stick(work, "C", write_study(work, 1), write_study(work, 4))
    assert "CASE-103" in on_stick(work / "C").values()
    assert "CASE-003" not in on_stick(work / "C").values()
    assert (on_stick(work / "C").items() & before.items()) != set()
    check_sound(work)


def test_what_is_whole_or_of_another_study_is_not_replaced(work):
    key(work, "copy", work / "safe")
    with pytest.raises(StudyIsWhole):
        key(work, "restore", work / "safe")
    with pytest.raises(NoCopy):
        key(work, "restore", work / "nowhere")
    (work / "safe" / "study.db").unlink()
    with pytest.raises(NoCopy):
        key(work, "restore", work / "safe")
    other = work / "other"
    build_stick(other, "A", write_study(other, 1))
    key(other, "copy", other / "safe")
    before = ask(work, "SELECT * FROM placed")
    with pytest.raises(CopyIsOfOtherStudy):
        key(work, "restore", other / "safe")
    assert ask(work, "SELECT * FROM placed") == before


def test_a_study_that_was_handed_over_goes_on_there_alone(work):
    said = "\n".join(key(work, "hand-over", work / "colleague" / "keys"))
    assert "give your colleague the whole folder" in said
    with pytest.raises(StudyHandedOver, match="two cases could get the same number"):
        build_stick(work, "B", write_study(work, 3))
    assert who(work, "MRN-1")[0] == 0
    colleague = work / "colleague"
    build_stick(colleague, "B", write_study(work, 3), write_study(work, 1))
    assert on_stick(colleague / "B").items() & on_stick(work / "A").items()
    assert "CASE-003" in on_stick(colleague / "B").values()


def test_a_study_that_comes_back_from_a_colleague_goes_on_here(work):
    key(work, "hand-over", work / "colleague" / "keys")
    build_stick(work / "colleague", "B", write_study(work, 3))
    key(work / "colleague", "hand-over", work / "back")
    key(work, "restore", work / "back")
    build_stick(work, "C", write_study(work, 3), write_study(work, 4))
    assert sorted(on_stick(work / "C").values()) == ["CASE-003", "CASE-104"]


def test_what_is_not_there_is_not_copied_and_no_key_is_made(tmp_path):
    with pytest.raises(NoRegister):
        key(tmp_path, "copy", tmp_path / "safe")
    assert not key_of(tmp_path).exists()
