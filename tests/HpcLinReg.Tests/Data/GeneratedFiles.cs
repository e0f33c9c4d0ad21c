using System.Globalization;
using System.Text;

namespace HpcLinReg.Tests.Data;

/// <summary>Small files of many kinds, by name; those of Parquet as the queries that make them.</summary>
internal static class GeneratedFiles
{
    private const int BeyondTheSample = 20500;

    /// <summary>Gets names and contents.</summary>
    internal static IEnumerable<(string Name, string Content)> Texts =>
    [
        ("comma.csv", "x,y\n1,2\n2,4\n3,6\n"),
        ("semicolon.csv", "x;y\n1;2.5\n2;4\n3;6e-3\n"),
        ("bar.csv", "x|y\n1|2\n2|4\n"),
        ("tabs.tsv", "x\ty\n1\t2\n2\t4\n"),
        ("text.txt", "\"x\",\"y\"\n\"1\",\"2\"\n2,4\n3,6"),
        ("bom-crlf.csv", "\uFEFFx,y\r\n1,2\r\n2,4\r\n3,6\r\n"),
        ("empty-lines.csv", "\n\nx, y\n1, 2\n\n2, 4\n3, 6\n\n"),
        ("no-extension", "x,y\n1,2\n2,4\n3,6\n"),
        ("sep.csv", "sep=;\nx;y\n1;2\n2;4\n"),
        ("quotes.csv", "x,s\n1,\"a, \"\"b\"\"\"\n2,\"two\nlines\"\n3,\n4,\"\"\n"),
        ("missing.csv", "x,y,z\n1,NA,\n,N/A,2\nNULL,3,null\n4,NaN,\"\"\n"),
        ("wide-range.csv", "x,y\n1e-320,1e308\n-0,+5\n.5,2.\n1e400,-1E5\n"),
        ("whole.csv", "x,y\n9007199254740993,1\n-9223372036854775808,2\n12,3\n"),
        ("leading-zeros.csv", "id,x\n00123,1\n007,2\n,3\n"),
        ("exponents.csv", "id,x\n1E2,1\n3E4,2\n"),
        ("underscores.csv", "id,x\n41_10,1\n5_3,2\n"),
        ("identifiers.csv", "id,x\n0047583311587E590003,1\n0047583311587E590004,2\n"),
        ("flags.csv", "a,b,c\ntrue,TRUE,t\nfalse,False,f\n,true,t\n"),
        ("iso-dates.csv", "d,y\n2024-01-31,1\n2024-12-01,2\n,3\n"),
        ("iso-times.csv", "d,y\n2024-01-31 10:30:00,1\n2024-12-01T00:00:01.5,2\n2024-12-01,3\n"),
        ("offsets.csv", "d,y\n2024-10-27T02:30:00+02:00,1\n2024-10-27T02:30:00+01:00,2\n2024-10-27T02:30:00Z,3\n"),
        ("hours.csv", "d,y\n10:30:00,1\n23:59:59.5,2\n"),
        ("day-first.csv", "d,y\n31/01/2024,1\n01/02/2024,2\n"),
        ("month-first.csv", "d,y\n01/31/2024,1\n01/02/2024,2\n"),
        ("ambiguous-dates.csv", "d,y\n01/02/2024,1\n03/04/2024,2\n"),
        ("german-dates.csv", "d,y\n31.01.2024,1\n01.02.2024,2\n"),
        ("dashes.csv", "d,y\n31-01-2024,1\n01-02-2024,2\n"),
        ("year-first.csv", "d,y\n2024/01/31,1\n2024/12/01,2\n"),
        ("two-digit-years.csv", "d,y\n12/31/99,1\n01/15/00,2\n"),
        ("day-first-times.csv", "d,y\n31/01/2024 10:30,1\n01/02/2024 23:59,2\n"),
        ("compact-times.csv", "d,y\n20240131T103000,1\n20241201T235959,2\n"),
        ("late-times.csv", Late("d", "2024-01-31", "2024-02-01 10:30:00")),
        ("late-fractions.csv", Late("x", "7", "7.5")),
        ("late-day.csv", Late("d", "01/02/2024", "31/01/2024")),
        ("late-value.csv", Late("x", "", "5")),
        ("mostly-numbers.csv", "x,y\n1,1\n2,2\nabc,3\n4,4\n"),
        ("percent.csv", "x,y\n1%,1\n2%,2\n"),
        ("thousands.csv", "x,y\n\"1,000\",1\n\"1,001\",2\n"),
        ("currency.csv", "x,y\n$1.50,1\n$2.50,2\n"),
        ("same-names.csv", "x,x,X\n1,2,3\n4,5,6\n"),
        ("header-only.csv", "x,y\n"),
        ("unicode.csv", "größe,名\n1.5,猫\n2.5,犬\n"),
        ("array.json", "[{\"x\":1,\"y\":2},{\"x\":2,\"y\":4.5},{\"x\":3,\"y\":null}]"),
        ("lines.ndjson", "{\"x\":1,\"y\":true,\"s\":\"a\"}\n\n{\"x\":9007199254740993,\"y\":false,\"s\":\"b\"}\n"),
        ("numbers-as-text.ndjson", "{\"x\":\"1\",\"y\":2}\n{\"x\":\"2\",\"y\":4}\n"),
        ("late-key.ndjson", string.Concat(Enumerable.Range(0, BeyondTheSample).Select(i => FormattableString.Invariant($"{{\"a\":{i}}}\n"))) + "{\"a\":1,\"b\":2.5}\n"),
        ("times.ndjson", "{\"d\":\"2024-01-31T10:30:00+02:00\",\"y\":1}\n{\"d\":\"2024-01-31T10:30:00\",\"y\":2}\n"),
        ("days.ndjson", "{\"d\":\"2024-01-31\",\"y\":1}\n{\"d\":\"2024-02-01\",\"y\":2}\n"),
        ("nested.ndjson", "{\"x\":1,\"p\":{\"q\":2}}\n{\"x\":2,\"p\":{\"q\":3}}\n"),
    ];

    /// <summary>Gets names of Parquet files and the queries of their rows.</summary>
    internal static IEnumerable<(string Name, string Query)> Queries =>
    [
        ("types.parquet", "SELECT range::DOUBLE AS y, range::UTINYINT AS a, (range*range)::DECIMAL(9,2) AS b, range::HUGEINT*range AS c, range::FLOAT/3 AS f, range % 2 = 0 AS g, DATE '2020-01-01' + range::INTEGER AS d, 'k' || range AS s, NULL::DOUBLE AS e FROM range(30)"),
        ("ticks.parquet", "SELECT 1700000000000000001 + 100*range AS t, TIMESTAMP '2024-01-01 10:00:00' + range * INTERVAL 1 HOUR AS h, TIMESTAMPTZ '2024-01-01 10:00:00+02' AS z, TIME '10:30:00' AS o FROM range(30)"),
        ("parts/a.parquet", "SELECT range::BIGINT AS x, range::FLOAT AS w FROM range(10)"),
        ("parts/b.parquet", "SELECT range + 0.25::DOUBLE AS x, 1700000003 + range::DOUBLE AS w, range AS later FROM range(10)"),
        ("folders/year=2024/a.parquet", "SELECT range AS x FROM range(3)"),
        ("folders/year=2025/a.parquet", "SELECT range AS x FROM range(3)"),
    ];

    /// <summary>Gets the patterns that read several of them.</summary>
    internal static IEnumerable<string> Patterns => ["parts/*.parquet", "folders/*/*.parquet"];

    private static string Late(string name, string early, string late)
    {
        StringBuilder text = new($"{name},y\n");
        for (int i = 0; i < BeyondTheSample; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{early},{i}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{late},-1\n").ToString();
    }
}
