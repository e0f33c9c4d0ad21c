using System.Collections.Immutable;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// Prepares moments for a fit where rows were merged, removed or faded as values, so that of some columns only rounding errors may be left.
/// </summary>
internal static class LostColumns
{
    /// <summary>Squares of a lost column are taken to be no larger than this: they stay in the range of double.</summary>
    private const double MostSquares = 1e300;

    /// <summary>
    /// Returns moments with the errors of the used columns alone. Features that are constant or lost become zeros, so that they are
    /// dropped; a lost target becomes as large as it can be, and as wrong. Under a penalty so does a lost feature, which is not dropped
    /// then.
    /// </summary>
    /// <param name="node">All columns.</param>
    /// <param name="names">Their names.</param>
    /// <param name="used">Which of them the fit uses.</param>
    /// <param name="target">Which is the target.</param>
    /// <param name="options">Whether there is an intercept and a penalty.</param>
    /// <param name="note">Receives the certificate's note on lost columns; empty where there are none.</param>
    internal static MomentsNode Prepare(MomentsNode node, ImmutableArray<string> names, ReadOnlySpan<bool> used, int target,
        FitOptions options, out string note)
    {
        note = "";
        bool centred = options.Intercept;
        if (node.Errors is not { } errors)
        {
            return node;
        }

        MomentsNode copy = node.ToDoubleDouble();
        copy.Errors = errors.Only(used);
        for (int j = 0; j < node.Columns; j++)
        {
            bool lost = used[j] && errors.IsLost(node, j, centred);
            if (!lost && !(used[j] && centred && errors.IsConstant(node, j)))
            {
                continue;
            }

            Clear(copy, j, centred);
            if (!lost)
            {
                continue;
            }

            bool isNeeded = j == target || options.Ridge > 0;
            note += $"; of {(j == target ? "the target" : "column")} '{names[j]}' only rounding errors are left since rows were removed, so {(isNeeded ? "nothing is known of the coefficients" : "it was dropped")}";
            if (isNeeded)
            {
                double most = Math.Min(MostSquares, Math.Max(0, node.Squares(j)) + (2 * errors.OfSquares(node, j, centred)));
                copy.CrossProducts[GramBlocks.Position(node.Columns, j, j)] = most;
                copy.Errors.RequireAtLeast(j, most);
            }
        }

        return copy;
    }

    private static void Clear(MomentsNode node, int j, bool centred)
    {
        for (int i = 0; i < node.Columns; i++)
        {
            int cell = GramBlocks.Position(node.Columns, Math.Min(i, j), Math.Max(i, j));
            node.CrossProducts[cell] = node.CrossProductsLow[cell] = 0;
        }

        if (!centred)
        {
            node.Means[j] = node.MeansLow[j] = 0;
        }
    }
}
