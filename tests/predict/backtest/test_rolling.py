import numpy as np
import pytest

from lokaalmeten.errors import FormatError, LokaalmetenError
from predict.backtest.baselines import Climatology
from predict.backtest.dataset import Kind, read_kinds
from predict.backtest.page import draw_page
from predict.backtest.rolling import (
    CORE,
    LEVELS,
    LONG_H,
    best_baseline,
    run,
    score,
    spread_origins,
)
from predict.series import SeriesError
from tests.predict.conftest import START, make_city

ORIGINS = 15  # with five the order of models is chance


@pytest.fixture(scope="module")
def kind():
    return Kind("visitors", ("a", "b", "c"), START, make_city(160, 3))


@pytest.fixture(scope="module")
def outcome(kind):
    return run(kind, spread_origins(kind, ORIGINS))


def test_origins_are_spread_over_the_last_year_and_over_the_hours_of_the_day():
    late = START + 5 * 3600
    origins = spread_origins(Kind("", ("a",), late, np.zeros((24 * 365 * 3, 1))), 24)
    assert 24 * 365 * 3 - 24 < origins[-1] + LONG_H <= 24 * 365 * 3
    assert origins[0] >= 24 * 365 * 2
    assert (origins[0] + 5) % 24 == 6
    assert len(set(origins % 24)) == 24
    assert set(np.diff(origins)) == {361}


def test_history_that_is_too_short_to_learn_from_is_refused():
    with pytest.raises(LokaalmetenError, match="1500 hours are too few for 24 origins"):
        spread_origins(Kind("", ("a",), START, np.zeros((1500, 1))), 24)


def test_future_replaced_by_noise_changes_nothing(kind):
    """Whatever follows the last origin, what was said at every origin stays the same."""
    origins = spread_origins(kind, 3)
    noise = kind.table.copy()
    noise[origins[-1] :] = np.random.default_rng(1).gamma(1, 1e4, noise[origins[-1] :].shape)
    first, second = (run(Kind("", kind.series, START, t), origins) for t in (kind.table, noise))
    assert (first.truth[-1] != second.truth[-1]).all()
    for model, quantiles in first.quantiles.items():
        np.testing.assert_array_equal(quantiles, second.quantiles[model])


def test_what_came_is_what_followed_each_origin(kind, outcome):
    for number, at in enumerate(outcome.origins):
        np.testing.assert_array_equal(outcome.truth[number], kind.table[at : at + LONG_H])
        assert outcome.hours[number, 0] == at % 24


def test_core_beats_every_baseline_where_there_is_something_to_learn(outcome):
    scores = {name: score(outcome, name) for name in outcome.quantiles}
    assert len(scores) == 4
    assert scores[CORE]["wql24"] < best_baseline(scores, "wql24")
    assert 0.6 < scores[CORE]["coverage80"] <= scores[CORE]["coverage95"] <= 1


def test_every_model_is_finite_and_rises(outcome):
    for quantiles in outcome.quantiles.values():
        assert quantiles.shape == (ORIGINS, LONG_H, 3, len(LEVELS))
        assert np.isfinite(quantiles).all()
        assert (np.diff(quantiles, axis=-1) >= 0).all()


def test_page_holds_every_model_two_pictures_a_kind_and_no_script(outcome):
    page = draw_page([outcome], "Backtest of <this>")
    assert page.count("<figure") == 2
    assert "Backtest of &lt;this&gt;" in page
    assert "<script" not in page
    assert all(page.count(f">{name}<") == 2 for name in outcome.quantiles)


def test_climatology_is_the_quantiles_of_the_same_hour_of_the_week():
    history = np.random.default_rng(2).gamma(2, 5, (168 * 10 + 31, 2))
    history[::13, 1] = np.nan
    model = Climatology()
    model.fit(history)
    found = model.predict(30, [0.5])
    for ahead in (0, 7, 29):
        for series in range(2):
            same = [
                history[row, series]
                for row in range(len(history))
                if (len(history) + ahead - row) % 168 == 0 and np.isfinite(history[row, series])
            ]
            assert found[ahead, series, 0] == pytest.approx(np.median(same))


def test_file_is_read_as_one_table_a_kind(tmp_path):
    file = tmp_path / "air.csv"
    file.write_text(
        "unique_id,ds,y\na|NO2,2026-01-01 01:00,5\na|NO2,2026-01-01,4\nb|O3,2026-01-02,7\n"
    )
    no2, o3 = read_kinds(file)
    assert (no2.name, no2.series, no2.start) == ("NO2", ("a|NO2",), 1_767_225_600)
    assert no2.table.tolist() == [[4.0], [5.0]]
    assert (o3.name, o3.table.tolist()) == ("O3", [[7.0]])


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("when,what\n1,2\n", FormatError, "no rows with unique_id, ds"),
        ("unique_id,ds,y\n", FormatError, "no rows"),
        ("unique_id,ds,y\na,2026-01-01,1\na,2026-01-01,2\n", SeriesError, "is there twice"),
    ],
)
def test_file_of_another_form_is_refused(tmp_path, text, error, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises((error, FormatError), match=message):
        read_kinds(tmp_path / "x.csv")


def test_young_sensor_beats_the_climatology_of_its_neighbours(shared_data):
    """Three days of NO2 against the quantiles of the other stations at that hour of the week."""
    from predict.backtest.metrics import weighted_quantile_loss
    from predict.core import fit, predict

    folder = shared_data / "forecasting/aq_luchtmeetnet_A_2016_2019"
    if not folder.is_dir():
        pytest.skip(f"real data are not here: expected in {folder}")
    kind = next(k for k in read_kinds(folder / "series.parquet") if k.name == "NO2")
    table = kind.table[-24 * 200 :, :12]
    start = kind.start + 3600 * (len(kind.table) - len(table))
    ours, theirs, truths = [], [], []
    for number, at in enumerate(range(24 * 150, len(table) - 24, 24 * 4 + 5)):
        young = number % 12
        history = table[:at].copy()
        history[:-72, young] = np.nan
        quantiles = predict(fit(history, start, horizon=24), history, start, LEVELS).table
        rows = np.delete(history, young, axis=1)
        weeks = [rows[at % 168 + ahead :: 168].ravel() for ahead in range(24)]
        ours.append(quantiles[:, young])
        theirs.append(np.array([np.nanquantile(each, LEVELS) for each in weeks]))
        truths.append(table[at : at + 24, young])
    losses = [
        weighted_quantile_loss(np.array(said), np.array(truths), LEVELS) for said in (ours, theirs)
    ]
    assert losses[0] < losses[1]
