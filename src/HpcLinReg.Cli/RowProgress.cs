using System.Diagnostics;
using System.Globalization;

namespace HpcLinReg.Cli;

/// <summary>
/// Shows the number of rows read, their share and the time left: at a terminal on one line of standard error that is wiped at the end, and
/// only for work that takes more than a second; elsewhere only where it is asked for, and then a line each second and one at the end.
/// </summary>
/// <param name="expected">About how many rows a reading has; null where that is unknown.</param>
/// <param name="isAskedFor">Whether it is shown where standard error is no terminal, too.</param>
internal sealed class RowProgress(long? expected = null, bool isAskedFor = false) : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static long _lastRows;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private TimeSpan _shown;
    private int _width;

    /// <summary>The reading in hand, its first report and the rows of its last one.</summary>
    private int _reading;
    private TimeSpan _readingStart;
    private long _rows;

    /// <summary>Gets how many rows the last reading had when it reported last, for a message about its interruption.</summary>
    internal static long LastRows => Volatile.Read(ref _lastRows);

    public void Report(long value)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        if (value < _rows || _reading == 0)
        {
            _reading++;
            _readingStart = _reading == 1 ? TimeSpan.Zero : elapsed;
        }

        _rows = value;
        Volatile.Write(ref _lastRows, value);
        if (!(_isTerminal || isAskedFor) || elapsed < Patience || elapsed - _shown < (_isTerminal ? Interval : Patience))
        {
            return;
        }

        _shown = elapsed;
        string text = Describe(value, expected, _reading, elapsed - _readingStart);
        if (_isTerminal)
        {
            Console.Error.Write($"\r{text.PadRight(_width)}");
            _width = text.Length;
        }
        else
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Returns what is shown: rows, share of those expected, speed and time left.</summary>
    /// <param name="rows">The rows that were read.</param>
    /// <param name="expected">About how many there are; null where that is unknown.</param>
    /// <param name="reading">The number of the reading; a fit may need several.</param>
    /// <param name="elapsed">How long the reading has taken.</param>
    internal static string Describe(long rows, long? expected, int reading, TimeSpan elapsed)
    {
        double speed = rows / Math.Max(elapsed.TotalSeconds, 1e-3);
        string again = reading > 1 ? string.Create(CultureInfo.InvariantCulture, $"reading {reading}: ") : "";
        string text = string.Create(CultureInfo.InvariantCulture, $"{again}{rows:N0} rows, {speed:N0} a second");
        // An expected number may be too small; what is behind it is unknown.
        return expected is not { } all || rows > all || rows == 0 ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text}, {100.0 * rows / all:F0} %, {Left((all - rows) / speed)} left");
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
        }

        if (isAskedFor && _reading > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_rows:N0} rows read{(_reading > 1 ? $", {_reading} times" : "")}, {Stopwatch.GetElapsedTime(_start).TotalSeconds:F1} s"));
        }
    }

    private static string Left(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} h"),
    };
}
