using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>A page about one service, for whoever manages its pod.</summary>
public abstract class ServicePage(PodAccess access, PodScreens screens) : PodPage(access, screens)
{
    /// <summary>The service's name.</summary>
    [BindProperty(SupportsGet = true, Name = "service")]
    public string Name { get; set; } = "";

    /// <summary>The service.</summary>
    public Service Service { get; private set; } = null!;

    /// <summary>Where its sharing is decided.</summary>
    public string SharePath => $"{Path}/share";

    /// <summary>The path of everything about it.</summary>
    public string Path => $"/pods/{Id}/services/{Service.Name}";

    protected override PodRight Needed => PodRight.Manage;

    protected override bool Find()
    {
        Service = Pod.Services.Find(service => service.Name == Name)!;
        return Service is not null;
    }
}
