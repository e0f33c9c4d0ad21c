using System.Runtime.InteropServices;

namespace HpcLinReg.Threads;

/// <summary>
/// A hash of a row's bits. A source that is read again must give the rows of its first reading: the sums of their hashes are compared, so that rows may
/// come in another order and in other pieces.
/// </summary>
internal static class RowHash
{
    /// <summary>Products of the cells with odd numbers, which depend on the column, mixed so that rows cannot exchange cells.</summary>
    internal static ulong Of(ReadOnlySpan<double> row)
    {
        ulong sum = 0;
        ulong factor = 0x9E3779B97F4A7C15;
        foreach (ulong bits in MemoryMarshal.Cast<double, ulong>(row))
        {
            sum += (bits ^ (bits >> 32)) * factor;
            factor += 0x9E3779B97F4A7C16;
        }

        // The end of MurmurHash3's 64 bits (Appleby).
        sum = (sum ^ (sum >> 33)) * 0xFF51AFD7ED558CCD;
        sum = (sum ^ (sum >> 33)) * 0xC4CEB9FE1A85EC53;
        return sum ^ (sum >> 33);
    }
}
