package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.access.Scope;
import io.muster.app.DirectoryService;
import io.muster.app.NewToken;
import io.muster.app.TokenService;
import io.muster.app.TokenView;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /admin/tokens}: tokens of programs. */
@Controller
final class TokensController {

    private static final String LIST = "/admin/tokens";
    private static final String REVOKE = LIST + "/revoke";

    private final ConsolePages pages;
    private final TokenService tokens;
    private final DirectoryService directories;

    TokensController(ConsolePages pages, TokenService tokens, DirectoryService directories) {
        this.pages = pages;
        this.tokens = tokens;
        this.directories = directories;
    }

    /**
     * The tokens.
     *
     * @param name what was written as the name of a new one
     * @param token one that was just made, shown this once; null for none
     */
    record TokensPage(
            List<TokenRow> tokens,
            List<Choice> scopes,
            Limits limits,
            String name,
            @Nullable NewToken token,
            List<Problem> problems) {}

    /**
     * A token.
     *
     * @param used null for never
     */
    record TokenRow(
            String name,
            String scopes,
            String directories,
            String createdBy,
            @Nullable Moment used,
            boolean revoked) {}

    @GetMapping(LIST)
    ModelAndView list(Viewer viewer) {
        viewer.require(Role.ADMINISTER);
        return list(viewer, Sent.blank(directories), null, List.of(), HttpStatus.OK);
    }

    private ModelAndView list(
            Viewer viewer, Sent sent, @Nullable NewToken made, List<Problem> problems, HttpStatus status) {
        return pages.page(
                "admin/tokens",
                "API tokens",
                viewer,
                new TokensPage(
                        tokens.list().stream().map(token -> row(token, viewer)).toList(),
                        Arrays.stream(Scope.values())
                                .map(scope -> new Choice(
                                        scope.word(), title(scope), sent.may().contains(scope.word())))
                                .toList(),
                        sent.limits(),
                        sent.name(),
                        made,
                        problems),
                status);
    }

    private static String title(Scope scope) {
        return scope == Scope.ADMIN
                ? "Administer"
                : Character.toUpperCase(scope.word().charAt(0)) + scope.word().substring(1);
    }

    private static TokenRow row(TokenView token, Viewer viewer) {
        List<TokenView.DirectoryOfToken> limits = token.directories();
        String used = token.lastUsed();
        return new TokenRow(
                token.name(),
                String.join(", ", token.scopes()),
                limits == null
                        ? "all"
                        : limits.stream().map(TokenView.DirectoryOfToken::name).collect(Collectors.joining(", ")),
                token.createdBy(),
                used == null ? null : Texts.moment(Instant.parse(used), viewer.zone()),
                token.revoked() != null);
    }

    @PostMapping(LIST)
    ModelAndView create(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") List<String> scope,
            @RequestParam(defaultValue = "all") String limit,
            @RequestParam(defaultValue = "") List<String> directory) {
        viewer.require(Role.ADMINISTER);
        try {
            NewToken made = tokens.create(viewer.actor(), name, scope, Limits.chosen(limit, directory));
            // It is shown this once, so that there is nowhere to go on to.
            return list(viewer, Sent.blank(directories), made, List.of(), HttpStatus.OK);
        } catch (Refusal refusal) {
            return list(
                    viewer,
                    new Sent(name, scope, Limits.sent(directories, limit, directory)),
                    null,
                    Problem.of(refusal),
                    HttpStatus.BAD_REQUEST);
        }
    }

    @GetMapping(REVOKE)
    ModelAndView revoke(Viewer viewer, @RequestParam String name) {
        viewer.require(Role.ADMINISTER);
        TokenView token = tokens.show(name);
        String used = token.lastUsed();
        return pages.confirm(
                "Revoke the token " + token.name(),
                viewer,
                new Confirmation(
                        List.of(
                                "Programs that use it are refused within seconds. It may: "
                                        + String.join(", ", token.scopes()) + ".",
                                used == null
                                        ? "It was never used."
                                        : "It was last used "
                                                + Texts.moment(Instant.parse(used), viewer.zone())
                                                        .text() + ".",
                                "It cannot be taken back; make a new token instead."),
                        REVOKE,
                        List.of(Field.hidden("name", token.name())),
                        "Revoke",
                        LIST));
    }

    @PostMapping(REVOKE)
    ModelAndView revoked(Viewer viewer, @RequestParam String name) {
        viewer.require(Role.ADMINISTER);
        var ignored = tokens.revoke(viewer.actor(), name);
        return ConsolePages.goTo(LIST);
    }
}
