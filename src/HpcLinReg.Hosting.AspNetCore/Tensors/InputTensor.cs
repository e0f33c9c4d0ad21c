using System.Buffers;

namespace HpcLinReg.Hosting.AspNetCore.Tensors;

/// <summary>An input of a request, wherever its data lie: bytes as they came, or numbers or texts that were read.</summary>
internal sealed class InputTensor : IDisposable
{
    internal string Name { get; set; } = "";

    internal string Datatype { get; set; } = "";

    internal long[] Shape { get; set; } = [];

    /// <summary>Gets or sets the number of bytes that follow the header; null where the data stand in the request.</summary>
    internal long? BinarySize { get; set; }

    internal ReadOnlyMemory<byte> Binary { get; set; }

    internal bool IsBinary { get; set; }

    /// <summary>Gets or sets numbers that were read, from the pool; NaN for null.</summary>
    internal double[]? Numbers { get; set; }

    /// <summary>Gets or sets texts that were read; null for null.</summary>
    internal string?[]? Texts { get; set; }

    /// <summary>Gets or sets how many numbers or texts were read.</summary>
    internal int Count { get; set; }

    internal bool HasData => IsBinary || Numbers is not null || Texts is not null;

    /// <summary>Gets the number of elements by the shape, at most 2³¹ − 1.</summary>
    /// <exception cref="RefusedException">The shape is none.</exception>
    internal int Elements
    {
        get
        {
            long count = 1;
            foreach (long length in Shape)
            {
                if (length < 0 || (length > 0 && count > int.MaxValue / length))
                {
                    throw RefusedException.Bad($"The input '{Name}' has the shape [{string.Join(',', Shape)}]; lengths are 0 or more, and their product below 2^31.");
                }

                count *= length;
            }

            return (int)count;
        }
    }

    public void Dispose()
    {
        if (Numbers is { } numbers)
        {
            Numbers = null;
            ArrayPool<double>.Shared.Return(numbers);
        }
    }
}
