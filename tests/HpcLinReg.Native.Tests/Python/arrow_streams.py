"""Arrow C streams made by hand of NumPy arrays: what pyarrow, polars and DuckDB export, for tests on machines without them."""

import ctypes

import numpy as np

_FORMATS = {"float64": "g", "float32": "f", "int8": "c", "uint8": "C", "int16": "s", "uint16": "S", "int32": "i", "uint32": "I", "int64": "l", "uint64": "L", "bool": "b"}


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_RELEASE_SCHEMA = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_RELEASE_ARRAY = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))
_RELEASE_STREAM = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))
_GET_SCHEMA = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))
_GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))
_GET_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(_Stream))
_Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))), ("dictionary", ctypes.c_void_p), ("release", _RELEASE_SCHEMA), ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)), ("children", ctypes.POINTER(ctypes.POINTER(_Array))), ("dictionary", ctypes.c_void_p),
    ("release", _RELEASE_ARRAY), ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", _GET_SCHEMA), ("get_next", _GET_NEXT), ("get_last_error", _GET_ERROR), ("release", _RELEASE_STREAM), ("private_data", ctypes.c_void_p),
]


class Table:
    """Columns by name, in batches; a column is an array, or a pair of an array and a mask that is True where a cell is there.

    offset cells stand before the first one in every buffer, as in a slice. formats replaces the format of columns.
    """

    def __init__(self, columns, batch_rows=None, offset=0, formats=None, fail_at=None):
        self.columns = {name: column if isinstance(column, tuple) else (column, None) for name, column in columns.items()}
        self.columns = {name: (np.asarray(values), mask) for name, (values, mask) in self.columns.items()}
        self.rows = len(next(iter(self.columns.values()))[0])
        self.batch_rows, self.offset, self.formats, self.fail_at = batch_rows or max(1, self.rows), offset, formats or {}, fail_at
        self.released = {"schema": 0, "array": 0, "stream": 0}
        self._keep = []

    def __arrow_c_stream__(self, requested_schema=None):
        position = [0]

        def get_schema(_, schema):
            children = [
                self._kept(_Schema(self.formats.get(name, _FORMATS[values.dtype.name]).encode(), name.encode(), None, 2, 0, None, None, _RELEASE_SCHEMA(), None))
                for name, (values, _) in self.columns.items()
            ]
            pointers = self._kept((ctypes.POINTER(_Schema) * len(children))(*[ctypes.pointer(child) for child in children]))
            schema[0] = _Schema(b"+s", b"", None, 0, len(children), pointers, None, self._release(_RELEASE_SCHEMA, "schema"), None)
            return 0

        def get_next(_, array):
            start = position[0]
            if self.fail_at is not None and start >= self.fail_at:
                return 5
            if start >= self.rows:
                array[0] = _Array()
                return 0
            end = position[0] = min(self.rows, start + self.batch_rows)
            children = [self._column(values[start:end], None if mask is None else mask[start:end]) for values, mask in self.columns.values()]
            pointers = self._kept((ctypes.POINTER(_Array) * len(children))(*[ctypes.pointer(child) for child in children]))
            buffers = self._kept((ctypes.c_void_p * 1)(None))
            array[0] = _Array(end - start, 0, 0, 1, len(children), buffers, pointers, None, self._release(_RELEASE_ARRAY, "array"), None)
            return 0

        error = self._kept(ctypes.create_string_buffer(b"the disk is gone"))
        stream = self._kept(_Stream(
            self._kept(_GET_SCHEMA(get_schema)), self._kept(_GET_NEXT(get_next)), self._kept(_GET_ERROR(lambda _: ctypes.addressof(error))),
            self._release(_RELEASE_STREAM, "stream"), None,
        ))
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(stream), b"arrow_array_stream", None)

    def _column(self, values, mask):
        if values.dtype == bool:
            data = np.packbits(np.concatenate([np.zeros(self.offset, bool), values]), bitorder="little")
        else:
            data = np.concatenate([np.zeros(self.offset, values.dtype), values])
        bits = None if mask is None else np.packbits(np.concatenate([np.zeros(self.offset, bool), mask]), bitorder="little")
        self._keep += [data, bits]
        buffers = self._kept((ctypes.c_void_p * 2)(None if bits is None else bits.ctypes.data, data.ctypes.data))
        nulls = 0 if mask is None else int((~np.asarray(mask)).sum())
        return self._kept(_Array(len(values), nulls, self.offset, 2, 0, buffers, None, None, _RELEASE_ARRAY(), None))

    def _release(self, kind, name):
        def release(pointer):
            self.released[name] += 1
            pointer[0].release = kind()

        return self._kept(kind(release))

    def _kept(self, value):
        self._keep.append(value)
        return value
