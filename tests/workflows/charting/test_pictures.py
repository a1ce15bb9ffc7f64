"""Pictures: what they are, how large, and without what cameras add."""

import struct
import zlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carefolio.workflows.charting.pictures import LARGEST, NotReadable, picture, sniffed

PLACE = b"53.3498 N, 6.2603 W"


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def exif(turned, order=">"):
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = [(0x010E, 2, 1, 0), (0x0112, 3, 1, turned)]
    rows = b"".join(struct.pack(order + "HHIHH", *one, 0) for one in entries)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, len(entries)) + rows + struct.pack(order + "I", 0) + PLACE


def jpeg(*parts, width=640, height=480):
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34"
    return b"\xff\xd8" + b"".join(parts) + segment(0xDB, b"\x00" * 65) + frame + scan + b"\xff\xd9"


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*parts, width=640, height=480):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(parts) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def webp(first, *parts):
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in (first, *parts)
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


VP8X = (b"VP8X", bytes([0x0C, 0, 0, 0]) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"))
VP8 = (b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + b"\0\0")
VP8L = (b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14) + b"\0")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (jpeg(segment(0xE1, exif(6)), segment(0xFE, PLACE)), "image/jpeg"),
        (png(chunk(b"tEXt", b"Comment\0" + PLACE), chunk(b"eXIf", PLACE), chunk(b"gAMA", b"\0\0\0\1")), "image/png"),
        (webp(VP8X, VP8, (b"EXIF", PLACE), (b"XMP ", PLACE)), "image/webp"),
        (webp(VP8L), "image/webp"),
    ],
)
def test_what_cameras_add_is_left_out(data, kind):
    found = picture(data)
    assert (found.content_type, found.width, found.height) == (kind, 640, 480)
    assert PLACE not in found.data
    assert sniffed(found.data) == kind
    assert picture(found.data) == found, "what was stripped is a picture still, and there is nothing more to strip"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_picture_stays_the_right_way_up(order):
    found = picture(jpeg(segment(0xE1, exif(6, order)))).data
    assert found.count(b"Exif\0\0") == 1
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in found
    assert b"Exif" not in picture(jpeg(segment(0xE1, exif(1, order)))).data
    assert b"Exif" not in picture(jpeg(segment(0xE1, b"Exif\0\0XX"), segment(0xE1, b"http://xmp"))).data


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
ICC = segment(0xE2, b"ICC_PROFILE\0\1\1" + b"profile")
ADOBE = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")


@pytest.mark.parametrize(
    "behind",
    [
        jpeg(segment(0xE1, exif(6))),
        b"\0\0\0\x18ftypmp42" + PLACE,
        PLACE + b"\xff\xd9",
        b"\xff\xd9" * 3 + jpeg(segment(0xE1, exif(1)), segment(0xFE, PLACE)),
    ],
)
def test_what_stands_behind_a_picture_is_no_part_of_it(behind):
    plain = jpeg(ICC, ADOBE)
    index = segment(0xE2, b"MPF\0" + PLACE)
    assert picture(jpeg(ICC, index, ADOBE) + behind).data == plain


def test_what_stands_between_the_scans_of_a_picture_is_left_out_too():
    table = segment(0xC4, b"\0" + b"\1" * 17)
    scans = [SCAN + b"\x12\xff\0\x34", table + SCAN + b"\xff\0\xff\xd3\x99"]
    added = [segment(0xFE, PLACE), segment(0xE1, exif(1)), segment(0xEC, b"Ducky" + PLACE), segment(0xED, PLACE)]
    start = jpeg()[: jpeg().index(SCAN)].replace(b"\xff\xc0", b"\xff\xc2")
    dirty = start + scans[0] + b"\xff".join(added) + b"\xff\xff" + scans[1] + added[0] + b"\xff\xd9"
    assert picture(dirty).data == start + b"".join(scans) + b"\xff\xd9"


def test_a_picture_that_was_cut_off_ends_there():
    whole = jpeg()
    assert picture(whole[:-2]).data == whole
    assert picture(whole[:-3]).data == whole[:-3] + b"\xff\xd9"


CODED = st.binary(max_size=20).map(lambda data: data.replace(b"\xff", b"\xff\0"))
APPS = [0xFE, *range(0xE0, 0xF0)]
ADDED = st.lists(
    st.builds(lambda app, content: segment(app, content + PLACE), st.sampled_from(APPS), st.binary(max_size=20)),
    max_size=3,
).map(b"".join)


@given(ADDED, st.lists(st.tuples(ADDED, CODED), min_size=1, max_size=4), st.binary(max_size=40))
def test_nothing_that_was_added_stays_wherever_it_stands(first, scans, behind):
    colours = (b"JFIF\0", b"ICC_PROFILE\0", b"Adobe", b"Exif\0")
    assume(not any(one in first + b"".join(added for added, _ in scans) for one in colours))
    head = jpeg()[: jpeg().index(SCAN)]
    tail = b"".join(SCAN + coded + added for added, coded in scans)
    found = picture(head[:2] + first + head[2:] + tail + b"\xff\xd9" + behind + PLACE).data
    assert found == head + b"".join(SCAN + coded for _, coded in scans) + b"\xff\xd9"
    assert picture(found).data == found


def test_chunks_of_nobody_knows_what_are_left_out():
    assert PLACE not in picture(webp(VP8X, VP8, (b"GPS ", PLACE))).data
    assert b"ICCP" in picture(webp(VP8X, (b"ICCP", b"profile"), VP8)).data


def test_other_parts_of_a_picture_stay():
    assert chunk(b"gAMA", b"\0\0\0\1") in picture(png(chunk(b"gAMA", b"\0\0\0\1"))).data
    assert picture(jpeg(segment(0xE0, b"JFIF\0"))).data == jpeg(segment(0xE0, b"JFIF\0"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"%PDF-1.7",
        jpeg()[:40],
        jpeg().replace(b"\xff\xdb", b"\x00\xdb"),
        jpeg(b"\xff\xd9"),
        jpeg(segment(0xC0, b"\x08" + struct.pack(">HH", 9, 9) + b"\x01\x01\x11\x00")),
        jpeg()[:-2] + b"\xff\xfe\x00\x50cut",
        png()[:40],
        webp(VP8)[:24],
        webp((b"ALPH", b"")),
        jpeg(width=60_000, height=60_000),
        png(width=0),
        png() + b"\0" * LARGEST,
    ],
)
def test_what_is_none_or_too_large_is_refused(data):
    with pytest.raises(NotReadable):
        picture(data)


@given(st.sampled_from([jpeg(segment(0xE1, exif(6))), png(chunk(b"eXIf", PLACE)), webp(VP8X, VP8)]), st.data())
def test_no_damage_does_more_than_refuse(data, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    broken = data[:at] + draw.draw(st.binary(max_size=4)) + data[at + draw.draw(st.integers(0, 4)) :]
    try:
        found = picture(broken)
    except NotReadable:
        return
    assert len(found.data) <= len(broken) + 64


def test_documents_are_known_by_their_content():
    assert sniffed(b"%PDF-1.7\n") == "application/pdf"
    assert sniffed("Größe: 1,80 m\n".encode()) == "text/plain"
    assert [sniffed(one) for one in (b"\0\1", b"MZ\x90", b" \n", b"\xff\xfe", b"a\x1b[0m")] == [""] * 5
