"""Linear regression by HpcLinReg: LinearRegression and Ridge in scikit-learn's manner, and sums that travel.

One file, which needs NumPy and the native library HpcLinReg.Native.so: beside this file, or where the environment variable
HPCLINREG_LIBRARY says. scikit-learn is not needed. Columns may come as NumPy arrays, pandas data frames, or anything that has
``__arrow_c_stream__`` (pyarrow, polars, DuckDB). Arrays of doubles are read where they lie; others are converted first.

The library is loaded and called for the first time when something is fitted. A process that is forked after that cannot call it
(ForkedError): use multiprocessing's "spawn" or "forkserver", or joblib's default.
"""

import ctypes
import os
import platform
import sys

import numpy as np

__all__ = ["Accumulator", "ForkedError", "LinearRegression", "Moments", "Ridge", "library_version"]

_INTERFACE = 1


class ForkedError(RuntimeError):
    """The process was forked after it had called the library."""


class _Matrix(ctypes.Structure):
    _fields_ = [("values", ctypes.c_void_p)] + [(name, ctypes.c_int64) for name in ("rows", "columns", "row_stride", "column_stride")]


class _Vector(ctypes.Structure):
    _fields_ = [("values", ctypes.c_void_p), ("length", ctypes.c_int64), ("stride", ctypes.c_int64)]


class _FitOptions(ctypes.Structure):
    _fields_ = (
        [("size", ctypes.c_int64)]
        + [(name, ctypes.c_int32) for name in ("intercept", "digits", "rank_deficient", "weight_kind", "standardize_ridge", "threads")]
        + [("ridge", ctypes.c_double)]
    )


class _ModelInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("columns", "terms", "has_intercept", "rank")] + [
        (name, ctypes.c_double)
        for name in (
            "intercept", "intercept_standard_error", "ridge", "rows", "total_weight", "residual_degrees_of_freedom",
            "residual_sum_of_squares", "total_sum_of_squares", "residual_standard_error", "digits", "reciprocal_condition",
        )
    ]


class _SumsInfo(ctypes.Structure):
    _fields_ = [("columns", ctypes.c_int32), ("double_double", ctypes.c_int32)] + [
        (name, ctypes.c_int64) for name in ("first_row", "next_row", "rows")
    ] + [("total_weight", ctypes.c_double)]


class _Library:
    """The native library, loaded when it is first needed."""

    _ERRORS = {2: RuntimeError, 3: ForkedError, 4: OverflowError, 7: MemoryError, 8: RuntimeError}
    _FORKED = (
        "This process was forked after it had called HpcLinReg. Start workers by multiprocessing's 'spawn' or 'forkserver', "
        "or call the library in the workers only."
    )

    def __init__(self):
        self._functions = None
        self._process = None

    def call(self, name, *arguments):
        """Calls a function; raises what its status says."""
        if self._functions is None:
            self._load()
        if self._process != os.getpid():
            # Asked here as well, because a call in a forked process may wait for a thread that is not there.
            raise ForkedError(self._FORKED)
        status = getattr(self._functions, "hlr_" + name)(*arguments)
        if status != 0:
            raise self._ERRORS.get(status, ValueError)(self._message())

    def text(self, name, *arguments):
        """Returns the bytes of a function that copies them to a buffer."""
        length = ctypes.c_int64()
        capacity = 1 << 16
        while True:
            buffer = ctypes.create_string_buffer(capacity)
            try:
                self.call(name, *arguments, buffer, ctypes.c_int64(capacity), ctypes.byref(length))
            except ValueError:
                if length.value <= capacity:
                    raise
                capacity = length.value
                continue
            return buffer.raw[: length.value]

    def release(self, handle):
        """Forgets a handle; says nothing in a forked process, which has copies of its parent's objects."""
        if self._functions is not None and self._process == os.getpid():
            self._functions.hlr_release(ctypes.c_int64(handle))

    def _message(self):
        length = self._functions.hlr_last_error(None, ctypes.c_int64(0))
        buffer = ctypes.create_string_buffer(length + 1)
        self._functions.hlr_last_error(buffer, ctypes.c_int64(length + 1))
        # As NumPy spells it, which callers look for.
        return buffer.value.decode().replace("Infinity", "inf")

    def _load(self):
        suffix = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
        beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "HpcLinReg.Native" + suffix)
        path = os.environ.get("HPCLINREG_LIBRARY") or beside
        if not os.path.exists(path):
            raise OSError(f"There is no native library at {path}; put it there, or name it in the environment variable HPCLINREG_LIBRARY.")
        _require_processor()
        functions = ctypes.CDLL(path)
        functions.hlr_last_error.restype = ctypes.c_int64
        if functions.hlr_interface() != _INTERFACE:
            raise OSError(f"{path} has the interface {functions.hlr_interface()}, but this module needs {_INTERFACE}; use the library and the module of one version.")
        self._functions, self._process = functions, os.getpid()


def _require_processor():
    """Raises where the processor lacks what the library was compiled for, which would end the process."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as information:
            flags = next((line.split() for line in information if line.startswith("flags")), None)
    except OSError:
        return
    missing = [flag for flag in ("avx2", "fma", "bmi2") if flags is not None and flag not in flags]
    if missing:
        raise OSError(f"HpcLinReg needs a processor with AVX2 and FMA (x86-64-v3); this one lacks {', '.join(missing)}.")


_library = _Library()


def library_version():
    """Returns the version of the native library."""
    return _library.text("version").decode()


class _Handle:
    """A handle that is released with its owner."""

    def __init__(self, value):
        self.value = ctypes.c_int64(value)

    def __del__(self):
        if _library is not None:
            _library.release(self.value.value)

    def __deepcopy__(self, _):
        return self

    def __reduce__(self):
        raise TypeError("A handle of the native library means nothing in another process.")


def _new_handle(name, *arguments):
    handle = ctypes.c_int64()
    _library.call(name, *arguments, ctypes.byref(handle))
    return _Handle(handle.value)


def _names(names):
    """Returns names as C takes them; None for none."""
    if names is None:
        return None
    encoded = [str(name).encode() for name in names]
    if any(b"\0" in name for name in encoded):
        raise ValueError("A name has a zero character in it; rename the column.")
    return (ctypes.c_char_p * len(encoded))(*encoded)


# ---------------------------------------------------------------------------------------------------------------------- arrays


def _arrow_pointer(data):
    """Returns the address of an object's Arrow stream and the capsule that keeps it alive."""
    capsule = data.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.c_void_p(pointer(capsule, b"arrow_array_stream")), capsule


def _read_arrow(data):
    """Returns the rows of an object that has an Arrow stream, and the names of its columns."""
    pointer, capsule = _arrow_pointer(data)
    columns = ctypes.c_int32()
    handle = ctypes.c_int64()
    _library.call("arrow_open", pointer, ctypes.byref(handle), ctypes.byref(columns))
    reader, width = _Handle(handle.value), columns.value
    del capsule
    names = [_library.text("name", reader.value, ctypes.c_int32(j)).decode() for j in range(width)]
    pieces, count = [], ctypes.c_int64()
    while True:
        piece = np.empty((max(2048, (1 << 20) // max(1, width)), width))
        _library.call("arrow_read", reader.value, ctypes.c_void_p(piece.ctypes.data), ctypes.c_int64(len(piece)), ctypes.byref(count))
        if count.value == 0:
            break
        pieces.append(piece[: count.value])
    return (np.concatenate(pieces) if pieces else np.empty((0, width))), names


def _has_arrow(data):
    return hasattr(data, "__arrow_c_stream__") and not hasattr(data, "iloc")


def _feature_names(X):
    """Returns the names of a data frame's columns, if all are texts; None without names."""
    columns = getattr(X, "columns", None)
    if columns is None or not hasattr(X, "iloc"):
        return None
    names = list(columns)
    texts = [isinstance(name, str) for name in names]
    if any(texts) and not all(texts):
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input has "
            f"{sorted({type(name).__name__ for name in names})} as feature name / column name types. If you want feature names to be "
            "stored and validated, you must convert them all to strings, by using X.columns = X.columns.astype(str) for example."
        )
    return names if names and all(texts) else None


def _rows(X, name="X"):
    """Returns a matrix of doubles and the names of its columns, or None; refuses everything else with scikit-learn's words."""
    if _has_arrow(X):
        return _read_arrow(X)
    names = _feature_names(X)
    if hasattr(X, "toarray"):
        raise TypeError("A sparse matrix was passed, but dense data is required. Use X.toarray() to convert to a dense numpy array.")
    array = _doubles(X, name)
    if array.ndim != 2:
        got = "scalar array instead" if array.ndim == 0 else f"{array.ndim}D array instead"
        raise ValueError(
            f"Expected 2D array, got {got}:\narray={array}.\nReshape your data either using array.reshape(-1, 1) if your data has a "
            "single feature or array.reshape(1, -1) if it contains a single sample."
        )
    if array.shape[0] < 1:
        raise ValueError(f"Found array with 0 sample(s) (shape={array.shape}) while a minimum of 1 is required.")
    if array.shape[1] < 1:
        raise ValueError(f"Found array with 0 feature(s) (shape={array.shape}) while a minimum of 1 is required.")
    return array, names


def _doubles(values, name):
    """Returns an array of doubles, the same one where that is possible."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name} is a masked array with {int(np.ma.count_masked(values))} masked cells; leave such rows out or fill them in.")
    array = np.asarray(values)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.dtype.kind in "USMmV":
        raise ValueError(f"{name} must hold numbers, and holds {array.dtype}; convert it first.")
    if array.dtype.kind not in "fiub":
        _require_whole(max((abs(value) for value in array.flat if isinstance(value, int)), default=0), name)
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name} must hold numbers; {error}") from error
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8 and array.size:
        _require_whole(max(abs(int(array.min())), abs(int(array.max()))), name)
    return np.asarray(array, dtype=np.float64)


def _require_whole(most, name):
    if most > 1 << 53:
        raise ValueError(f"{name} has the whole number {most} (without its sign), which double cannot hold; divide the column by a power of ten.")


def _target(y, rows):
    """Returns the targets as a matrix, and whether there is one column of a single dimension."""
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None")
    array = _read_arrow(y)[0] if _has_arrow(y) else _doubles(y, "y")
    single = array.ndim == 1 or _has_arrow(y) and array.shape[1] == 1
    if array.ndim == 0 or array.ndim > 2:
        raise ValueError(f"y should be a 1d or 2d array, got an array of shape {array.shape} instead.")
    if len(array) != rows:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {[rows, len(array)]}")
    return array.reshape(rows, -1) if single else array, single


def _weights(sample_weight, rows):
    """Returns one weight for each row; None without weights."""
    if sample_weight is None:
        return None
    array = _read_arrow(sample_weight)[0].ravel() if _has_arrow(sample_weight) else _doubles(sample_weight, "sample_weight")
    if array.ndim == 0:
        array = np.full(rows, float(array))
    if array.ndim != 1:
        raise ValueError("Sample weights must be 1D array or scalar")
    if len(array) != rows:
        raise ValueError(f"sample_weight.shape == {array.shape}, expected {(rows,)}!")
    return array


def _matrix(array):
    """Returns a matrix as C takes it, and the array that must live as long."""
    if not array.flags.aligned or not array.dtype.isnative or any(stride % 8 for stride in array.strides):
        array = np.array(array, dtype=np.float64)
    row, column = (stride // 8 for stride in array.strides)
    return ctypes.byref(_Matrix(array.ctypes.data, array.shape[0], array.shape[1], row, column)), array


def _vector(array):
    if array is None:
        return None, None
    if not array.flags.aligned or not array.dtype.isnative or array.strides[0] % 8:
        array = np.array(array, dtype=np.float64)
    return ctypes.byref(_Vector(array.ctypes.data, len(array), array.strides[0] // 8)), array


def _options(intercept, ridge, rank_deficient, threads, digits=10, standardize_ridge=False):
    choices = {"drop": 0, "minimum-norm": 1}
    if rank_deficient not in choices:
        raise ValueError(f"rank_deficient is {rank_deficient!r}; it is 'minimum-norm' or 'drop'.")
    options = _FitOptions()
    _library.call("fit_options_default", ctypes.byref(options))
    options.intercept, options.ridge, options.rank_deficient = int(bool(intercept)), ridge, choices[rank_deficient]
    options.threads, options.digits, options.standardize_ridge = threads, digits, int(bool(standardize_ridge))
    return options


def _threads(n_jobs):
    """Returns the number of threads that scikit-learn's n_jobs asks for: None is 1, -1 all processors, -2 all but one."""
    if n_jobs is None:
        return 1
    if n_jobs == 0:
        raise ValueError("n_jobs == 0 has no meaning; it is None or 1 for one thread, and -1 for all processors.")
    return n_jobs if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + n_jobs)


# ---------------------------------------------------------------------------------------------------------------------- models


class _Model:
    """A fitted model of one target. Pickles as its JSON file."""

    def __init__(self, handle):
        self._handle = handle
        self._information = None

    @classmethod
    def from_json(cls, json):
        data = json.encode() if isinstance(json, str) else bytes(json)
        return cls(_new_handle("load", data, ctypes.c_int64(len(data))))

    def to_json(self):
        return _library.text("save", self._handle.value).decode()

    @property
    def information(self):
        if self._information is None:
            information = _ModelInfo()
            _library.call("model_info", self._handle.value, ctypes.byref(information))
            self._information = information
        return self._information

    def coefficients(self, terms):
        weights, intercept = np.empty(terms), ctypes.c_double()
        _library.call("model_coefficients", self._handle.value, ctypes.c_void_p(weights.ctypes.data), ctypes.c_int32(terms), ctypes.byref(intercept))
        return weights, intercept.value

    def standard_errors(self):
        errors = np.empty(self.information.terms)
        _library.call("model_standard_errors", self._handle.value, ctypes.c_void_p(errors.ctypes.data), ctypes.c_int32(len(errors)))
        return errors

    def predict(self, array, predictions, errors, threads):
        matrix, kept = _matrix(array)
        _library.call(
            "predict", self._handle.value, matrix, ctypes.c_void_p(predictions.ctypes.data),
            None if errors is None else ctypes.c_void_p(errors.ctypes.data), ctypes.c_int32(threads),
        )
        del kept

    def __deepcopy__(self, _):
        return self

    def __getstate__(self):
        return {"json": self.to_json()}

    def __setstate__(self, state):
        self.__init__(_Model.from_json(state["json"])._handle)


class Moments:
    """Count, means and centred cross-products of columns: all that a fit of any of them on others needs.

    They merge in any order, within an error bound; rows that were merged in can be removed again.
    """

    def __init__(self, handle):
        self._handle = handle

    def merge(self, other):
        """Returns the moments of both sets of rows together."""
        return Moments(_new_handle("moments_merge", self._handle.value, other._handle.value))

    def remove(self, other):
        """Returns the moments of the rows that stay when others, which are among these, leave."""
        return Moments(_new_handle("moments_remove", self._handle.value, other._handle.value))

    @property
    def rows(self):
        """The number of rows."""
        return _sums_info(self._handle).rows

    @property
    def names(self):
        """The names of the columns."""
        return _column_names(self._handle)

    @classmethod
    def from_bytes(cls, data):
        """Reads a .moments file; an accumulator in it is folded."""
        handle = _loaded(data)
        return cls(handle) if _sums_info(handle).first_row < 0 else cls(_new_handle("accumulator_moments", handle.value))

    def to_bytes(self):
        """Returns the .moments file of these sums, folded."""
        return _library.text("save", self._handle.value)

    def fit(self, target, features=None, *, ridge=0.0, fit_intercept=True, rank_deficient="minimum-norm", standardize=False):
        """Returns the model of one column on others, by default all: names or numbers, in the order of the coefficients."""
        names = self.names
        target = _place(names, target)
        features = [j for j in range(len(names)) if j != target] if features is None else [_place(names, feature) for feature in features]
        options = _options(fit_intercept, ridge, rank_deficient, 1, standardize_ridge=standardize)
        estimator = Ridge(ridge, fit_intercept=fit_intercept, standardize=standardize) if ridge else LinearRegression(
            fit_intercept=fit_intercept, rank_deficient=rank_deficient
        )
        estimator._take([self._fit(features, target, options)], len(features), [names[j] for j in features], True)
        return estimator

    def __reduce__(self):
        return Moments.from_bytes, (self.to_bytes(),)

    def _fit(self, features, target, options):
        columns = (ctypes.c_int32 * len(features))(*features)
        return _Model(_new_handle("moments_fit", self._handle.value, columns, ctypes.c_int32(len(features)), ctypes.c_int32(target), ctypes.byref(options)))


class Accumulator:
    """Sums the rows of a range, any number at a time, and merges with its neighbours: same rows, same bits, however they were cut.

    columns is a number of columns or a list of their names. first_row is the place of the range's first row in the whole data; cut
    ranges at multiples of 2048 rows, and an accumulator needs no memory for unfinished blocks. Rows are summed in double-double unless
    double_double is False; weights need it.
    """

    def __init__(self, columns, first_row=0, double_double=True):
        names = None if isinstance(columns, (int, np.integer)) else list(columns)
        width = int(columns) if names is None else len(names)
        self._handle = _new_handle(
            "accumulator_new", ctypes.c_int32(width), _names(names), ctypes.c_int64(first_row), ctypes.c_int32(int(bool(double_double)))
        )

    @classmethod
    def from_bytes(cls, data):
        """Reads a .moments file of an accumulator, which goes on as the saved one would."""
        handle = _loaded(data)
        if _sums_info(handle).first_row < 0:
            raise ValueError("The file has folded moments, which have no places for rows; read it with Moments.from_bytes.")
        accumulator = cls.__new__(cls)
        accumulator._handle = handle
        return accumulator

    def to_bytes(self):
        """Returns the .moments file: the same rows give the same bytes, however they were cut and merged."""
        return _library.text("save", self._handle.value)

    def __reduce__(self):
        return Accumulator.from_bytes, (self.to_bytes(),)

    def __deepcopy__(self, _):
        return Accumulator.from_bytes(self.to_bytes())

    def add(self, X, y=None, sample_weight=None):
        """Takes the next rows: the columns of X, then those of y."""
        array, _ = _rows(X)
        x, x_kept = _matrix(array)
        y_matrix, y_kept = (None, None) if y is None else _matrix(_target(y, len(array))[0])
        weights, weights_kept = _vector(_weights(sample_weight, len(array)))
        _library.call("accumulator_add", self._handle.value, x, y_matrix, weights)
        del x_kept, y_kept, weights_kept
        return self

    def add_arrow(self, data, weights=None, skip_missing=False):
        """Takes the rows of an object with an Arrow stream, without holding them all; weights names a column.

        With names the accumulator takes the columns of its names, else all. Returns how many rows were left out because a value is missing.
        """
        pointer, capsule = _arrow_pointer(data)
        skipped = ctypes.c_int64()
        _library.call(
            "accumulator_add_arrow", self._handle.value, pointer, None if weights is None else str(weights).encode(),
            ctypes.c_int32(int(bool(skip_missing))), ctypes.byref(skipped),
        )
        del capsule
        return skipped.value

    def skip(self, rows):
        """Leaves the places of the next rows empty."""
        _library.call("accumulator_skip", self._handle.value, ctypes.c_int64(rows))
        return self

    def merge(self, other):
        """Joins the rows of the range directly before or behind this one; the other accumulator keeps its own."""
        _library.call("accumulator_merge", self._handle.value, other._handle.value)
        return self

    def moments(self):
        """Returns the moments of all rows so far."""
        return Moments(_new_handle("accumulator_moments", self._handle.value))

    @property
    def rows(self):
        """The number of rows that count."""
        return _sums_info(self._handle).rows

    @property
    def first_row(self):
        """The place of the first row."""
        return _sums_info(self._handle).first_row

    @property
    def next_row(self):
        """The place of the next row to come."""
        return _sums_info(self._handle).next_row

    @property
    def names(self):
        """The names of the columns."""
        return _column_names(self._handle)


def _loaded(data):
    data = bytes(data)
    handle = _new_handle("load", data, ctypes.c_int64(len(data)))
    if not data.startswith(b"HLRMOMT"):
        raise ValueError("The bytes are a model, not sums; read them with from_json.")
    return handle


def _place(names, column):
    if isinstance(column, str):
        if column not in names:
            raise ValueError(f"There is no column {column!r}; there are {', '.join(names)}.")
        return names.index(column)
    if not 0 <= column < len(names):
        raise ValueError(f"There is no column {column} (counted from 0); there are {len(names)}.")
    return int(column)


def _sums_info(handle):
    information = _SumsInfo()
    _library.call("sums_info", handle.value, ctypes.byref(information))
    return information


def _column_names(handle):
    return [_library.text("name", handle.value, ctypes.c_int32(j)).decode() for j in range(_sums_info(handle).columns)]


# ------------------------------------------------------------------------------------------------------------------ estimators


class _Estimator:
    """What LinearRegression and Ridge share."""

    _estimator_type = "regressor"
    _PARAMETERS = ()

    def get_params(self, deep=True):
        """Returns the parameters by name."""
        return {name: getattr(self, name) for name in self._PARAMETERS}

    def set_params(self, **params):
        """Sets parameters by name."""
        for name, value in params.items():
            if name not in self._PARAMETERS:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {sorted(self._PARAMETERS)!r}.")
            setattr(self, name, value)
        return self

    def __repr__(self):
        defaults = type(self)().get_params() if type(self).__init__ is not object.__init__ else {}
        changed = [f"{name}={value!r}" for name, value in self.get_params().items() if repr(value) != repr(defaults.get(name))]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __copy__(self):
        """Shares what is never changed, but not the sums that partial_fit adds to."""
        import copy

        other = type(self).__new__(type(self))
        other.__dict__.update({name: copy.deepcopy(value) if name == "_sums" else value for name, value in self.__dict__.items()})
        return other

    def _more_tags(self):
        return {"multioutput": True}

    def __sklearn_tags__(self):
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor", target_tags=TargetTags(required=True, multi_output=True), transformer_tags=None,
            classifier_tags=None, regressor_tags=RegressorTags(), input_tags=InputTags(),
        )

    def fit(self, X, y, sample_weight=None):
        """Fits the rows of X, n by d, to y, of n values or n by m; sample_weight has a weight of each row, 0 for none."""
        options = self._fit_options()
        array, names = _rows(X)
        targets, single = _target(y, len(array))
        weights = _weights(sample_weight, len(array))
        penalties = self._penalties(targets.shape[1])
        x, x_kept = _matrix(array)
        vector, weights_kept = _vector(weights)
        models = []
        for penalty, columns in penalties:
            y_matrix, y_kept = _matrix(targets[:, columns])
            handles = (ctypes.c_int64 * y_kept.shape[1])()
            options.ridge = penalty
            _library.call("fit", x, y_matrix, vector, _model_names(names, array.shape[1], y_kept.shape[1]), ctypes.byref(options), handles)
            models += [_Model(_Handle(handle)) for handle in handles]
        del x_kept, weights_kept, y_kept
        self._forget()
        self._take(models, array.shape[1], names, single)
        return self

    def partial_fit(self, X, y, sample_weight=None):
        """Adds rows to those of earlier calls, and fits all of them; the same answer as fit of all rows within the digits asked for."""
        options = self._fit_options()
        array, names = _rows(X)
        targets, single = _target(y, len(array))
        sums = getattr(self, "_sums", None)
        if sums is None:
            sums = _Sums(Accumulator(array.shape[1] + targets.shape[1]), array.shape[1], names, targets.shape[1], single)
        else:
            self._require_features(array, names)
            if targets.shape[1] != sums.targets:
                raise ValueError(f"y has {targets.shape[1]} targets, but earlier calls had {sums.targets}.")
        sums.accumulator.add(array, targets, _weights(sample_weight, len(array)))
        moments, models = sums.accumulator.moments(), [None] * sums.targets
        for penalty, columns in self._penalties(sums.targets):
            options.ridge = penalty
            for target in range(sums.targets)[columns]:
                models[target] = moments._fit(range(sums.features), sums.features + target, options)
        self._take(models, sums.features, sums.names, sums.single)
        self._sums = sums
        return self

    def predict(self, X, return_std=False):
        """Returns the predictions of the rows of X.

        With return_std also the standard deviation of one observation at each row, sqrt(s^2 + e^2): s is the residual standard error
        and e the standard error of the prediction as an estimate of the mean (standard_errors has those of the coefficients).
        """
        self._require_fitted()
        array, names = _rows(X)
        self._require_features(array, names)
        shape = (len(self._models), len(array))
        predictions = np.empty(shape)
        errors = np.empty(shape) if return_std else None
        threads = _threads(self.n_jobs)
        for j, model in enumerate(self._models):
            model.predict(array, predictions[j], errors[j] if return_std else None, threads)
        if return_std:
            s = np.array([[model.information.residual_standard_error] for model in self._models])
            deviations = np.hypot(s, errors)
            return (predictions[0], deviations[0]) if self._single else (predictions.T, deviations.T)
        return predictions[0] if self._single else predictions.T

    def score(self, X, y, sample_weight=None):
        """Returns R squared of the predictions, averaged over the targets."""
        predictions = self.predict(X)
        targets, _ = _target(y, len(predictions))
        predictions = predictions.reshape(targets.shape)
        weights = _weights(sample_weight, len(predictions))
        if len(predictions) < 2:
            return float("nan")
        mean = np.average(targets, axis=0, weights=weights)
        column = 1.0 if weights is None else weights[:, None]
        residual, total = (column * (targets - predictions) ** 2).sum(axis=0), (column * (targets - mean) ** 2).sum(axis=0)
        varies = total != 0
        scores = np.where(residual == 0, 1.0, 0.0)
        scores[varies] = 1 - residual[varies] / total[varies]
        return float(scores.mean())

    @property
    def standard_errors_(self):
        """The standard errors of coef_, NaN where there is none."""
        self._require_fitted()
        return self._of_all([model.standard_errors() for model in self._models])

    @property
    def intercept_standard_error_(self):
        """The standard error of intercept_."""
        return self._of_each("intercept_standard_error")

    @property
    def residual_standard_error_(self):
        """The standard deviation of the noise, s."""
        return self._of_each("residual_standard_error")

    @property
    def residual_degrees_of_freedom_(self):
        """n less the effective number of coefficients."""
        return self._of_each("residual_degrees_of_freedom")

    @property
    def digits_(self):
        """How many decimal digits of the worst coefficient are certain."""
        return self._of_each("digits")

    @property
    def rank_(self):
        """The number of independent features, as scikit-learn counts it: without the intercept."""
        self._require_fitted()
        information = self._models[0].information
        return information.rank - information.has_intercept

    def to_json(self, target=0):
        """Returns the model file of a target, which the tool hpclinreg and the service read."""
        self._require_fitted()
        return self._models[target].to_json()

    def _of_each(self, name):
        self._require_fitted()
        return self._of_all([getattr(model.information, name) for model in self._models])

    def _of_all(self, values):
        return values[0] if self._single else np.array(values)

    def _take(self, models, features, names, single):
        coefficients = [model.coefficients(features) for model in models]
        self._models, self._single = models, single
        self.n_features_in_ = features
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self.coef_ = self._of_all([weights for weights, _ in coefficients])
        self.intercept_ = self._of_all([intercept for _, intercept in coefficients])
        if not self.fit_intercept:
            self.intercept_ = 0.0

    def _forget(self):
        if hasattr(self, "_sums"):
            del self._sums

    def _require_fitted(self):
        if not hasattr(self, "_models"):
            raise _not_fitted()(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before using this estimator.")

    def _require_features(self, array, names):
        fitted = getattr(self, "feature_names_in_", None)
        if names is not None and fitted is not None and list(names) != list(fitted):
            raise ValueError(_names_differ(names, list(fitted)))
        if names is None and fitted is not None:
            _warn(f"X does not have valid feature names, but {type(self).__name__} was fitted with feature names")
        if names is not None and fitted is None:
            _warn(f"X has feature names, but {type(self).__name__} was fitted without feature names")
        if array.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {array.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input.")


class _Sums:
    """What partial_fit has seen; copies and pickles as a .moments file."""

    def __init__(self, accumulator, features, names, targets, single):
        self.accumulator, self.features, self.names, self.targets, self.single = accumulator, features, names, targets, single


def _model_names(names, features, targets):
    if names is None or len(set(names)) < len(names) or any(not name for name in names):
        return None
    labels = ["y"] if targets == 1 else [f"y{j + 1}" for j in range(targets)]
    while set(labels) & set(names):
        labels = ["_" + label for label in labels]
    return _names(list(names) + labels)


def _names_differ(names, fitted):
    message = "The feature names should match those that were passed during fit.\n"
    unexpected, missing = sorted(set(names) - set(fitted)), sorted(set(fitted) - set(names))
    for title, which in (("Feature names unseen at fit time:\n", unexpected), ("Feature names seen at fit time, yet now missing:\n", missing)):
        if which:
            message += title + "".join(f"- {name}\n" for name in which[:5]) + ("- ...\n" if len(which) > 5 else "")
    return message if unexpected or missing else message + "Feature names must be in the same order as they were in fit.\n"


def _warn(message):
    import warnings

    warnings.warn(message, stacklevel=3)


def _not_fitted():
    """Returns scikit-learn's exception where scikit-learn is loaded."""
    module = sys.modules.get("sklearn.exceptions")
    return module.NotFittedError if module else ValueError


class LinearRegression(_Estimator):
    """Least squares: minimizes the sum of squared residuals, with an intercept unless fit_intercept is False.

    Where columns determine each other, rank_deficient chooses among the best coefficients: those of the smallest norm, as scikit-learn
    does, or "drop", which leaves such columns out, as R does. n_jobs is the number of threads; the bits are the same for any. X is never
    written, whatever copy_X says; positive exists for scikit-learn's callers and must be False.

    After fit: coef_, intercept_, standard_errors_, intercept_standard_error_, residual_standard_error_, residual_degrees_of_freedom_,
    rank_, digits_, n_features_in_, and feature_names_in_ where X has names.
    """

    _PARAMETERS = ("copy_X", "fit_intercept", "n_jobs", "positive", "rank_deficient")

    def __init__(self, *, fit_intercept=True, copy_X=True, n_jobs=None, positive=False, rank_deficient="minimum-norm"):
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.n_jobs = n_jobs
        self.positive = positive
        self.rank_deficient = rank_deficient

    def _fit_options(self):
        if self.positive:
            raise ValueError("positive=True is not supported: HpcLinReg has no fit with coefficients of one sign; use scikit-learn's.")
        return _options(self.fit_intercept, 0.0, self.rank_deficient, _threads(self.n_jobs))

    def _penalties(self, targets):
        return [(0.0, slice(None))]


class Ridge(_Estimator):
    """Ridge regression: minimizes the sum of squared residuals plus alpha times the sum of squared coefficients.

    alpha is a number, or has one for each target; the intercept is not penalized. With standardize True it penalizes the coefficients of
    standardized columns instead, so that it has no units. Attributes as LinearRegression has them.
    """

    _PARAMETERS = ("alpha", "copy_X", "fit_intercept", "n_jobs", "positive", "standardize")

    def __init__(self, alpha=1.0, *, fit_intercept=True, copy_X=True, n_jobs=None, positive=False, standardize=False):
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.n_jobs = n_jobs
        self.positive = positive
        self.standardize = standardize

    def _fit_options(self):
        if self.positive:
            raise ValueError("positive=True is not supported: HpcLinReg has no fit with coefficients of one sign; use scikit-learn's.")
        return _options(self.fit_intercept, 0.0, "minimum-norm", _threads(self.n_jobs), standardize_ridge=self.standardize)

    def _penalties(self, targets):
        alphas = np.asarray(self.alpha, dtype=np.float64)
        if alphas.ndim == 0 or alphas.size == 1:
            return [(float(alphas.ravel()[0]), slice(None))]
        if alphas.shape != (targets,):
            raise ValueError(f"Number of targets and number of penalties do not correspond: {alphas.size} != {targets}")
        return [(float(alpha), slice(j, j + 1)) for j, alpha in enumerate(alphas)]
