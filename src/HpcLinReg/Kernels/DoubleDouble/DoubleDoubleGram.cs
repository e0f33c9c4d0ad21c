using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Threads;

namespace HpcLinReg.Kernels;

/// <summary>
/// The Gram matrix of a block of joint rows [x | y] in double-double: Σ w(a − c)(a − c)ᵀ on and above the diagonal, and Σ w(a − c).
/// Each output is a chain of four operations a row: a fused multiply-add onto the anchored sum, the exact difference of the sums, a
/// second fused multiply-add for what the first one rounded away, and its addition to the errors. Lanes hold different outputs
/// and never meet, so tiling may follow the machine. Few columns are left to <see cref="DoubleDoubleGram1To48"/>.
/// </summary>
/// <remarks>
/// The sums themselves are exact. Only the errors, at most ulp(3PᵢPⱼ)/2 ≤ 2⁻⁵²PᵢPⱼ each, are summed with rounding: after a panel of
/// 128 rows at most 2⁻⁹¹·PᵢPⱼ, and in the manner of a random walk 2⁻⁹⁹·PᵢPⱼ, with PᵢPⱼ ≤ 8·‖aᵢ − cᵢ‖‖aⱼ − cⱼ‖.
/// </remarks>
internal sealed class DoubleDoubleGram
{
    private readonly DoubleDoubleGram1To48? _narrow;
    private readonly DoubleDoublePanel _panel;
    private double[] _crossTerms = [];

    /// <summary>Makes room for so many joint columns.</summary>
    internal DoubleDoubleGram(int columns)
    {
        bool narrow = columns <= DoubleDoubleGram1To48.MostColumns;
        _narrow = narrow ? new DoubleDoubleGram1To48(columns) : null;
        _panel = new DoubleDoublePanel(narrow ? 0 : columns);
    }

    /// <summary>Computes the sums and products of a block, overwriting the targets.</summary>
    /// <param name="x">The left columns, at most one block of rows.</param>
    /// <param name="y">The right columns.</param>
    /// <param name="low">Low parts of the joint cells, or no columns.</param>
    /// <param name="centers">c, of padded length.</param>
    /// <param name="weights">One column of weights, or none.</param>
    /// <param name="sums">Receives Σ w(a − c): high and low parts, each of padded length.</param>
    /// <param name="sumErrors">Their low parts.</param>
    /// <param name="products">Receives the triangle's high parts, laid out as <see cref="GramBlocks"/>.</param>
    /// <param name="productErrors">Receives its low parts.</param>
    internal void Compute<T>(
        MatrixSpan<T> x,
        MatrixSpan<T> y,
        MatrixSpan<double> low,
        ReadOnlySpan<double> centers,
        MatrixSpan<double> weights,
        Span<double> sums,
        Span<double> sumErrors,
        Span<double> products,
        Span<double> productErrors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        sums.Clear();
        sumErrors.Clear();
        products.Clear();
        productErrors.Clear();
        if (_narrow is not null)
        {
            _narrow.Compute(x, y, low, centers, weights, sums, sumErrors, products, productErrors);
            return;
        }

        bool crossed = false;
        for (int start = 0; start < x.Rows; start += RowBlocks.PanelRows)
        {
            int rows = Math.Min(RowBlocks.PanelRows, x.Rows - start);
            MatrixSpan<double> ws = Slice(weights, start, rows);
            _panel.Fill(x.SliceRows(start, rows), y.SliceRows(start, rows), Slice(low, start, rows), centers, ws);
            _panel.AddSums(TotalWeight(ws, rows), sums, sumErrors);
            AddProducts(products, productErrors, PanelPrefetch<T>.Behind(x, start, rows, x.Rows));
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
            for (int cell = 0; cell < products.Length; cell += Line.Lanes)
            {
                DoubleDoubleLine total = DoubleDoubleLine.Load(ref products[0], ref productErrors[0], cell);
                (total + new DoubleDoubleLine(Line.Load(ref _crossTerms[0], cell), default)).Store(ref products[0], ref productErrors[0], cell);
            }
        }
    }

    internal static MatrixSpan<double> Slice(MatrixSpan<double> matrix, int start, int rows) =>
        matrix.Columns == 0 ? matrix : matrix.SliceRows(start, rows);

    internal static double TotalWeight(MatrixSpan<double> weights, int rows)
    {
        if (weights.Columns == 0)
        {
            return rows;
        }

        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            sum += weights[row][0];
        }

        return sum;
    }

    private void AddProducts<T>(Span<double> products, Span<double> productErrors, PanelPrefetch<T> nextBlock)
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
                            AddTwoByOne(left, value, right + line, ref products[block + (line * GramBlocks.BlockLength)], ref productErrors[block + (line * GramBlocks.BlockLength)]);
                        }
                    }

                    continue;
                }

                for (int value = 0; value < values; value += 4)
                {
                    if (width == 2)
                    {
                        AddFourByTwo(left, value, right, ref products[block], ref productErrors[block]);
                    }
                    else if (values - value > 2)
                    {
                        AddFourByOne(left, value, right, ref products[block], ref productErrors[block]);
                    }
                    else
                    {
                        AddTwoByOne(left, value, right, ref products[block], ref productErrors[block]);
                    }
                }
            }
        }
    }

    /// <summary>What the low parts add: left high times right low and left low times right high, in plain double, being 2⁻⁵³ of the products.</summary>
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
        ref target,
        Line.Lanes,
        GramBlocks.BlockLength,
        1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddFourByTwo(int left, int value, int right, ref double products, ref double errors)
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
        Vector512<double> e00 = default, e01 = default, e10 = default, e11 = default, e20 = default, e21 = default, e30 = default, e31 = default;
        for (int row = _panel.Rows; row > 0; row--)
        {
            Vector512<double> line0 = Line.Load(ref b, 0);
            Vector512<double> line1 = Line.Load(ref b, RegisterTile.LinePitch);
            Vector512<double> v = Vector512.Create(a);
            Vector512<double> next = Next(v, line0, s00);
            e00 += Lost(v, line0, s00, next);
            s00 = next;
            next = Next(v, line1, s01);
            e01 += Lost(v, line1, s01, next);
            s01 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            next = Next(v, line0, s10);
            e10 += Lost(v, line0, s10, next);
            s10 = next;
            next = Next(v, line1, s11);
            e11 += Lost(v, line1, s11, next);
            s11 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 2));
            next = Next(v, line0, s20);
            e20 += Lost(v, line0, s20, next);
            s20 = next;
            next = Next(v, line1, s21);
            e21 += Lost(v, line1, s21, next);
            s21 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 3));
            next = Next(v, line0, s30);
            e30 += Lost(v, line0, s30, next);
            s30 = next;
            next = Next(v, line1, s31);
            e31 += Lost(v, line1, s31, next);
            s31 = next;
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        products = ref Unsafe.Add(ref products, value * Line.Lanes);
        errors = ref Unsafe.Add(ref errors, value * Line.Lanes);
        Add(ref products, ref errors, 0, s00 - Anchor(ref leftPowers, 0, power0), e00);
        Add(ref products, ref errors, 8, s10 - Anchor(ref leftPowers, 1, power0), e10);
        Add(ref products, ref errors, 16, s20 - Anchor(ref leftPowers, 2, power0), e20);
        Add(ref products, ref errors, 24, s30 - Anchor(ref leftPowers, 3, power0), e30);
        Add(ref products, ref errors, GramBlocks.BlockLength, s01 - Anchor(ref leftPowers, 0, power1), e01);
        Add(ref products, ref errors, GramBlocks.BlockLength + 8, s11 - Anchor(ref leftPowers, 1, power1), e11);
        Add(ref products, ref errors, GramBlocks.BlockLength + 16, s21 - Anchor(ref leftPowers, 2, power1), e21);
        Add(ref products, ref errors, GramBlocks.BlockLength + 24, s31 - Anchor(ref leftPowers, 3, power1), e31);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddFourByOne(int left, int value, int right, ref double products, ref double errors)
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
            Vector512<double> v = Vector512.Create(a);
            Vector512<double> next = Next(v, line, s0);
            e0 += Lost(v, line, s0, next);
            s0 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            next = Next(v, line, s1);
            e1 += Lost(v, line, s1, next);
            s1 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 2));
            next = Next(v, line, s2);
            e2 += Lost(v, line, s2, next);
            s2 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 3));
            next = Next(v, line, s3);
            e3 += Lost(v, line, s3, next);
            s3 = next;
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        int offset = value * Line.Lanes;
        Add(ref products, ref errors, offset, s0 - Anchor(ref leftPowers, 0, power), e0);
        Add(ref products, ref errors, offset + 8, s1 - Anchor(ref leftPowers, 1, power), e1);
        Add(ref products, ref errors, offset + 16, s2 - Anchor(ref leftPowers, 2, power), e2);
        Add(ref products, ref errors, offset + 24, s3 - Anchor(ref leftPowers, 3, power), e3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTwoByOne(int left, int value, int right, ref double products, ref double errors)
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
            Vector512<double> v = Vector512.Create(a);
            Vector512<double> next = Next(v, line, s0);
            e0 += Lost(v, line, s0, next);
            s0 = next;
            v = Vector512.Create(Unsafe.Add(ref a, 1));
            next = Next(v, line, s1);
            e1 += Lost(v, line, s1, next);
            s1 = next;
            a = ref Unsafe.Add(ref a, Line.Lanes);
            b = ref Unsafe.Add(ref b, Line.Lanes);
        }

        int offset = value * Line.Lanes;
        Add(ref products, ref errors, offset, s0 - Anchor(ref leftPowers, 0, power), e0);
        Add(ref products, ref errors, offset + 8, s1 - Anchor(ref leftPowers, 1, power), e1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Anchor(ref double leftPowers, int value, Vector512<double> rightPowers) =>
        Vector512.Create(3 * Unsafe.Add(ref leftPowers, value)) * rightPowers;

    /// <summary>The anchored sum after a product, rounded at the anchor's last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Next(Vector512<double> a, Vector512<double> b, Vector512<double> sum) => Vector512.MultiplyAddEstimate(a, b, sum);

    /// <summary>What rounding took from it: ab − (next − sum); the difference of the sums is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Lost(Vector512<double> a, Vector512<double> b, Vector512<double> sum, Vector512<double> next)
    {
        if (DoubleDouble.HasFusedMultiplyAdd)
        {
            return Vector512.MultiplyAddEstimate(a, b, sum - next);
        }

        Vector512<double> product = a * b;
        return (product + (sum - next)) + DoubleDoubleLine.ProductError(a, b, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double products, ref double errors, int offset, Vector512<double> sum, Vector512<double> lost) =>
        (DoubleDoubleLine.Load(ref products, ref errors, offset) + DoubleDoubleLine.Sum(sum, lost)).Store(ref products, ref errors, offset);
}
