using System.Text.Json;

namespace HpcLinReg.Models;

/// <summary>Refuses a model file whose members contradict each other, as happens when one of them is changed by hand.</summary>
/// <param name="reader">The reader of the file.</param>
internal sealed class ModelConsistency(ModelReader reader)
{
    /// <summary>
    /// By how much two figures of one model may differ in relation to their size: the files hold figures to the last bit, so only the
    /// rounding of this check counts.
    /// </summary>
    private const double Rounding = 1e-9;

    /// <summary>More digits than this a double does not have.</summary>
    private const double MostDigits = 17;

    private const string Factor = "uncertainty.factor";

    /// <summary>
    /// Refuses members that are null: a file leaves out what is not known. Only a dropped term has an estimate that is null.
    /// </summary>
    /// <param name="element">The file, or a part of it.</param>
    /// <param name="member">The part's name; empty for the file.</param>
    internal void RequireValues(JsonElement element, string member)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null when !member.EndsWith("].estimate", StringComparison.Ordinal):
                throw reader.Wrong(member, "is null; leave out what is not known");
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    RequireValues(property.Value, member.Length == 0 ? property.Name : $"{member}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                int place = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    // The numbers of a factor are many, and their places are not worth a text each.
                    if (item.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
                    {
                        RequireValues(item, FormattableString.Invariant($"{member}[{place}]"));
                    }

                    place++;
                }

                break;
        }
    }

    /// <summary>Checks the members of a file of version 2 that was read.</summary>
    /// <param name="state">What was read.</param>
    /// <param name="estimates">Whether each term has an estimate.</param>
    internal void Require(ModelState state, IReadOnlyList<bool> estimates)
    {
        int offset = state.HasIntercept ? 1 : 0, d = state.Weights.Length, rank = d + offset - state.Aliased.Length;
        bool[] isAliased = new bool[d];
        foreach (AliasedColumn aliased in state.Aliased)
        {
            isAliased[aliased.Column] = true;
        }

        int kept = state.IsMinimumNorm ? -1 : Enumerable.Range(0, d).FirstOrDefault(i => isAliased[i] && estimates[i], -1);
        if (kept >= 0)
        {
            throw reader.Wrong($"coefficients[{kept + offset}].estimate", "is a number, but the term is among those that others determine (\"aliased\")");
        }

        RequireColumns(state);
        if (state.Certificate is { } certificate)
        {
            RequireCertificate(certificate, rank);
        }

        if (!state.Factor.IsEmpty || state.HasUncertainty)
        {
            RequireFactor(state.Factor.AsSpan(), d, i => isAliased[i], Factor);
            RequireRows(state, rank);
        }
    }

    /// <summary>Refuses a factor whose diagonal is not positive for the terms that were kept and 0 for the others.</summary>
    internal void RequireFactor(ReadOnlySpan<double> factor, int order, Func<int, bool> isDropped, string member)
    {
        for (int i = 0; i < order; i++)
        {
            double pivot = factor[(i * order) + i];
            if (pivot < 0 || (pivot == 0) != isDropped(i))
            {
                throw reader.Wrong($"{member}[{i}][0]", pivot < 0 ? "is negative" : pivot == 0 ? "is 0, but the term is not among those that others determine" : "is not 0, but others determine the term");
            }
        }
    }

    private void RequireColumns(ModelState state)
    {
        for (int i = 0; i < state.Design.Columns.Length; i++)
        {
            ModelColumn column = state.Design.Columns[i];
            double slack = Rounding * Math.Max(Math.Abs(column.Least), Math.Abs(column.Most));
            if (column.Least > column.Most)
            {
                throw reader.Wrong($"columns[{i}].least", "is greater than \"most\"");
            }

            if (column.Mean < column.Least - slack || column.Mean > column.Most + slack)
            {
                throw reader.Wrong($"columns[{i}].mean", "is not between \"least\" and \"most\"");
            }
        }
    }

    private void RequireCertificate(Certificate certificate, int rank)
    {
        if (certificate.Rank != rank)
        {
            throw reader.Wrong("certificate.rank", $"is {certificate.Rank}, but {rank} coefficients are not determined by others");
        }

        if (certificate.ReciprocalCondition is < 0 or > 1 + Rounding)
        {
            throw reader.Wrong("certificate.reciprocalCondition", "is not 0 to 1");
        }

        if (certificate.Digits > MostDigits)
        {
            throw reader.Wrong("certificate.digits", "is more than a number of 64 bits has");
        }

        if (certificate.RefinementSteps < 0)
        {
            throw reader.Wrong("certificate.refinementSteps", "is negative");
        }
    }

    private void RequireRows(ModelState state, int rank)
    {
        if (!(state.RowCount > 0))
        {
            throw reader.Wrong("training.rows", "is not positive");
        }

        if (!state.HasUncertainty)
        {
            return;
        }

        double freedom = state.ResidualDegreesOfFreedom, left = Math.Max(0, state.RowCount - rank);
        if (Math.Abs(freedom - left) > Rounding * state.RowCount && (state.Ridge == 0 || freedom < left || freedom > state.RowCount))
        {
            throw reader.Wrong("uncertainty.residualDegreesOfFreedom", FormattableString.Invariant($"is {freedom}, but {state.RowCount} rows and {rank} coefficients leave {left}"));
        }

        double s = state.ResidualStandardError, squares = state.ResidualSumOfSquares;
        if (freedom > 0 && Math.Abs((s * s * freedom) - squares) > 1e-6 * squares && double.IsNormal(squares) && double.IsNormal(s * s))
        {
            throw reader.Wrong("uncertainty.residualStandardError", "is not the square root of \"training.residualSumOfSquares\" over the degrees of freedom");
        }
    }
}
