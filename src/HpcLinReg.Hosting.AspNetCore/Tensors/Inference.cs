namespace HpcLinReg.Hosting.AspNetCore.Tensors;

/// <summary>Predicts the rows of a request with one version, for every protocol alike.</summary>
internal static class Inference
{
    internal const string Prediction = "prediction";
    internal const string StandardError = "std_error";
    internal const string Leverage = "leverage";
    internal const string Extrapolated = "extrapolated";

    /// <summary>The parameter of a request that permits rows without a prediction.</summary>
    internal const string MissingParameter = "hpclinreg_missing";

    /// <summary>The header, or entry of metadata, whose hash chooses between the current version and the canary.</summary>
    internal const string KeyHeader = "hpclinreg-key";

    internal static readonly string[] Outputs = [Prediction, StandardError, Leverage, Extrapolated];

    internal static readonly string[] Extensions = ["binary_tensor_data", "model_repository"];

    /// <summary>Returns the version that a request names, or the one for its key.</summary>
    /// <exception cref="RefusedException">There is no such model or version, or none yet.</exception>
    internal static ModelSnapshot Find(ServedModels models, string name, string? version, ReadOnlySpan<char> key, out ServedModel served)
    {
        if (!models.TryFind(name, out ServedModel? found))
        {
            throw RefusedException.NotFound($"There is no model '{name}'; {Known(models)}.");
        }

        served = found;
        if (string.IsNullOrEmpty(version))
        {
            return found.CurrentOrNull is null ? throw new RefusedException(503, $"The model '{name}' has no version yet{(found.LoadError is { } error ? $": {error}" : "")}.") : found.Select(key);
        }

        return long.TryParse(version, out long number) && found.TryFind(number, out ModelSnapshot? snapshot) ? snapshot
            : throw RefusedException.NotFound($"The model '{name}' has no version '{version}'; it keeps {string.Join(", ", found.Versions.Select(kept => kept.Version))}.");
    }

    /// <summary>Predicts; the caller disposes of the result.</summary>
    /// <exception cref="RefusedException">
    /// A row has no prediction and the request does not permit that; the message names row and column.
    /// </exception>
    internal static InferenceResult Run(ServedModel served, ModelSnapshot snapshot, MatrixSpan<double> rows, bool isUncertain,
        bool allowMissing)
    {
        if (isUncertain && snapshot.Model.UncertaintyNote is { } note)
        {
            throw RefusedException.Bad($"The model '{snapshot.Name}' has no standard errors: {note}.");
        }

        InferenceResult result = new(snapshot, rows.Rows, isUncertain);
        try
        {
            Span<double> predictions = result.Predictions.AsSpan(0, rows.Rows);
            if (isUncertain)
            {
                PredictWithUncertainty(snapshot, rows, result);
            }
            else
            {
                result.Missing = snapshot.Predict(rows, predictions);
            }

            if (result.Missing > 0 && !allowMissing)
            {
                throw FirstWithout(snapshot, rows, predictions);
            }

            snapshot.CountMissing(result.Missing);
            served.CompareWithShadow(rows, predictions);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Reads the parameter that permits rows without a prediction.</summary>
    /// <exception cref="RefusedException">It has another value.</exception>
    internal static bool AllowsMissing(string? value) => value switch
    {
        null or "refuse" => false,
        "nan" => true,
        _ => throw RefusedException.Bad($"The parameter {MissingParameter} is 'refuse' or 'nan', not '{value}'."),
    };

    /// <exception cref="RefusedException">There is no such output.</exception>
    internal static bool IsUncertain(string output) => output switch
    {
        Prediction => false,
        StandardError or Leverage or Extrapolated => true,
        _ => throw RefusedException.Bad($"There is no output '{output}'; there are {string.Join(", ", Outputs)}."),
    };

    internal static string Known(ServedModels models) => models.Count == 0 ? "none is served" : $"served are {string.Join(", ", models.Select(model => $"'{model.Name}'"))}";

    private static void PredictWithUncertainty(ModelSnapshot snapshot, MatrixSpan<double> rows, InferenceResult result)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            UncertainPrediction prediction = snapshot.PredictWithUncertainty(rows[i]);
            result.Predictions[i] = prediction.Value;
            result.StandardErrors![i] = prediction.StandardError;
            result.Leverages![i] = prediction.Leverage;
            result.Extrapolated![i] = prediction.IsOutsideTraining;
            result.Missing += prediction.Prediction.HasValue ? 0 : 1;
        }
    }

    private static RefusedException FirstWithout(ModelSnapshot snapshot, MatrixSpan<double> rows, ReadOnlySpan<double> predictions)
    {
        int row = 0;
        while (!double.IsNaN(predictions[row]))
        {
            row++;
        }

        RegressionModel model = snapshot.Model;
        return RefusedException.Bad($"Row {row}: {model.Describe(model.Predict(rows[row]))} Send the parameter {MissingParameter} = nan to get NaN there.");
    }
}
