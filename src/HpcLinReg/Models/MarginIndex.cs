using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>
/// Finds which texts of an interaction need an indicator for the baseline too, by R's rule (Chambers and Hastie 1992, §2.3.1).
/// </summary>
/// <remarks>
/// A text is coded against its baseline where the rest of the product, its margin, is contained in a feature before it; features of fewer
/// parts come first, those of as many parts in their order. Only the features that have the rarest part of the margin are looked at, so
/// that thousands of interactions take no quadratic time.
/// </remarks>
internal sealed class MarginIndex
{
    private readonly HashSet<FeaturePart>[] _parts;
    private readonly ImmutableArray<Feature> _features;
    private readonly Dictionary<FeaturePart, List<int>> _featuresWith = [];

    internal MarginIndex(ImmutableArray<Feature> features)
    {
        _features = features;
        _parts = new HashSet<FeaturePart>[features.Length];
        for (int f = 0; f < features.Length; f++)
        {
            // A polynomial of x has the margin x, and a text is the same part however it is coded.
            _parts[f] = [.. features[f].Parts.Select(part => part.Plain)];
            foreach (FeaturePart part in _parts[f])
            {
                if (!_featuresWith.TryGetValue(part, out List<int>? known))
                {
                    _featuresWith[part] = known = [];
                }

                known.Add(f);
            }
        }
    }

    /// <summary>Returns whether a feature before this one contains all of its parts but one.</summary>
    /// <param name="feature">The feature's index.</param>
    /// <param name="without">The index of the part that is left out.</param>
    internal bool Has(int feature, int without)
    {
        FeaturePart[] margin = [.. _features[feature].Parts.RemoveAt(without).Select(part => part.Plain)];
        List<int> candidates = margin.Select(part => _featuresWith[part]).MinBy(known => known.Count)!;
        return candidates.Exists(other => IsBefore(other, feature) && Array.TrueForAll(margin, _parts[other].Contains));
    }

    private bool IsBefore(int other, int feature)
    {
        int difference = _features[other].Parts.Length - _features[feature].Parts.Length;
        return difference < 0 || (difference == 0 && other < feature);
    }
}
