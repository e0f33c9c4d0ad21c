"""Tests of the Python module: python3 -m unittest discover -s tests/HpcLinReg.Native.Tests/Python, with HPCLINREG_LIBRARY set."""

import copy
import json
import multiprocessing
import os
import pickle
import sys
import threading
import unittest
import warnings

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "..", "python")]

import hpclinreg
from arrow_streams import Table
from hpclinreg import Accumulator, ForkedError, LinearRegression, Moments, Ridge

BOUND = 1e-11


def problem(rows, columns, targets=1, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns)) * random.uniform(0.1, 30, columns) + random.normal(size=columns) * 5
    Y = X @ random.normal(size=(columns, targets)) + random.normal(size=targets) + random.normal(size=(rows, targets))
    return X, Y[:, 0] if targets == 1 else Y


def least_squares(X, y, ridge=0.0, weights=None):
    """The normal equations of centred columns, solved by QR of the stacked rows."""
    weights = np.ones(len(X)) if weights is None else weights
    x_mean, y_mean = np.average(X, axis=0, weights=weights), np.average(y, axis=0, weights=weights)
    root = np.sqrt(weights)[:, None]
    A = np.vstack([root * (X - x_mean), np.sqrt(ridge) * np.eye(X.shape[1])])
    b = np.concatenate([root * (np.reshape(y, (len(X), -1)) - y_mean), np.zeros((X.shape[1], np.reshape(y, (len(X), -1)).shape[1]))])
    coefficients = np.linalg.lstsq(A, b, rcond=None)[0]
    return np.squeeze(coefficients.T), np.squeeze(y_mean - x_mean @ coefficients)


class Fits(unittest.TestCase):
    def test_coefficients_are_those_of_least_squares(self):
        for rows, columns, targets in [(2, 1, 1), (40, 3, 1), (3000, 7, 3), (5000, 70, 1)]:
            X, y = problem(rows, columns, targets)
            weights = np.random.default_rng(1).integers(0, 4, rows).astype(float)
            weights[:2] = 1
            for sample_weight in [None, weights]:
                for ridge, model in [(0.0, LinearRegression()), (2.5, Ridge(2.5))]:
                    model.fit(X, y, sample_weight=sample_weight)
                    w, b = least_squares(X, y, ridge, sample_weight)
                    np.testing.assert_allclose(model.coef_, w, rtol=0, atol=1e-9 * (1 + np.abs(w).max()))
                    np.testing.assert_allclose(model.intercept_, b, rtol=0, atol=1e-8 * (1 + np.abs(b).max()))

    def test_the_layout_of_arrays_changes_no_bit(self):
        X, Y = problem(4999, 5, 2)
        expected, single = LinearRegression().fit(X, Y), LinearRegression().fit(X, Y[:, 1].copy())
        wide = np.zeros((4999, 9))
        wide[:, 2:7] = X
        unaligned = np.frombuffer(b"x" + X.tobytes(), dtype=np.uint8)[1:].view(np.float64).reshape(X.shape)
        swapped = X.astype(">f8")
        for other in [np.asfortranarray(X), wide[:, 2:7], np.repeat(X, 2, axis=0)[::2], X[::-1][::-1], unaligned, swapped, X.tolist()]:
            for y in [Y, np.asfortranarray(Y), Y[::-1][::-1]]:
                np.testing.assert_array_equal(LinearRegression().fit(other, y).coef_, expected.coef_)
            np.testing.assert_array_equal(LinearRegression().fit(other, Y[:, 1]).coef_, single.coef_)
            np.testing.assert_array_equal(expected.predict(other), expected.predict(X))
        reversed_columns = LinearRegression().fit(X[:, ::-1], Y)
        np.testing.assert_allclose(reversed_columns.coef_[:, ::-1], expected.coef_, rtol=BOUND)

    def test_threads_change_no_bit(self):
        X, y = problem(200_000, 12)
        one, two = LinearRegression().fit(X, y), LinearRegression(n_jobs=2).fit(X, y)
        np.testing.assert_array_equal(one.coef_, two.coef_)
        np.testing.assert_array_equal(one.predict(X), two.predict(X))

    def test_an_alpha_for_each_target(self):
        X, Y = problem(300, 4, 2)
        both = Ridge([1.0, 50.0]).fit(X, Y)
        np.testing.assert_allclose(both.coef_[0], Ridge(1.0).fit(X, Y[:, 0]).coef_, rtol=BOUND)
        np.testing.assert_allclose(both.coef_[1], Ridge(50.0).fit(X, Y[:, 1]).coef_, rtol=BOUND)
        with self.assertRaisesRegex(ValueError, "penalties"):
            Ridge([1.0, 2.0, 3.0]).fit(X, Y)

    def test_columns_that_determine_each_other(self):
        X, y = problem(100, 2)
        X = np.column_stack([X, X[:, 0]])
        shared, dropped = LinearRegression().fit(X, y), LinearRegression(rank_deficient="drop").fit(X, y)
        self.assertAlmostEqual(shared.coef_[0], shared.coef_[2], places=9)
        self.assertEqual((dropped.coef_[2], dropped.rank_), (0, 2))
        np.testing.assert_allclose(shared.predict(X), dropped.predict(X), rtol=1e-9, atol=1e-9)

    def test_partial_fit_is_fit_of_all_rows(self):
        X, Y = problem(5000, 6, 2)
        weights = np.random.default_rng(2).uniform(0, 2, 5000)
        for model in [LinearRegression(), Ridge(3.0), Ridge([3.0, 4.0])]:
            whole = copy.deepcopy(model).fit(X, Y, sample_weight=weights)
            for start in range(0, 5000, 700):
                part = slice(start, start + 700)
                model.partial_fit(X[part], Y[part], sample_weight=weights[part])
            np.testing.assert_allclose(model.coef_, whole.coef_, rtol=1e-9)
            np.testing.assert_allclose(model.intercept_, whole.intercept_, rtol=1e-9)
        model = LinearRegression().partial_fit(X, Y)
        with self.assertRaisesRegex(ValueError, "targets"):
            model.partial_fit(X, Y[:, 0])
        np.testing.assert_allclose(model.fit(X[:50], Y[:50]).coef_, LinearRegression().fit(X[:50], Y[:50]).coef_, rtol=0)
        np.testing.assert_allclose(model.partial_fit(X[:60], Y[:60]).coef_, LinearRegression().fit(X[:60], Y[:60]).coef_, rtol=1e-9)


class Predictions(unittest.TestCase):
    def test_deviations_are_those_of_the_textbook(self):
        X, y = problem(60, 3)
        model = LinearRegression().fit(X, y)
        A = np.column_stack([np.ones(60), X])
        inverse = np.linalg.inv(A.T @ A)
        s = np.sqrt(((y - model.predict(X)) ** 2).sum() / 56)
        _, deviations = model.predict(X, return_std=True)
        np.testing.assert_allclose(deviations, s * np.sqrt(1 + np.einsum("ij,jk,ik->i", A, inverse, A)), rtol=1e-9)
        np.testing.assert_allclose(model.standard_errors_, s * np.sqrt(np.diag(inverse))[1:], rtol=1e-9)
        np.testing.assert_allclose(model.intercept_standard_error_, s * np.sqrt(inverse[0, 0]), rtol=1e-9)
        self.assertAlmostEqual(model.residual_standard_error_, s, places=10)
        self.assertEqual(model.residual_degrees_of_freedom_, 56)
        self.assertGreater(model.digits_, 10)

    def test_copies_and_files_predict_the_same_bits(self):
        X, Y = problem(200, 4, 2)
        model = Ridge(2.0).fit(X, Y)
        for other in [pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)]:
            np.testing.assert_array_equal(other.predict(X), model.predict(X))
            np.testing.assert_array_equal(other.standard_errors_, model.standard_errors_)
        file = json.loads(model.to_json(1))
        self.assertEqual((file["format"], file["target"]), ("hpclinreg-model", "y2"))

    def test_mistakes_name_what_and_where(self):
        X, y = problem(50, 3)
        model = LinearRegression().fit(X, y)
        bad = X.copy()
        bad[7, 1] = np.nan
        big = np.full((3, 3), 2**60 + 1)
        for call, kind, words in [
            (lambda: model.predict(bad), ValueError, "Row 7.*x2.*NaN"),
            (lambda: model.predict(X[:, :2]), ValueError, "X has 2 features, but LinearRegression is expecting 3 features as input"),
            (lambda: LinearRegression().fit(bad, y), ValueError, "Row 7.*column 1.*NaN"),
            (lambda: LinearRegression().fit(X, y[:-1]), ValueError, "inconsistent numbers of samples"),
            (lambda: LinearRegression().fit(X, y, sample_weight=-np.ones(50)), ValueError, "weight of row 0"),
            (lambda: LinearRegression().fit(X, y, sample_weight=np.zeros(50)), ValueError, "weight"),
            (lambda: LinearRegression().fit(X[:0], y[:0]), ValueError, "0 sample"),
            (lambda: LinearRegression().fit(X * 1e200, y), (ValueError, OverflowError), "range of double"),
            (lambda: LinearRegression().fit(big, y[:3]), ValueError, "double cannot hold"),
            (lambda: LinearRegression().fit([[1.0], [2**70]], [1, 2]), ValueError, "double cannot hold"),
            (lambda: LinearRegression().fit(np.ma.masked_equal([[1.0], [2.0]], 2.0), [1, 2]), ValueError, "X .*1 masked"),
            (lambda: LinearRegression().fit(np.array([["1"], ["2"]]), [1, 2]), ValueError, "X must hold numbers"),
            (lambda: LinearRegression().fit(np.array([["2020-01-01"], ["2020-01-02"]], "M8[D]"), [1, 2]), ValueError, "X must hold numbers"),
            (lambda: LinearRegression(positive=True).fit(X, y), ValueError, "positive"),
            (lambda: LinearRegression(rank_deficient="guess").fit(X, y), ValueError, "guess"),
            (lambda: Ridge(-1.0).fit(X, y), ValueError, "negative"),
            (lambda: LinearRegression(n_jobs=0).fit(X, y), ValueError, "n_jobs"),
            (lambda: LinearRegression().predict(X), ValueError, "not fitted"),
            (lambda: LinearRegression().set_params(alpha=1), ValueError, "Invalid parameter"),
        ]:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                call()

    def test_names_of_a_data_frame_are_kept_and_compared(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("pandas is not installed: apt-get install python3-pandas")
        X, y = problem(40, 3)
        frame = pandas.DataFrame(X, columns=["a", "b c", "é"])
        model = LinearRegression().fit(frame, pandas.Series(y))
        self.assertEqual(list(model.feature_names_in_), ["a", "b c", "é"])
        np.testing.assert_array_equal(model.coef_, LinearRegression().fit(X, y).coef_)
        self.assertIn('"é"', model.to_json())
        with self.assertRaisesRegex(ValueError, "same order"):
            model.predict(frame[["b c", "a", "é"]])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.predict(X)
        self.assertIn("valid feature names", str(caught[0].message))
        # A name that a model file cannot have twice or leave empty is no reason to refuse a fit.
        LinearRegression().fit(pandas.DataFrame(X, columns=["a", "a", ""]), y)


class Sums(unittest.TestCase):
    def test_ranges_merge_to_the_same_bits(self):
        X, y = problem(10_000, 4)
        whole = Accumulator(5).add(X, y)
        parts = []
        for start, end in [(0, 3000), (3000, 3001), (3001, 8000), (8000, 10_000)]:
            parts.append(Accumulator(5, first_row=start).add(X[start:end], y[start:end]))
        merged = parts[1].merge(parts[2]).merge(parts[3])
        merged = parts[0].merge(merged)
        self.assertEqual((merged.rows, merged.first_row, merged.next_row), (10_000, 0, 10_000))
        options = hpclinreg._options(True, 0.0, "drop", 1)
        first, second = (sums.moments()._fit(range(4), 4, options).coefficients(4) for sums in (whole, merged))
        np.testing.assert_array_equal(first[0], second[0])
        self.assertEqual(first[1], second[1])
        with self.assertRaisesRegex(ValueError, "do not touch"):
            merged.merge(parts[1])

    def test_files_have_the_bytes_of_their_rows_however_they_were_cut(self):
        X, y = problem(10_000, 4)
        whole = Accumulator(["a", "b", "c", "d", "y"]).add(X, y)
        parts = []
        for start, end in [(0, 2048), (2048, 5000), (5000, 10_000)]:
            part = Accumulator(["a", "b", "c", "d", "y"], first_row=start)
            for row in range(start, end, 999):
                rows = slice(row, min(end, row + 999))
                part.add(X[rows], y[rows])
            parts.append(Accumulator.from_bytes(part.to_bytes()))
        merged = pickle.loads(pickle.dumps(parts[1])).merge(parts[2])
        self.assertEqual(parts[0].merge(merged).to_bytes(), whole.to_bytes())
        self.assertEqual(Accumulator.from_bytes(whole.to_bytes()).names, ["a", "b", "c", "d", "y"])
        folded = whole.moments()
        for read in [Moments.from_bytes(folded.to_bytes()), Moments.from_bytes(whole.to_bytes()), pickle.loads(pickle.dumps(folded))]:
            self.assertEqual(read.to_bytes(), folded.to_bytes())
            model = read.fit("y", ["c", "a"])
            np.testing.assert_array_equal(model.coef_, folded.fit(4, [2, 0]).coef_)
            self.assertEqual((list(model.feature_names_in_), list(read.fit("a").feature_names_in_)), (["c", "a"], ["b", "c", "d", "y"]))
        np.testing.assert_allclose(folded.fit("y", ridge=2.0).coef_, Ridge(2.0).fit(X, y).coef_, rtol=1e-9)
        weighted = Accumulator(5).add(X, y, sample_weight=np.arange(10_000) % 3 / 2)
        self.assertEqual(Accumulator.from_bytes(weighted.to_bytes()).to_bytes(), weighted.to_bytes())
        for data, words in [
            (folded.to_bytes(), "folded"), (whole.to_bytes()[:-1], ""), (b"HLRMOMT9", ""), (b"", ""),
            (LinearRegression().fit(X, y).to_json().encode(), "a model"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                Accumulator.from_bytes(data)
        with self.assertRaisesRegex(ValueError, "no column 'z'"):
            folded.fit("z")

    def test_copies_of_what_partial_fit_has_seen_go_their_own_way(self):
        X, y = problem(300, 3)
        model = LinearRegression().partial_fit(X[:100], y[:100])
        copies = [pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)]
        model.partial_fit(X[200:], y[200:])
        expected = LinearRegression().partial_fit(X[:100], y[:100]).partial_fit(X[100:200], y[100:200])
        for other in copies:
            np.testing.assert_array_equal(other.partial_fit(X[100:200], y[100:200]).coef_, expected.coef_)

    def test_moments_merge_and_are_removed(self):
        X, y = problem(3000, 2)
        january, february = (Accumulator(["a", "b", "y"]).add(X[rows], y[rows]).moments() for rows in (slice(0, 1000), slice(1000, 3000)))
        both = january.merge(february)
        self.assertEqual((both.rows, both.names, both.remove(january).rows), (3000, ["a", "b", "y"], 2000))
        options = hpclinreg._options(True, 0.0, "drop", 1)
        np.testing.assert_allclose(both._fit([0, 1], 2, options).coefficients(2)[0], LinearRegression().fit(X, y).coef_, rtol=1e-9)
        with self.assertRaisesRegex(ValueError, "cannot be removed"):
            january.remove(both)

    def test_an_arrow_stream_gives_the_bits_of_its_rows(self):
        random = np.random.default_rng(5)
        rows = 5000
        columns = {
            "a": random.normal(size=rows), "b": random.normal(size=rows).astype(np.float32), "c": random.integers(-99, 99, rows),
            "d": random.integers(0, 200, rows).astype(np.uint8), "e": random.uniform(size=rows) < 0.3, "y": random.normal(size=rows),
            "w": random.uniform(0.5, 2, rows),
        }
        dense = np.column_stack([values.astype(float) for values in columns.values()])
        for batch_rows, offset in [(None, 0), (700, 3), (1, 0)]:
            table = Table({name: values[:900] if batch_rows == 1 else values for name, values in columns.items()}, batch_rows, offset)
            expected = dense[: table.rows]
            sums = Accumulator(["a", "b", "c", "d", "e", "y"])
            self.assertEqual(sums.add_arrow(table, weights="w"), 0)
            other = Accumulator(["a", "b", "c", "d", "e", "y"]).add(expected[:, :6], sample_weight=expected[:, 6])
            options = hpclinreg._options(True, 0.0, "drop", 1)
            np.testing.assert_array_equal(*(s.moments()._fit(range(5), 5, options).coefficients(5)[0] for s in (sums, other)))
            self.assertEqual(table.released, {"schema": 1, "array": -(-table.rows // table.batch_rows), "stream": 1})
            table = Table({name: columns[name][: table.rows] for name in "abcde"}, batch_rows, offset)
            model = LinearRegression().fit(table, expected[:, 5])
            np.testing.assert_array_equal(model.coef_, LinearRegression().fit(expected[:, :5], expected[:, 5]).coef_)
            self.assertEqual(table.released["stream"], 1)

    def test_missing_cells_of_an_arrow_stream(self):
        X, y = problem(300, 2)
        there = np.ones(300, bool)
        there[[4, 250]] = False
        a = X[:, 0].copy()
        a[17] = np.nan
        columns = {"a": (a, None), "b": (X[:, 1], there), "y": y}
        with self.assertRaisesRegex(ValueError, "Row 4 .*column 'b', is missing"):
            Accumulator(3).add_arrow(Table(columns, 100))
        sums = Accumulator(3)
        self.assertEqual(sums.add_arrow(Table(columns, 100, offset=5), skip_missing=True), 3)
        self.assertEqual((sums.rows, sums.next_row), (297, 300))
        with self.assertRaisesRegex(ValueError, "NaN"):
            LinearRegression().fit(Table(columns), y)

    def test_streams_that_cannot_be_used_are_refused_and_released(self):
        numbers = np.arange(10.0)
        big = np.full(10, 2**53 + 1)
        for table, words in [
            (Table({"a": numbers, "t": numbers}, formats={"t": "u"}), "column 't' is of the format 'u'"),
            (Table({"a": numbers, "t": numbers}, formats={"t": "tsu:UTC"}), "column 't'"),
            (Table({"a": numbers, "t": big}), "Row 0 .*column 't', is 9007199254740993"),
            (Table({"a": numbers, "t": numbers}, 4, fail_at=4), "the disk is gone"),
            (Table({"a": numbers}), "has 1 columns"),
        ]:
            sums = Accumulator(2)
            with self.subTest(words), self.assertRaisesRegex(ValueError, words):
                sums.add_arrow(table)
            self.assertEqual((table.released["stream"], table.released["schema"], sums.rows), (1, 1, 0))
        with self.assertRaisesRegex(ValueError, "no column 'z'"):
            Accumulator(["a", "z"]).add_arrow(Table({"a": numbers, "b": numbers}))


def _in_child(queue, model, X):
    try:
        model.predict(X)
        queue.put("no error")
    except ForkedError:
        queue.put("forked")


class Processes(unittest.TestCase):
    def test_a_forked_process_gets_an_error_and_the_parent_goes_on(self):
        X, y = problem(100_000, 8)
        model = LinearRegression(n_jobs=2).fit(X, y)
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        child = context.Process(target=_in_child, args=(queue, model, X), daemon=True)
        child.start()
        self.assertEqual(queue.get(timeout=30), "forked")
        child.join(30)
        self.assertEqual(child.exitcode, 0)
        model.predict(X)

    def test_a_fork_does_not_wait_for_a_stream_that_waits_for_it(self):
        X, y = problem(2000, 2)
        stop, rows = threading.Event(), []

        def stream():
            while not stop.is_set():
                sums = Accumulator(3)
                sums.add_arrow(Table({"a": X[:, 0], "b": X[:, 1], "y": y}, 1))
                rows.append(sums.rows)

        # The stream's functions are Python's, and wait for the interpreter, which a fork holds.
        thread = threading.Thread(target=stream)
        thread.start()
        for _ in range(20):
            child = os.fork()
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)
        stop.set()
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertEqual(set(rows), {2000})

    def test_threads_fit_at_once(self):
        problems = [problem(3000, 5, seed=seed) for seed in range(8)]
        expected = [LinearRegression().fit(*each).coef_ for each in problems]
        found = [None] * 8

        def fit(i):
            for _ in range(20):
                found[i] = LinearRegression().fit(*problems[i]).coef_

        threads = [threading.Thread(target=fit, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for a, b in zip(expected, found):
            np.testing.assert_array_equal(a, b)


if __name__ == "__main__":
    unittest.main()
