using System.Collections.Immutable;

namespace HpcLinReg.Statistics;

/// <summary>Tests of whole features, and their inflation factors.</summary>
/// <param name="model">A model with a basis and without a penalty.</param>
internal sealed class FeatureTests(RegressionModel model)
{
    /// <summary>
    /// Two combinations of columns count as the same direction if they differ by less than this share of the columns' lengths.
    /// </summary>
    private const double SameDirection = 1e-7;

    private readonly TrainingBasis _basis = model.Basis!;
    private readonly int _offset = model.HasIntercept ? 1 : 0;
    private readonly ImmutableArray<string>[] _parts = [.. model.Design.Features.Select(feature => feature.PartNames)];
    private readonly int[] _counts = Counts(model);
    private readonly int[] _starts = Starts(Counts(model));

    /// <summary>
    /// Returns the tests in the order of the features. One that is part of an interaction in the model is left out, as in R: without it the
    /// interaction would mean another thing.
    /// </summary>
    internal ImmutableArray<FeatureTest> All() =>
        [.. Enumerable.Range(0, model.Design.Features.Length).Where(feature => !IsPartOfAnother(feature)).Select(Of).OfType<FeatureTest>()];

    /// <summary>Returns the inflation factor of a term that is a feature of its own.</summary>
    internal double Vif(int term)
    {
        if (!HasVif || !IsAlone(term))
        {
            return double.NaN;
        }

        double[] column = Column(term), coordinates = Coordinates(term);
        return OrthogonalBasis.Dot(column, column) * OrthogonalBasis.Dot(coordinates, coordinates);
    }

    /// <summary>Returns whether a feature has this term only.</summary>
    private bool IsAlone(int term) => _counts[model.Terms[term].Feature] == 1;

    private static int[] Starts(int[] counts)
    {
        int[] starts = new int[counts.Length];
        for (int feature = 1; feature < counts.Length; feature++)
        {
            starts[feature] = starts[feature - 1] + counts[feature - 1];
        }

        return starts;
    }

    private static int[] Counts(RegressionModel model)
    {
        int[] counts = new int[model.Design.Features.Length];
        foreach (ModelTerm term in model.Terms)
        {
            counts[term.Feature]++;
        }

        return counts;
    }

    private bool HasVif => model.HasIntercept;

    private bool IsPartOfAnother(int feature) =>
        _parts.Any(other => other.Length > _parts[feature].Length && _parts[feature].All(part => other.Contains(part)));

    private FeatureTest? Of(int feature)
    {
        // The terms of a feature follow each other.
        int first = _starts[feature];
        if (_counts[feature] == 1 && model.Aliased.IsEmpty)
        {
            return Alone(feature, first);
        }

        int[] all = [.. Enumerable.Range(first, _counts[feature])];
        int[] kept = [.. all.Where(j => !model.Terms[j].IsDropped)];
        if (kept.Length == 0)
        {
            return null;
        }

        (double[][] combinations, double[] values) = Combinations(kept, all);
        int count = values.Length;
        double f = count == 0 || !(model.DegreesOfFreedom > 0) || double.IsNaN(model.ResidualStandardError) ? double.NaN
            : WaldTest.F(model, combinations, values);
        double gvif = !HasVif ? double.NaN : Math.Exp(LogLengths(kept) + LogCovariance(kept));
        return new FeatureTest(
            model.Design.Features[feature].Name, count, f, P(f, count, FisherF.UpperTail), P(f, count, FisherF.LogUpperTail), gvif,
            all.Length > 1 || _parts[feature].Length > 1);
    }

    /// <summary>Returns the test of a feature with one term, for which F = t².</summary>
    private FeatureTest Alone(int feature, int term)
    {
        double t = model.Terms[term].Coefficient / model.Terms[term].StandardError, f = model.DegreesOfFreedom > 0 && double.IsFinite(t)
            ? t * t : double.NaN;
        return new FeatureTest(model.Design.Features[feature].Name, 1, f, P(f, 1, FisherF.UpperTail), P(f, 1, FisherF.LogUpperTail),
            Vif(term), _parts[feature].Length > 1);
    }

    private double P(double f, int count, Func<double, double, double, double> tail) =>
        double.IsNaN(f) ? double.NaN : tail(f, count, model.DegreesOfFreedom);

    /// <summary>
    /// Returns the combinations of the kept terms that are lost when the feature is dropped. A term that was dropped because this feature
    /// determines it comes back when the feature goes; the combinations that it can replace are not lost.
    /// </summary>
    private (double[][] Combinations, double[] Values) Combinations(int[] kept, int[] all)
    {
        double[][] own = [.. kept.Select(Coordinates)];
        double[] values = [.. kept.Select(j => model.Terms[j].Coefficient)];
        double[] lengths = [.. kept.Select(j => Math.Exp(LogLengths([j]) / 2))];
        List<double[]> standIns = [];
        foreach (AliasedColumn aliased in model.Aliased.Where(aliased => !all.Contains(aliased.Column)))
        {
            double[] parts = [.. kept.Select((j, i) => j < aliased.Coefficients.Length ? aliased.Coefficients[j] * lengths[i] : 0)];
            double before = Math.Sqrt(OrthogonalBasis.Dot(parts, parts));
            if (before > 0 && Remove(standIns, parts) > SameDirection * before)
            {
                standIns.Add(parts);
            }
        }

        if (standIns.Count == 0)
        {
            return (own, values);
        }

        // An orthonormal basis of the lost directions: without the directions of the terms that come back.
        List<double[]> lost = [], left = [];
        for (int i = 0; i < kept.Length && left.Count < kept.Length - standIns.Count; i++)
        {
            double[] unit = new double[kept.Length];
            unit[i] = 1;
            Remove(standIns, unit);
            if (Remove(lost, unit) > Math.Sqrt(SameDirection))
            {
                lost.Add(unit);
                left.Add([.. unit.Select((part, l) => part * lengths[l])]);
            }
        }

        double[][] combined = [.. left
            .Select(factors =>
            Enumerable.Range(0, _basis.Order).Select(m => factors.Select((factor, l) => factor * own[l][m]).Sum()).ToArray())];
        return (combined, [.. left.Select(factors => OrthogonalBasis.Dot(factors, values))]);
    }

    /// <summary>
    /// Removes the directions of orthonormal vectors, twice, and makes the rest a unit vector; returns its length before that.
    /// </summary>
    private static double Remove(List<double[]> vectors, double[] v)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] unit in vectors)
            {
                double share = OrthogonalBasis.Dot(unit, v);
                for (int i = 0; i < v.Length; i++)
                {
                    v[i] -= share * unit[i];
                }
            }
        }

        double length = Math.Sqrt(OrthogonalBasis.Dot(v, v));
        for (int i = 0; i < v.Length && length > 0; i++)
        {
            v[i] /= length;
        }

        return length;
    }

    private double[] Coordinates(int term)
    {
        double[] combination = new double[_basis.Order];
        combination[_offset + term] = 1;
        double[] coordinates = new double[_basis.Order];
        _basis.Combine(combination, coordinates);
        return coordinates;
    }

    /// <summary>ln det of the cross-products of (centred) terms.</summary>
    private double LogLengths(int[] terms) => OrthogonalBasis.Of([.. terms.Select(Column)]).LogDeterminant;

    private double[] Column(int term)
    {
        double[] column = new double[model.Terms.Length];
        _basis.CopyFactorColumn(term, column);
        return column;
    }

    /// <summary>ln det of the covariance of coefficients in units of s².</summary>
    private double LogCovariance(int[] terms) => OrthogonalBasis.Of([.. terms.Select(Coordinates)]).LogDeterminant;
}
