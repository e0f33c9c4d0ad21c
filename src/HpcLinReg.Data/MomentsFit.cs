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
        (JointDesign joint, ImmutableSortedDictionary<string, string> reading) = SumsSchema.Of(file.Facts.Schema, description);
        if (!joint.Names.SequenceEqual(file.Header.Names))
        {
            throw new DataException($"The columns of {description} are not those that it says how to make; sum the rows with 'hpclinreg moments'.");
        }

        Design all = joint.Design;
        string[] names = [.. all.Features.Select(feature => feature.Name)];
        int target = TargetOf(all, names, request.Target, description);
        int[] chosen = FeaturesOf(all, names, target, request.Features, description);
        Dictionary<int, int> degrees = DegreesOf(joint, names, target, request, description);
        Feature[] features = [.. chosen.Concat(degrees.Keys.Where(f => !chosen.Contains(f)))
            .Select(f => degrees.TryGetValue(f, out int degree) ? Feature.Polynomial(all.Features[f], degree) : all.Features[f])];
        Design design;
        try
        {
            design = Design.Create(all.Columns, request.Intercept, features);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }

        bool hasPowers = design.Degrees.Any(degree => degree > 1);
        if (hasPowers && !request.Intercept)
        {
            throw new UsageException("Moments hold the terms of polynomials for fits with an intercept; leave out --no-intercept, or fit the file that has the rows.");
        }

        int column = all.VariableNames.IndexOf(names[target]);
        PolynomialFit? polynomial = hasPowers ? SolvePolynomial(file, joint, design, column, request, description) : null;
        Fit fit = polynomial?.BasisFit ?? Solve(
            options => file.ToMoments().Solve([.. design.VariableNames.Select(name => Variable(all, name, request, description))], column,
                options), file,
            request, description);
        PowerCoefficients? powers = polynomial is null ? null : Solve(_ => polynomial.ToPowers(), file, request, description);
        TrainingFacts facts = FactsOf(file, design, all, target, reading);
        ImmutableArray<MissingCount> missing =
            [.. file.Facts.Inputs.Where(input => input.Missing > 0).Select(input => new MissingCount(input.Name, input.Missing))];
        IEnumerable<int> variables = design.Degrees.SelectMany((degree, v) => Enumerable.Repeat(v, degree));
        return new DataFitResult
        {
            Fit = fit,
            Model = polynomial is null ? RegressionModel.Create(design, names[target], fit, facts)
                : RegressionModel.Create(design, names[target], polynomial, facts).With(powers!),
            Powers = powers,
            Target = names[target],
            Terms = [.. variables.Zip(design.TermNames, (v, name) => new Term(name, design.Features[design.FeatureOf(v)].Name))],
            RowsDropped = file.Facts.RowsDropped,
            MissingByColumn = missing,
            BitsPromised = true,
            Warnings = [.. Unused(design, all, target, missing),
                .. MissedDigits(fit.Certificate, powers, request.Digits, file.Header.Precision)],
        };
    }

    private static PolynomialFit SolvePolynomial(MomentsFile file, JointDesign joint, Design design, int target, FitRequest request,
        string description)
    {
        List<PolynomialVariable> variables = [];
        List<int> terms = [];
        foreach ((string name, int degree) in design.VariableNames.Zip(design.Degrees))
        {
            if (degree == 1)
            {
                variables.Add(new PolynomialVariable(1, 0, 1));
                terms.Add(Variable(joint.Design, name, request, description));
                continue;
            }

            int polynomial = joint.Find(name);
            PolynomialVariable summed = joint.Polynomials[polynomial].Terms;
            variables.Add(new PolynomialVariable(degree, summed.Shift, summed.Scale));
            terms.AddRange(Enumerable.Range(joint.FirstTerm(polynomial), degree));
        }

        return Solve(options => file.ToMoments().SolvePolynomial([.. variables], [.. terms], target, options), file, request, description);
    }

    /// <summary>Returns the degrees of features that stand for their powers, by the features' indices.</summary>
    private static Dictionary<int, int> DegreesOf(JointDesign joint, string[] names, int target, FitRequest request,
        string description)
    {
        Dictionary<int, int> degrees = [];
        foreach ((string name, int degree) in request.Polynomials)
        {
            int index = ColumnNames.Find(names, name);
            if (index < 0)
            {
                throw new DataException($"{description} has no '{name}' for the polynomial; it has {ColumnNames.List(names)}.{Suggestion.Question(name, names)}");
            }

            if (ColumnsOf(joint.Design, index).Intersect(ColumnsOf(joint.Design, target)).Any())
            {
                throw new UsageException($"The polynomial in '{names[index]}' is computed from the target '{names[target]}'; leave it out.");
            }

            int polynomial = joint.Find(names[index]);
            int most = polynomial < 0 ? 1 : joint.Polynomials[polynomial].Terms.Degree;
            if (degree > most)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{description} has no powers of '{names[index]}' up to {degree}, {(most == 1 ? "only the column itself" : $"only up to {most}")}; name the degree when the rows are summed (--polynomial {name}:{degree})."));
            }

            degrees[index] = degree;
        }

        return degrees;
    }

    private static T Solve<T>(Func<FitOptions, T> solve, MomentsFile file, FitRequest request, string description)
    {
        try
        {
            return solve(new FitOptions
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

    private static IEnumerable<string> MissedDigits(Certificate certificate, PowerCoefficients? powers, int digits,
        MomentsPrecision precision)
    {
        double reached = powers?.Digits ?? certificate.Digits;
        if (digits < FitOptions.MaxDigits && reached < digits)
        {
            double sure = Math.Floor(10 * Math.Max(0, reached)) / 10;
            string remedy = precision == MomentsPrecision.Plain ? " Moments in double-double (without --plain) have more digits." : "";
            yield return FormattableString.Invariant(
                $"The worst coefficient has {sure:F1} certain digits, not the {digits} asked for: {certificate.Describe()}. Terms that are nearly combinations of others cost digits; {(powers is not null ? "powers of lower degree cost fewer." : "powers cost none as --polynomial.")}{remedy}");
        }
    }
}
