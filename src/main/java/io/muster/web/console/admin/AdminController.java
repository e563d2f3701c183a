package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.access.Scope;
import io.muster.app.AuditLine;
import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.NewToken;
import io.muster.app.Page;
import io.muster.app.TokenService;
import io.muster.app.TokenView;
import io.muster.app.UserLink;
import io.muster.app.UserService;
import io.muster.app.UserView;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** {@code /admin/…}: users, tokens, the audit log. */
@Controller
final class AdminController {

    private static final int LINES = 100;

    private final ConsolePages pages;
    private final AuditService audit;
    private final UserService users;
    private final TokenService tokens;

    AdminController(ConsolePages pages, AuditService audit, UserService users, TokenService tokens) {
        this.pages = pages;
        this.audit = audit;
        this.users = users;
        this.tokens = tokens;
    }

    /**
     * The audit log.
     *
     * @param older the address of the next page; null when this is the last
     */
    record AuditPage(
            List<AuditRow> lines,
            String who,
            String what,
            boolean filtered,
            @Nullable String older) {}

    /** A line of it. */
    record AuditRow(Moment at, String who, String door, String what, String action, String on, String detail) {}

    @GetMapping("/admin/audit")
    ModelAndView audit(
            Viewer viewer,
            @RequestParam(defaultValue = "") String who,
            @RequestParam(defaultValue = "") String what,
            @RequestParam(defaultValue = "") String after) {
        viewer.require(Role.ADMINISTER);
        Page<AuditLine> page = audit.list(
                new AuditRequest(null, Texts.given(who), Texts.given(what), null, null, null),
                Texts.given(after),
                LINES);
        String next = page.next();
        return pages.page(
                "audit",
                "Audit log",
                viewer,
                new AuditPage(
                        page.items().stream().map(line -> row(line, viewer)).toList(),
                        who,
                        what,
                        !(who + what).isBlank(),
                        next == null
                                ? null
                                : ServletUriComponentsBuilder.fromPath("/admin/audit")
                                        .queryParam("who", "{who}")
                                        .queryParam("what", "{what}")
                                        .queryParam("after", "{after}")
                                        .encode()
                                        .buildAndExpand(who, what, next)
                                        .toUriString()));
    }

    private static AuditRow row(AuditLine line, Viewer viewer) {
        String subject = line.subject();
        String directory = line.directory();
        return new AuditRow(
                Texts.moment(line.at(), viewer.zone()),
                line.actor(),
                line.actorKind().replace('-', ' '),
                Texts.act(line.action()),
                line.action(),
                Objects.requireNonNullElse(subject, Objects.requireNonNullElse(directory, "")),
                line.detail().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ")));
    }

    /**
     * The people.
     *
     * @param link one that was just made; null for none
     * @param problem why the last change was not made; null when nothing is wrong
     */
    record UsersPage(
            List<UserRow> users,
            List<Choice> roles,
            String name,
            @Nullable UserLink link,
            @Nullable String problem) {}

    /** A person. */
    record UserRow(
            String name,
            String roles,
            String directories,
            String password,
            String lastSignIn,
            boolean disabled,
            boolean self) {}

    @GetMapping("/admin/users")
    ModelAndView users(Viewer viewer) {
        viewer.require(Role.ADMINISTER);
        return users(viewer, "", null, null, HttpStatus.OK);
    }

    private ModelAndView users(
            Viewer viewer, String name, @Nullable UserLink link, @Nullable String problem, HttpStatus status) {
        return pages.page(
                "users",
                "Users",
                viewer,
                new UsersPage(
                        users.list().stream().map(user -> row(user, viewer)).toList(),
                        Arrays.stream(Role.values())
                                .map(role -> new Choice(role.word(), role.title(), false))
                                .toList(),
                        name,
                        link,
                        problem),
                status);
    }

    private static UserRow row(UserView user, Viewer viewer) {
        List<UserView.DirectoryOfUser> directories = user.directories();
        String last = user.lastSignIn();
        return new UserRow(
                user.name(),
                user.roles().stream().map(Role::of).map(Role::title).collect(Collectors.joining(", ")),
                directories == null
                        ? "all"
                        : directories.stream()
                                .map(UserView.DirectoryOfUser::name)
                                .collect(Collectors.joining(", ")),
                user.password() ? "set" : "not chosen yet",
                last == null
                        ? "never"
                        : Texts.moment(Instant.parse(last), viewer.zone()).text(),
                user.disabled() != null,
                user.name().equals(viewer.user().name()));
    }

    @PostMapping("/admin/users")
    ModelAndView createUser(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") List<String> role,
            @RequestParam(defaultValue = "") List<String> directory) {
        viewer.require(Role.ADMINISTER);
        try {
            UserView made = users.create(
                    viewer.actor(),
                    name,
                    role,
                    directory.stream().filter(one -> !one.isBlank()).toList(),
                    null);
            return users(viewer, "", users.link(viewer.actor(), made.name(), base()), null, HttpStatus.OK);
        } catch (Refusal refusal) {
            return users(viewer, name, null, refusal.getMessage(), HttpStatus.BAD_REQUEST);
        }
    }

    private static String base() {
        return ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString();
    }

    @PostMapping("/admin/users/{change:disable|enable|link|end-sessions}")
    ModelAndView changeUser(Viewer viewer, @PathVariable String change, @RequestParam String name) {
        viewer.require(Role.ADMINISTER);
        try {
            UserLink link = null;
            switch (change) {
                case "disable" -> {
                    var ignored = users.disable(viewer.actor(), name);
                }
                case "enable" -> {
                    var ignored = users.enable(viewer.actor(), name);
                }
                case "end-sessions" -> {
                    var ignored = users.endSessions(viewer.actor(), name);
                }
                default -> link = users.link(viewer.actor(), name, base());
            }

            return link == null ? ConsolePages.goTo("/admin/users") : users(viewer, "", link, null, HttpStatus.OK);
        } catch (Refusal refusal) {
            return users(viewer, "", null, refusal.getMessage(), HttpStatus.CONFLICT);
        }
    }

    /**
     * The tokens.
     *
     * @param token one that was just made, shown this once; null for none
     */
    record TokensPage(
            List<TokenRow> tokens,
            List<Choice> scopes,
            String name,
            @Nullable NewToken token,
            @Nullable String problem) {}

    /** A token. */
    record TokenRow(
            String name, String scopes, String directories, String createdBy, String lastUsed, boolean revoked) {}

    @GetMapping("/admin/tokens")
    ModelAndView tokens(Viewer viewer) {
        viewer.require(Role.ADMINISTER);
        return tokens(viewer, "", null, null, HttpStatus.OK);
    }

    private ModelAndView tokens(
            Viewer viewer, String name, @Nullable NewToken made, @Nullable String problem, HttpStatus status) {
        return pages.page(
                "tokens",
                "API tokens",
                viewer,
                new TokensPage(
                        tokens.list().stream().map(AdminController::row).toList(),
                        Arrays.stream(Scope.values())
                                .map(scope -> new Choice(scope.word(), title(scope), false))
                                .toList(),
                        name,
                        made,
                        problem),
                status);
    }

    private static String title(Scope scope) {
        return scope == Scope.ADMIN
                ? "Administer"
                : Character.toUpperCase(scope.word().charAt(0)) + scope.word().substring(1);
    }

    private static TokenRow row(TokenView token) {
        List<TokenView.DirectoryOfToken> directories = token.directories();
        String used = token.lastUsed();
        return new TokenRow(
                token.name(),
                String.join(", ", token.scopes()),
                directories == null
                        ? "all"
                        : directories.stream()
                                .map(TokenView.DirectoryOfToken::name)
                                .collect(Collectors.joining(", ")),
                token.createdBy(),
                used == null ? "never" : used,
                token.revoked() != null);
    }

    @PostMapping("/admin/tokens")
    ModelAndView createToken(
            Viewer viewer, @RequestParam String name, @RequestParam(defaultValue = "") List<String> scope) {
        viewer.require(Role.ADMINISTER);
        try {
            NewToken made = tokens.create(viewer.actor(), name, scope, List.of());
            return tokens(viewer, "", made, null, HttpStatus.OK);
        } catch (Refusal refusal) {
            return tokens(viewer, name, null, refusal.getMessage(), HttpStatus.BAD_REQUEST);
        }
    }

    /** What revoking a token will do. */
    record RevokePage(String name, String scopes, String lastUsed) {}

    @GetMapping("/admin/tokens/revoke")
    ModelAndView revoke(Viewer viewer, @RequestParam String name) {
        viewer.require(Role.ADMINISTER);
        TokenView token = tokens.show(name);
        String used = token.lastUsed();
        return pages.page(
                "revoke",
                "Revoke the token " + token.name(),
                viewer,
                new RevokePage(token.name(), String.join(", ", token.scopes()), used == null ? "never" : used));
    }

    @PostMapping("/admin/tokens/revoke")
    ModelAndView revoked(Viewer viewer, @RequestParam String name) {
        viewer.require(Role.ADMINISTER);
        var ignored = tokens.revoke(viewer.actor(), name);
        return ConsolePages.goTo("/admin/tokens");
    }
}
