import gzip
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import table, text
from ingest.sources.table import Form, read_table
from ingest.sources.text import look_at
from lokaalmeten.errors import FormatError

FORM = Form("a test", ["a"])


def write(tmp_path, content, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def chunks_of(path, start=1, form=FORM):
    return list(read_table(look_at(path, "utf-8", form.kind), form, start))


def rows_of(path, start=1, form=FORM):
    return [
        (int(line), value)
        for chunk in chunks_of(path, start, form)
        for line, value in zip(chunk.at, chunk.text("a").to_pylist(), strict=True)
    ]


def bad_of(path, form=FORM):
    return [
        (bad.member, bad.line, bad.reason)
        for chunk in chunks_of(path, form=form)
        for _, bad in chunk.bad
    ]


def test_every_line_is_a_row_or_has_a_reason(tmp_path):
    path = write(tmp_path, 'a,b\n1,2\n\n3\n"4,5",6\n"7,8\n9,\x00\n10,11,12\n13,14\n')
    assert rows_of(path) == [(2, "1"), (5, "4,5"), (9, "13")]
    assert bad_of(path) == [
        ("", 3, "empty line"),
        ("", 4, "1 of 2 fields"),
        ("", 6, "quote without an end"),
        ("", 7, "not text"),
        ("", 8, "3 of 2 fields"),
    ]


LINES = st.sampled_from(["1,2", "", "3", "4,5,6", '"7,8",9', '"x', "a,b", "a,c", ",", "\0,1", "8,"])


def slow_rows(lines):
    """Rows and bad lines of a file by number, looked at one by one; quotes hold one comma."""
    rows, bad = [], []
    for number, line in enumerate(lines, 2):
        if line in ("a,b", "a,c"):
            continue
        if line.count(",") == 1 and "\0" not in line:
            rows.append((number, line.split(",")[0] or None))
        elif line == '"7,8",9':
            rows.append((number, "7,8"))
        else:
            bad.append(number)
    return rows, bad


@given(lines=st.lists(LINES, min_size=1, max_size=30), ends=st.sampled_from(["\n", "\r\n"]))
def test_any_file_gives_what_looking_at_each_line_gives(lines, ends, tmp_path_factory):
    content = ends.join(["a,b", *lines]) + ends
    path = write(tmp_path_factory.mktemp("t"), content)
    rows, bad = slow_rows(lines)
    assert rows_of(path) == rows
    assert [line for _, line, _ in bad_of(path)] == bad


def test_small_chunks_give_the_same_rows(tmp_path, monkeypatch):
    path = write(tmp_path, "a,b\n" + "".join(f"{index},x\n" for index in range(1000)))
    whole = rows_of(path)
    monkeypatch.setattr(table, "CHUNK", 200)
    monkeypatch.setattr(table, "BLOCK", 100)
    assert rows_of(path) == whole
    assert len(chunks_of(path)) > 10
    assert chunks_of(path)[-1].next_line == 1002


@given(start=st.integers(1, 30))
def test_reading_goes_on_at_the_line_that_is_asked_for(start, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("t"), "a,b\n" + "".join(f"{n},x\n" for n in range(20)))
    assert rows_of(path, start) == [pair for pair in rows_of(path) if pair[0] >= start]


def test_lines_may_end_as_on_windows_and_the_file_may_have_a_mark(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbfa;b\r\n1;2\r\n")
    assert rows_of(path) == [(2, "1")]


def test_the_last_line_needs_no_end(tmp_path):
    assert rows_of(write(tmp_path, "a,b\n1,2")) == [(2, "1")]


def test_a_header_in_the_middle_begins_a_table_of_its_own(tmp_path):
    path = write(tmp_path, "a,b\n1,2\na,b\n3,4\na,c,b\n5,6,7\na,b\n")
    assert rows_of(path) == [(2, "1"), (4, "3"), (6, "5")]
    other = write(tmp_path, "b,a\n1,2\nb,c\n3,4\n5,6\n")
    assert rows_of(other) == [(2, "2")]
    assert bad_of(other) == [("", 4, "lacks a"), ("", 5, "lacks a")]


def test_lines_before_the_header_and_after_it_are_no_rows(tmp_path):
    path = write(tmp_path, "title\nmore;\na;b\nunit;unit\n1;2\n")
    form = Form("a test", ["a"], preamble=2, after=1)
    assert rows_of(path, form=form) == [(5, "1")]
    assert chunks_of(path, form=form)[0].layout.preamble == ["title", "more;"]


def test_a_quoted_field_may_hold_the_end_of_a_line_where_the_format_has_it_so(tmp_path):
    path = write(tmp_path, 'a,b\n"x\ny",1\n2,"z\n"\n3,4\n')
    form = Form("a test", ["a"], joined=True)
    assert rows_of(path, form=form) == [(2, "x y"), (4, "2"), (6, "3")]


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_members_of_a_zip_are_read_as_one_file_in_the_order_of_their_names(tmp_path):
    members = {
        "2.csv": "a,b\n3,4\n5\n",
        "1.csv": "a,b\n1,2\n",
        "3.csv": "b,a\n6,7\n",
        "4.csv": "",
        "5.txt": "hello\nthere\n",
        "6.csv.gz": gzip.compress(b"a,b\n8,9\n"),
    }
    path = make_zip(tmp_path / "t.zip", members)
    assert rows_of(path) == [(2, "1"), (4, "3"), (7, "7"), (12, "8")]
    assert bad_of(path) == [
        ("2.csv", 3, "1 of 2 fields"),
        ("4.csv", 1, "empty file"),
        ("5.txt", 2, "lacks a"),
    ]
    for start in range(1, 14):
        assert rows_of(path, start) == [pair for pair in rows_of(path) if pair[0] >= start]


def test_a_packed_file_reads_as_it_does_unpacked(tmp_path):
    content = "a,b\n" + "".join(f"{n},x\n" for n in range(20))
    plain = write(tmp_path, content)
    packed = write(tmp_path, gzip.compress(content.encode()), "t.csv.gz")
    assert rows_of(packed) == rows_of(plain)
    assert chunks_of(packed)[-1].read == packed.stat().st_size


def test_a_file_that_breaks_off_is_refused_with_what_is_there(tmp_path):
    content = "".join(f"{n},{n * n}\n" for n in range(50_000)).encode()
    whole = gzip.compress(b"a,b\n" + content)
    path = write(tmp_path, whole[: len(whole) // 2], "t.csv.gz")
    with pytest.raises(FormatError, match=r"t.csv.gz: ends in the middle, after [0-9,]+ lines"):
        chunks_of(path)
    packed = make_zip(tmp_path / "t.zip", {"1.csv": b"a,b\n" + content})
    damaged = bytearray(packed.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    with pytest.raises(FormatError, match=r"t.zip: ends in the middle"):
        chunks_of(write(tmp_path, bytes(damaged), "t.zip"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty (0 bytes); expected a test"),
        ("\n", "is empty; expected a test"),
        ("b,c\n1,2\n", "is not a test: line 1 lacks a (found: b, c)"),
        ("a,b,a\n1,2,3\n", "is not a test: line 1 has the column a twice"),
        ("a,b\n".encode("utf-16"), "is UTF-16 text"),
        (b"a,b\n1,\xb5\n", "is not UTF-8 text (byte 0xB5 on line 2)"),
        (b"PK\x05\x06" + bytes(18), "is empty (0 bytes); expected a test"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(tmp_path, content, said):
    with pytest.raises(FormatError, match=r"t\.csv: ") as refused:
        rows_of(write(tmp_path, content))
    assert said in str(refused.value)


def test_latin_1_is_told_from_utf_8_where_a_format_may_be_either(tmp_path):
    for content in ("a,b\nµ,1\n".encode(), "a,b\nµ,1\n".encode("latin-1")):
        found = look_at(write(tmp_path, content), "latin-1", "a test")
        (chunk,) = read_table(found, FORM)
        assert chunk.text("a").to_pylist() == ["µ"]


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FormatError, match=r"gone.csv: cannot be read: No such file"):
        rows_of(tmp_path / "gone.csv")


def test_the_head_is_the_beginning(tmp_path):
    assert look_at(write(tmp_path, "ab" * text.HEAD), "utf-8", "").head == "ab" * (text.HEAD // 2)
