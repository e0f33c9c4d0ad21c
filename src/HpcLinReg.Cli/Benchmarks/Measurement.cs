namespace HpcLinReg.Cli.Benchmarks;

/// <summary>One kernel on one shape: the best time, and the traffic and work that go with it.</summary>
/// <param name="Kernel">What was measured.</param>
/// <param name="Type">The element type stored: <c>double</c> or <c>float</c>.</param>
/// <param name="Rows">n.</param>
/// <param name="Columns">d.</param>
/// <param name="Threads">How many threads worked.</param>
/// <param name="Seconds">The best time of one run.</param>
/// <param name="Bytes">Bytes of X, y and destination, each once.</param>
/// <param name="Flops">Useful floating-point operations, a multiply-add being two.</param>
/// <param name="BoundByReading">Whether reading memory, rather than multiply-adds, is the limit.</param>
/// <param name="Share">The share of that limit reached; NaN when neither limit means anything.</param>
internal sealed record Measurement(
    string Kernel, string Type, long Rows, int Columns, int Threads, double Seconds, double Bytes, double Flops, bool BoundByReading,
    double Share)
{
    internal double Milliseconds => Seconds * 1e3;

    internal double GigabytesPerSecond => Bytes / Seconds / 1e9;

    internal double GigaflopsPerSecond => Flops / Seconds / 1e9;

    internal string Bound => BoundByReading ? "read" : "fma";
}
