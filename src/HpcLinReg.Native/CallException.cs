namespace HpcLinReg.Native;

/// <summary>A fault with its status. Never leaves the library: <see cref="Boundary"/> turns it into a status and a message.</summary>
internal sealed class CallException(Status status, string message) : Exception(message)
{
    /// <summary>Gets the status that the caller receives.</summary>
    internal Status Status { get; } = status;

    /// <summary>Returns a fault of an argument.</summary>
    internal static CallException Argument(string message) => new(Status.BadArgument, message);
}
