using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Labs.Components.Parts;

/// <summary>The phase of a pointer's action on a picture.</summary>
public enum PointerPhase
{
    /// <summary>Pressed and released without moving.</summary>
    Select,

    /// <summary>Moving with something held.</summary>
    Drag,

    /// <summary>Released what was held.</summary>
    Drop,

    /// <summary>Pressed and released on empty space.</summary>
    Click,

    /// <summary>Pressed twice.</summary>
    Twice,
}

/// <summary>A pointer on a picture.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Hit">The name of what is held.</param>
/// <param name="PixelX">Where, in the picture's pixels.</param>
/// <param name="PixelY">Where, in the picture's pixels.</param>
/// <param name="Area">Turns pixels into values.</param>
public sealed record PlotPointer(PointerPhase Phase, string Hit, double PixelX, double PixelY, PlotArea Area)
{
    /// <summary>Gets the value at the pointer's place.</summary>
    public double X => Area.ValueX(PixelX);

    /// <summary>Gets the value at the pointer's height.</summary>
    public double Y => Area.ValueY(PixelY);
}

/// <summary>A key pressed in a picture.</summary>
/// <param name="Hit">The name of what has the focus.</param>
/// <param name="Key">The key's name (UI Events KeyboardEvent key Values).</param>
/// <param name="Pixels">How far arrows move: 5 pixels, with Shift 25.</param>
/// <param name="Area">Turns pixels into values.</param>
public sealed record PlotKey(string Hit, string Key, double Pixels, PlotArea Area);
