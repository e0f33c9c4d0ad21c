namespace HpcLinReg.Cli.Plots;

/// <summary>
/// A range of equal cells that doubles, towards the value, until a value lies in it: cells join in pairs, and nothing but counts is kept.
/// </summary>
internal sealed class GrowingRange(int cells)
{
    private double _from;
    private double _cell;

    /// <summary>Gets whether the range has been laid.</summary>
    internal bool IsLaid => _cell > 0;

    /// <summary>Lays the range around the first values.</summary>
    internal void Lay(double least, double most)
    {
        double size = Math.Max(Math.Abs(least), Math.Abs(most));
        double span = Math.Max(most - least, size > 0 ? 1e-9 * size : 1);
        (_from, _cell) = (least - (span / 8), 1.25 * span / cells);
    }

    /// <summary>Returns the cell of a value, outside of 0 to the number of cells where the range must grow first.</summary>
    internal double CellOf(double value) => Math.Floor((value - _from) / _cell);

    /// <summary>Returns the value at the lower border of a cell.</summary>
    internal double At(double cell) => _from + (cell * _cell);

    /// <summary>
    /// Doubles the range towards a cell that lies outside; returns how many cells the old ones begin at after joining in pairs.
    /// </summary>
    internal int Double(double cell)
    {
        int shift = cell < 0 ? cells / 2 : 0;
        _from -= shift * 2 * _cell;
        _cell *= 2;
        return shift;
    }
}
