using System.Text;

namespace HpcLinReg.Native;

/// <summary>Names as C passes them: UTF-8, ended by a zero byte.</summary>
internal static unsafe class Texts
{
    /// <summary>No name is longer; a text without a zero byte would be read until the process ends.</summary>
    private const int MostBytes = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the text at an address.</summary>
    internal static string Of(byte* text, string name)
    {
        if (text is null)
        {
            throw CallException.Argument($"{name} is null.");
        }

        int length = new ReadOnlySpan<byte>(text, MostBytes).IndexOf((byte)0);
        if (length < 0)
        {
            throw CallException.Argument($"{name} has no zero byte among its first {MostBytes} bytes.");
        }

        try
        {
            return Strict.GetString(text, length);
        }
        catch (DecoderFallbackException)
        {
            throw CallException.Argument($"{name} is no text in UTF-8.");
        }
    }

    /// <summary>Returns the texts of an array.</summary>
    internal static string[] Of(byte** texts, int count, string name)
    {
        string[] all = new string[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = Of(texts[i], $"{name}[{i}]");
        }

        return all;
    }

    /// <summary>Copies bytes to a caller's buffer, and stores how many there are; throws where the buffer is too small.</summary>
    internal static void Copy(ReadOnlySpan<byte> bytes, byte* buffer, long capacity, long* length)
    {
        if (length is null)
        {
            throw CallException.Argument("length is null; it receives the number of bytes.");
        }

        *length = bytes.Length;
        if (buffer is null || capacity < bytes.Length)
        {
            throw new CallException(Status.TooSmall, $"The buffer has room for {(buffer is null ? 0 : capacity)} bytes, and {bytes.Length} are needed.");
        }

        bytes.CopyTo(new Span<byte>(buffer, bytes.Length));
    }
}
