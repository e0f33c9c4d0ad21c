namespace HpcLinReg.Cli.SelfTest.Bits;

/// <summary>
/// The bits of results on hardware with fused multiply-add. A line below changes, or a line joins, only by decision: with a
/// changed one, every recorded result of every user changes in its last place, and <see cref="EngineInfo.BitContract"/> rises by one.
/// </summary>
internal static class RecordedDigests
{
    internal static readonly IReadOnlyDictionary<string, string> ByResults = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["predictions"] = "0619B3DDF1364215",
        ["gradients"] = "1F84412A661240EC",
        ["moments"] = "A8541863AD8F6A95",
        ["fits"] = "E4B831C4D7D80FC9",
        ["large fits"] = "DB7BFB90CCFC89C0",
        ["factors"] = "2679C9CCCE31A8D9",
        ["refined fits"] = "E33ADBDFDEF65AC3",
        ["double-double fits"] = "9A8E6F9C39E38290",
        ["double-double moments"] = "7E298C159326242D",
        ["weighted moments"] = "0CD001F267B5EEE1",
        ["polynomial fits"] = "29B5D353D26FFD5C",
        ["mini-batches"] = "001DDC1AC76A4040",
    };
}
