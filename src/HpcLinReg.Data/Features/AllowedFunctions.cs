using System.Collections.Frozen;

namespace HpcLinReg.Data.Features;

/// <summary>
/// The functions an expression may call: their value depends on the row alone, and they have no effects. Every other name
/// is refused, because a model file may come from somebody else.
/// </summary>
internal static class AllowedFunctions
{
    /// <summary>Operators over numbers; a truth value among their operands counts as 0 or 1.</summary>
    internal static readonly FrozenSet<string> Arithmetic = FrozenSet.Create(StringComparer.Ordinal, "+", "-", "*", "/", "//", "%", "^", "**");

    /// <summary>Functions by name, and the LIKE operators.</summary>
    internal static readonly FrozenSet<string> Scalar = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        // numbers
        "abs", "acos", "acosh", "add", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "ceiling", "cos", "cosh", "cot", "degrees",
        "divide", "even", "exp", "fdiv", "floor", "fmod", "gamma", "greatest", "isfinite", "isinf", "isnan", "least", "lgamma", "ln", "log",
        "log10", "log2", "mod", "multiply", "nullif", "pi", "pow", "power", "radians", "round", "sign", "signbit", "sin", "sinh", "sqrt", "subtract",
        "tan", "tanh", "trunc",
        // text
        "~~", "!~~", "~~*", "!~~*", "contains", "ends_with", "instr", "left", "length", "lower", "ltrim", "prefix", "right", "rtrim",
        "starts_with", "strlen", "strpos", "substr", "substring", "suffix", "trim", "upper",
        // dates
        "date_diff", "date_part", "date_sub", "date_trunc", "datediff", "datepart", "datesub", "datetrunc", "day", "dayofmonth", "dayofweek",
        "dayofyear", "epoch", "epoch_ms", "hour", "isodow", "isoyear", "julian", "make_date", "microsecond", "millisecond", "minute", "month",
        "quarter", "second", "strptime", "week", "weekday", "weekofyear", "year", "yearweek");

    /// <summary>Types an expression may cast to.</summary>
    internal static readonly FrozenSet<string> CastTypes = FrozenSet.Create(
        StringComparer.Ordinal,
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL",
        "BOOLEAN", "VARCHAR", "DATE", "TIME", "TIMESTAMP");
}
