namespace HpcLinReg.Data;

/// <summary>A column of a source.</summary>
/// <param name="Name">The name as the source spells it.</param>
/// <param name="Kind">What its values are.</param>
public sealed record DataColumn(string Name, ColumnKind Kind);

/// <summary>The kind of a column's values, as a regression distinguishes them.</summary>
public enum ColumnKind
{
    /// <summary>Integers, decimals or floating-point numbers; read as double.</summary>
    Numeric,

    /// <summary>True or false; read as 1 or 0.</summary>
    Boolean,

    /// <summary>Text; a feature by treatment coding when named.</summary>
    Text,

    /// <summary>A date, a time or a timestamp; enters only through an expression.</summary>
    Date,

    /// <summary>Anything else: lists, structs, blobs; never a feature.</summary>
    Other,
}
