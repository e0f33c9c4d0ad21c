using System.Diagnostics.CodeAnalysis;

namespace HpcLinReg;

/// <content>Files of moments.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    internal static void MomentsNotUsable(string reason) =>
        throw new InvalidDataException($"This is no .moments file that can be used: {reason}. Sum the rows again.");

    [DoesNotReturn]
    internal static void MomentsOfOtherEngine(string reason) =>
        throw new InvalidDataException($"This .moments file cannot be used here: {reason}. Sum the rows again with this version, or use the version that wrote it.");

    [DoesNotReturn]
    internal static void MomentsAreFolded() =>
        throw new InvalidDataException("This .moments file holds folded moments, which take no more rows; load it as Moments.");

    [DoesNotReturn]
    internal static void RangeNotUsable(string column, double least, double most) =>
        throw new ArgumentException(FormattableString.Invariant($"The range of column '{column}' is from {least:R} to {most:R}; it must be finite, or NaN where it is not known."));

    [DoesNotReturn]
    internal static void PartsMissing() =>
        throw new ArgumentException("There is nothing to merge; name at least one part.");

    [DoesNotReturn]
    internal static void PartFolded(string part) =>
        throw new ArgumentException($"{part} holds folded moments, which merge within an error bound only; merge those as Moments, or save the accumulators instead.");

    [DoesNotReturn]
    internal static void PartsDiffer(string part, string first, string difference) =>
        throw new ArgumentException($"{part} does not fit {first}: {difference}. Parts are merged that were made of one plan.");

    [DoesNotReturn]
    internal static void PartsLeaveGap(string part, string next, long start, long end) =>
        throw new ArgumentException($"{Rows(start, end)} in no part: {part} ends before and {next} begins after. Add what lies between.");

    [DoesNotReturn]
    internal static void PartsOverlap(string part, string next, long start, long end) =>
        throw new ArgumentException($"{Rows(start, end)} in two parts, {part} and {next}. Leave one of them out.");

    private static string Rows(long start, long end) => end - start == 1 ? $"Row {start} (counted from 0) is" : $"Rows {start} to {end - 1} (counted from 0) are";
}
