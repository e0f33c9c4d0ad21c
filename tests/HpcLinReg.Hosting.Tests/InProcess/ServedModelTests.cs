namespace HpcLinReg.Hosting.Tests.InProcess;

public class ServedModelTests
{
    [Fact]
    public void A_published_model_is_current_with_its_version_and_fingerprint()
    {
        RegressionModel first = Models.Plain(1), second = Models.Plain(2);
        var served = new ServedModel("fare", first);
        Assert.Equal((1, first.Fingerprint), (served.Current.Version, served.Current.Fingerprint));
        Assert.True(served.TryPublish(second, expectedVersion: 1, out ModelSnapshot? snapshot));
        Assert.Same(snapshot, served.Current);
        Assert.Equal((2, second.Fingerprint), (snapshot.Version, snapshot.Fingerprint));
        Assert.Equal(second.Predict([3.0, 4.0]).Value, served.Current.Predict([3.0, 4.0]).Value);
    }

    [Fact]
    public void Publishing_over_a_version_that_is_not_current_changes_nothing()
    {
        var served = new ServedModel("fare", Models.Plain(1));
        ModelSnapshot before = served.Current;
        Assert.False(served.TryPublish(Models.Plain(2), expectedVersion: 0));
        Assert.False(served.TryPublish(Models.Plain(2), expectedVersion: 2));
        Assert.Same(before, served.Current);
        Assert.Single(served.Versions);
    }

    [Fact]
    public void Of_racing_publishers_with_one_expected_version_exactly_one_wins()
    {
        RegressionModel[] models = [.. Enumerable.Range(0, 8).Select(i => Models.Plain(i))];
        var served = new ServedModel("fare", models[0]);
        int won = 0;
        Parallel.ForEach(models, model =>
        {
            if (served.TryPublish(model, expectedVersion: 1))
            {
                Interlocked.Increment(ref won);
            }
        });
        Assert.Equal(1, won);
        Assert.Equal(2, served.Current.Version);
    }

    [Fact]
    public void Rolling_back_returns_to_what_was_current_before_and_versions_keep_their_models()
    {
        RegressionModel[] models = [.. Enumerable.Range(1, 4).Select(i => Models.Plain(i))];
        var served = new ServedModel("fare", models[0]);
        served.Publish(models[1]);
        served.Publish(models[2]);
        Assert.True(served.Rollback());
        Assert.Equal((2, models[1].Fingerprint), (served.Current.Version, served.Current.Fingerprint));
        Assert.True(served.Rollback());
        Assert.Equal((1, models[0].Fingerprint), (served.Current.Version, served.Current.Fingerprint));
        Assert.False(served.Rollback());
        // A new model gets a number that no other had, so a version is one model.
        Assert.Equal(4, served.Publish(models[3]).Version);
        Assert.True(served.Rollback());
        Assert.Equal(1, served.Current.Version);
    }

    [Fact]
    public void The_last_versions_are_kept_and_older_ones_cannot_be_promoted()
    {
        var served = new ServedModel("fare", new ServedModelOptions { VersionsKept = 3 }, null, null, TimeProvider.System);
        for (int i = 1; i <= 6; i++)
        {
            served.Publish(Models.Plain(i));
        }

        Assert.Equal([4, 5, 6], served.Versions.Select(version => version.Version));
        Assert.False(served.TryPromote(3));
        Assert.True(served.TryPromote(4, expectedVersion: 6));
        Assert.False(served.TryPromote(5, expectedVersion: 6));
        Assert.Equal(4, served.Current.Version);
        Assert.False(served.TryFind(3, out _));
    }

    [Fact]
    public void A_model_with_SQL_is_refused_with_the_remedy()
    {
        string message = Assert.Throws<ArgumentException>(() => new ServedModel("fare", Models.WithSql())).Message;
        Assert.Contains("date_part", message, StringComparison.Ordinal);
        Assert.Contains("write it as an expression", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_other_columns_is_refused_unless_allowed()
    {
        var served = new ServedModel("fare", Models.Plain(1));
        string message = Assert.Throws<ArgumentException>(() => served.Publish(Models.Mixed())).Message;
        Assert.Contains("target is 'rent'", message, StringComparison.Ordinal);
        var open = new ServedModel("fare", new ServedModelOptions { AllowOtherColumns = true }, null, null, TimeProvider.System);
        open.Publish(Models.Plain(1));
        Assert.Equal(2, open.Publish(Models.Mixed()).Version);
    }

    [Fact]
    public void Before_the_first_version_the_message_says_why_there_is_none()
    {
        var served = new ServedModel("fare", new ServedModelOptions { Path = "fare.json" }, null, null, TimeProvider.System);
        Assert.Null(served.CurrentOrNull);
        Assert.Contains("the host has not started", Assert.Throws<InvalidOperationException>(() => served.Current).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canary_gets_its_share_of_keys_and_a_key_always_the_same_version()
    {
        var served = new ServedModel("fare", Models.Plain(1));
        ModelSnapshot candidate = served.AddCandidate(Models.Plain(2));
        Assert.Equal(1, served.Current.Version);
        served.Split = new ModelSplit(candidate.Version, 0.25);
        string[] keys = [.. Enumerable.Range(0, 4000).Select(i => $"user-{i}")];
        long[] chosen = [.. keys.Select(key => served.Select(key).Version)];
        // 4000 draws of share 1/4 have a standard deviation of 27: 6 of them.
        Assert.InRange(chosen.Count(version => version == 2), 1000 - 164, 1000 + 164);
        Assert.Equal(chosen, keys.Select(key => served.Select(key).Version));
        Assert.Equal(1, served.Select("").Version);
        // Who is in the canary at a quarter is in it at a half.
        served.Split = new ModelSplit(candidate.Version, 0.5);
        Assert.All(keys.Where((_, i) => chosen[i] == 2), key => Assert.Equal(2, served.Select(key).Version));
        Assert.True(served.TryPromote(2));
        Assert.Null(served.Split);
        Assert.Throws<ArgumentException>(() => served.Split = new ModelSplit(77, 0.5));
        Assert.Throws<ArgumentException>(() => served.Split = new ModelSplit(1, 1.5));
    }

    /// <summary>A request that took a snapshot computes everything with one version, whatever is published meanwhile.</summary>
    [Fact]
    public async Task A_snapshot_taken_once_never_mixes_two_versions()
    {
        RegressionModel[] models = [.. Enumerable.Range(1, 4).Select(i => Models.Plain(i))];
        Dictionary<string, double> expected = models.ToDictionary(model => model.Fingerprint, model => model.Predict([3.0, 4.0]).Value);
        var served = new ServedModel("fare", models[0]);
        using var done = new CancellationTokenSource();
        Task<long>[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            long wrong = 0;
            while (!done.IsCancellationRequested)
            {
                ModelSnapshot snapshot = served.Current;
                wrong += snapshot.Predict([3.0, 4.0]).Value == expected[snapshot.Fingerprint] ? 0 : 1;
            }

            return wrong;
        }))];
        for (int i = 0; i < 2000; i++)
        {
            served.Publish(models[i % 4]);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), wrong => Assert.Equal(0, wrong));
        Assert.Equal(2001, served.Current.Version);
        Assert.Equal(5, served.Versions.Length);
    }

    [Fact]
    public void Predicting_through_the_snapshot_allocates_nothing()
    {
        var served = new ServedModel("fare", Models.Plain(1));
        double[] row = [3, 4], rows = [1, 2, 3, 4], predictions = new double[2];
        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                _ = served.Current.Predict(row);
                _ = served.Select("key").Predict(row);
                _ = served.Current.PredictWithUncertainty(row);
                served.Current.Predict(new MatrixSpan<double>(rows, 2), predictions);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Measure();
        Assert.Equal(0, Measure());
    }
}
