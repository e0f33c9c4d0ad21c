using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Bounds of the rounding errors of moments that were merged, removed or faded as values. An error q of a column's sum, made when the
/// columns' means were m′, is later worth q·(m′ − m) in its cross-products, because exact operations conserve raw sums and raw squares.
/// With E the errors of squares and Q those of sums, both added up over all operations k, each of precision τₖ on rows that weigh Wₖ, and
/// for any center c |error of entry ij| ≤ √(EᵢEⱼ) + √(XᵢYⱼ) + √(YᵢXⱼ) + Qᵢ|cⱼ − mⱼ| + |cᵢ − mᵢ|Qⱼ + QᵢQⱼ/W, where X = ΣQₖ²/(τₖWₖ) and Y =
/// ΣτₖWₖ(mₖ − c)² (Cauchy, Schwarz). Errors of removed rows remain.
/// </summary>
internal sealed partial class MomentsErrors
{
    /// <summary>Two centres are kept: where the means were before they moved far away, and where they are.</summary>
    private const int MostCenters = 2;

    private readonly double[] _squares;
    private readonly double[] _sums;
    private readonly double[] _sumSquares;
    private readonly Center[] _centers;

    /// <summary>Στₖ·Wₖ of the class summary.</summary>
    private readonly double _precisions;

    private MomentsErrors(double[] squares, double[] sums, double[] sumSquares, double precisions, Center[] centers)
        => (_squares, _sums, _sumSquares, _precisions, _centers) = (squares, sums, sumSquares, precisions, centers);

    /// <summary>
    /// Computes the error of an entry of rows just summed, in lengths of its columns; few rows err less than many (docs/numerics.md).
    /// </summary>
    internal static double SummedError(MomentsNode node) => RoundingModel.SummedEntry(node, node.Count) * (1 + (2 * node.Drift));

    /// <summary>
    /// Computes the same for at least a panel of rows, which further rows do not increase: the unit of
    /// <see cref="MomentsNode.Cancellation"/>.
    /// </summary>
    internal static double UnitError(MomentsNode node) => RoundingModel.SummedEntry(node, RowBlocks.PanelRows);

    /// <summary>Returns the errors of a node: those of its sums unless rows were merged, removed or faded as values.</summary>
    internal static MomentsErrors Of(MomentsNode node)
    {
        if (node.Errors is { } known)
        {
            return known;
        }

        int columns = node.Columns;
        double[] squares = new double[columns], sums = new double[columns], sumSquares = new double[columns];
        double weight = node.Weight.High;
        double entry = SummedError(node) + OffsetError(node);
        double meanError = node.Count == 1 ? RoundingModel.DoubleDoubleSum : node.IsDoubleDouble ? SummedError(node)
            : RoundingModel.PlainBlockMean * Math.Sqrt(1 + (2 * node.Drift));
        double offset = node.Count > RowBlocks.Rows ? RoundingModel.DoubleDoubleProduct : RoundingModel.DoubleDoubleSum;
        for (int j = 0; j < columns; j++)
        {
            double summed = node.IsDoubleDouble ? Math.Max(node.Squares(j), 0.5 * (node.Squares(j) + node.ExcessSquares[j]))
                : node.Squares(j);
            squares[j] = (entry * summed) + (node.IsDoubleDouble ? 0 : ConstantSquares(node, j));
            double aboutCenter = node.IsDoubleDouble ? node.Squares(j) + node.ExcessSquares[j] : node.Squares(j);
            sums[j] = (meanError * Math.Sqrt(weight * aboutCenter)) + (offset * weight * Math.Abs(node.Means[j]));
            sumSquares[j] = sums[j] / meanError * sums[j] / weight;
        }

        return new MomentsErrors(squares, sums, sumSquares, meanError * weight, [Center.Of(node)]);
    }

    /// <summary>Returns errors that a caller states: of each column's sum of squares, and of its mean.</summary>
    internal static MomentsErrors Stated(MomentsNode node, ReadOnlySpan<double> squares, ReadOnlySpan<double> means)
    {
        double weight = node.Weight.High, precision = RoundingModel.PlainBlockMean;
        double[] sums = new double[node.Columns], sumSquares = new double[node.Columns];
        for (int j = 0; j < sums.Length; j++)
        {
            sums[j] = weight * means[j];
            sumSquares[j] = sums[j] / precision * means[j];
        }

        return new MomentsErrors(squares.ToArray(), sums, sumSquares, precision * weight, [Center.Of(node)]);
    }

    /// <summary>Computes the errors after rows were merged or removed.</summary>
    /// <param name="result">The rows afterwards.</param>
    /// <param name="one">The rows before.</param>
    /// <param name="other">The rows that were added or removed.</param>
    internal static MomentsErrors OfCombined(MomentsNode result, MomentsNode one, MomentsNode other)
    {
        (MomentsErrors first, MomentsErrors second) = (Of(one), Of(other));
        int columns = result.Columns;
        double[] squares = new double[columns], sums = new double[columns], sumSquares = new double[columns];
        double weight = result.Weight.High;
        double share = other.Weight.High / weight;
        for (int j = 0; j < columns; j++)
        {
            double difference = (other.Means[j] - one.Means[j]) + (other.MeansLow[j] - one.MeansLow[j]);
            double product = one.Weight.High * share * difference * difference;
            double sum = RoundingModel.DoubleDoubleSum * weight * (Math.Abs(result.Means[j]) + (8 * share * Math.Abs(difference)));
            sums[j] = first._sums[j] + second._sums[j] + sum;
            sumSquares[j] = first._sumSquares[j] + second._sumSquares[j] + (sum / RoundingModel.DoubleDoubleSum * sum / weight);
            squares[j] = first._squares[j] + second._squares[j] + (sum * sum / weight)
                + (RoundingModel.DoubleDoubleSum * (Math.Abs(one.Squares(j)) + Math.Abs(other.Squares(j)) + Math.Abs(result.Squares(j))))
                    + (RoundingModel.DoubleDoubleProduct * product);
        }

        double precisions = first._precisions + second._precisions + (RoundingModel.DoubleDoubleSum * weight);
        Center[] centers =
        [
            .. first._centers.Select(center => center.With(second.At(center)).With(RoundingModel.DoubleDoubleSum * weight, result)),
            .. second._centers.Select(center => center.With(first.At(center)).With(RoundingModel.DoubleDoubleSum * weight, result)),
        ];
        var all = new MomentsErrors(squares, sums, sumSquares, precisions, centers);
        return new MomentsErrors(squares, sums, sumSquares, precisions,
            [.. centers.OrderBy(center => all.OfCenter(result, center, centred: true)).Take(MostCenters)]);
    }

    /// <summary>Computes the errors after all weights were multiplied by a factor.</summary>
    internal static MomentsErrors OfScaled(MomentsNode result, MomentsNode before, double factor)
    {
        MomentsErrors errors = Of(before);
        int columns = result.Columns;
        double[] squares = new double[columns], sums = new double[columns], sumSquares = new double[columns];
        double weight = result.Weight.High;
        for (int j = 0; j < columns; j++)
        {
            double sum = RoundingModel.DoubleDoubleProduct * weight * Math.Abs(result.Means[j]);
            squares[j] = (factor * errors._squares[j]) + (RoundingModel.DoubleDoubleProduct * Math.Abs(result.Squares(j)));
            sums[j] = (factor * errors._sums[j]) + sum;
            sumSquares[j] = (factor * errors._sumSquares[j]) + (sum / RoundingModel.DoubleDoubleProduct * sum / weight);
        }

        Center[] centers =
            [.. errors._centers.Select(center => center.Scale(factor).With(RoundingModel.DoubleDoubleProduct * weight, result))];
        return new MomentsErrors(squares, sums, sumSquares, (factor * errors._precisions) + (RoundingModel.DoubleDoubleProduct * weight),
            centers);
    }

    /// <summary>Returns the errors of those columns alone that a fit uses.</summary>
    internal MomentsErrors Only(ReadOnlySpan<bool> used)
    {
        double[] squares = [.. _squares], sums = [.. _sums], sumSquares = [.. _sumSquares];
        Center[] centers = [.. _centers.Select(center => center.Copy())];
        for (int j = 0; j < used.Length; j++)
        {
            if (used[j])
            {
                continue;
            }

            squares[j] = sums[j] = sumSquares[j] = 0;
            foreach (Center center in centers)
            {
                center.Means[j] = center.Spreads[j] = double.NaN;
            }
        }

        return new MomentsErrors(squares, sums, sumSquares, _precisions, centers);
    }

    /// <summary>Raises the error of a column's squares.</summary>
    internal void RequireAtLeast(int column, double error) => _squares[column] = Math.Max(_squares[column], error);

    /// <summary>Computes the error of a column's sum of squares about its mean, or about zero.</summary>
    internal double OfSquares(MomentsNode node, int j, bool centred)
    {
        double least = double.PositiveInfinity;
        foreach (Center center in _centers)
        {
            least = Math.Min(least,
                (Math.Sqrt(_sumSquares[j]) * Math.Sqrt(center.Spreads[j])) + (_sums[j] * Distance(node, center, j, centred)));
        }

        return _squares[j] + (2 * least) + (_sums[j] * _sums[j] / node.Weight.High);
    }

    /// <summary>Computes the error of a column's mean.</summary>
    internal double OfMean(MomentsNode node, int j) => _sums[j] / node.Weight.High;

    /// <summary>
    /// Computes the largest error of an entry in lengths of its columns, centred or raw; columns of length 0 do not count.
    /// </summary>
    internal double OfEntries(MomentsNode node, bool centred)
    {
        double least = double.PositiveInfinity;
        foreach (Center center in _centers)
        {
            least = Math.Min(least, OfCenter(node, center, centred));
        }

        return least;
    }

    /// <summary>Computes the same from one centre.</summary>
    private double OfCenter(MomentsNode node, Center center, bool centred)
    {
        double entries = 0, sums = 0, sumSquares = 0, spreads = 0, distances = 0;
        for (int j = 0; j < _squares.Length; j++)
        {
            double mean = node.Means[j];
            double length = node.Squares(j) + (centred ? 0 : node.Weight.High * mean * mean);
            if (length > 0 && !double.IsNaN(center.Means[j]))
            {
                double distance = Distance(node, center, j, centred);
                entries = Math.Max(entries, _squares[j] / length);
                sums = Math.Max(sums, _sums[j] / length * _sums[j]);
                sumSquares = Math.Max(sumSquares, _sumSquares[j] / length);
                spreads = Math.Max(spreads, center.Spreads[j] / length);
                distances = Math.Max(distances, distance / length * distance);
            }
        }

        return entries + (2 * Math.Sqrt(sumSquares) * Math.Sqrt(spreads)) + (2 * Math.Sqrt(sums) * Math.Sqrt(distances))
            + (sums / node.Weight.High);
    }

    /// <summary>Computes the distance of a centre from the mean now, or from zero.</summary>
    private static double Distance(MomentsNode node, Center center, int j, bool centred) =>
        Math.Abs(centred ? center.Means[j] - node.Means[j] : center.Means[j]);

    /// <summary>Computes Y of each column about another centre: √Y grows by at most √Σ(τW) times the distance.</summary>
    private double[] At(Center other)
    {
        double[] spreads = new double[_squares.Length];
        Array.Fill(spreads, double.PositiveInfinity);
        double root = Math.Sqrt(_precisions);
        foreach (Center center in _centers)
        {
            for (int j = 0; j < spreads.Length; j++)
            {
                double length = Math.Sqrt(center.Spreads[j]) + (root * Math.Abs(center.Means[j] - other.Means[j]));
                spreads[j] = Math.Min(spreads[j], length * length);
            }
        }

        return spreads;
    }

    /// <summary>Computes the largest error of a mean, in its column's standard deviations.</summary>
    internal double OfMeans(MomentsNode node)
    {
        double worst = 0;
        for (int j = 0; j < _sums.Length; j++)
        {
            double squares = node.Squares(j) * node.Weight.High;
            worst = squares > 0 ? Math.Max(worst, _sums[j] / Math.Sqrt(squares)) : worst;
        }

        return worst;
    }

    /// <summary>
    /// Returns whether a column is certainly constant: if it had two values, its sum of squares would be at least half the square of their
    /// distance, which is at least a roundoff of the mean.
    /// </summary>
    internal bool IsConstant(MomentsNode node, int j)
    {
        double distance = RoundingModel.Roundoff * Math.Abs(node.Means[j]);
        double error = OfSquares(node, j, centred: true);
        return node.Squares(j) <= error
            && node.Squares(j) + error <= 0.5 * Math.Min(1, node.Weight.High / node.Count) * distance * distance;
    }

    /// <summary>Returns whether a column is lost: its sum of squares is not above its own error.</summary>
    internal bool IsLost(MomentsNode node, int j, bool centred)
    {
        double mean = node.Means[j];
        double length = node.Squares(j) + (centred ? 0 : node.Weight.High * mean * mean);
        return length <= MomentsRemoval.LostBelow * OfSquares(node, j, centred)
            && !(centred ? IsConstant(node, j) : length == 0 && _squares[j] == 0);
    }

    private static double ConstantSquares(MomentsNode node, int j) =>
        RoundingModel.SquaresOfConstant(RoundingModel.Roundoff, node.Weight.High, node.Means[j]);

    /// <summary>
    /// Computes the error that rounding of means causes in a tree of blocks in double-double, in lengths of the worst column that varies.
    /// </summary>
    private static double OffsetError(MomentsNode node)
    {
        double worst = 0;
        if (node.IsDoubleDouble && node.Count > RowBlocks.Rows)
        {
            for (int j = 0; j < node.Columns; j++)
            {
                double squares = node.Squares(j);
                worst = squares > ConstantSquares(node, j) ? Math.Max(worst, Math.Abs(node.Means[j]) / Math.Sqrt(squares)) : worst;
            }
        }

        return worst * Math.Sqrt(node.Weight.High) / (1L << 49) / (1L << 49);
    }

    /// <summary>A centre c of the class summary, and Y of each column about it.</summary>
    private sealed record Center(double[] Means, double[] Spreads)
    {
        internal static Center Of(MomentsNode node) => new(node.Means[..node.Columns], new double[node.Columns]);

        internal Center Copy() => new([.. Means], [.. Spreads]);

        internal Center Scale(double factor) => new(Means, [.. Spreads.Select(spread => factor * spread)]);

        internal Center With(double[] spreads) => new(Means, [.. Spreads.Zip(spreads, (one, other) => one + other)]);

        /// <summary>Returns this centre with Y of one more operation, at the means of now.</summary>
        internal Center With(double precision, MomentsNode node) =>
            new(Means, [.. Spreads.Select((spread, j) => spread + (precision * (node.Means[j] - Means[j]) * (node.Means[j] - Means[j])))]);
    }
}
