namespace HpcLinReg.Benchmarks.Hosts;

/// <summary>
/// What one run of a benchmark class reads and computes for n × d, by formula: bytes from memory once, useful operations with a
/// multiply-add as two. The columns of the table are made of it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WorkAttribute : Attribute
{
    /// <summary>Gets or sets bytes for each of the n·d cells.</summary>
    public double BytesPerCell { get; set; }

    /// <summary>Gets or sets bytes for each of the n rows, beside its cells.</summary>
    public double BytesPerRow { get; set; }

    /// <summary>Gets or sets operations for each cell.</summary>
    public double FlopsPerCell { get; set; }

    /// <summary>Gets or sets operations for each row and pair of columns i ≤ j.</summary>
    public double FlopsPerRowAndPair { get; set; }

    /// <summary>Gets or sets operations for each d³.</summary>
    public double FlopsPerCube { get; set; }

    internal double Bytes(MatrixShape shape) => (BytesPerCell * shape.Rows * shape.Columns) + (BytesPerRow * shape.Rows);

    internal double Flops(MatrixShape shape) =>
        (FlopsPerCell * shape.Rows * shape.Columns)
        + (FlopsPerRowAndPair * shape.Rows * shape.Columns * (shape.Columns + 1.0) / 2)
        + (FlopsPerCube * Math.Pow(shape.Columns, 3));
}
