package io.muster.web.console;

import io.muster.access.ProvidedPerson;
import io.muster.access.User;
import io.muster.app.ProvidedSignIn;
import io.muster.app.UserService;
import io.muster.web.console.FlowCookie.Begun;
import io.muster.web.console.FlowCookie.Refused;
import io.muster.web.console.FlowCookie.Why;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.provider.Flow;
import io.muster.web.console.provider.Identity;
import io.muster.web.console.provider.Provider;
import io.muster.web.console.provider.Provider.Answer;
import io.muster.web.console.provider.ProviderProblem;
import io.muster.web.console.provider.SignInWays;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * {@code /sign-in/provider}: the way to the provider and back. It is made of links, since a browser that keeps to the content
 * policy lets no form lead to another host.
 */
@Controller
final class ProviderController {

    static final String PATH = "/sign-in/provider";

    private static final Logger LOG = LoggerFactory.getLogger(ProviderController.class);
    private static final String BACK = PATH + "/back";
    private static final String REFUSED = PATH + "/refused";

    private final ConsolePages pages;
    private final UserService users;
    private final Sessions sessions;
    private final SignInWays ways;

    ProviderController(ConsolePages pages, UserService users, Sessions sessions, SignInWays ways) {
        this.pages = pages;
        this.users = users;
        this.sessions = sessions;
        this.ways = ways;
    }

    /**
     * Why a person whom the provider knows is refused here.
     *
     * @param why which text is shown
     * @param provider what the provider is called
     * @param name what it calls the person
     * @param subject what it calls the person for ever
     * @param claim what would have to say more
     */
    record RefusedPage(String why, String provider, String name, String subject, String claim) {}

    @GetMapping(PATH)
    ModelAndView begin(
            @RequestParam(defaultValue = "/overview") String next,
            @RequestParam(defaultValue = "false") boolean again,
            HttpServletRequest request,
            HttpServletResponse response) {
        Provider provider = ways.requireProvider();
        Begun begun = new Begun(provider.begin(again), ConsolePaths.next(next));
        try {
            String address = provider.address(begun.flow(), ways.address(BACK));
            FlowCookie.keep(begun, request, response);
            return ConsolePages.goTo(address);
        } catch (ProviderProblem problem) {
            return failed(problem, begun.next(), request);
        }
    }

    @GetMapping(BACK)
    ModelAndView back(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable String error,
            @RequestParam(required = false) @Nullable String iss,
            HttpServletRequest request,
            HttpServletResponse response) {
        Provider provider = ways.requireProvider();
        Optional<Begun> begun = FlowCookie.begun(request);
        Flow flow = begun.map(Begun::flow).orElse(null);
        String next = begun.map(Begun::next).orElse("/overview");
        String caller = ConsolePages.caller(request);
        // An answer counts once.
        FlowCookie.forget(request, response);
        if (flow != null && !users.beginAtProvider(caller).isZero()) {
            return problem(SignInProblem.LATER, next, request);
        }

        try {
            Identity identity = provider.identity(flow, new Answer(state, code, error, iss), ways.address(BACK));
            return switch (users.signIn(identity.person(), caller)) {
                case ProvidedSignIn.Known known ->
                    flow != null && flow.again() && isAnother(known.user(), request)
                            ? problem(SignInProblem.OTHER, next, request)
                            : known(known.user(), identity, next, request, response);
                case ProvidedSignIn.NoRole ignored -> refused(Why.NO_ROLE, identity.person(), request, response);
                case ProvidedSignIn.Disabled ignored -> refused(Why.DISABLED, identity.person(), request, response);
                case ProvidedSignIn.NameTaken ignored -> refused(Why.NAME_TAKEN, identity.person(), request, response);
            };
        } catch (ProviderProblem problem) {
            return failed(problem, next, request);
        }
    }

    private static boolean isAnother(User user, HttpServletRequest request) {
        Viewer viewer = Viewer.of(request);
        return viewer != null && viewer.user().id() != user.id();
    }

    private ModelAndView known(
            User user, Identity identity, String next, HttpServletRequest request, HttpServletResponse response) {
        // A provider that still knows the person lets it pass: that is no fresh proof.
        sessions.begin(user, identity.proved().map(Instant::toEpochMilli).orElse(0L), request, response);
        return ConsolePages.goTo(next);
    }

    private static ModelAndView refused(
            Why why, ProvidedPerson person, HttpServletRequest request, HttpServletResponse response) {
        FlowCookie.keep(new Refused(why, person.name(), person.origin().subject()), request, response);
        return ConsolePages.goTo(REFUSED);
    }

    @GetMapping(REFUSED)
    ModelAndView refused(HttpServletRequest request) {
        Provider provider = ways.requireProvider();
        return FlowCookie.refused(request)
                .map(refused -> pages.page(
                        "refused",
                        "No access",
                        null,
                        new RefusedPage(
                                refused.why().name(),
                                provider.name(),
                                refused.name(),
                                refused.subject(),
                                provider.claim()),
                        HttpStatus.FORBIDDEN))
                .orElseGet(() -> ConsolePages.goTo("/sign-in"));
    }

    private static ModelAndView failed(ProviderProblem problem, String next, HttpServletRequest request) {
        switch (problem.kind()) {
            case UNREACHABLE, WRONG, NOT_AGAIN ->
                LOG.warn("A sign-in with the provider failed: {}", problem.getMessage());
            case DENIED, EXPIRED -> LOG.debug("A sign-in with the provider failed: {}", problem.getMessage());
        }

        return problem(SignInProblem.of(problem.kind()), next, request);
    }

    /** In the middle of the work the question is put again there. */
    private static ModelAndView problem(SignInProblem problem, String next, HttpServletRequest request) {
        return ConsolePages.goTo("%s?problem=%s&next=%s"
                .formatted(
                        Viewer.of(request) == null ? "/sign-in" : PasswordAgainController.PATH,
                        problem.word(),
                        URLEncoder.encode(next, StandardCharsets.UTF_8)));
    }
}
