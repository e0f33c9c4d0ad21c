using System.Text;

namespace HpcLinReg.Cli.Output;

/// <summary>Leaves out the spaces at the ends of lines.</summary>
internal sealed class UnpaddedWriter(TextWriter output) : TextWriter
{
    private int _spaces;

    public override Encoding Encoding => output.Encoding;

    public override void Write(char value)
    {
        if (value == ' ')
        {
            _spaces++;
            return;
        }

        if (value is not ('\r' or '\n'))
        {
            output.Write(new string(' ', _spaces));
        }

        _spaces = 0;
        output.Write(value);
    }

    public override void Flush() => output.Flush();
}
