using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// Turns one block of rows into a <see cref="MomentsNode"/> in double-double. Columns far from zero are first brought near it by a
/// constant, exactly (<see cref="DoubleDoublePanel"/>), and the means of the remainder are subtracted afterwards in double-double.
/// </summary>
internal sealed class DoubleDoubleBlockMoments
{
    /// <summary>Smaller sums of weights are refused: their inverse could exceed the range of double.</summary>
    private const double LeastWeight = 1e-250;

    /// <summary>
    /// Columns whose squared mean exceeds the variance by this factor are certainly far from zero, whatever the rounding of both.
    /// </summary>
    private const double FarFromZero = 1.125;

    /// <summary>
    /// A block with weights is summed again about its means where the first sums of squares are larger than this many centred ones: a row
    /// of a large weight was not among those that the centres were computed from.
    /// </summary>
    private const double MostExcess = 1 << 10;

    /// <summary>Far above the underflow error of a square.</summary>
    private const double LeastSquare = 1e-290;

    private readonly int _columns;
    private readonly DoubleDoubleGram _gram;
    private readonly ColumnSpread _spread;
    private readonly double[] _centers;
    private readonly DoubleDoubleVector _sums;
    private bool _lastWasNearZero;

    /// <summary>Makes room for a number of joint columns: about 4 KB a column.</summary>
    internal DoubleDoubleBlockMoments(int columns)
    {
        _columns = columns;
        _gram = new DoubleDoubleGram(columns);
        _spread = new ColumnSpread(columns);
        _centers = new double[GramBlocks.PaddedColumns(columns)];
        _sums = new DoubleDoubleVector(_centers.Length);
    }

    /// <summary>Computes the moments of the joint rows [x | y], at most one block.</summary>
    /// <param name="x">The left columns.</param>
    /// <param name="y">The right columns.</param>
    /// <param name="low">Low parts of the joint cells, or no columns.</param>
    /// <param name="weights">One column of weights, or none.</param>
    /// <param name="numbers">The absolute indexes of the rows, for messages.</param>
    /// <param name="labels">The names of the columns in messages.</param>
    /// <param name="node">Receives everything; of double-double.</param>
    internal void Compute<T>(
        MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, MatrixSpan<double> weights, RowNumbers numbers, ColumnLabels labels,
        MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        weights = AreAllOne(weights) ? default : weights;
        node.Clear();
        (node.Count, node.Weight, node.LeastWeight) = Totals(x.Rows, weights);
        if (node.Weight.High != 0 && !(node.Weight.High >= LeastWeight && node.Weight.High <= 1 / LeastWeight))
        {
            Throw.RowWeightsOutOfRange(node.Weight.High);
        }

        if (node.Weight.High == 0)
        {
            return;
        }

        ComputeAboutCenters(x, y, low, weights, node);
        BlockMoments.RequireFinite(x, y, _sums.High.AsSpan(0, _columns), numbers, labels);
        DoubleDouble inverse = (DoubleDouble)1 / node.Weight;
        if (TakeOffMeans(inverse, node) && weights.Columns > 0)
        {
            for (int j = 0; j < _columns; j++)
            {
                _centers[j] = ((DoubleDouble)_centers[j] + (_sums[j] * inverse)).Value;
            }

            _gram.Compute(x, y, low, _centers, weights, _sums, Products(node));
            TakeOffMeans(inverse, node);
        }

        BlockMoments.RequireSquares(x, y, numbers, labels, node);
        for (int j = 0; j < _columns; j++)
        {
            (node.Means[j], node.MeansLow[j]) = (_sums[j] * inverse) + _centers[j];
        }

        BlockMoments.MarkUnderflow(x, y, weights, node);

        // Rows of large weights may repeat where the sampled ones do not.
        node.NoteVariety(weights.Columns == 0 && low.Columns == 0 && Variety.IsVaried(x, y, numbers));
    }

    private static DoubleDoubleSpan Products(MomentsNode node) => new(node.CrossProducts, node.CrossProductsLow);

    /// <summary>Centres the products. Returns whether squares about the centers are far larger than centred ones in any column.</summary>
    private bool TakeOffMeans(DoubleDouble inverse, MomentsNode node)
    {
        DoubleDoubleTriangle.AddWithOuterProduct(Products(node), default, _columns, -inverse, _sums);
        bool isFar = false;
        for (int j = 0; j < _columns; j++)
        {
            node.ExcessSquares[j] = _sums.High[j] * (_sums.High[j] * inverse.High);
            isFar |= node.ExcessSquares[j] > MostExcess * node.Squares(j);
        }

        return isFar;
    }

    /// <summary>
    /// Computes sums and products of the cells as they are if all columns are near zero by these sums, otherwise of the cells less their
    /// centres. After a block far from zero, and at first, the centres are computed before, which only costs time: a column that they call
    /// far is never near by the sums.
    /// </summary>
    private void ComputeAboutCenters<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> low, MatrixSpan<double> weights,
        MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_lastWasNearZero || !FindCenters(x, y, weights))
        {
            _centers.AsSpan().Clear();
            _gram.Compute(x, y, low, _centers, weights, _sums, Products(node));
            _lastWasNearZero = AreNearZero(node);
            if (_lastWasNearZero)
            {
                return;
            }

            FindCenters(x, y, weights);
        }

        _gram.Compute(x, y, low, _centers, weights, _sums, Products(node));
    }

    /// <summary>Returns whether all columns are near zero, by the sums and products of the cells as they are.</summary>
    private bool AreNearZero(MomentsNode node)
    {
        double weight = node.Weight.High;
        for (int j = 0; j < _columns; j++)
        {
            double mean = _sums.High[j] / weight;
            double meanSquare = node.CrossProducts[GramBlocks.Position(_columns, j, j)] / weight;
            if (!double.IsFinite(meanSquare) || !IsNearZero(mean, meanSquare - (mean * mean)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the number of rows of positive weight, the sum of their weights and the least of them.</summary>
    private static (long Count, DoubleDouble Weight, double LeastWeight) Totals(int rows, MatrixSpan<double> weights)
    {
        if (weights.Columns == 0)
        {
            return (rows, rows, 1);
        }

        long count = 0;
        DoubleDouble sum = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < rows; i++)
        {
            double weight = weights[i][0];
            count += weight > 0 ? 1 : 0;
            least = weight > 0 ? Math.Min(least, weight) : least;
            sum += weight;
        }

        return (count, sum, least);
    }

    /// <summary>Returns whether weights may be dropped, so that a block has the same bits without weights and with weights of 1.</summary>
    private static bool AreAllOne(MatrixSpan<double> weights)
    {
        for (int i = 0; i < weights.Rows && weights.Columns > 0; i++)
        {
            if (weights[i][0] != 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Returns whether a column's cells are summed as they are, without rounding them: then its squares are at most twice the centred ones,
    /// and so are the errors of the sums.
    /// </summary>
    internal static bool IsNearZero(double mean, double variance) => !(mean * mean > variance);

    /// <summary>
    /// Computes the centre of each column: its mean over the block, or 0 where that is near zero. Returns whether any column is certainly
    /// far from zero.
    /// </summary>
    private bool FindCenters<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> centers = _centers, variances = _sums.High;
        centers.Clear();
        _spread.Compute(x, weights, centers, variances);
        _spread.Compute(y, weights, centers[x.Columns..], variances[x.Columns..]);
        bool anyFar = false;
        for (int j = 0; j < _columns; j++)
        {
            double square = centers[j] * centers[j];
            anyFar |= square > (FarFromZero * variances[j]) + LeastSquare;
            centers[j] = IsNearZero(centers[j], variances[j]) || !double.IsFinite(centers[j]) ? 0 : centers[j];
        }

        return anyFar;
    }
}
