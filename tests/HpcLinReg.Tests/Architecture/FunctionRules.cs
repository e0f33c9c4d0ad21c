using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HpcLinReg.Tests.Architecture;

/// <summary>
/// How long a function may be and how many parameters it may take. A method marked <c>[Unrolled]</c> may exceed both, if it is one: it lies in a folder of kernels, exceeds a
/// limit, and has numbered variables, such as sum0, sum1, sum2 and sum3.
/// </summary>
internal static class FunctionRules
{
    /// <summary>From the line of its name or attributes to its last brace, without its documentation.</summary>
    internal const int MostLines = 60;

    internal const int MostParameters = 7;

    /// <summary>Fewer could be numbered by chance.</summary>
    private const int LeastNumbered = 4;

    internal static IEnumerable<string> Violations(string path, string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (SyntaxNode function in root.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax))
        {
            (string name, ParameterListSyntax parameters, SyntaxList<AttributeListSyntax> attributes) = function switch
            {
                MethodDeclarationSyntax method => (method.Identifier.Text, method.ParameterList, method.AttributeLists),
                LocalFunctionStatementSyntax local => (local.Identifier.Text, local.ParameterList, local.AttributeLists),
                ConstructorDeclarationSyntax constructor => (constructor.Identifier.Text, constructor.ParameterList, constructor.AttributeLists),
                BaseMethodDeclarationSyntax other => (other.GetFirstToken().Text, other.ParameterList, other.AttributeLists),
                _ => throw new InvalidOperationException("Not a function."),
            };
            FileLinePositionSpan span = function.SyntaxTree.GetLineSpan(function.Span);
            int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1 - attributes.Count, count = Count(parameters);
            bool isLarge = lines > MostLines || count > MostParameters;
            if (!attributes.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString().Split('.')[^1] == "Unrolled"))
            {
                if (isLarge)
                {
                    yield return $"{path}: {name} has {lines} lines and {count} parameters";
                }
            }
            else if (!path.StartsWith("Kernels/", StringComparison.Ordinal) && !path.StartsWith("Cholesky/", StringComparison.Ordinal))
            {
                yield return $"{path}: {name} is unrolled outside of the kernels";
            }
            else if (!isLarge || Numbered(function) < LeastNumbered)
            {
                yield return $"{path}: {name} is marked as unrolled but is not";
            }
        }
    }

    /// <summary>A vector in double-double may be passed as two references, x and xLow: they count once.</summary>
    private static int Count(ParameterListSyntax list)
    {
        string[] names = [.. list.Parameters.Select(parameter => parameter.Identifier.Text)];
        return names.Count(name => !(name.EndsWith("Low", StringComparison.Ordinal) && names.Contains(name[..^3])));
    }

    /// <summary>Variables and parameters whose names end in a digit.</summary>
    private static int Numbered(SyntaxNode function) => function.DescendantNodes()
        .Select(node => node switch
        {
            VariableDeclaratorSyntax variable => variable.Identifier.Text,
            ParameterSyntax parameter => parameter.Identifier.Text,
            _ => "",
        })
        .Distinct()
        .Count(name => name.Length > 0 && char.IsAsciiDigit(name[^1]));
}
