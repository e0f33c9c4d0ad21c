namespace HpcLinReg.Labs.Plane;

/// <summary>Everything the page of two features shows follows from this; it is what a link carries.</summary>
/// <param name="Set">The name of the data.</param>
/// <param name="First">The weight of the first feature in the visitor's plane.</param>
/// <param name="Second">The weight of the second feature.</param>
/// <param name="Intercept">The intercept.</param>
/// <param name="Turn">How far the picture is turned, in degrees from 0 to 359.</param>
public sealed record PlaneState(string Set, double First, double Second, double Intercept, int Turn);
