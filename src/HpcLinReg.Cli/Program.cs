Console.WriteLine("hpclinreg");
