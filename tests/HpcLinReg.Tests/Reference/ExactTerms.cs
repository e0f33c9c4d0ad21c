namespace HpcLinReg.Tests.Reference;

/// <summary>A polynomial model's terms and values without any rounding, from the shifts, scales and weights that the model shows.</summary>
internal sealed class ExactTerms(PolynomialModel model)
{
    /// <summary>The terms of a row: with an intercept tᵐ, without one x·o·tᵐ⁻¹.</summary>
    internal BinaryFraction[] Of(ReadOnlySpan<double> row)
    {
        var terms = new List<BinaryFraction>();
        for (int j = 0; j < model.Variables.Length; j++)
        {
            PolynomialVariable variable = model.Variables[j];
            BinaryFraction x = row[j];
            BinaryFraction t = (x - variable.Shift) * variable.Scale;
            BinaryFraction term = model.HasIntercept ? t : x * variable.OriginScale;
            for (int m = 1; m <= variable.Degree; m++, term *= t)
            {
                terms.Add(term);
            }
        }

        return [.. terms];
    }

    /// <summary>The terms of joint rows, whose cells behind the variables are not looked at.</summary>
    internal Rational[,] Design(double[] joint, int columns)
    {
        var design = new Rational[joint.Length / columns, model.Weights.Length];
        for (int i = 0; i < design.GetLength(0); i++)
        {
            BinaryFraction[] terms = Of(joint.AsSpan(i * columns, columns));
            for (int j = 0; j < terms.Length; j++)
            {
                design[i, j] = terms[j].ToRational();
            }
        }

        return design;
    }

    /// <summary>The model's value, and |b| + Σ|wⱼ·termⱼ|, which its error bound is a share of.</summary>
    internal (BinaryFraction Value, double Size) Predict(ReadOnlySpan<double> row)
    {
        BinaryFraction[] terms = Of(row);
        BinaryFraction value = model.Intercept;
        double size = Math.Abs(model.Intercept);
        for (int j = 0; j < terms.Length; j++)
        {
            BinaryFraction part = terms[j] * model.Weights[j];
            value += part;
            size += Math.Abs(part.ToDouble());
        }

        return (value, size);
    }

    /// <summary>The coefficients of powers of the variables that weights of the terms are, by multiplying the terms out.</summary>
    internal (Rational[] Powers, Rational Constant) ToPowers(Rational[] weights, Rational constant)
    {
        var powers = new Rational[weights.Length];
        int first = 0;
        foreach (PolynomialVariable variable in model.Variables)
        {
            Rational scale = Rational.From(variable.Scale), shift = Rational.From(variable.Shift);

            // Coefficients of 1, x, x², … of the term at hand; the next one is it times t = scale·x − scale·shift.
            Rational[] term = model.HasIntercept ? [-(scale * shift), scale] : [Rational.Zero, Rational.From(variable.OriginScale)];
            for (int m = 1; m <= variable.Degree; m++)
            {
                constant += weights[first + m - 1] * term[0];
                for (int power = 1; power <= m; power++)
                {
                    powers[first + power - 1] = (m == power ? Rational.Zero : powers[first + power - 1]) + (weights[first + m - 1] * term[power]);
                }

                Rational[] before = term;
                term = [.. Enumerable.Range(0, before.Length + 1).Select(i =>
                    ((i > 0 ? before[i - 1] : Rational.Zero) * scale) - ((i < before.Length ? before[i] : Rational.Zero) * scale * shift))];
            }

            first += variable.Degree;
        }

        return (powers, constant);
    }
}
