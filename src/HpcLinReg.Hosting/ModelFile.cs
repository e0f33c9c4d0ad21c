using System.Security.Cryptography;

namespace HpcLinReg.Hosting;

/// <summary>A model's file, read again when its contents change.</summary>
internal sealed class ModelFile(ServedModel model, string path, ServingMetrics? metrics)
{
    private readonly Lock _checking = new();
    private readonly string _path = System.IO.Path.GetFullPath(path);
    private byte[] _hash = [];
    private string? _contentError;
    private string? _readError;
    private long _failures;

    /// <summary>Gets why the file, as it is now, cannot be used.</summary>
    internal string? Error => Volatile.Read(ref _readError) ?? Volatile.Read(ref _contentError);

    /// <summary>
    /// Gets how often it could not be used; each content counts once, and so does each time it could not be read any more.
    /// </summary>
    internal long Failures => Interlocked.Read(ref _failures);

    /// <summary>
    /// Reads the file and, if its contents are new, checks and publishes the model in it. Never called on a request's thread.
    /// </summary>
    /// <returns>What to report: a new version, or a failure that was not reported yet; null for neither.</returns>
    internal ModelFileChange? Check()
    {
        lock (_checking)
        {
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(_path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                string error = exception is FileNotFoundException or DirectoryNotFoundException ? $"there is no file {_path}" : $"{_path} cannot be read: {exception.Message}";
                bool isNew = _readError is null;
                Volatile.Write(ref _readError, error);
                return isNew ? Fail(error) : null;
            }

            Volatile.Write(ref _readError, null);
            byte[] hash = SHA256.HashData(bytes);
            if (hash.AsSpan().SequenceEqual(_hash))
            {
                return null;
            }

            _hash = hash;
            string? refusal = Load(bytes, out ModelSnapshot? snapshot);
            Volatile.Write(ref _contentError, refusal);
            return refusal is not null ? Fail(refusal) : snapshot is not null ? new ModelFileChange(snapshot, null) : null;
        }
    }

    /// <summary>Publishes the model of a file's contents. Returns why it cannot be used, or null.</summary>
    private string? Load(byte[] bytes, out ModelSnapshot? snapshot)
    {
        snapshot = null;
        try
        {
            using var stream = new MemoryStream(bytes);
            var loaded = RegressionModel.Load(stream);
            if (model.CurrentOrNull?.Fingerprint != loaded.Fingerprint)
            {
                snapshot = model.Publish(loaded);
            }

            return null;
        }
        catch (Exception exception) when (exception is
            InvalidDataException or ArgumentException or InvalidOperationException or OverflowException or OutOfMemoryException)
        {
            return $"{_path}: {exception.Message}";
        }
    }

    private ModelFileChange Fail(string error)
    {
        Interlocked.Increment(ref _failures);
        if (metrics is { LoadFailures.Enabled: true })
        {
            metrics.LoadFailures.Add(1, new KeyValuePair<string, object?>("hpclinreg.model.name", model.Name));
        }

        return new ModelFileChange(null, error);
    }
}
