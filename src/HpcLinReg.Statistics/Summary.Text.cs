using System.Globalization;

namespace HpcLinReg.Statistics;

/// <content>The table for a person.</content>
public sealed partial class Summary
{
    /// <summary>The most characters of a line; only a longer name makes a line longer.</summary>
    private const int MostWidth = 79;

    /// <summary>A name has at least this many characters in a table.</summary>
    private const int LeastName = 12;

    /// <summary>More aliased terms than this are counted in one line instead of being listed.</summary>
    private const int MostAliased = 10;

    /// <summary>Columns whose means are named.</summary>
    private const int MostFilled = 5;

    private string ErrorTitle => Model.Robust is null ? "Std. error" : "Robust SE";

    /// <summary>
    /// Returns the summary as a table for a person, with lines of at most 79 characters that end with a line feed: no date, no place, no
    /// colour.
    /// </summary>
    public override string ToString() => string.Concat(Lines(Title(null), isVerbose: false).Select(line => line.Text + "\n"));

    /// <summary>Returns the first line: the target, the source and the number of rows.</summary>
    /// <param name="source">What the rows came from; null where that is not to be named.</param>
    internal string Title(string? source)
    {
        string dropped = Model.Training.RowsDropped is > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Model.Training.RowsDropped:N0} dropped") : "";
        return TextTable.Printable(string.Create(CultureInfo.InvariantCulture, $"{Model.Target} explained{(source is null ? "" : $" from {source}")}: {Model.RowCount:#,0.##} row{(Model.RowCount == 1 ? "" : "s")}{dropped}"));
    }

    /// <summary>Returns the lines of the table.</summary>
    /// <param name="title">The first line.</param>
    /// <param name="isVerbose">Whether sums of squares, rank, condition and how the arithmetic was done are said, too.</param>
    /// <param name="diagnostics">The lines of <see cref="Diagnostics"/>; null for none.</param>
    internal IEnumerable<SummaryLine> Lines(string title, bool isVerbose, IEnumerable<SummaryLine>? diagnostics = null)
    {
        IEnumerable<SummaryLine> after =
        [
            .. AliasedLines(), Plain(""), .. Footer(), .. FeatureLines(), .. diagnostics?.Prepend(Plain("")) ?? [], .. isVerbose
                ? VerboseLines() : [], .. NoteLines(), .. Arithmetic(isVerbose),
        ];
        return [new(title, LineStyle.Title), .. HeaderLines(), Plain(""), .. CoefficientLines(), .. after];
    }

    /// <summary>Names what the title does not: a target's expression, weights, the penalty, and what missing values count as.</summary>
    private IEnumerable<SummaryLine> HeaderLines()
    {
        List<string> parts = [];
        if (Model.Training.Reading.TryGetValue("target", out string? target) && target != Model.Target)
        {
            parts.Add($"{Model.Target} = {target}");
        }

        if (Model.Training.Weights is { } kind)
        {
            string name = Model.Training.Reading.TryGetValue("weights", out string? weights) ? $" {weights}" : "";
            parts.Add($"{(kind == WeightKind.Frequency ? "frequency weights" : "weights")}{name}");
        }

        if (Model.Ridge > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"ridge λ = {Model.Ridge:G6}{(Model.IsRidgeStandardized ? " (standardized)" : "")}"));
        }

        string[] filled = [.. Model.Design.Columns.Where(column => !double.IsNaN(column.WhenMissing))
            .Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Name} {column.WhenMissing:G6}"))];
        if (filled.Length > 0)
        {
            parts.Add($"missing values count as means: {string.Join(", ", filled.Take(MostFilled))}{(filled.Length > MostFilled ? ", …" : "")}");
        }

        return parts.Count == 0 ? [] : Wrapped(TextTable.Printable(string.Join("; ", parts)), LineStyle.Plain);
    }

    /// <summary>
    /// Returns the coefficients in the columns of a table: term, estimate, standard error, t, p, lower and upper limit, as they are shown.
    /// </summary>
    internal IEnumerable<string[]> Cells() => Coefficients.Select(coefficient =>
    {
        string estimate = Estimate(coefficient), t = T(coefficient.T), p = Numbers.P(coefficient.P, coefficient.LogP);
        return Numbers.DecimalsOf(coefficient.StandardError) is not { } decimals ? [coefficient.Term, estimate, "", t, p, "", ""]
            : new[]
            {
                coefficient.Term, estimate, Numbers.Rounded(coefficient.StandardError, decimals), t, p,
                Numbers.Rounded(coefficient.Lower, decimals), Numbers.Rounded(coefficient.Upper, decimals),
            };
    });

    /// <summary>Gets the titles of <see cref="Cells"/>.</summary>
    internal string[] Titles()
    {
        string level = Numbers.Percent(Level);
        return ["Term", "Estimate", ErrorTitle, "t", "p", $"Lower {level}%", $"Upper {level}%"];
    }

    private static SummaryLine Plain(string text) => new(text, LineStyle.Plain);

    private IEnumerable<SummaryLine> CoefficientLines()
    {
        bool areMany = Coefficients.Count(coefficient => coefficient.IsDropped) > MostAliased;
        (SummaryCoefficient Coefficient, string[] Cells)[] rows =
            [.. Coefficients.Zip(Cells()).Where(row => !(areMany && row.First.IsDropped))];
        // With one feature every factor is 1.
        string[] vif = [.. rows.Select(row => Model.Design.Features.Length > 1 ? Numbers.Significant(row.Coefficient.Vif, 4) : "")];
        if (rows.Length == 0)
        {
            yield break;
        }

        TextTable whole = Table(1, 2, 3, 4, 5, 6).Add("VIF", vif);
        if (whole.FullWidth > MostWidth)
        {
            whole = Table(1, 2, 3, 4, 5, 6);
        }

        TextTable[] tables = whole.FullWidth <= MostWidth ? [whole] : [Table(1, 2, 3, 4), Table(5, 6).Add("VIF", vif)];
        if (tables.Any(table => table.NumbersWidth > MostWidth - LeastName))
        {
            // Aligned at the point, coefficients of very different sizes would make the columns too wide.
            rows = [.. rows.Select(row => (row.Coefficient, Compact(row.Coefficient, row.Cells)))];
            tables = [Table(1, 2, 3, 4), Table(5, 6).Add("VIF", vif)];
        }

        foreach (TextTable table in tables.Where(table => table.NumbersWidth > 0))
        {
            if (table != tables[0])
            {
                yield return Plain("");
            }

            string[] lines = table.Lines(MostWidth);
            yield return new SummaryLine(lines[0], LineStyle.Header);
            for (int i = 0; i < rows.Length; i++)
            {
                yield return new SummaryLine(lines[i + 1], rows[i].Coefficient.P < 1 - Level ? LineStyle.Strong : LineStyle.Plain);
            }
        }

        TextTable Table(params int[] columns)
        {
            string[] titles = Titles();
            TextTable table = new("", rows.Select(row => row.Cells[0]));
            foreach (int column in columns)
            {
                table.Add(titles[column], rows.Select(row => row.Cells[column]));
            }

            return table;
        }
    }

    /// <summary>Returns the cells with five significant digits.</summary>
    private static string[] Compact(SummaryCoefficient coefficient, string[] cells)
    {
        string Short(double value) => Numbers.Significant(value, 5);
        return coefficient.IsDropped || cells[1] == "0" ? cells
            : [cells[0], Short(coefficient.Estimate), Short(coefficient.StandardError), cells[3], cells[4], Short(coefficient.Lower),
                Short(coefficient.Upper)];
    }

    /// <summary>An estimate without standard error is shown to ten digits; one that is smaller than its own rounding is 0.</summary>
    private string Estimate(SummaryCoefficient coefficient) =>
        coefficient.IsDropped ? "aliased"
        : (IsPerfect || !(coefficient.StandardError > 0))
            && Math.Abs(coefficient.Estimate) <= Math.Max(coefficient.ErrorBound, RoundingOf(coefficient)) ? "0"
        : Numbers.DecimalsOf(coefficient.StandardError) is { } decimals ? Numbers.Rounded(coefficient.Estimate, decimals)
        : coefficient.Estimate.ToString("G10", CultureInfo.InvariantCulture) is var text && !text.Contains('E', StringComparison.Ordinal)
            ? text
        : Numbers.Significant(coefficient.Estimate, 6);

    /// <summary>
    /// Returns the largest estimate that rounding alone can explain: 10⁻¹⁵·‖y‖/‖xⱼ‖ with the (centred) columns, and 10⁻¹⁵ of the target's
    /// standard deviation for the intercept.
    /// </summary>
    private double RoundingOf(SummaryCoefficient coefficient)
    {
        const double Rounding = 1e-15;
        int term = Coefficients.IndexOf(coefficient) - (Model.HasIntercept ? 1 : 0);
        double size = Math.Sqrt(Model.TotalSumOfSquares);
        if (term < 0)
        {
            return Rounding * size / Math.Sqrt(Model.TotalWeight);
        }

        if (Model.Basis is not { } basis || Model.Powers is not null)
        {
            return 0;
        }

        double[] column = new double[Model.Terms.Length];
        basis.CopyFactorColumn(term, column);
        return Rounding * size / Math.Sqrt(OrthogonalBasis.Dot(column, column));
    }

    private static string T(double t) => double.IsNaN(t) ? "" : Math.Abs(t) < 1e4 ? Numbers.Rounded(t, 3) : Numbers.Significant(t, 6);

    private IEnumerable<SummaryLine> AliasedLines()
    {
        IReadOnlyList<AliasedTerm> aliased = AliasedTerm.Of(Model);
        if (aliased.Count > MostAliased)
        {
            foreach (SummaryLine line in Wrapped(string.Create(CultureInfo.InvariantCulture, $"{aliased.Count:N0} terms are aliased, determined by those before them: {aliased[0].Name} to {aliased[^1].Name}; JSON and the model name them all."), LineStyle.Note))
            {
                yield return line;
            }

            yield break;
        }

        foreach (SummaryLine line in aliased.SelectMany(term => Wrapped($"aliased: {term.Name} = {term.Readable}", LineStyle.Note)))
        {
            yield return line;
        }
    }

    private IEnumerable<SummaryLine> Footer()
    {
        if (Model.Basis is null && !(ResidualDegreesOfFreedom > 0))
        {
            yield return Plain($"{(Model.HasIntercept ? "R²" : "R² (uncentred)")} {Number(RSquared, 6)}");
            yield break;
        }

        string s = HasResiduals ? double.IsNaN(ResidualStandardError) ? "not defined" : Number(ResidualStandardError, 6) : "too small to be known";
        yield return Plain($"Residual standard error {s} on {Numbers.Freedom(ResidualDegreesOfFreedom)} degree{(ResidualDegreesOfFreedom == 1 ? "" : "s")} of freedom");
        string adjusted = double.IsNaN(AdjustedRSquared) ? "" : $", adjusted {Number(AdjustedRSquared, 6)}";
        yield return Plain($"{(Model.HasIntercept ? "R²" : "R² (uncentred)")} {Number(RSquared, 6)}{adjusted}");
        if (!double.IsNaN(F))
        {
            yield return Plain($"{(Model.Robust is null ? "F" : "F (Wald)")} {Number(F, 6)} on {FNumerator} and {Numbers.Freedom(FDenominator)} degrees of freedom, p {Numbers.P(FP, FLogP)}");
        }

        if (!double.IsNaN(LogLikelihood))
        {
            yield return Plain($"Log-likelihood {Number(LogLikelihood, 7)}, AIC {Number(Aic, 7)}, BIC {Number(Bic, 7)} (sigma counted, as in R)");
        }
    }

    private IEnumerable<SummaryLine> FeatureLines()
    {
        FeatureTest[] blocks = [.. Features.Where(feature => feature.IsBlock)];
        if (blocks.Length == 0)
        {
            yield break;
        }

        TextTable table = new TextTable("Feature as a whole", blocks.Select(block => block.Feature))
            .Add("Df", blocks.Select(block => block.DegreesOfFreedom.ToString(CultureInfo.InvariantCulture)))
            .Add("F", blocks.Select(block => Numbers.Significant(block.F, 6)))
            .Add("p", blocks.Select(block => Numbers.P(block.P, block.LogP)))
            .Add("GVIF", blocks.Select(block => Features.Length > 1 ? Numbers.Significant(block.Gvif, 4) : ""))
            .Add("GVIF^(1/2Df)",
                blocks.Select(block => Features.Length > 1 && block.DegreesOfFreedom > 0
                ? Numbers.Significant(Math.Pow(block.Gvif, 0.5 / block.DegreesOfFreedom), 4) : ""));
        yield return Plain("");
        string[] lines = table.Lines(MostWidth);
        yield return new SummaryLine(lines[0], LineStyle.Header);
        for (int i = 0; i < blocks.Length; i++)
        {
            yield return new SummaryLine(lines[i + 1], blocks[i].P < 1 - Level ? LineStyle.Strong : LineStyle.Plain);
        }
    }

    private IEnumerable<SummaryLine> NoteLines()
    {
        IEnumerable<string> notes = Model.Powers is null ? Notes
            : Notes.Append("Coefficients of powers are for reading; evaluated in double, their terms may cancel. A model file keeps the shifted, scaled powers and predicts with them.");
        return notes.SelectMany(note => Wrapped(note, LineStyle.Note).Prepend(Plain("")));
    }

    private IEnumerable<SummaryLine> VerboseLines()
    {
        yield return Plain("");
        yield return Plain($"Residual sum of squares {(HasResiduals ? Number(Model.ResidualSumOfSquares, 10) : "too small to be known")}, total {Number(Model.TotalSumOfSquares, 10)}");
        yield return Plain(string.Create(CultureInfo.InvariantCulture, $"Rank {Model.Rank} of {Coefficients.Length}"));
        if (Model.Certificate is { } certificate)
        {
            yield return Plain($"Condition number{(Model.Variables.IsEmpty ? "" : " of shifted powers")} {Number(1 / certificate.ReciprocalCondition, 4)}");
        }
    }

    private IEnumerable<SummaryLine> Arithmetic(bool isVerbose)
    {
        if (Model.Certificate is not { } certificate)
        {
            return [];
        }

        double digits = Math.Floor(Digits);
        string text = digits >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"Arithmetic: every coefficient has {digits:F0} digits or more")
            : "Arithmetic: no digit of the worst coefficient is certain";
        if (!isVerbose)
        {
            return [Plain(""), new SummaryLine(text, digits >= 1 ? LineStyle.Plain : LineStyle.Strong)];
        }

        SummaryCoefficient[] small = [.. Coefficients.Where(coefficient => OwnDigits(coefficient) < digits)];
        string but = small.Length == 0 || digits < 1 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (beside the target; of their own, {string.Join(", ", small.Select(coefficient => $"{coefficient.Term} {OwnDigits(coefficient):F0}"))})");
        return [Plain(""), .. Wrapped($"{text}{but}; {certificate.Describe()}", LineStyle.Plain)];
    }

    /// <summary>Digits of its own, which are fewer than the certificate counts where it is small beside the target.</summary>
    private static double OwnDigits(SummaryCoefficient coefficient) =>
        coefficient.ErrorBound > 0 && !coefficient.IsDropped
            ? Math.Max(0, Math.Floor(-Math.Log10(coefficient.ErrorBound / Math.Abs(coefficient.Estimate)))) : double.PositiveInfinity;

    private static string Number(double value, int digits) => double.IsNaN(value) ? "not defined" : Numbers.Significant(value, digits);

    /// <summary>Breaks a text at spaces into lines; the later ones are indented.</summary>
    internal static IEnumerable<SummaryLine> Wrapped(string text, LineStyle style)
    {
        const string Indent = "  ";
        string line = "";
        foreach (string word in TextTable.Printable(text).Split(' '))
        {
            if (line.Trim().Length > 0 && line.Length + 1 + word.Length > MostWidth)
            {
                yield return new SummaryLine(line, style);
                line = Indent + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return new SummaryLine(line, style);
    }
}

/// <summary>A line of a table for a person.</summary>
/// <param name="Text">The text.</param>
/// <param name="Style">What it is, for a screen with colours.</param>
internal sealed record SummaryLine(string Text, LineStyle Style);

/// <summary>What a line is.</summary>
internal enum LineStyle
{
    /// <summary>Nothing special.</summary>
    Plain,

    /// <summary>What was fitted.</summary>
    Title,

    /// <summary>Titles of columns.</summary>
    Header,

    /// <summary>A row whose p value is below 1 less the level, or a warning.</summary>
    Strong,

    /// <summary>A remark.</summary>
    Note,
}
