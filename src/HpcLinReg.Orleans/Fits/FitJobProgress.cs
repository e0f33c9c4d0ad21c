namespace HpcLinReg.Orleans;

/// <summary>How a fit of many parts stands, as its coordinator answers.</summary>
[GenerateSerializer]
[Alias("HpcLinReg.FitJobProgress")]
public sealed class FitJobProgress
{
    /// <summary>Gets where it stands.</summary>
    [Id(0)]
    public FitJobStage Stage { get; init; }

    /// <summary>Gets the number of parts.</summary>
    [Id(1)]
    public int Parts { get; init; }

    /// <summary>Gets how many of them are done.</summary>
    [Id(2)]
    public int Finished { get; init; }

    /// <summary>Gets how many are being read now.</summary>
    [Id(3)]
    public int Running { get; init; }

    /// <summary>Gets the number of silos that are active.</summary>
    [Id(4)]
    public int Silos { get; init; }

    /// <summary>Gets how often a part was given away once more, because nobody answered for it.</summary>
    [Id(5)]
    public int Repeats { get; init; }

    /// <summary>Gets the longest time from giving a part away until its moments were stored.</summary>
    [Id(6)]
    public TimeSpan LongestWait { get; init; }

    /// <summary>Gets the last faults, oldest first, in words.</summary>
    [Id(7)]
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Gets why it failed; null where it did not.</summary>
    [Id(8)]
    public string? Problem { get; init; }

    /// <summary>Gets the SHA-256 of the merged moments in hexadecimal digits; null before they are there.</summary>
    [Id(9)]
    public string? Sha256 { get; init; }
}
