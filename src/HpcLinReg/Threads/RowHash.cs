using System.Runtime.InteropServices;

namespace HpcLinReg.Threads;

/// <summary>
/// A hash of a row's bits. A source that is read again must give the same rows as the first time, in any order and in any pieces: the sums
/// of the rows' hashes are compared.
/// </summary>
internal static class RowHash
{
    /// <summary>The factor of column 0, and what each further column adds to it, so that factors are odd and differ.</summary>
    private const ulong First = 0x9E3779B97F4A7C15, Step = 0x9E3779B97F4A7C16;

    /// <summary>
    /// Returns the hash: the sum of the cells' bits, each times an odd number that depends on the column, mixed at the end so that
    /// exchanging cells between rows changes the sum of hashes.
    /// </summary>
    internal static ulong Of(ReadOnlySpan<double> row)
    {
        ulong sum = 0;
        ulong factor = First;
        foreach (ulong bits in MemoryMarshal.Cast<double, ulong>(row))
        {
            sum += (bits ^ (bits >> 32)) * factor;
            factor += Step;
        }

        return Mix(sum);
    }

    /// <summary>Returns what one cell adds to the sum of its row; 0 for a cell that is 0.</summary>
    internal static ulong Part(double cell, int column)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(cell);
        return (bits ^ (bits >> 32)) * (First + ((ulong)column * Step));
    }

    /// <summary>Returns the hash of a row whose cells have this sum.</summary>
    internal static ulong Mix(ulong sum)
    {
        // The end of MurmurHash3's 64 bits (Appleby).
        sum = (sum ^ (sum >> 33)) * 0xFF51AFD7ED558CCD;
        sum = (sum ^ (sum >> 33)) * 0xC4CEB9FE1A85EC53;
        return sum ^ (sum >> 33);
    }
}
