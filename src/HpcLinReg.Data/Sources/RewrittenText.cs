using System.Text;
using ZstdSharp;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// Copies a text file to UTF-8 without the lines that are no data: those skipped at its beginning, and comments. A line break within quotes
/// ends no line, and comments are lines that begin with the mark. All lines of the copy end in a line feed.
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
            throw new DataException($"{file.Name}, line {LineOfBadByte(file, reader.CurrentEncoding, cancellationToken)} is not text in {encoding.WebName}: the byte{(exception.BytesUnknown?.Length == 1 ? "" : "s")} {Convert.ToHexString(exception.BytesUnknown ?? [])} cannot be read; save the file in UTF-8, or name its encoding, such as --encoding latin1.", exception);
        }

        catch (Exception exception) when (exception is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new DataException($"{file.Name} is damaged: it cannot be decompressed; copy or write it again.", exception);
        }

        return filter.Lines > settings.SkippedLines || settings.SkippedLines == 0 ? new SourceFile(path, file.Name) { AbsentLines = absent }
            : throw new DataException($"{file.Name} has {filter.Lines} line{(filter.Lines == 1 ? "" : "s")}, of which {settings.SkippedLines} are to be skipped (--skip).");
    }

    /// <summary>
    /// Finds the line of the first byte that does not belong to the encoding: text is decoded in blocks, and then once more in bytes.
    /// </summary>
    private static long LineOfBadByte(SourceFile file, Encoding encoding, CancellationToken cancellationToken)
    {
        long block = 0;
        byte[] buffer = new byte[1 << 12];
        char[] text = new char[encoding.GetMaxCharCount(buffer.Length)];
        for (bool isFound = false; ;)
        {
            using Stream content = SourceFile.Decompress(File.OpenRead(file.Path), file.Compression);
            Decoder decoder = encoding.GetDecoder();
            long line = 1;
            bool afterCarriage = false;
            try
            {
                for (long number = 0; content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is > 0 and var read; number++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    block = isFound ? block : number;
                    int step = isFound && number == block ? 1 : read;
                    for (int start = 0; start < read; start += step)
                    {
                        foreach (char c in text.AsSpan(0, decoder.GetChars(buffer.AsSpan(start, step), text, flush: false)))
                        {
                            line += c == '\r' || (c == '\n' && !afterCarriage) ? 1 : 0;
                            afterCarriage = c == '\r';
                        }
                    }
                }

                return line;
            }
            catch (DecoderFallbackException) when (!isFound)
            {
                isFound = true;
            }
            catch (DecoderFallbackException)
            {
                return line;
            }
        }
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

        /// <summary>Gets the number of lines so far; a line that has only begun counts where it has a character.</summary>
        internal long Lines => _begins || _afterCarriage ? Line - 1 + (_afterCarriage ? 1 : 0) : Line;

        internal void Write(ReadOnlySpan<char> text)
        {
            int kept = 0;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                bool endsPair = _afterCarriage && c == '\n';
                if (_afterCarriage && !endsPair)
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
                    if (!_isQuoted && c == '\r')
                    {
                        Pass(text[kept..i], !_isAbsent);
                        Pass("\n", !_isAbsent);
                        kept = i + 1;
                    }
                    else if (!_isQuoted && endsPair)
                    {
                        kept = i + 1;
                    }

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
