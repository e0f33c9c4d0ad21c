namespace HpcLinReg.Data;

/// <summary>
/// The request itself is wrong, whatever the data: the target among the features, an aggregate in a feature, a negative ridge.
/// </summary>
public sealed class UsageException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public UsageException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong and what to write instead.</param>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What is wrong and what to write instead.</param>
    /// <param name="innerException">The cause.</param>
    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
