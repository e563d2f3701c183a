package io.muster.cli;

import io.muster.access.User.Origin;
import io.muster.app.AppConfiguration;
import io.muster.app.UserLink;
import io.muster.app.UserService;
import io.muster.app.UserView;
import io.muster.support.KnownSettings;
import io.muster.support.PublicUrl;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster users}. */
@Command(
        name = "users",
        description = {
            "Make, list and change the people who sign in to the console.",
            "",
            "Roles: access (contacts), manage (directories; contains access), operate (runs and automations, without",
            "personal data), administer (everything). A person may have several."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster users create lena --role administer",
            "  muster users create tom --role manage --directory Customers --link",
            "  muster users disable tom"
        })
final class UsersCommand extends AppCommands {

    private static final Listing<UserView> USERS = new Listing<UserView>(
                    "No users yet. Create one with: muster users create NAME --role administer")
            .column("NAME", UserView::name)
            .column("ROLES", view -> String.join(", ", view.roles()))
            .column("DIRECTORIES", UsersCommand::directories)
            .column("SIGNS IN WITH", UsersCommand::way)
            .column("CREATED", UserView::created)
            .column("BY", UserView::createdBy)
            .column("LAST SIGN-IN", UserView::lastSignIn)
            .column("DISABLED", UserView::disabled);

    UsersCommand(Terminal terminal) {
        super(terminal);
    }

    /**
     * A person that was made.
     *
     * @param link with which a password is chosen; null when it was given
     */
    private record Made(
            UserView user, @Nullable String link, @Nullable String expires) {}

    @Command(
            name = "create",
            description = {
                "Create a user.",
                "",
                "The password is asked for twice at a terminal; else it is one line of standard input. It has 12"
                        + " characters at least."
            },
            footer = {
                "",
                "Examples:",
                "  muster users create lena --role administer",
                "  muster users create tom --role manage --role operate --directory Customers --link --json",
                "  muster users create anna --role access < password.txt"
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "The name; upper and lower case are the same.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description =
                                    "What the person may do: access, manage, operate, administer; may be given several times.")
                    List<String> roles,
            @Option(
                            names = {"-d", "--directory"},
                            paramLabel = "DIRECTORY",
                            description =
                                    "The only directory whose contacts the person sees, by id or name; may be given several"
                                            + " times. Default: all.")
                    @Nullable
                    List<String> directories,
            @Option(
                            names = "--link",
                            description =
                                    "Print a link with which the person chooses a password, once, within 24 hours.")
                    boolean link,
            @Mixin Output output) {
        // Asked for before the database is: whoever writes it waits for nothing.
        String password = link ? null : terminal().secret("Password");
        try (AppContext context = AppContext.open(terminal(), AppConfiguration.class)) {
            UserService users = context.get(UserService.class);
            UserView user =
                    users.create(person(), name, roles, directories == null ? List.of() : directories, password);
            if (!link) {
                output.print(new Made(user, null, null), () -> "Created the user '%s'.".formatted(user.name()));
                return;
            }

            UserLink made = users.link(person(), user.name(), base(context));
            output.print(
                    new Made(user, made.link(), made.expires()),
                    () -> "Created the user '%s'.\n%s".formatted(user.name(), text(made)));
        }
    }

    private static String text(UserLink link) {
        return "%s\nWith this link %s chooses a password, once, until %s."
                .formatted(link.link(), link.name(), link.expires());
    }

    /** What links begin with: that of the public address, else of a server on this machine. */
    private static String base(AppContext context) {
        Settings settings = new Settings(context.get(Environment.class)::getProperty);
        String scheme = settings.has(KnownSettings.TLS_CERTIFICATE) ? "https" : "http";
        return PublicUrl.read(settings)
                .orElseGet(() -> "%s://127.0.0.1:%d".formatted(scheme, settings.number(KnownSettings.HTTP_PORT)));
    }

    @Command(
            name = "link",
            description = "Print a link with which a user chooses a new password, once, within 24 hours.",
            footer = {"", "Examples:", "  muster users link tom"})
    void link(@Parameters(paramLabel = "NAME", description = "The user.") String name, @Mixin Output output) {
        try (AppContext context = AppContext.open(terminal(), AppConfiguration.class)) {
            UserLink made = context.get(UserService.class).link(person(), name, base(context));
            output.print(made, () -> text(made));
        }
    }

    @Command(
            name = "list",
            description = "List users with their roles and last sign-in, disabled ones included.",
            footer = {"", "Examples:", "  muster users list --json"})
    void list(@Mixin Output output) {
        ask(UserService.class, users -> {
            List<UserView> all = users.list();
            output.print(all, () -> USERS.text(all));
        });
    }

    @Command(
            name = "role",
            description = "Give a user other roles, and the directories they hold for; both as a whole.",
            footer = {"", "Examples:", "  muster users role tom --role access --directory Customers"})
    void role(
            @Parameters(paramLabel = "NAME", description = "The user.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            description =
                                    "access, manage, operate, administer; may be given several times. Not for a user whose"
                                            + " roles come from a provider.")
                    @Nullable
                    List<String> roles,
            @Option(
                            names = {"-d", "--directory"},
                            paramLabel = "DIRECTORY",
                            description =
                                    "The only directory, by id or name; may be given several times. Default: all.")
                    @Nullable
                    List<String> directories,
            @Mixin Output output) {
        ask(UserService.class, users -> {
            UserView user = users.changeRoles(
                    person(), name, roles == null ? List.of() : roles, directories == null ? List.of() : directories);
            output.print(
                    user,
                    () -> "'%s' has the roles %s, for %s."
                            .formatted(user.name(), String.join(", ", user.roles()), directories(user)));
        });
    }

    @Command(
            name = "provider",
            description = {
                "Connect a user with a person of the provider of muster.oidc.issuer, or disconnect the two.",
                "",
                "From then on the user signs in there, and the roles are what the provider says; the password counts no more.",
                "Disconnected, the user needs a link to choose a password. Open sessions end."
            },
            footer = {
                "",
                "Examples:",
                "  muster users provider lena --subject 248289761001",
                "  muster users provider lena --none"
            })
    void provider(
            @Parameters(paramLabel = "NAME", description = "The user.") String name,
            @Option(
                            names = "--subject",
                            paramLabel = "SUBJECT",
                            description = "What the provider calls the person: the claim 'sub' of its tokens.")
                    @Nullable
                    String subject,
            @Option(names = "--none", description = "Disconnect the user.") boolean none,
            @Mixin Output output) {
        if (none == (subject != null)) {
            throw Refusal.usage("Cannot change how a user signs in: give either --subject or --none.");
        }

        try (AppContext context = AppContext.open(terminal(), AppConfiguration.class)) {
            Origin origin = subject == null ? null : new Origin(issuer(context), subject);
            UserView user = context.get(UserService.class).changeOrigin(person(), name, origin);
            output.print(user, () -> "'%s' signs in with: %s".formatted(user.name(), way(user)));
        }
    }

    private static String issuer(AppContext context) {
        return new Settings(context.get(Environment.class)::getProperty)
                .text(KnownSettings.OIDC_ISSUER)
                .orElseThrow(() -> Settings.missing(
                        KnownSettings.OIDC_ISSUER, "the subject is one of its people", "https://login.example.com"));
    }

    @Command(
            name = "disable",
            description = "Keep a user from signing in; sessions end at once.",
            footer = {"", "Examples:", "  muster users disable tom"})
    void disable(
            @Parameters(paramLabel = "NAME", description = "The user.") String name,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        ask(UserService.class, users -> {
            UserView user = users.show(name);
            if (takingAway.isPreview()) {
                output.print(user, () -> "Would disable the user '%s'.".formatted(user.name()));
                return;
            }

            takingAway.confirm("Disable the user '%s'?".formatted(user.name()));
            UserView disabled = users.disable(person(), user.name());
            output.print(disabled, () -> "Disabled the user '%s'.".formatted(disabled.name()));
        });
    }

    @Command(
            name = "enable",
            description = "Let a disabled user sign in again.",
            footer = {"", "Examples:", "  muster users enable tom"})
    void enable(@Parameters(paramLabel = "NAME", description = "The user.") String name, @Mixin Output output) {
        ask(UserService.class, users -> {
            UserView user = users.enable(person(), name);
            output.print(user, () -> "Enabled the user '%s'.".formatted(user.name()));
        });
    }

    private static String way(UserView view) {
        String issuer = view.issuer();
        return issuer != null ? issuer : view.password() ? "password" : "password, not chosen";
    }

    private static String directories(UserView view) {
        List<UserView.DirectoryOfUser> directories = view.directories();
        return directories == null
                ? "all"
                : directories.stream().map(UserView.DirectoryOfUser::name).collect(Collectors.joining(", "));
    }
}
