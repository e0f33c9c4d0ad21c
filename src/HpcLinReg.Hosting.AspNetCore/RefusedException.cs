namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>A request that is refused whole: nothing of it was predicted, learned or changed.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;

    internal string Title => Status switch
    {
        400 => "The request cannot be answered as it stands",
        401 => "A key is needed",
        403 => "Not permitted",
        404 => "Not found",
        409 => "In conflict with what is served",
        413 => "The request is too large",
        422 => "In conflict with an earlier request",
        429 => "Too many requests",
        501 => "Not supported",
        503 => "Not ready",
        _ => "Failed",
    };

    internal static RefusedException Bad(string message) => new(400, message);

    internal static RefusedException NotFound(string message) => new(404, message);
}
