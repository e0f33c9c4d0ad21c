using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes what <see cref="DoubleDoubleGram"/> promises, for up to 48 joint columns: the lanes of a line are eight rows, so no lane
/// computes an output below the diagonal or behind the last column. Columns are taken in pairs; a pair on the left and one on the right are
/// a tile of four outputs.
/// </summary>
/// <remarks>
/// The eight lanes of an anchored sum, minus their anchors, are multiples of one power of two, so folding them is exact. The error is
/// bounded as at <see cref="DoubleDoubleGram"/>; the chains are an eighth as long.
/// </remarks>
internal sealed class DoubleDoubleGram1To48
{
    /// <summary>
    /// The largest number of joint columns. For more, folding the lanes takes longer than <see cref="PackedDoubleDoubleGram"/> wastes on
    /// unused outputs (docs/decisions.md). It decides bits.
    /// </summary>
    internal const int MostColumns = 48;

    /// <summary>
    /// The least number of columns for which the next block is prefetched; for fewer that costs as much time as it saves.
    /// </summary>
    private const int LeastPrefetched = 8;

    /// <summary>The number of outputs of a pair on the left with a pair on the right.</summary>
    private const int TileLength = 4;

    private readonly DoubleDoubleColumns _panel;
    private readonly int _pairs;
    private readonly double[] _panelSums;
    private readonly double[] _panelErrors;
    private readonly DoubleDoubleVector _sums;
    private readonly double[] _crossTerms;

    /// <summary>Allocates the working memory for this number of joint columns.</summary>
    internal DoubleDoubleGram1To48(int columns)
    {
        _panel = new DoubleDoubleColumns(columns);
        _pairs = (columns + 1) / 2;
        int length = GramBlocks.PaddedColumns(_pairs * (_pairs + 1) / 2 * TileLength);
        (_panelSums, _panelErrors) = (new double[length], new double[length]);
        (_sums, _crossTerms) = (new DoubleDoubleVector(length), new double[length]);
    }

    /// <summary>Computes the sums and products of a block. The parameters are those of <see cref="DoubleDoubleGram.Compute"/>.</summary>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        MatrixSpan<double> low,
        ReadOnlySpan<double> centers,
        MatrixSpan<double> weights,
        DoubleDoubleSpan sums,
        DoubleDoubleSpan products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _sums.Clear();
        Array.Clear(_crossTerms);
        for (int start = 0; start < x.Rows; start += DoubleDoubleColumns.PanelRows)
        {
            int rows = Math.Min(DoubleDoubleColumns.PanelRows, x.Rows - start);
            MatrixSpan<double> ws = DoubleDoubleGram.Slice(weights, start, rows);
            _panel.Fill(x.SliceRows(start, rows), y.SliceRows(start, rows), DoubleDoubleGram.Slice(low, start, rows), centers, ws);
            _panel.AddSums(DoubleDoubleGram.TotalWeight(ws, rows), sums);
            AddProducts(_panel.Columns < LeastPrefetched ? default : PanelPrefetch<T>.Behind(x, start, rows, x.Rows));
        }

        Finish(products);
    }

    /// <summary>Adds the panel's products to the block's, and prefetches the next block meanwhile.</summary>
    private void AddProducts<T>(PanelPrefetch<T> nextBlock)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Prefetches are spread over all steps of the larger kernel, ⌊wholePairs²/4⌋ for each line of rows, because bursts would fill the
        // queue of outstanding reads.
        int wholePairs = _panel.Columns / 2;
        int steps = wholePairs * wholePairs / 4 * GramBlocks.Lines(_panel.Rows);
        int linesAtOnce = steps == 0 ? 0 : (nextBlock.Lines + steps - 1) / steps;
        bool crossed = _panel.HasLow || _panel.IsWeighted;
        int tile = 0;
        for (int left = 0; left < 2 * _pairs; left += 2)
        {
            for (int right = left; right < 2 * _pairs; right += 2)
            {
                if (!Vector512.IsHardwareAccelerated)
                {
                    AddTwoByOne(left, right, tile);
                    AddTwoByOne(left, right + 1, tile + 2);
                }
                else if (right == 2 * wholePairs)
                {
                    AddTwoByOne(left, right, tile);
                }
                else if ((right - left) % 4 == 0 && right + 2 < 2 * wholePairs)
                {
                    AddTwoByFour(left, right, tile, ref nextBlock, linesAtOnce);
                }
                else if ((right - left) % 4 == 0)
                {
                    AddTwoByTwo(left, right, tile);
                }

                if (crossed)
                {
                    AddCrossTerms(left, right, tile);
                }

                tile += TileLength;
            }
        }

        DoubleDoubleSpan sums = _sums;
        sums.Add(_panelSums, _panelErrors);
    }

    /// <summary>Computes the outputs (l, r), (l + 1, r), (l, r + 1), (l + 1, r + 1) of the panel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTwoByTwo(int left, int right, int tile)
    {
        ref double a = ref _panel.LeftHigh[_panel.Cell(left)];
        ref double b = ref _panel.High[_panel.Cell(right)];
        nuint pitch = DoubleDoubleColumns.Pitch;
        bool onDiagonal = left == right;
        double[] powers = _panel.Powers;
        Vector512<double> anchor00 = AnchoredSum.Anchor(powers[left], powers[right]),
        anchor10 = AnchoredSum.Anchor(powers[left + 1], powers[right]);
        Vector512<double> anchor01 = AnchoredSum.Anchor(powers[left], powers[right + 1]),
        anchor11 = AnchoredSum.Anchor(powers[left + 1], powers[right + 1]);
        Vector512<double> s00 = anchor00, s10 = anchor10, s01 = anchor01, s11 = anchor11, e00 = default, e10 = default, e01 = default,
        e11 = default;
        for (int row = _panel.Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> a0 = Line.Load(ref a, 0), a1 = Vector512.LoadUnsafe(ref a, pitch);
            Vector512<double> b0 = Line.Load(ref b, 0), b1 = Vector512.LoadUnsafe(ref b, pitch);
            AnchoredSum.AddProduct(a0, b0, ref s00, ref e00);
            if (!onDiagonal)
            {
                AnchoredSum.AddProduct(a1, b0, ref s10, ref e10);
            }

            AnchoredSum.AddProduct(a0, b1, ref s01, ref e01);
            AnchoredSum.AddProduct(a1, b1, ref s11, ref e11);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        Line.FoldFour(s00 - anchor00, s10 - anchor10, s01 - anchor01, s11 - anchor11).StoreUnsafe(ref _panelSums[tile]);
        Line.FoldFour(e00, e10, e01, e11).StoreUnsafe(ref _panelErrors[tile]);
    }

    /// <summary>
    /// Computes what <see cref="AddTwoByTwo"/> does for a pair on the right and the next one: eight chains, because four use only half of
    /// the cycles that a fused operation takes.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTwoByFour<T>(int left, int right, int tile, ref PanelPrefetch<T> nextBlock, int linesAtOnce)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double a = ref _panel.LeftHigh[_panel.Cell(left)];
        ref double b = ref _panel.High[_panel.Cell(right)];
        nuint pitch = DoubleDoubleColumns.Pitch;
        bool onDiagonal = left == right;
        double[] powers = _panel.Powers;
        double left0 = powers[left], left1 = powers[left + 1];
        ref double rights = ref powers[right];
        Vector512<double> s00 = AnchoredSum.Anchor(left0, rights), s10 = AnchoredSum.Anchor(left1, rights);
        Vector512<double> s01 = AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 1)),
        s11 = AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 1));
        Vector512<double> s02 = AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 2)),
        s12 = AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 2));
        Vector512<double> s03 = AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 3)),
        s13 = AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 3));
        Vector512<double> e00 = default, e10 = default, e01 = default, e11 = default, e02 = default, e12 = default, e03 = default,
        e13 = default;
        for (int row = _panel.Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> a0 = Line.Load(ref a, 0), a1 = Vector512.LoadUnsafe(ref a, pitch);
            Vector512<double> line = Line.Load(ref b, 0);
            AnchoredSum.AddProduct(a0, line, ref s00, ref e00);
            if (!onDiagonal)
            {
                AnchoredSum.AddProduct(a1, line, ref s10, ref e10);
            }

            line = Vector512.LoadUnsafe(ref b, pitch);
            AnchoredSum.AddProduct(a0, line, ref s01, ref e01);
            AnchoredSum.AddProduct(a1, line, ref s11, ref e11);
            nextBlock.Advance(linesAtOnce);
            line = Vector512.LoadUnsafe(ref b, 2 * pitch);
            AnchoredSum.AddProduct(a0, line, ref s02, ref e02);
            AnchoredSum.AddProduct(a1, line, ref s12, ref e12);
            line = Vector512.LoadUnsafe(ref b, 3 * pitch);
            AnchoredSum.AddProduct(a0, line, ref s03, ref e03);
            AnchoredSum.AddProduct(a1, line, ref s13, ref e13);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        Line.FoldEight(
            s00 - AnchoredSum.Anchor(left0, rights),
            s10 - AnchoredSum.Anchor(left1, rights),
            s01 - AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 1)),
            s11 - AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 1)),
            s02 - AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 2)),
            s12 - AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 2)),
            s03 - AnchoredSum.Anchor(left0, Unsafe.Add(ref rights, 3)),
            s13 - AnchoredSum.Anchor(left1, Unsafe.Add(ref rights, 3))).StoreUnsafe(ref _panelSums[tile]);
        Line.FoldEight(e00, e10, e01, e11, e02, e12, e03, e13).StoreUnsafe(ref _panelErrors[tile]);
    }

    /// <summary>Computes the outputs (l, r) and (l + 1, r): two chains, all that sixteen registers of half a line allow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTwoByOne(int left, int right, int place)
    {
        ref double a = ref _panel.LeftHigh[_panel.Cell(left)];
        ref double b = ref _panel.High[_panel.Cell(right)];
        nuint pitch = DoubleDoubleColumns.Pitch;
        double[] powers = _panel.Powers;
        Vector512<double> anchor0 = AnchoredSum.Anchor(powers[left], powers[right]),
        anchor1 = AnchoredSum.Anchor(powers[left + 1], powers[right]);
        Vector512<double> s0 = anchor0, s1 = anchor1, e0 = default, e1 = default;
        for (int row = _panel.Rows; row > 0; row -= Line.Lanes)
        {
            Vector512<double> line = Line.Load(ref b, 0);
            Vector512<double> value = Line.Load(ref a, 0);
            AnchoredSum.AddProduct(value, line, ref s0, ref e0);
            value = Vector512.LoadUnsafe(ref a, pitch);
            AnchoredSum.AddProduct(value, line, ref s1, ref e1);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        (_panelSums[place], _panelSums[place + 1]) = (Line.Fold(s0 - anchor0), Line.Fold(s1 - anchor1));
        (_panelErrors[place], _panelErrors[place + 1]) = (Line.Fold(e0), Line.Fold(e1));
    }

    /// <summary>
    /// Adds the products of a high with a low part, left·right both ways; in double, because they are 2⁻⁵³ of the products of high parts.
    /// </summary>
    private void AddCrossTerms(int left, int right, int tile)
    {
        Vector512<double> s00 = default, s10 = default, s01 = default, s11 = default;
        nuint pitch = DoubleDoubleColumns.Pitch;
        ref double a = ref _panel.LeftHigh[_panel.Cell(left)];
        ref double aLow = ref _panel.LeftLow[_panel.Cell(left)];
        ref double b = ref _panel.High[_panel.Cell(right)];
        ref double bLow = ref _panel.Low[_panel.Cell(right)];
        bool hasLow = _panel.HasLow;
        for (nuint row = 0; row < (nuint)_panel.Rows; row += Line.Lanes)
        {
            Vector512<double> low0 = Vector512.LoadUnsafe(ref aLow, row), low1 = Vector512.LoadUnsafe(ref aLow, row + pitch);
            Vector512<double> b0 = Vector512.LoadUnsafe(ref b, row), b1 = Vector512.LoadUnsafe(ref b, row + pitch);
            s00 = Vector512.MultiplyAddEstimate(low0, b0, s00);
            s10 = Vector512.MultiplyAddEstimate(low1, b0, s10);
            s01 = Vector512.MultiplyAddEstimate(low0, b1, s01);
            s11 = Vector512.MultiplyAddEstimate(low1, b1, s11);
            if (hasLow)
            {
                Vector512<double> a0 = Vector512.LoadUnsafe(ref a, row), a1 = Vector512.LoadUnsafe(ref a, row + pitch);
                b0 = Vector512.LoadUnsafe(ref bLow, row);
                b1 = Vector512.LoadUnsafe(ref bLow, row + pitch);
                s00 = Vector512.MultiplyAddEstimate(a0, b0, s00);
                s10 = Vector512.MultiplyAddEstimate(a1, b0, s10);
                s01 = Vector512.MultiplyAddEstimate(a0, b1, s01);
                s11 = Vector512.MultiplyAddEstimate(a1, b1, s11);
            }
        }

        ref double target = ref _crossTerms[tile];
        (Vector256.LoadUnsafe(ref target) + Line.FoldFour(s00, s10, s01, s11)).StoreUnsafe(ref target);
    }

    /// <summary>Adds the cross terms to the outputs and stores them in the layout of <see cref="GramBlocks"/>.</summary>
    private void Finish(DoubleDoubleSpan products)
    {
        ref double high = ref _sums.High[0], low = ref _sums.Low[0];
        for (int cell = 0; cell < _sums.Length; cell += Line.Lanes)
        {
            var total = DoubleDoubleLine.Load(ref high, ref low, cell);
            (total + new DoubleDoubleLine(Line.Load(ref _crossTerms[0], cell), default)).Store(ref high, ref low, cell);
        }

        int columns = _panel.Columns;
        int tile = 0;
        for (int left = 0; left < columns; left += 2)
        {
            for (int right = left; right < columns; right += 2)
            {
                for (int output = 0; output < TileLength; output++)
                {
                    int i = left + (output % 2), j = right + (output / 2);
                    if (i <= j && j < columns)
                    {
                        int position = GramBlocks.Position(columns, i, j);
                        products[position] = new DoubleDouble(_sums.High[tile + output], _sums.Low[tile + output]);
                    }
                }

                tile += TileLength;
            }
        }
    }
}
