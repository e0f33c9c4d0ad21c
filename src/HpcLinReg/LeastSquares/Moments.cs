using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>Count, means and centred cross-products of joint columns [X | Y].</summary>
public sealed class Moments
{
    /// <summary>Gets n.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the column names.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Gets the means.</summary>
    public required ImmutableArray<double> Means { get; init; }

    /// <summary>Gets the centred cross-products, row-major p × p.</summary>
    public required ImmutableArray<double> CrossProducts { get; init; }

    /// <summary>Fits one column on others.</summary>
    public Fit Solve(ReadOnlySpan<int> features, int target, FitOptions? options = null) => throw new NotSupportedException();

    /// <summary>Fits one column on all others.</summary>
    public Fit Solve(int target, FitOptions? options = null) => throw new NotSupportedException();
}
