using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <content>Accumulators and moments.</content>
internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_new")]
    internal static int NewAccumulator(int columns, byte** names, long firstRow, int precision, long* accumulator) => Boundary.Call(() =>
    {
        RequireOut(accumulator, nameof(accumulator));
        if (columns is < 1 or > MatrixArgument.MostColumns)
        {
            throw CallException.Argument($"columns is {columns}; an accumulator has 1 to {MatrixArgument.MostColumns} columns.");
        }

        if (!Enum.IsDefined((MomentsPrecision)precision))
        {
            throw CallException.Argument($"precision is {precision}; it is HLR_PLAIN (0) or HLR_DOUBLE_DOUBLE (1).");
        }

        string[] named = names is null ? [] : Texts.Of(names, columns, nameof(names));
        MomentsAccumulator sums = names is null ? new(columns, firstRow, (MomentsPrecision)precision)
            : new(named, firstRow, (MomentsPrecision)precision);
        *accumulator = Handles.Add(new HeldAccumulator(sums, named));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_add")]
    internal static int AddRows(long accumulator, MatrixArgument* x, MatrixArgument* y, VectorArgument* weights) => Boundary.Call(() =>
    {
        HeldAccumulator held = Handles.Get<HeldAccumulator>(accumulator, nameof(accumulator));
        var features = MatrixArgument.Of(x, nameof(x));
        MatrixArgument targets = y is null ? MatrixArgument.NoColumns(features.Rows) : MatrixArgument.Of(y, nameof(y));
        if (targets.Rows != features.Rows)
        {
            throw CallException.Argument($"y.rows is {targets.Rows}, but x has {features.Rows} rows.");
        }

        if (features.Columns + targets.Columns != held.Columns)
        {
            throw CallException.Argument($"x has {features.Columns} columns and y {targets.Columns}, but the accumulator was made for {held.Columns} in all.");
        }

        ReadOnlySpan<double> rowWeights = VectorArgument.ToSpan(weights, features.Rows, nameof(weights));
        fixed (double* first = rowWeights)
        {
            double* firstWeight = first;
            int weightCount = rowWeights.Length;
            int most = Math.Min(features.PieceRows, targets.PieceRows);
            if (features.Rows <= most)
            {
                held.Use(sums => AddPieces(sums, features, targets, new ReadOnlySpan<double>(firstWeight, weightCount), most));
            }
            else
            {
                held.AddWhole(sums => AddPieces(sums, features, targets, new ReadOnlySpan<double>(firstWeight, weightCount), most));
            }
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_skip")]
    internal static int Skip(long accumulator, long rows) => Boundary.Call(() =>
        Handles.Get<HeldAccumulator>(accumulator, nameof(accumulator)).Use(sums => sums.Skip(rows)));

    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_merge")]
    internal static int MergeAccumulators(long accumulator, long other) => Boundary.Call(() =>
        Handles.Get<HeldAccumulator>(accumulator, nameof(accumulator)).Merge(Handles.Get<HeldAccumulator>(other, nameof(other))));

    [UnmanagedCallersOnly(EntryPoint = "hlr_accumulator_moments")]
    internal static int ToMoments(long accumulator, long* moments) => Boundary.Call(() =>
    {
        RequireOut(moments, nameof(moments));
        *moments = Handles.Add(Handles.Get<HeldAccumulator>(accumulator, nameof(accumulator)).Use(sums => sums.ToMoments()));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_moments_merge")]
    internal static int MergeMoments(long moments, long other, long* result) => Boundary.Call(() =>
    {
        RequireOut(result, nameof(result));
        *result = Handles.Add(Handles.Get<Moments>(moments, nameof(moments)).Merge(Handles.Get<Moments>(other, nameof(other))));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_moments_remove")]
    internal static int RemoveMoments(long moments, long other, long* result) => Boundary.Call(() =>
    {
        RequireOut(result, nameof(result));
        *result = Handles.Add(Handles.Get<Moments>(moments, nameof(moments)).Remove(Handles.Get<Moments>(other, nameof(other))));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_moments_fit")]
    internal static int FitMoments(long moments, int* features, int count, int target, FitSettings* options, long* model) =>
        Boundary.Call(() =>
    {
        RequireOut(model, nameof(model));
        Moments sums = Handles.Get<Moments>(moments, nameof(moments));
        FitOptions settings = FitSettings.ToOptions(options);
        if (count < 0 || count > sums.Names.Length)
        {
            throw CallException.Argument($"count is {count}; there are {sums.Names.Length} columns.");
        }

        int[] chosen = features is null ? [.. Enumerable.Range(0, sums.Names.Length).Where(column => column != target)]
            : new ReadOnlySpan<int>(features, count).ToArray();
        Fit fit = sums.Solve(chosen, target, settings);
        bool hasWeights = sums.TotalWeight != sums.Count;
        *model = Handles.Add(new HeldModel(fit, [.. chosen.Select(column => sums.Names[column])], sums.Names[target], hasWeights,
            settings.RowWeights));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_sums_info")]
    internal static int GetSumsInfo(long handle, SumsFacts* info) => Boundary.Call(() =>
    {
        RequireOut(info, nameof(info));
        *info = Handles.Get<object>(handle, nameof(handle)) switch
        {
            HeldAccumulator accumulator => accumulator.Use(sums => new SumsFacts
            {
                Columns = sums.Columns,
                DoubleDouble = (int)sums.Precision,
                FirstRow = sums.FirstRow,
                NextRow = sums.NextRow,
                Rows = sums.RowCount,
                TotalWeight = sums.ToMoments().TotalWeight,
            }),
            Moments moments => new SumsFacts
            {
                Columns = moments.Names.Length,
                DoubleDouble = (int)moments.Precision,
                FirstRow = -1,
                NextRow = -1,
                Rows = moments.Count,
                TotalWeight = moments.TotalWeight,
            },
            _ => throw new CallException(Status.BadHandle, "handle is not that of an accumulator or of moments."),
        };
    });

    private static void AddPieces(MomentsAccumulator sums, MatrixArgument x, MatrixArgument y, ReadOnlySpan<double> weights, int most)
    {
        double[]? xBuffer = null, yBuffer = null;
        for (long row = 0; row < x.Rows; row += most)
        {
            int count = (int)Math.Min(most, x.Rows - row);
            sums.Add(x.Piece(row, count, ref xBuffer), y.Piece(row, count, ref yBuffer),
                weights.IsEmpty ? default : weights.Slice((int)row, count));
        }
    }
}
