using System.Text;

namespace HpcLinReg.Native.Tests;

/// <summary>Calls the exported functions as a C program does: by address, with pointers and handles.</summary>
internal static unsafe class Caller
{
    /// <summary>Views a row-major matrix.</summary>
    internal static MatrixArgument Matrix(double* values, long rows, long columns) =>
        new() { Values = values, Rows = rows, Columns = columns, RowStride = columns, ColumnStride = 1 };

    internal static Status Fit(MatrixArgument x, MatrixArgument y, VectorArgument? weights, FitSettings settings, out long[] models)
    {
        models = new long[Math.Max(1, y.Columns)];
        VectorArgument w = weights ?? default;
        delegate* unmanaged<MatrixArgument*, MatrixArgument*, VectorArgument*, byte**, FitSettings*, long*, int> fit = &Exports.Fit;
        fixed (long* handles = models)
        {
            return (Status)fit(&x, &y, weights is null ? null : &w, null, &settings, handles);
        }
    }

    internal static Status Coefficients(long model, Span<double> weights, out double intercept)
    {
        delegate* unmanaged<long, double*, int, double*, int> coefficients = &Exports.GetCoefficients;
        double b;
        fixed (double* w = weights)
        {
            int status = coefficients(model, w, weights.Length, &b);
            intercept = b;
            return (Status)status;
        }
    }

    internal static Status Predict(long model, MatrixArgument x, double* predictions, double* errors = null, int threads = 1)
    {
        delegate* unmanaged<long, MatrixArgument*, double*, double*, int, int> predict = &Exports.Predict;
        return (Status)predict(model, &x, predictions, errors, threads);
    }

    internal static Status NewAccumulator(int columns, long firstRow, out long accumulator, int precision = 1)
    {
        delegate* unmanaged<int, byte**, long, int, long*, int> create = &Exports.NewAccumulator;
        long handle = 0;
        int status = create(columns, null, firstRow, precision, &handle);
        accumulator = handle;
        return (Status)status;
    }

    internal static Status Add(long accumulator, MatrixArgument x, VectorArgument? weights = null)
    {
        delegate* unmanaged<long, MatrixArgument*, MatrixArgument*, VectorArgument*, int> add = &Exports.AddRows;
        VectorArgument w = weights ?? default;
        return (Status)add(accumulator, &x, null, weights is null ? null : &w);
    }

    internal static Status Merge(long accumulator, long other)
    {
        delegate* unmanaged<long, long, int> merge = &Exports.MergeAccumulators;
        return (Status)merge(accumulator, other);
    }

    internal static Status Info(long handle, out SumsFacts facts)
    {
        delegate* unmanaged<long, SumsFacts*, int> info = &Exports.GetSumsInfo;
        fixed (SumsFacts* result = &facts)
        {
            return (Status)info(handle, result);
        }
    }

    internal static Status Release(long handle)
    {
        delegate* unmanaged<long, int> release = &Exports.Release;
        return (Status)release(handle);
    }

    internal static Status Load(ReadOnlySpan<byte> file, out long handle)
    {
        delegate* unmanaged<byte*, long, long*, int> load = &Exports.Load;
        long loaded = 0;
        fixed (byte* bytes = file)
        {
            int status = load(bytes, file.Length, &loaded);
            handle = loaded;
            return (Status)status;
        }
    }

    internal static byte[] Save(long handle)
    {
        delegate* unmanaged<long, byte*, long, long*, int> save = &Exports.Save;
        long length = 0;
        Assert.Equal(Status.TooSmall, (Status)save(handle, null, 0, &length));
        byte[] file = new byte[length];
        fixed (byte* bytes = file)
        {
            Assert.Equal(Status.Ok, (Status)save(handle, bytes, length, &length));
        }

        return file;
    }

    /// <summary>Returns the last message, as much of it as the capacity allows.</summary>
    internal static string LastError(int capacity = 1000)
    {
        delegate* unmanaged<byte*, long, long> last = &Exports.GetLastError;
        byte[] buffer = new byte[capacity];
        fixed (byte* bytes = buffer)
        {
            last(bytes, capacity);
        }

        return Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0));
    }
}
