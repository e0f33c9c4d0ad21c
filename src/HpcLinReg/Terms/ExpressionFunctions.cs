using System.Collections.Frozen;

namespace HpcLinReg.Terms;

/// <summary>The functions of expressions by name.</summary>
internal static class ExpressionFunctions
{
    internal const string Listed =
        "ln, log10, log2, exp, sqrt, abs, sin, cos, floor, ceil, round, pow, power, least, greatest, year, month, day, hour, dayofweek and epoch";

    private static readonly FrozenDictionary<string, (ExpressionOperation, int, int)> Functions =
        new Dictionary<string, (ExpressionOperation, int, int)>
        {
            ["ln"] = (ExpressionOperation.Ln, 1, 1),
            ["log10"] = (ExpressionOperation.Log10, 1, 1),
            ["log2"] = (ExpressionOperation.Log2, 1, 1),
            ["exp"] = (ExpressionOperation.Exp, 1, 1),
            ["sqrt"] = (ExpressionOperation.Sqrt, 1, 1),
            ["abs"] = (ExpressionOperation.Abs, 1, 1),
            ["sin"] = (ExpressionOperation.Sin, 1, 1),
            ["cos"] = (ExpressionOperation.Cos, 1, 1),
            ["floor"] = (ExpressionOperation.Floor, 1, 1),
            ["ceil"] = (ExpressionOperation.Ceil, 1, 1),
            ["round"] = (ExpressionOperation.Round, 1, 2),
            ["pow"] = (ExpressionOperation.Power, 2, 2),
            ["power"] = (ExpressionOperation.Power, 2, 2),
            ["least"] = (ExpressionOperation.Least, 2, int.MaxValue),
            ["greatest"] = (ExpressionOperation.Greatest, 2, int.MaxValue),
            ["year"] = (ExpressionOperation.Year, 1, 1),
            ["month"] = (ExpressionOperation.Month, 1, 1),
            ["day"] = (ExpressionOperation.Day, 1, 1),
            ["hour"] = (ExpressionOperation.Hour, 1, 1),
            ["dayofweek"] = (ExpressionOperation.DayOfWeek, 1, 1),
            ["epoch"] = (ExpressionOperation.Epoch, 1, 1),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the operation of a function, and how many arguments it takes at least and at most.</summary>
    internal static bool TryFind(string name, out (ExpressionOperation Operation, int Fewest, int Most) function) =>
        Functions.TryGetValue(name, out function);

    /// <summary>Returns whether a name alone is a value in SQL; a column of this name goes in quotes.</summary>
    internal static bool IsValueOfSql(string name) => name.ToUpperInvariant() is
        "NULL" or "TRUE" or "FALSE" or "CURRENT_DATE" or "CURRENT_TIME" or "CURRENT_TIMESTAMP" or "LOCALTIME" or "LOCALTIMESTAMP";
}
