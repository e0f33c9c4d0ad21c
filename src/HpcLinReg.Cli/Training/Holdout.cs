using System.Globalization;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Training;

/// <summary>
/// Chooses the rows that are held out from training at random: a share of all rows, rounded to a whole number. The same share, seed and
/// number of rows give the same choice, whether the rows are held in memory or read again.
/// </summary>
internal sealed class Holdout(double share, int seed)
{
    internal double Share => share;

    internal int Seed => seed;

    /// <summary>Returns how many rows are held out.</summary>
    /// <exception cref="DataException">None would be, or all.</exception>
    internal long Count(long rows)
    {
        long count = (long)Math.Round(share * rows);
        return count > 0 && count < rows ? count
            : throw new DataException(string.Create(CultureInfo.InvariantCulture, $"--holdout {share} of {Counted(rows)} leaves {(count == 0 ? "none to hold out" : "none to train on")}; name another share, or use more rows."));
    }

    /// <summary>Starts the choice at the first row.</summary>
    internal Choice Begin(long rows) => new(seed, rows, Count(rows));

    private static string Counted(long rows) => Output.Counted.Of(rows, "row");

    /// <summary>
    /// Decides row by row, in the order of the source, which rows are held out. Every set of the required number of rows has the same
    /// probability (Knuth, <i>The Art of Computer Programming</i>, vol. 2, 3.4.2, algorithm S). The random numbers come from SplitMix64
    /// (Steele, Lea, Flood 2014) and not from System.Random, so that a seed chooses the same rows on every version of .NET.
    /// </summary>
    internal struct Choice(int seed, long rows, long count)
    {
        private ulong _state = (ulong)seed;
        private long _rowsLeft = rows;
        private long _countLeft = count;

        /// <summary>Returns whether the next row is held out.</summary>
        internal bool Next()
        {
            bool isHeldOut = Uniform() * _rowsLeft < _countLeft;
            _rowsLeft--;
            _countLeft -= isHeldOut ? 1 : 0;
            return isHeldOut;
        }

        private double Uniform()
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
        }
    }
}
