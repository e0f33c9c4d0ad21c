namespace HpcLinReg.Data.Sources;

/// <summary>An input that can be read only once and may keep its reader waiting: a pipe, a terminal, a device.</summary>
internal static class OneReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Copies everything to a file. Opening and reading happen on a thread of their own, since nothing else can interrupt them.
    /// </summary>
    /// <param name="open">Opens the stream.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="waiting">Called once when nothing has come for a second.</param>
    /// <param name="cancellationToken">Stops the waiting at once; the other thread ends with its next bytes, or with the process.</param>
    internal static void Copy(Func<Stream> open, string path, Action waiting, CancellationToken cancellationToken)
    {
        long copied = 0;
        var copy = Task.Run(
            () =>
            {
                using Stream stream = open();
                using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
                byte[] buffer = new byte[1 << 17];
                for (int read; (read = stream.Read(buffer)) > 0;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    file.Write(buffer, 0, read);
                    Interlocked.Add(ref copied, read);
                }
            },
            CancellationToken.None);
        if (Task.WaitAny([copy], (int)Patience.TotalMilliseconds, cancellationToken) < 0)
        {
            if (Interlocked.Read(ref copied) == 0)
            {
                waiting();
            }

            Task.WaitAny([copy], cancellationToken);
        }

        copy.GetAwaiter().GetResult();
    }
}
