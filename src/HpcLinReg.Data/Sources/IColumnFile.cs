using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>A file of typed columns that DuckDB has no reader for: npy, npz and Arrow.</summary>
internal interface IColumnFile : IDisposable
{
    /// <summary>Gets the columns.</summary>
    IReadOnlyList<FileColumn> Columns { get; }

    /// <summary>Begins a reading of all rows, in their order.</summary>
    IColumnReader Open();
}

/// <summary>One reading of a file of columns.</summary>
internal interface IColumnReader : IDisposable
{
    /// <summary>Goes to the next rows and returns how many they are, at most 2048; 0 at the end.</summary>
    int Next();

    /// <summary>Writes a column of these rows into a vector of DuckDB's, of the column's type.</summary>
    void Write(int column, nint vector);
}

/// <summary>A column of a file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">DuckDB's type that holds its values without a loss.</param>
internal sealed record FileColumn(string Name, DuckDBType Type);
