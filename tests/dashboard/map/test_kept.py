"""What is kept for all who look at a map."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from dashboard.map.kept import Kept


def test_an_answer_holds_for_as_long_as_each_asker_takes_it():
    now, answers = [100.0], count(1)
    kept = Kept(lambda: now[0])

    def ask(oldest_s):
        return kept.ask("extent", lambda: next(answers), oldest_s)

    assert [ask(5), ask(5)] == [1, 1]
    now[0] += 6
    assert ask(60) == 1
    assert ask(5) == 2
    assert ask(0) == 3


def test_a_question_that_fails_is_asked_again_and_names_do_not_mix():
    kept, answers = Kept(), iter([ValueError(), "there"])

    def question():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    try:
        kept.ask("a", question, 60)
    except ValueError:
        assert kept.ask("a", question, 60) == "there"
    assert kept.ask("b", lambda: "other", 60) == "other"


def test_of_many_who_ask_at_once_one_asks_the_database():
    kept, asked, go = Kept(), [], Event()

    def question():
        asked.append(1)
        go.wait(5)
        return "there"

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(kept.ask, "nodes", question, 60) for _ in range(4)]
        go.set()
        assert {each.result() for each in waiting} == {"there"}
    assert len(asked) == 1
