using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <content>Fits and models.</content>
internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "hlr_fit_options_default")]
    internal static int GetDefaultOptions(FitSettings* options) => Boundary.Call(() =>
    {
        RequireOut(options, nameof(options));
        *options = FitSettings.Default;
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_fit")]
    internal static int Fit(MatrixArgument* x, MatrixArgument* y, VectorArgument* weights, byte** names, FitSettings* options,
        long* models) =>
        Boundary.Call(() =>
        {
            RequireOut(models, nameof(models));
            var features = MatrixArgument.Of(x, nameof(x));
            var targets = MatrixArgument.Of(y, nameof(y));
            FitOptions settings = FitSettings.ToOptions(options);
            RequireTargets(features, targets);
            int d = (int)features.Columns, m = (int)targets.Columns;
            string[] named = names is null ? Numbered(d, m) : Texts.Of(names, d + m, nameof(names));
            ImmutableArray<Fit> fits = FitRows(features, targets, VectorArgument.ToSpan(weights, features.Rows, nameof(weights)), settings);
            HeldModel[] held = [.. fits
                .Select((fit, target) => new HeldModel(fit, named[..d], named[d + target], weights is not null, settings.RowWeights))];
            for (int i = 0; i < m; i++)
            {
                models[i] = Handles.Add(held[i]);
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "hlr_model_info")]
    internal static int GetModelInfo(long model, ModelFacts* info) => Boundary.Call(() =>
    {
        RequireOut(info, nameof(info));
        *info = Handles.Get<HeldModel>(model, nameof(model)).ToFacts();
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_model_coefficients")]
    internal static int GetCoefficients(long model, double* weights, int capacity, double* intercept) => Boundary.Call(() =>
    {
        HeldModel held = Handles.Get<HeldModel>(model, nameof(model));
        held.CopyWeights(RoomFor(held, weights, capacity, nameof(weights)));
        if (intercept is not null)
        {
            *intercept = held.Intercept;
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_model_standard_errors")]
    internal static int GetStandardErrors(long model, double* errors, int capacity) => Boundary.Call(() =>
    {
        HeldModel held = Handles.Get<HeldModel>(model, nameof(model));
        held.CopyStandardErrors(RoomFor(held, errors, capacity, nameof(errors)));
    });

    [UnmanagedCallersOnly(EntryPoint = "hlr_predict")]
    internal static int Predict(long model, MatrixArgument* x, double* predictions, double* errors, int threads) => Boundary.Call(() =>
    {
        HeldModel held = Handles.Get<HeldModel>(model, nameof(model));
        var rows = MatrixArgument.Of(x, nameof(x));
        if (rows.Columns != held.Names.Length - 1)
        {
            throw CallException.Argument($"x has {rows.Columns} columns, but the model reads {held.Names.Length - 1}.");
        }

        if (predictions is null && rows.Rows > 0)
        {
            throw CallException.Argument($"predictions is null, but x has {rows.Rows} rows.");
        }

        rows.RequireApart(predictions, rows.Rows, nameof(x), nameof(predictions));
        rows.RequireApart(errors, errors is null ? 0 : rows.Rows, nameof(x), nameof(errors));
        double[]? buffer = null;
        for (long row = 0; row < rows.Rows; row += rows.PieceRows)
        {
            int count = (int)Math.Min(rows.PieceRows, rows.Rows - row);
            MatrixSpan<double> piece = rows.Piece(row, count, ref buffer);
            Span<double> values = new(predictions + row, count);
            held.Predict(piece, values, threads);
            RequireFinite(piece, values, row, held);
            if (errors is not null)
            {
                held.CopyPredictionErrors(piece, new Span<double>(errors + row, count));
            }
        }
    });

    private static void RequireTargets(MatrixArgument x, MatrixArgument y)
    {
        if (y.Columns == 0)
        {
            throw CallException.Argument("y has no columns; a fit has at least one target.");
        }

        if (x.Rows != y.Rows)
        {
            throw CallException.Argument($"y.rows is {y.Rows}, but x has {x.Rows} rows.");
        }

        if (x.Rows == 0)
        {
            throw CallException.Argument("x has no rows; there is nothing to fit.");
        }
    }

    /// <summary>Fits each target, from the rows where they lie if they are row-major, else from a copy.</summary>
    private static ImmutableArray<Fit> FitRows(MatrixArgument x, MatrixArgument y, ReadOnlySpan<double> weights, FitOptions options)
    {
        if (!x.FitsOneView || !y.FitsOneView)
        {
            double[] copy = weights.ToArray();
            return [.. Enumerable.Range(0, (int)y.Columns)
                .Select(target => LinearRegression.Fit(new NativeRows(x, y, target, copy), options))];
        }

        MatrixSpan<double> rows = x.ToSpan();
        if (y.Columns == 1)
        {
            return [LinearRegression.Fit(rows, y.ToVector(), weights, options)];
        }

        MatrixSpan<double> targets = y.ToSpan();
        if (weights.IsEmpty)
        {
            return LinearRegression.Fit(rows, targets, options);
        }

        var sums = new MomentsAccumulator(rows.Columns + targets.Columns, 0, MomentsPrecision.DoubleDouble);
        RequireFrequencies(weights, options);
        sums.Add(rows, targets, weights);
        if (sums.RowCount == 0)
        {
            throw CallException.Argument("All weights are 0; there is nothing to fit.");
        }

        var moments = sums.ToMoments();
        int[] features = [.. Enumerable.Range(0, rows.Columns)];
        return [.. Enumerable.Range(rows.Columns, targets.Columns).Select(target => moments.Solve(features, target, options))];
    }

    private static void RequireFrequencies(ReadOnlySpan<double> weights, FitOptions options)
    {
        for (int i = 0; i < weights.Length && options.RowWeights == WeightKind.Frequency; i++)
        {
            if (weights[i] != Math.Floor(weights[i]))
            {
                throw CallException.Argument($"The weight of row {i} (counted from 0) is {weights[i]}; a frequency is a whole number.");
            }
        }
    }

    /// <summary>Returns names as the engine gives them to columns without.</summary>
    private static string[] Numbered(int columns) => [.. Enumerable.Range(1, columns).Select(j => $"x{j}")];

    private static string[] Numbered(int features, int targets) =>
        [.. Numbered(features), .. targets == 1 ? ["y"] : Enumerable.Range(1, targets).Select(j => $"y{j}")];

    private static Span<double> RoomFor(HeldModel model, double* values, int capacity, string name)
    {
        if (capacity < model.Terms)
        {
            throw new CallException(Status.TooSmall, $"There is room for {capacity} values, but the model has {model.Terms} coefficients.");
        }

        if (values is null && model.Terms > 0)
        {
            throw CallException.Argument($"{name} is null; it receives {model.Terms} values.");
        }

        return new Span<double>(values, model.Terms);
    }

    /// <summary>Throws where a prediction is not finite: a cell of its row is not, or the prediction exceeds the range of double.</summary>
    private static void RequireFinite(MatrixSpan<double> rows, ReadOnlySpan<double> predictions, long firstRow, HeldModel model)
    {
        for (int i = 0; i < predictions.Length; i++)
        {
            if (double.IsFinite(predictions[i]))
            {
                continue;
            }

            for (int j = 0; j < rows.Columns; j++)
            {
                if (!double.IsFinite(rows[i][j]))
                {
                    throw CallException.Argument($"Row {firstRow + i} (counted from 0), column '{model.Names[j]}', is {rows[i][j]}; leave such rows out or fill them in.");
                }
            }

            throw new CallException(Status.OutOfRange, $"The prediction of row {firstRow + i} (counted from 0) is not a finite number in double.");
        }
    }
}
