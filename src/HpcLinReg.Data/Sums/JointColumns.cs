using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Sums;

/// <summary>Decides which columns of a source are summed, and finds them again in a file of it.</summary>
internal static class JointColumns
{
    /// <summary>Returns the design of all columns that a request names. Reads the source once where texts are among them.</summary>
    internal static Design Decide(DataSource source, MomentsRequest request, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        if (request.Weights is not null && request.Precision == MomentsPrecision.Plain)
        {
            throw new UsageException("Rows with weights are summed in double-double; leave out --plain.");
        }

        FeatureResolver resolver = new(source);
        int weight = request.Weights is null ? -1 : resolver.Weight(request.Weights);
        if (request.Columns is null
            && !source.Columns.Where((column, i) => i != weight && column.Kind is ColumnKind.Numeric or ColumnKind.Boolean).Any())
        {
            throw new DataException($"{source.Description} has no numeric column; name columns or expressions (--columns).");
        }

        List<NamedFeature> features = resolver.Features(new FitRequest { Target = "", Features = request.Columns }, -1, [weight]);
        int[] columns = [.. features.SelectMany(feature => feature.Columns).Distinct().Order()];
        Design With(Func<int, ImmutableArray<string>> levels)
        {
            try
            {
                return Design.Create([.. columns.Select((column, i) => resolver.ModelColumnOf(column, levels(i)))],
                    [.. features.Select(feature => feature.Feature)]);
            }
            catch (ArgumentException exception)
            {
                throw new UsageException(exception.Message.Split(" (Parameter", 2)[0], exception);
            }
        }

        Design design = With(_ => [LevelScan.Placeholder]);
        int number = weight >= 0 ? weight
            : columns.FirstOrDefault(column => source.Columns[column].Kind is ColumnKind.Numeric or ColumnKind.Boolean, -1);
        if (number < 0)
        {
            throw new DataException("A fit needs a number to explain; name a numeric column among those that are summed (--columns).");
        }

        if (!columns.Where((column, i) => design.Columns[i].Kind == CellKind.Text && design.IsRead(i)).Any())
        {
            return design;
        }

        // A level that occurs only in rows with a missing value would be a column of zeros.
        MissingRows missing = Missing(source, design, source.Columns[number].Name);
        ImmutableArray<string>[] levels = LevelScan.Run(source, new DesignQuery(source, design, columns, following: 1), number, missing,
            rowsRead, cancellationToken);
        return With(i => levels[i]);
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
