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
    /// <param name="whole">
    /// The columns whose whole numbers are needed exactly: what their doubles left of them follows as r0, r1, ... (<see cref="Sql.Rest"/>);
    /// null for none.
    /// </param>
    string TypedRows(IReadOnlySet<int>? whole = null);

    /// <summary>
    /// Returns a SELECT with t0, t1, ... (every cell as text, as written as far as the source knows), then c0, c1, ...
    /// for the columns that are not null, and last <c>bad</c>: the index of a column whose cell does not parse, or −1.
    /// </summary>
    /// <param name="columns">For each column what it is read as; null for text alone.</param>
    /// <param name="whole">
    /// The columns whose whole numbers are needed exactly: what their doubles left of them follows as r0, r1, ... (<see cref="Sql.Rest"/>);
    /// null for none.
    /// </param>
    /// <param name="nestedAsJson">
    /// Whether objects, lists and other values that are neither numbers nor texts are JSON, and not text as DuckDB writes it.
    /// </param>
    string TextAndTypedRows(IReadOnlyList<SourceColumn?> columns, IReadOnlySet<int>? whole = null, bool nestedAsJson = false);
}
