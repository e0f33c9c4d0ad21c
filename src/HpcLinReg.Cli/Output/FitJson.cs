using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>The fit as one JSON object for machines: numbers in shortest round-trip form, non-finite ones null.</summary>
internal static class FitJson
{
    internal static void Write(DataFitResult result, IReadOnlyList<AliasedTerm> aliased, string source, Stream output)
    {
        Fit fit = result.Fit;
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("source", source);
            json.WriteNumber("rows", fit.RowCount);
            json.WriteNumber("rowsDropped", result.RowsDropped);
            json.WriteStartArray("coefficients");
            var shown = ShownCoefficients.Of(result);
            foreach (ShownCoefficient coefficient in shown.Coefficients)
            {
                WriteCoefficient(json, coefficient);
            }

            json.WriteEndArray();
            WriteNumber(json, "residualSumOfSquares", FitTable.ResidualsAreKnown(fit) ? fit.ResidualSumOfSquares : double.NaN);
            WriteNumber(json, "rSquared", fit.RSquared);
            WriteNumber(json, "residualStandardError", fit.ResidualStandardError);
            WriteNumber(json, "reciprocalCondition", fit.ReciprocalCondition);
            json.WriteNumber("rank", fit.Rank);
            WriteAliased(json, aliased);
            WriteCertificate(json, fit.Certificate, shown.Digits, aliased);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteCertificate(Utf8JsonWriter json, Certificate certificate, double digits, IReadOnlyList<AliasedTerm> aliased)
    {
        json.WriteStartObject("certificate");
        json.WriteNumber("rung", (int)certificate.Rung);
        json.WriteString("reason", certificate.Describe());
        json.WriteNumber("rank", certificate.Rank);
        WriteNumber(json, "reciprocalCondition", certificate.ReciprocalCondition);
        WriteNumber(json, "digits", digits);
        json.WriteNumber("refinementSteps", certificate.RefinementSteps);
        WriteAliased(json, aliased);
        json.WriteString("cause", JsonNamingPolicy.CamelCase.ConvertName(certificate.Cause.ToString()));
        json.WriteBoolean("rankIsCertain", certificate.IsRankCertain);
        WriteNumber(json, "standardErrorDigits", certificate.StandardErrorDigits);
        json.WriteEndObject();
    }

    private static void WriteAliased(Utf8JsonWriter json, IReadOnlyList<AliasedTerm> aliased)
    {
        json.WriteStartArray("aliased");
        foreach (AliasedTerm term in aliased)
        {
            json.WriteStartObject();
            json.WriteString("term", term.Name);
            json.WriteString("equals", term.Combination);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCoefficient(Utf8JsonWriter json, ShownCoefficient coefficient)
    {
        json.WriteStartObject();
        json.WriteString("term", coefficient.Term);
        WriteNumber(json, "estimate", coefficient.IsAliased ? double.NaN : coefficient.Estimate);
        WriteNumber(json, "standardError", coefficient.StandardError);
        WriteNumber(json, "errorBound", coefficient.ErrorBound);
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
