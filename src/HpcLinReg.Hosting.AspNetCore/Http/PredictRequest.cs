using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>
/// A request for predictions of rows by name: <c>{"rows": [{…}, …], "interval": "prediction", "level": 0.9}</c>, or the list of rows alone.
/// </summary>
internal sealed class PredictRequest : IDisposable
{
    private NamedRows? _rows;
    private string? _interval;
    private double _level = 0.95;
    private bool _allowsMissing;

    private PredictRequest()
    {
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="RefusedException">It is not as it must be.</exception>
    internal static PredictRequest Read(ReadOnlySpan<byte> body, ModelInput input, int mostRows)
    {
        PredictRequest request = new();
        try
        {
            Utf8JsonReader reader = new(body);
            if (body.IsEmpty || !reader.Read())
            {
                throw RefusedException.Bad("The body is empty; it is {\"rows\": [{…}]} with a member for every column in a row.");
            }

            if (reader.TokenType == JsonTokenType.StartArray)
            {
                request._rows = NamedRows.Read(ref reader, input, mostRows, hasTarget: false);
            }
            else
            {
                request.ReadMembers(ref reader, input, mostRows);
            }

            return reader.Read() ? throw RefusedException.Bad("There is more behind the JSON.") : request;
        }
        catch (Exception exception)
        {
            request.Dispose();
            throw exception is JsonException or InvalidOperationException or FormatException ? RefusedException.Bad($"The JSON cannot be read: {exception.Message}") : exception;
        }
    }

    public void Dispose() => _rows?.Dispose();

    /// <summary>Predicts and writes the answer; nothing is written where a row is refused.</summary>
    internal void Answer(Utf8JsonWriter json, ServedModel served, ModelSnapshot snapshot)
    {
        NamedRows rows = _rows!;
        bool isUncertain = _interval is not null;
        using InferenceResult result = Inference.Run(served, snapshot, rows.Matrix, isUncertain, _allowsMissing);
        json.WriteStartObject();
        json.WriteString("model", snapshot.Name);
        json.WriteNumber("version", snapshot.Version);
        json.WriteString("fingerprint", snapshot.Fingerprint);
        if (result.Missing > 0)
        {
            json.WriteNumber("rowsWithoutPrediction", result.Missing);
        }

        if (isUncertain)
        {
            json.WriteString("interval", _interval);
            json.WriteNumber("level", _level);
        }

        json.WriteStartArray("predictions");
        for (int i = 0; i < rows.Rows; i++)
        {
            json.WriteStartObject();
            json.WritePropertyName("prediction");
            Answers.WriteNumber(json, result.Predictions[i]);
            if (isUncertain)
            {
                WriteLimits(json, snapshot, rows.Matrix[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteLimits(Utf8JsonWriter json, ModelSnapshot snapshot, ReadOnlySpan<double> row)
    {
        RegressionModel model = snapshot.Model;
        UncertainPrediction prediction = model.PredictWithUncertainty(row, _level);
        bool isOfOne = _interval == "prediction";
        json.WritePropertyName("lower");
        Answers.WriteNumber(json, isOfOne ? prediction.PredictionLower : prediction.ConfidenceLower);
        json.WritePropertyName("upper");
        Answers.WriteNumber(json, isOfOne ? prediction.PredictionUpper : prediction.ConfidenceUpper);
        json.WritePropertyName("standardError");
        Answers.WriteNumber(json, prediction.StandardError);
        json.WriteBoolean("extrapolated", prediction.IsOutsideTraining);
    }

    private void ReadMembers(ref Utf8JsonReader reader, ModelInput input, int mostRows)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RefusedException.Bad("The body is no object and no list of rows.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "rows" when _rows is not null:
                    throw RefusedException.Bad("'rows' stands twice.");
                case "rows":
                    _rows = NamedRows.Read(ref reader, input, mostRows, hasTarget: false);
                    break;
                case "interval":
                    _interval = reader.TokenType == JsonTokenType.Null ? null : reader.GetString() is "prediction" or "confidence" ? reader.GetString()
                        : throw RefusedException.Bad("'interval' is 'prediction' (for one observation) or 'confidence' (for the mean).");
                    break;
                case "level":
                    _level = reader.GetDouble() is > 0 and < 1 and var level ? level : throw RefusedException.Bad("'level' is above 0 and below 1, such as 0.95.");
                    break;
                case "missing":
                    _allowsMissing = reader.GetString() switch
                    {
                        "null" => true,
                        "refuse" => false,
                        _ => throw RefusedException.Bad("'missing' is 'refuse', or 'null' for a prediction of null where a value is missing."),
                    };
                    break;
                default:
                    throw RefusedException.Bad($"There is no member '{name}'; there are rows, interval, level and missing. A row alone stands in a list: [{{…}}].");
            }
        }

        if (_rows is null)
        {
            throw RefusedException.Bad("The body has no 'rows'; it is {\"rows\": [{…}]} with a member for every column in a row.");
        }
    }
}
