namespace HpcLinReg.Data;

/// <summary>A file of a <see cref="MomentsPlan"/>.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Rows">The number of rows; −1 where only reading it shows them.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Digest">
/// The SHA-256, in hexadecimal digits: of a Parquet file's footer, or with <c>content:</c> before it of all bytes; of all bytes of any
/// other file.
/// </param>
public readonly record struct PlannedFile(string Path, long Rows, long Length, string Digest);
