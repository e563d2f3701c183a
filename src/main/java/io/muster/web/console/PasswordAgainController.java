package io.muster.web.console;

import io.muster.access.SignIns.Result;
import io.muster.app.UserService;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /sign-in/again}: asks for the password once more, and then goes on with what was asked for, or was sent. */
@Controller
final class PasswordAgainController {

    static final String PATH = "/sign-in/again";

    /** Where a form is led, within the server, that was sent too long after the password was given. */
    static final String BEFORE_FORM = PATH + "/form";

    private static final Pattern PERSON = Pattern.compile("/admin/users/person\\?name=[^&#]*");
    private static final Pattern LIST = Pattern.compile("^/admin/[a-z]+");
    private static final Set<String> OWN = Set.of("_csrf", "again-password", "again-next", "again-send");

    private final ConsolePages pages;
    private final UserService users;
    private final Sessions sessions;
    private final SignInWays ways;

    PasswordAgainController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        this.pages = pages;
        this.users = users;
        this.sessions = sessions;
        this.ways = ways;
    }

    /**
     * The question.
     *
     * @param next where to go on
     * @param send whether a form goes on there, with these fields
     * @param provider with which the person signs in again; null for a password
     */
    record AgainPage(
            String next,
            boolean send,
            List<SentField> fields,
            @Nullable String problem,
            @Nullable String provider) {}

    /** A field of the form that waits. */
    record SentField(String name, String value) {}

    @GetMapping(PATH)
    ModelAndView ask(
            Viewer viewer,
            @RequestParam(defaultValue = "/overview") String next,
            @RequestParam(defaultValue = "") String problem) {
        return page(
                viewer,
                ConsolePaths.next(next),
                false,
                List.of(),
                SignInProblem.text(problem, ways).orElse(null),
                HttpStatus.OK);
    }

    private ModelAndView page(
            Viewer viewer,
            String next,
            boolean send,
            List<SentField> fields,
            @Nullable String problem,
            HttpStatus status) {
        String provider =
                viewer.user().origin() == null ? null : ways.requireProvider().name();
        return pages.page(
                "again",
                provider == null ? "Password again" : "Sign in again",
                viewer,
                new AgainPage(next, send, fields, problem, provider),
                status);
    }

    @PostMapping(BEFORE_FORM)
    ModelAndView askBeforeForm(Viewer viewer, HttpServletRequest request) {
        // By itself this address is asked for by nothing.
        String next = request.getAttribute(RequestDispatcher.FORWARD_REQUEST_URI) instanceof String asked
                ? asked
                : "/overview";
        // What was sent does not come along to the provider and back: the form is sent once more by hand.
        return viewer.user().origin() == null
                ? page(viewer, next, true, sent(request), null, HttpStatus.OK)
                : page(viewer, formOf(request, next), true, List.of(), null, HttpStatus.OK);
    }

    /** The page with the form, as the browser says; else the list that it belongs to. */
    private static String formOf(HttpServletRequest request, String asked) {
        String referrer = Objects.requireNonNullElse(request.getHeader(HttpHeaders.REFERER), "");
        Matcher person = PERSON.matcher(referrer);
        Matcher list = LIST.matcher(asked);
        return person.find() ? ConsolePaths.next(person.group()) : list.find() ? list.group() : "/overview";
    }

    private static List<SentField> sent(HttpServletRequest request) {
        return request.getParameterMap().entrySet().stream()
                .filter(field -> !OWN.contains(field.getKey()))
                .flatMap(PasswordAgainController::fields)
                .toList();
    }

    private static Stream<SentField> fields(Map.Entry<String, String[]> field) {
        return Arrays.stream(field.getValue()).map(value -> new SentField(field.getKey(), value));
    }

    @PostMapping(PATH)
    ModelAndView goOn(
            Viewer viewer,
            @RequestParam("again-password") String password,
            @RequestParam("again-next") String wanted,
            @RequestParam(value = "again-send", defaultValue = "false") boolean send,
            HttpServletRequest request,
            HttpServletResponse response) {
        String next = ConsolePaths.next(wanted);
        return switch (users.again(viewer.user(), password, ConsolePages.caller(request))) {
            case Result.Known ignored -> {
                sessions.confirm(request, response);
                // The browser sends the form once more, to where it was meant for.
                yield send && !next.equals("/overview") ? ConsolePages.sendTo(next) : ConsolePages.goTo(next);
            }
            case Result.Wrong ignored ->
                page(viewer, next, send, sent(request), "The password is wrong.", HttpStatus.UNAUTHORIZED);
            case Result.Later later -> {
                long seconds = seconds(later.pause());
                response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
                yield page(
                        viewer,
                        next,
                        send,
                        sent(request),
                        SignInController.later(seconds),
                        HttpStatus.TOO_MANY_REQUESTS);
            }
        };
    }

    /** How long to wait, in whole seconds. */
    static long seconds(Duration pause) {
        return Math.max(1, pause.plus(Duration.ofMillis(999)).toSeconds());
    }
}
