using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>The fit as one JSON object for machines: numbers in shortest round-trip form, non-finite ones null.</summary>
internal static class FitJson
{
    internal static void Write(DataFitResult result, IReadOnlyList<AliasedTerm> aliased, Stream output)
    {
        Fit fit = result.Fit;
        HashSet<int> dropped = [.. aliased.Select(term => term.Index)];
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("rows", fit.RowCount);
            json.WriteNumber("rowsDropped", result.RowsDropped);
            json.WriteStartArray("coefficients");
            if (fit.HasIntercept)
            {
                WriteCoefficient(json, "(Intercept)", fit.Model.Intercept, fit.InterceptStandardError);
            }

            for (int j = 0; j < result.Terms.Length; j++)
            {
                WriteCoefficient(json, result.Terms[j].Name, dropped.Contains(j) ? double.NaN : fit.Model.Weights[j], fit.StandardErrors[j]);
            }

            json.WriteEndArray();
            WriteNumber(json, "residualSumOfSquares", fit.ResidualSumOfSquares);
            WriteNumber(json, "rSquared", fit.RSquared);
            WriteNumber(json, "residualStandardError", fit.ResidualStandardError);
            WriteNumber(json, "reciprocalCondition", fit.ReciprocalCondition);
            json.WriteNumber("rank", fit.Rank);
            json.WriteStartArray("aliased");
            foreach (AliasedTerm term in aliased)
            {
                json.WriteStartObject();
                json.WriteString("term", term.Name);
                json.WriteString("equals", term.Combination);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteCoefficient(Utf8JsonWriter json, string term, double estimate, double standardError)
    {
        json.WriteStartObject();
        json.WriteString("term", term);
        WriteNumber(json, "estimate", estimate);
        WriteNumber(json, "standardError", standardError);
        json.WriteEndObject();
    }

    internal static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
