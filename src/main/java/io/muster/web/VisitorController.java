package io.muster.web;

import io.muster.intake.Intake;
import io.muster.intake.SentVisitor;
import io.muster.intake.VisitorAnswer;
import io.muster.intake.VisitorReader;
import io.muster.intake.Visitors;
import io.muster.intake.Visitors.Purpose;
import io.muster.intercept.decide.DebugToken;
import io.muster.web.call.Rates;
import io.muster.web.call.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes visitors, who become contacts where the project says so. Whether somebody was known already is said to holders of a
 * debug token alone, and to others not by the time that an answer takes either.
 */
@RestController
final class VisitorController {

    /** As long as the creation of a contact usually takes, and some more. */
    private static final Duration LEAST = Duration.ofMillis(30);

    private static final String DEBUG_TOKEN = "X-Debug-Token";
    private static final String RESULT = "result";
    private static final String MESSAGE = "message";

    private final Visitors visitors;
    private final Intake intake;
    private final Pages pages;
    private final InstantSource clock;

    VisitorController(Visitors visitors, Intake intake, Pages pages, InstantSource clock) {
        this.visitors = visitors;
        this.intake = intake;
        this.pages = pages;
        this.clock = clock;
    }

    @FromPages
    @PostMapping("/v1/visitors")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> visitor(@RequestBody byte[] body, HttpServletRequest request, HttpServletResponse response)
            throws InterruptedException {
        long begun = System.nanoTime();
        SentVisitor visitor = VisitorReader.read(body);
        boolean admitted = pages.isAdmitted(request, response, visitor.project());
        boolean mayKnow = mayKnow(visitor.project(), request.getHeader(DEBUG_TOKEN));
        VisitorAnswer answer = admitted
                ? visitors.receive(
                        visitor, Rates.caller(request.getRemoteAddr()), mayKnow ? Purpose.TEST : Purpose.VISIT)
                : visitors.refuseOrigin();
        if (mayKnow) {
            return said(answer);
        }

        if (answer.outcome().isPublic()) {
            Map<String, String> said = said(answer);
            said.remove(MESSAGE);
            return said;
        }

        Thread.sleep(LEAST.minusNanos(System.nanoTime() - begun));
        return Map.of(RESULT, "ACCEPTED");
    }

    private static Map<String, String> said(VisitorAnswer answer) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put(
                RESULT,
                answer.outcome().isRefusal() ? "REFUSED" : answer.outcome().name());
        said.computeIfAbsent("reason", absent -> answer.reason());
        said.computeIfAbsent(MESSAGE, absent -> answer.message());
        return said;
    }

    private boolean mayKnow(String project, @Nullable String debugToken) {
        if (debugToken == null) {
            return false;
        }

        boolean isValid = intake.projects()
                .definition(project)
                .map(definition -> DebugToken.isValid(debugToken, definition, clock.millis()))
                .orElse(false);
        if (!isValid) {
            throw UnauthorizedException.wrong();
        }

        return true;
    }
}
