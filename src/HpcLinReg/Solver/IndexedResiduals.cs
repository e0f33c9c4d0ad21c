using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg.Solver;

/// <summary>
/// Computes the sums of a step of refinement from a block of indexed rows: numbers by <see cref="DoubleDoubleResiduals"/>, indicators by
/// <see cref="IndexedTerms"/>. Not thread-safe.
/// </summary>
internal sealed class IndexedResiduals
{
    private readonly IndicatorColumns _indicators;
    private readonly int _numbers;
    private readonly DoubleDoubleResiduals _block;
    private readonly DoubleDoubleVector _weights;
    private readonly double[] _centers;
    private readonly int[] _firstPlace;
    private readonly IndexedTerms _terms;
    private double[] _cells = [];
    private double[] _targets = [];
    private DoubleDouble _offset;

    /// <summary>Makes room for the joint columns of a source.</summary>
    internal IndexedResiduals(IndicatorColumns indicators)
    {
        _indicators = indicators;
        _numbers = indicators.Numbers.Length - 1;
        _centers = new double[GramBlocks.PaddedColumns(_numbers)];
        _weights = new DoubleDoubleVector(_centers.Length);
        _firstPlace = new int[indicators.Blocks.Length];
        int places = 0;
        for (int k = 0; k < _firstPlace.Length; k++)
        {
            // One more than there are indicators, for the rows that have none.
            _firstPlace[k] = places;
            places += indicators.Blocks[k].Count + 1;
        }

        _terms = new IndexedTerms(places, _firstPlace.Length);
        _block = new DoubleDoubleResiduals(_numbers) { Terms = _terms };
        Products = new DoubleDoubleVector(indicators.Columns - 1);
    }

    /// <summary>Gets (X − c)ᵀr of the last block.</summary>
    internal DoubleDoubleVector Products { get; }

    /// <summary>Gets Σr of the last block.</summary>
    internal DoubleDouble Sum => _block.Sum;

    /// <summary>Gets Σr² of the last block.</summary>
    internal DoubleDouble SumOfSquares => _block.SumOfSquares;

    /// <summary>Takes the model of the blocks to come.</summary>
    /// <param name="centers">The constants c that are subtracted from the features.</param>
    /// <param name="weights">w.</param>
    /// <param name="offset">β of r = (y − c) − (X − c)w − β.</param>
    internal void Start(ReadOnlySpan<double> centers, DoubleDoubleVector weights, DoubleDouble offset)
    {
        for (int j = 0; j < _numbers; j++)
        {
            int column = _indicators.NumberColumns[j];
            _centers[j] = centers[column];
            (_weights.High[j], _weights.Low[j]) = weights[column];
        }

        // What is subtracted from an indicator is the same for each row.
        _offset = offset;
        DoubleDoubleSpan places = _terms.Weights;
        for (int k = 0; k < _firstPlace.Length; k++)
        {
            IndicatorBlock block = _indicators.Blocks[k];
            for (int level = 0; level < block.Count; level++)
            {
                DoubleDouble weight = weights[block.Column + level];
                places[_firstPlace[k] + level] = weight;
                _offset -= weight * centers[block.Column + level];
            }
        }
    }

    /// <summary>Computes the sums of a block.</summary>
    /// <param name="rows">Values of rows that were read before, so that their indexes are valid.</param>
    /// <param name="centers">The constants c.</param>
    /// <param name="targetCenter">The constant that is subtracted from the target.</param>
    internal void Compute(MatrixSpan<double> rows, ReadOnlySpan<double> centers, double targetCenter)
    {
        _terms.Start(rows.Rows);
        if (_targets.Length < rows.Rows)
        {
            _targets = new double[rows.Rows];
            _cells = new double[rows.Rows * _numbers];
        }

        for (int i = 0; i < rows.Rows; i++)
        {
            ReadOnlySpan<double> row = rows[i];
            for (int j = 0; j < _numbers; j++)
            {
                _cells[(i * _numbers) + j] = row[_indicators.Numbers[j]];
            }

            _targets[i] = row[^1];
            for (int k = 0; k < _firstPlace.Length; k++)
            {
                IndicatorBlock block = _indicators.Blocks[k];
                double index = row[block.Value];
                _terms.Places[(i * _firstPlace.Length) + k] = _firstPlace[k] + (index >= 0 ? (int)index : block.Count);
            }
        }

        var x = new MatrixSpan<double>(_cells, rows.Rows, _numbers, _numbers);
        _block.Compute(x, new MatrixSpan<double>(_targets, rows.Rows, 1, 1), _centers, targetCenter, _weights, _offset);
        DoubleDoubleSpan products = Products;
        for (int j = 0; j < _numbers; j++)
        {
            products[_indicators.NumberColumns[j]] = _block.Products[j];
        }

        for (int k = 0; k < _firstPlace.Length; k++)
        {
            IndicatorBlock block = _indicators.Blocks[k];
            for (int level = 0; level < block.Count; level++)
            {
                products[block.Column + level] = _terms.Sum(_firstPlace[k] + level) - (_block.Sum * centers[block.Column + level]);
            }
        }
    }
}
