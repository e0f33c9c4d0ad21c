using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// Turns one block of indexed rows into a <see cref="MomentsNode"/> of joint columns without making the indicators: the numbers by the
/// kernels for whole rows, an indicator's products by adding to the place that its index names. Per row one addition for each number and
/// index, and one for each pair of indexes, where whole rows take a product for each pair of columns.
/// </summary>
/// <remarks>
/// With N the weight of the rows that have both indicators, W that of all rows and W₁, W₂ those of the rows with one: the entry of two
/// indicators is N − W₁W₂/W, and that of an indicator and a number x is Σ v(x − m) over the rows that have it, less W₁/W times the same sum
/// over all rows. Sums of numbers are in double-double and counts exact, so in double an entry is wrong by its last rounding and that of
/// the outer product.
/// </remarks>
internal sealed class IndicatorMoments
{
    private readonly IndicatorColumns _indicators;
    private readonly MomentsNode _numbers;
    private readonly DoubleDoubleBlockMoments? _doubleDouble;
    private readonly int _width;
    private readonly int[] _firstSum;
    private readonly DoubleDoubleVector _sums;
    private readonly DoubleDoubleVector _totals;
    private double[] _cells = [];
    private int[] _levels = [];
    private (ColumnLabels Values, ColumnLabels Numbers) _labels;

    /// <summary>Makes room for the joint columns of a source.</summary>
    internal IndicatorMoments(IndicatorColumns indicators, bool isDoubleDouble)
    {
        _indicators = indicators;
        int numbers = indicators.Numbers.Length;
        _numbers = new MomentsNode(numbers, isDoubleDouble);
        _doubleDouble = isDoubleDouble ? new DoubleDoubleBlockMoments(numbers) : null;
        _width = GramBlocks.PaddedColumns(numbers);
        _firstSum = new int[indicators.Blocks.Length];
        int sums = 0;
        for (int k = 0; k < _firstSum.Length; k++)
        {
            // One more than there are indicators, for the rows that have none.
            _firstSum[k] = sums;
            sums += indicators.Blocks[k].Count + 1;
        }

        _sums = new DoubleDoubleVector(sums * _width);
        _totals = new DoubleDoubleVector(GramBlocks.PaddedColumns(indicators.Columns));
    }

    /// <summary>Computes the moments of indexed rows [x | y], at most one block.</summary>
    /// <param name="x">The left values.</param>
    /// <param name="y">The right values; may have no columns.</param>
    /// <param name="weights">One column of positive weights, or none; only in double-double.</param>
    /// <param name="numbers">The absolute indexes of the rows, for messages.</param>
    /// <param name="labels">What the values are called, for messages.</param>
    /// <param name="node">Receives count, means and cross-products of the joint columns.</param>
    internal void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, RowNumbers numbers, ColumnLabels labels,
        MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_labels.Values != labels)
        {
            _labels = (labels,
                labels with { Names = labels.Names.IsDefaultOrEmpty ? [] : [.. _indicators.Numbers.Select(value => labels.Names[value])] });
        }

        Gather(x, y, numbers, labels);
        var cells = new MatrixSpan<double>(_cells, x.Rows, _numbers.Columns, _numbers.Columns);
        if (_doubleDouble is null)
        {
            BlockMoments.Compute(cells, cells.SliceColumns(_numbers.Columns, 0), numbers, _labels.Numbers, _numbers);
            _numbers.NoteVariety(Variety.IsVaried(cells, cells.SliceColumns(_numbers.Columns, 0), numbers));
        }
        else
        {
            _doubleDouble.Compute(cells, cells.SliceColumns(_numbers.Columns, 0), default, weights, numbers, _labels.Numbers, _numbers);
        }

        node.Clear();
        (node.Count, node.Weight, node.LeastWeight, node.Drift) = (_numbers.Count, _numbers.Weight, _numbers.LeastWeight, _numbers.Drift);
        node.NoteVariety(_numbers.Repeats == Repeats.InNoBlock);
        SumNumbers(x.Rows, weights);
        SumIndicators(x.Rows, weights, node);
        if (_doubleDouble is null)
        {
            Centre(node);
        }
        else
        {
            CentreInDoubleDouble(node);
        }

        CopyNumbers(node);
    }

    /// <summary>Separates numbers and indexes; an index that names no indicator becomes the place behind the last one.</summary>
    private void Gather<T>(MatrixSpan<T> x, MatrixSpan<T> y, RowNumbers numbers, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = _numbers.Columns, indexes = _indicators.Blocks.Length;
        if (_levels.Length < x.Rows * indexes || _cells.Length < (x.Rows * columns) + _width)
        {
            // A line behind the last row may be read.
            _cells = new double[(x.Rows * columns) + _width];
            _levels = new int[x.Rows * indexes];
        }

        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<T> left = x[i], right = y.Columns == 0 ? default : y[i];
            for (int j = 0; j < columns; j++)
            {
                int value = _indicators.Numbers[j];
                _cells[(i * columns) + j] = Line.Widen(value < left.Length ? left[value] : right[value - left.Length]);
            }

            for (int k = 0; k < indexes; k++)
            {
                IndicatorBlock block = _indicators.Blocks[k];
                double index = Line.Widen(block.Value < left.Length ? left[block.Value] : right[block.Value - left.Length]);
                int level = index >= 0 && index < block.Count ? (int)index : block.Count;
                if (index != -1 && (level == block.Count || index != level))
                {
                    Throw.NotAnIndex(numbers[i], labels[block.Value], index, block.Count);
                }

                _levels[(i * indexes) + k] = level;
            }
        }
    }

    /// <summary>Computes Σ v(x − m) of each number for each level, and for all rows; m is the high part of the mean.</summary>
    private void SumNumbers(int rows, MatrixSpan<double> weights)
    {
        _sums.Clear();
        _totals.Clear();
        int indexes = _indicators.Blocks.Length, columns = _numbers.Columns;
        ref double high = ref MemoryMarshal.GetArrayDataReference(_sums.High);
        ref double low = ref MemoryMarshal.GetArrayDataReference(_sums.Low);
        for (int line = 0; line < _width; line += Line.Lanes)
        {
            Vector512<double> means = Line.Load(ref _numbers.Means[0], line);
            for (int i = 0; i < rows; i++)
            {
                var difference = DoubleDoubleLine.Sum(Line.Load(ref _cells[i * columns], line), -means);
                difference = weights.Columns == 0 ? difference : difference * DoubleDoubleLine.Create(weights[i][0]);
                for (int k = 0; k < indexes; k++)
                {
                    int place = ((_firstSum[k] + _levels[(i * indexes) + k]) * _width) + line;
                    (DoubleDoubleLine.Load(ref high, ref low, place) + difference).Store(ref high, ref low, place);
                }
            }
        }

        DoubleDoubleSpan totals = _totals;
        for (int level = 0; level <= _indicators.Blocks[0].Count; level++)
        {
            for (int j = 0; j < columns; j++)
            {
                totals[_indicators.NumberColumns[j]] += SumOf(0, level, j);
            }
        }
    }

    /// <summary>Returns Σ v(x − m) of one number over the rows that have a level.</summary>
    private DoubleDouble SumOf(int block, int level, int number)
    {
        int place = ((_firstSum[block] + level) * _width) + number;
        return new DoubleDouble(_sums.High[place], _sums.Low[place]);
    }

    /// <summary>
    /// Computes the weight of the rows that have an indicator in the totals, and that of the rows that have two of different indexes in the
    /// products.
    /// </summary>
    private void SumIndicators(int rows, MatrixSpan<double> weights, MomentsNode node)
    {
        int indexes = _indicators.Blocks.Length;
        DoubleDoubleSpan totals = _totals;
        for (int i = 0; i < rows; i++)
        {
            double weight = weights.Columns == 0 ? 1 : weights[i][0];
            for (int k = 0; k < indexes; k++)
            {
                int column = ColumnOf(i, k);
                if (column < 0)
                {
                    continue;
                }

                if (node.IsDoubleDouble)
                {
                    totals[column] += weight;
                }
                else
                {
                    _totals.High[column] += weight;
                }

                for (int l = k + 1; l < indexes; l++)
                {
                    int other = ColumnOf(i, l);
                    if (other >= 0)
                    {
                        Add(node, GramBlocks.Position(node.Columns, column, other), weight);
                    }
                }
            }
        }

        int ColumnOf(int row, int k)
        {
            int level = _levels[(row * indexes) + k];
            return level < _indicators.Blocks[k].Count ? _indicators.Blocks[k].Column + level : -1;
        }
    }

    private static void Add(MomentsNode node, int place, double weight)
    {
        if (!node.IsDoubleDouble)
        {
            node.CrossProducts[place] += weight;
            return;
        }

        (node.CrossProducts[place], node.CrossProductsLow[place]) =
            new DoubleDouble(node.CrossProducts[place], node.CrossProductsLow[place]) + weight;
    }

    /// <summary>
    /// Takes the outer product of the totals off the products. Of counts it is exact before the division, which is by a power of two for a
    /// whole block.
    /// </summary>
    private void Centre(MomentsNode node)
    {
        double rows = node.Count;
        bool isExact = BitOperations.IsPow2(node.Count);
        if (!isExact)
        {
            TensorPrimitives.Multiply(node.CrossProducts, rows, node.CrossProducts);
        }

        double scale = isExact ? 1 : rows;
        Span<double> vector = _totals.High;
        PlaceSums(node, (place, sum) => node.CrossProducts[place] = (sum * scale).Value);
        GramBlocks.AddOuterProduct(node.CrossProducts, node.Columns, isExact ? -1 / rows : -1, vector);
        if (!isExact)
        {
            TensorPrimitives.Divide(node.CrossProducts, rows, node.CrossProducts);
        }

        // The squares of a level that nearly all rows have would lose digits to the difference: W₁(W − W₁)/W does not.
        foreach (IndicatorBlock block in _indicators.Blocks)
        {
            for (int column = block.Column; column < block.Column + block.Count; column++)
            {
                double count = vector[column];
                node.CrossProducts[GramBlocks.Position(node.Columns, column, column)] = count * (rows - count) / rows;
                double mean = count / rows;
                (node.Means[column], node.MeansLow[column]) = (mean, double.FusedMultiplyAdd(-mean, rows, count) / rows);
            }
        }
    }

    /// <summary>The same in double-double, with the weights of rows; what the difference loses is counted in the excess.</summary>
    private void CentreInDoubleDouble(MomentsNode node)
    {
        DoubleDouble inverse = (DoubleDouble)1 / node.Weight;
        PlaceSums(node, (place, sum) => (node.CrossProducts[place], node.CrossProductsLow[place]) = sum);
        DoubleDoubleTriangle.AddWithOuterProduct(new DoubleDoubleSpan(node.CrossProducts, node.CrossProductsLow), default, node.Columns,
            -inverse, _totals);
        foreach (IndicatorBlock block in _indicators.Blocks)
        {
            for (int column = block.Column; column < block.Column + block.Count; column++)
            {
                DoubleDouble weight = _totals[column];
                node.ExcessSquares[column] = weight.High * (weight.High * inverse.High);
                (node.Means[column], node.MeansLow[column]) = weight * inverse;
            }
        }
    }

    /// <summary>Puts the weight of each indicator on the diagonal, and the sums of the numbers beside it.</summary>
    private void PlaceSums(MomentsNode node, Action<int, DoubleDouble> place)
    {
        for (int k = 0; k < _indicators.Blocks.Length; k++)
        {
            IndicatorBlock block = _indicators.Blocks[k];
            for (int level = 0; level < block.Count; level++)
            {
                int column = block.Column + level;
                place(GramBlocks.Position(node.Columns, column, column), _totals[column]);
                for (int j = 0; j < _numbers.Columns; j++)
                {
                    int other = _indicators.NumberColumns[j];
                    place(GramBlocks.Position(node.Columns, Math.Min(column, other), Math.Max(column, other)), SumOf(k, level, j));
                }
            }
        }
    }

    /// <summary>Copies the moments of the numbers to their joint columns.</summary>
    private void CopyNumbers(MomentsNode node)
    {
        for (int a = 0; a < _numbers.Columns; a++)
        {
            int column = _indicators.NumberColumns[a];
            (node.Means[column], node.MeansLow[column]) = (_numbers.Means[a], _numbers.MeansLow[a]);
            for (int b = a; b < _numbers.Columns; b++)
            {
                int from = GramBlocks.Position(_numbers.Columns, a, b);
                int to = GramBlocks.Position(node.Columns, column, _indicators.NumberColumns[b]);
                node.CrossProducts[to] = _numbers.CrossProducts[from];
                if (node.IsDoubleDouble)
                {
                    node.CrossProductsLow[to] = _numbers.CrossProductsLow[from];
                }
            }

            if (node.IsDoubleDouble)
            {
                node.ExcessSquares[column] = _numbers.ExcessSquares[a];
            }
        }
    }
}
