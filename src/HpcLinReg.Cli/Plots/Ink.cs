namespace HpcLinReg.Cli.Plots;

/// <summary>
/// A colour by what it stands for, on light ground and on dark. The strong ones are those of Okabe and Ito (Color Universal Design, 2008),
/// which people of all kinds of colour vision can tell apart, lightened for dark ground.
/// </summary>
/// <param name="Name">The name of its class in SVG.</param>
/// <param name="Light">The colour on light ground, as #rrggbb.</param>
/// <param name="Dark">The colour on dark ground.</param>
internal sealed record Ink(string Name, string Light, string Dark)
{
    internal static readonly Ink Ground = new("ground", "#ffffff", "#15191f");

    internal static readonly Ink Text = new("text", "#1d242e", "#e7ecf3");

    internal static readonly Ink Quiet = new("quiet", "#55606f", "#a6b2c2");

    internal static readonly Ink Grid = new("grid", "#e6eaf0", "#29313c");

    internal static readonly Ink Blue = new("blue", "#0072b2", "#5cb8ee");

    internal static readonly Ink Red = new("red", "#d55e00", "#ff9652");

    internal static readonly Ink Green = new("green", "#007a58", "#38c79c");

    internal static readonly Ink Purple = new("purple", "#b0538c", "#e6a3cb");

    internal static readonly Ink Yellow = new("yellow", "#a87400", "#f0b83a");

    /// <summary>Every ink, in the order in which the classes of SVG stand.</summary>
    internal static IReadOnlyList<Ink> All { get; } = [Ground, Text, Quiet, Grid, Blue, Red, Green, Purple, Yellow];

    /// <summary>The inks of curves in one picture; a curve beyond them gets the dashes of the next round.</summary>
    internal static IReadOnlyList<Ink> Curves { get; } = [Blue, Red, Green, Purple, Yellow];
}
