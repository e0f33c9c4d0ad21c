using System.Collections.Immutable;
using System.Numerics;
using HpcLinReg.Kernels;

namespace HpcLinReg.Rows;

/// <summary>
/// Expands joint rows [x | y] into the terms of a polynomial and the target, in double-double. A power of x computed in double has lost
/// digits before any solver sees it, and powers of x are nearly collinear; the terms of a <see cref="PolynomialVariable"/> are neither.
/// </summary>
internal sealed class PolynomialBasis
{
    private readonly ShiftedPowers[] _powers;
    private double[] _high = [];
    private double[] _low = [];

    /// <summary>Describes joint columns.</summary>
    /// <param name="names">The names of the joint columns, the target's last.</param>
    /// <param name="degrees">The degree of each feature.</param>
    /// <param name="ranges">The smallest and the largest value of each feature; further ranges are ignored.</param>
    /// <param name="intercept">Whether a constant is fitted.</param>
    internal PolynomialBasis(ReadOnlySpan<string> names, ReadOnlySpan<int> degrees, ReadOnlySpan<(double Least, double Most)> ranges,
        bool intercept)
    {
        List<string> labels = [];
        ImmutableArray<PolynomialVariable>.Builder variables = ImmutableArray.CreateBuilder<PolynomialVariable>(degrees.Length);
        _powers = new ShiftedPowers[degrees.Length];
        for (int j = 0; j < degrees.Length; j++)
        {
            variables.Add(PolynomialVariable.Of(degrees[j], ranges[j].Least, ranges[j].Most, intercept));
            _powers[j] = variables[j].ToPowers(intercept);
            for (int power = 1; power <= degrees[j]; power++)
            {
                labels.Add(power == 1 ? names[j] : $"{names[j]}^{power}");
            }
        }

        labels.Add(names[^1]);
        Columns = labels.Count;
        Labels = new ColumnLabels([.. labels], labels.Count, labels.Count);
        Variables = variables.MoveToImmutable();
    }

    /// <summary>Gets the number of expanded columns: the terms and the target.</summary>
    internal int Columns { get; }

    /// <summary>Gets the names of the expanded columns.</summary>
    internal ColumnLabels Labels { get; }

    /// <summary>Gets how the features enter.</summary>
    internal ImmutableArray<PolynomialVariable> Variables { get; }

    /// <summary>Expands joint rows [x | y]; the next call uses the buffers again.</summary>
    /// <returns>High and low parts, row-major; term m is wrong by at most 21m·u² of itself.</returns>
    internal (double[] High, double[] Low) Expand<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Rows * Columns;
        if (_high.Length < length)
        {
            _high = new double[length];
            _low = new double[length];
        }

        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<T> row = x[i];
            int place = i * Columns;
            for (int j = 0; j < _powers.Length; j++)
            {
                int degree = _powers[j].Degree;
                PolynomialVariable.ComputeTerms(_powers[j], Line.Widen(row[j]), _high.AsSpan(place, degree), _low.AsSpan(place, degree));
                place += degree;
            }

            (_high[place], _low[place]) = (Line.Widen(y.Columns == 0 ? row[_powers.Length] : y[i][0]), 0);
        }

        return (_high, _low);
    }
}
