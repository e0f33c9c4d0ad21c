namespace HpcLinReg.Kernels;

/// <summary>Where a <see cref="RegisterTile"/> adds its outputs, with which sign, and what is prefetched while it computes them.</summary>
/// <param name="first">The output of the first value with the first lane.</param>
/// <param name="stride">The distance from one value's outputs to the next one's.</param>
/// <param name="lineOffset">The distance from the outputs of the first line to those of the second.</param>
/// <param name="factor">1 or −1, so that the product with it is exact.</param>
/// <param name="walk">What is prefetched meanwhile; without a walk the tile's first row is, which costs nothing.</param>
internal readonly ref struct TileOutputs(ref double first, nint stride, nint lineOffset, double factor, PrefetchWalk walk = default)
{
    internal readonly ref double First = ref first;

    internal readonly nint Stride = stride;

    internal readonly nint LineOffset = lineOffset;

    internal readonly double Factor = factor;

    internal readonly PrefetchWalk Walk = walk;
}
