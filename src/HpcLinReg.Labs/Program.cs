using HpcLinReg.Labs;

// dotnet run --project src/HpcLinReg.Labs [-- PORT]
int port = LabsOptions.DefaultPort;
if (args.Length > 1 || (args.Length == 1 && !(int.TryParse(args[0], out port) && port is >= 0 and <= 65535)))
{
    Console.Error.WriteLine("HpcLinReg.Labs takes one argument, a port from 0 (any free one) to 65535.");
    return 2;
}

return await LabsHost.RunAsync(new LabsOptions { Port = port }, Console.Out, Console.Error, opened: null, CancellationToken.None);
