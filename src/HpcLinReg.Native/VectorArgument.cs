using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>Weights of rows as C passes them, hlr_vector: value i lies at values[i · stride].</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VectorArgument
{
    internal double* Values;
    internal long Length;
    internal long Stride;

    /// <summary>Returns the values, which are copied unless they lie side by side; empty without a vector.</summary>
    internal static ReadOnlySpan<double> ToSpan(VectorArgument* vector, long rows, string name)
    {
        if (vector is null)
        {
            return [];
        }

        VectorArgument v = *vector;
        if (v.Length != rows)
        {
            throw CallException.Argument($"{name}.length is {v.Length}, but x has {rows} rows; one value per row is needed.");
        }

        MatrixArgument.Require(name, v.Values, v.Length, 1);
        if (rows > MatrixArgument.MostElements)
        {
            throw CallException.Argument($"{name}.length is {rows}; at most {MatrixArgument.MostElements} rows with weights are taken by one call. Pass them in several.");
        }

        if (v.Stride == 1 || rows <= 1)
        {
            return new ReadOnlySpan<double>(v.Values, (int)rows);
        }

        double[] copy = GC.AllocateUninitializedArray<double>((int)rows);
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = v.Values[i * v.Stride];
        }

        return copy;
    }
}
