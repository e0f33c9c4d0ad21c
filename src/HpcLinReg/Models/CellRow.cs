using System.Collections.Frozen;
using HpcLinReg.Terms;

namespace HpcLinReg.Models;

/// <summary>A row of cells.</summary>
/// <param name="cells">The cells.</param>
/// <param name="levels">For each place the index of each level; null for other columns than text.</param>
internal readonly ref struct CellRow(ReadOnlySpan<Cell> cells, FrozenDictionary<string, int>?[] levels) : IRowValues
{
    private readonly ReadOnlySpan<Cell> _cells = cells;
    private readonly ReadOnlySpan<FrozenDictionary<string, int>?> _levels = levels;

    public Scalar this[int place, ModelColumn? column]
    {
        get
        {
            Cell cell = _cells[place];
            return cell.IsMissing && column is { IsFilled: true } ? Scalar.OfNumber(column.WhenMissing)
                : cell.Text is not { } text ? cell.Scalar
                : _levels[place] is { } known ? Scalar.OfLevel(known.GetValueOrDefault(text, -1))
                // A text in a column of another kind: no column but a text accepts a level, so it is reported as of the wrong kind.
                : Scalar.OfLevel(-1);
        }
    }

    public double Number(int place) => _cells[place].Kind is CellKind.Number or CellKind.Whole ? _cells[place].ToDouble() : double.NaN;
}
