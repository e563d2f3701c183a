package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.automation.events.EventIntake;
import io.muster.automation.events.EventIntake.Taken;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.Caller;
import io.muster.web.call.Rates;
import io.muster.web.call.UnauthorizedException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Takes JSON events, at the address that is Muster's own and at the one that clients of the v3 API know. */
@RestController
final class JsonEventsController {

    private static final int MOST_BYTES = 102_400;
    private static final int LONGEST_KEY = 1_000;

    private final EventIntake intake;
    private final Rates rates;

    JsonEventsController(EventIntake intake, Environment environment, InstantSource clock) {
        this.intake = intake;
        this.rates = new Rates(new Settings(environment::getProperty).number(KnownSettings.HTTP_JSON_EVENTS), clock);
    }

    /** The answer at the address of Muster's own. */
    record Answered(String run, boolean duplicate) {}

    /** The answer as clients of the v3 API know it. */
    record Accepted(String runId, boolean duplicate) {}

    @PostMapping(path = "/v1/events/{event}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @BodyLimit(MOST_BYTES)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Answered take(
            Optional<Caller> caller,
            @PathVariable String event,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Content-Encoding", defaultValue = "identity") String encoding,
            @RequestBody(required = false) byte @Nullable [] body)
            throws HttpMediaTypeNotSupportedException {
        if (!encoding.equals("identity")) {
            throw new HttpMediaTypeNotSupportedException("compressed");
        }

        Caller known = allowed(caller);
        Taken taken = take(known, intake.byId(event), key, body);
        return new Answered(taken.run(), taken.duplicate());
    }

    @PostMapping(path = "/inbound-event/v1/events/json/triggers", consumes = MediaType.APPLICATION_JSON_VALUE)
    @BodyLimit(MOST_BYTES)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Envelope<Accepted> trigger(
            Optional<Caller> caller,
            @RequestParam(defaultValue = "") String urlTokenId,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody(required = false) byte @Nullable [] body) {
        Caller known = allowed(caller);
        Taken taken = take(known, intake.byToken(urlTokenId), key, body);
        return Envelope.of(new Accepted(taken.run(), taken.duplicate()));
    }

    private static Caller allowed(Optional<Caller> caller) {
        Caller known = caller.orElseThrow(UnauthorizedException::missing);
        if (!known.token().allows(Scope.MANAGE)) {
            known.require(Scope.EVENTS);
        }

        return known;
    }

    private Taken take(Caller caller, long job, @Nullable String key, byte @Nullable [] body) {
        if (caller.token().directories() != null && !caller.token().isFor(intake.directory(job))) {
            throw Refusal.notFound(
                    "UNKNOWN_EVENT",
                    "Cannot take the event: this token knows no event of this address. Look it up where jobs are"
                            + " listed.");
        }

        if (key != null && key.length() > LONGEST_KEY) {
            throw Refusal.invalid(
                    "BAD_FIELD",
                    "Cannot use Idempotency-Key: it has more than %,d characters. Shorten it.".formatted(LONGEST_KEY));
        }

        rates.take("event " + job, 1);
        return intake.take(job, key, Objects.requireNonNullElseGet(body, () -> new byte[0]), caller.actor());
    }
}
