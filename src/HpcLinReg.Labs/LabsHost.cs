using System.Reflection;
using HpcLinReg.Labs.Components;
using HpcLinReg.Labs.Links;
using HpcLinReg.Labs.Visitors;
using Microsoft.AspNetCore.DataProtection;

namespace HpcLinReg.Labs;

/// <summary>Makes the web server of the labs, for this program and for <c>hpclinreg labs</c>.</summary>
public static class LabsHost
{
    /// <summary>Messages from a browser: a link of the longest kind and some more.</summary>
    private const int LargestMessage = 2 * LinkReader.LongestLink;

    /// <summary>
    /// The longest request line that is answered by us, and not by Kestrel's empty 414: browsers cut off at two million characters, and
    /// somebody who follows a broken link needs to read.
    /// </summary>
    private const int LongestRequestLine = 2_200_000;

    /// <summary>Makes the server; <see cref="WebApplication.Urls"/> has its address once it is started.</summary>
    /// <param name="options">How to serve.</param>
    /// <param name="time">Tells how long a visitor has been idle; the system's where it is null.</param>
    public static WebApplication Create(LabsOptions options, TimeProvider? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Styles and scripts lie beside the program, wherever it was started.
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = NameOfAssets(),
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestBufferSize = 2 * LongestRequestLine;
            // A browser opens up to six at once while it loads a page, and keeps one.
            kestrel.Limits.MaxConcurrentConnections = 100 + (4 * options.MostVisitors);
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        // A port that is taken gets a sentence of our own.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            // A browser brings the token of an earlier run, whose key is gone; forms, which would need it, there are none.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        // Nothing outlives the process that its keys would have to protect.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitRetentionPeriod = options.KeptAfterDisconnect;
            circuits.DisconnectedCircuitMaxRetained = options.MostVisitors;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        builder.Services.AddSingleton(options);
        builder.Services.AddVisitors(time ?? TimeProvider.System);

        WebApplication app = builder.Build();
        app.UseHostFiltering();
        app.Use(Headers);
        app.Use(RefuseForeignPages);
        app.Use(RefuseLongLinks);
        app.UseExceptionHandler("/problem");
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.UseAntiforgery();
        app.MapStaticAssets();
        // Only after a collection do the objects that are still reachable show whether visitors are released.
        app.MapGet("/health",
            (VisitorCount visitors) =>
                new Health(visitors.Open, visitors.Refused, GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet));
        // The policy in the headers above says who may frame the page.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    /// <summary>
    /// Prints the address and serves until it is stopped. Returns 0, or 1 when the port cannot be opened.
    /// </summary>
    /// <param name="options">How to serve.</param>
    /// <param name="output">Gets the address.</param>
    /// <param name="error">Gets what went wrong.</param>
    /// <param name="opened">Called with the address once it answers.</param>
    /// <param name="stop">Ends it, as Ctrl-C does.</param>
    public static async Task<int> RunAsync(LabsOptions options, TextWriter output, TextWriter error, Action<string>? opened,
        CancellationToken stop)
    {
        await using WebApplication app = Create(options);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException)
        {
            await error.WriteLineAsync($"hpclinreg: port {options.Port} of this machine is in use; choose another one, or 0 for any.");
            return 1;
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            await error.WriteLineAsync($"hpclinreg: port {options.Port} of this machine cannot be opened: {exception.Message}. Ports below 1024 are often reserved; choose another one, or 0 for any.");
            return 1;
        }

        string address = app.Urls.First();
        await output.WriteLineAsync($"The labs are at {address} (on this machine only). Ctrl-C ends them.");
        await output.FlushAsync(stop);
        opened?.Invoke(address);
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    /// <summary>
    /// The list of styles and scripts is named after the program that was built or published: the tool's package has the tool's, a test's
    /// folder only this one's.
    /// </summary>
    private static string NameOfAssets()
    {
        string own = typeof(LabsHost).Assembly.GetName().Name!, entry = Assembly.GetEntryAssembly()?.GetName().Name ?? own;
        return File.Exists(Path.Combine(AppContext.BaseDirectory, $"{entry}.staticwebassets.endpoints.json")) ? entry : own;
    }

    /// <summary>Nothing from elsewhere is loaded or run, whatever a link or a file brings; nobody frames the page.</summary>
    private static Task Headers(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    /// <summary>
    /// A browser lets a page of any site open a socket to this machine, and says in Origin which site it is; only our own pages are
    /// answered.
    /// </summary>
    private static Task RefuseForeignPages(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        string? origin = request.Headers.Origin;
        if (origin is null || !request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.RequestServices.GetRequiredService<VisitorCount>().Refuse();
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("The labs answer their own pages only.");
    }

    private static Task RefuseLongLinks(HttpContext context, RequestDelegate next)
    {
        if (context.Request.QueryString.Value is not { Length: > LinkReader.LongestLink } query)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status414UriTooLong;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>The link is too long</title><link rel="stylesheet" href="/labs.css"></head>
            <body><main><section class="card reading"><h1>The link is too long</h1>
            <p>It has {query.Length:N0} characters; at most {LinkReader.LongestLink:N0} are read, which is enough for 2,000 points with all their digits.</p>
            <p><a href="/">Open the laboratory</a></p></section></main></body></html>
            """);
    }

    private sealed record Health(int Circuits, long RefusedConnections, long ManagedBytes, long WorkingSetBytes);
}
