using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HpcLinReg;

/// <summary>The exceptions of descents.</summary>
internal static partial class Throw
{
    [DoesNotReturn]
    internal static void RateNotUsable(double rate) =>
        throw new ArgumentOutOfRangeException(nameof(rate), rate, "A learning rate must be finite and positive; leave it null for one taken from the data.");

    [DoesNotReturn]
    internal static void MomentumNotUsable(double momentum) =>
        throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must be at least 0 and less than 1.");

    [DoesNotReturn]
    internal static void ToleranceNotUsable(double tolerance) =>
        throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be at least 0 and less than 1: a share of the coefficients.");

    [DoesNotReturn]
    internal static void DivergenceFactorNotUsable(double factor) =>
        throw new ArgumentOutOfRangeException(nameof(factor), factor, "The divergence factor must be greater than 1: how many times the first loss counts as divergence.");

    [DoesNotReturn]
    internal static void OptionBelow(string option, long value, long least) =>
        throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {least}.");

    [DoesNotReturn]
    internal static void ScheduleNotKnown(int schedule) =>
        throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "The schedule is none of Constant, InverseTime and Cosine.");

    [DoesNotReturn]
    internal static void StartAgainstFeatures(int weights, int features) =>
        throw new ArgumentException($"The model to start from has {weights} weights but there are {features} features.");

    [DoesNotReturn]
    internal static void StartHasIntercept(double intercept) =>
        throw new ArgumentException($"The model to start from has the intercept {intercept.ToString(CultureInfo.InvariantCulture)}, but none is to be fitted; start from one with intercept 0.");

    [DoesNotReturn]
    internal static void RowWeightNotUsable(long row, double value) =>
        throw new ArgumentException($"The weight of row {row} (counted from 0) is {value.ToString(CultureInfo.InvariantCulture)}; weights are finite and not negative.");

    [DoesNotReturn]
    internal static void NoWeight(long rows) =>
        throw new ArgumentException($"All {rows} rows have weight 0; at least one must count.");

    [DoesNotReturn]
    internal static void ConstantTarget(double value) =>
        throw new ArgumentException($"The target is {value.ToString("G15", CultureInfo.InvariantCulture)} in every row, so there is nothing to descend to: the intercept alone explains it.");

    [DoesNotReturn]
    internal static void SourceColumns(int columns, bool weighted) =>
        throw new ArgumentException($"The source has {columns} joint columns; {(weighted ? "a target and a column of weights are" : "a target is")} needed at least.");

    [DoesNotReturn]
    internal static void SourceChanged(long before, long now) =>
        throw new InvalidOperationException($"The source gave {before} rows in its first reading and {now} in a later one; it must not change while it is being used.");

    [DoesNotReturn]
    internal static void SourceChanged() =>
        throw new InvalidOperationException("The source gave other values in a later reading than in its first; it must not change while it is being used.");

    [DoesNotReturn]
    internal static void NotByConjugateGradients(string what, string remedy, string reason) =>
        throw new ArgumentException($"Conjugate gradients cannot {what}; {remedy}, or fit by FitMethod.ClosedForm.{(reason.Length > 0 ? $" They were chosen because {reason}." : "")}");

    [DoesNotReturn]
    internal static void SourceReadOnce() =>
        throw new InvalidOperationException("The source can be read only once, but polynomials and descents read the rows several times; copy the rows into memory, or write them to a file, first.");

    [DoesNotReturn]
    internal static void DecayNotUsable(double factor) =>
        throw new ArgumentOutOfRangeException(nameof(factor), factor, "The decay factor must be above 0 and at most 1.");
}
