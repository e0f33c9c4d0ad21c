using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Sums;

/// <summary>Decides which columns of a source are summed, and finds them again in a file of it.</summary>
internal static class JointColumns
{
    /// <summary>
    /// Returns the columns that a request names. Reads the source once where texts are among them, and once where polynomials are.
    /// </summary>
    internal static JointDesign Decide(DataSource source, MomentsRequest request, IProgress<long>? rowsRead,
        CancellationToken cancellationToken)
    {
        JointDesign draft = Draft(source, request);
        Findings found = Scan(source, draft, request.Weights, rowsRead, cancellationToken);
        return With(draft, found);
    }

    /// <summary>Returns the columns that a request names, before texts have levels and polynomials a shift and a scale.</summary>
    internal static JointDesign Draft(DataSource source, MomentsRequest request)
    {
        RequirePrecision(request);
        FeatureResolver resolver = new(source);
        int weight = request.Weights is null ? -1 : resolver.Weight(request.Weights);
        if (request.Columns is null
            && !source.Columns.Where((column, i) => i != weight && column.Kind is ColumnKind.Numeric or ColumnKind.Boolean).Any())
        {
            throw new DataException($"{source.Description} has no numeric column; name columns or expressions (--columns).");
        }

        // A polynomial of degree 1 is the column itself.
        List<NamedFeature> features = resolver.Features(new FitRequest
        {
            Target = "",
            Features = request.Columns,
            Polynomials = request.Polynomials.Keys.ToDictionary(name => name, _ => 1),
        }, -1, [weight]);
        int[] columns = [.. features.SelectMany(feature => feature.Columns).Distinct().Order()];
        if (weight < 0 && !columns.Any(column => source.Columns[column].Kind is ColumnKind.Numeric or ColumnKind.Boolean))
        {
            throw new DataException("A fit needs a number to explain; name a numeric column among those that are summed (--columns).");
        }

        try
        {
            JointDesign draft = new(Design.Create([.. columns.Select(column => resolver.ModelColumnOf(column, [LevelScan.Placeholder]))],
                [.. features.Select(feature => feature.Feature)]),
                [.. request.Polynomials.Where(polynomial => polynomial.Value > 1)
                    .OrderBy(polynomial => polynomial.Key, StringComparer.Ordinal)
                    .Select(polynomial => new JointPolynomial(polynomial.Key, new PolynomialVariable(polynomial.Value, 0, 1)))]);
            return draft.Names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { Key: { } twice }
                ? throw new UsageException($"Two columns of the moments are named '{twice}'; give the expression another name (AS).")
                : draft;
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }

    /// <summary>Finds levels and ranges in the rows of a source.</summary>
    internal static Findings Scan(DataSource source, JointDesign draft, string? weights, IProgress<long>? rowsRead,
        CancellationToken cancellationToken)
    {
        Design design = draft.Design;
        ImmutableArray<string>[] levels = [.. design.Columns.Select(_ => ImmutableArray<string>.Empty)];
        if (HasTexts(design))
        {
            // A level that occurs only in rows with a missing value would be a column of zeros.
            int[] columns = Find(source, design);
            int number = weights is not null ? new FeatureResolver(source).Weight(weights)
                : columns.First(column => source.Columns[column].Kind is ColumnKind.Numeric or ColumnKind.Boolean);
            MissingRows missing = Missing(source, design, source.Columns[number].Name);
            levels = LevelScan.Run(source, new DesignQuery(source, design, columns, following: 1), number, missing, rowsRead,
                cancellationToken);
        }

        var ranges = new (double Least, double Most)[draft.Polynomials.Length];
        Array.Fill(ranges, (double.PositiveInfinity, double.NegativeInfinity));
        if (ranges.Length > 0)
        {
            RangeScan.Widen(source, design, weights, [.. draft.Polynomials.Select(draft.VariableOf)], ranges, rowsRead, cancellationToken);
        }

        return new Findings([.. levels.Take(design.Columns.Length)], [.. ranges]);
    }

    /// <summary>Returns the columns of a draft with the levels and ranges that were found.</summary>
    internal static JointDesign With(JointDesign draft, Findings found)
    {
        Design design = draft.Design;
        try
        {
            design = Design.Create([.. design.Columns.Select((column, i) =>
                column.Kind == CellKind.Text ? new ModelColumn(column.Name, CellKind.Text) { Levels = found.Levels[i] } : column)],
                [.. design.Features]);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }

        return new JointDesign(design, [.. draft.Polynomials.Select((polynomial, k) => polynomial with
        {
            Terms = PolynomialVariable.OfRange(polynomial.Terms.Degree, found.Ranges[k].Least, found.Ranges[k].Most),
        })]);
    }

    /// <summary>
    /// Returns the query that reads a design's columns, the weights behind them, and what whole numbers have beyond doubles.
    /// </summary>
    internal static string Select(DataSource source, DesignQuery query, int weight)
    {
        IEnumerable<string> following = weight < 0 ? [] : [DesignQuery.Number($"CAST({Sql.Column(weight)} AS DOUBLE)")];
        return $"SELECT {string.Join(", ", query.Select(Sql.Column).Concat(following).Concat(query.SelectRests()))} FROM ({source.Table.TypedRows(query.WholeColumns)})";
    }

    /// <summary>Throws where a text has more levels than categories have.</summary>
    internal static void RequireLevels(string column, int count)
    {
        if (count > LevelScan.MostLevels)
        {
            throw new DataException($"The text column '{column}' has more than {LevelScan.MostLevels} different values; it names rows rather than groups them. Leave it out, or group its values in an expression.");
        }
    }

    /// <summary>Returns whether there are levels or shifts to be found.</summary>
    internal static bool NeedsScan(JointDesign joint) => HasTexts(joint.Design) || !joint.Polynomials.IsEmpty;

    private static bool HasTexts(Design design) =>
        design.Columns.Where((column, i) => column.Kind == CellKind.Text && design.IsRead(i)).Any();

    private static void RequirePrecision(MomentsRequest request)
    {
        string? needs = request.Precision != MomentsPrecision.Plain ? null
            : request.Weights is not null ? "Rows with weights are"
            : request.Polynomials.Values.Any(degree => degree > 1) ? "Terms of polynomials are"
            : null;
        if (needs is not null)
        {
            throw new UsageException($"{needs} summed in double-double; leave out --plain.");
        }
    }

    /// <summary>Finds the columns of a design in a source; throws where one is missing or of another kind.</summary>
    internal static int[] Find(DataSource source, Design design)
    {
        string[] names = [.. source.Columns.Select(column => column.Name)];
        FeatureResolver resolver = new(source);
        int[] places = new int[design.Columns.Length];
        for (int i = 0; i < places.Length; i++)
        {
            ModelColumn column = design.Columns[i];
            places[i] = Array.IndexOf(names, column.Name);
            if (places[i] < 0)
            {
                throw new DataException($"{source.Description} has no column '{column.Name}', which the plan has; make the plan again for the files as they are.");
            }

            CellKind kind = resolver.ModelColumnOf(places[i], []).Kind;
            if (kind != column.Kind && !(IsNumber(kind) && IsNumber(column.Kind)))
            {
                throw new DataException($"The column '{column.Name}' of {source.Description} is read as {kind}, and the plan has it as {column.Kind}; make the plan again for the files as they are.");
            }
        }

        return places;

        static bool IsNumber(CellKind kind) => kind is CellKind.Number or CellKind.Whole;
    }

    /// <summary>Starts counting rows with missing values.</summary>
    internal static MissingRows Missing(DataSource source, Design design, string? following) => new(
        [.. design.Columns.Select((column, i) => design.IsRead(i) ? column.Name : null), .. design.SqlExpressions,
            .. following is null ? Array.Empty<string>() : [following]],
        [.. design.Features.Select(feature => feature.Name)], MissingValues.Drop, source.Description);
}
