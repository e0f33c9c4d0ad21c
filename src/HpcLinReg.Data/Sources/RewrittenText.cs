using System.Text;
using ZstdSharp;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// Copies a text file to UTF-8 without the lines that are no data: those skipped at its beginning, and comments. A line break within quotes
/// ends no line, and comments are lines that begin with the mark.
/// </summary>
internal static class RewrittenText
{
    private const int BufferLength = 1 << 16;

    /// <summary>Copies a file.</summary>
    /// <param name="file">The file; decompressed on the way.</param>
    /// <param name="path">Where the copy goes.</param>
    /// <param name="settings">The encoding, the mark of comments and the number of lines skipped.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The copy, which has the file's name and knows which lines are absent.</returns>
    /// <exception cref="DataException">A byte does not belong to the encoding, or there are fewer lines than are skipped.</exception>
    internal static SourceFile Copy(SourceFile file, string path, ReadingSettings settings, CancellationToken cancellationToken)
    {
        Encoding encoding = TextEncodings.Find(settings.Encoding);
        List<long> absent = [];
        using Stream content = SourceFile.Decompress(File.OpenRead(file.Path), file.Compression);
        using StreamReader reader = new(content, encoding, detectEncodingFromByteOrderMarks: true, BufferLength);
        using StreamWriter writer = new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferLength);
        LineFilter filter = new(writer, settings, absent);
        char[] buffer = new char[BufferLength];
        try
        {
            for (int read; (read = reader.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                filter.Write(buffer.AsSpan(0, read));
            }
        }
        catch (DecoderFallbackException exception)
        {
            throw new DataException($"{file.Name}, line {filter.Line} is not text in {encoding.WebName}: the byte{(exception.BytesUnknown?.Length == 1 ? "" : "s")} {Convert.ToHexString(exception.BytesUnknown ?? [])} cannot be read; name its encoding (--encoding).", exception);
        }

        catch (Exception exception) when (exception is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new DataException($"{file.Name} is damaged: it cannot be decompressed; copy or write it again.", exception);
        }

        return filter.Line > settings.SkippedLines ? new SourceFile(path, file.Name) { AbsentLines = absent }
            : throw new DataException($"{file.Name} has {filter.Line} line{(filter.Line == 1 ? "" : "s")}, of which {settings.SkippedLines} are to be skipped (--skip).");
    }

    /// <summary>Passes lines on, character by character as far as their beginnings and ends are concerned.</summary>
    private sealed class LineFilter(StreamWriter writer, ReadingSettings settings, List<long> absent)
    {
        private bool _begins = true;
        private bool _isAbsent;
        private bool _isQuoted;
        private bool _afterCarriage;

        /// <summary>Gets the number of the line, from 1.</summary>
        internal long Line { get; private set; } = 1;

        internal void Write(ReadOnlySpan<char> text)
        {
            int kept = 0;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                if (_afterCarriage && c != '\n')
                {
                    End();
                }

                _afterCarriage = false;
                if (_begins)
                {
                    bool wasAbsent = _isAbsent;
                    _isAbsent = Line <= settings.SkippedLines || c == settings.Comment;
                    _begins = false;
                    if (_isAbsent)
                    {
                        absent.Add(Line);
                    }

                    if (_isAbsent != wasAbsent)
                    {
                        // What comes before belongs to the other state.
                        Pass(text[kept..i], !wasAbsent);
                        kept = i;
                    }
                }

                if (c == '\n' || c == '\r')
                {
                    (_afterCarriage, bool ends) = (c == '\r', c == '\n');
                    if (ends)
                    {
                        End();
                    }
                }
                else
                {
                    _isQuoted ^= c == '"' && !_isAbsent;
                }
            }

            Pass(text[kept..], !_isAbsent);
        }

        private void End()
        {
            Line++;
            _begins = _isAbsent || !_isQuoted;
        }

        private void Pass(ReadOnlySpan<char> text, bool isKept)
        {
            if (isKept)
            {
                writer.Write(text);
            }
        }
    }
}
