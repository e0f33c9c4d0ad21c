using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// A window of rows in shuffled order (Fisher and Yates). Rows are centred and written to their shuffled places as they arrive, so
/// mini-batches are slices of the window, and rows in memory and from streams give the same numbers. Rows of weight 0 are left out.
/// </summary>
internal sealed class RowWindow
{
    private readonly int _features;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _rowWeights;
    private readonly int[] _places;
    private int _taken;

    internal RowWindow(int features, int capacity, bool weighted)
    {
        _features = features;
        Capacity = capacity;
        _x = new double[checked(features * capacity)];
        _y = new double[capacity];
        _rowWeights = new double[weighted ? capacity : 0];
        _places = new int[capacity];
    }

    /// <summary>Gets the largest number of rows.</summary>
    internal int Capacity { get; }

    /// <summary>Returns the features of some rows of the window.</summary>
    internal MatrixSpan<double> X(int start, int count) =>
        new(_x.AsSpan(start * _features, count * _features), count, _features, _features);

    /// <summary>Returns the targets of some rows of the window.</summary>
    internal ReadOnlySpan<double> Y(int start, int count) => _y.AsSpan(start, count);

    /// <summary>Returns the weights of some rows of the window; empty when every row counts once.</summary>
    internal ReadOnlySpan<double> RowWeights(int start, int count) => _rowWeights.Length == 0 ? default : _rowWeights.AsSpan(start, count);

    /// <summary>Moves before the first row.</summary>
    internal void Rewind<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        blocks.Rewind();
        _taken = 0;
    }

    /// <summary>Fills the window with the next rows of positive weight.</summary>
    /// <param name="blocks">All rows; at least this many have not been read.</param>
    /// <param name="count">How many, at most the capacity.</param>
    /// <param name="means">The means that are subtracted from the features.</param>
    /// <param name="random">Decides the places.</param>
    internal void Fill<T, TBlocks>(ref TBlocks blocks, int count, ReadOnlySpan<double> means, SplitMix random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        Shuffle(count, random);
        int filled = 0;
        while (filled < count)
        {
            if (_taken == blocks.X.Rows)
            {
                if (!blocks.Next())
                {
                    Throw.SourceChanged();
                }

                _taken = 0;
            }

            for (; _taken < blocks.X.Rows && filled < count; _taken++)
            {
                double weight = _rowWeights.Length == 0 ? 1 : blocks.RowWeights[_taken];
                if (weight > 0)
                {
                    Take(_places[filled++], blocks.X[_taken], Line.Widen(blocks.Y[_taken]), weight, means);
                }
            }
        }
    }

    /// <summary>Reads to the end, where the rows are compared with those of the first reading.</summary>
    internal static void Finish<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        while (blocks.Next())
        {
        }
    }

    private void Take<T>(int place, ReadOnlySpan<T> row, double target, double weight, ReadOnlySpan<double> means)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> cells = _x.AsSpan(place * _features, _features);
        Line.Widen(row, cells);
        TensorPrimitives.Subtract(cells, means, cells);
        _y[place] = target;
        if (_rowWeights.Length > 0)
        {
            _rowWeights[place] = weight;
        }
    }

    private void Shuffle(int count, SplitMix random)
    {
        Span<int> places = _places.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            int j = random.Below(i + 1);
            places[i] = places[j];
            places[j] = i;
        }
    }
}
