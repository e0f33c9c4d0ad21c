using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// The size of rounding errors: every constant that bounds, rank decisions and the acceptance test count with, and its reason
/// (docs/numerics.md). Errors of an entry of a Gram matrix are in units of the lengths of its two columns.
/// </summary>
internal static class RoundingModel
{
    /// <summary>Unit roundoff of double, u = 2⁻⁵³.</summary>
    internal const double Roundoff = 1.0 / (1L << 53);

    /// <summary>Unit roundoff of sums in double-double, with room for their centring.</summary>
    internal const double DoubleDoubleRoundoff = 1.0 / (1L << 50) / (1L << 50);

    /// <summary>Error of a sum in double-double: 4u² (3u² by Joldes, Muller, Popescu 2017).</summary>
    internal const double DoubleDoubleSum = 1.0 / (1L << 52) / (1L << 52);

    /// <summary>Error of a product in double-double whose factors were rounded before: 45u², rounded up to a power of two.</summary>
    internal const double DoubleDoubleProduct = 16 * DoubleDoubleSum;

    /// <summary>
    /// Error of a block's mean in double, in its column's standard deviations: at most 16u were measured, and this is twice that.
    /// </summary>
    internal const double PlainBlockMean = 32 * Roundoff;

    /// <summary>Least error of a product Xᵀr of a refinement step: 2⁻⁹⁷, which the rounding of the residuals' low parts leaves.</summary>
    internal const double LeastProduct = 1.0 / (1L << 50) / (1L << 47);

    /// <summary>
    /// Residuals of a column on the columns before it that are below this many roundoffs of the cells come from the rounding of the cells:
    /// collinear designs were measured at 0.15, Filip's powers at 2.3e6.
    /// </summary>
    internal const double CellRoundoffs = 10;

    /// <summary>
    /// Errors of a Gram entry in double, in roundoffs, where rounding errors have random signs: a chain of 128 fused multiply-adds errs by
    /// 2 to 4 (a random walk); centring, merging and factorization add theirs.
    /// </summary>
    internal const double VariedRoundoffs = 16;

    /// <summary>
    /// Roundoffs of centring, merging and factorization, which come on top of the chain's where its errors all have one sign.
    /// </summary>
    private const double OtherRoundoffs = 8;

    /// <summary>
    /// Equal cells differ from their rounded mean by at most u·|mean|, and the squares of these differences sum to at most this many
    /// roundoffs of n(u·mean)². Larger sums of squares are variation of the cells.
    /// </summary>
    private const double ConstantRoundoffs = 1024;

    /// <summary>Errors of a Gram entry in double-double, in 2⁻¹⁰², where their signs are random.</summary>
    private const double VariedDoubleDouble = 64;

    /// <summary>
    /// Errors of a Gram entry in double-double, in 2⁻¹⁰², where all have one sign: (128u)², which columns of two levels need.
    /// </summary>
    private const double RepeatingDoubleDouble = 512;

    /// <summary>Up to this share of repeating rows, rounding errors count as random: the other rows outweigh the repeating ones.</summary>
    private const double FewRepeats = 1.0 / 16;

    /// <summary>
    /// Merges beyond this number are not counted: their errors have random signs and together are no larger than this many of one sign.
    /// </summary>
    private const int MostMergeDepth = 32;

    /// <summary>Underflow loss of a product and its low part, rounded to a multiple of 2⁻¹⁰⁷⁴ in each of up to eight steps.</summary>
    private const double ProductUnderflow = 8 * double.Epsilon;

    /// <summary>Underflow losses below this are not counted: they are far below a roundoff of double-double.</summary>
    private const double LeastUnderflow = 1.0 / (1L << 60) / (1L << 60);

    /// <summary>Returns whether rounding errors of rows of which this share repeats may be taken as random.</summary>
    internal static bool AreVaried(double repeatedShare) => repeatedShare <= FewRepeats;

    /// <summary>
    /// Computes the error of a Gram entry in double, in roundoffs. Equal products are rounded in one direction all along a chain, so blocks
    /// whose rows repeat (<see cref="Variety"/>) err by up to the chain's length: columns of two levels were measured at 117.
    /// </summary>
    /// <param name="rows">The number of rows summed.</param>
    /// <param name="repeatedShare">The share of the worst column's sum of squares that comes from blocks whose rows repeat.</param>
    internal static double GramRoundoffs(double rows, double repeatedShare)
    {
        double chain = Math.Min(rows, RowBlocks.PanelRows);
        return Math.Min(OtherRoundoffs + chain, Math.Max(VariedRoundoffs, OtherRoundoffs + (chain * repeatedShare)));
    }

    /// <summary>
    /// Computes the error of a Gram entry in double-double (<see cref="DoubleDoubleGram"/>) where cells were centred by their mean. Each of
    /// a panel's n products adds an error of up to 2⁻⁴⁹ of the panel's lengths to a sum of low parts that is rounded each time: n²/2·2⁻¹⁰²
    /// if all had one sign and their full size. At most a sixth of that was measured, and far less where columns vary.
    /// </summary>
    /// <param name="rows">The number of rows summed.</param>
    /// <param name="isVaried">Whether rounding errors have random signs.</param>
    internal static double DoubleDoubleEntry(double rows, bool isVaried) =>
        Math.Min(isVaried ? VariedDoubleDouble : RepeatingDoubleDouble, (rows * rows / 8) + 4) / (1L << 51) / (1L << 51);

    /// <summary>Computes the error of an entry of rows that were just summed, without drift and cancellation.</summary>
    internal static double SummedEntry(MomentsNode node, double rows) => node.IsDoubleDouble
        ? 2 * DoubleDoubleEntry(rows, AreVaried(node.RepeatedShare))
        : GramRoundoffs(rows, node.RepeatedShare) * Roundoff;

    /// <summary>Computes the largest Σ w(x − x̄)² that a column of equal cells may have instead of 0.</summary>
    /// <param name="roundoff">Of the sums' precision.</param>
    /// <param name="weight">Σw.</param>
    /// <param name="mean">The cells' value.</param>
    internal static double SquaresOfConstant(double roundoff, double weight, double mean) =>
        ConstantRoundoffs * roundoff * weight * (Roundoff * mean) * (Roundoff * mean);

    /// <summary>
    /// Computes the error of an entry that the rounding of means causes where blocks were merged or rows removed, per unit of mean over
    /// length: each merge rounds a mean by 2⁻¹⁰⁴ of it, a difference of two means has twice the errors of all merges before, and it enters
    /// products with at most √W of a length.
    /// </summary>
    internal static double OffsetUnit(int mergeDepth, double weight) =>
        Math.Min(mergeDepth, MostMergeDepth) * Math.Sqrt(weight) / (1L << 52) / (1L << 51);

    /// <summary>
    /// Computes the error of a residual of a refinement step, in units of Σ‖xⱼ‖|wⱼ| + ‖y‖ (<see cref="DoubleDoubleResiduals"/>): a row's
    /// low parts are summed in double, column by column, and its anchor lies up to 2⁸ above the typical row.
    /// </summary>
    internal static double Residual(int features) =>
        (double)GramBlocks.Lines(features) * GramBlocks.Lines(features) / (1L << 48) / (1L << 48);

    /// <summary>
    /// Computes the underflow loss of a sum of at most one product a row, with its low part and those of centring and merging.
    /// </summary>
    internal static double SumUnderflow(long rows) => ProductUnderflow * rows;

    /// <summary>Returns an underflow loss where it is large enough to count, else 0.</summary>
    internal static double Counted(double underflow) => underflow > LeastUnderflow ? underflow : 0;
}
