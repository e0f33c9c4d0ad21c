using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>Whether files of moments are the parts of one whole, and what is known of the whole.</summary>
internal static class MomentsParts
{
    /// <summary>Returns the parts in the order of their rows; throws where they do not make one whole.</summary>
    internal static int[] Order((string Name, MomentsHeader Header)[] parts)
    {
        if (parts.Length == 0)
        {
            Throw.PartsMissing();
        }

        foreach ((string name, MomentsHeader header) in parts)
        {
            if (!header.IsExact)
            {
                Throw.PartFolded(name);
            }
        }

        int[] order = [.. Enumerable.Range(0, parts.Length).OrderBy(i => parts[i].Header.FirstRow).ThenBy(i => parts[i].Header.NextRow)];
        (string firstName, MomentsHeader first) = parts[order[0]];
        (string previousName, MomentsHeader previous) = parts[order[0]];
        foreach (int i in order.AsSpan(1))
        {
            (string name, MomentsHeader header) = parts[i];
            if (Difference(first, header) is { } difference)
            {
                Throw.PartsDiffer(name, firstName, difference);
            }

            if (header.FirstRow > previous.NextRow)
            {
                Throw.PartsLeaveGap(previousName, name, previous.NextRow, header.FirstRow);
            }

            if (header.FirstRow < previous.NextRow)
            {
                Throw.PartsOverlap(previousName, name, header.FirstRow, Math.Min(previous.NextRow, header.NextRow));
            }

            (previousName, previous) = (name, header);
        }

        return order;
    }

    /// <summary>Returns the facts of the whole.</summary>
    internal static MomentsFacts Together(MomentsFacts[] parts)
    {
        MomentsFacts first = parts[0];
        return new MomentsFacts
        {
            Source = first.Source,
            Schema = first.Schema,
            Weights = first.Weights,
            WeightKind = first.WeightKind,
            ScaledLogWeights = parts.Aggregate(Int128.Zero, (sum, part) => sum + part.ScaledLogWeights),
            RowsDropped = parts.Sum(part => part.RowsDropped),
            Inputs = [.. first.Inputs.Select((input, i) => Together([.. parts.Select(part => part.Inputs[i])]))],
        };
    }

    private static MomentsInput Together(MomentsInput[] parts) => new()
    {
        Name = parts[0].Name,
        Kind = parts[0].Kind,
        Levels = parts[0].Levels,
        Missing = parts.Sum(part => part.Missing),
        Least = parts.Aggregate(double.NaN, (least, part) => double.MinNumber(least, part.Least)),
        Most = parts.Aggregate(double.NaN, (most, part) => double.MaxNumber(most, part.Most)),
    };

    /// <summary>Returns in what a part differs from the first; null where both may be of one source.</summary>
    private static string? Difference(MomentsHeader first, MomentsHeader part)
    {
        if (part.Columns != first.Columns)
        {
            return $"it has {part.Columns} columns where there are {first.Columns}";
        }

        (ImmutableArray<string> names, ImmutableArray<string> firstNames) = (part.Names, first.Names);
        for (int j = 0; j < Math.Max(names.Length, firstNames.Length); j++)
        {
            if (names.Length != firstNames.Length || names[j] != firstNames[j])
            {
                return $"its column {j} (counted from 0) is {Quoted(names, j)} where there is {Quoted(firstNames, j)}";
            }
        }

        return part.HasRemainders != first.HasRemainders ? $"its cells have {(part.HasRemainders ? "" : "no ")}remainders where there are {(first.HasRemainders ? "some" : "none")}"
            : part.Precision != first.Precision ? $"it was summed in {part.Precision} where the precision is {first.Precision}"
            : Difference(first.Facts, part.Facts);
    }

    private static string? Difference(MomentsFacts first, MomentsFacts part)
    {
        if (part.Weights != first.Weights || part.WeightKind != first.WeightKind)
        {
            return $"its weights are {Weights(part)} where they are {Weights(first)}";
        }

        if (part.Inputs.Length != first.Inputs.Length)
        {
            return $"its source has {part.Inputs.Length} columns where there are {first.Inputs.Length}";
        }

        foreach ((MomentsInput input, MomentsInput other) in part.Inputs.Zip(first.Inputs))
        {
            if (input.Name != other.Name || input.Kind != other.Kind)
            {
                return $"its source has the column '{input.Name}' ({input.Kind}) where there is '{other.Name}' ({other.Kind})";
            }

            if (!input.Levels.SequenceEqual(other.Levels))
            {
                string? level = input.Levels.Except(other.Levels).Concat(other.Levels.Except(input.Levels)).FirstOrDefault();
                return $"its column '{input.Name}' has other levels{(level is null ? ", or in another order" : $", such as '{level}'")}";
            }
        }

        return part.Source != first.Source ? $"its source has the fingerprint '{part.Source}' where it is '{first.Source}'"
            : part.Schema != first.Schema ? "its columns were read in another way (the schema differs)"
            : null;
    }

    private static string Quoted(ImmutableArray<string> names, int column) => column < names.Length ? $"'{names[column]}'" : "without a name";

    private static string Weights(MomentsFacts facts) => facts.Weights is null ? "none" : $"'{facts.Weights}' ({facts.WeightKind})";
}
