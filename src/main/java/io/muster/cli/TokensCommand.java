package io.muster.cli;

import io.muster.app.NewToken;
import io.muster.app.TokenService;
import io.muster.app.TokenView;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster tokens}. */
@Command(
        name = "tokens",
        description = {
            "Make, list and revoke the tokens that programs show to the server.",
            "",
            "Scopes: read (contacts), manage (directories; contains read), operate (runs), admin (everything),",
            "events (displays, clicks, responses, touchpoints), snapshots (snapshots and feed)."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster tokens create evaluator-1 --scope snapshots",
            "  muster tokens create shop --scope events --directory Customers --json",
            "  muster tokens revoke shop"
        })
final class TokensCommand extends AppCommands {

    private static final Listing<TokenView> TOKENS = new Listing<TokenView>(
                    "No tokens yet. Create one with: muster tokens create NAME --scope SCOPE")
            .column("NAME", TokenView::name)
            .column("SCOPES", view -> String.join(", ", view.scopes()))
            .column("DIRECTORIES", TokensCommand::directories)
            .column("CREATED", TokenView::created)
            .column("BY", TokenView::createdBy)
            .column("LAST USED", TokenView::lastUsed)
            .column("REVOKED", TokenView::revoked);

    TokensCommand(Terminal terminal) {
        super(terminal);
    }

    @Command(
            name = "create",
            description = "Create a token. It is shown this once: Muster keeps a hash of it.",
            footer = {"", "Examples:", "  muster tokens create evaluator-1 --scope snapshots --json"})
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique among tokens that count.") String name,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            required = true,
                            description =
                                    "What it may do: read, manage, operate, admin, events, snapshots; may be given several times.")
                    List<String> scopes,
            @Option(
                            names = {"-d", "--directory"},
                            paramLabel = "DIRECTORY",
                            description =
                                    "The only directory it is for, by id or name; may be given several times. Default: all.")
                    @Nullable
                    List<String> directories,
            @Mixin Output output) {
        ask(TokenService.class, tokens -> {
            NewToken made = tokens.create(person(), name, scopes, directories == null ? List.of() : directories);
            output.print(
                    made,
                    () -> "%s\nThis is the token '%s'. It is not shown again.".formatted(made.token(), made.name()));
        });
    }

    @Command(
            name = "list",
            description = "List tokens with their scopes and last use, revoked ones included.",
            footer = {"", "Examples:", "  muster tokens list --json"})
    void list(@Mixin Output output) {
        ask(TokenService.class, tokens -> {
            List<TokenView> all = tokens.list();
            output.print(all, () -> TOKENS.text(all));
        });
    }

    @Command(
            name = "revoke",
            description = "Revoke a token: servers refuse it within seconds.",
            footer = {"", "Examples:", "  muster tokens revoke shop"})
    void revoke(
            @Parameters(paramLabel = "NAME", description = "The token.") String name,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        ask(TokenService.class, tokens -> {
            TokenView token = tokens.show(name);
            if (takingAway.isPreview()) {
                output.print(token, () -> "Would revoke the token '%s'.".formatted(token.name()));
                return;
            }

            takingAway.confirm("Revoke the token '%s'?".formatted(token.name()));
            TokenView revoked = tokens.revoke(person(), token.name());
            output.print(revoked, () -> "Revoked the token '%s'.".formatted(revoked.name()));
        });
    }

    private static String directories(TokenView view) {
        return view.directories() == null
                ? "all"
                : view.directories().stream()
                        .map(TokenView.DirectoryOfToken::name)
                        .collect(Collectors.joining(", "));
    }
}
