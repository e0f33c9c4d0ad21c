using System.Collections.Immutable;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>Indexes give the moments of the indicators that they stand for.</summary>
public class IndicatorMomentsTests
{
    /// <summary>Both sides in double-double: an entry is wrong by at most 512·2⁻¹⁰² of its columns' lengths about what was subtracted (RoundingModel), of which whole rows subtract a rounded mean.</summary>
    private const double DoubleDoubleError = 1e-25;

    /// <summary>In double: the last rounding of an entry, that of the outer product and one for each of the merges, and of numbers a chain of 128 products.</summary>
    private const double PlainError = 160.0 / (1L << 53);

    [Law(MaxTest = 60)]
    public void Moments_are_those_of_whole_rows(byte rows, bool many, bool hasWeights, bool hasGaps, Seed seed)
    {
        var source = new IndexedRows(seed, (many ? 30 : 1) * (1 + rows), hasWeights, hasGaps);
        MomentsNode exact = Sum(source.ToWhole(), MomentsPrecision.DoubleDouble);
        AssertClose(exact, Sum(source, MomentsPrecision.DoubleDouble), DoubleDoubleError);
        if (!hasWeights)
        {
            AssertClose(exact, Sum(source, MomentsPrecision.Plain), PlainError);
        }
    }

    [Law(MaxTest = 30)]
    public void A_fit_of_indexes_is_the_fit_of_whole_rows(byte rows, bool hasWeights, bool isReadOnce, Seed seed)
    {
        var source = new IndexedRows(seed, 800 + (10 * rows), hasWeights, hasGaps: true) { Rereading = isReadOnce ? Rereading.Costly : Rereading.Cheap };
        Fit expected = LinearRegression.Fit(source.ToWhole(), null, TestContext.Current.CancellationToken);
        Fit actual = LinearRegression.Fit(source, null, TestContext.Current.CancellationToken);
        Assert.Equal(1, source.IndexedReadings);
        Assert.Equal((expected.Rank, expected.RowCount), (actual.Rank, actual.RowCount));
        for (int j = 0; j < expected.Model.Features; j++)
        {
            double apart = Math.Abs(expected.Model.Weights[j] - actual.Model.Weights[j]);
            Assert.True(apart <= expected.Certificate.WeightErrorBounds[j] + actual.Certificate.WeightErrorBounds[j] || double.IsNaN(expected.Certificate.WeightErrorBounds[j]), $"weight {j}: {expected.Model.Weights[j]:R} against {actual.Model.Weights[j]:R}");
        }
    }

    /// <summary>Refinement reads indexes again; its answer is that of whole rows refined, to the digits that both promise.</summary>
    [Law(MaxTest = 20)]
    public void Refinement_of_indexes_is_that_of_whole_rows(byte rows, Seed seed)
    {
        var source = new IndexedRows(seed, 900 + (20 * rows), hasWeights: false, hasGaps: true);
        var options = new FitOptions { Digits = FitOptions.MaxDigits, Rungs = SolverRungs.NormalEquations | SolverRungs.Refinement };
        Fit exact = LinearRegression.Fit(source.ToWhole(), null, TestContext.Current.CancellationToken);
        Fit refined = LinearRegression.Fit(source, options, TestContext.Current.CancellationToken);
        Assert.True(source.IndexedReadings > 1, $"{source.IndexedReadings} readings");
        Assert.Equal(SolverRung.Refinement, refined.Certificate.Rung);
        for (int j = 0; j < exact.Model.Features; j++)
        {
            double apart = Math.Abs(exact.Model.Weights[j] - refined.Model.Weights[j]);
            Assert.True(apart <= exact.Certificate.WeightErrorBounds[j] + refined.Certificate.WeightErrorBounds[j], $"weight {j}: {exact.Model.Weights[j]:R} against {refined.Model.Weights[j]:R}");
        }

        Assert.InRange(Math.Abs(exact.ResidualSumOfSquares - refined.ResidualSumOfSquares), 0, 1e-13 * exact.TotalSumOfSquares);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(0.5)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    public void An_index_that_names_no_indicator_is_refused_with_its_row(double index)
    {
        var rows = new OneText([0, 1, 3, 2, index, 3]);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LinearRegression.Fit(rows, null, TestContext.Current.CancellationToken));
        Assert.Contains(double.IsNaN(index) ? "Row 2 (counted from 0)" : "Row 2 (counted from 0) has the index", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_do_not_make_the_columns_are_refused() =>
        Assert.Contains("21 joint columns, but it has 22", Assert.Throws<ArgumentException>(() =>
            LinearRegression.Fit(new OneText([0, 1]) { Columns = 22 }, null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private static MomentsNode Sum(IRowSource rows, MomentsPrecision precision)
    {
        var source = new CheckedSource(rows);
        MomentsTree tree = SourceMoments.Begin(source, ColumnLabels.Of(rows), precision);
        if (rows.HasWeights)
        {
            SourceMoments.AddWeighted(tree, source, WeightKind.Precision);
        }
        else
        {
            SourceMoments.Add(tree, source);
        }

        return tree.Fold();
    }

    private static void AssertClose(MomentsNode exact, MomentsNode actual, double error)
    {
        Assert.Equal((exact.Count, exact.Columns), (actual.Count, actual.Columns));
        double[] lengths = [.. Enumerable.Range(0, exact.Columns).Select(j => Math.Sqrt(Math.Max(exact.Squares(j), 0) + (exact.IsDoubleDouble && actual.IsDoubleDouble ? exact.ExcessSquares[j] + actual.ExcessSquares[j] : 0)))];
        for (int i = 0; i < exact.Columns; i++)
        {
            double spread = Math.Sqrt(exact.Squares(i) / Math.Max(1e-300, exact.Weight.High));
            Assert.InRange(Math.Abs((exact.Mean(i) - actual.Mean(i)).Value), 0, error * (spread + Math.Abs(exact.Means[i])));
            for (int j = i; j < exact.Columns; j++)
            {
                DoubleDouble apart = exact.CrossProduct(i, j) - actual.CrossProduct(i, j);
                Assert.True(Math.Abs(apart.Value) <= error * lengths[i] * lengths[j], $"entry {i}, {j}: {exact.CrossProduct(i, j).Value:R} against {actual.CrossProduct(i, j).Value:R}, lengths {lengths[i]:R} and {lengths[j]:R}");
            }
        }
    }

    /// <summary>A text of 20 indicators and the target: given as pairs.</summary>
    private sealed class OneText(double[] rows) : IIndexedRowSource, IRowReader
    {
        private bool _read;

        public int Columns { get; init; } = 21;

        public ImmutableArray<int> IndicatorCounts => [20, 0];

        public IRowReader Open() => throw new InvalidOperationException("Whole rows are not read here.");

        public IRowReader OpenIndexed() => this;

        public ReadOnlySpan<double> ReadRows()
        {
            ReadOnlySpan<double> read = _read ? default : rows;
            _read = true;
            return read;
        }

        public void Dispose()
        {
        }
    }
}
