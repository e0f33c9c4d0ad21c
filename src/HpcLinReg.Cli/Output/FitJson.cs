using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Models;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Output;

/// <summary>The summary of a model as one JSON object for machines: numbers in shortest round-trip form, non-finite ones null.</summary>
internal static class FitJson
{
    internal static void Write(Summary summary, string source, Diagnostics? diagnostics, bool isOrdered, Stream output)
    {
        RegressionModel model = summary.Model;
        IReadOnlyList<AliasedTerm> aliased = AliasedTerm.Of(model);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("source", source);
            json.WriteNumber("rows", model.RowCount);
            WriteNumber(json, "rowsDropped", model.Training.RowsDropped ?? double.NaN);
            json.WriteStartArray("coefficients");
            foreach (SummaryCoefficient coefficient in summary.Coefficients)
            {
                WriteCoefficient(json, coefficient);
            }

            json.WriteEndArray();
            WriteNumber(json, "residualSumOfSquares", summary.HasResiduals ? model.ResidualSumOfSquares : double.NaN);
            WriteNumber(json, "rSquared", summary.RSquared);
            WriteNumber(json, "residualStandardError", summary.ResidualStandardError);
            WriteNumber(json, "reciprocalCondition", model.Certificate?.ReciprocalCondition ?? double.NaN);
            json.WriteNumber("rank", model.Rank);
            WriteAliased(json, aliased);
            WriteCertificate(json, model.Certificate, summary.Digits, aliased);
            WriteStatistics(json, summary);
            if (diagnostics is not null)
            {
                WriteDiagnostics(json, diagnostics, isOrdered);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
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

    private static void WriteStatistics(Utf8JsonWriter json, Summary summary)
    {
        WriteNumber(json, "residualDegreesOfFreedom", summary.ResidualDegreesOfFreedom);
        WriteNumber(json, "adjustedRSquared", summary.AdjustedRSquared);
        WriteNumber(json, "level", summary.Level);
        WriteNumber(json, "degreesOfFreedom", summary.Model.DegreesOfFreedom);
        WriteNumber(json, "f", summary.F);
        json.WriteNumber("fNumerator", summary.FNumerator);
        WriteP(json, "fP", summary.FP, summary.FLogP);
        WriteNumber(json, "logLikelihood", summary.LogLikelihood);
        WriteNumber(json, "aic", summary.Aic);
        WriteNumber(json, "bic", summary.Bic);
        json.WriteStartArray("features");
        foreach (FeatureTest feature in summary.Features)
        {
            json.WriteStartObject();
            json.WriteString("feature", feature.Feature);
            json.WriteNumber("degreesOfFreedom", feature.DegreesOfFreedom);
            WriteNumber(json, "f", feature.F);
            WriteP(json, "p", feature.P, feature.LogP);
            WriteNumber(json, "gvif", feature.Gvif);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (summary.Model.Robust is { } robust)
        {
            json.WriteStartObject("robust");
            json.WriteString("kind", JsonNames.Of(robust.Kind));
            json.WriteNumber("lag", robust.Lag);
            json.WriteString("cluster", robust.Cluster);
            json.WriteNumber("clusters", robust.Clusters);
            json.WriteEndObject();
        }

        json.WriteStartArray("notes");
        foreach (string note in summary.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
    }

    private static void WriteDiagnostics(Utf8JsonWriter json, Diagnostics diagnostics, bool isOrdered)
    {
        json.WriteStartObject("diagnostics");
        json.WriteStartArray("residualQuantiles");
        foreach (double quantile in diagnostics.Quantiles)
        {
            json.WriteNumberValue(quantile);
        }

        json.WriteEndArray();
        WriteNumber(json, "durbinWatson", isOrdered ? diagnostics.DurbinWatson : double.NaN);
        WriteNumber(json, "jarqueBera", diagnostics.JarqueBera);
        WriteNumber(json, "jarqueBeraP", diagnostics.JarqueBeraP);
        WriteNumber(json, "breuschPagan", diagnostics.BreuschPagan);
        json.WriteNumber("breuschPaganDegreesOfFreedom", diagnostics.BreuschPaganFreedom);
        WriteNumber(json, "breuschPaganP", diagnostics.BreuschPaganP);
        WriteNumber(json, "largestLeverage", diagnostics.LargestLeverage.Value);
        json.WriteNumber("largestLeverageRow", diagnostics.LargestLeverage.Row);
        WriteNumber(json, "largestCook", diagnostics.LargestCook.Value);
        json.WriteNumber("largestCookRow", diagnostics.LargestCook.Row);
        WriteNumber(json, "leverageSum", diagnostics.LeverageSum);
        json.WriteEndObject();
    }

    private static void WriteCertificate(Utf8JsonWriter json, Certificate? certificate, double digits, IReadOnlyList<AliasedTerm> aliased)
    {
        if (certificate is null)
        {
            json.WriteNull("certificate");
            return;
        }

        json.WriteStartObject("certificate");
        json.WriteNumber("rung", (int)certificate.Rung);
        json.WriteString("reason", certificate.Describe());
        json.WriteNumber("rank", certificate.Rank);
        WriteNumber(json, "reciprocalCondition", certificate.ReciprocalCondition);
        WriteNumber(json, "digits", digits);
        json.WriteNumber("refinementSteps", certificate.RefinementSteps);
        WriteAliased(json, aliased);
        json.WriteString("cause", JsonNames.Of(certificate.Cause));
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

    private static void WriteCoefficient(Utf8JsonWriter json, SummaryCoefficient coefficient)
    {
        json.WriteStartObject();
        json.WriteString("term", coefficient.Term);
        WriteNumber(json, "estimate", coefficient.Estimate);
        WriteNumber(json, "standardError", coefficient.StandardError);
        WriteNumber(json, "errorBound", coefficient.ErrorBound);
        WriteNumber(json, "t", coefficient.T);
        WriteP(json, "p", coefficient.P, coefficient.LogP);
        WriteNumber(json, "lower", coefficient.Lower);
        WriteNumber(json, "upper", coefficient.Upper);
        json.WriteEndObject();
    }

    /// <summary>
    /// A p value below 1e-300 is written from its logarithm, with the exponent that it has: a number that most readers take for 0.
    /// </summary>
    internal static void WriteP(Utf8JsonWriter json, string name, double p, double logP)
    {
        if (double.IsFinite(logP) && p < 1e-300)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(Numbers.FromLog(logP, 13), skipInputValidation: false);
        }
        else
        {
            WriteNumber(json, name, p);
        }
    }
}
