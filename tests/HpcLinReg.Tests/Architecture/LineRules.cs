using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace HpcLinReg.Tests.Architecture;

/// <summary>How wide a line may be. Texts in quotes and references of inherited documentation cannot be broken and do not count.</summary>
internal static class LineRules
{
    internal const int Width = 140;

    /// <summary>Returns the numbers of the lines that are too wide, counted from 1.</summary>
    internal static IEnumerable<int> WideLines(string text)
    {
        if (text.Split('\n').All(line => line.Length <= Width))
        {
            yield break;
        }

        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, cancellationToken: TestContext.Current.CancellationToken);
        TextSpan[] texts = [.. tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes()
            .Where(node => node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression)).Select(node => node.Span)];
        foreach (TextLine line in tree.GetText(TestContext.Current.CancellationToken).Lines.Where(line => line.Span.Length > Width))
        {
            bool isReference = line.ToString().TrimStart().StartsWith("/// <inheritdoc cref=", StringComparison.Ordinal);
            int quoted = line.Span.Length - Rest(line.Span, texts);
            if (!isReference && line.Span.Length - quoted > Width)
            {
                yield return line.LineNumber + 1;
            }
        }
    }

    /// <summary>Returns the number of characters of a line that lie outside of all texts.</summary>
    private static int Rest(TextSpan line, TextSpan[] texts) =>
        Enumerable.Range(line.Start, line.Length).Count(at => !Array.Exists(texts, text => text.Contains(at)));
}
