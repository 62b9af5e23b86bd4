using System.Globalization;
using System.Net;
using Pinacle.Contracts;
using Pinacle.Guest;
using Pinacle.Guest.Acts;
using Pinacle.Guest.Linux;
using Pinacle.Guest.Sudo;

// The pod's own sudo (SudoServer.WriteShim); the port of another guest comes first where a test has one.
if (args is ["sudo", .. var sudo])
    return SudoClient.Run(sudo, GuestProtocol.Port);
if (args is ["sudo-at", var at, .. var elsewhere])
    return SudoClient.Run(elsewhere, int.Parse(at, CultureInfo.InvariantCulture));

// PID 1 of a pod. Its key comes from a file that podd mounts; a test that runs it as an ordinary process names key file, state folder, workspace and port instead.
var settings = GuestSettings.From(args);
var key = File.ReadAllText(settings.KeyFile).Trim();
Directory.CreateDirectory(settings.StateFolder);
var guest = new PodGuest(settings, new Children());
new SudoServer(guest).Start();
if (Environment.ProcessId == 1)
    SudoServer.WriteShim();
Diagnostics.Write($"{ProductVersion.Text} listens on port {settings.Port}");
var listener = new Listener(key, new ActTable(guest));
await listener.Run(new IPEndPoint(IPAddress.Any, settings.Port), guest.Ended);
return 0;
