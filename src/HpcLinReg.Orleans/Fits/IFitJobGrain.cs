namespace HpcLinReg.Orleans;

/// <summary>
/// Coordinates a fit of many parts: gives them to the silos, keeps which are done, and merges their moments. Its key is the job's name.
/// </summary>
/// <remarks>
/// Every call may be repeated. What the coordinator knows is in the host's storage, so that it goes on in another silo when its own one
/// dies; it is there as long as somebody asks for it.
/// </remarks>
[Alias("HpcLinReg.IFitJobGrain")]
public interface IFitJobGrain : IGrainWithStringKey
{
    /// <summary>Starts the job, or goes on with it. A job that failed tries its unfinished parts again.</summary>
    /// <param name="plan">The plan's bytes, as <c>hpclinreg plan</c> writes them; at most 4 MB.</param>
    /// <returns>How it stands. Another plan than the one it began with is refused in <see cref="FitJobProgress.Problem"/>.</returns>
    [Alias("Start")]
    Task<FitJobProgress> Start(byte[] plan);

    /// <summary>Returns how the job stands.</summary>
    /// <returns>How it stands.</returns>
    [Alias("Progress")]
    Task<FitJobProgress> Progress();

    /// <summary>Returns a piece of the merged moments, at most 1 MB.</summary>
    /// <param name="offset">Where the piece begins.</param>
    /// <returns>The piece; empty behind the end, or before the job is done.</returns>
    [Alias("Result")]
    Task<byte[]> Result(int offset);

    /// <summary>Ends the job, and removes all that is stored for it.</summary>
    /// <returns>A task that ends when it is removed.</returns>
    [Alias("Remove")]
    [ResponseTimeout("00:01:00")]
    Task Remove();
}
