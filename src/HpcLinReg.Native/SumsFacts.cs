using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>What C reads about an accumulator or moments, hlr_sums_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SumsFacts
{
    internal int Columns;
    internal int DoubleDouble;
    internal long FirstRow;
    internal long NextRow;
    internal long Rows;
    internal double TotalWeight;
}
