using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>Reads and writes model files in the words of the command line, and checks the SQL in them.</summary>
public static class ModelFile
{
    /// <summary>Reads a model and checks everything in it, its expressions in SQL included, which are code from elsewhere.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The model.</returns>
    /// <exception cref="DataException">The file is missing or not a valid model, and the message names the member.</exception>
    public static RegressionModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RegressionModel model;
        try
        {
            model = RegressionModel.Load(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"There is no model file {path}; its full path would be {Path.GetFullPath(path)}.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new DataException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The model file {path} cannot be read: {exception.Message}", exception);
        }

        CheckSql(model, path);
        return model;
    }

    /// <summary>Writes a model, whole or not at all, as <see cref="OutputFile"/> does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Save(RegressionModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            OutputFile.Write(path, model.Save);
        }
        catch (DataException exception)
        {
            throw new DataException($"The model file {exception.Message}", exception.InnerException ?? exception);
        }
    }

    private static void CheckSql(RegressionModel model, string path)
    {
        if (model.Design.SqlExpressions.IsEmpty)
        {
            return;
        }

        string[] names = [.. model.Design.Columns.Select(column => column.Name)];
        using var session = Session.ForFiles([]);
        foreach (string text in model.Design.SqlExpressions)
        {
            try
            {
                if (SqlExpression.Parse(session, text, names).Alias is not null)
                {
                    throw new UsageException($"\"{text}\" has a name after AS, which stands in a member of its own.");
                }
            }
            catch (Exception exception) when (exception is UsageException or DataException)
            {
                throw new DataException($"{path} is not a valid model file: its expression in SQL is refused: {exception.Message}", exception);
            }
        }
    }
}
