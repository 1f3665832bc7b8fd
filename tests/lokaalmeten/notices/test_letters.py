"""What one receiver is told over days: no flood, nothing twice, and what is over is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.notices.letters import Telling, write_letters
from lokaalmeten.notices.troubles import Trouble

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Receiver:
    """Keeps what was told, as the database does."""

    def __init__(self):
        self.tellings, self.now, self.told = {}, NOON, []

    def fall_silent(self, *numbers, kind="silent", **facts):
        for number in numbers:
            since = self.now - timedelta(days=1)
            trouble = Trouble(number, number, f"box-{number}", "", kind, "", since, self.now,
                              None, None, facts)  # fmt: skip
            self.tellings[number] = Telling(trouble, None, None, None, 0, False)

    def come_back(self, *numbers):
        for number in numbers:
            one = self.tellings[number]
            over = replace(one.trouble, over_at=self.now)
            self.tellings[number] = one._replace(trouble=over)

    def look(self, after=timedelta()):
        """Letters of a look, as (what, digest, numbers)."""
        self.now += after
        letters = write_letters(self.tellings.values(), self.now)
        for letter in letters:
            for trouble in letter.troubles:
                self._note(letter, trouble.number)
        said = [(one.what, one.digest, [t.number for t in one.troubles]) for one in letters]
        self.told += said
        return said

    def _note(self, letter, number):
        one = self.tellings[number]._replace(in_digest=letter.digest)
        if letter.what == "over":
            one = one._replace(over_at=self.now)
        else:
            one = one._replace(
                last_at=self.now,
                begun_at=one.begun_at or self.now,
                again=one.again + (letter.what == "again"),
            )
        self.tellings[number] = one


@pytest.fixture
def receiver():
    return Receiver()


MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def test_it_is_told_once_that_it_begins_and_once_that_it_is_over(receiver):
    receiver.fall_silent(1)
    assert receiver.look() == [("begun", False, [1])]
    assert receiver.look(MINUTES) == []
    receiver.come_back(1)
    assert receiver.look(HOUR) == [("over", False, [1])]
    assert receiver.look(MINUTES) == []


def test_five_at_once_are_told_one_by_one_and_six_in_one_letter(receiver):
    receiver.fall_silent(1, 2, 3, 4, 5)
    assert len(receiver.look()) == 5
    other = Receiver()
    other.fall_silent(1, 2, 3, 4, 5, 6)
    assert other.look() == [("begun", True, [1, 2, 3, 4, 5, 6])]


def test_those_that_follow_a_few_at_a_time_are_a_flood_as_well(receiver):
    for number in range(60):  # one a minute for an hour
        receiver.fall_silent(number)
        receiver.look(timedelta(minutes=1))
    assert [digest for _, digest, _ in receiver.told] == [False] * 5 + [True]
    assert receiver.told[-1][2] == list(range(6))  # with those that were told one by one
    assert receiver.look(timedelta(minutes=5)) == []
    assert receiver.look(HOUR) == [("begun", True, list(range(6, 60)))]
    receiver.fall_silent(60)
    assert receiver.look(MINUTES) == []
    assert receiver.look(HOUR) == [("begun", False, [60])]


def test_when_all_come_back_one_letter_says_so(receiver):
    receiver.fall_silent(*range(40))
    receiver.look()
    receiver.come_back(*range(40))
    assert receiver.look(3 * HOUR) == [("over", True, list(range(40)))]


def test_what_was_over_before_it_was_told_is_not_told(receiver):
    receiver.fall_silent(*range(6))
    receiver.look()
    receiver.fall_silent(7)
    assert receiver.look(MINUTES) == []
    receiver.come_back(7)
    assert receiver.look(2 * HOUR) == []


def test_what_lasts_is_told_again_each_week_in_one_letter_for_four_weeks(receiver):
    receiver.fall_silent(1, 2)
    receiver.look()
    letters = []
    for _ in range(60):
        letters += receiver.look(timedelta(days=1))
    assert letters == [("again", True, [1, 2])] * 4


def test_a_passed_limit_is_not_told_again_nor_that_its_year_is_over(receiver):
    receiver.fall_silent(1, 2, kind="limit", year=2026)
    assert len(receiver.look()) == 2
    assert receiver.look(timedelta(days=20)) == []
    receiver.come_back(1)  # values were corrected
    assert receiver.look(HOUR) == [("over", False, [1])]
    receiver.now = datetime(2027, 1, 8, tzinfo=UTC)
    receiver.come_back(2)
    assert receiver.look() == []


def test_kinds_do_not_wait_for_one_another(receiver):
    receiver.fall_silent(*range(6))
    receiver.look()
    receiver.fall_silent(10, kind="battery", millivolt=3600.0)
    assert receiver.look(MINUTES) == [("begun", False, [10])]
