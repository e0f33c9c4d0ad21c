namespace HpcLinReg.Tests.Documentation;

/// <summary>The first C# block of a document and the output that is promised directly below it.</summary>
internal sealed record Example(string Code, string Output)
{
    /// <summary>The block after the code must be its output: one further down would belong to something else.</summary>
    internal static Example First(string markdown)
    {
        (string Language, string Text)[] blocks = [.. Blocks(markdown)];
        int code = Array.FindIndex(blocks, block => block.Language == "csharp");
        if (code < 0)
        {
            throw new InvalidOperationException("There is no ```csharp block.");
        }

        if (code + 1 == blocks.Length || blocks[code + 1].Language != "text")
        {
            throw new InvalidOperationException("The first ```csharp block is not followed by a ```text block with its output.");
        }

        return new Example(blocks[code].Text, blocks[code + 1].Text);
    }

    /// <summary>Every C# block of a document with the output below it.</summary>
    internal static IReadOnlyList<Example> All(string markdown)
    {
        (string Language, string Text)[] blocks = [.. Blocks(markdown)];
        return [.. Enumerable.Range(0, blocks.Length).Where(i => blocks[i].Language == "csharp").Select(i =>
            i + 1 < blocks.Length && blocks[i + 1].Language == "text" ? new Example(blocks[i].Text, blocks[i + 1].Text)
            : throw new InvalidOperationException("A ```csharp block is not followed by a ```text block with its output."))];
    }

    private static IEnumerable<(string Language, string Text)> Blocks(string markdown)
    {
        string? language = null;
        var text = new List<string>();
        foreach (string line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                text.Add(line);
            }
            else if (language is null)
            {
                language = line[3..].Trim();
                text.Clear();
            }
            else
            {
                yield return (language, string.Concat(text.Select(written => written + "\n")));
                language = null;
            }
        }

        if (language is not null)
        {
            throw new InvalidOperationException($"The ```{language} block is not closed.");
        }
    }
}
