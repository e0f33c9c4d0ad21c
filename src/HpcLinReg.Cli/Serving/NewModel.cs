using HpcLinReg.Data;

namespace HpcLinReg.Cli.Serving;

/// <summary>
/// A model that begins without rows, of <c>--target</c> and <c>--features</c>: columns of numbers, and expressions over them.
/// </summary>
internal sealed record NewModel(Design Design, string Target)
{
    /// <summary>Reads the features.</summary>
    /// <exception cref="UsageException">One of them is no expression; the message says where.</exception>
    internal static NewModel Parse(string target, string features)
    {
        Expression[] expressions =
            [.. Items(features).Select(item => Expression.TryParse(item, out Expression? expression, out string reason) ? expression!
            : throw new UsageException($"--features '{item}' is no expression: {reason}"))];
        string[] columns = [.. expressions.SelectMany(expression => expression.Columns).Distinct(StringComparer.Ordinal)];
        if (columns.Contains(target))
        {
            throw new UsageException($"The target '{target}' is among the features.");
        }

        try
        {
            return new NewModel(Design.Create([.. columns.Select(column => new ModelColumn(column, CellKind.Number))],
                [.. expressions.Select(expression => Feature.Of(expression.Text))]), target);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    /// <summary>Splits at commas outside of parentheses and quotes.</summary>
    private static List<string> Items(string features)
    {
        List<string> items = [];
        int depth = 0, start = 0;
        bool isQuoted = false;
        for (int i = 0; i <= features.Length; i++)
        {
            char sign = i < features.Length ? features[i] : ',';
            isQuoted ^= sign == '"';
            depth += isQuoted ? 0 : sign == '(' ? 1 : sign == ')' ? -1 : 0;
            if (i == features.Length || (sign == ',' && depth == 0 && !isQuoted))
            {
                items.Add(features[start..i].Trim());
                start = i + 1;
            }
        }

        return items;
    }
}
