using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>Reads the members of a model file that only statistics need, or says which one is wrong.</summary>
/// <param name="reader">The reader of the file.</param>
internal sealed class ModelStatistics(ModelReader reader)
{
    /// <summary>Reads the robust covariance.</summary>
    internal RobustCovariance Robust(RobustDocument document, int order)
    {
        const string Member = "uncertainty.robust";
        RobustKind kind =
            Enum.GetValues<RobustKind>().Cast<RobustKind?>().FirstOrDefault(kind => JsonNames.Of(kind!.Value) == document.Kind)
            ?? throw reader.Wrong($"{Member}.kind", "is not hc0, hc1, hc2, hc3, hac or cluster");
        bool isHac = kind == RobustKind.Hac, isOfClusters = kind == RobustKind.Cluster;
        if (isHac ? document.Lag is not >= 0 : document.Lag is not null)
        {
            throw reader.Wrong($"{Member}.lag", isHac ? "is not 0 or more" : "belongs to hac alone");
        }

        if (isOfClusters ? document is not { Cluster.Length: > 0, Clusters: >= 2 }
            : document.Cluster is not null || document.Clusters is not null)
        {
            throw reader.Wrong($"{Member}.clusters", isOfClusters ? "is not two or more clusters of a named column" : "belongs to cluster alone");
        }

        double[] middle = [.. reader.Triangle(document.Middle, $"{Member}.middle", order)];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < i; j++)
            {
                middle[(i * order) + j] = middle[(j * order) + i];
            }

            // Those of HAC are differences, and may be negative by their rounding.
            if (kind != RobustKind.Hac && middle[(i * order) + i] < 0)
            {
                throw reader.Wrong($"{Member}.middle", "has a negative variance");
            }
        }

        return new RobustCovariance
        {
            Kind = kind,
            Lag = document.Lag ?? 0,
            Cluster = document.Cluster ?? "",
            Clusters = document.Clusters ?? 0,
            DegreesOfFreedom = reader.Finite(document.DegreesOfFreedom, $"{Member}.degreesOfFreedom", 0),
            Middle = [.. middle],
        };
    }

    /// <summary>Reads the coefficients of powers.</summary>
    internal PowerCoefficients Powers(PowersDocument document, ImmutableArray<string> names, int offset, bool isMinimumNorm)
    {
        const string Member = "powers";
        CoefficientDocument[] all = document.Coefficients ?? throw reader.Missing($"{Member}.coefficients");
        reader.RequireTerms(all, offset > 0 ? [RegressionModel.InterceptName, .. names] : names, $"{Member}.coefficients");
        ImmutableArray<AliasedColumn> aliased = [.. (document.Aliased ?? []).Select((alias, i) => reader.Alias(alias, i, names))];
        HashSet<int> dropped = isMinimumNorm ? [] : [.. aliased.Select(column => column.Column)];
        CoefficientDocument[] slopes = all[offset..];
        return new PowerCoefficients
        {
            Weights =
                [.. slopes.Select((slope, i) => dropped.Contains(i) && slope.Estimate is null ? 0 : reader.Finite(slope.Estimate, $"{Member}.coefficients[{i + offset}].estimate"))],
            Intercept = offset > 0 ? reader.Finite(all[0].Estimate, $"{Member}.coefficients[0].estimate") : 0,
            WeightErrorBounds = [.. slopes.Select((slope, i) => reader.Size(slope.ErrorBound, $"{Member}.coefficients[{i + offset}].errorBound"))],
            InterceptErrorBound = offset > 0 ? reader.Size(all[0].ErrorBound, $"{Member}.coefficients[0].errorBound") : 0,
            Digits = document.Digits ?? double.NaN,
            StandardErrors = [.. slopes.Select((slope, i) => reader.Size(slope.StandardError, $"{Member}.coefficients[{i + offset}].standardError"))],
            InterceptStandardError = offset > 0 ? reader.Size(all[0].StandardError, $"{Member}.coefficients[0].standardError") : double.NaN,
            Aliased = aliased,
        };
    }
}
