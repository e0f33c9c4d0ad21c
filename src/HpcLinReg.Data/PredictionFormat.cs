namespace HpcLinReg.Data;

/// <summary>How predictions are written.</summary>
public enum PredictionFormat
{
    /// <summary>Comma-separated, with a header; UTF-8, LF.</summary>
    Csv,

    /// <summary>Parquet.</summary>
    Parquet,

    /// <summary>
    /// One JSON object for each row, each in a line of its own; UTF-8, LF. Where there is no prediction it is null, and a last member says
    /// why: <c>"issue": {"cause": "missingValue", "name": "Sex"}</c>, with the name of <see cref="PredictionIssue"/> and that of the column
    /// or feature.
    /// </summary>
    JsonLines,
}
