namespace HpcLinReg.Terms;

/// <summary>The operation of one step of an expression on the values of the stack.</summary>
internal enum ExpressionOperation
{
    /// <summary>Pushes the constant with the step's index.</summary>
    Constant,

    /// <summary>Pushes the column with the step's index.</summary>
    Column,

    /// <summary>−a</summary>
    Negate,

    /// <summary>|a|</summary>
    Abs,

    /// <summary>The largest integer that is at most a.</summary>
    Floor,

    /// <summary>The smallest integer that is at least a.</summary>
    Ceil,

    /// <summary>a rounded to as many digits after the point as the step's index says, halves away from zero.</summary>
    Round,

    /// <summary>The natural logarithm.</summary>
    Ln,

    /// <summary>The logarithm to base 10.</summary>
    Log10,

    /// <summary>The logarithm to base 2.</summary>
    Log2,

    /// <summary>e^a</summary>
    Exp,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>The sine of an angle in radians.</summary>
    Sin,

    /// <summary>The cosine of an angle in radians.</summary>
    Cos,

    /// <summary>The year of a time.</summary>
    Year,

    /// <summary>The month of a time, 1 to 12.</summary>
    Month,

    /// <summary>The day of the month of a time, 1 to 31.</summary>
    Day,

    /// <summary>The hour of a time, 0 to 23.</summary>
    Hour,

    /// <summary>The day of the week of a time; Sunday is 0.</summary>
    DayOfWeek,

    /// <summary>The seconds from 1970-01-01 00:00 UTC to a time.</summary>
    Epoch,

    /// <summary>a + b; this and the following pop two values.</summary>
    Add,

    /// <summary>a − b</summary>
    Subtract,

    /// <summary>a · b</summary>
    Multiply,

    /// <summary>The smaller of a and b.</summary>
    Least,

    /// <summary>The larger of a and b.</summary>
    Greatest,

    /// <summary>a / b</summary>
    Divide,

    /// <summary>a^b</summary>
    Power,
}
