"""Conditions: read from what the system says."""

from pathlib import Path

from carefolio.bench.conditions import conditions, filesystem_of, processor, words

MOUNTS = "/dev/vda / ext4 rw 0 0\ntmpfs /mnt tmpfs rw 0 0\n/dev/vdb /mnt/disk xfs rw 0 0\n"


def test_the_processor_has_a_name():
    assert processor("processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n") == "AMD EPYC"
    assert processor("nothing") != ""


def test_the_file_system_is_that_of_the_longest_mount_above_the_folder():
    assert filesystem_of(Path("/srv/data"), MOUNTS) == "ext4"
    assert filesystem_of(Path("/mnt/x"), MOUNTS) == "tmpfs"
    assert filesystem_of(Path("/mnt/disk/x"), MOUNTS) == "xfs"


def test_they_are_all_there(tmp_path):
    found = conditions(tmp_path, syncs=3)
    assert found["cores"] > 0
    assert found["fsync_ms"]["p99"] >= found["fsync_ms"]["p50"] > 0
    assert {"carefolio", "granian"} <= set(found["versions"])
    assert found["filesystem"] in words(found)


def test_a_folder_in_memory_is_pointed_out(tmp_path):
    found = conditions(tmp_path, syncs=2)
    assert "IN MEMORY" in words(found | {"durable": False})
    assert "IN MEMORY" not in words(found | {"durable": True})
