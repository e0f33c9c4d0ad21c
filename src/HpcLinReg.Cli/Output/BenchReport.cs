using System.Globalization;
using System.Text.Json;
using HpcLinReg.Cli.Benchmarks;

namespace HpcLinReg.Cli.Output;

/// <summary>Measurements as lines for a person, each printed when it is made, or as one JSON array.</summary>
internal static class BenchReport
{
    internal static void WriteTable(IEnumerable<Measurement> measurements, TextWriter output)
    {
        output.WriteLine($"{"kernel",-18} {"type",-6} {"rows",9} {"columns",7} {"time",12} {"GB/s",8} {"GF/s",8} {"share",7}  of");
        foreach (Measurement m in measurements)
        {
            string time = m.Seconds < 1e-6 ? $"{F(m.Seconds * 1e9, "F2")} ns" : m.Seconds < 1e-3 ? $"{F(m.Seconds * 1e6, "F2")} µs" : $"{F(m.Milliseconds, "F2")} ms";
            output.WriteLine(
                $"{m.Kernel,-18} {m.Type,-6} {m.Rows,9} {m.Columns,7} {time,12} {F(m.GigabytesPerSecond, "F1"),8} {F(m.GigaflopsPerSecond, "F1"),8} {F(100 * m.Share, "F0"),6}%  {m.Bound}");
        }
    }

    internal static void WriteJson(IEnumerable<Measurement> measurements, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            foreach (Measurement m in measurements)
            {
                json.WriteStartObject();
                json.WriteString("kernel", m.Kernel);
                json.WriteString("type", m.Type);
                json.WriteNumber("rows", m.Rows);
                json.WriteNumber("columns", m.Columns);
                json.WriteNumber("threads", m.Threads);
                json.WriteNumber("milliseconds", m.Milliseconds);
                json.WriteNumber("gigabytesPerSecond", m.GigabytesPerSecond);
                json.WriteNumber("gigaflopsPerSecond", m.GigaflopsPerSecond);
                json.WriteString("bound", m.Bound);
                json.WriteNumber("share", m.Share);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }

    private static string F(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
