namespace HpcLinReg.Cli.SelfTest.Bits;

/// <summary>
/// The bits of results on hardware with fused multiply-add. A line below changes, or a line joins, only by decision: with a
/// changed one, every recorded result of every user changes in its last place.
/// </summary>
internal static class RecordedDigests
{
    internal static readonly IReadOnlyDictionary<string, string> ByResults = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["predictions"] = "0619B3DDF1364215",
        ["gradients"] = "1F84412A661240EC",
        ["moments"] = "A8541863AD8F6A95",
        ["fits"] = "27B6F3FCA7B80D09",
        ["large fits"] = "DB7BFB90CCFC89C0",
        ["factors"] = "2679C9CCCE31A8D9",
        ["refined fits"] = "87D843F56AC23F7E",
        ["double-double fits"] = "31031562721E1244",
        ["double-double moments"] = "F153EB86A058893F",
        ["weighted moments"] = "7156F23FB3483076",
        ["polynomial fits"] = "B839EACF41C27384",
        ["mini-batches"] = "6386C69A2306BFE9",
    };
}
