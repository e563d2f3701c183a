package io.muster.web.console;

import io.muster.access.SignIns.Result;
import io.muster.access.User;
import io.muster.app.UserService;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.Provider;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /sign-in}, {@code /setup} and the way to the first page. */
@Controller
final class SignInController {

    private static final String WRONG = "User name or password is wrong.";

    private final ConsolePages pages;
    private final UserService users;
    private final Sessions sessions;
    private final SignInWays ways;

    SignInController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        this.pages = pages;
        this.users = users;
        this.sessions = sessions;
        this.ways = ways;
    }

    /**
     * The page for signing in.
     *
     * @param problem why the last try did not succeed; null before one
     * @param nobody whether there is no user yet
     * @param provider with which one can sign in; null for none
     * @param passwords whether one can sign in with a password
     * @param out whether somebody has just signed out who may still be signed in at the provider
     */
    record SignInPage(
            String next,
            String name,
            @Nullable String problem,
            boolean nobody,
            @Nullable String provider,
            boolean passwords,
            boolean out) {}

    /**
     * The page for choosing a password.
     *
     * @param name whose; empty where it is chosen too
     * @param chosen the name that was written last
     */
    record SetupPage(
            String token,
            String name,
            String chosen,
            @Nullable String problem) {}

    @GetMapping("/")
    ModelAndView begin() {
        return ConsolePages.goTo("/overview");
    }

    @GetMapping("/sign-in")
    ModelAndView ask(
            @RequestParam(defaultValue = "/overview") String next,
            @RequestParam(defaultValue = "") String problem,
            @RequestParam(defaultValue = "false") boolean out) {
        return signIn(
                ConsolePaths.next(next),
                "",
                SignInProblem.text(problem, ways).orElse(null),
                users.isEmpty(),
                out,
                HttpStatus.OK);
    }

    private ModelAndView signIn(
            String next, String name, @Nullable String problem, boolean nobody, boolean out, HttpStatus status) {
        String provider = ways.provider().map(Provider::name).orElse(null);
        return pages.page(
                "sign-in",
                "Sign in",
                null,
                new SignInPage(next, name, problem, nobody, provider, ways.passwords(), out && provider != null),
                status);
    }

    /** Where one is led who signs out: who came from a provider is told that it still knows the person. */
    static String after(HttpServletRequest request) {
        Viewer viewer = Viewer.of(request);
        return viewer != null && viewer.user().origin() != null ? "/sign-in?out=true" : "/sign-in";
    }

    @PostMapping("/sign-in")
    ModelAndView signIn(
            @RequestParam String name,
            @RequestParam String password,
            @RequestParam(defaultValue = "/overview") String next,
            HttpServletRequest request,
            HttpServletResponse response) {
        ways.requirePasswords();
        String goOn = ConsolePaths.next(next);
        return switch (users.signIn(name, password, ConsolePages.caller(request))) {
            case Result.Known known -> {
                sessions.begin(known.user(), request, response);
                yield ConsolePages.goTo(goOn);
            }
            case Result.Wrong ignored -> signIn(goOn, name, WRONG, false, false, HttpStatus.UNAUTHORIZED);
            case Result.Later later -> {
                long seconds = PasswordAgainController.seconds(later.pause());
                response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
                yield signIn(goOn, name, later(seconds), false, false, HttpStatus.TOO_MANY_REQUESTS);
            }
        };
    }

    /** What one reads who has failed too often. */
    static String later(long seconds) {
        return "Too many tries have failed. Try again in %d %s."
                .formatted(seconds, seconds == 1 ? "second" : "seconds");
    }

    @GetMapping("/setup")
    ModelAndView setup(@RequestParam(defaultValue = "") String token) {
        ways.requirePasswords();
        String name = users.nameOfLink(token).orElseThrow(SignInController::noLink);
        return setup(new SetupPage(token, name, "", null), HttpStatus.OK);
    }

    private static Refusal noLink() {
        return Refusal.notFound(
                "LINK_USED",
                "This link was used, or is too old. A new one is made by: muster users link NAME. While there is no user,"
                        + " the first administrator is made by: muster users create NAME --role administer");
    }

    private ModelAndView setup(SetupPage page, HttpStatus status) {
        return pages.page("setup", "Choose a password", null, page, status);
    }

    @PostMapping("/setup")
    ModelAndView choose(
            @RequestParam String token,
            @RequestParam(defaultValue = "") String name,
            @RequestParam String password,
            @RequestParam String again,
            HttpServletRequest request,
            HttpServletResponse response) {
        ways.requirePasswords();
        Optional<String> own = users.nameOfLink(token);
        if (own.isEmpty()) {
            throw noLink();
        }

        if (!password.equals(again)) {
            return setup(
                    new SetupPage(token, own.get(), name, "The two passwords are not the same."),
                    HttpStatus.BAD_REQUEST);
        }

        try {
            User user = users.choose(token, name, password);
            sessions.begin(user, request, response);
            return ConsolePages.goTo("/overview");
        } catch (Refusal refusal) {
            return setup(new SetupPage(token, own.get(), name, refusal.getMessage()), HttpStatus.BAD_REQUEST);
        }
    }
}
