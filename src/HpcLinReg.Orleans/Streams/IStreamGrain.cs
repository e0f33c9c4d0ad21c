namespace HpcLinReg.Orleans;

/// <summary>Learns the rows of one source for one model. Its key is MODEL/SOURCE.</summary>
/// <remarks>
/// An answer with a sequence number is durable, and counted once however often it is asked for. The moments are a function of the log
/// alone, so another silo that replays it has the same bits.
/// </remarks>
[Alias("HpcLinReg.IStreamGrain")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>Learns rows.</summary>
    /// <param name="key">Names the batch: 1 to 200 characters. The same key with the same rows again changes nothing.</param>
    /// <param name="rows">The rows one after another, each the features and then the target; at most 4 MB.</param>
    /// <returns>The batch's place, or why it was refused.</returns>
    [Alias("Add")]
    Task<StreamAnswer> Add(string key, double[] rows);

    /// <summary>Removes the rows of a batch, as if they had not been learned.</summary>
    /// <param name="key">Names the removal.</param>
    /// <param name="batch">The batch's key.</param>
    /// <returns>The removal's place, or why it was refused.</returns>
    [Alias("Forget")]
    Task<StreamAnswer> Forget(string key, string batch);

    /// <summary>Returns the moments, if they are newer than an entry.</summary>
    /// <param name="after">The last entry that the caller knows; −1 for none.</param>
    /// <returns>The moments.</returns>
    [Alias("Moments")]
    Task<StreamMoments> Moments(long after);
}
