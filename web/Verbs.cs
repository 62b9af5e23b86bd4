using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Site;

namespace Pinacle.Web;

/// <summary>What <c>web</c> does besides serving: <c>migrate</c>, <c>join-token</c>, <c>token LOGIN [--create]</c>, <c>sign-in-link LOGIN</c>. Each prints its answer and nothing else, and ends.</summary>
public static class Verbs
{
    /// <summary>Runs a verb, with the services of its own; the exit code.</summary>
    public static async Task<int> Run(string[] args, IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return args switch
        {
            ["migrate"] => await DatabaseSetup.Migrate(scope.ServiceProvider, CancellationToken.None),
            ["join-token"] => Say((await scope.ServiceProvider.GetRequiredService<JoinTokens>().Make(CancellationToken.None)).Token),
            ["token", var login] => await Token(scope.ServiceProvider, login, create: false),
            ["token", var login, "--create"] => await Token(scope.ServiceProvider, login, create: true),
            ["sign-in-link", var login] => await SignInLink(scope.ServiceProvider, login),
            _ => Refuse("usage: web [migrate | join-token | token LOGIN [--create] | sign-in-link LOGIN]"),
        };
    }

    private static async Task<int> Token(IServiceProvider services, string login, bool create)
    {
        if (UserSlug.Problem(login) is { } problem)
            return Refuse($"cannot make a token for {login}: {problem}");
        var people = services.GetRequiredService<People>();
        var user = create ? await people.FindOrMake(login, CancellationToken.None) : await people.Find(login, CancellationToken.None);
        return user is null
            ? Refuse($"cannot make a token for {login}: nobody of that login has signed in (--create makes them)")
            : Say(await services.GetRequiredService<ApiTokens>().Make(user, "web token", null, CancellationToken.None));
    }

    private static async Task<int> SignInLink(IServiceProvider services, string login)
    {
        if (UserSlug.Problem(login) is { } problem)
            return Refuse($"cannot make a link for {login}: {problem}");
        var user = await services.GetRequiredService<People>().FindOrMake(login, CancellationToken.None);
        return Say(services.GetRequiredService<SiteUrls>().Page($"/sign-in/link?token={await services.GetRequiredService<SignInLinks>().Make(user, CancellationToken.None)}"));
    }

    private static int Say(string answer)
    {
        Console.WriteLine(answer);
        return 0;
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }
}
