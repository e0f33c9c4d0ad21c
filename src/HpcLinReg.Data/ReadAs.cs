namespace HpcLinReg.Data;

/// <summary>The kind that the cells of a column are read as.</summary>
public enum ReadAs
{
    /// <summary>Text, as it is written: <c>00123</c> stays <c>00123</c>.</summary>
    Text,

    /// <summary>Numbers in double precision.</summary>
    Number,

    /// <summary>Whole numbers; a cell with a fraction is refused.</summary>
    Whole,

    /// <summary>Days without a time of day; a cell with one is refused.</summary>
    Date,

    /// <summary>Times, with or without a date; a date alone is its midnight.</summary>
    Time,

    /// <summary>True or false, yes or no, 1 or 0.</summary>
    Flag,
}

/// <summary>The order in which day, month and year of a date are written. ISO 8601 (2024-12-31) is read whatever the order.</summary>
public enum DateOrder
{
    /// <summary>31/12/2024.</summary>
    DayMonthYear,

    /// <summary>12/31/2024.</summary>
    MonthDayYear,

    /// <summary>24/12/31.</summary>
    YearMonthDay,
}
