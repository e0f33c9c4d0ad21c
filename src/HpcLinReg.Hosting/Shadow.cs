namespace HpcLinReg.Hosting;

/// <summary>A version that predicts beside the current one, and what it has found.</summary>
internal sealed class Shadow(ModelSnapshot snapshot)
{
    private readonly Lock _counting = new();
    private long _rows;
    private long _dropped;
    private long _disagreements;
    private double _largest;

    internal ModelSnapshot Snapshot { get; } = snapshot;

    internal ShadowSummary Summary
    {
        get
        {
            lock (_counting)
            {
                return new ShadowSummary(Snapshot.Version, _rows, _dropped, _largest, _disagreements);
            }
        }
    }

    internal void Drop(int rows)
    {
        lock (_counting)
        {
            _dropped += rows;
        }
    }

    /// <summary>Counts the comparison of one row; a difference that is NaN says that only one of the two has a prediction.</summary>
    internal void Compare(double difference)
    {
        lock (_counting)
        {
            _rows++;
            _disagreements += double.IsNaN(difference) ? 1 : 0;
            _largest = difference > _largest ? difference : _largest;
        }
    }
}
