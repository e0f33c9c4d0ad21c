using System.Diagnostics.CodeAnalysis;

namespace HpcLinReg;

/// <summary>The exceptions of models, designs and features.</summary>
internal static partial class Throw
{
    [DoesNotReturn]
    internal static void TargetAsWeights(string target) =>
        throw new ArgumentException($"The target '{target}' is named as the weights too; name another column, or none.");

    [DoesNotReturn]
    internal static void LevelOutOfRange(double level) =>
        throw new ArgumentOutOfRangeException(nameof(level), level, "The level of limits lies above 0 and below 1, such as 0.95.");

    [DoesNotReturn]
    internal static void SqlNotEvaluated(string expression) =>
        throw new InvalidOperationException($"The model has an expression in SQL, {expression}, which this library cannot evaluate; predict with hpclinreg predict, or pass its value behind those of the columns.");
}
