package io.muster.evaluator;

import io.muster.evaluator.Responses.Connection;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectInUse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers {@code /v1/decisions}. One for each thread. */
final class Decisions {

    private final Supplier<Served> served;
    private final BooleanSupplier silent;
    private final Duration staleAfter;
    private final InstantSource clock;
    private final Counts counts;
    private final Call call = new Call();
    private final Decider decider =
            new Decider(() -> ThreadLocalRandom.current().nextInt(Percentage.WHOLE));
    private final List<Served.Project> projects = new ArrayList<>();
    private final List<ProjectInUse> inUse = new ArrayList<>();

    /**
     * Answers from what is served.
     *
     * @param silent whether the server was not heard of for as long as makes answers stale
     */
    Decisions(
            Supplier<Served> served, BooleanSupplier silent, Duration staleAfter, InstantSource clock, Counts counts) {
        this.served = served;
        this.silent = silent;
        this.staleAfter = staleAfter;
        this.clock = clock;
        this.counts = counts;
    }

    /**
     * Answers one call with a whole response.
     *
     * @param query where the query begins in the address; -1 when the call has none
     * @param body the body of a POST; null for a GET
     */
    byte[] answer(
            String uri,
            int query,
            byte @Nullable [] body,
            @Nullable String origin,
            @Nullable String debugToken,
            Connection connection) {
        long now = clock.millis();
        try {
            if (body == null) {
                call.ofQuery(uri, query < 0 ? uri.length() : query, now);
            } else {
                call.ofBody(body, now);
            }

            return decide(now, origin, debugToken, connection);
        } catch (BadCallException bad) {
            counts.badCalls().increment();
            return Responses.of(
                    bad.status(), Responses.JSON + Responses.ANY_ORIGIN, bad.json(), connection, now / 1_000);
        }
    }

    private byte[] decide(long now, @Nullable String origin, @Nullable String debugToken, Connection connection)
            throws BadCallException {
        Served all = served.get();
        projects.clear();
        inUse.clear();
        boolean stale = silent.getAsBoolean();
        String version = null;
        for (int i = 0; i < call.projects().size(); i++) {
            Served.Project project = all.projects().get(call.projects().get(i));
            if (project == null) {
                stale = true;
            } else {
                projects.add(project);
                inUse.add(project.decisions());
                stale |= project.manifest().age(now).compareTo(staleAfter) > 0;
                version = i == 0 ? project.manifest().version() : version;
            }
        }

        Set<String> explained = debugToken == null ? Set.of() : explained(debugToken, now);
        decider.decide(call.decision(), inUse);
        counts.decided(isAnythingShown());
        AnswerText.Frame frame = new AnswerText.Frame(version, stale);
        if (debugToken != null) {
            Long age = version == null
                    ? null
                    : projects.getFirst().manifest().age(now).toSeconds();
            byte[] json = AnswerText.explained(frame, age, decider, missing(), explained, this::version);
            return Responses.of(200, headers(origin), json, connection, now / 1_000);
        }

        if (connection == Connection.KEEP && isPlain()) {
            Served.Project only = projects.getFirst();
            return only.prepared()
                    .get(
                            shown(),
                            now / 1_000,
                            stale,
                            () -> Responses.of(
                                    200,
                                    headers(null),
                                    AnswerText.decisions(frame, decider, List.of()),
                                    connection,
                                    now / 1_000));
        }

        return Responses.of(
                200, headers(origin), AnswerText.decisions(frame, decider, missing()), connection, now / 1_000);
    }

    private String version(String project) {
        for (Served.Project one : projects) {
            if (one.manifest().project().equals(project)) {
                return one.manifest().version();
            }
        }

        throw new IllegalArgumentException("Not asked about: " + project);
    }

    /** Whether the answer is one of the few that are kept: all intercepts of one project that any page may ask. */
    private boolean isPlain() {
        return projects.size() == 1
                && call.projects().size() == 1
                && call.intercepts().isEmpty()
                && projects.getFirst().prepared().hasRoom()
                && projects.getFirst().decisions().definition().origins().isEmpty();
    }

    private boolean isAnythingShown() {
        for (int i = 0; i < decider.size(); i++) {
            if (decider.isShown(i)) {
                return true;
            }
        }

        return false;
    }

    private int shown() {
        int shown = 0;
        for (int i = 0; i < decider.size(); i++) {
            shown |= decider.isShown(i) ? 1 << i : 0;
        }

        return shown;
    }

    private Set<String> explained(String token, long now) throws BadCallException {
        Set<String> explained = new HashSet<>();
        for (Served.Project project : projects) {
            if (DebugToken.isValid(token, project.decisions().definition(), now)) {
                explained.add(project.manifest().project());
            }
        }

        if (explained.isEmpty()) {
            throw BadCallException.unauthorized();
        }

        return explained;
    }

    /** Intercepts that were asked about and do not exist. Without any definitions there is nothing to say of them. */
    private List<String> missing() {
        if (call.intercepts().isEmpty() || projects.isEmpty()) {
            return List.of();
        }

        List<String> missing = new ArrayList<>(call.intercepts());
        for (int i = 0; i < decider.size(); i++) {
            missing.remove(decider.intercept(i).id());
        }

        return missing;
    }

    /** Any page may read the answer, or those of the origins that all projects of the call name. */
    private String headers(@Nullable String origin) {
        boolean open = true;
        boolean allowed = true;
        for (Served.Project project : projects) {
            List<String> origins = project.decisions().definition().origins();
            open &= origins.isEmpty();
            allowed &= origins.isEmpty() || (origin != null && origins.contains(origin));
        }

        if (open) {
            return Responses.JSON + Responses.ANY_ORIGIN;
        }

        return Responses.JSON + (allowed ? "Access-Control-Allow-Origin: " + origin + "\r\n" : "") + "Vary: Origin\r\n";
    }
}
