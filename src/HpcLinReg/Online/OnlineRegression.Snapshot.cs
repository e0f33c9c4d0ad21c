using System.Buffers.Binary;
using HpcLinReg.Kernels;
using HpcLinReg.Online;

namespace HpcLinReg;

/// <content>The state as bytes.</content>
public sealed partial class OnlineRegression
{
    private const uint SnapshotMark = 0x4F524C48;
    private const int SnapshotVersion = 2;

    /// <summary>
    /// Returns the state as bytes, from which <see cref="Restore"/> makes the same model, to the last bit, on any machine.
    /// </summary>
    /// <returns>32(d + 5)² bytes or so: a version, <see cref="EngineInfo.BitContract"/>, the options, the state and a checksum.</returns>
    public byte[] Snapshot()
    {
        byte[] bytes = new byte[SnapshotLength(Features)];
        var writer = new SnapshotWriter(bytes);
        writer.Write((long)SnapshotMark | ((long)SnapshotVersion << 32));
        writer.Write((long)EngineInfo.BitContract);
        writer.Write((long)Features);
        writer.Write(_options.Intercept ? 1L : 0);
        writer.Write(_options.Ridge);
        writer.Write(_options.LeastDigits);
        WriteTotals(ref writer);
        foreach (long decays in _decaysByOctave)
        {
            writer.Write(decays);
        }

        for (int j = 0; j <= Features; j++)
        {
            writer.Write((long)_columns.Exponents[j]);
        }

        foreach (double[] values in ColumnStates())
        {
            for (int j = 0; j <= Features; j++)
            {
                writer.Write(values[j]);
            }
        }

        writer.Write(_factor.Unexplained);
        for (int k = 0; k < Features; k++)
        {
            writer.Write(_factor.Inverse(k));
            for (int j = k + 1; j <= Features; j++)
            {
                writer.Write(_factor.Entry(k, j));
            }
        }

        _combinations.Write(ref writer);
        writer.Write(SnapshotWriter.Checksum(bytes.AsSpan(0, bytes.Length - sizeof(long))));
        return bytes;
    }

    /// <summary>Returns the model that a snapshot was taken of; everything it does afterwards has the same bits.</summary>
    /// <param name="snapshot">The bytes that <see cref="Snapshot"/> returned.</param>
    /// <returns>A model of its own.</returns>
    /// <exception cref="InvalidDataException">
    /// The bytes are of another version or bit contract, damaged, or not the state of a model.
    /// </exception>
    public static OnlineRegression Restore(ReadOnlySpan<byte> snapshot)
    {
        var reader = new SnapshotReader(snapshot);
        if (snapshot.Length < SnapshotLength(0) || snapshot.Length % sizeof(long) != 0
            || reader.ReadLong() != ((long)SnapshotMark | ((long)SnapshotVersion << 32)))
        {
            Throw.SnapshotNotUsable($"it does not begin as version {SnapshotVersion} does");
        }

        long contract = reader.ReadLong(), features = reader.ReadLong();
        if (contract != EngineInfo.BitContract)
        {
            Throw.SnapshotNotUsable($"it has bit contract {contract}, and this engine has {EngineInfo.BitContract}, so its next bits would differ");
        }

        if (features is < 0 or > 1 << 20 || SnapshotLength((int)features) != snapshot.Length)
        {
            Throw.SnapshotNotUsable($"{snapshot.Length} bytes do not hold {features} features");
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(snapshot[^sizeof(long)..]) != SnapshotWriter.Checksum(snapshot[..^sizeof(long)]))
        {
            Throw.SnapshotNotUsable("its checksum is not that of its bytes");
        }

        long intercept = reader.ReadLong();
        double ridge = reader.ReadDouble(), leastDigits = reader.ReadDouble();
        if (intercept is not (0 or 1) || !double.IsFinite(ridge) || ridge < 0)
        {
            Throw.SnapshotNotUsable("its options are out of range");
        }

        var model =
            new OnlineRegression((int)features, new OnlineOptions { Intercept = intercept == 1, Ridge = ridge, LeastDigits = leastDigits });
        model.Read(ref reader);
        return model;
    }

    private static long SnapshotLength(int features) =>
        sizeof(long)
            * (6L + 19 + OnlineTotals.Octaves + (7L * (features + 1)) + 2 + (features * (features + 3L))
            + ExactCombinations.StateLength(features) + 1);

    private double[][] ColumnStates() =>
        [_columns.Means, _columns.MeansLow, _columns.MeanBounds, _columns.Squares, _columns.SquaredShifts, _columns.Lost];

    private void WriteTotals(ref SnapshotWriter writer)
    {
        writer.Write(_totals.Count);
        writer.Write(_totals.PendingFade);
        writer.Write(_totals.Decays);
        writer.Write(_totals.Weight);
        writer.Write(_totals.SquaredWeight);
        writer.Write(_totals.Fade);
        writer.Write(_totals.WeightError);
        writer.Write(_totals.FadedOctaves);
        writer.Write(_totals.Steps);
        writer.Write(_totals.Ridge);
        writer.Write(_totals.NewestWeight);
        writer.Write(_totals.FadeOfNewest);
        writer.Write(_totals.RecentSquares);
        writer.Write(_totals.RecentSquaresError);
        writer.Write(_totals.RowsBeyondWeight);
        writer.Write(0L);
    }

    private static bool IsCount(long value) => value is >= 0 and <= 1L << 53;

    private void Read(ref SnapshotReader reader)
    {
        bool isUsable = ReadTotals(ref reader) & ReadColumns(ref reader);
        _factor.Unexplained = reader.ReadDoubleDouble();
        for (int k = 0; k < Features; k++)
        {
            DoubleDouble inverse = reader.ReadDoubleDouble();
            isUsable &= inverse.High >= 0;
            _factor.SetInverse(k, inverse);
            for (int j = k + 1; j <= Features; j++)
            {
                _factor.SetEntry(k, j, reader.ReadDoubleDouble());
            }
        }

        isUsable &= _combinations.Read(ref reader);
        if (!isUsable || !reader.IsUsable || _factor.Unexplained.High < 0)
        {
            Throw.SnapshotNotUsable("its numbers are out of range");
        }

        _isCurrent = false;
    }

    /// <summary>Reads the totals. Returns whether they are within their range.</summary>
    private bool ReadTotals(ref SnapshotReader reader)
    {
        long count = reader.ReadLong(), pending = reader.ReadLong(), decays = reader.ReadLong();
        _totals = new OnlineTotals
        {
            Count = count,
            PendingFade = pending,
            Decays = decays,
            Weight = reader.ReadDoubleDouble(),
            SquaredWeight = reader.ReadDoubleDouble(),
            Fade = reader.ReadDoubleDouble(),
            WeightError = reader.ReadPositive(),
            FadedOctaves = reader.ReadPositive(),
            Steps = reader.ReadPositive(),
            Ridge = reader.ReadPositive(),
            NewestWeight = reader.ReadPositive(),
            FadeOfNewest = reader.ReadPositive(),
            RecentSquares = reader.ReadPositive(),
            RecentSquaresError = reader.ReadPositive(),
        };
        bool isUsable = IsCount(count) && IsCount(pending) && IsCount(decays) && _totals.Fade.High is > 0 and <= 1
            && (_totals.Weight.High > 0) == (count > 0)
            && (_totals.SquaredWeight.High > 0) == (count > 0) && _totals.FadedOctaves < 1L << 60;
        _totals.RowsBeyondWeight = reader.ReadDouble();
        isUsable &= reader.ReadLong() == 0;
        for (int k = 0; k < OnlineTotals.Octaves; k++)
        {
            _decaysByOctave[k] = reader.ReadLong();
            isUsable &= _decaysByOctave[k] >= 0 && _decaysByOctave[k] <= decays;
        }

        return isUsable;
    }

    /// <summary>Reads the columns' state. Returns whether it is within its range.</summary>
    private bool ReadColumns(ref SnapshotReader reader)
    {
        bool isUsable = true;
        for (int j = 0; j <= Features; j++)
        {
            long exponent = reader.ReadLong();
            isUsable &= exponent is >= OnlineColumns.LeastExponent and <= OnlineColumns.MostExponent;
            _columns.Exponents[j] = isUsable ? (int)exponent : 0;
            _columns.Scales[j] = Math.ScaleB(1, -_columns.Exponents[j]);
        }

        double[][] states = ColumnStates();
        for (int state = 0; state < states.Length; state++)
        {
            for (int j = 0; j <= Features; j++)
            {
                states[state][j] = state < 2 ? reader.ReadDouble() : reader.ReadPositive();
            }
        }

        return isUsable;
    }
}
