namespace HpcLinReg.Tests.Reference;

/// <summary>Sums and products of weighted columns less a constant, as exact numbers.</summary>
internal sealed class ExactSums
{
    private readonly BinaryFraction[][] _cells;
    private readonly BinaryFraction[][] _weighted;
    private readonly double[] _lengths;
    private readonly double[] _rawLengths;
    private readonly Dictionary<(int I, int J), BinaryFraction> _products = [];

    /// <summary>Takes columns, their low parts, weights of the rows, and what is taken off every cell.</summary>
    internal ExactSums(double[][] columns, double[][] low, double[] weights, double center)
    {
        (Low, Weights, Center) = (low, weights, center);
        BinaryFraction[] exactWeights = [.. weights.Select(weight => (BinaryFraction)weight)];
        _cells = [.. columns.Select((column, j) => BinaryFraction.Align(column.Select((cell, i) => (BinaryFraction)cell + low[j][i] - center)))];
        _weighted = [.. _cells.Select(column => BinaryFraction.Align(column.Select((cell, i) => cell * exactWeights[i])))];
        _lengths = [.. Enumerable.Range(0, columns.Length).Select(j => Math.Sqrt(Product(j, j).ToDouble()))];
        _rawLengths = [.. columns.Select(column => Math.Sqrt(column.Select((cell, i) => cell * cell * weights[i]).Sum()))];
    }

    internal double[][] Low { get; }

    internal double[] Weights { get; }

    internal double Center { get; }

    internal bool HasLow => Array.Exists(Low, column => Array.Exists(column, cell => cell != 0));

    internal bool IsWeighted => Array.Exists(Weights, weight => weight != 1);

    /// <summary>Gets Σw.</summary>
    internal double Weight => Weights.Sum();

    /// <summary>√Σw(x − c)².</summary>
    internal double Length(int column) => _lengths[column];

    /// <summary>
    /// The length of what rounding takes from low parts: that of a cell, at most u of the cell, and that of the difference from the centre are
    /// added in double; and as much again where they are multiplied.
    /// </summary>
    internal double LowRounding(int column) => HasLow ? 2 * Naive.Roundoff * Naive.Roundoff * (_rawLengths[column] + _lengths[column]) : 0;

    /// <summary>Low parts times low parts, which double-double leaves out.</summary>
    internal double LowProduct(int i, int j) =>
        HasLow ? Naive.Roundoff * Naive.Roundoff * (_rawLengths[i] + _lengths[i]) * (_rawLengths[j] + _lengths[j]) : 0;

    /// <summary>Σw(x − c).</summary>
    internal BinaryFraction Sum(int column) => BinaryFraction.Sum(_weighted[column]);

    /// <summary>Σw(x − c)(x′ − c).</summary>
    internal BinaryFraction Product(int i, int j)
    {
        if (!_products.TryGetValue((i, j), out BinaryFraction product))
        {
            product = BinaryFraction.Dot(_weighted[i], _cells[j]);
            _products[(i, j)] = product;
        }

        return product;
    }
}
