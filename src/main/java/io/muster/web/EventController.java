package io.muster.web;

import io.muster.access.Scope;
import io.muster.intake.EventReader;
import io.muster.intake.Intake;
import io.muster.intake.Intake.Receipt;
import io.muster.intake.SentEvent;
import io.muster.intake.SentResponse;
import io.muster.intake.SentTouchpoint;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import io.muster.web.call.Rates;
import io.muster.web.call.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes what comes back: displays, clicks and responses from pages and apps, touchpoints from other systems. A call is answered when its
 * events are committed, or safe in the spool.
 */
@RestController
final class EventController {

    private static final String DEBUG_TOKEN = "X-Debug-Token";

    private final Intake intake;
    private final Pages pages;
    private final Rates rates;
    private final InstantSource clock;

    EventController(Intake intake, Pages pages, Rates rates, InstantSource clock) {
        this.intake = intake;
        this.pages = pages;
        this.rates = rates;
        this.clock = clock;
    }

    @FromPages
    @PostMapping("/v1/displays")
    @BodyLimit(BodyLimit.EVENTS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> displays(
            @RequestBody byte[] body,
            Optional<Caller> caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        return take(EventReader.displays(body), body, caller, request, response);
    }

    @FromPages
    @PostMapping("/v1/clicks")
    @BodyLimit(BodyLimit.EVENTS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> clicks(
            @RequestBody byte[] body,
            Optional<Caller> caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        return take(EventReader.clicks(body), body, caller, request, response);
    }

    @FromPages
    @PostMapping("/v1/responses")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> responses(
            @RequestBody byte[] body,
            Optional<Caller> caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        List<SentResponse> responses = EventReader.responses(body);
        Set<String> projects = responses.stream().map(SentResponse::project).collect(Collectors.toSet());
        boolean mayKnow = admit(projects, responses.size(), caller, request, response);
        Set<String> vouched = projects.stream()
                .filter(project -> isOfAll(Set.of(project), definition -> vouches(caller, definition)))
                .collect(Collectors.toSet());
        return answer(intake.responses(responses, vouched), mayKnow, body);
    }

    private Map<String, @Nullable Object> take(
            List<SentEvent> events,
            byte[] body,
            Optional<Caller> caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        Set<String> projects = events.stream().map(SentEvent::project).collect(Collectors.toSet());
        boolean mayKnow = admit(projects, events.size(), caller, request, response);
        return answer(intake.events(events), mayKnow, body);
    }

    /** Refuses what is not taken from this caller; whether it may know which contacts there are. */
    private boolean admit(
            Set<String> projects,
            int events,
            Optional<Caller> caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        projects.forEach(project -> pages.admit(request, response, project));
        rates.take(request.getRemoteAddr(), events);
        return mayKnow(projects, caller, request.getHeader(DEBUG_TOKEN));
    }

    /** Whether a reference is known says something of a person: only those may hear it who may look it up as well. */
    private boolean mayKnow(Set<String> projects, Optional<Caller> caller, @Nullable String debugToken) {
        if (debugToken != null) {
            boolean isValid =
                    isOfAll(projects, definition -> DebugToken.isValid(debugToken, definition, clock.millis()));
            if (!isValid) {
                throw UnauthorizedException.wrong();
            }

            return true;
        }

        return caller.isPresent() && isOfAll(projects, definition -> vouches(caller, definition));
    }

    private boolean isOfAll(Set<String> projects, Predicate<ProjectDefinition> test) {
        return projects.stream()
                .allMatch(project ->
                        intake.projects().definition(project).map(test::test).orElse(false));
    }

    /** Whether the caller's token is for events of the project's directory. */
    private static boolean vouches(Optional<Caller> caller, ProjectDefinition definition) {
        String directory = definition.directory();
        return caller.map(Caller::token)
                .filter(token -> token.allows(Scope.EVENTS))
                .filter(token -> directory == null || token.isFor(directory))
                .isPresent();
    }

    @PostMapping("/v1/touchpoints")
    @BodyLimit(BodyLimit.EVENTS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, @Nullable Object> touchpoints(@RequestBody byte[] body, @Needs(Scope.EVENTS) Caller caller) {
        List<SentTouchpoint> sent = EventReader.touchpoints(body);
        sent.stream().map(SentTouchpoint::directory).distinct().forEach(caller::requireDirectory);
        return answer(intake.touchpoints(sent, intake.directories(sent)), true, body);
    }

    /** One is answered about one event, a list about a list. */
    private static Map<String, @Nullable Object> answer(Receipt receipt, boolean mayKnow, byte[] body) {
        if (!mayKnow) {
            return EventAnswer.of(receipt.accepted());
        }

        List<Boolean> known = receipt.known();
        return EventAnswer.of(receipt.accepted(), known == null || EventReader.isList(body) ? known : known.getFirst());
    }
}
