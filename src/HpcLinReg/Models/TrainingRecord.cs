using System.Globalization;
using System.Numerics;

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
    private readonly WeightKind? _weights;
    private long _rows;
    private double _logWeights;
    private double _logWeightErrors;
    private ulong _first = 1;
    private ulong _second = 2;

    /// <summary>Begins a record.</summary>
    /// <param name="columns">The number of values of a row.</param>
    /// <param name="weights">What the rows' weights mean; null where there are none.</param>
    public TrainingRecord(int columns, WeightKind? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (_least, _most, _sums, _sumErrors) = (new double[columns], new double[columns], new double[columns], new double[columns]);
        Array.Fill(_least, double.PositiveInfinity);
        Array.Fill(_most, double.NegativeInfinity);
        _weights = weights;
    }

    /// <summary>Gets the number of rows added.</summary>
    public long RowCount => _rows;

    /// <summary>Adds a row that is used; rows of weight 0 are not.</summary>
    /// <param name="row">The values of the columns; those that are not finite are passed over.</param>
    /// <param name="target">The target.</param>
    /// <param name="weight">The weight; 1 without weights.</param>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    public void Add(ReadOnlySpan<double> row, double target, double weight = 1)
    {
        if (row.Length != _least.Length)
        {
            throw new ArgumentException($"The row has {row.Length} values, but the record is of {_least.Length} columns.", nameof(row));
        }

        if (weight == 0)
        {
            return;
        }

        for (int j = 0; j < row.Length; j++)
        {
            double value = row[j];
            if (!double.IsFinite(value))
            {
                continue;
            }

            _least[j] = Math.Min(_least[j], value);
            _most[j] = Math.Max(_most[j], value);
            Add(ref _sums[j], ref _sumErrors[j], value);
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(target == 0 ? 0 : target);
        _first = BitOperations.RotateLeft((_first ^ bits) * FirstMultiplier, 29);
        _second = BitOperations.RotateLeft((_second + bits) * SecondMultiplier, 31) ^ bits;
        if (_weights is not null)
        {
            Add(ref _logWeights, ref _logWeightErrors, Math.Log(weight));
        }

        _rows++;
    }

    /// <summary>Returns what was gathered.</summary>
    /// <param name="rowsDropped">How many rows were left out because a value was missing.</param>
    /// <returns>The facts.</returns>
    public TrainingFacts ToFacts(long rowsDropped) => new()
    {
        RowsDropped = rowsDropped,
        Means = [.. _sums.Select((sum, j) => _least[j] <= _most[j] ? (sum + _sumErrors[j]) / _rows : double.NaN)],
        Least = [.. _least.Select(value => double.IsFinite(value) ? value : double.NaN)],
        Most = [.. _most.Select(value => double.IsFinite(value) ? value : double.NaN)],
        SumOfLogWeights = _logWeights + _logWeightErrors,
        Weights = _weights,
        RowDigest = string.Create(CultureInfo.InvariantCulture, $"{_rows:x}-{_first:x16}{_second:x16}"),
    };

    /// <summary>Adds with the rounding kept (Knuth's two-sum), so that means do not depend on the number of rows.</summary>
    private static void Add(ref double sum, ref double error, double value)
    {
        double total = sum + value, virtualValue = total - sum;
        error += (sum - (total - virtualValue)) + (value - virtualValue);
        sum = total;
    }
}
