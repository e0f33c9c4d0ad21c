namespace HpcLinReg.SelfTest.Bits;

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
        ["refined fits"] = "B699F002F9CABB6B",
        ["double-double fits"] = "F319545047641A99",
        ["double-double moments"] = "C10ADC26594917BF",
        ["moments with gaps"] = "0DC56D7490C7D149",
        ["double-double moments with gaps"] = "9D10A16858F918CF",
        ["refined fits with gaps"] = "AA23403244EE8447",
        ["indexed fits"] = "A40DF3A219C82AE9",
        ["weighted indexed fits"] = "1D09FEAECF021A6C",
        ["weighted moments"] = "A976717DEC2F9E72",
        ["polynomial fits"] = "D40234788ABAC22C",
        ["mini-batches"] = "001DDC1AC76A4040",
    };
}
