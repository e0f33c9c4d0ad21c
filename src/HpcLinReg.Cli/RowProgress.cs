using System.Diagnostics;
using System.Globalization;

namespace HpcLinReg.Cli;

/// <summary>
/// Shows the number of rows read, on one line of standard error that is wiped at the end: only at a terminal, and only for work
/// that takes more than a second.
/// </summary>
internal sealed class RowProgress : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _visible = !Console.IsErrorRedirected;
    private TimeSpan _shown;
    private int _width;

    public void Report(long value)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        if (!_visible || elapsed < Patience || elapsed - _shown < Interval)
        {
            return;
        }

        _shown = elapsed;
        string text = string.Create(CultureInfo.InvariantCulture, $"{value:N0} rows, {value / elapsed.TotalSeconds:N0} a second");
        Console.Error.Write($"\r{text.PadRight(_width)}");
        _width = text.Length;
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
        }
    }
}
