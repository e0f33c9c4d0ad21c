using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Cli.Plots;

/// <summary>Choices of a <see cref="Frame"/> beside its axes.</summary>
internal sealed record FrameLook
{
    /// <summary>Gets ticks of the horizontal axis in place of the usual ones.</summary>
    internal Tick[]? XTicks { get; init; }

    /// <summary>Gets ticks of the vertical axis in place of the usual ones, for axes that are not linear.</summary>
    internal Tick[]? YTicks { get; init; }

    /// <summary>Gets the texts that stand beside the vertical axis, where they are not its ticks' labels.</summary>
    internal string[]? NamesOfRows { get; init; }

    /// <summary>Gets the lines of the legend above the axes.</summary>
    internal int LegendLines { get; init; }

    /// <summary>Gets the room on the right of the axes.</summary>
    internal double RightRoom { get; init; }
}
