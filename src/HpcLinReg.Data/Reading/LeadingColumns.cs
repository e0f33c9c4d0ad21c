namespace HpcLinReg.Data.Reading;

/// <summary>Rows without their last columns.</summary>
/// <param name="reader">The rows. Owned.</param>
/// <param name="width">How many columns they have.</param>
/// <param name="kept">How many are kept.</param>
internal sealed class LeadingColumns(IRowReader reader, int width, int kept) : IRowReader
{
    private double[] _rows = [];

    public long Skipped => reader.Skipped;

    public ReadOnlySpan<double> ReadRows()
    {
        ReadOnlySpan<double> rows = reader.ReadRows();
        int count = rows.Length / width;
        if (_rows.Length < count * kept)
        {
            _rows = new double[count * kept];
        }

        for (int i = 0; i < count; i++)
        {
            rows.Slice(i * width, kept).CopyTo(_rows.AsSpan(i * kept));
        }

        return _rows.AsSpan(0, count * kept);
    }

    public void Dispose() => reader.Dispose();
}
