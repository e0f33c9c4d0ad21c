using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// A sample of rows evenly spaced over the data, of limited size: it takes every row until it is full, then every second, every fourth and
/// so on. The same rows are taken however the data arrive. Rows of weight 0 are not counted.
/// </summary>
internal sealed class RowSample(int features, bool weighted)
{
    /// <summary>
    /// The size of the sample: enough for the largest eigenvalue to within a few per cent when d is in the hundreds, and at most 8 MiB, so
    /// that many passes cost little.
    /// </summary>
    private readonly int _capacity = Math.Clamp((1 << 20) / (features + 1), 256, 4096) & ~1;

    private readonly List<double> _x = [];
    private readonly List<double> _rowWeights = [];
    private long _spacing = 1;
    private long _row;
    private int _count;

    /// <summary>Gets the sum of the sample's weights.</summary>
    internal double TotalWeight => weighted ? _rowWeights.Sum() : _count;

    /// <summary>Returns the sample as blocks of rows, without targets.</summary>
    internal MemoryBlocks<double> ToBlocks()
    {
        ReadOnlySpan<double> x = CollectionsMarshal.AsSpan(_x);
        return new MemoryBlocks<double>(
            new MatrixSpan<double>(x, _count, features, features), new double[_count], CollectionsMarshal.AsSpan(_rowWeights));
    }

    /// <summary>Adds the rows of a block that belong to the sample.</summary>
    internal void Add<T>(MatrixSpan<T> x, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Rows; i++)
        {
            if (weighted && rowWeights[i] == 0)
            {
                continue;
            }

            if (_row % _spacing == 0 && _count == _capacity)
            {
                KeepEverySecond();
            }

            if (_row % _spacing == 0)
            {
                Append(x[i]);
                if (weighted)
                {
                    _rowWeights.Add(rowWeights[i]);
                }
            }

            _row++;
        }
    }

    private void Append<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CollectionsMarshal.SetCount(_x, (_count + 1) * features);
        Line.Widen(row, CollectionsMarshal.AsSpan(_x)[(_count * features)..]);
        _count++;
    }

    private void KeepEverySecond()
    {
        Span<double> x = CollectionsMarshal.AsSpan(_x);
        _count /= 2;
        _spacing *= 2;
        for (int i = 1; i < _count; i++)
        {
            x.Slice(2 * i * features, features).CopyTo(x[(i * features)..]);

            if (weighted)
            {
                _rowWeights[i] = _rowWeights[2 * i];
            }
        }

        _x.RemoveRange(_count * features, _count * features);
        if (weighted)
        {
            _rowWeights.RemoveRange(_count, _count);
        }
    }
}
