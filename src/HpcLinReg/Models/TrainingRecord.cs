using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg;

/// <summary>Gathers <see cref="TrainingFacts"/> from the rows of one reading, in order.</summary>
/// <remarks>Not thread-safe. Adding a row allocates nothing.</remarks>
public sealed class TrainingRecord
{
    // The multipliers of SplitMix64 (Steele, Lea and Flood 2014), which spread every bit of a value over the word.
    private const ulong FirstMultiplier = 0xBF58476D1CE4E5B9, SecondMultiplier = 0x94D049BB133111EB;

    private readonly double[] _least;
    private readonly double[] _most;
    private readonly double[] _sums;
    private readonly double[] _sumErrors;
    private readonly double[] _missing;
    private readonly WeightKind? _weights;
    private long _rows;
    private double _logWeights;
    private double _logWeightErrors;
    private ulong _first = 1;
    private ulong _second = 2;

    /// <summary>Makes a record without rows.</summary>
    /// <param name="columns">The number of values of a row.</param>
    /// <param name="weights">The meaning of the rows' weights; null where there are none.</param>
    public TrainingRecord(int columns, WeightKind? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (_least, _most, _sums, _sumErrors) = (new double[columns], new double[columns], new double[columns], new double[columns]);
        Array.Fill(_least, double.PositiveInfinity);
        Array.Fill(_most, double.NegativeInfinity);
        _missing = new double[columns];
        _weights = weights;
    }

    /// <summary>Gets the kind of the target's column, as <see cref="TrainingFacts.TargetKind"/>.</summary>
    public CellKind TargetKind { get; init; }

    /// <summary>Gets the number of rows added.</summary>
    public long RowCount => _rows;

    /// <inheritdoc cref="Add(ReadOnlySpan{double}, double, double)"/>
    public void Add(ReadOnlySpan<double> row, double target) => Add(row, target, 1);

    /// <summary>Adds a row that is used; rows of weight 0 are not.</summary>
    /// <param name="row">The values of the columns; those that are not finite are passed over.</param>
    /// <param name="target">The target.</param>
    /// <param name="weight">The weight; 1 without weights.</param>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    public void Add(ReadOnlySpan<double> row, double target, double weight)
    {
        if (row.Length != _least.Length)
        {
            throw new ArgumentException($"The row has {row.Length} values, but the record is of {_least.Length} columns.", nameof(row));
        }

        AddRow(row, target, weight);
    }

    /// <inheritdoc cref="Add(MatrixSpan{double}, int, int)"/>
    public void Add(MatrixSpan<double> rows, int target) => Add(rows, target, -1);

    /// <summary>Adds rows that are used, which hold the columns first; rows of weight 0 are not.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="target">The index of the target in a row.</param>
    /// <param name="weight">The index of the weight in a row; −1 without weights.</param>
    /// <exception cref="ArgumentException">A row has fewer values than there are columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in a row.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(MatrixSpan<double> rows, int target, int weight)
    {
        if (rows.Columns < _least.Length)
        {
            throw new ArgumentException($"A row has {rows.Columns} values, but the record is of {_least.Length} columns.", nameof(rows));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, rows.Columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(weight, rows.Columns);
        for (int i = 0; i < rows.Rows; i++)
        {
            ReadOnlySpan<double> row = rows[i];
            AddRow(row[.._least.Length], row[target], weight < 0 ? 1 : row[weight]);
        }
    }

    // A program that has just started runs methods unoptimized, and this one is called for every row of a file.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRow(ReadOnlySpan<double> row, double target, double weight)
    {
        if (weight == 0)
        {
            return;
        }

        AddValues(row);
        ulong bits = BitConverter.DoubleToUInt64Bits(target == 0 ? 0 : target);
        if (_weights is not null)
        {
            bits ^= BitOperations.RotateLeft(BitConverter.DoubleToUInt64Bits(weight) * SecondMultiplier, 17);
        }

        _first = BitOperations.RotateLeft((_first ^ bits) * FirstMultiplier, 29);
        _second = BitOperations.RotateLeft((_second + bits) * SecondMultiplier, 31) ^ bits;
        if (_weights is not null)
        {
            Add(ref _logWeights, ref _logWeightErrors, Math.Log(weight));
        }

        _rows++;
    }

    /// <summary>Adds the values of a row to ranges and sums, four columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddValues(ReadOnlySpan<double> row)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        ref double least = ref MemoryMarshal.GetArrayDataReference(_least);
        ref double most = ref MemoryMarshal.GetArrayDataReference(_most);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_sums);
        ref double error = ref MemoryMarshal.GetArrayDataReference(_sumErrors);
        int j = 0;
        for (; j <= row.Length - Vector256<double>.Count; j += Vector256<double>.Count)
        {
            Vector256<double> value = Vector256.LoadUnsafe(ref x, (nuint)j), before = Vector256.LoadUnsafe(ref sum, (nuint)j);
            var isFinite = Vector256.IsFinite(value);
            Vector256<double> low = Vector256.LoadUnsafe(ref least, (nuint)j), high = Vector256.LoadUnsafe(ref most, (nuint)j);
            Vector256.ConditionalSelect(isFinite & Vector256.LessThan(value, low), value, low).StoreUnsafe(ref least, (nuint)j);
            Vector256.ConditionalSelect(isFinite & Vector256.GreaterThan(value, high), value, high).StoreUnsafe(ref most, (nuint)j);

            if (isFinite.AsUInt64() != Vector256<ulong>.AllBitsSet)
            {
                ref double missing = ref _missing[j];
                (Vector256.LoadUnsafe(ref missing) + Vector256.AndNot(Vector256<double>.One, isFinite)).StoreUnsafe(ref missing);
            }

            // The rounding is kept (Knuth's two-sum), so that means do not depend on the number of rows.
            Vector256<double> term = value & isFinite, total = before + term, part = total - before;
            ((before - (total - part)) + (term - part) + Vector256.LoadUnsafe(ref error, (nuint)j)).StoreUnsafe(ref error, (nuint)j);
            total.StoreUnsafe(ref sum, (nuint)j);
        }

        for (; j < row.Length; j++)
        {
            double value = Unsafe.Add(ref x, j);
            if (!double.IsFinite(value))
            {
                _missing[j]++;
                continue;
            }

            if (value < Unsafe.Add(ref least, j))
            {
                Unsafe.Add(ref least, j) = value;
            }

            if (value > Unsafe.Add(ref most, j))
            {
                Unsafe.Add(ref most, j) = value;
            }

            Add(ref Unsafe.Add(ref sum, j), ref Unsafe.Add(ref error, j), value);
        }
    }

    /// <summary>Returns the facts of the rows so far.</summary>
    /// <param name="rowsDropped">How many rows were left out because a value was missing.</param>
    /// <param name="reading">
    /// How the columns of a file were read (<see cref="TrainingFacts.Reading"/>); null where nothing needs to be said.
    /// </param>
    /// <returns>The facts.</returns>
    public TrainingFacts ToFacts(long rowsDropped, ImmutableSortedDictionary<string, string>? reading = null) => new()
    {
        RowsDropped = rowsDropped,
        Reading = reading ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        Means = [.. _sums.Select((sum, j) => _least[j] <= _most[j] ? (sum + _sumErrors[j]) / (_rows - _missing[j]) : double.NaN)],
        Least = [.. _least.Select(value => double.IsFinite(value) ? value : double.NaN)],
        Most = [.. _most.Select(value => double.IsFinite(value) ? value : double.NaN)],
        SumOfLogWeights = _logWeights + _logWeightErrors,
        Weights = _weights,
        TargetKind = TargetKind,
        RowDigest = string.Create(CultureInfo.InvariantCulture, $"{_rows:x}-{_first:x16}{_second:x16}"),
    };

    /// <summary>Adds a number to a sum whose rounding error is kept (two-sum, Knuth).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double sum, ref double error, double value)
    {
        double total = sum + value, virtualValue = total - sum;
        error = (sum - (total - virtualValue)) + (value - virtualValue) + error;
        sum = total;
    }
}
