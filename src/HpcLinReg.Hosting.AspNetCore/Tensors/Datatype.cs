using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HpcLinReg.Hosting.AspNetCore.Tensors;

/// <summary>The datatypes of tensors and their little-endian bytes.</summary>
internal static class Datatype
{
    internal const string Bytes = "BYTES";

    private const string Known = "BOOL, INT8 to INT64, UINT8 to UINT64, FP16, FP32, FP64 and BYTES";

    /// <summary>Returns the bytes of an element; 0 for texts, which carry their own lengths.</summary>
    /// <exception cref="RefusedException">There is no such datatype.</exception>
    internal static int SizeOf(InputTensor tensor) => tensor.Datatype switch
    {
        "BOOL" or "INT8" or "UINT8" => 1,
        "INT16" or "UINT16" or "FP16" => 2,
        "INT32" or "UINT32" or "FP32" => 4,
        "INT64" or "UINT64" or "FP64" => 8,
        Bytes => 0,
        _ => throw RefusedException.Bad($"The input '{tensor.Name}' has the datatype '{tensor.Datatype}'; there are {Known}."),
    };

    /// <summary>
    /// Widens elements to doubles, every <paramref name="stride"/>-th of the destination. Whole numbers beyond 2^53 are rounded.
    /// </summary>
    internal static void Widen(string datatype, ReadOnlySpan<byte> bytes, Span<double> destination, int stride)
    {
        switch (datatype)
        {
            case "FP64":
                Copy(MemoryMarshal.Cast<byte, double>(bytes), destination, stride, value => value);
                break;
            case "FP32":
                Copy(MemoryMarshal.Cast<byte, float>(bytes), destination, stride, value => value);
                break;
            case "FP16":
                Copy(MemoryMarshal.Cast<byte, Half>(bytes), destination, stride, value => (double)value);
                break;
            case "INT64":
                Copy(MemoryMarshal.Cast<byte, long>(bytes), destination, stride, value => value);
                break;
            case "UINT64":
                Copy(MemoryMarshal.Cast<byte, ulong>(bytes), destination, stride, value => value);
                break;
            case "INT32":
                Copy(MemoryMarshal.Cast<byte, int>(bytes), destination, stride, value => value);
                break;
            case "UINT32":
                Copy(MemoryMarshal.Cast<byte, uint>(bytes), destination, stride, value => value);
                break;
            case "INT16":
                Copy(MemoryMarshal.Cast<byte, short>(bytes), destination, stride, value => value);
                break;
            case "UINT16":
                Copy(MemoryMarshal.Cast<byte, ushort>(bytes), destination, stride, value => value);
                break;
            case "INT8":
                Copy(MemoryMarshal.Cast<byte, sbyte>(bytes), destination, stride, value => value);
                break;
            default:
                Copy(bytes, destination, stride, value => value);
                break;
        }
    }

    /// <summary>Reads the next text: four bytes of its length, then its bytes.</summary>
    /// <exception cref="RefusedException">The bytes end before the text does.</exception>
    internal static ReadOnlySpan<byte> NextText(InputTensor tensor, ref ReadOnlySpan<byte> bytes, int element)
    {
        uint length = bytes.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > bytes.Length - sizeof(uint))
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' ends within its text {element}: each is a length of four bytes and that many bytes.");
        }

        ReadOnlySpan<byte> text = bytes.Slice(sizeof(uint), (int)length);
        bytes = bytes[(sizeof(uint) + (int)length)..];
        return text;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, Span<double> to, int stride, Func<T, double> widen)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i * stride] = widen(from[i]);
        }
    }
}
