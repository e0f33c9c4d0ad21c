using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>What is durable in a cluster: states of grains, in the storage that the host registers under one name.</summary>
public static class ClusterStorage
{
    /// <summary>The name under which the host registers a grain storage.</summary>
    public const string Name = "hpclinreg";

    /// <summary>The most bytes of one message between silos. Orleans ends a connection whose message is larger than 100 MB.</summary>
    internal const int LargestMessage = 4 << 20;

    /// <summary>The most bytes of one answer to who reads a result in pieces.</summary>
    internal const int Piece = 1 << 20;

    /// <summary>
    /// Returns a stored state of any grain, read where the caller is, so that its bytes are in no message; null where there is none.
    /// </summary>
    internal static async Task<T?> ReadAsync<T>(IGrainStorage storage, string name, GrainId grain)
        where T : class, new()
    {
        GrainState<T> state = new(new T());
        await storage.ReadStateAsync(name, grain, state);
        return state.RecordExists ? state.State : null;
    }

    /// <summary>Returns one piece of a state's bytes, empty behind their end.</summary>
    internal static byte[] PieceOf(byte[] bytes, int offset) =>
        offset < 0 || offset >= bytes.Length ? [] : bytes[offset..Math.Min(bytes.Length, offset + Piece)];
}
