using System.Globalization;
using HpcLinReg.Data;
using HpcLinReg.Descent;

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

    /// <summary>Says which rows are left to train on, for a message about them.</summary>
    internal string Describe(long rows) => string.Create(
        CultureInfo.InvariantCulture, $"These are the rows left to train on: --holdout {Share} holds out {Count(rows):N0} of {Counted(rows)}. Hold out fewer, choose others with --seed, or use more rows.");

    /// <summary>Starts the choice at the first row.</summary>
    internal Choice Begin(long rows) => new(seed, rows, Count(rows));

    private static string Counted(long rows) => Output.Counted.Of(rows, "row");

    /// <summary>
    /// Decides row by row, in the order of the source, which rows are held out. Every set of the required number of rows has the same
    /// probability (Knuth, <i>The Art of Computer Programming</i>, vol. 2, 3.4.2, algorithm S). The random numbers come from the engine's
    /// <see cref="SplitMix"/> and not from System.Random, so that a seed chooses the same rows on every version of .NET.
    /// </summary>
    internal struct Choice(int seed, long rows, long count)
    {
        private SplitMix _random = new((ulong)seed);
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

        private double Uniform() => (_random.Next() >> 11) * (1.0 / (1L << 53));
    }
}
