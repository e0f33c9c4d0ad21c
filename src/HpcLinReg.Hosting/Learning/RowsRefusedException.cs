namespace HpcLinReg.Hosting;

/// <summary>Rows that a learner refuses whole; nothing was learned.</summary>
public sealed class RowsRefusedException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public RowsRefusedException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Row, column and what to do.</param>
    public RowsRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Row, column and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public RowsRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets whether the key was used before for something else.</summary>
    public bool IsKeyTaken { get; init; }
}
