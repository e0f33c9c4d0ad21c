using System.Globalization;
using System.Numerics;

namespace HpcLinReg.Data.Rows;

/// <summary>A column of rows that a program has.</summary>
/// <param name="Name">The name.</param>
/// <param name="DuckDBType">The type that keeps its values.</param>
/// <param name="Type">The type that its values have in the program.</param>
internal sealed record RowColumn(string Name, string DuckDBType, Type Type)
{
    /// <summary>The DuckDB type of times that are moments, whatever zone the settings name.</summary>
    internal const string Moment = "TIMESTAMP WITH TIME ZONE";

    private static readonly Dictionary<Type, string> Types = new()
    {
        [typeof(double)] = "DOUBLE",
        [typeof(float)] = "DOUBLE",
        [typeof(decimal)] = "DOUBLE",
        [typeof(Half)] = "DOUBLE",
        [typeof(sbyte)] = "BIGINT",
        [typeof(byte)] = "BIGINT",
        [typeof(short)] = "BIGINT",
        [typeof(ushort)] = "BIGINT",
        [typeof(int)] = "BIGINT",
        [typeof(uint)] = "BIGINT",
        [typeof(long)] = "BIGINT",
        [typeof(ulong)] = "HUGEINT",
        [typeof(BigInteger)] = "HUGEINT",
        [typeof(Int128)] = "HUGEINT",
        [typeof(bool)] = "BOOLEAN",
        [typeof(DateTime)] = "TIMESTAMP",
        [typeof(DateTimeOffset)] = Moment,
        [typeof(DateOnly)] = "DATE",
        [typeof(string)] = "VARCHAR",
        [typeof(char)] = "VARCHAR",
        [typeof(Guid)] = "VARCHAR",
    };

    /// <summary>Returns a column whose values are of a type of .NET.</summary>
    /// <exception cref="UsageException">Values of the type are no numbers, flags, times or texts.</exception>
    internal static RowColumn Of(string name, Type type) => Types.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out string? kept)
        ? new RowColumn(name, kept, type)
        : throw new UsageException($"The column '{name}' has values of type {type.Name}, which are no numbers, flags, times or texts; leave it out, or convert it.");

    /// <summary>Returns the nearest double; the conversion of a decimal rounds twice, and its text is read to the nearest.</summary>
    internal static double Nearest(decimal value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Returns whether a whole number has at most 127 bits; DuckDB has no −2¹²⁷.</summary>
    internal static bool IsKept(BigInteger value) => value > (BigInteger)Int128.MinValue && value <= (BigInteger)Int128.MaxValue;
}
