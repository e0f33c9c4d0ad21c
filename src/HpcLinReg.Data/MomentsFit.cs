using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sums;

namespace HpcLinReg.Data;

/// <summary>
/// Fits models to moments that <see cref="DataMoments"/> or the parts of a <see cref="MomentsPlan"/> summed, without their rows.
/// </summary>
public static class MomentsFit
{
    /// <summary>Fits a column of moments on others.</summary>
    /// <param name="file">The moments.</param>
    /// <param name="request">
    /// Target, features, intercept, ridge and digits. The target is any number and features are any of the columns, expressions and
    /// interactions that were summed; the default are all that do not read the target. Weights are those that were summed.
    /// </param>
    /// <param name="description">What messages call the moments.</param>
    /// <returns>The fit, with a model that predicts from the columns of the source.</returns>
    /// <exception cref="UsageException">The request is wrong, or needs the rows.</exception>
    /// <exception cref="DataException">The moments cannot answer it.</exception>
    /// <remarks>
    /// Rows count only where all columns of the moments have a value, also those that the fit does not use;
    /// <see cref="DataFitResult.Warnings"/> says so. O(p³), whatever the number of rows.
    /// </remarks>
    public static DataFitResult Run(MomentsFile file, FitRequest request, string description)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(request);
        RequireNoRows(request);
        (Design all, ImmutableSortedDictionary<string, string> reading) = SumsSchema.Of(file.Facts.Schema, description);
        string[] names = [.. all.Features.Select(feature => feature.Name)];
        int target = TargetOf(all, names, request.Target, description);
        Feature[] features = [.. FeaturesOf(all, names, target, request.Features, description).Select(f => all.Features[f])];
        Design design;
        try
        {
            design = Design.Create(all.Columns, request.Intercept, features);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }

        int[] columns = [.. design.VariableNames.Select(name => Variable(all, name, request, description))];
        Fit fit = Solve(file, columns, all.VariableNames.IndexOf(names[target]), request, description);
        TrainingFacts facts = FactsOf(file, design, all, target, reading);
        ImmutableArray<MissingCount> missing =
            [.. file.Facts.Inputs.Where(input => input.Missing > 0).Select(input => new MissingCount(input.Name, input.Missing))];
        return new DataFitResult
        {
            Fit = fit,
            Model = RegressionModel.Create(design, names[target], fit, facts),
            Target = names[target],
            Terms = [.. design.VariableNames.Select((name, v) => new Term(name, design.Features[design.FeatureOf(v)].Name))],
            RowsDropped = file.Facts.RowsDropped,
            MissingByColumn = missing,
            BitsPromised = true,
            Warnings = [.. Unused(design, all, target, missing), .. MissedDigits(fit.Certificate, request.Digits, file.Header.Precision)],
        };
    }

    private static Fit Solve(MomentsFile file, int[] columns, int target, FitRequest request, string description)
    {
        try
        {
            return file.ToMoments().Solve(columns, target, new FitOptions
            {
                Intercept = request.Intercept,
                Ridge = request.Ridge,
                StandardizeRidge = request.StandardizeRidge,
                Digits = request.Digits,
                RankDeficient = request.RankDeficient,
                RowWeights = file.Facts.WeightKind,
            });
        }
        catch (InvalidOperationException exception)
        {
            throw new DataException($"{description} has no complete rows, so there is nothing to fit: {exception.Message}", exception);
        }
        catch (OverflowException exception)
        {
            throw new DataException($"{description}: {exception.Message}", exception);
        }
    }

    private static void RequireNoRows(FitRequest request)
    {
        string? needed = request.Cluster is not null ? "Clustered standard errors need"
            : request.Polynomials.Count > 0 ? "Polynomials need"
            : request.Weights is not null ? "Weights other than those that were summed need"
            : null;
        if (needed is not null)
        {
            throw new UsageException($"{needed} the rows, and moments have none; fit the file that has them.");
        }
    }

    private static int TargetOf(Design all, string[] names, string target, string description)
    {
        int index = ColumnNames.Find(names, target.Trim());
        if (index < 0)
        {
            throw new DataException($"{description} has no column '{target}' for the target; it has {ColumnNames.List(names)}.{Suggestion.Question(target, names)}");
        }

        return all.VariableNames.Contains(names[index]) ? index
            : throw new DataException($"The target '{names[index]}' is text; a regression needs a number or true/false.");
    }

    private static int[] FeaturesOf(Design all, string[] names, int target, string? features, string description)
    {
        HashSet<string> readByTarget = [.. ColumnsOf(all, target)];
        if (features is null)
        {
            return [.. Enumerable.Range(0, names.Length).Where(f => f != target && !ColumnsOf(all, f).Any(readByTarget.Contains))];
        }

        List<int> chosen = [];
        foreach (string item in FeatureList.Split(features, names))
        {
            int index = ColumnNames.Find(names, item);
            if (index < 0)
            {
                throw new DataException($"{description} has no '{item}'; it has {ColumnNames.List(names)}. What a fit uses is named when the rows are summed (--columns).{Suggestion.Question(item, names)}");
            }

            if (chosen.Contains(index))
            {
                throw new UsageException($"The feature '{names[index]}' is named twice; leave one out.");
            }

            if (ColumnsOf(all, index).Any(readByTarget.Contains))
            {
                throw new UsageException(index == target ? $"The target '{names[target]}' is among the features; leave it out."
                    : $"The feature '{names[index]}' is computed from the target '{names[target]}'; leave it out.");
            }

            chosen.Add(index);
        }

        return [.. chosen];
    }

    /// <summary>Returns the columns that a feature reads; of SQL all columns that it may read.</summary>
    private static IEnumerable<string> ColumnsOf(Design all, int feature) =>
        Design.Create(all.Columns, all.Features[feature]).Columns.Select(column => column.Name);

    private static int Variable(Design all, string name, FitRequest request, string description)
    {
        int column = all.VariableNames.IndexOf(name);
        return column >= 0 ? column : throw new DataException(
            $"{description} has no column for the term '{name}', because texts are coded {(request.Intercept ? "by the features beside them" : "with all levels in a fit without an intercept")}; {(request.Intercept ? "name the features that its interaction is made of as well" : "fit with an intercept, or fit the file that has the rows")}.");
    }

    private static TrainingFacts FactsOf(MomentsFile file, Design design, Design all, int target,
        ImmutableSortedDictionary<string, string> reading)
    {
        MomentsFacts facts = file.Facts;
        var moments = file.ToMoments();
        var inputs = facts.Inputs.ToDictionary(input => input.Name, StringComparer.Ordinal);
        double Of(ModelColumn column, Func<MomentsInput, double> value) =>
            inputs.TryGetValue(column.Name, out MomentsInput? input) ? value(input) : double.NaN;
        double Mean(ModelColumn column) => column.Kind != CellKind.Text && all.VariableNames.IndexOf(column.Name) is >= 0 and var place
            && all.Features[all.FeatureOf(place)].PartNames.SequenceEqual([column.Name]) ? moments.Means[place] : double.NaN;
        ModelColumn? own = all.Columns.FirstOrDefault(column => column.Name == all.Features[target].Name);
        return new TrainingFacts
        {
            RowsDropped = facts.RowsDropped,
            Means = [.. design.Columns.Select(Mean)],
            Least = [.. design.Columns.Select(column => Of(column, input => input.Least))],
            Most = [.. design.Columns.Select(column => Of(column, input => input.Most))],
            SumOfLogWeights = facts.Weights is null ? 0 : (double)facts.ScaledLogWeights / (1L << 40),
            Weights = facts.Weights is null ? null : facts.WeightKind,
            TargetKind = own?.Kind == CellKind.Flag ? CellKind.Flag : CellKind.Number,
            RowDigest = facts.Source.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                $"{file.Header.RowCount:x}-{FileDigest.OfText($"{facts.Source} {file.Header.FirstRow} {file.Header.NextRow} {string.Join('\0', all.VariableNames)} {all.Features[target].Name}")}"),
            Reading = reading,
        };
    }

    private static IEnumerable<string> Unused(Design design, Design all, int target, ImmutableArray<MissingCount> missing)
    {
        HashSet<string> used = [.. design.Columns.Select(column => column.Name), .. design.Features.Select(feature => feature.Name),
            .. ColumnsOf(all, target)];
        string[] others = [.. missing.Where(count => !used.Contains(count.Column)).Select(count => count.Column)];
        if (others.Length > 0)
        {
            yield return $"The moments hold rows that are complete in all of their columns; rows without {ColumnNames.List(others)} are left out, though this fit does not use {(others.Length == 1 ? "it" : "them")}.";
        }
    }

    private static IEnumerable<string> MissedDigits(Certificate certificate, int digits, MomentsPrecision precision)
    {
        if (digits < FitOptions.MaxDigits && certificate.Digits < digits)
        {
            double sure = Math.Floor(10 * Math.Max(0, certificate.Digits)) / 10;
            string remedy = precision == MomentsPrecision.Plain ? " Moments in double-double (without --plain) have more digits." : "";
            yield return FormattableString.Invariant(
                $"The worst coefficient has {sure:F1} certain digits, not the {digits} asked for: {certificate.Describe()}. Terms that are nearly combinations of others cost digits.{remedy}");
        }
    }
}
