using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace HpcLinReg.Native;

/// <summary>The exported functions; hpclinreg.h describes each of them to its callers.</summary>
internal static unsafe partial class Exports
{
    /// <summary>The number of the interface in hpclinreg.h; it changes when a program compiled for an earlier one would fail.</summary>
    private const int Interface = 1;

    [UnmanagedCallersOnly(EntryPoint = "hlr_interface")]
    internal static int GetInterface() => Interface;

    [UnmanagedCallersOnly(EntryPoint = "hlr_bit_contract")]
    internal static int GetBitContract() => EngineInfo.BitContract;

    /// <summary>Copies the version of the library.</summary>
    [UnmanagedCallersOnly(EntryPoint = "hlr_version")]
    internal static int GetVersion(byte* buffer, long capacity, long* length) => Boundary.Call(() =>
        Texts.Copy(Encoding.UTF8.GetBytes(typeof(Exports).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]), buffer, capacity, length));

    [UnmanagedCallersOnly(EntryPoint = "hlr_last_error")]
    internal static long GetLastError(byte* buffer, long capacity) => Boundary.CopyLastMessage(buffer, capacity);

    [UnmanagedCallersOnly(EntryPoint = "hlr_release")]
    internal static int Release(long handle) => Boundary.Call(() => Handles.Release(handle));

    /// <summary>Copies the name of a column, or behind the columns of a model that of its target.</summary>
    [UnmanagedCallersOnly(EntryPoint = "hlr_name")]
    internal static int GetName(long handle, int index, byte* buffer, long capacity, long* length) => Boundary.Call(() =>
    {
        IReadOnlyList<string> names = Handles.Get<object>(handle, nameof(handle)) switch
        {
            HeldModel model => model.Names,
            HeldAccumulator accumulator => accumulator.Names.Length > 0 ? accumulator.Names : Numbered(accumulator.Columns),
            Moments moments => moments.Names,
            ArrowReader reader => reader.Names,
            _ => [],
        };
        if ((uint)index >= (uint)names.Count)
        {
            throw CallException.Argument($"index is {index}; there are {names.Count} names, counted from 0.");
        }

        Texts.Copy(Encoding.UTF8.GetBytes(names[index]), buffer, capacity, length);
    });

    /// <summary>Copies a handle's file: a model's JSON, or sums in the format .moments.</summary>
    [UnmanagedCallersOnly(EntryPoint = "hlr_save")]
    internal static int Save(long handle, byte* buffer, long capacity, long* length) => Boundary.Call(() =>
        Texts.Copy(Handles.Get<object>(handle, nameof(handle)) switch
        {
            HeldModel model => Encoding.UTF8.GetBytes(model.Model.ToJson()),
            HeldAccumulator accumulator => accumulator.Use(sums => Written(sums.Save)),
            Moments moments => Written(moments.Save),
            _ => throw new CallException(Status.BadHandle, "handle is that of an Arrow reader, which cannot be saved."),
        }, buffer, capacity, length));

    /// <summary>Reads a handle's file.</summary>
    [UnmanagedCallersOnly(EntryPoint = "hlr_load")]
    internal static int Load(byte* bytes, long length, long* handle) => Boundary.Call(() =>
    {
        RequireOut(handle, nameof(handle));
        if (length is < 0 or > int.MaxValue)
        {
            throw CallException.Argument($"length is {length}; it is 0 to {int.MaxValue}.");
        }

        if (bytes is null && length > 0)
        {
            throw CallException.Argument("bytes is null.");
        }

        using UnmanagedMemoryStream stream = new(bytes, length);
        *handle = Handles.Add(new ReadOnlySpan<byte>(bytes, (int)length).StartsWith("HLRMOMT"u8) ? ReadSums(stream)
            : new HeldModel(RegressionModel.Load(stream)));
    });

    /// <summary>
    /// Returns the accumulator or the moments of a file. What a file states about its source is not kept; so frequencies are refused, whose
    /// fits would be taken for those of inverse variances.
    /// </summary>
    private static object ReadSums(Stream stream)
    {
        var file = MomentsFile.Load(stream);
        if (file.Facts is { Weights: { } weights, WeightKind: WeightKind.Frequency })
        {
            throw new CallException(Status.BadFormat, $"The sums have weights '{weights}' that are frequencies, which a handle does not keep; fit them by hpclinreg fit --moments.");
        }

        return file.Accumulator is { } accumulator ? new HeldAccumulator(accumulator, [.. file.Header.Names]) : file.ToMoments();
    }

    private static byte[] Written(Action<Stream> save)
    {
        using MemoryStream stream = new();
        save(stream);
        return stream.ToArray();
    }

    private static void RequireOut(void* result, string name)
    {
        if (result is null)
        {
            throw CallException.Argument($"{name} is null; it receives the result.");
        }
    }
}
