using System.Globalization;
using System.Text;

namespace HpcLinReg.Statistics;

/// <summary>A term that those before it determine, with the combination it equals written out: x3 = 2*x1 - x2.</summary>
internal sealed record AliasedTerm(int Index, string Name, string Combination, int Parts)
{
    /// <summary>A longer combination is not written out for a person.</summary>
    private const int ReadableParts = 6;

    internal static IReadOnlyList<AliasedTerm> Of(RegressionModel model) =>
    [
        .. (model.Powers?.Aliased ?? model.Aliased)
            .Select(column => new AliasedTerm(column.Column, model.Terms[column.Column].Name, Describe(column, model),
            column.Coefficients.Count(c => c != 0))),
    ];

    /// <summary>Gets the combination with coefficients rounded for reading.</summary>
    internal string Readable => Parts <= ReadableParts ? Combination : $"a combination of {Parts} terms";

    public override string ToString() => $"'{Name}' is determined by the terms before it ({Name} = {Readable})";

    /// <summary>Six digits: the combination is known to about half of the sixteen that a double has.</summary>
    private static string Describe(AliasedColumn column, RegressionModel model)
    {
        var text = new StringBuilder();
        for (int i = 0; i < column.Coefficients.Length; i++)
        {
            Append(text, column.Coefficients[i], model.Terms[i].Name);
        }

        Append(text, column.Intercept, null);
        return text.Length == 0 ? "0" : text.ToString();
    }

    private static void Append(StringBuilder text, double coefficient, string? name)
    {
        string size = Math.Abs(coefficient).ToString("G6", CultureInfo.InvariantCulture);
        if (size == "0")
        {
            return;
        }

        text.Append(text.Length == 0 ? (coefficient < 0 ? "-" : "") : coefficient < 0 ? " - " : " + ");
        text.Append(name is null ? size : size == "1" ? name : $"{size}*{name}");
    }
}
