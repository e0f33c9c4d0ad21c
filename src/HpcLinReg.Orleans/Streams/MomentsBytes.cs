namespace HpcLinReg.Orleans;

/// <summary>Moments as the bytes of a <c>.moments</c> file, as they are stored and sent.</summary>
internal static class MomentsBytes
{
    internal static byte[] Write(Moments moments)
    {
        using MemoryStream stream = new();
        moments.Save(stream);
        return stream.ToArray();
    }

    internal static Moments Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return Moments.Load(stream);
    }
}
