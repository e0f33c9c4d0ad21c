namespace HpcLinReg.Kernels;

/// <summary>Where a <see cref="RegisterTile"/> adds its outputs, and with which sign.</summary>
/// <param name="first">The output of the first value with the first lane.</param>
/// <param name="stride">The distance from one value's outputs to the next one's.</param>
/// <param name="lineOffset">The distance from the outputs of the first line to those of the second.</param>
/// <param name="factor">1 or −1, so that the product with it is exact.</param>
internal readonly ref struct TileOutputs(ref double first, nint stride, nint lineOffset, double factor)
{
    internal readonly ref double First = ref first;

    internal readonly nint Stride = stride;

    internal readonly nint LineOffset = lineOffset;

    internal readonly double Factor = factor;
}
