namespace HpcLinReg.Models;

/// <summary>The kind of the text of a <see cref="FeaturePart"/>.</summary>
internal enum FeaturePartKind
{
    /// <summary>A column if there is one of that name, else an expression; decided when the columns are known.</summary>
    Either,

    /// <summary>A column.</summary>
    Column,

    /// <summary>An expression that the engine evaluates.</summary>
    Expression,

    /// <summary>An expression that a database evaluates.</summary>
    Sql,
}
