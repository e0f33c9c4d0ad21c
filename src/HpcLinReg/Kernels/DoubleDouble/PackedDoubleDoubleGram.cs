using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes what <see cref="DoubleDoubleGram"/> promises, for any number of joint columns: a panel of rows is centred and packed in lines
/// of eight columns (<see cref="DoubleDoublePanel"/>), and a tile of outputs stays in registers while the panel's rows pass.
/// </summary>
/// <remarks>
/// The lanes of a line are eight different outputs, which are never added to each other, so the shape of the tiles may follow the machine.
/// An output is one anchored sum over the rows of a panel; the panel's sum and errors are then added to the block's in double-double.
/// </remarks>
internal sealed class PackedDoubleDoubleGram
{
    private readonly DoubleDoublePanel _panel;
    private double[] _crossTerms = [];

    /// <summary>Allocates the working memory for this number of joint columns.</summary>
    internal PackedDoubleDoubleGram(int columns) => _panel = new DoubleDoublePanel(columns);

    /// <summary>
    /// Adds the sums and products of a block to the targets. The parameters are those of <see cref="DoubleDoubleGram.Compute"/>.
    /// </summary>
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
        bool crossed = false;
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            MatrixSpan<double> ws = DoubleDoubleGram.Slice(weights, start, rows);
            _panel.Fill(x.SliceRows(start, rows), y.SliceRows(start, rows), DoubleDoubleGram.Slice(low, start, rows), centers, ws);
            _panel.AddSums(DoubleDoubleGram.TotalWeight(ws, rows), sums);
            AddProducts(products, PanelPrefetch<T>.Behind(x, start, rows, x.Rows));
            if (_panel.HasLow || _panel.IsWeighted)
            {
                if (!crossed)
                {
                    Array.Resize(ref _crossTerms, products.Length);
                    Array.Clear(_crossTerms);
                    crossed = true;
                }

                AddCrossTerms();
            }
        }

        if (crossed)
        {
            ref double high = ref MemoryMarshal.GetReference(products.High), productsLow = ref MemoryMarshal.GetReference(products.Low);
            for (int cell = 0; cell < products.Length; cell += Line.Lanes)
            {
                var total = DoubleDoubleLine.Load(ref high, ref productsLow, cell);
                (total + new DoubleDoubleLine(Line.Load(ref _crossTerms[0], cell), default)).Store(ref high, ref productsLow, cell);
            }
        }
    }

    /// <summary>Adds the panel's products to the block's, and asks for the next block's rows meanwhile.</summary>
    private void AddProducts<T>(DoubleDoubleSpan products, PanelPrefetch<T> nextBlock)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lines = _panel.Lines;
        int linesAtOnce = (4 * nextBlock.Lines / (lines * (lines + 1))) + 1;
        for (int left = 0; left < lines; left++)
        {
            int values = Math.Min(Line.Lanes, _panel.Columns - (left * Line.Lanes));
            for (int right = left; right < lines; right += 2)
            {
                int block = GramBlocks.BlockPosition(lines, left, right);
                int width = Math.Min(2, lines - right);
                nextBlock.Advance(linesAtOnce);
                if (!Vector512.IsHardwareAccelerated)
                {
                    for (int line = 0; line < width; line++)
                    {
                        for (int value = 0; value < values; value += 2)
                        {
                            int other = block + (line * GramBlocks.BlockLength);
                            AddTwoByOne(left, value, right + line, ref products.High[other], ref products.Low[other]);
                        }
                    }

                    continue;
                }

                for (int value = 0; value < values; value += 4)
                {
                    if (width == 2)
                    {
                        AddFourByTwo(left, value, right, ref products.High[block], ref products.Low[block]);
                    }
                    else if (values - value > 2)
                    {
                        AddFourByOne(left, value, right, ref products.High[block], ref products.Low[block]);
                    }
                    else
                    {
                        AddTwoByOne(left, value, right, ref products.High[block], ref products.Low[block]);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Adds the products of a high with a low part, left·right both ways; in double, because they are 2⁻⁵³ of the products of high parts.
    /// </summary>
    private void AddCrossTerms()
    {
        int lines = _panel.Lines;
        for (int left = 0; left < lines; left++)
        {
            for (int right = left; right < lines; right += 2)
            {
                int width = Math.Min(2, lines - right);
                ref double target = ref _crossTerms[GramBlocks.BlockPosition(lines, left, right)];
                if (_panel.HasLow)
                {
                    AddPlain(_panel.LeftHigh, _panel.Low, left, right, width, ref target);
                }

                AddPlain(_panel.LeftLow, _panel.High, left, right, width, ref target);
            }
        }
    }

    private void AddPlain(double[] lefts, double[] rights, int left, int right, int width, ref double target) => RegisterTile.Add(
        ref lefts[left * RegisterTile.LinePitch],
        ref rights[right * RegisterTile.LinePitch],
        width,
        Line.Lanes,
        RegisterTile.LinePitch,
        _panel.Rows,
        new TileOutputs(ref target, Line.Lanes, GramBlocks.BlockLength, 1));

    /// <summary>
    /// Adds the products of four columns of the left line with two lines on the right: eight sums and eight lines of errors stay in
    /// registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddFourByTwo(int left, int value, int right, ref double products, ref double productsLow)
    {
        ref double a = ref _panel.LeftHigh[(left * RegisterTile.LinePitch) + value];
        ref double b = ref _panel.High[right * RegisterTile.LinePitch];
        ref double powers = ref MemoryMarshal.GetArrayDataReference(_panel.Powers);
        Vector512<double> power0 = Line.Load(ref powers, right * Line.Lanes);
        Vector512<double> power1 = Line.Load(ref powers, (right + 1) * Line.Lanes);
        ref double leftPowers = ref Unsafe.Add(ref powers, (left * Line.Lanes) + value);
        Vector512<double> s00 = Anchor(ref leftPowers, 0, power0), s01 = Anchor(ref leftPowers, 0, power1);
        Vector512<double> s10 = Anchor(ref leftPowers, 1, power0), s11 = Anchor(ref leftPowers, 1, power1);
        Vector512<double> s20 = Anchor(ref leftPowers, 2, power0), s21 = Anchor(ref leftPowers, 2, power1);
        Vector512<double> s30 = Anchor(ref leftPowers, 3, power0), s31 = Anchor(ref leftPowers, 3, power1);
        Vector512<double> e00 = default, e01 = default, e10 = default, e11 = default, e20 = default, e21 = default, e30 = default,
        e31 = default;
        for (int row = _panel.Rows; row > 0; row--)
        {
            Vector512<double> line0 = Line.Load(ref b, 0);
            Vector512<double> line1 = Line.Load(ref b, RegisterTile.LinePitch);
            var v = Vector512.Create(a);
            AnchoredSum.AddProduct(v, line0, ref s00, ref e00);
            AnchoredSum.AddProduct(v, line1, ref s01, ref e01);
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            AnchoredSum.AddProduct(v, line0, ref s10, ref e10);
            AnchoredSum.AddProduct(v, line1, ref s11, ref e11);
            v = Vector512.Create(Unsafe.Add(ref a, 2));
            AnchoredSum.AddProduct(v, line0, ref s20, ref e20);
            AnchoredSum.AddProduct(v, line1, ref s21, ref e21);
            v = Vector512.Create(Unsafe.Add(ref a, 3));
            AnchoredSum.AddProduct(v, line0, ref s30, ref e30);
            AnchoredSum.AddProduct(v, line1, ref s31, ref e31);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        products = ref Unsafe.Add(ref products, value * Line.Lanes);
        productsLow = ref Unsafe.Add(ref productsLow, value * Line.Lanes);
        Add(ref products, ref productsLow, 0, s00 - Anchor(ref leftPowers, 0, power0), e00);
        Add(ref products, ref productsLow, 8, s10 - Anchor(ref leftPowers, 1, power0), e10);
        Add(ref products, ref productsLow, 16, s20 - Anchor(ref leftPowers, 2, power0), e20);
        Add(ref products, ref productsLow, 24, s30 - Anchor(ref leftPowers, 3, power0), e30);
        Add(ref products, ref productsLow, GramBlocks.BlockLength, s01 - Anchor(ref leftPowers, 0, power1), e01);
        Add(ref products, ref productsLow, GramBlocks.BlockLength + 8, s11 - Anchor(ref leftPowers, 1, power1), e11);
        Add(ref products, ref productsLow, GramBlocks.BlockLength + 16, s21 - Anchor(ref leftPowers, 2, power1), e21);
        Add(ref products, ref productsLow, GramBlocks.BlockLength + 24, s31 - Anchor(ref leftPowers, 3, power1), e31);
    }

    /// <summary>
    /// Adds the products of four columns of the left line with one line on the right, the last of an odd number of lines.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddFourByOne(int left, int value, int right, ref double products, ref double productsLow)
    {
        ref double a = ref _panel.LeftHigh[(left * RegisterTile.LinePitch) + value];
        ref double b = ref _panel.High[right * RegisterTile.LinePitch];
        ref double powers = ref MemoryMarshal.GetArrayDataReference(_panel.Powers);
        Vector512<double> power = Line.Load(ref powers, right * Line.Lanes);
        ref double leftPowers = ref Unsafe.Add(ref powers, (left * Line.Lanes) + value);
        Vector512<double> s0 = Anchor(ref leftPowers, 0, power), s1 = Anchor(ref leftPowers, 1, power);
        Vector512<double> s2 = Anchor(ref leftPowers, 2, power), s3 = Anchor(ref leftPowers, 3, power);
        Vector512<double> e0 = default, e1 = default, e2 = default, e3 = default;
        for (int row = _panel.Rows; row > 0; row--)
        {
            Vector512<double> line = Line.Load(ref b, 0);
            var v = Vector512.Create(a);
            AnchoredSum.AddProduct(v, line, ref s0, ref e0);
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            AnchoredSum.AddProduct(v, line, ref s1, ref e1);
            v = Vector512.Create(Unsafe.Add(ref a, 2));
            AnchoredSum.AddProduct(v, line, ref s2, ref e2);
            v = Vector512.Create(Unsafe.Add(ref a, 3));
            AnchoredSum.AddProduct(v, line, ref s3, ref e3);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        int offset = value * Line.Lanes;
        Add(ref products, ref productsLow, offset, s0 - Anchor(ref leftPowers, 0, power), e0);
        Add(ref products, ref productsLow, offset + 8, s1 - Anchor(ref leftPowers, 1, power), e1);
        Add(ref products, ref productsLow, offset + 16, s2 - Anchor(ref leftPowers, 2, power), e2);
        Add(ref products, ref productsLow, offset + 24, s3 - Anchor(ref leftPowers, 3, power), e3);
    }

    /// <summary>
    /// Adds the products of two columns of the left line with one line on the right: all that sixteen registers of 256 bits hold.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTwoByOne(int left, int value, int right, ref double products, ref double productsLow)
    {
        ref double a = ref _panel.LeftHigh[(left * RegisterTile.LinePitch) + value];
        ref double b = ref _panel.High[right * RegisterTile.LinePitch];
        ref double powers = ref MemoryMarshal.GetArrayDataReference(_panel.Powers);
        Vector512<double> power = Line.Load(ref powers, right * Line.Lanes);
        ref double leftPowers = ref Unsafe.Add(ref powers, (left * Line.Lanes) + value);
        Vector512<double> s0 = Anchor(ref leftPowers, 0, power), s1 = Anchor(ref leftPowers, 1, power);
        Vector512<double> e0 = default, e1 = default;
        for (int row = _panel.Rows; row > 0; row--)
        {
            Vector512<double> line = Line.Load(ref b, 0);
            var v = Vector512.Create(a);
            AnchoredSum.AddProduct(v, line, ref s0, ref e0);
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            AnchoredSum.AddProduct(v, line, ref s1, ref e1);
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        int offset = value * Line.Lanes;
        Add(ref products, ref productsLow, offset, s0 - Anchor(ref leftPowers, 0, power), e0);
        Add(ref products, ref productsLow, offset + 8, s1 - Anchor(ref leftPowers, 1, power), e1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Anchor(ref double leftPowers, int value, Vector512<double> rightPowers) =>
        AnchoredSum.Anchor(Unsafe.Add(ref leftPowers, value), rightPowers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double products, ref double productsLow, int offset, Vector512<double> sum, Vector512<double> errors) =>
        (DoubleDoubleLine.Load(ref products, ref productsLow, offset) + DoubleDoubleLine.Sum(sum, errors)).Store(ref products,
            ref productsLow, offset);
}
