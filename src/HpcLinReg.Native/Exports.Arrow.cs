using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <content>Rows from Arrow C streams.</content>
internal static unsafe partial class Exports
{
    /// <summary>Rows that are read at a time.</summary>
    private const int ArrowRows = 2048;

    [UnmanagedCallersOnly(EntryPoint = "hlr_arrow_open")]
    internal static int OpenArrow(ArrowStream* stream, long* reader, int* columns) => Boundary.Call(() =>
    {
        ArrowReader opened = new(stream);
        if (reader is null)
        {
            opened.Dispose();
        }

        RequireOut(reader, nameof(reader));
        if (columns is not null)
        {
            *columns = opened.Names.Length;
        }

        *reader = Handles.Add(opened);
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_arrow_read")]
    internal static int ReadArrow(long reader, double* rows, long capacity, long* count) => Boundary.Call(() =>
    {
        RequireOut(count, nameof(count));
        ArrowReader opened = Handles.Get<ArrowReader>(reader, nameof(reader));
        int width = opened.Names.Length;
        if (capacity < 1)
        {
            throw CallException.Argument($"capacity is {capacity}; there must be room for a row at least.");
        }

        MatrixArgument.Require("rows", rows, capacity, width);
        int length = (int)Math.Min(capacity, MatrixArgument.MostElements / Math.Max(1, width)) * width;
        lock (opened)
        {
            *count = opened.Read([.. Enumerable.Range(0, width)], new Span<double>(rows, length));
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_add_arrow")]
    internal static int AddArrow(long accumulator, ArrowStream* stream, byte* weights, int skipMissing, long* skipped) =>
        Boundary.Call(() =>
    {
        using ArrowReader reader = new(stream);
        HeldAccumulator held = Handles.Get<HeldAccumulator>(accumulator, nameof(accumulator));
        int[] columns = ArrowColumns(held, reader.Names, weights is null ? null : Texts.Of(weights, nameof(weights)));
        string[] names = [.. columns.Select(column => reader.Names[column])];
        long missing = 0;
        held.AddWhole(sums => missing = AddRows(sums, reader, columns, names, skipMissing != 0));
        if (skipped is not null)
        {
            *skipped = missing;
        }
    });

    /// <summary>
    /// Returns the stream's columns that the accumulator takes, then that of the weights: by name where the accumulator has names, else all
    /// in their order.
    /// </summary>
    private static int[] ArrowColumns(HeldAccumulator held, string[] names, string? weights)
    {
        int weightColumn = weights is null ? -1 : Place(weights);
        int[] columns = held.Names.Length > 0 ? [.. held.Names.Select(Place)]
            : [.. Enumerable.Range(0, names.Length).Where(column => column != weightColumn)];
        if (columns.Length != held.Columns)
        {
            throw CallException.Argument($"The Arrow stream has {columns.Length} columns, but the accumulator was made for {held.Columns}; give it names to choose among columns.");
        }

        return weightColumn < 0 ? columns : [.. columns, weightColumn];

        int Place(string name)
        {
            int place = Array.IndexOf(names, name);
            return place < 0 ? throw CallException.Argument($"The Arrow stream has no column '{name}'; it has {string.Join(", ", names)}.")
                : Array.LastIndexOf(names, name) == place ? place
                : throw CallException.Argument($"The Arrow stream has several columns '{name}'; rename them.");
        }
    }

    /// <summary>Adds all rows of a stream; returns how many were left out because a value is missing.</summary>
    private static long AddRows(MomentsAccumulator sums, ArrowReader reader, int[] columns, string[] names, bool skipMissing)
    {
        int width = columns.Length;
        bool hasWeights = width > sums.Columns;
        double[] rows = new double[ArrowRows * width], weights = hasWeights ? new double[ArrowRows] : [];
        long missing = 0;
        for (int count = reader.Read(columns, rows); count > 0; count = reader.Read(columns, rows))
        {
            MatrixSpan<double> joint = new(rows.AsSpan(0, count * width), width);
            for (int i = 0; hasWeights && i < count; i++)
            {
                weights[i] = joint[i][width - 1];
            }

            int start = 0;
            for (int i = 0; i <= count; i++)
            {
                int column = i == count ? 0 : FirstMissing(joint[i]);
                if (column < 0)
                {
                    continue;
                }

                if (i < count && !skipMissing)
                {
                    throw CallException.Argument($"Row {reader.NextRow - count + i} (counted from 0) of the Arrow stream, column '{names[column]}', is {(double.IsNaN(joint[i][column]) ? "missing" : joint[i][column])}; leave such rows out, or ask for them to be skipped.");
                }

                MatrixSpan<double> complete = joint.SliceRows(start, i - start).SliceColumns(0, sums.Columns);
                sums.Add(complete, complete.SliceColumns(sums.Columns, 0), hasWeights ? weights.AsSpan(start, i - start) : default);
                if (i < count)
                {
                    sums.Skip(1);
                    missing++;
                }

                start = i + 1;
            }
        }

        return missing;
    }

    private static int FirstMissing(ReadOnlySpan<double> row)
    {
        for (int j = 0; j < row.Length; j++)
        {
            if (!double.IsFinite(row[j]))
            {
                return j;
            }
        }

        return -1;
    }
}
