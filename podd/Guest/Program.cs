using System.Net;
using Pinacle.Guest;
using Pinacle.Guest.Acts;
using Pinacle.Guest.Linux;

// PID 1 of a pod. Its key comes from a file that podd mounts; a test that runs it as an ordinary process names key file, state folder, workspace and port instead.
var settings = GuestSettings.From(args);
var key = File.ReadAllText(settings.KeyFile).Trim();
Directory.CreateDirectory(settings.StateFolder);
var guest = new PodGuest(settings, new Children());
Diagnostics.Write($"{PodGuest.Version} listens on port {settings.Port}");
var listener = new Listener(key, new ActTable(guest));
await listener.Run(new IPEndPoint(IPAddress.Any, settings.Port), guest.Ended);
return 0;
