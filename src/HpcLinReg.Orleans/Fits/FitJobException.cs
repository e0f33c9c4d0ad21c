namespace HpcLinReg.Orleans;

/// <summary>A fit of many parts failed.</summary>
public sealed class FitJobException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public FitJobException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public FitJobException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public FitJobException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
