Console.Error.WriteLine("fake-runsc: no command"); return 64;
