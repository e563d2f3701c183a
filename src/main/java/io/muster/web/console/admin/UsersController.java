package io.muster.web.console.admin;

import io.muster.access.Role;
import io.muster.access.User;
import io.muster.app.DirectoryService;
import io.muster.app.UserLink;
import io.muster.app.UserService;
import io.muster.app.UserView;
import io.muster.app.UserView.DirectoryOfUser;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.OpenSessions;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SessionRow;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

/** {@code /admin/users}: the people, a page for each, and what can be done with an account. */
@Controller
final class UsersController {

    private static final String LIST = "/admin/users";

    private final ConsolePages pages;
    private final UserService users;
    private final DirectoryService directories;
    private final OpenSessions sessions;
    private final SignInWays ways;

    UsersController(
            ConsolePages pages,
            UserService users,
            DirectoryService directories,
            OpenSessions sessions,
            SignInWays ways) {
        this.pages = pages;
        this.users = users;
        this.directories = directories;
        this.sessions = sessions;
        this.ways = ways;
    }

    /**
     * The people.
     *
     * @param name what was written as the name of a new one
     * @param link one that was just made; null for none
     * @param problems why the last change was not made
     * @param only with whom everybody signs in; null where passwords count
     */
    record UsersPage(
            List<UserRow> users,
            List<Choice> roles,
            Limits limits,
            String name,
            @Nullable UserLink link,
            List<Problem> problems,
            @Nullable String only) {}

    /**
     * A person.
     *
     * @param signsIn by a password or with whom
     * @param provider who says what the person may do; null for an administrator
     * @param linkable whether a link to choose a password is of use
     */
    record UserRow(
            String name,
            String address,
            String roles,
            String directories,
            String signsIn,
            @Nullable String provider,
            boolean linkable,
            @Nullable Moment lastSignIn,
            boolean disabled,
            boolean self) {}

    @GetMapping(LIST)
    ModelAndView list(Viewer viewer) {
        viewer.require(Role.ADMINISTER);
        return list(viewer, Sent.blank(directories), null, List.of(), HttpStatus.OK);
    }

    private ModelAndView list(
            Viewer viewer, Sent sent, @Nullable UserLink link, List<Problem> problems, HttpStatus status) {
        return pages.page(
                "admin/users",
                "Users",
                viewer,
                new UsersPage(
                        users.list().stream().map(user -> row(user, viewer)).toList(),
                        roles(sent.may()),
                        sent.limits(),
                        sent.name(),
                        link,
                        problems,
                        ways.passwords() ? null : ways.requireProvider().name()),
                status);
    }

    private static List<Choice> roles(List<String> chosen) {
        return Arrays.stream(Role.values())
                .map(role -> new Choice(role.word(), role.title(), chosen.contains(role.word())))
                .toList();
    }

    private UserRow row(UserView user, Viewer viewer) {
        List<DirectoryOfUser> limits = user.directories();
        String last = user.lastSignIn();
        String provider = user.issuer();
        String roles = user.roles().stream().map(Role::of).map(Role::title).collect(Collectors.joining(", "));
        return new UserRow(
                user.name(),
                address(user.name()),
                roles.isEmpty() ? "none" : roles,
                limits == null
                        ? "all"
                        : limits.isEmpty()
                                ? "none"
                                : limits.stream().map(DirectoryOfUser::name).collect(Collectors.joining(", ")),
                provider != null ? provider : user.password() ? "password" : "password, not chosen yet",
                provider,
                provider == null && ways.passwords() && user.disabled() == null,
                last == null ? null : Texts.moment(Instant.parse(last), viewer.zone()),
                user.disabled() != null,
                user.name().equals(viewer.user().name()));
    }

    /** Names may hold anything, so they are no part of a path. */
    private static String address(String name) {
        return ServletUriComponentsBuilder.fromPath(LIST + "/person")
                .queryParam("name", "{name}")
                .encode()
                .buildAndExpand(name)
                .toUriString();
    }

    @PostMapping(LIST)
    ModelAndView create(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") List<String> role,
            @RequestParam(defaultValue = "all") String limit,
            @RequestParam(defaultValue = "") List<String> directory) {
        viewer.require(Role.ADMINISTER);
        try {
            UserView made = users.create(viewer.actor(), name, role, Limits.chosen(limit, directory), null);
            // The link is shown this once, so that there is nowhere to go on to.
            return list(
                    viewer,
                    Sent.blank(directories),
                    users.link(viewer.actor(), made.name(), base()),
                    List.of(),
                    HttpStatus.OK);
        } catch (Refusal refusal) {
            return list(
                    viewer,
                    new Sent(name, role, Limits.sent(directories, limit, directory)),
                    null,
                    Problem.of(refusal),
                    status(refusal));
        }
    }

    private static HttpStatus status(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.CONFLICT ? HttpStatus.CONFLICT : HttpStatus.BAD_REQUEST;
    }

    private static String base() {
        return ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString();
    }

    /**
     * A person.
     *
     * @param subject what the provider calls the person; null without a provider
     * @param created who made the account
     * @param done what was just done; null for nothing
     */
    record PersonPage(
            UserRow user,
            @Nullable String subject,
            Moment createdAt,
            String created,
            List<Choice> roles,
            Limits limits,
            List<SessionRow> sessions,
            @Nullable UserLink link,
            List<Problem> problems,
            @Nullable String done) {}

    @GetMapping(LIST + "/person")
    ModelAndView show(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") String done,
            HttpServletRequest request) {
        viewer.require(Role.ADMINISTER);
        UserView user = users.show(name);
        return person(
                viewer,
                user,
                user.roles(),
                limits(user),
                null,
                List.of(),
                switch (done) {
                    case "roles" -> "Changed. It counts with the next page.";
                    case "session" -> "The session has ended.";
                    case "end-sessions" -> "All sessions have ended.";
                    case "disable" -> "The account is disabled.";
                    case "enable" -> "The account can be used again.";
                    default -> null;
                },
                HttpStatus.OK,
                request);
    }

    private Limits limits(UserView user) {
        List<DirectoryOfUser> own = user.directories();
        return Limits.of(
                directories,
                own != null,
                own == null ? Set.of() : own.stream().map(DirectoryOfUser::id).collect(Collectors.toSet()));
    }

    private ModelAndView person(
            Viewer viewer,
            UserView user,
            List<String> roles,
            Limits limits,
            @Nullable UserLink link,
            List<Problem> problems,
            @Nullable String done,
            HttpStatus status,
            HttpServletRequest request) {
        return pages.page(
                "admin/person",
                "User " + user.name(),
                viewer,
                new PersonPage(
                        row(user, viewer),
                        user.subject(),
                        Texts.moment(Instant.parse(user.created()), viewer.zone()),
                        user.createdBy(),
                        roles(roles),
                        limits,
                        SessionRow.of(sessions.of(users.account(user.name()), request), viewer.zone()),
                        link,
                        problems,
                        done),
                status);
    }

    @PostMapping(LIST + "/roles")
    ModelAndView change(
            Viewer viewer,
            @RequestParam String name,
            @RequestParam(defaultValue = "") List<String> role,
            @RequestParam(defaultValue = "all") String limit,
            @RequestParam(defaultValue = "") List<String> directory,
            HttpServletRequest request) {
        viewer.require(Role.ADMINISTER);
        UserView before = users.show(name);
        try {
            var ignored = users.changeRoles(viewer.actor(), name, role, Limits.chosen(limit, directory));
            return ConsolePages.goTo(address(name) + "&done=roles");
        } catch (Refusal refusal) {
            return person(
                    viewer,
                    before,
                    role,
                    Limits.sent(directories, limit, directory),
                    null,
                    Problem.of(refusal),
                    null,
                    status(refusal),
                    request);
        }
    }

    @GetMapping(LIST + "/disable")
    ModelAndView disable(Viewer viewer, @RequestParam String name, HttpServletRequest request) {
        viewer.require(Role.ADMINISTER);
        UserView user = users.show(name);
        int open = sessions.of(users.account(name), request).size();
        return pages.confirm(
                "Disable the user " + user.name(),
                viewer,
                new Confirmation(
                        List.of(
                                user.name() + " cannot sign in any more, from now on.",
                                open == 0
                                        ? "No session is open."
                                        : open == 1 ? "One open session ends." : open + " open sessions end.",
                                "Links with which a password is chosen count no more.",
                                "What this user did stays in the audit log. The account can be enabled again."),
                        LIST + "/disable",
                        List.of(Field.hidden("name", user.name())),
                        "Disable",
                        address(user.name())));
    }

    @PostMapping(LIST + "/{change:disable|enable|link|end-sessions}")
    ModelAndView change(
            Viewer viewer, @PathVariable String change, @RequestParam String name, HttpServletRequest request) {
        viewer.require(Role.ADMINISTER);
        UserView before = users.show(name);
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

            return link == null
                    ? ConsolePages.goTo(address(name) + "&done=" + change)
                    : person(
                            viewer,
                            before,
                            before.roles(),
                            limits(before),
                            link,
                            List.of(),
                            null,
                            HttpStatus.OK,
                            request);
        } catch (Refusal refusal) {
            return person(
                    viewer,
                    before,
                    before.roles(),
                    limits(before),
                    null,
                    Problem.of(refusal),
                    null,
                    HttpStatus.CONFLICT,
                    request);
        }
    }

    @PostMapping(LIST + "/end-session")
    ModelAndView endSession(
            Viewer viewer, @RequestParam String name, @RequestParam String key, HttpServletRequest request) {
        viewer.require(Role.ADMINISTER);
        User user = users.account(name);
        if (sessions.end(user, key, request)) {
            users.sessionEnded(viewer.actor(), user);
        }

        return ConsolePages.goTo(address(user.name()) + "&done=session");
    }
}
