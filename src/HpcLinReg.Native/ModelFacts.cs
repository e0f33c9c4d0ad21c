using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>What C reads about a model, hlr_model_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ModelFacts
{
    internal int Columns;
    internal int Terms;
    internal int HasIntercept;
    internal int Rank;
    internal double Intercept;
    internal double InterceptStandardError;
    internal double Ridge;
    internal double Rows;
    internal double TotalWeight;
    internal double ResidualDegreesOfFreedom;
    internal double ResidualSumOfSquares;
    internal double TotalSumOfSquares;
    internal double ResidualStandardError;
    internal double Digits;
    internal double ReciprocalCondition;
}
