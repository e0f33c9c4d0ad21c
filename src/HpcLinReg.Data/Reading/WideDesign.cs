using System.Globalization;

namespace HpcLinReg.Data.Reading;

/// <summary>Checks that a closed form of many terms fits into memory and has enough rows.</summary>
internal static class WideDesign
{
    /// <summary>Above this number of terms a solution takes minutes, so the number of rows is checked first.</summary>
    private const int ManyTerms = 10_000;

    /// <summary>
    /// Bytes an entry of the Gram matrix takes in all its copies at the peak: measured, 54 at 4000 and 56 at 2000 columns.
    /// </summary>
    private const double BytesPerEntry = 56;

    /// <summary>Refuses a design whose matrices do not fit into memory, or whose many terms outnumber its rows.</summary>
    /// <exception cref="DataException">It is one of these.</exception>
    internal static void Require(DataRows rows)
    {
        int terms = rows.Terms.Length;
        double needed = BytesPerEntry * terms * terms;
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed > available)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{terms} terms need matrices of about {needed / 1e9:F1} GB, and there are {available / 1e9:F1} GB; name fewer with --features, or descend (hpclinreg train)."));
        }

        if (terms > ManyTerms && Count(rows, terms) is { } few)
        {
            throw new DataException($"{few} complete row{(few == 1 ? "" : "s")} cannot determine the weights of {terms} terms; name fewer with --features, or read more rows.");
        }
    }

    /// <summary>Returns the number of complete rows if they are not more than the terms.</summary>
    private static long? Count(DataRows rows, int terms)
    {
        long count = 0;
        using IRowReader reader = rows.Open();
        for (ReadOnlySpan<double> block = reader.ReadRows(); block.Length > 0; block = reader.ReadRows())
        {
            count += block.Length / rows.Columns;
            if (count > terms)
            {
                return null;
            }
        }

        return count;
    }
}
