namespace HpcLinReg.Hosting.Tests.InProcess;

/// <summary>Files that change while a model is served.</summary>
public class ModelFileTests
{
    [Fact]
    public void New_contents_become_the_next_version_and_the_same_contents_do_not()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        Assert.Equal(1, served.File!.Check()?.Snapshot?.Version);
        Assert.Null(served.File.Check());
        File.SetLastWriteTimeUtc(folder["fare.json"], DateTime.UtcNow.AddHours(1));
        Assert.Null(served.File.Check());
        // Another time in the file, the same model: the fingerprint is the same.
        Models.Plain(1).Save(folder["fare.json"]);
        Assert.Null(served.File.Check());
        Models.Plain(2).Save(folder["fare.json"]);
        Assert.Equal(2, served.File.Check()?.Snapshot?.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"format\":\"hpclinreg-model\",\"version\":3}")]
    [InlineData("PAR1")]
    public void A_bad_file_keeps_the_version_before_and_is_counted_and_named_once(string contents)
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        served.File!.Check();
        File.WriteAllText(folder["fare.json"], contents);
        ModelFileChange? change = served.File.Check();
        Assert.Contains("fare.json", change?.Error, StringComparison.Ordinal);
        Assert.Equal((1L, change!.Error), (served.LoadFailures, served.LoadError));
        Assert.Null(served.File.Check());
        Assert.Equal(1, served.LoadFailures);
        Assert.Equal(1, served.Current.Version);
        Models.Plain(2).Save(folder["fare.json"]);
        Assert.Equal(2, served.File.Check()?.Snapshot?.Version);
        Assert.Null(served.LoadError);
    }

    /// <summary>Every beginning of a file is a file that is being written.</summary>
    [Fact]
    public void A_half_written_file_never_becomes_a_version()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        served.File!.Check();
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(Models.Plain(2).ToJson());
        // The last byte is the line's end, without which the file is whole.
        for (int length = 0; length < whole.Length - 1; length += 37)
        {
            File.WriteAllBytes(folder["fare.json"], whole[..length]);
            Assert.NotNull(served.File.Check()?.Error);
            Assert.Equal(1, served.Current.Version);
        }

        File.WriteAllBytes(folder["fare.json"], whole);
        Assert.Equal(2, served.File.Check()?.Snapshot?.Version);
    }

    [Fact]
    public void A_file_that_goes_is_counted_once_and_its_return_is_no_new_version()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        served.File!.Check();
        File.Move(folder["fare.json"], folder["away.json"]);
        Assert.Contains("there is no file", served.File.Check()?.Error, StringComparison.Ordinal);
        Assert.Null(served.File.Check());
        Assert.Equal((1L, 1L), (served.LoadFailures, served.Current.Version));
        File.Move(folder["away.json"], folder["fare.json"]);
        Assert.Null(served.File.Check());
        Assert.Null(served.LoadError);
    }

    /// <summary>As mounted volumes are swapped: the file is a link through a link to a folder, which is replaced.</summary>
    [Fact]
    public void A_swapped_symbolic_link_is_a_change()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["one"]);
        Directory.CreateDirectory(folder["two"]);
        Models.Plain(1).Save(Path.Combine(folder["one"], "fare.json"));
        Models.Plain(2).Save(Path.Combine(folder["two"], "fare.json"));
        Directory.CreateSymbolicLink(folder["..data"], "one");
        File.CreateSymbolicLink(folder["fare.json"], Path.Combine("..data", "fare.json"));
        ServedModel served = Serve(folder["fare.json"]);
        Assert.Equal(1, served.File!.Check()?.Snapshot?.Version);
        Directory.Delete(folder["..data"]);
        Directory.CreateSymbolicLink(folder["..data"], "two");
        Assert.Equal(2, served.File.Check()?.Snapshot?.Version);
        Assert.Equal(Models.Plain(2).Fingerprint, served.Current.Fingerprint);
    }

    [Fact]
    public void A_file_of_a_model_with_SQL_or_other_columns_is_a_bad_file()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        served.File!.Check();
        Models.Mixed().Save(folder["fare.json"]);
        Assert.Contains("target is 'rent'", served.File.Check()?.Error, StringComparison.Ordinal);
        Models.WithSql().Save(folder["fare.json"]);
        Assert.Contains("SQL", served.File.Check()?.Error, StringComparison.Ordinal);
        Assert.Equal(2, served.LoadFailures);
    }

    [Fact]
    public async Task A_file_is_read_at_once_when_asked()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        ServedModel served = Serve(folder["fare.json"]);
        Assert.Null(await served.ReloadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, served.Current.Version);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new ServedModel("x", Models.Plain(1)).ReloadAsync(TestContext.Current.CancellationToken));
    }

    private static ServedModel Serve(string path) => new("fare", new ServedModelOptions { Path = path }, null, null, TimeProvider.System);
}
