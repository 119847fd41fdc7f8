"""The parallel steps on a real Dask cluster of two workers give the same bundle as on this machine."""

import pytest

from tests import scans
from tests.builder.cli.test_cli import mkbundle


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def files_of(drive):
    return {path.relative_to(drive).as_posix(): path.read_bytes() for path in drive.rglob("*") if path.is_file()}


def test_a_cluster_makes_the_same_bundle(tmp_path, cluster):
    folder = scans.write_series(tmp_path / "scans", 40, size=64)
    made = []
    for name, more in (("here", []), ("there", ["--scheduler", cluster.scheduler_address])):
        drive = tmp_path / name
        drive.mkdir()
        mkbundle(folder, drive, "--key", tmp_path / "study.key", "--viewer", "none", *more)
        made.append(files_of(drive))
    assert len(made[0]) > 40
    assert made[0] == made[1]


def test_a_cluster_that_does_not_answer_is_said_plainly(tmp_path):
    folder = scans.write_series(tmp_path / "scans")
    (tmp_path / "stick").mkdir()
    arguments = ["--key", tmp_path / "study.key", "--viewer", "none", "--scheduler", "nonsense://127.0.0.1:1"]
    done = mkbundle(folder, tmp_path / "stick", *arguments, check=3)
    assert "nonsense://127.0.0.1:1" in done.stderr
    assert list((tmp_path / "stick").iterdir()) == []
