import pytest


@pytest.fixture
def script(tmp_path):
    def write(text):
        (tmp_path / "script.py").write_text(text)
        return tmp_path / "script.py"

    return write


def test_arguments_reach_the_script_and_its_output_comes_back(micropython, script):
    assert micropython.run(script("import sys; print(sys.argv[1:])"), 1, "b") == "['1', 'b']\n"


def test_script_imports_from_its_own_folder_the_given_ones_and_what_is_built_in(
    micropython, script, tmp_path
):
    text = "import sys; print(sys.path)"
    assert micropython.run(script(text), path=[tmp_path / "a", tmp_path / "b"]) == (
        f"{[str(tmp_path), f'{tmp_path}/a', f'{tmp_path}/b', '.frozen']}\n"
    )


def test_memory_is_as_small_as_asked_for(micropython, script):
    text = "try:\n x = bytearray(100_000); print('fits')\nexcept MemoryError:\n print('full')"
    assert micropython.run(script(text), heap="160K") == "fits\n"
    assert micropython.run(script(text), heap="80K") == "full\n"


def test_traceback_of_a_script_is_shown(micropython, script):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        micropython.run(script("1 // 0"))
