namespace HpcLinReg.Data.Sources;

/// <summary>A way to write a source as SQL.</summary>
internal interface ISourceTable
{
    /// <summary>Gets the columns in order.</summary>
    IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>
    /// Returns a SELECT whose columns are c0, c1, ... of the kinds asked for: numbers and booleans as DOUBLE, text as
    /// VARCHAR, dates as they are. A bad cell fails the query.
    /// </summary>
    /// <param name="whole">The columns whose whole numbers are needed exactly: what their doubles left of them follows as r0, r1, ... (<see cref="Sql.Rest"/>); null for none.</param>
    string TypedRows(IReadOnlySet<int>? whole = null);

    /// <summary>
    /// Returns a SELECT with t0, t1, ... (every cell as text, as written as far as the source knows), then c0, c1, ...
    /// for the columns whose kind is not null, and last <c>bad</c>: the index of a column whose cell does not parse, or −1.
    /// </summary>
    /// <param name="kinds">For each column the kind that is asked for; null for text alone.</param>
    /// <param name="whole">The columns whose whole numbers are needed exactly: what their doubles left of them follows as r0, r1, ... (<see cref="Sql.Rest"/>); null for none.</param>
    /// <param name="formats">For each column how its dates are written, where that is known already; null for the source's own finding.</param>
    string TextAndTypedRows(IReadOnlyList<ColumnKind?> kinds, IReadOnlySet<int>? whole = null, IReadOnlyList<string?>? formats = null);
}
