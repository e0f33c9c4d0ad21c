using System.Collections.Immutable;
using System.Globalization;

namespace HpcLinReg.Labs.Points;

/// <summary>
/// Flipper length in millimetres and body mass in grams of the 123 gentoo penguins measured at Palmer Station, Antarctica, 2007 to 2009:
/// all for which both are known. Data: K. Gorman, Palmer Station LTER, CC0 1.0.
/// </summary>
internal static class Penguins
{
    private const string Measured =
        "211,4500 230,5700 210,4450 218,5700 215,5400 210,4550 211,4800 219,5200 209,4400 215,5150 214,4650 216,5550 214,4650 "
        + "213,5850 210,4200 217,5850 210,4150 221,6300 209,4800 222,5350 218,5700 215,5000 213,4400 215,5050 215,5000 215,5100 "
        + "216,4100 215,5650 210,4600 220,5550 222,5250 209,4700 207,5050 230,6050 220,5150 220,5400 213,4950 219,5250 208,4350 "
        + "208,5350 208,3950 225,5700 210,4300 216,4750 222,5550 217,4900 210,4200 225,5400 213,5100 215,5300 210,4850 220,5300 "
        + "210,4400 225,5000 217,4900 220,5050 208,4300 220,5000 208,4450 224,5550 208,4200 221,5300 214,4400 231,5650 219,4700 "
        + "230,5700 214,4650 229,5800 220,4700 223,5550 216,4750 221,5000 221,5100 217,5200 216,4700 230,5800 209,4600 220,6000 "
        + "215,4750 223,5950 212,4625 221,5450 212,4725 224,5350 212,4750 228,5600 218,4600 218,5300 212,4875 230,5550 218,4950 "
        + "228,5400 212,4750 224,5650 214,4850 226,5200 216,4925 222,4875 203,4625 225,5250 219,4850 228,5600 215,4975 228,5500 "
        + "216,4725 215,5500 210,4700 219,5500 208,4575 209,5500 216,5000 229,5950 213,4650 230,5500 217,4375 230,5850 217,4875 "
        + "222,6000 214,4925 215,4850 222,5750 212,5200 213,5400";

    internal static ImmutableArray<DataPoint> Points { get; } =
        [.. Measured.Split(' ').Select(pair => pair.Split(',')).Select(pair => new DataPoint(Number(pair[0]), Number(pair[1])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
