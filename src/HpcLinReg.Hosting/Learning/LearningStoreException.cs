namespace HpcLinReg.Hosting;

/// <summary>A learner's log cannot be used.</summary>
public sealed class LearningStoreException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public LearningStoreException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public LearningStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public LearningStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
