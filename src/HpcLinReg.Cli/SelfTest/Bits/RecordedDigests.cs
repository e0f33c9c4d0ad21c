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
        ["refined fits"] = "E2A58D3BD1698BE4",
        ["double-double fits"] = "02439310457F389C",
        ["double-double moments"] = "70570BDA177BEC50",
        ["weighted moments"] = "6A13DE5A2D8E630E",
        ["polynomial fits"] = "95C87AA1228D3D30",
        ["mini-batches"] = "6386C69A2306BFE9",
    };
}
