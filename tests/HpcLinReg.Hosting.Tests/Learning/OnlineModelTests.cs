namespace HpcLinReg.Hosting.Tests.Learning;

/// <summary>Learning on a store that keeps its promises: what the state machine and the writer promise.</summary>
public class OnlineModelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_names_the_version_that_contains_the_batch()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        Assert.Null(online.Served.CurrentOrNull);
        for (int i = 1; i <= 5; i++)
        {
            LearnedBatch learned = await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
            Assert.Equal(new LearnedBatch(i, i + 1, 3, 0), learned);
            Assert.True(i == 1 || online.Served.Current.Version == learned.Version);
        }

        Assert.Equal((5L, 15L), (online.Status.Sequence, online.Status.Rows));
        double[] all = [.. Enumerable.Range(1, 5).SelectMany(i => Rows.Batch(i))];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([.. all.Chunk(3).SelectMany(row => row[..2])], 2), (double[])[.. all.Chunk(3).Select(row => row[2])]);
        Assert.Equal(fit.Model.Weights[0], online.Served.Current.Model.Terms[0].Coefficient, 1e-12);
        Assert.Equal(Enumerable.Range(0, 15).Max(i => all[3 * i]), online.Served.Current.Model.Design.Columns[0].Most);
    }

    [Fact]
    public async Task A_repeated_batch_gets_the_first_answer_and_other_rows_under_its_key_are_refused()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        LearnedBatch first = await online.AddAsync("k1", Rows.Batch(1), Stop);
        await online.AddAsync("k2", Rows.Batch(2), Stop);
        Assert.Equal(first, await online.AddAsync("k1", Rows.Batch(1), Stop));
        Assert.Equal(6, online.Status.Rows);
        RowsRefusedException taken = await Assert.ThrowsAsync<RowsRefusedException>(() => online.AddAsync("k1", Rows.Batch(3), Stop));
        Assert.True(taken.IsKeyTaken);
        // All at once: one of them is learned, and every answer is its.
        LearnedBatch[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => online.AddAsync("k9", Rows.Batch(9), Stop)));
        Assert.Single(answers.Distinct());
        Assert.Equal((3L, 9L), (online.Status.Sequence, online.Status.Rows));
        // The same after a restart.
        await online.StopAsync();
        OnlineModel again = Rows.Start(store);
        Assert.Equal(first, await again.AddAsync("k1", Rows.Batch(1), Stop));
        Assert.Equal(9, again.Status.Rows);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("forgetting")]
    [InlineData("window")]
    [InlineData("model")]
    public async Task Stored_state_and_replay_give_the_bits_of_a_learner_that_never_stopped(string kind)
    {
        Action<LearningOptions> configure = options =>
        {
            options.Forgetting = kind == "forgetting" ? 0.98 : 1;
            options.Window = kind == "window" ? 12 : 0;
            options.SnapshotEvery = 7;
        };
        RegressionModel? start = kind == "model" ? RegressionModel.FromJson(Models.Plain(1).ToJson()) : null;
        using var steady = new MemoryStore();
        using var stopped = new MemoryStore();
        OnlineModel one = Rows.Start(steady, configure, start), other = Rows.Start(stopped, configure, start);
        for (int i = 1; i <= 40; i++)
        {
            await one.AddAsync($"k{i}", Rows.Batch(i), Stop);
            if (i % 9 == 0)
            {
                await other.StopAsync();
                other = Rows.Start(stopped, configure, start);
            }

            await other.AddAsync($"k{i}", Rows.Batch(i), Stop);
            Assert.Equal(one.Status, other.Status);
            if (one.Served.CurrentOrNull is not null)
            {
                Assert.Equal(Rows.Bits(one.Served), Rows.Bits(other.Served));
                Assert.Equal(one.Served.Current.Version, other.Served.Current.Version);
            }
        }

        await one.StopAsync();
        await other.StopAsync();
        // Without the stored state, from the rows alone.
        stopped.ChangeContract();
        OnlineModel replayed = Rows.Start(stopped, configure, start);
        Assert.Equal(Rows.Bits(one.Served), Rows.Bits(replayed.Served));
    }

    [Fact]
    public async Task A_window_learns_from_its_rows_alone()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store, options => options.Window = 10);
        for (int i = 1; i <= 30; i++)
        {
            await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
        }

        double[][] last = [.. Enumerable.Range(1, 30).SelectMany(i => Rows.Batch(i)).Chunk(3).TakeLast(10)];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>([.. last.SelectMany(row => row[..2])], 2), (double[])[.. last.Select(row => row[2])]);
        // The learner promises eight digits of predictions.
        Assert.Equal(fit.Model.Predict([5.0, 0.5]), online.Served.Current.Predict([5.0, 0.5]).Value, 1e-7);
        Assert.Equal(10, online.Status.Rows);
    }

    [Fact]
    public async Task Learning_begins_with_the_rows_of_a_model()
    {
        double[] first = Rows.Batch(1, 40), second = Rows.Batch(2, 40), all = [.. first, .. second];
        RegressionModel Of(double[] values) => RegressionModel.Create(Rows.Design, "y", LinearRegression.Fit(new MatrixSpan<double>([.. values.Chunk(3).SelectMany(row => row[..2])], 2), (double[])[.. values.Chunk(3).Select(row => row[2])]));
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store, start: Of(first));
        Assert.Equal((1L, Of(first).Predict([5.0, 0.5]).Value), (online.Served.Current.Version, online.Served.Current.Predict([5.0, 0.5]).Value));
        await online.AddAsync("k", second, Stop);
        Assert.Equal(Of(all).Predict([5.0, 0.5]).Value, online.Served.Current.Predict([5.0, 0.5]).Value, 1e-9);
        Assert.Equal(80, online.Status.Rows);
        // A store belongs to what it began with.
        await online.StopAsync();
        Assert.Throws<LearningStoreException>(() => Rows.Start(store, start: Of(second)));
    }

    [Fact]
    public void What_cannot_be_learned_is_refused_with_the_remedy()
    {
        using var store = new MemoryStore();
        Assert.Contains("powers", Assert.Throws<ArgumentException>(() => Rows.Start(store, start: RegressionModel.Fit(
            new ColumnTable { ["a"] = new double[] { 1, 2, 3, 4, 5 }, ["y"] = new double[] { 1, 4, 9, 16, 26 } }, "y", [Feature.Polynomial("a", 2)]))).Message, StringComparison.Ordinal);
        foreach ((Action<LearningOptions> configure, string words) in ((Action<LearningOptions>, string)[])[
            (options => { }, "neither a model"), (options => options.FromNothing(Rows.Design, "y").Forgetting = 0, "forgetting factor"),
            (options => options.FromModel(Models.Plain(1)).Window = 5, "could not leave the window"), (options => options.FromNothing(Rows.Design, "y").Ridge = -1, "ridge")])
        {
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHpcLinReg().AddOnlineModel("load", configure)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hostile_rows_are_refused_whole_and_change_nothing()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        await online.AddAsync("k1", Rows.Batch(1, 10), Stop);
        long[] before = Rows.Bits(online.Served);
        (double[] Values, string Words)[] hostile =
        [
            ([1, 2, 3, 4, double.NaN, 6], "Row 1: The column 'b'"), ([1, 2, double.NaN], "Row 0: The target 'y'"), ([1, double.PositiveInfinity, 3], "Row 0: The column 'b'"),
            ([1, 1e308, 3], "Row 0: 'b' is 1E+308"), ([1, 2, -1e300], "Row 0: The target 'y' is -1E+300"), ([1, 2], "There are 2 values; a row has 3"), ([], "There are 0 values"),
        ];
        foreach ((double[] values, string words) in hostile)
        {
            RowsRefusedException refused = await Assert.ThrowsAsync<RowsRefusedException>(() => online.AddAsync("k2", values, Stop));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }

        foreach (string key in (string[])["", " ", new string('k', 201), "a\nb"])
        {
            await Assert.ThrowsAsync<RowsRefusedException>(() => online.AddAsync(key, Rows.Batch(2), Stop));
        }

        Assert.Equal(before, Rows.Bits(online.Served));
        Assert.Equal(2, (await online.AddAsync("k2", Rows.Batch(2), Stop)).Sequence);
    }

    [Fact]
    public async Task Unseen_texts_are_refused_or_left_out_and_counted()
    {
        RegressionModel model = Models.Mixed();
        Dictionary<string, Cell> Row(string city) => new() { ["city"] = city, ["area"] = 50, ["rooms"] = 2, ["lift"] = true, ["built"] = new DateTime(1995, 3, 1, 0, 0, 0, DateTimeKind.Utc), ["rent"] = 900 };
        using var strict = new MemoryStore();
        using var lenient = new MemoryStore();
        OnlineModel refusing = Rows.Start(strict, start: model), skipping = Rows.Start(lenient, options => options.SkipUnseenLevels = true, model);
        IReadOnlyList<IReadOnlyDictionary<string, Cell>> rows = [Row("Oslo"), Row("Paris"), Row("Bern")];
        Assert.Contains("Row 1: The column 'city'", (await Assert.ThrowsAsync<RowsRefusedException>(() => refusing.AddRowsAsync("k", rows, Stop))).Message, StringComparison.Ordinal);
        Assert.Equal(new LearnedBatch(1, 2, 2, 1), await skipping.AddRowsAsync("k", rows, Stop));
        Assert.Equal(new LearnedBatch(1, 2, 2, 1), await skipping.AddRowsAsync("k", rows, Stop));
        Assert.Equal(62, skipping.Status.Rows);
        Assert.Contains("Row 0: 'area' is a text", (await Assert.ThrowsAsync<RowsRefusedException>(() => refusing.AddRowsAsync("k", [new Dictionary<string, Cell>(Row("Oslo")) { ["area"] = "50" }], Stop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_failed_commit_nothing_is_learned_and_predictions_go_on()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        await online.AddAsync("k1", Rows.Batch(1, 10), Stop);
        long[] before = Rows.Bits(online.Served);
        store.Fails = true;
        Assert.Contains("The disk is gone", (await Assert.ThrowsAsync<LearningStoreException>(() => online.AddAsync("k2", Rows.Batch(2), Stop))).Message, StringComparison.Ordinal);
        store.Fails = false;
        await Assert.ThrowsAsync<LearningStoreException>(() => online.AddAsync("k3", Rows.Batch(3), Stop));
        Assert.Contains("The disk is gone", online.Status.Closed, StringComparison.Ordinal);
        Assert.Equal(before, Rows.Bits(online.Served));
        // A repeated request after a restart gets the answer that the log has.
        Assert.Equal(2, (await Rows.Start(store).AddAsync("k2", Rows.Batch(2), Stop)).Sequence);
    }

    [Fact]
    public async Task A_forgotten_batch_is_as_if_it_had_not_been_learned()
    {
        using var store = new MemoryStore();
        using var without = new MemoryStore();
        OnlineModel online = Rows.Start(store), other = Rows.Start(without);
        for (int i = 1; i <= 6; i++)
        {
            await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
            if (i != 3)
            {
                await other.AddAsync($"k{i}", Rows.Batch(i), Stop);
            }
        }

        Assert.Equal(new LearnedBatch(7, 8, 0, 0), await online.ForgetAsync("f", "k3", Stop));
        Assert.Equal(new LearnedBatch(7, 8, 0, 0), await online.ForgetAsync("f", "k3", Stop));
        // The learner promises eight digits of predictions.
        Assert.Equal(other.Served.Current.Predict([5.0, 0.5]).Value, online.Served.Current.Predict([5.0, 0.5]).Value, 1e-8);
        Assert.Equal(15, online.Status.Rows);
        await Assert.ThrowsAsync<RowsRefusedException>(() => online.ForgetAsync("g", "k77", Stop));
        await Assert.ThrowsAsync<RowsRefusedException>(() => online.ForgetAsync("g", "f", Stop));
        await online.StopAsync();
        OnlineModel replayed = Rows.Start(store);
        Assert.Equal(Rows.Bits(online.Served), Rows.Bits(replayed.Served));
        using var forgetting = new MemoryStore();
        OnlineModel fading = Rows.Start(forgetting, options => options.Forgetting = 0.9);
        await fading.AddAsync("k1", Rows.Batch(1), Stop);
        await Assert.ThrowsAsync<RowsRefusedException>(() => fading.ForgetAsync("f", "k1", Stop));
    }

    [Fact]
    public async Task Too_few_rows_and_too_few_digits_keep_the_last_version_and_say_so()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        await online.AddAsync("k1", Rows.Batch(1, 1), Stop);
        Assert.Null(online.Served.CurrentOrNull);
        Assert.Contains("1 rows do not determine 2 coefficients", online.Status.Withheld, StringComparison.Ordinal);
        await online.AddAsync("k2", Rows.Batch(2, 10), Stop);
        Assert.Null(online.Status.Withheld);
        Assert.Equal(3, online.Served.Current.Version);
        using var demanding = new MemoryStore();
        // What a model's file keeps was summed in double, which promises fewer digits than fifteen.
        OnlineModel fine = Rows.Start(demanding, options => options.LeastDigits = 15, Models.Plain(1));
        await fine.AddAsync("k1", Rows.Batch(1), Stop);
        Assert.Equal(1, fine.Served.Current.Version);
        Assert.Contains("are asked for", fine.Status.Withheld, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_commits_and_keep_one_order()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        LearnedBatch[] answers = await Task.WhenAll(Enumerable.Range(1, 300).Select(i => Task.Run(() => online.AddAsync($"k{i}", Rows.Batch(i), Stop))));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), answers.Select(answer => answer.Sequence).Order());
        Assert.True(store.Commits <= 300);
        Assert.Equal((900L, 301L), (online.Status.Rows, online.Served.Current.Version));
        await online.StopAsync();
        Assert.Equal(Rows.Bits(online.Served), Rows.Bits(Rows.Start(store).Served));
        await Assert.ThrowsAsync<LearningStoreException>(() => online.AddAsync("late", Rows.Batch(1), Stop));
    }

    [Fact]
    public async Task Nobody_else_publishes_a_learned_model_but_it_can_be_rolled_back()
    {
        using var store = new MemoryStore();
        OnlineModel online = Rows.Start(store);
        await online.AddAsync("k1", Rows.Batch(1, 10), Stop);
        await online.AddAsync("k2", Rows.Batch(2, 10), Stop);
        Assert.Throws<InvalidOperationException>(() => online.Served.Publish(Models.Plain(1)));
        Assert.True(online.Served.Rollback());
        Assert.Equal(2, online.Served.Current.Version);
        await online.AddAsync("k3", Rows.Batch(3, 10), Stop);
        Assert.Equal(4, online.Served.Current.Version);
    }

    [Fact]
    public async Task Removed_rows_need_a_stored_state_of_the_same_engine()
    {
        using var store = new MemoryStore();
        Action<LearningOptions> configure = options => (options.SnapshotEvery, options.RemoveOldRows) = (5, true);
        OnlineModel online = Rows.Start(store, configure);
        LearnedBatch first = await online.AddAsync("k1", Rows.Batch(1), Stop);
        for (int i = 2; i <= 12; i++)
        {
            await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
        }

        Assert.True(store.Find("load", "k1")!.Values.IsEmpty);
        Assert.False(store.Find("load", "k12")!.Values.IsEmpty);
        await Assert.ThrowsAsync<RowsRefusedException>(() => online.ForgetAsync("f", "k1", Stop));
        await online.StopAsync();
        OnlineModel again = Rows.Start(store, configure);
        Assert.Equal(Rows.Bits(online.Served), Rows.Bits(again.Served));
        // The key still counts once.
        Assert.Equal(first, await again.AddAsync("k1", Rows.Batch(1), Stop));
        await again.StopAsync();
        store.ChangeContract();
        Assert.Contains("bit contract", Assert.Throws<LearningStoreException>(() => Rows.Start(store, configure)).Message, StringComparison.Ordinal);
    }
}
