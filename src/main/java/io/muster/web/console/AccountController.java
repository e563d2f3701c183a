package io.muster.web.console;

import io.muster.access.Preferences;
import io.muster.access.Preferences.Density;
import io.muster.access.Preferences.Theme;
import io.muster.access.Role;
import io.muster.access.User;
import io.muster.app.UserService;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SessionRow;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /account}: one's own name, roles, password, how pages look, sessions. */
@Controller
final class AccountController {

    private final ConsolePages pages;
    private final UserService users;
    private final Sessions sessions;
    private final SignInWays ways;

    AccountController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        this.pages = pages;
        this.users = users;
        this.sessions = sessions;
        this.ways = ways;
    }

    /**
     * One's own account.
     *
     * @param directories the only directories; empty for all
     * @param provider with which one signs in, and where the password is; null for a password of this installation
     * @param problems why something was not changed
     * @param done what was just done; null for nothing
     */
    record AccountPage(
            String name,
            List<String> roles,
            List<String> directories,
            List<Choice> zones,
            List<Choice> densities,
            List<Choice> themes,
            List<SessionRow> sessions,
            @Nullable String provider,
            List<Problem> problems,
            @Nullable String done) {

        /** Whether something is wrong with that field. */
        public boolean isWrong(String field) {
            return problems.stream().anyMatch(problem -> problem.field().equals(field));
        }
    }

    @GetMapping("/account")
    ModelAndView show(Viewer viewer, @RequestParam(defaultValue = "") String done, HttpServletRequest request) {
        return page(
                viewer,
                request,
                List.of(),
                switch (done) {
                    case "display" -> "Pages are shown this way from now on.";
                    case "session" -> "The session has ended.";
                    case "sessions" -> "Your other sessions have ended.";
                    default -> null;
                },
                HttpStatus.OK);
    }

    private ModelAndView page(
            Viewer viewer,
            HttpServletRequest request,
            List<Problem> problems,
            @Nullable String done,
            HttpStatus status) {
        User user = viewer.user();
        Preferences own = user.preferences();
        List<User.UserDirectory> directories = user.directories();
        return pages.page(
                "account",
                "Account",
                viewer,
                new AccountPage(
                        user.name(),
                        user.roles().stream().sorted().map(Role::title).toList(),
                        directories == null
                                ? List.of()
                                : directories.stream()
                                        .map(User.UserDirectory::name)
                                        .toList(),
                        zones(own.zone()),
                        choices(Density.values(), own.density()),
                        choices(Theme.values(), own.theme()),
                        SessionRow.of(sessions.of(user, request), viewer.zone()),
                        user.origin() == null ? null : ways.requireProvider().name(),
                        problems,
                        done),
                status);
    }

    /** The zones of places, and UTC; others are the same under older names. */
    private static List<Choice> zones(@Nullable ZoneId own) {
        List<Choice> zones = new ArrayList<>();
        zones.add(new Choice("", "As the server: " + ZoneId.systemDefault().getId(), own == null));
        ZoneId.getAvailableZoneIds().stream()
                .filter(zone -> zone.equals("UTC") || zone.matches("(?!Etc|SystemV)[A-Z][A-Za-z]+/.+"))
                .sorted()
                .map(zone -> new Choice(zone, zone, own != null && own.getId().equals(zone)))
                .forEach(zones::add);
        return zones;
    }

    private static <E extends Enum<E>> List<Choice> choices(E[] values, E own) {
        return Arrays.stream(values)
                .map(value -> new Choice(word(value), title(value), value == own))
                .toList();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String title(Enum<?> value) {
        return value == Theme.DEVICE
                ? "As the device"
                : value.name().charAt(0) + word(value).substring(1);
    }

    @PostMapping("/account/display")
    ModelAndView display(
            Viewer viewer,
            @RequestParam String zone,
            @RequestParam String density,
            @RequestParam String theme,
            HttpServletRequest request) {
        Optional<Density> room = one(Density.values(), density);
        Optional<Theme> light = one(Theme.values(), theme);
        boolean known = zone.isEmpty() || ZoneId.getAvailableZoneIds().contains(zone);
        List<Problem> problems = new ArrayList<>();
        if (!known) {
            problems.add(new Problem("zone", "Time zone: choose one of the list."));
        }

        if (room.isEmpty()) {
            problems.add(new Problem("density", "Rows: choose one of the list."));
        }

        if (light.isEmpty()) {
            problems.add(new Problem("theme", "Colours: choose one of the list."));
        }

        if (!problems.isEmpty()) {
            return page(viewer, request, problems, null, HttpStatus.BAD_REQUEST);
        }

        users.prefer(
                viewer.user(),
                new Preferences(zone.isEmpty() ? null : ZoneId.of(zone), room.orElseThrow(), light.orElseThrow()));
        return ConsolePages.goTo("/account?done=display");
    }

    private static <E extends Enum<E>> Optional<E> one(E[] values, String word) {
        return Arrays.stream(values).filter(value -> word(value).equals(word)).findFirst();
    }

    @PostMapping("/account/password")
    ModelAndView change(
            Viewer viewer,
            @RequestParam String old,
            @RequestParam String password,
            @RequestParam String again,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!password.equals(again)) {
            return page(
                    viewer,
                    request,
                    List.of(new Problem("again", "The two new passwords are not the same.")),
                    null,
                    HttpStatus.BAD_REQUEST);
        }

        try {
            User changed = users.changePassword(viewer.user(), old, password, ConsolePages.caller(request));
            sessions.begin(changed, request, response);
            return page(
                    viewer,
                    request,
                    List.of(),
                    "The password was changed. Your other sessions have ended.",
                    HttpStatus.OK);
        } catch (Refusal refusal) {
            return page(viewer, request, Problem.of(refusal), null, HttpStatus.BAD_REQUEST);
        }
    }

    @PostMapping("/account/sessions")
    ModelAndView endOthers(Viewer viewer, HttpServletRequest request, HttpServletResponse response) {
        users.endSessions(viewer.actor(), viewer.user().name());
        User now = users.present(viewer.user().id()).orElseThrow();
        sessions.renew(now, request, response);
        return ConsolePages.goTo("/account?done=sessions");
    }

    @PostMapping("/account/sessions/end")
    ModelAndView end(Viewer viewer, @RequestParam String key, HttpServletRequest request) {
        if (sessions.end(viewer.user(), key, request)) {
            users.sessionEnded(viewer.actor(), viewer.user());
        }

        return ConsolePages.goTo("/account?done=session");
    }
}
