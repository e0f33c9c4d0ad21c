using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Predictions;

/// <summary>
/// A model as a function of DuckDB's: it takes the numbers of <see cref="DesignQuery"/> by columns, and gives NULL where there is no
/// prediction. DuckDB calls it for 2048 rows at a time, on all of its threads, and not in the order of the rows.
/// </summary>
internal sealed unsafe class PredictionFunction : IDisposable
{
    private const int RowsBetweenReports = 1 << 20;

    private readonly RegressionModel _model;
    private readonly ThreadLocal<Worker> _workers;
    private readonly IProgress<long>? _rowsRead;
    private readonly UnseenLevels _unseen;
    private long _rows;

    private PredictionFunction(RegressionModel model, DesignQuery query, UnseenLevels unseen, IProgress<long>? rowsRead)
    {
        _model = model;
        _rowsRead = rowsRead;
        _unseen = unseen;
        _workers = new ThreadLocal<Worker>(() => new Worker(query.ForThread()), trackAllValues: true);
    }

    /// <summary>Gets the number of rows that were predicted.</summary>
    internal long Rows => Interlocked.Read(ref _rows);

    /// <summary>Gets whether a row breaks a combination of columns that held in every training row.</summary>
    internal bool BreaksAlias => _workers.Values.Any(worker => worker.BreaksAlias);

    /// <summary>
    /// Gets whether a row has a level that the model was not fitted on and is not counted among those without a prediction.
    /// </summary>
    internal bool HasUnseen => _workers.Values.Any(worker => worker.HasUnseen);

    /// <summary>Gets the exception that ended the prediction; null without one.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Gets the rows without a prediction by their cause.</summary>
    internal ImmutableDictionary<(PredictionIssue Issue, int Place), long> Issues => _workers.Values.SelectMany(worker => worker.Issues)
        .GroupBy(pair => pair.Key).ToImmutableDictionary(group => group.Key, group => group.Sum(pair => pair.Value));

    /// <summary>Makes a model a function of a session's, for as long as the session is open.</summary>
    /// <param name="session">The session.</param>
    /// <param name="name">The function's name.</param>
    /// <param name="model">The model.</param>
    /// <param name="query">What the function's arguments are.</param>
    /// <param name="unseen">What becomes of levels that the model was not fitted on.</param>
    /// <param name="rowsRead">Receives the number of rows predicted so far, from time to time, one call at a time.</param>
    internal static PredictionFunction Register(Session session, string name, RegressionModel model, DesignQuery query, UnseenLevels unseen,
        IProgress<long>? rowsRead)
    {
        PredictionFunction prediction = new(model, query, unseen, rowsRead);
        nint function = NativeMethods.ScalarFunction.DuckDBCreateScalarFunction();
        using DuckDBLogicalType number = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Double);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetName(function, name);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetVarargs(function, number);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetReturnType(function, number);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetSpecialHandling(function);
        // So that every row is counted: DuckDB calls another function once for equal arguments.
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetVolatile(function);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetExtraInfo(function, GCHandle.ToIntPtr(GCHandle.Alloc(prediction)), &Free);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetFunction(function, &Evaluate);
        DuckDBState state = NativeMethods.ScalarFunction.DuckDBRegisterScalarFunction(session.NativeConnection, function);
        NativeMethods.ScalarFunction.DuckDBDestroyScalarFunction(ref function);
        return state == DuckDBState.Success ? prediction
            : throw new InvalidOperationException($"DuckDB refuses the function '{name}'.");
    }

    public void Dispose() => _workers.Dispose();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint extra) => GCHandle.FromIntPtr(extra).Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Evaluate(nint info, nint input, nint output)
    {
        var prediction =
            (PredictionFunction)GCHandle.FromIntPtr(NativeMethods.ScalarFunction.DuckDBScalarFunctionGetExtraInfo(info)).Target!;
        try
        {
            prediction.Run(input, output);
        }
        catch (Exception exception)
        {
            // No exception may leave through native code.
            prediction.Failure ??= exception;
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetError(info, exception.Message);
        }
    }

    private void Run(nint input, nint output)
    {
        // The chunk is DuckDB's; a handle of this kind would free it when it is disposed, or collected.
        DuckDBDataChunk chunk = new(input);
        try
        {
            int rows = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            Worker worker = _workers.Value!;
            int width = worker.Query.Width;
            Span<double> read = worker.Rows(rows * width);
            for (int i = 0; i < width; i++)
            {
                RowMajor.Scatter(
                    new ReadOnlySpan<double>(
                        NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i)), rows),
                    read[i..], width);
            }

            worker.TakeUnseen(read, _unseen);
            Span<double> predictions = new(NativeMethods.Vectors.DuckDBVectorGetData(output), rows);
            worker.Query.Predict(_model, read, predictions);
            CountWithout(worker, read, predictions, output);
            if (!_model.Aliased.IsEmpty && !worker.BreaksAlias)
            {
                worker.FindBrokenAlias(_model, read);
            }

            Report(rows);
        }
        finally
        {
            chunk.SetHandleAsInvalid();
        }
    }

    private void CountWithout(Worker worker, ReadOnlySpan<double> read, ReadOnlySpan<double> predictions, nint output)
    {
        ulong* present = null;
        int width = worker.Query.Width;
        for (int i = 0; i < predictions.Length; i++)
        {
            if (double.IsFinite(predictions[i]))
            {
                continue;
            }

            if (present == null)
            {
                NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(output);
                present = NativeMethods.Vectors.DuckDBVectorGetValidity(output);
            }

            present[i >> 6] &= ~(1UL << (i & 63));
            Prediction prediction = worker.Query.Predict(_model, read.Slice(i * width, width));
            ref long count = ref CollectionsMarshal.GetValueRefOrAddDefault(worker.Issues, (prediction.Issue, prediction.Place), out _);
            count++;
        }
    }

    private void Report(int rows)
    {
        long all = Interlocked.Add(ref _rows, rows);
        if (_rowsRead is not null && all / RowsBetweenReports != (all - rows) / RowsBetweenReports)
        {
            lock (_workers)
            {
                _rowsRead.Report(all);
            }
        }
    }

    /// <summary>What one thread of DuckDB's needs.</summary>
    private sealed class Worker(DesignQuery query)
    {
        private double[] _rows = [];

        internal DesignQuery Query { get; } = query;

        internal Dictionary<(PredictionIssue Issue, int Place), long> Issues { get; } = [];

        internal bool BreaksAlias { get; private set; }

        internal bool HasUnseen { get; private set; }

        internal Span<double> Rows(int length)
        {
            if (_rows.Length < length)
            {
                _rows = new double[length];
            }

            return _rows.AsSpan(0, length);
        }

        internal void TakeUnseen(Span<double> read, UnseenLevels unseen)
        {
            for (int row = 0; unseen != UnseenLevels.Missing && row < read.Length; row += Query.Width)
            {
                foreach (int place in Query.TextPlaces)
                {
                    if (read[row + place] == -1)
                    {
                        (HasUnseen, read[row + place]) = (true, 0);
                    }
                }
            }
        }

        internal void FindBrokenAlias(RegressionModel model, ReadOnlySpan<double> read)
        {
            const double AnyLevel = 0.5;
            for (int place = 0; place < read.Length && !BreaksAlias; place += Query.Width)
            {
                BreaksAlias = Query.PredictWithUncertainty(model, read.Slice(place, Query.Width), AnyLevel) is
                {
                    Prediction.HasValue: true,
                    BreaksAlias: true
                };
            }
        }
    }
}
