namespace HpcLinReg.Kernels;

/// <summary>Two arrays that hold a vector of <see cref="DoubleDouble"/>s: element j is High[j] + Low[j]. Both begin as zeros.</summary>
/// <param name="length">The number of elements.</param>
internal readonly struct DoubleDoubleVector(int length)
{
    /// <summary>The high parts.</summary>
    internal readonly double[] High = new double[length];

    /// <summary>The low parts.</summary>
    internal readonly double[] Low = new double[length];

    /// <summary>Gets the number of elements.</summary>
    internal int Length => High.Length;

    /// <summary>Gets or sets an element.</summary>
    internal DoubleDouble this[int index]
    {
        get => new(High[index], Low[index]);
        set => (High[index], Low[index]) = value;
    }

    public static implicit operator DoubleDoubleSpan(DoubleDoubleVector vector) => new(vector.High, vector.Low);

    public static implicit operator ReadOnlyDoubleDoubleSpan(DoubleDoubleVector vector) => new(vector.High, vector.Low);

    /// <summary>Sets all elements to 0.</summary>
    internal void Clear()
    {
        Array.Clear(High);
        Array.Clear(Low);
    }
}
