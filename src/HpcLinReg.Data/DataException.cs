namespace HpcLinReg.Data;

/// <summary>The data cannot answer the request: a file is missing or malformed, a column absent, no row left.</summary>
public sealed class DataException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public DataException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
