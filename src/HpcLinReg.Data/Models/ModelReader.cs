using System.Collections.Immutable;
using System.Text.Json;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Models;

/// <summary>Turns a document into a model, or says which member is wrong.</summary>
internal sealed class ModelReader(string path)
{
    internal const string InterceptName = "(Intercept)";

    internal ModelDocument Parse(ReadOnlySpan<byte> json)
    {
        ModelDocument? document;
        try
        {
            // The format is looked at first: a file of another kind gets told so, not that one of its members is strange.
            using JsonDocument any = JsonDocument.Parse(json.ToArray());
            if (any.RootElement.ValueKind != JsonValueKind.Object ||
                !any.RootElement.TryGetProperty("format", out JsonElement format) ||
                format.ValueKind != JsonValueKind.String || format.GetString() != ModelDocument.FormatName)
            {
                throw Wrong("format", $"is not \"{ModelDocument.FormatName}\"; this is no model file");
            }

            if (!any.RootElement.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number ||
                !version.TryGetInt32(out int number) || number != ModelDocument.CurrentVersion)
            {
                throw Wrong("version", $"is not {ModelDocument.CurrentVersion}; this program reads no other");
            }

            document = JsonSerializer.Deserialize(json, ModelJson.Default.ModelDocument);
        }
        catch (JsonException exception)
        {
            string place = exception.Path is { Length: > 2 } ? $"the member {exception.Path[2..]} is wrong: " : "";
            throw new DataException($"{path} is not a valid model file: {place}{exception.Message.Split(" Path:", 2)[0]}", exception);
        }

        return document!;
    }

    /// <summary>Checks every member.</summary>
    internal ImmutableArray<Feature> Check(ModelDocument document)
    {
        _ = document.Target ?? throw Missing("target");
        bool intercept = document.Intercept ?? throw Missing("intercept");
        Require(document.Ridge ?? throw Missing("ridge"), 0, "ridge");
        InputDocument[] inputs = document.Inputs ?? throw Missing("inputs");
        for (int i = 0; i < inputs.Length; i++)
        {
            _ = inputs[i]?.Name ?? throw Missing($"inputs[{i}].name");
            _ = Kind(inputs[i].Kind) ?? throw Wrong($"inputs[{i}].kind", "is not numeric, boolean, text or date");
        }

        ImmutableArray<Feature> features = Features(document, [.. inputs.Select(input => input.Name!)]);
        int terms = document.Terms!.Length;
        CheckCoefficients(document, intercept);
        RefusePowers(document.Terms);
        if ((document.Rows ?? throw Missing("rows")) < 1)
            throw Wrong("rows", "is less than 1");
        if ((document.Rank ?? throw Missing("rank")) < 0)
            throw Wrong("rank", "is negative");
        if ((document.ResidualDegreesOfFreedom ?? throw Missing("residualDegreesOfFreedom")) < 0)
            throw Wrong("residualDegreesOfFreedom", "is negative");
        if (document.ResidualVariance is { } variance)
            Require(variance, 0, "residualVariance");
        double[] means = document.FeatureMeans ?? throw Missing("featureMeans");
        if (means.Length != (intercept ? terms : 0))
            throw Wrong("featureMeans", $"has {means.Length} elements, not {(intercept ? terms : 0)}");
        RequireFinite(means, "featureMeans");
        double[][] factor = document.Factor ?? throw Missing("factor");
        if (factor.Length != terms)
            throw Wrong("factor", $"has {factor.Length} rows for {terms} terms");
        for (int i = 0; i < terms; i++)
        {
            if (factor[i] is null || factor[i].Length != terms - i)
                throw Wrong($"factor[{i}]", $"does not have {terms - i} elements");
            RequireFinite(factor[i], $"factor[{i}]");
        }

        return features;
    }

    internal static ColumnKind? Kind(string? text) => text switch
    {
        "numeric" => ColumnKind.Numeric,
        "boolean" => ColumnKind.Boolean,
        "text" => ColumnKind.Text,
        "date" => ColumnKind.Date,
        _ => null,
    };

    /// <summary>Refuses a file that an earlier version wrote for --polynomial: its coefficients are right, but evaluated in double the powers cancel.</summary>
    private void RefusePowers(TermDocument[] terms)
    {
        for (int i = 1; i < terms.Length; i++)
        {
            TermDocument first = terms[i - 1];
            TermKind kind = first.Kind == "column" ? TermKind.Column : TermKind.Expression;
            Term square = DataFit.Power(new Term(first.Name!, kind, first.Column ?? first.Expression ?? ""), 2);
            if (first.Kind != "level" && terms[i].Kind == "expression" && terms[i].Name == square.Name && terms[i].Expression == square.Source)
            {
                throw new DataException(
                    $"{path} holds powers of '{first.Name}', written for --polynomial by an earlier version. Powers of a column as it is cancel when they are evaluated, so the predictions would be wrong. Fit again: in C#, LinearRegression.FitPolynomial predicts what it fitted; model files cannot hold a polynomial yet.");
            }
        }
    }

    private void CheckCoefficients(ModelDocument document, bool intercept)
    {
        CoefficientDocument[] coefficients = document.Coefficients ?? throw Missing("coefficients");
        string[] expected = [.. (intercept ? [InterceptName] : Array.Empty<string>()), .. document.Terms!.Select(term => term.Name!)];
        if (coefficients.Length != expected.Length)
            throw Wrong("coefficients", $"has {coefficients.Length} elements for {expected.Length} terms");
        for (int i = 0; i < expected.Length; i++)
        {
            if (coefficients[i]?.Term != expected[i])
                throw Wrong($"coefficients[{i}].term", $"is not \"{expected[i]}\"");
            if (coefficients[i].Estimate is { } estimate)
                RequireFinite([estimate], $"coefficients[{i}].estimate");
            else if (intercept && i == 0)
                throw Missing("coefficients[0].estimate");
        }
    }

    private ImmutableArray<Feature> Features(ModelDocument document, string[] inputs)
    {
        CategoricalDocument[] categoricals = document.Categoricals ?? throw Missing("categoricals");
        for (int i = 0; i < categoricals.Length; i++)
            CheckCategorical(categoricals[i], $"categoricals[{i}]");
        TermDocument[] terms = document.Terms ?? throw Missing("terms");
        List<Feature> features = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        // One parser for all expressions, started only if there is one.
        Lazy<Session> session = new(() => Session.ForFiles([]));
        try
        {
            for (int i = 0; i < terms.Length; i++)
            {
                string member = $"terms[{i}]";
                string name = terms[i]?.Name ?? throw Missing($"{member}.name");
                if (terms[i].Kind == "level")
                {
                    Feature feature = Levels(categoricals, terms, i, inputs);
                    if (!seen.Add(feature.Name))
                        throw Wrong(member, $"takes up the categorical '{feature.Name}' again");
                    features.Add(feature);
                    i += feature.Levels.Length - 2;
                    continue;
                }

                features.Add(terms[i].Kind switch
                {
                    "column" => new Feature(name, terms[i].Column ?? throw Missing($"{member}.column"), Input(inputs, terms[i].Column!, $"{member}.column"), null, IsText: false),
                    "expression" => OfExpression(session.Value, name, terms[i].Expression ?? throw Missing($"{member}.expression"), inputs, $"{member}.expression"),
                    _ => throw Wrong($"{member}.kind", "is not column, expression or level"),
                });
            }
        }
        finally
        {
            if (session.IsValueCreated)
                session.Value.Dispose();
        }

        foreach (CategoricalDocument single in categoricals.Where(categorical => categorical.Levels!.Length == 1))
            features.Add(new Feature(single.Name!, single.Column!, Input(inputs, single.Column!, "categoricals"), null, IsText: true) { Levels = [.. single.Levels!] });
        return [.. features];
    }

    private Feature Levels(CategoricalDocument[] categoricals, TermDocument[] terms, int first, string[] inputs)
    {
        CategoricalDocument categorical = categoricals.FirstOrDefault(c => c.Levels!.Length > 1 && terms[first].Name == $"{c.Name}[{c.Levels[1]}]")
            ?? throw Wrong($"terms[{first}]", "is not the first level after the reference of a categorical");
        for (int level = 1; level < categorical.Levels!.Length; level++)
        {
            int i = first + level - 1;
            if (i >= terms.Length || terms[i] is not { Kind: "level" } term || term.Column != categorical.Column ||
                term.Level != categorical.Levels[level] || term.Name != $"{categorical.Name}[{categorical.Levels[level]}]")
            {
                throw Wrong($"terms[{i}]", $"is not the level \"{categorical.Levels[level]}\" of '{categorical.Name}'");
            }
        }

        return new Feature(categorical.Name!, categorical.Column!, Input(inputs, categorical.Column!, "categoricals"), null, IsText: true) { Levels = [.. categorical.Levels] };
    }

    private void CheckCategorical(CategoricalDocument? categorical, string member)
    {
        _ = categorical?.Name ?? throw Missing($"{member}.name");
        _ = categorical.Column ?? throw Missing($"{member}.column");
        string[] levels = categorical.Levels ?? throw Missing($"{member}.levels");
        if (levels.Length == 0 || levels.Any(level => level is null) || levels.Distinct(StringComparer.Ordinal).Count() != levels.Length)
            throw Wrong($"{member}.levels", "is empty or names a level twice");
        if (categorical.Reference != levels[0])
            throw Wrong($"{member}.reference", "is not the first of its levels");
    }

    private Feature OfExpression(Session session, string name, string text, string[] inputs, string member)
    {
        try
        {
            Data.Features.Expression expression = Data.Features.Expression.Parse(session, text, inputs);
            if (expression.Alias is not null)
                throw Wrong(member, "has a name after AS; the name stands in its own member");
            return new Feature(name, text, -1, expression, IsText: false);
        }
        catch (Exception exception) when (exception is UsageException || (exception is DataException && !exception.Message.StartsWith(path, StringComparison.Ordinal)))
        {
            throw Wrong(member, $"is refused: {exception.Message}");
        }
    }

    private int Input(string[] inputs, string column, string member)
    {
        int index = Array.IndexOf(inputs, column);
        return index >= 0 ? index : throw Wrong(member, $"names '{column}', which is not among the inputs");
    }

    private void RequireFinite(ReadOnlySpan<double> values, string member)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                throw Wrong(member, "is not finite");
        }
    }

    private void Require(double value, double least, string member)
    {
        if (!double.IsFinite(value) || value < least)
            throw Wrong(member, $"is not a finite number of at least {least}");
    }

    private DataException Missing(string member) => Wrong(member, "is missing");

    private DataException Wrong(string member, string what) => new($"{path} is not a valid model file: its member \"{member}\" {what}.");
}
